// What the session's tests share: a guest under QEMU, a debug session on it, and ways to await both.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QCoroTask>
#include <QProcess>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

/// Nothing here takes so long unless it hangs.
inline constexpr std::chrono::seconds patience{30};

/// Handles events until the condition is true; false: it never was.
bool waitUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit = patience);

/// What a task gives; an error where it gives nothing in time.
template <typename T>
Result<T> await(QCoro::Task<Result<T>> task)
{
    const auto answer = std::make_shared<std::optional<Result<T>>>();
    [](QCoro::Task<Result<T>> asked, std::shared_ptr<std::optional<Result<T>>> place) -> QCoro::Task<> {
        *place = co_await asked;
    }(std::move(task), answer);
    if (!waitUntil([&] { return answer->has_value(); })) {
        return hostError("the test has waited too long for an answer");
    }
    return std::move(**answer);
}

/// Passes where a result is a value; else says the error.
template <typename T>
testing::AssertionResult succeeded(const Result<T>& result)
{
    return result ? testing::AssertionSuccess() : testing::AssertionFailure() << toString(result.error());
}

/// The sample guests, and the one that is the tests' own.
std::filesystem::path guestImage(const std::string& name);
std::filesystem::path subjectSource();
/// The line of a source file that has the comment "at: MARK".
int lineOf(const std::string& mark, const std::filesystem::path& source = subjectSource());
std::string contentOf(const std::filesystem::path& file);

/// A guest that stands before its first instruction, as Rumpus starts it.
class HeldGuest {
public:
    struct Wishes {
        std::vector<std::string> arguments; ///< of the application, its name first
        bool holdsAtEnd = true;             ///< QEMU stays, paused, where the guest powers off
    };
    HeldGuest(const std::filesystem::path& image, const std::filesystem::path& folder, const Wishes& wishes);
    ~HeldGuest();
    HeldGuest(const HeldGuest&) = delete;
    HeldGuest& operator=(const HeldGuest&) = delete;

    std::string endpoint() const { return stub_.native(); }
    bool isRunning() const { return process_.state() == QProcess::Running; }
    std::string console() const { return contentOf(console_); }
    void kill();
    /// Waits for words on the console.
    bool says(const std::string& words);

private:
    std::filesystem::path stub_;
    std::filesystem::path console_;
    QProcess process_;
};

class SessionCase : public testing::Test {
protected:
    SessionCase();
    ~SessionCase() override;

    std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    static GdbOptions gdbOptions();
    /// A session whose states are noted in `states`.
    void makeSession();
    /// Starts a guest, and a session that is not open yet.
    void boot(const std::filesystem::path& image, const HeldGuest::Wishes& wishes);
    /// The target that `boot` has made.
    DebugTarget target(const std::filesystem::path& image, StopAt stopAt) const;
    /// Boots and opens. `wish` is what the tests' own guest shall do.
    void debug(const std::string& wish, StopAt stopAt = StopAt::Main);
    void debugSample(const std::string& name, const std::vector<std::string>& arguments,
                     StopAt stopAt = StopAt::Main);

    DebugSession& session() { return *session_; }
    /// Does something that moves the guest, and waits for the stop that follows.
    Stop stopAfter(QCoro::Task<Result<void>> (DebugSession::*move)());
    Stop step(StepKind kind);
    Stop runTo(const std::string& place);
    Stop runToMark(const std::string& mark);
    Stop nextStop(std::uint64_t after);
    std::string markPlace(const std::string& mark) const;
    Breakpoint breakpointAtMark(const std::string& mark) const;
    int add(Breakpoint wish);
    std::string evaluate(const std::string& expression);
    /// Whether the session gets into a state.
    bool becomes(DebugSession::State state);

    std::unique_ptr<HeldGuest> guest;
    std::vector<DebugSession::State> states;
    std::vector<std::string> logged;

private:
    QTemporaryDir temporary_;
    std::filesystem::path folder_;
    std::shared_ptr<DebugSession> session_;
};

/// A stop's place for a test's message and comparison: "function:line".
std::string placeOf(const Stop& stop);

} // namespace rumpus

// GuestSession: one guest as a front end has it: where it came from, what it does, and its debug session.
//
// A guest that we launched is led by its RunSession to its end; one that was found on the host is only
// watched.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/crash_report.h"
#include "app/session/run_session.h"
#include "debug/session/debug_session.h"

#include <QCoroTask>
#include <QObject>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

class GuestSession : public QObject, public std::enable_shared_from_this<GuestSession> {
    Q_OBJECT
public:
    /// What the guest does, as one word for a state dot and for the actions that make sense.
    enum class Phase : std::uint8_t {
        Starting,
        Running,
        Paused,
        DebugRunning, ///< under the debugger
        DebugStopped,
        Held,  ///< ended, and still there to be looked at
        Ended, ///< nothing of it runs any more
    };
    Q_ENUM(Phase)

    static std::shared_ptr<GuestSession> ofRun(std::unique_ptr<RunSession> run);
    static std::shared_ptr<GuestSession> found(std::unique_ptr<Guest> guest, const Host& host);

    std::string id() const { return guest().id(); }
    std::string name() const { return guest().name(); }
    /// The name of the host that it runs on.
    const std::string& host() const { return host_; }
    Guest& guest() const { return run_ ? *run_->guest() : *guest_; }
    /// The config that it was launched from, by this front end; nothing for others' guests.
    const ConfigFile* config() const;
    bool isOurs() const { return run_ != nullptr; }

    Phase phase() const;
    /// A sentence: "stopped at hello.c:12", "ended with status 0".
    std::string words() const;
    const std::shared_ptr<DebugSession>& debugger() const { return debugger_; }
    const std::optional<CrashReport>& crash() const { return crash_; }

    /// Leads a launched guest to its end as its config says. Called once.
    QCoro::Task<> follow();
    /// Attaches a debugger, to a guest before its first instruction as well as to one that runs. `image` is
    /// as openTarget has it.
    QCoro::Task<Result<void>> debug(std::vector<Breakpoint> breakpoints,
                                    std::shared_ptr<DebugSession> warm = nullptr,
                                    std::filesystem::path image = {});
    /// Lets the debugger go; the guest goes on.
    QCoro::Task<Result<void>> detach();
    QCoro::Task<Result<void>> pause();
    QCoro::Task<Result<void>> resume();
    /// Boots again; under the debugger to its first stop.
    QCoro::Task<Result<void>> reset();
    QCoro::Task<Result<void>> stop();

Q_SIGNALS:
    /// Phase or words may be others now.
    void changed();
    void debuggerChanged();
    /// It has crashed, and this is all that is known.
    void crashed();

private:
    GuestSession() = default;
    void adopt();
    void setDebugger(std::shared_ptr<DebugSession> debugger);

    std::unique_ptr<RunSession> run_;
    std::unique_ptr<Guest> guest_;
    std::string host_;
    std::shared_ptr<DebugSession> debugger_;
    std::optional<CrashReport> crash_;
};

} // namespace rumpus

// TenderGuest: a Solo5 unikernel under its tender, a process of this machine found by its run directory.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/console_words.h"
#include "platforms/file_follower.h"
#include "platforms/host.h"
#include "platforms/qemu/process.h"
#include "platforms/qemu/run_directory.h"

#include <QPointer>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace rumpus {

class QemuConsole;

class TenderGuest : public Guest {
    Q_OBJECT
public:
    TenderGuest(RunDirectory run, LaunchPlan plan, const ProcessIdentity& process);
    ~TenderGuest() override;

    std::string id() const override { return run_.id(); }
    std::filesystem::path place() const override { return run_.path(); }
    const LaunchPlan& plan() const override { return plan_; }
    GuestState state() const override { return state_; }
    const std::optional<GuestEnd>& end() const override { return end_; }
    std::chrono::system_clock::time_point startedAt() const override { return run_.createdAt(); }

    std::unique_ptr<ConsoleChannel> openConsole() override;
    QCoro::Task<Result<void>> resume() override;
    QCoro::Task<Result<void>> pause() override;
    /// Errors, always: a tender starts its guest once.
    QCoro::Task<Result<void>> reset(AfterReset after) override;
    QCoro::Task<Result<void>> stop(std::chrono::milliseconds patience) override;
    QCoro::Task<Result<void>> kill() override;
    QCoro::Task<Result<void>> dump(std::filesystem::path file) override;
    /// Of spt by a gdbserver, at any time. Of hvt by its tender's own stub, which is there only if the guest
    /// was started for it and takes one debugger: else it errors.
    QCoro::Task<Result<GdbEndpoint>> openGdb() override;
    QCoro::Task<Result<void>> closeGdb() override;
    QCoro::Task<Result<GuestUsage>> usage() override;
    QCoro::Task<Result<std::uint32_t>> number() override;

private:
    void update();
    GuestState stateNow() const;
    Result<void> signal(int number);
    bool isHvt() const { return plan_.machine == "hvt"; }
    bool standsStill() const;
    /// A debugger stops and continues it without a word to us.
    void watchDebugger();

    RunDirectory run_;
    LaunchPlan plan_;
    ProcessIdentity process_;
    ProcessWatch watch_;
    FileFollower console_;
    EndListener listener_;
    QTimer look_; ///< whether it stands still, while a debugger may be there
    bool paused_ = false;
    GuestState state_ = GuestState::Starting;
    std::optional<GuestEnd> end_;
    std::vector<QPointer<QemuConsole>> consoles_;
};

} // namespace rumpus

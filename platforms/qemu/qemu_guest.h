// QemuGuest: a guest that is a QEMU process, found by its run directory, followed by its event journal.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/console_words.h"
#include "platforms/event_journal.h"
#include "platforms/file_follower.h"
#include "platforms/guest_end.h"
#include "platforms/host.h"
#include "platforms/qemu/process.h"
#include "platforms/qemu/run_directory.h"

#include <QPointer>

#include <memory>
#include <optional>
#include <vector>

namespace rumpus {

class QemuConsole;

class QemuGuest : public Guest {
    Q_OBJECT
public:
    QemuGuest(RunDirectory run, LaunchPlan plan, const ProcessIdentity& process);
    ~QemuGuest() override;

    /// A guest of an earlier or another process. Errors: its run directory is incomplete.
    static Result<std::unique_ptr<QemuGuest>> find(const RunDirectory& run);

    std::string id() const override { return run_.id(); }
    std::filesystem::path place() const override { return run_.path(); }
    const LaunchPlan& plan() const override { return plan_; }
    GuestState state() const override { return state_; }
    const std::optional<GuestEnd>& end() const override { return end_; }
    std::chrono::system_clock::time_point startedAt() const override { return run_.createdAt(); }
    const RunDirectory& runDirectory() const { return run_; }
    const ProcessIdentity& process() const { return process_; }

    std::unique_ptr<ConsoleChannel> openConsole() override;
    QCoro::Task<Result<void>> resume() override;
    QCoro::Task<Result<void>> pause() override;
    QCoro::Task<Result<void>> reset(AfterReset after) override;
    QCoro::Task<Result<void>> stop(std::chrono::milliseconds patience) override;
    QCoro::Task<Result<void>> kill() override;
    QCoro::Task<Result<void>> dump(std::filesystem::path file) override;
    QCoro::Task<Result<GdbEndpoint>> openGdb() override;
    QCoro::Task<Result<void>> closeGdb() override;
    QCoro::Task<Result<GuestUsage>> usage() override;
    QCoro::Task<Result<std::uint32_t>> number() override;
    QCoro::Task<Result<std::string>> monitor(std::string line) override;
    QCoro::Task<Result<void>> sendBreak() override;

    /// Waits until QEMU's main loop runs, or QEMU has refused.
    QCoro::Task<Result<void>> untilReady();

private:
    void follow();
    void listenFromLastBoot();
    void update();
    GuestEvidence evidence() const;
    GuestState stateNow() const;
    bool cpuLogSaysTripleFault() const;
    QCoro::Task<Result<void>> command(std::string name, Json arguments, std::chrono::milliseconds patience);
    QCoro::Task<bool> untilGone(std::chrono::milliseconds patience);

    RunDirectory run_;
    LaunchPlan plan_;
    ProcessIdentity process_;
    ProcessWatch watch_;
    FileFollower events_;
    std::unique_ptr<FileFollower> consoleFollower_;
    EventJournal journal_;
    std::optional<int> heldFromBoot_; ///< from this boot on its own resets hold it again
    EndListener listener_;
    int bootsHeard_ = 0;
    bool updating_ = false;
    GuestState state_ = GuestState::Starting;
    std::optional<GuestEnd> end_;
    std::vector<QPointer<QemuConsole>> consoles_;
};

} // namespace rumpus

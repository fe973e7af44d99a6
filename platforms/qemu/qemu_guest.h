// QemuGuest: a guest that is a QEMU process, found by its run directory, followed by its event journal.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/event_journal.h"
#include "platforms/file_follower.h"
#include "platforms/guest_end.h"
#include "platforms/process/process_guest.h"

#include <memory>
#include <optional>

namespace rumpus {

class QemuGuest : public ProcessGuest {
    Q_OBJECT
public:
    QemuGuest(RunDirectory run, LaunchPlan plan, const ProcessIdentity& process);

    /// A guest of an earlier or another process. Errors: its run directory is incomplete.
    static Result<std::unique_ptr<QemuGuest>> find(const RunDirectory& run);

    const RunDirectory& runDirectory() const { return run_; }
    const ProcessIdentity& process() const { return process_; }

    QCoro::Task<Result<void>> resume() override;
    QCoro::Task<Result<void>> pause() override;
    QCoro::Task<Result<void>> reset(AfterReset after) override;
    QCoro::Task<Result<void>> stop(std::chrono::milliseconds patience) override;
    QCoro::Task<Result<void>> kill() override;
    QCoro::Task<Result<void>> dump(std::filesystem::path file) override;
    QCoro::Task<Result<GdbEndpoint>> openGdb() override;
    QCoro::Task<Result<void>> closeGdb() override;
    QCoro::Task<Result<GuestUsage>> usage() override;
    QCoro::Task<Result<std::string>> monitor(std::string line) override;
    QCoro::Task<Result<void>> sendBreak() override;

    /// Waits until QEMU's main loop runs, or QEMU has refused.
    QCoro::Task<Result<void>> untilReady();

private:
    void follow();
    void listenFromLastBoot();
    void update() override;
    GuestEvidence evidence() const;
    GuestState stateNow(bool ended) const;
    bool cpuLogSaysTripleFault() const;
    QCoro::Task<Result<void>> command(std::string name, Json arguments, std::chrono::milliseconds patience);

    FileFollower events_;
    EventJournal journal_;
    std::optional<int> heldFromBoot_; ///< from this boot on its own resets hold it again
    int bootsHeard_ = 0;
    bool updating_ = false;
};

} // namespace rumpus

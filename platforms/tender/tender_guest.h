// TenderGuest: a Solo5 unikernel under its tender, a process of this machine found by its run directory.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/process/process_guest.h"

#include <QTimer>

namespace rumpus {

class TenderGuest : public ProcessGuest {
    Q_OBJECT
public:
    TenderGuest(RunDirectory run, LaunchPlan plan, const ProcessIdentity& process);

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

private:
    void update() override;
    std::optional<GuestEnd> endNow() const;
    Result<void> signal(int number);
    bool isHvt() const { return plan_.machine == "hvt"; }
    bool standsStill() const;
    /// A debugger stops and continues it without a word to us.
    void watchDebugger();

    QTimer look_; ///< whether it stands still, while a debugger may be there
    bool paused_ = false;
};

} // namespace rumpus

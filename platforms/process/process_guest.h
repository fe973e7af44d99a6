// ProcessGuest: a guest that is a process of this machine, found by its run directory: what all such share.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/console_words.h"
#include "platforms/file_follower.h"
#include "platforms/host.h"
#include "platforms/process/process.h"
#include "platforms/process/run_directory.h"

#include <QPointer>

#include <initializer_list>
#include <memory>
#include <optional>
#include <vector>

namespace rumpus {

class ProcessConsole;

class ProcessGuest : public Guest {
    Q_OBJECT
public:
    ~ProcessGuest() override;

    std::string id() const override { return run_.id(); }
    std::filesystem::path place() const override { return run_.path(); }
    const LaunchPlan& plan() const override { return plan_; }
    GuestState state() const override { return state_; }
    const std::optional<GuestEnd>& end() const override { return end_; }
    std::chrono::system_clock::time_point startedAt() const override { return run_.createdAt(); }
    std::unique_ptr<ConsoleChannel> openConsole() override;
    /// Of its processor time and memory.
    QCoro::Task<Result<GuestUsage>> usage() override;
    QCoro::Task<Result<std::uint32_t>> number() override;

protected:
    ProcessGuest(RunDirectory run, LaunchPlan plan, const ProcessIdentity& process);

    /// Looks again at what has become of it; also called when its process has ended.
    virtual void update() = 0;
    /// The state that `update` has found.
    void become(GuestState state, std::optional<GuestEnd> end);

    bool isGone() const { return watch_.isGone(); }
    std::unexpected<Error> goneError() const;
    /// Listens to what the console says of the guest's end, from that byte of its log on.
    void listenFrom(qint64 origin);
    /// Hears what stands in the console's log by now.
    void hearRest();

    /// Notes that it was we, and sends one signal after the other until the process has ended.
    QCoro::Task<Result<void>> endBy(std::vector<int> signals);

    const RunDirectory run_;
    const LaunchPlan plan_;
    const ProcessIdentity process_;
    ProcessWatch watch_;
    EndListener listener_;

private:
    std::unique_ptr<FileFollower> heard_;
    GuestState state_ = GuestState::Starting;
    std::optional<GuestEnd> end_;
    std::vector<QPointer<ProcessConsole>> consoles_;
};

} // namespace rumpus

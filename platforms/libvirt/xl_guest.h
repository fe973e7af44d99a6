// XlGuest: a domain of a Xen host that libvirt does not know, for xl or somebody else has made it: found in
// Xenstore, and driven by xl on its host.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"
#include "platforms/libvirt/libvirt_guest.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rumpus {

class XlGuest : public Guest {
    Q_OBJECT
public:
    /// `plan` is what could be learnt of it.
    XlGuest(LibvirtHostParts host, std::uint32_t number, std::string uuid, LaunchPlan plan);

    std::string id() const override { return uuid_; }
    std::string name() const override { return plan_.name; }
    std::filesystem::path place() const override { return {}; }
    const LaunchPlan& plan() const override { return plan_; }
    bool isOurs() const override { return false; }
    GuestState state() const override { return state_; }
    const std::optional<GuestEnd>& end() const override { return end_; }
    std::chrono::system_clock::time_point startedAt() const override { return startedAt_; }

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

private:
    QCoro::Task<Result<void>> xl(std::string verb, GuestState then);
    std::unexpected<Error> notThere(std::string_view deed) const;

    LibvirtHostParts host_;
    std::uint32_t number_;
    std::string uuid_;
    LaunchPlan plan_;
    GuestState state_ = GuestState::Running;
    std::optional<GuestEnd> end_;
    std::chrono::system_clock::time_point startedAt_ = std::chrono::system_clock::now();
};

/// The domains in a Xen host's Xenstore but for those with these UUIDs, by their numbers. Errors: it is not
/// reached.
QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>>
findXlGuests(LibvirtHostParts host, std::string hostName, std::set<std::string> known);

} // namespace rumpus

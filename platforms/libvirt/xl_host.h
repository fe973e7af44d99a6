// XlHost: a Xen host that has no libvirt: xl starts its guests there, by the same plans; it is reached by
// ssh, or is this dom0.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"
#include "platforms/libvirt/xl_domains.h"
#include "platforms/libvirt/xl_guest.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rumpus {

class XlHost : public Host {
    Q_OBJECT
public:
    /// `uri` is xl:///system or xl+ssh://…; `name` is ours for it.
    XlHost(std::string uri, std::string name, std::shared_ptr<HostReach> reach);

    std::string name() const override { return name_; }
    QCoro::Task<Result<HostCapabilities>> capabilities() override;
    std::vector<std::vector<std::string>> commands(const LaunchPlan& plan) const override;
    QCoro::Task<Result<std::unique_ptr<Guest>>> launch(LaunchPlan plan) override;
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> guests(Which which) override;
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> newGuests(std::set<std::string> known) override;
    void watchGuests() override;
    HostCondition condition() const override { return condition_; }

private:
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> find(Which which, std::set<std::string> known);
    void setCondition(HostCondition condition);

    std::string uri_;
    std::string name_;
    std::shared_ptr<HostReach> reach_;
    std::shared_ptr<XlDomains> domains_;
    std::optional<HostCapabilities> capabilities_;
    std::set<std::string> told_; ///< the domains of the last list, by UUID
    HostCondition condition_{.reach = HostCondition::Reach::Untried, .words = {}};
    bool watching_ = false;
};

} // namespace rumpus

// LibvirtHost: a host that libvirt reaches: qemu:///session, qemu:///system, qemu+ssh://…
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"
#include "platforms/libvirt/connection.h"
#include "platforms/libvirt/libvirt_guest.h"

#include <QTimer>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace rumpus {

class LibvirtHost : public Host {
    Q_OBJECT
public:
    /// `uri` is libvirt's; `name` is ours for it; `reach` is needed where the guests run on another machine.
    explicit LibvirtHost(std::string uri, std::string name = {}, std::shared_ptr<HostReach> reach = {});

    std::string name() const override { return name_; }
    QCoro::Task<Result<HostCapabilities>> capabilities() override;
    std::vector<std::vector<std::string>> commands(const LaunchPlan& plan) const override;
    QCoro::Task<Result<std::unique_ptr<Guest>>> launch(LaunchPlan plan) override;
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> guests(Which which) override;
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> newGuests(std::set<std::string> known) override;
    void watchGuests() override;
    HostCondition condition() const override;
    void setAsker(const HostAsker& asker) override { parts_.connection->setAsker(asker); }
    void askAgain() override { parts_.connection->askAgain(); }

    /// State, words and questions of the connection.
    Connection& connection() { return *parts_.connection; }

private:
    struct Launch;
    /// The daemon that writes logs is not the user that we are here, or on the host.
    bool logsAsAnother() const;
    QCoro::Task<> makeLog(std::shared_ptr<Launch> launch);
    static QCoro::Task<Result<void>> startDomain(std::shared_ptr<Connection> connection,
                                                 std::shared_ptr<Launch> launch, std::string uri,
                                                 unsigned flags);
    static QCoro::Task<> noteLog(LibvirtHostParts parts, std::shared_ptr<Launch> launch);
    static QCoro::Task<Result<void>> makeDomain(LibvirtHostParts parts, std::shared_ptr<Launch> launch,
                                                std::string uri, unsigned flags);
    static QCoro::Task<Error> takeBack(std::shared_ptr<Connection> connection, std::shared_ptr<Launch> launch,
                                       Error failure);
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> findGuests(Which which,
                                                                        std::set<std::string> known);

    std::string uri_;
    std::string name_;
    bool session_ = false;
    LibvirtHostParts parts_;
    std::optional<HostCapabilities> capabilities_;
    QTimer changed_;
    bool watching_ = false;
};

} // namespace rumpus

// XlGuest: a domain of a Xen host that is driven by xl there, not by libvirt: ours on a host without libvirt,
// or one that xl or somebody else has made.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/console_words.h"
#include "platforms/event_journal.h"
#include "platforms/libvirt/domain_directory.h"
#include "platforms/libvirt/host_logs.h"
#include "platforms/libvirt/log_follower.h"
#include "platforms/libvirt/logged_guest.h"
#include "platforms/libvirt/xen_line.h"
#include "platforms/libvirt/xl_domains.h"

#include <QPointer>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

/// A domain as it was found.
struct FoundXlDomain {
    XlDomain domain;
    LaunchPlan plan;
    std::string hostUri;
    std::optional<DomainDirectory> directory; ///< nothing: this machine did not start it
    HostLog log;                              ///< xenconsoled's, from where it is this guest's
    bool ours = false;                        ///< a rumpus started it, here or elsewhere
    bool gone = false;
};

class XlGuest : public LoggedGuest {
    Q_OBJECT
public:
    XlGuest(std::shared_ptr<XlDomains> domains, FoundXlDomain found);
    ~XlGuest() override;

    std::string id() const override { return found_.domain.uuid; }
    std::string name() const override { return found_.domain.name; }
    std::filesystem::path place() const override;
    const LaunchPlan& plan() const override { return found_.plan; }
    bool isOurs() const override { return found_.ours; }
    std::string maker() const override;
    GuestState state() const override { return state_; }
    const std::optional<GuestEnd>& end() const override { return end_; }
    std::chrono::system_clock::time_point startedAt() const override { return startedAt_; }

    std::unique_ptr<ConsoleChannel> openConsole() override;
    QCoro::Task<Result<void>> resume() override;
    QCoro::Task<Result<void>> pause() override;
    QCoro::Task<Result<void>> reset(AfterReset after) override;
    QCoro::Task<Result<void>> kill() override;
    QCoro::Task<Result<void>> dump(std::filesystem::path file) override;
    QCoro::Task<Result<GdbEndpoint>> openGdb() override;
    QCoro::Task<Result<void>> closeGdb() override;
    QCoro::Task<Result<GuestUsage>> usage() override;
    QCoro::Task<Result<std::uint32_t>> number() override;

    Result<void> typeIn(const QByteArray& bytes) override;
    QCoro::Task<bool> consoleFetched() override;
    bool isFetched() const override { return true; }
    /// What the guest prints from now on is kept here: from the host's log, or from its pty.
    QCoro::Task<> keepConsole();

private:
    QCoro::Task<Result<void>> askToEnd() override;
    QCoro::Task<Result<void>> xl(std::string verb);
    std::unexpected<Error> cannot(std::string_view deed) const;
    void learn(const XlDomains::List& domains);
    QCoro::Task<> learnEnd(bool gone);
    void decide(std::string outside);
    void hearConsole();
    void setState(GuestState state);
    QCoro::Task<> openLine(ConsoleWay::Claim claim);

    std::shared_ptr<XlDomains> domains_;
    FoundXlDomain found_;
    GuestState state_ = GuestState::Running;
    std::optional<GuestEnd> end_;
    bool ending_ = false; ///< how it ended is being learnt
    std::chrono::system_clock::time_point startedAt_;
    EventJournal journal_;
    EndListener listener_;
    std::unique_ptr<LogFollower> heard_;
    std::shared_ptr<HostLogs::Mirror> mirror_; ///< of the host's log, where there is one
    std::unique_ptr<XenLine> line_;
    bool keeping_ = false;
    bool openingLine_ = false;
    QByteArray typed_;    ///< before the line was open
    std::string missing_; ///< what every console is told first
};

} // namespace rumpus

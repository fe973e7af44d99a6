// LibvirtGuest: a domain of a libvirt host, followed by its events and its console; ours or somebody else's.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/console_words.h"
#include "platforms/event_journal.h"
#include "platforms/guest_end.h"
#include "platforms/host.h"
#include "platforms/libvirt/connection.h"
#include "platforms/libvirt/console_way.h"
#include "platforms/libvirt/domain_directory.h"
#include "platforms/libvirt/domain_state.h"
#include "platforms/libvirt/host_logs.h"
#include "platforms/libvirt/host_reach.h"
#include "platforms/libvirt/log_follower.h"
#include "platforms/libvirt/logged_guest.h"
#include "platforms/libvirt/usage_sampler.h"

#include <QPointer>
#include <QTimer>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

class XlDomains;

/// What all guests of one host share.
struct LibvirtHostParts {
    std::shared_ptr<Connection> connection;
    std::shared_ptr<HostReach> reach;
    std::shared_ptr<UsageSampler> sampler;
    bool xen = false;                  ///< its hypervisor is Xen, and no guest has a QEMU
    std::shared_ptr<XlDomains> others; ///< of Xen's, those that libvirt does not know
};

/// A domain as it was found.
struct FoundDomain {
    std::string uuid;
    std::string name;
    LaunchPlan plan;
    DomainCondition condition;
    std::optional<DomainDirectory> directory; ///< nothing: this machine did not start it
    std::filesystem::path consoleLog;         ///< written by the host, readable here; empty: none
    HostLog hostLog;                          ///< the same on another machine, to be fetched from there
    bool logIsAddedTo = false;                ///< also when the domain is started again
    bool ours = false;                        ///< a rumpus started it, here or elsewhere
    bool sessionHost = false;                 ///< its QEMU runs as the user that we are
};

class LibvirtGuest : public LoggedGuest {
    Q_OBJECT
public:
    LibvirtGuest(LibvirtHostParts host, FoundDomain domain);
    ~LibvirtGuest() override;

    std::string id() const override { return domain_.uuid; }
    std::string name() const override { return domain_.name; }
    std::filesystem::path place() const override;
    const LaunchPlan& plan() const override { return domain_.plan; }
    GuestState state() const override { return state_; }
    const std::optional<GuestEnd>& end() const override { return end_; }
    std::chrono::system_clock::time_point startedAt() const override { return startedAt_; }
    /// A rumpus started it; others are watched as well as can be.
    bool isOurs() const override { return domain_.ours; }
    std::string maker() const override { return domain_.ours ? "rumpus" : "libvirt"; }

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
    QCoro::Task<Result<std::string>> monitor(std::string line) override;
    QCoro::Task<Result<ProgramOutput>> runBeside(ProgramRun run) override;
    QCoro::Task<Result<void>> sendBreak() override;

    Result<void> typeIn(const QByteArray& bytes) override;
    /// Where the host keeps no log: has the console read from now on, into a file here.
    QCoro::Task<Result<ConsoleWay::Outcome>> keepConsole(ConsoleWay::Claim claim);
    /// Where the host's log is fetched: does so from now on.
    void followHostLog();
    QCoro::Task<bool> consoleFetched() override;
    bool isFetched() const override { return mirror_ || !host_.reach->isLocal(); }
    /// Asks the host for the state that the domain has now.
    QCoro::Task<void> refresh();

private:
    using Act = int (*)(virDomainPtr);
    QCoro::Task<Result<void>> act(std::string what, Act function);
    QCoro::Task<Result<void>> askToEnd() override;
    QCoro::Task<Result<GdbEndpoint>> openGdbPort();
    /// Nothing where its QEMU can do it. Errors: it has none.
    Result<void> needQemu(std::string_view deed) const;

    QCoro::Task<void> endWithItsResetsAgain();

    void followEvents();
    void followConsole();
    void connectLogs();
    void fallBackToStream();
    /// What the guest prints is known here by its console's stream alone.
    bool isStreamed() const { return domain_.consoleLog.empty() && domain_.hostLog.file.empty(); }
    QCoro::Task<void> seekXenLog();
    QCoro::Task<void> beginReading();
    void onLifecycle(const LifecycleEvent& event);
    QCoro::Task<void> askAfterEnd(DomainCondition told);
    QCoro::Task<void> untilXenEndIsTold();
    void noteEndOfXen();
    void beginAgain();
    void forgetEnd();
    void onConnection(Connection::State state);
    void addToJournal(const QemuEvent& event);
    void update();
    GuestState decideState() const;
    bool hasEnded() const;
    bool awaitsLastWords();
    QCoro::Task<void> fetchLastWords();
    GuestEvidence evidence() const;
    enum class Errors : bool { Told, Silent };
    QCoro::Task<void> openStream(ConsoleWay::Claim claim, Errors errors = Errors::Told);
    QCoro::Task<void> openStreamAgain();
    QCoro::Task<Result<ConsoleWay::Outcome>> openWay(std::filesystem::path file, std::uint64_t limit,
                                                     ConsoleWay::Claim claim);
    void adoptWay(std::unique_ptr<ConsoleWay> way);

    LibvirtHostParts host_;
    bool connected_ = true; ///< until its loss was told
    FoundDomain domain_;
    std::chrono::system_clock::time_point startedAt_;
    EventJournal journal_;
    int bootsHeard_ = 0;
    bool firmwareResets_ = false; ///< the next reset is the firmware's, and no end
    EndListener listener_;
    std::unique_ptr<LogFollower> consoleFollower_;
    QTimer lastWords_;
    bool lastWordsOver_ = false; ///< what the console has not said by now is not waited for
    std::optional<DomainCondition::Life> fetchedAt_; ///< the end whose last words were fetched, or are
    bool fetchingLastWords_ = false;
    int lastWordsFetches_ = 0;
    std::shared_ptr<HostLogs::Mirror> mirror_; ///< of the host's log, where it is fetched
    std::unique_ptr<ConsoleWay> stream_;
    bool soughtLog_ = false; ///< a log of Xen's, which its domain does not name
    bool seekingLog_ = false;
    bool keepsConsole_ = false; ///< it is for us to read it from the host
    bool openingStream_ = false;
    bool openAgain_ = false; ///< something has changed while the stream was being opened
    QByteArray typed_;       ///< before the stream was open
    std::string missing_;    ///< what every console is told first
    GdbEndpoint gdb_;
    std::uint64_t lastAsked_ = 0; ///< questions to the host for the state, by their order
    std::uint64_t lastKnown_ = 0; ///< the newest of them that is answered
    bool updating_ = false;
    GuestState state_ = GuestState::Starting;
    std::optional<GuestEnd> end_;
};

} // namespace rumpus

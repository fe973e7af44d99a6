// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xl_guest.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/logged_console.h"
#include "platforms/libvirt/xen_dump.h"
#include "platforms/libvirt/xen_end.h"
#include "platforms/libvirt/xen_gdbstub.h"
#include "platforms/libvirt/xen_launch.h"

#include <QCoroSignal>
#include <QElapsedTimer>

#include <algorithm>
#include <utility>

namespace rumpus {

namespace {

ShutdownReason reasonOf(XenShutdown why)
{
    switch (why) {
    case XenShutdown::Reboot:
    case XenShutdown::SoftReset: return ShutdownReason::GuestReset;
    case XenShutdown::Crash:
    case XenShutdown::Watchdog: return ShutdownReason::GuestPanic;
    case XenShutdown::PowerOff:
    case XenShutdown::Suspend: break;
    }
    return ShutdownReason::GuestShutdown;
}

} // namespace

XlGuest::XlGuest(std::shared_ptr<XlDomains> domains, FoundXlDomain found)
    : domains_(std::move(domains)), found_(std::move(found)),
      startedAt_(found_.directory ? found_.directory->createdAt() : std::chrono::system_clock::now()),
      listener_(found_.plan.kind)
{
    connect(domains_.get(), &XlDomains::told, this, &XlGuest::learn);
    connect(domains_.get(), &XlDomains::reached, this, [this](const std::string& trouble) {
        tellConsoles(trouble.empty() ? "connected again" : trouble);
    });
    if (found_.directory) {
        journal_.read(found_.directory->events());
    }
    hearConsole();
    if (found_.gone) {
        state_ = GuestState::Gone;
        decide("it ended while nobody looked");
    } else if (found_.domain.shutdown) {
        noteXenEnd(reasonOf(*found_.domain.shutdown), journal_, found_.directory);
        state_ = GuestState::Ended;
        decide({});
    } else {
        state_ = found_.domain.paused ? GuestState::Paused : GuestState::Running;
    }
}

XlGuest::~XlGuest() = default;

std::filesystem::path XlGuest::place() const
{
    return found_.directory ? found_.directory->path() : std::filesystem::path();
}

/// libxl keeps the configuration of those that it has made, xl's and libvirt's.
std::string XlGuest::maker() const
{
    return found_.ours ? "rumpus" : found_.domain.type.empty() ? "a tool that is not known" : "xl or libvirt";
}

void XlGuest::setState(GuestState state)
{
    if (std::exchange(state_, state) != state) {
        Q_EMIT stateChanged(state);
    }
}

void XlGuest::learn(const XlDomains::List& domains)
{
    if (state_ == GuestState::Gone || ending_) {
        return;
    }
    const auto now = std::ranges::find(domains, found_.domain.uuid, &XlDomain::uuid);
    const bool gone = now == domains.end() || now->dying;
    if (!gone) {
        found_.domain = *now;
    }
    if (!gone && now->shutdown) {
        noteXenEnd(reasonOf(*now->shutdown), journal_, found_.directory);
    }
    const bool hasEnded = gone || now->shutdown.has_value();
    if (hasEnded && !(state_ == GuestState::Ended && !gone)) {
        learnEnd(gone);
    } else if (!hasEnded) {
        setState(now->paused ? GuestState::Paused : GuestState::Running);
    }
}

void XlGuest::decide(std::string outside)
{
    GuestEvidence evidence{.ready = true,
                           .processGone = state_ == GuestState::Gone,
                           .stoppedByUs = found_.directory && found_.directory->isStopped(),
                           .shutdown = journal_.shutdown(),
                           .spoken = listener_.end(),
                           .emulatorWords = {},
                           .outside = std::move(outside)};
    addXensWord(evidence);
    end_ = decideEnd(evidence);
}

/// How it ended is told when its last words are here. One that is gone with its end has left word of it in
/// xl's log alone.
QCoro::Task<> XlGuest::learnEnd(bool gone)
{
    const QPointer<XlGuest> self(this);
    const std::shared_ptr<HostReach> reach = domains_->reach();
    ending_ = true;
    if (gone && !journal_.shutdown()) {
        const std::vector<std::string> command{"cat", "--",
                                               formatted("/var/log/xen/xl-{}.log", found_.domain.name)};
        const Result<std::string> log = co_await reach->run(command);
        const auto why = self && log ? xlShutdown(*log, found_.domain.number) : std::nullopt;
        if (why) {
            noteXenEnd(reasonOf(*why), journal_, found_.directory);
        }
    }
    const std::shared_ptr<HostLogs::Mirror> mirror = self ? mirror_ : nullptr;
    if (mirror) {
        co_await reach->logs()->lastWordsFetched(mirror);
    } else if (self && line_ && gone) {
        co_await line_->finish();
    }
    if (!self) {
        co_return;
    }
    ending_ = false;
    if (mirror && gone) {
        HostLogs::close(*mirror);
    }
    if (heard_) {
        heard_->read();
    }
    const Consoles listeners = consoles();
    state_ = gone ? GuestState::Gone : GuestState::Ended;
    decide("its domain was destroyed");
    Q_EMIT stateChanged(state_);
    if (gone) {
        forEach(listeners, [](LoggedConsole& console) {
            console.guestIsGone(LoggedConsole::Rest::IsTold);
            console.restIsThere();
        });
    }
}

QCoro::Task<Result<std::uint32_t>> XlGuest::number()
{
    if (state_ == GuestState::Gone) {
        co_return hostError(formatted("guest {} is gone", printable(name())));
    }
    co_return found_.domain.number;
}

QCoro::Task<Result<void>> XlGuest::xl(std::string verb)
{
    const std::shared_ptr<XlDomains> domains = domains_;
    const std::vector<std::string> command{"xl", std::move(verb), std::to_string(found_.domain.number)};
    const Result<std::string> said = co_await domains->reach()->run(command);
    const auto now = co_await domains->ask();
    if (!said) {
        co_return std::unexpected(said.error());
    }
    co_return now ? Result<void>() : std::unexpected(now.error());
}

QCoro::Task<Result<void>> XlGuest::resume()
{
    return xl("unpause");
}

QCoro::Task<Result<void>> XlGuest::pause()
{
    return xl("pause");
}

QCoro::Task<Result<void>> XlGuest::reset(AfterReset /*after*/)
{
    co_return cannot("cannot be reset: stop it, and start it again");
}

QCoro::Task<Result<void>> XlGuest::askToEnd()
{
    return askToPowerOff(domains_->reach(), found_.domain.number);
}

QCoro::Task<Result<void>> XlGuest::kill()
{
    const QPointer<XlGuest> self(this);
    if (state_ == GuestState::Gone) {
        co_return {};
    }
    if (found_.directory) {
        found_.directory->markStopped();
    }
    const Result<void> done = co_await xl("destroy");
    static constexpr std::chrono::seconds patience{10};
    QElapsedTimer timer;
    timer.start();
    // its last words are on their way
    while (self && (done || ending_) && state_ != GuestState::Gone &&
           !timer.hasExpired(std::chrono::milliseconds(patience).count())) {
        co_await qCoro(this, &Guest::stateChanged, patience);
    }
    // it may have ended by itself in the meantime
    co_return self&& state_ == GuestState::Gone ? Result<void>() : done;
}

QCoro::Task<Result<void>> XlGuest::dump(std::filesystem::path file)
{
    const std::shared_ptr<HostReach> reach = domains_->reach();
    const std::string number = std::to_string(found_.domain.number);
    const auto write = [reach, number](std::filesystem::path there) -> QCoro::Task<Result<void>> {
        const std::vector<std::string> command{"xl", "dump-core", number, there.native()};
        const Result<std::string> said = co_await reach->run(command);
        co_return said ? Result<void>() : std::unexpected(said.error());
    };
    co_return co_await receiveXenDump(reach, write, std::filesystem::absolute(file));
}

QCoro::Task<Result<GdbEndpoint>> XlGuest::openGdb()
{
    return openXenGdb(this, domains_->reach(), found_.domain.number);
}

QCoro::Task<Result<void>> XlGuest::closeGdb()
{
    return repairXenGuest(domains_->reach(), found_.domain.number, found_.domain.uuid);
}

QCoro::Task<Result<GuestUsage>> XlGuest::usage()
{
    const std::shared_ptr<XlDomains> domains = domains_;
    const std::string uuid = found_.domain.uuid;
    const Result<XlDomains::List> now = co_await domains->ask();
    if (!now) {
        co_return std::unexpected(now.error());
    }
    const auto domain = std::ranges::find(*now, uuid, &XlDomain::uuid);
    if (domain == now->end()) {
        co_return hostError("the guest does not run any more");
    }
    co_return GuestUsage{.cpu = domain->cpu,
                         .memory = domain->memory,
                         .diskRead = {},
                         .diskWritten = {},
                         .netReceived = {},
                         .netSent = {}};
}

std::unexpected<Error> XlGuest::cannot(std::string_view deed) const
{
    return hostError(formatted("a guest of Xen's {}", deed));
}

} // namespace rumpus

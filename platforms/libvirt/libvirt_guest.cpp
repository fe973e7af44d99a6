// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/libvirt_guest.h"

#include "core/base/files.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/logged_console.h"
#include "platforms/libvirt/xen_calls.h"
#include "platforms/libvirt/xen_end.h"

#include <QScopedValueRollback>

#include <libvirt/virterror.h>
#include <utility>

namespace rumpus {

namespace {

using Life = DomainCondition::Life;

} // namespace

LibvirtGuest::LibvirtGuest(LibvirtHostParts host, FoundDomain domain)
    : host_(std::move(host)), domain_(std::move(domain)),
      startedAt_(domain_.directory ? domain_.directory->createdAt() : std::chrono::system_clock::now()),
      listener_(domain_.plan.kind)
{
    if (!domain_.ours && isStreamed()) {
        missing_ = "this guest was not started by rumpus: what it printed before is not known here";
    }
    lastWords_.setSingleShot(true);
    connect(&lastWords_, &QTimer::timeout, this, [this] {
        lastWordsOver_ = true;
        update();
    });
    followEvents();
    connectLogs();
    // until both the events and the console have been read, any state would be a wrong one
    updating_ = true;
    if (domain_.directory) {
        journal_.read(domain_.directory->events());
        const bool ended = journal_.shutdown() || domain_.directory->isStopped();
        if (domain_.plan.persistent && domain_.condition.life == Life::Runs && ended) {
            forgetEnd(); // it was started again while nobody of ours looked
        }
    }
    noteEndOfXen();
    followConsole();
    updating_ = false;
    lastWordsOver_ = hasEnded(); // long ago
    update();
}

LibvirtGuest::~LibvirtGuest() = default;

std::filesystem::path LibvirtGuest::place() const
{
    return domain_.directory ? domain_.directory->path() : std::filesystem::path();
}

void LibvirtGuest::followEvents()
{
    connect(host_.connection.get(), &Connection::lifecycle, this, &LibvirtGuest::onLifecycle);
    connect(host_.connection.get(), &Connection::stateChanged, this, &LibvirtGuest::onConnection);
    connect(host_.connection.get(), &Connection::qemuEvent, this, &LibvirtGuest::addToJournal);
}

void LibvirtGuest::onLifecycle(const LifecycleEvent& event)
{
    if (event.uuid != domain_.uuid) {
        return;
    }
    if (event.event == VIR_DOMAIN_EVENT_STARTED && domain_.condition.life == Life::Gone) {
        beginAgain();
    }
    std::optional<DomainCondition> condition = conditionFromEvent(event.event, event.detail);
    if (condition && host_.xen) {
        askAfterEnd(std::move(*condition));
    } else if (condition) {
        domain_.condition = std::move(*condition);
        lastKnown_ = ++lastAsked_; // what was asked before is old
        update();
    } else {
        refresh();
    }
}

/// A domain that its host keeps was started anew, by whomever.
void LibvirtGuest::beginAgain()
{
    domain_.condition = {};
    lastKnown_ = ++lastAsked_;
    startedAt_ = std::chrono::system_clock::now();
    forgetEnd();
    followConsole();
    forEach(consoles(), [](LoggedConsole& console) { console.guestIsBack(); });
    update();
    if (domain_.consoleLog.empty() && (keepsConsole_ || mirror_ || hadConsole())) {
        followHostLog();
        if (isStreamed()) {
            openStream(ConsoleWay::Claim::IfFree, Errors::Silent);
        }
    }
}

void LibvirtGuest::forgetEnd()
{
    journal_ = {};
    if (domain_.directory) {
        // a log that the host makes begins anew, too
        const bool goesOn = domain_.consoleLog.empty() || domain_.logIsAddedTo;
        domain_.directory->beginAgain(goesOn ? LogPosition::endOf(domain_.directory->consoleLog())
                                             : LogPosition{});
    }
}

void LibvirtGuest::addToJournal(const QemuEvent& event)
{
    if (event.uuid != domain_.uuid) {
        return;
    }
    if (domain_.directory) {
        domain_.directory->addEvent(event.message);
    }
    journal_.read(event.message);
    if (firmwareResets_ && event.message.contains("\"RESET\"") && event.message.contains("\"guest-reset\"")) {
        endWithItsResetsAgain();
    }
    update();
}

void LibvirtGuest::onConnection(Connection::State state)
{
    if (state == Connection::State::Lost) {
        // it is lost again with every attempt that fails
        if (std::exchange(connected_, false)) {
            tellConsoles(host_.connection->words());
        }
        // libvirt tells a stream nothing of it
        if (!openingStream_) {
            stream_.reset();
        }
    } else if (state == Connection::State::Connected) {
        connected_ = true;
        refresh();
        if (mirror_) {
            tellConsoles("connected again");
        } else if (isStreamed() && keepsConsole_ && state_ != GuestState::Gone) {
            tellConsoles("connected again; what the guest printed meanwhile is missing here");
            // it was ours, and the host may not have noticed yet that we were away
            openStream(ConsoleWay::Claim::Take);
        }
    } else if (state == Connection::State::Refused && !connected_) {
        tellConsoles("the host does not let us in again: " + host_.connection->words());
    }
}

QCoro::Task<void> LibvirtGuest::refresh()
{
    const QPointer<LibvirtGuest> self(this);
    const std::uint64_t number = ++lastAsked_;
    const Result<DomainCondition> condition = co_await host_.connection->call(
        [uuid = domain_.uuid, xen = host_.xen](virConnectPtr handle) -> Result<DomainCondition> {
            if (xen) {
                return xenCondition(handle, uuid);
            }
            const Result<DomainPointer> found = findDomain(handle, uuid);
            int state = 0;
            int reason = 0;
            if (found && ::virDomainGetState(found->get(), &state, &reason, 0) == 0) {
                return conditionFromState(state, reason);
            }
            if (lastLibvirtFailure().code == VIR_ERR_NO_DOMAIN) {
                return DomainCondition{.life = Life::Gone, .why = "it ended while nobody looked"};
            }
            return libvirtFailed("cannot ask for the guest's state");
        });
    if (self && host_.xen && condition && condition->life == Life::Gone) {
        co_await untilXenEndIsTold();
    }
    // a transient domain is gone with its end; what its last event said is better than that
    if (self && condition && number > lastKnown_ && domain_.condition.life != Life::Gone) {
        lastKnown_ = number;
        domain_.condition = *condition;
        noteEndOfXen();
        update();
    }
}

void LibvirtGuest::update()
{
    if (updating_) {
        return;
    }
    const QScopedValueRollback guard(updating_, true);
    if (journal_.boots() != bootsHeard_) {
        followConsole();
    }
    if (mirror_ && hasEnded() && fetchedAt_ != domain_.condition.life) {
        fetchLastWords();
    }
    if (consoleFollower_ && hasEnded()) {
        // the last words stand in the console before the event that made us look
        consoleFollower_->read();
    }
    if (awaitsLastWords()) {
        return;
    }
    const std::optional<GuestEnd> before = std::exchange(end_, decideEnd(evidence()));
    const GuestState state = decideState();
    if (state == state_ && end_ == before) {
        return;
    }
    const bool changed = std::exchange(state_, state) != state;
    if (changed && state == GuestState::Paused && !domain_.condition.why.empty()) {
        tellConsoles("the host paused the guest: " + domain_.condition.why);
    }
    if (changed && state == GuestState::Gone) {
        const auto rest = fetchingLastWords_ ? LoggedConsole::Rest::IsTold : LoggedConsole::Rest::IsAwaited;
        forEach(consoles(), [rest](LoggedConsole& console) { console.guestIsGone(rest); });
    }
    Q_EMIT stateChanged(state);
}

GuestState LibvirtGuest::decideState() const
{
    switch (domain_.condition.life) {
    case Life::Unknown: return GuestState::Starting;
    case Life::Runs: return end_ ? GuestState::Ended : GuestState::Running;
    case Life::Paused: return end_ ? GuestState::Ended : GuestState::Paused;
    case Life::Ended: return GuestState::Ended;
    case Life::Gone: return GuestState::Gone;
    }
    std::unreachable();
}

bool LibvirtGuest::hasEnded() const
{
    return domain_.condition.life == Life::Gone || domain_.condition.life == Life::Ended ||
           journal_.shutdown();
}

/// Who learns that the guest has ended asks how, and that can still be on its way through the console.
bool LibvirtGuest::awaitsLastWords()
{
    static constexpr std::chrono::seconds patience{1};
    const bool spoken = listener_.end() && listener_.end()->final;
    const bool waits = hasEnded() && !spoken && !lastWordsOver_ && consoleFollower_ &&
                       consoleFollower_->isOpen() && !consoleFollower_->isComplete() &&
                       !domain_.directory->isStopped();
    if (waits && !fetchingLastWords_ && !lastWords_.isActive()) {
        lastWords_.start(patience);
    }
    return waits;
}

GuestEvidence LibvirtGuest::evidence() const
{
    const DomainCondition& condition = domain_.condition;
    GuestEvidence evidence{
        .ready = true,
        .processGone = condition.life == Life::Gone,
        .stoppedByUs = domain_.directory && domain_.directory->isStopped(),
        .shutdown = journal_.shutdown(),
        .spoken = listener_.end(),
        .emulatorWords = {},
        .outside = condition.why,
    };
    if (!evidence.shutdown && condition.crashed) {
        evidence.shutdown = ShutdownReason::GuestPanic;
    } else if (!evidence.shutdown && condition.guestEnded) {
        evidence.shutdown = ShutdownReason::GuestShutdown;
    }
    if (host_.xen) {
        addXensWord(evidence);
    }
    if (evidence.shutdown == ShutdownReason::GuestReset && domain_.directory) {
        evidence.tripleFault = readFile(domain_.directory->cpuLog()).value_or("").contains("Triple fault");
    }
    return evidence;
}

} // namespace rumpus

// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/libvirt_guest.h"

#include "core/base/files.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/libvirt_console.h"
#include "platforms/libvirt/xen_calls.h"

#include <QScopedValueRollback>

#include <algorithm>
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
    noteXenEnd();
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
    for (const QPointer<LibvirtConsole>& console : consoles_) {
        if (console) {
            console->guestIsBack();
        }
    }
    update();
    if (domain_.consoleLog.empty() && (keepsConsole_ || mirror_ || !consoles_.empty())) {
        followHostLog();
        if (isStreamed()) {
            openStream(ConsoleStream::Claim::IfFree, Errors::Silent);
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
            openStream(ConsoleStream::Claim::Take);
        }
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
        noteXenEnd();
        update();
    }
}

void LibvirtGuest::followConsole()
{
    bootsHeard_ = journal_.boots();
    listener_ = EndListener(domain_.plan.kind);
    lastWordsOver_ = false;
    lastWords_.stop();
    consoleFollower_.reset();
    if (!domain_.directory) {
        return;
    }
    consoleFollower_ = std::make_unique<LogFollower>();
    connect(consoleFollower_.get(), &LogFollower::grown, this, [this](const QByteArray& bytes) {
        if (listener_.hear({bytes.constData(), static_cast<std::size_t>(bytes.size())})) {
            update();
        }
    });
    // the last words can be written after the host has said that the guest is gone
    connect(consoleFollower_.get(), &LogFollower::completed, this, &LibvirtGuest::update);
    // or another process of ours kept the log, and has gone
    connect(consoleFollower_.get(), &LogFollower::completed, this, [this] {
        if (!stream_ && !consoles_.empty()) {
            openStreamAgain();
        }
    });
    // a guest speaks of its end at the end: all of a long log would hold up the window
    static constexpr std::uint64_t most = std::uint64_t{64} << 10U;
    connect(consoleFollower_.get(), &LogFollower::blocked, this, &LibvirtGuest::fallBackToStream);
    if (consoleFollower_->open(domain_.directory->consoleLog(), domain_.directory->bootOrigin(), most)) {
        consoleFollower_->read();
    }
}

void LibvirtGuest::connectLogs()
{
    const RemoteLogs* logs = domain_.hostLog.empty() ? nullptr : host_.reach->logs();
    if (logs == nullptr) {
        domain_.hostLog.clear();
        return;
    }
    connect(logs, &RemoteLogs::unreadable, this, [this](const RemoteLogs::Mirror* of) {
        if (of == mirror_.get()) {
            fallBackToStream();
        }
    });
    connect(logs, &RemoteLogs::lost, this, [this](const RemoteLogs::Mirror* of, const QString& why) {
        if (of == mirror_.get()) {
            missing_ = why.toStdString(); // who opens the console later misses it, too
            tellConsoles(missing_);
        }
    });
}

void LibvirtGuest::followHostLog()
{
    if (!domain_.hostLog.empty() && domain_.directory && state_ != GuestState::Gone) {
        mirror_ = host_.reach->logs()->follow({.log = domain_.hostLog,
                                               .file = domain_.directory->consoleLog(),
                                               .limit = domain_.plan.consoleLimit});
    }
}

/// The host's daemon, another user, has begun a new file, which is its own.
void LibvirtGuest::fallBackToStream()
{
    if (!domain_.directory) {
        return;
    }
    if (!isStreamed()) {
        missing_ =
            "the host's log of this console is full, and the next is not readable here: from here on it "
            "is read as it comes, and bytes can be missing where the guest prints much";
        tellConsoles(missing_);
        domain_.directory->markStreamed();
    }
    if (!domain_.hostLog.empty()) {
        mirror_.reset();
    } else if (const Result<void> made = domain_.directory->replaceConsoleLog(); !made) {
        tellConsoles(toString(made.error()));
    }
    domain_.consoleLog.clear();
    domain_.hostLog.clear();
    stream_.reset();
    openStream(ConsoleStream::Claim::Take);
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
    if (mirror_ && hasEnded()) {
        domain_.condition.life == Life::Gone ? host_.reach->logs()->finish(*mirror_)
                                             : host_.reach->logs()->look(*mirror_);
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
        for (const QPointer<LibvirtConsole>& console : consoles_) {
            if (console) {
                console->guestIsGone();
            }
        }
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
    if (waits && !lastWords_.isActive()) {
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
    if (host_.xen && evidence.shutdown == ShutdownReason::GuestPanic && !evidence.spoken) {
        evidence.spoken = {.how = SpokenEnd::How::Crashed, .words = "Xen says so of its domain"};
        evidence.spoken->final = true;
    }
    if (evidence.shutdown == ShutdownReason::GuestReset && domain_.directory) {
        evidence.tripleFault = readFile(domain_.directory->cpuLog()).value_or("").contains("Triple fault");
    }
    return evidence;
}

void LibvirtGuest::tellConsoles(const std::string& text)
{
    for (const QPointer<LibvirtConsole>& console : consoles_) {
        if (console) {
            console->tell(text);
        }
    }
}

std::unique_ptr<ConsoleChannel> LibvirtGuest::openConsole()
{
    if (!domain_.directory) {
        // somebody else's guest: a place for what its console prints from now on
        if (Result<DomainDirectory> made = DomainDirectory::create(domain_.uuid);
            made && made->save(domain_.plan, host_.connection->uri())) {
            domain_.directory = *made;
        }
    }
    std::filesystem::path log = domain_.consoleLog;
    if (log.empty() && domain_.directory) {
        log = domain_.directory->consoleLog();
        if (std::error_code failed; !std::filesystem::exists(log, failed)) {
            [[maybe_unused]] const Result<void> made = makePrivateFile(log);
        }
        followHostLog();
        if (isStreamed() && !stream_ && state_ != GuestState::Gone) {
            openStream(ConsoleStream::Claim::IfFree);
        }
    }
    auto console = std::make_unique<LibvirtConsole>(this, log, missing_);
    std::erase_if(consoles_, [](const QPointer<LibvirtConsole>& open) { return open.isNull(); });
    consoles_.emplace_back(console.get());
    return console;
}

QCoro::Task<Result<ConsoleStream::Outcome>> LibvirtGuest::keepConsole(ConsoleStream::Claim claim)
{
    const QPointer<LibvirtGuest> self(this);
    const auto size = [](const std::filesystem::path& file) {
        std::error_code failed;
        const std::uintmax_t bytes = std::filesystem::file_size(file, failed);
        return failed ? 0 : bytes;
    };
    std::filesystem::path file;
    std::uint64_t limit = domain_.plan.consoleLimit;
    if (isStreamed() && domain_.directory) {
        file = domain_.directory->consoleLog();
        limit = limit == 0 ? 0 : std::max<std::uint64_t>(1, limit - std::min(limit, size(file)));
    }
    openingStream_ = true;
    stream_ = std::make_unique<ConsoleStream>(file, file.empty() ? 0 : limit);
    connect(stream_.get(), &ConsoleStream::ended, this, &LibvirtGuest::openStreamAgain);
    connect(stream_.get(), &ConsoleStream::heard, this, [this] {
        if (mirror_) {
            host_.reach->logs()->look(*mirror_);
        }
    });
    connect(stream_.get(), &ConsoleStream::lost, this, [this](const QString& why) {
        missing_ = why.toStdString(); // who opens the console later misses it, too
        tellConsoles(missing_);
    });
    const Result<ConsoleStream::Outcome> opened =
        co_await stream_->open(host_.connection, domain_.uuid, claim);
    if (self) {
        openingStream_ = false;
        keepsConsole_ = opened ? opened == ConsoleStream::Outcome::Open : keepsConsole_;
        if (opened != ConsoleStream::Outcome::Open) {
            stream_.reset();
        }
    }
    co_return opened;
}

QCoro::Task<void> LibvirtGuest::openStreamAgain()
{
    const QPointer<LibvirtGuest> self(this);
    const auto connected = [this] { return host_.connection->state() == Connection::State::Connected; };
    if (!isStreamed() || !connected()) {
        co_return;
    }
    co_await refresh();
    if (self && state_ != GuestState::Gone && !openingStream_ && !(stream_ && stream_->isOpen()) &&
        connected()) {
        co_await openStream(ConsoleStream::Claim::IfFree, Errors::Silent);
    }
}

QCoro::Task<void> LibvirtGuest::openStream(ConsoleStream::Claim claim, Errors errors)
{
    using Outcome = ConsoleStream::Outcome;
    const QPointer<LibvirtGuest> self(this);
    if (openingStream_) {
        openAgain_ = true;
        co_return;
    }
    Result<Outcome> opened = Outcome::Open;
    do {
        openAgain_ = false;
        opened = co_await keepConsole(typed_.isEmpty() ? claim : ConsoleStream::Claim::Take);
    } while (self && openAgain_ && opened != Outcome::Open);
    if (!self) {
        co_return;
    }
    if (opened == Outcome::Taken && isStreamed()) {
        tellConsoles("another program reads this console; type to take it");
    }
    if (opened == Outcome::Open && !typed_.isEmpty()) {
        if (const Result<void> sent = stream_->write(typed_); !sent) {
            opened = std::unexpected(sent.error());
        }
    }
    typed_.clear();
    if (!opened && errors == Errors::Told && state_ != GuestState::Gone) {
        tellConsoles(toString(opened.error()));
    }
}

Result<void> LibvirtGuest::typeIn(const QByteArray& bytes)
{
    if (state_ == GuestState::Gone) {
        return hostError("the guest takes no input any more", "it is gone");
    }
    if (mirror_) {
        host_.reach->logs()->look(*mirror_); // for the answer
    }
    if (stream_ && stream_->isOpen()) {
        return stream_->write(bytes);
    }
    static constexpr qsizetype mostWaiting = qsizetype{1024} * 1024;
    if (typed_.size() + bytes.size() > mostWaiting) {
        return hostError("the guest does not read its input", "wait, or send less at once");
    }
    typed_ += bytes;
    openStream(ConsoleStream::Claim::Take);
    return {};
}

} // namespace rumpus

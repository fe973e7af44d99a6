// How a libvirt guest's console is read, from a log of its host's or as a stream, and typed into.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "platforms/libvirt/console_stream.h"
#include "platforms/libvirt/libvirt_guest.h"
#include "platforms/libvirt/logged_console.h"
#include "platforms/libvirt/xen_console_log.h"
#include "platforms/libvirt/xen_line.h"

#include <algorithm>
#include <utility>

namespace rumpus {

void LibvirtGuest::followConsole()
{
    bootsHeard_ = journal_.boots();
    listener_ = EndListener(domain_.plan.kind);
    lastWordsOver_ = false;
    lastWords_.stop();
    fetchedAt_.reset();
    fetchingLastWords_ = false;
    ++lastWordsFetches_;
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
        if (!stream_ && hadConsole()) {
            openStreamAgain();
        }
    });
    // a guest speaks of its end at the end: all of a long log would hold up the window
    static constexpr std::uint64_t most = std::uint64_t{64} << 10U;
    if (consoleFollower_->open(domain_.directory->consoleLog(), domain_.directory->bootOrigin(), most)) {
        consoleFollower_->read();
    }
}

void LibvirtGuest::connectLogs()
{
    const HostLogs* logs = host_.reach->logs();
    if (logs == nullptr) {
        domain_.hostLog = {};
        return;
    }
    connect(logs, &HostLogs::unreadable, this, [this](const HostLogs::Mirror* of) {
        if (of == mirror_.get()) {
            fallBackToStream();
        }
    });
    connect(logs, &HostLogs::lost, this, [this](const HostLogs::Mirror* of, const QString& why) {
        if (of == mirror_.get()) {
            missing_ = why.toStdString(); // who opens the console later misses it, too
            tellConsoles(missing_);
        }
    });
}

void LibvirtGuest::followHostLog()
{
    if (!domain_.hostLog.file.empty() && domain_.directory && state_ != GuestState::Gone) {
        mirror_ = host_.reach->logs()->follow({.log = domain_.hostLog,
                                               .file = domain_.directory->consoleLog(),
                                               .limit = domain_.plan.consoleLimit,
                                               .ours = domain_.ours});
    }
}

/// The host's daemon, another user, has begun a new file, which is its own, and lets us read it by no way.
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
    mirror_.reset();
    domain_.hostLog = {};
    stream_.reset();
    openStream(ConsoleWay::Claim::Take);
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
        beginReading();
    }
    return addConsole(std::move(log), missing_);
}

/// For the domain of somebody else, or of another run, that names no log.
QCoro::Task<void> LibvirtGuest::seekXenLog()
{
    const bool seeks = host_.xen && isStreamed() && !stream_ && !soughtLog_ && domain_.directory &&
                       !domain_.directory->isStreamed() && host_.reach->logs() != nullptr;
    if (!seeks) {
        co_return;
    }
    const QPointer<LibvirtGuest> self(this);
    soughtLog_ = seekingLog_ = true;
    std::optional<HostLog> log = co_await findXenLog(host_.reach, domain_.name, LogAge::Older);
    if (!self) {
        co_return;
    }
    seekingLog_ = false;
    // who types meanwhile has the stream, and stays with it
    if (log && !stream_ && !openingStream_) {
        domain_.hostLog = std::move(*log);
    } else if (!log) {
        tellConsoles("its host keeps no log of this console: what the guest prints while nobody reads it is "
                     "lost; xenconsoled keeps one with --log=guest (Debian: XENCONSOLED_ARGS in "
                     "/etc/default/xen)");
    }
}

/// From the host's log; where there is none, as a stream.
QCoro::Task<void> LibvirtGuest::beginReading()
{
    const QPointer<LibvirtGuest> self(this);
    co_await seekXenLog();
    if (!self || seekingLog_) {
        co_return;
    }
    followHostLog();
    if (isStreamed() && !stream_ && state_ != GuestState::Gone) {
        co_await openStream(ConsoleWay::Claim::IfFree);
    }
}

QCoro::Task<bool> LibvirtGuest::consoleFetched()
{
    const std::shared_ptr<HostLogs::Mirror> mirror = mirror_;
    bool answered = true;
    if (mirror) {
        answered = co_await host_.reach->logs()->fetched(mirror);
    }
    co_return answered;
}

/// Who listens learns the end when the words before it are here, however long their host takes to answer.
QCoro::Task<void> LibvirtGuest::fetchLastWords()
{
    const QPointer<LibvirtGuest> self(this);
    const std::shared_ptr<HostReach> reach = host_.reach;
    const std::shared_ptr<HostLogs::Mirror> mirror = mirror_;
    if (!HostLogs::isKept(*mirror)) {
        co_return; // another process fetches, and closes the copy after them
    }
    fetchedAt_ = domain_.condition.life;
    fetchingLastWords_ = true;
    const int number = ++lastWordsFetches_;
    co_await reach->logs()->lastWordsFetched(mirror);
    if (!self || number != lastWordsFetches_) {
        co_return;
    }
    fetchingLastWords_ = false;
    lastWordsOver_ = true;
    if (domain_.condition.life != DomainCondition::Life::Gone) {
        update();
        co_return;
    }
    HostLogs::close(*mirror);
    const Consoles listeners = consoles();
    update();
    forEach(listeners, [](LoggedConsole& console) { console.restIsThere(); });
}

void LibvirtGuest::adoptWay(std::unique_ptr<ConsoleWay> way)
{
    stream_ = std::move(way);
    connect(stream_.get(), &ConsoleWay::ended, this, &LibvirtGuest::openStreamAgain);
    connect(stream_.get(), &ConsoleWay::heard, this, [this] {
        if (mirror_) {
            host_.reach->logs()->look(*mirror_);
        }
    });
    connect(stream_.get(), &ConsoleWay::lost, this, [this](const QString& why) {
        missing_ = why.toStdString(); // who opens the console later misses it, too
        tellConsoles(missing_);
    });
}

/// A guest of Xen's by its pty, where we may open that; any other by libvirt.
QCoro::Task<Result<ConsoleWay::Outcome>> LibvirtGuest::openWay(std::filesystem::path file,
                                                               std::uint64_t limit, ConsoleWay::Claim claim)
{
    const QPointer<LibvirtGuest> self(this);
    if (host_.xen) {
        const Result<std::uint32_t> number = co_await this->number();
        if (!self || !number) {
            co_return self ? std::unexpected(number.error()) : hostError("the guest was closed");
        }
        auto line = std::make_unique<XenLine>(host_.reach, *number, file, limit);
        XenLine* const way = line.get();
        adoptWay(std::move(line));
        const Result<ConsoleWay::Outcome> opened = co_await way->open(claim);
        if (!self || opened) {
            co_return opened;
        }
    }
    auto stream = std::make_unique<ConsoleStream>(std::move(file), limit, host_.reach);
    ConsoleStream* const way = stream.get();
    adoptWay(std::move(stream));
    co_return co_await way->open(host_.connection, domain_.uuid, claim);
}

QCoro::Task<Result<ConsoleWay::Outcome>> LibvirtGuest::keepConsole(ConsoleWay::Claim claim)
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
    const Result<ConsoleWay::Outcome> opened = co_await openWay(file, file.empty() ? 0 : limit, claim);
    if (self) {
        openingStream_ = false;
        keepsConsole_ = opened ? opened == ConsoleWay::Outcome::Open : keepsConsole_;
        if (opened != ConsoleWay::Outcome::Open) {
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
        co_await openStream(ConsoleWay::Claim::IfFree, Errors::Silent);
    }
}

QCoro::Task<void> LibvirtGuest::openStream(ConsoleWay::Claim claim, Errors errors)
{
    using Outcome = ConsoleWay::Outcome;
    const QPointer<LibvirtGuest> self(this);
    if (openingStream_) {
        openAgain_ = true;
        co_return;
    }
    Result<Outcome> opened = Outcome::Open;
    do {
        openAgain_ = false;
        opened = co_await keepConsole(typed_.isEmpty() ? claim : ConsoleWay::Claim::Take);
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
    openStream(ConsoleWay::Claim::Take);
    return {};
}

} // namespace rumpus

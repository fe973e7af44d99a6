// How the console of a guest of xl's is read, from its host's log or from its pty, and typed into.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/logged_console.h"
#include "platforms/libvirt/xen_console_log.h"
#include "platforms/libvirt/xl_guest.h"

#include <algorithm>
#include <utility>

namespace rumpus {

void XlGuest::hearConsole()
{
    // a guest speaks of its end at the end: all of a long log would hold up the window
    static constexpr std::uint64_t most = std::uint64_t{64} << 10U;
    if (heard_ || !found_.directory) {
        return;
    }
    heard_ = std::make_unique<LogFollower>();
    connect(heard_.get(), &LogFollower::grown, this, [this](const QByteArray& bytes) {
        listener_.hear({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    });
    if (heard_->open(found_.directory->consoleLog(), {}, most)) {
        heard_->read();
    }
}

std::unique_ptr<ConsoleChannel> XlGuest::openConsole()
{
    if (!found_.directory) {
        // somebody else's guest: a place for what its console prints from now on
        Result<DomainDirectory> made = DomainDirectory::create(found_.domain.uuid);
        if (made && made->save(found_.plan, found_.hostUri) && makePrivateFile(made->consoleLog())) {
            found_.directory = *made;
            hearConsole();
        }
    }
    auto console =
        addConsole(found_.directory ? found_.directory->consoleLog() : std::filesystem::path(), missing_);
    keepConsole();
    return console;
}

QCoro::Task<> XlGuest::keepConsole()
{
    const QPointer<XlGuest> self(this);
    if (state_ == GuestState::Gone || !found_.directory || std::exchange(keeping_, true)) {
        co_return;
    }
    const std::shared_ptr<HostReach> reach = domains_->reach();
    if (found_.log.file.empty()) {
        const std::optional<HostLog> log = co_await findXenLog(reach, found_.domain.name, LogAge::Older);
        if (!self) {
            co_return;
        }
        found_.log = log.value_or(HostLog());
        if (log) {
            missing_ = "what this guest printed before is not known here";
        }
    }
    if (!found_.log.file.empty()) {
        mirror_ = reach->logs()->follow({.log = found_.log,
                                         .file = found_.directory->consoleLog(),
                                         .limit = found_.plan.consoleLimit,
                                         .ours = found_.ours});
        co_return;
    }
    co_await openLine(ConsoleWay::Claim::IfFree);
}

QCoro::Task<> XlGuest::openLine(ConsoleWay::Claim claim)
{
    const QPointer<XlGuest> self(this);
    const std::shared_ptr<HostReach> reach = domains_->reach();
    openingLine_ = true;
    const std::filesystem::path file = mirror_ ? std::filesystem::path() : found_.directory->consoleLog();
    line_ = std::make_unique<XenLine>(reach, found_.domain.number, file, found_.plan.consoleLimit);
    connect(line_.get(), &ConsoleWay::heard, this, [this] {
        if (mirror_) {
            domains_->reach()->logs()->look(*mirror_);
        }
    });
    connect(line_.get(), &ConsoleWay::lost, this, [this](const QString& why) {
        missing_ = why.toStdString();
        tellConsoles(missing_);
    });
    const Result<ConsoleWay::Outcome> opened = co_await line_->open(claim);
    if (!self) {
        co_return;
    }
    openingLine_ = false;
    const QByteArray typed = std::exchange(typed_, {});
    Result<void> sent = opened ? Result<void>() : std::unexpected(opened.error());
    if (opened == ConsoleWay::Outcome::Open && !typed.isEmpty()) {
        sent = line_->write(typed);
    } else if (opened != ConsoleWay::Outcome::Open) {
        line_.reset();
    }
    if (!sent && state_ != GuestState::Gone && !ending_) {
        tellConsoles(toString(sent.error()));
    }
    if (!typed.isEmpty() && opened == ConsoleWay::Outcome::KeptHere) {
        typed_ = typed;
        openLine(ConsoleWay::Claim::Take);
    }
}

QCoro::Task<bool> XlGuest::consoleFetched()
{
    const std::shared_ptr<HostReach> reach = domains_->reach();
    const std::shared_ptr<HostLogs::Mirror> mirror = mirror_;
    bool answered = true;
    if (mirror) {
        answered = co_await reach->logs()->fetched(mirror);
    }
    co_return answered;
}

Result<void> XlGuest::typeIn(const QByteArray& bytes)
{
    if (state_ == GuestState::Gone) {
        return hostError("the guest takes no input any more", "it is gone");
    }
    if (mirror_) {
        domains_->reach()->logs()->look(*mirror_); // for the answer
    }
    if (line_ && line_->isOpen() && !openingLine_) {
        return line_->write(bytes);
    }
    typed_ += bytes;
    if (!openingLine_) {
        openLine(ConsoleWay::Claim::Take);
    }
    return {};
}

} // namespace rumpus

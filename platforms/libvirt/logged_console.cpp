// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/logged_console.h"

namespace rumpus {

LoggedConsole::LoggedConsole(LoggedGuest* guest, std::filesystem::path log, std::string before)
    : guest_(guest), log_(std::move(log)), before_(std::move(before))
{
    lastWords_.setSingleShot(true);
    connect(&lastWords_, &QTimer::timeout, this, [this] {
        patienceOver_ = true;
        finishWhenDone();
    });
    connect(&follower_, &LogFollower::grown, this, [this](const QByteArray& bytes) {
        Q_EMIT received(bytes);
        finishWhenDone();
    });
    connect(&follower_, &LogFollower::completed, this, &LoggedConsole::finishWhenDone);
    connect(&follower_, &LogFollower::skipped, this, [this] {
        Q_EMIT noticed({"part of the console is missing here: the guest printed more than its log keeps"});
    });
}

void LoggedConsole::start()
{
    if (!before_.empty()) {
        Q_EMIT noticed({before_});
    }
    if (const Result<void> opened = follower_.open(log_); !opened) {
        Q_EMIT noticed({toString(opened.error())});
        finished_ = true;
        Q_EMIT finished();
        return;
    }
    if (guest_ && guest_->state() == GuestState::Gone) {
        // who wrote the log has long closed it
        patienceOver_ = guestGone_ = true;
    }
    follower_.read();
    finishWhenDone();
}

void LoggedConsole::drain()
{
    follower_.read();
}

std::chrono::milliseconds LoggedConsole::lag() const
{
    // through virtlogd, and from there by ssh
    static constexpr std::chrono::milliseconds here{50};
    static constexpr std::chrono::milliseconds fromThere{300};
    return guest_ && !guest_->isFetched() ? here : fromThere;
}

QCoro::Task<> LoggedConsole::fetched()
{
    if (guest_) {
        co_await guest_->consoleFetched();
    }
}

void LoggedConsole::setHeld(bool held)
{
    follower_.setHeld(held);
}

Result<void> LoggedConsole::write(QByteArray bytes)
{
    if (!guest_) {
        return hostError("the guest takes no input any more", "its host was closed");
    }
    return guest_->typeIn(bytes);
}

void LoggedConsole::guestIsGone(Rest rest)
{
    // QEMU's last words go through virtlogd, which closes the log after them; a log that was closed before we
    // looked is not seen to be closed
    static constexpr std::chrono::seconds patience{2};
    guestGone_ = true;
    if (rest == Rest::IsAwaited) {
        lastWords_.start(patience);
    }
    follower_.readSlice();
    finishWhenDone();
}

void LoggedConsole::restIsThere()
{
    patienceOver_ = true;
    follower_.readSlice();
    finishWhenDone();
}

void LoggedConsole::guestIsBack()
{
    lastWords_.stop();
    guestGone_ = patienceOver_ = finished_ = false;
}

void LoggedConsole::tell(const std::string& text)
{
    Q_EMIT noticed({text});
}

void LoggedConsole::finishWhenDone()
{
    if (guestGone_ && !finished_ && (follower_.isComplete() || patienceOver_) && follower_.atEnd()) {
        finished_ = true;
        Q_EMIT finished();
    }
}

} // namespace rumpus

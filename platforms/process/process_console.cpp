// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/process/process_console.h"

#include "core/base/format.h"
#include "core/base/units.h"

#include <QSocketNotifier>

#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace rumpus {

ProcessConsole::ProcessConsole(RunDirectory run, std::uint64_t limit) : run_(std::move(run)), limit_(limit)
{
    connect(&follower_, &FileFollower::grown, this, &ProcessConsole::take);
    connect(&follower_, &FileFollower::skipped, this, &ProcessConsole::tellSkipped);
}

ProcessConsole::~ProcessConsole()
{
    writable_.reset();
    if (input_ >= 0) {
        ::close(input_);
    }
}

void ProcessConsole::start()
{
    if (const Result<void> opened = follower_.open(run_.consoleLog()); !opened) {
        Q_EMIT noticed({toString(opened.error())});
        Q_EMIT finished();
        return;
    }
    follower_.read();
}

void ProcessConsole::take(const QByteArray& bytes)
{
    delivered_ = true;
    Q_EMIT received(bytes);
    finishWhenDone();
}

void ProcessConsole::tellSkipped(qint64 bytes)
{
    Q_EMIT noticed({formatted("{} {} byte{} of the console {} not kept: its log holds the last {}; "
                              "\"limit\" under \"console\" in the config sets that",
                              delivered_ ? "the next" : "the first", bytes, bytes == 1 ? "" : "s",
                              bytes == 1 ? "is" : "are", roughSize(limit_))});
}

void ProcessConsole::drain()
{
    follower_.read();
}

void ProcessConsole::setHeld(bool held)
{
    follower_.setHeld(held);
}

Result<void> ProcessConsole::write(QByteArray bytes)
{
    if (input_ < 0) {
        // without a reader, that is without QEMU, this fails at once
        input_ = ::open(run_.consoleIn().c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    }
    if (input_ < 0) {
        return hostError("the guest takes no input any more",
                         errno == ENXIO ? "it is gone" : std::strerror(errno));
    }
    static constexpr qsizetype mostWaiting = qsizetype{1024} * 1024;
    if (waiting_.size() + bytes.size() > mostWaiting) {
        return hostError("the guest does not read its input", "wait, or send less at once");
    }
    waiting_ += bytes;
    flush();
    return {};
}

void ProcessConsole::flush()
{
    while (!waiting_.isEmpty()) {
        const ssize_t written =
            ::write(input_, waiting_.constData(), static_cast<std::size_t>(waiting_.size()));
        if (written <= 0) {
            break;
        }
        waiting_.remove(0, written);
    }
    if (waiting_.isEmpty()) {
        writable_.reset();
    } else if (!writable_) {
        writable_ = std::make_unique<QSocketNotifier>(input_, QSocketNotifier::Write);
        connect(writable_.get(), &QSocketNotifier::activated, this, &ProcessConsole::flush,
                Qt::QueuedConnection);
    }
}

void ProcessConsole::guestIsGone()
{
    guestGone_ = true;
    follower_.readSlice();
    finishWhenDone();
}

void ProcessConsole::finishWhenDone()
{
    if (guestGone_ && !finished_ && follower_.atEnd()) {
        finished_ = true;
        Q_EMIT finished();
    }
}

} // namespace rumpus

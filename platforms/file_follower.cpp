// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/file_follower.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QSocketNotifier>

#include <array>
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace rumpus {

namespace {

// one slice is handed on in well under 8 ms, so that a flooding guest does not stall an event loop
constexpr qint64 sliceSize = qint64{64} * 1024;

} // namespace

FileFollower::FileFollower(QObject* parent) : QObject(parent) {}

FileFollower::~FileFollower()
{
    notifier_.reset();
    if (inotify_ >= 0) {
        ::close(inotify_);
    }
}

Result<void> FileFollower::open(const std::filesystem::path& file, qint64 origin)
{
    file_.setFileName(QString::fromStdString(file.native()));
    // the watch comes first: what is written between it and the first read is then not missed
    inotify_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (inotify_ < 0 || ::inotify_add_watch(inotify_, file.c_str(), IN_MODIFY) < 0 ||
        !file_.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return hostError(formatted("cannot follow {}", printable(file.native())), std::strerror(errno));
    }
    position_ = origin;
    notifier_ = std::make_unique<QSocketNotifier>(inotify_, QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, &FileFollower::readInotify);
    return {};
}

void FileFollower::read()
{
    while (!held_) {
        const QByteArray bytes = nextSlice();
        if (bytes.isEmpty()) {
            return;
        }
        Q_EMIT grown(bytes);
    }
}

QByteArray FileFollower::nextSlice()
{
    while (true) {
        QByteArray bytes(sliceSize, Qt::Uninitialized);
        const ssize_t count =
            ::pread(file_.handle(), bytes.data(), static_cast<std::size_t>(sliceSize), position_);
        if (count <= 0) {
            return {};
        }
        // asked after the reading, so that a hole made meanwhile is seen too
        const off_t data = ::lseek(file_.handle(), position_, SEEK_DATA);
        if (data <= position_) {
            bytes.truncate(count);
            position_ += count;
            return bytes;
        }
        const qint64 missing = data - position_;
        position_ = data;
        Q_EMIT skipped(missing);
    }
}

void FileFollower::setHeld(bool held)
{
    held_ = held;
    if (!held) {
        readSlice();
    }
}

void FileFollower::readInotify()
{
    std::array<char, 4096> events{};
    while (::read(inotify_, events.data(), events.size()) > 0) {
    }
    readSlice();
}

void FileFollower::readSlice()
{
    if (held_ || sliceQueued_) {
        return;
    }
    const QByteArray bytes = nextSlice();
    if (bytes.isEmpty()) {
        return;
    }
    if (bytes.size() == sliceSize) {
        // there may be more: after the event loop had its turn
        sliceQueued_ = true;
        QMetaObject::invokeMethod(
            this,
            [this] {
                sliceQueued_ = false;
                readSlice();
            },
            Qt::QueuedConnection);
    }
    Q_EMIT grown(bytes);
}

} // namespace rumpus

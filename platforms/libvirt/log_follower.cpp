// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/log_follower.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QPointer>
#include <QSocketNotifier>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace rumpus {

namespace {

// one slice is handed on in well under 8 ms, so that a flooding guest does not stall an event loop
constexpr qsizetype sliceSize = qsizetype{64} * 1024;

} // namespace

/// The one inotify instance, and who follows a log in which folder.
class LogWatch : public QObject {
public:
    static LogWatch& instance()
    {
        // never destroyed: the event loop that it belongs to may end before it
        static auto* const watch = new LogWatch;
        return *watch;
    }

    int add(LogFollower* follower, const std::filesystem::path& folder)
    {
        const int watch = ::inotify_add_watch(
            inotify_, folder.c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE);
        if (watch >= 0) {
            followers_.emplace(watch, follower);
        }
        return watch;
    }

    void remove(LogFollower* follower, int watch)
    {
        const auto [first, last] = followers_.equal_range(watch);
        for (auto it = first; it != last; ++it) {
            if (it->second == follower) {
                followers_.erase(it);
                break;
            }
        }
        if (!followers_.contains(watch)) {
            ::inotify_rm_watch(inotify_, watch);
        }
    }

private:
    LogWatch()
        : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), notifier_(inotify_, QSocketNotifier::Read)
    {
        connect(&notifier_, &QSocketNotifier::activated, this, &LogWatch::readEvents);
    }

    void readEvents()
    {
        alignas(inotify_event) std::array<char, 16384> buffer{};
        for (ssize_t size = 0; (size = ::read(inotify_, buffer.data(), buffer.size())) > 0;) {
            for (ssize_t at = 0; at < size;) {
                const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
                at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
                tell(*event);
            }
        }
    }

    void tell(const inotify_event& event)
    {
        std::vector<QPointer<LogFollower>> told;
        const auto [first, last] = followers_.equal_range(event.wd);
        for (auto it = first; it != last; ++it) {
            told.emplace_back(it->second);
        }
        for (const QPointer<LogFollower>& follower : told) {
            if (follower) {
                follower->noticed(event.len > 0 ? event.name : "", event.mask);
            }
        }
    }

    int inotify_;
    QSocketNotifier notifier_;
    std::multimap<int, LogFollower*> followers_;
};

LogFollower::LogFollower(QObject* parent) : QObject(parent) {}

LogFollower::~LogFollower()
{
    if (watch_ >= 0) {
        LogWatch::instance().remove(this, watch_);
    }
    if (current_ >= 0) {
        ::close(current_);
    }
}

Result<void> LogFollower::open(const std::filesystem::path& file, const std::optional<LogPosition>& origin,
                               std::uint64_t most)
{
    file_ = file;
    // the watch comes first: what is written between it and the first read is then not missed
    watch_ = LogWatch::instance().add(this, file.parent_path());
    std::vector<LogPosition> ends; // newest first
    std::error_code failed;
    while (ends.size() <= mostLogGenerations &&
           std::filesystem::exists(logGeneration(file_, static_cast<unsigned>(ends.size())), failed)) {
        ends.push_back(LogPosition::endOf(logGeneration(file_, static_cast<unsigned>(ends.size()))));
    }
    std::size_t first = ends.empty() ? 0 : ends.size() - 1;
    std::uint64_t passed = 0;
    if (origin && !ends.empty()) {
        const auto found = std::ranges::find_if(ends, [&](const LogPosition& end) {
            return end.device == origin->device && end.inode == origin->inode;
        });
        first = found == ends.end() ? 0 : static_cast<std::size_t>(found - ends.begin());
        passed = found == ends.end() ? ends[0].offset : origin->offset;
    }
    if (watch_ < 0 || !openFile(logGeneration(file_, static_cast<unsigned>(first)))) {
        return hostError(formatted("cannot follow {}", printable(file.native())), std::strerror(errno));
    }
    std::uint64_t total = 0;
    for (std::size_t age = 0; age < ends.size() && age <= first; ++age) {
        total += ends[age].offset;
    }
    passOver(std::max(passed, total - std::min(total, most)));
    return {};
}

void LogFollower::passOver(std::uint64_t count)
{
    while (count > 0) {
        struct stat status{};
        ::fstat(current_, &status);
        const std::uint64_t here = std::min(count, static_cast<std::uint64_t>(status.st_size));
        ::lseek(current_, static_cast<off_t>(here), SEEK_SET);
        count -= here;
        if (count > 0 && !openNext()) {
            return;
        }
    }
}

bool LogFollower::openFile(const std::filesystem::path& file)
{
    const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat status{};
    if (opened < 0 || ::fstat(opened, &status) != 0 || !S_ISREG(status.st_mode)) {
        if (opened >= 0) {
            ::close(opened);
        }
        return false;
    }
    if (current_ >= 0) {
        ::close(current_);
    }
    current_ = opened;
    number_ = {status.st_dev, status.st_ino};
    return true;
}

bool LogFollower::openNext()
{
    // where ours is by now tells which one is next
    unsigned oldest = 0;
    for (unsigned age = 0; age < mostLogGenerations; ++age) {
        struct stat status{};
        if (::stat(logGeneration(file_, age).c_str(), &status) != 0) {
            if (age == 0) {
                return false; // between the renaming and the making of the next
            }
            break;
        }
        if (FileNumber(status.st_dev, status.st_ino) == number_) {
            return age > 0 && openFile(logGeneration(file_, age - 1));
        }
        oldest = age;
    }
    if (!openFile(logGeneration(file_, oldest))) {
        return false;
    }
    // a log that is alone was begun anew, by a guest that was started again
    if (oldest > 0) {
        Q_EMIT skipped();
    }
    return true;
}

bool LogFollower::isLeft() const
{
    struct stat status{};
    return ::stat(file_.c_str(), &status) == 0 && FileNumber(status.st_dev, status.st_ino) != number_;
}

bool LogFollower::atEnd() const
{
    struct stat status{};
    return current_ < 0 ||
           (!isLeft() && ::fstat(current_, &status) == 0 && ::lseek(current_, 0, SEEK_CUR) >= status.st_size);
}

QByteArray LogFollower::readSome() const
{
    QByteArray bytes(sliceSize, Qt::Uninitialized);
    const ssize_t count = ::read(current_, bytes.data(), static_cast<std::size_t>(sliceSize));
    bytes.truncate(std::max<ssize_t>(count, 0));
    return bytes;
}

QByteArray LogFollower::nextSlice()
{
    if (current_ < 0) {
        return {};
    }
    QByteArray bytes = readSome();
    while (bytes.isEmpty() && isLeft()) {
        // what was added between that look and its rotation; nothing is from now on
        bytes = readSome();
        if (bytes.isEmpty()) {
            if (!openNext()) {
                return {};
            }
            bytes = readSome();
        }
    }
    return bytes;
}

void LogFollower::read()
{
    const QPointer<LogFollower> self(this);
    while (self && !held_) {
        const QByteArray bytes = nextSlice();
        if (bytes.isEmpty()) {
            return;
        }
        Q_EMIT grown(bytes);
    }
}

void LogFollower::readSlice()
{
    if (held_ || queued_) {
        return;
    }
    const QByteArray bytes = nextSlice();
    if (bytes.isEmpty()) {
        return;
    }
    queued_ = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            queued_ = false;
            readSlice();
        },
        Qt::QueuedConnection);
    Q_EMIT grown(bytes);
}

void LogFollower::setHeld(bool held)
{
    held_ = held;
    if (!held) {
        readSlice();
    }
}

void LogFollower::noticed(std::string_view name, std::uint32_t mask)
{
    if (name != file_.filename().native()) {
        return;
    }
    const QPointer<LogFollower> self(this);
    closed_ = (mask & IN_CLOSE_WRITE) != 0;
    readSlice();
    if (self && closed_) {
        Q_EMIT completed();
    }
}

} // namespace rumpus

// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/journal.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <format>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rumpus::gdbstub {

struct Journal::Content {
    struct Entry {
        std::uint64_t frame;
        std::uint32_t offset;
        std::uint32_t before;
    };
    std::atomic<std::uint64_t> format;
    std::atomic<std::uint64_t> way;
    std::atomic<std::uint64_t> count;
    std::atomic<std::uint64_t> paused;
    std::atomic<std::uint64_t> monitored;
    std::atomic<std::uint64_t> watching; ///< 0, or 1 more than the flags
    std::array<Entry, mostBytes> entries;
};

namespace {

constexpr std::uint64_t thisFormat = 3;

Outcome<void> makeFolder(const std::string& folder)
{
    for (std::size_t end = folder.find('/', 1); end != std::string::npos; end = folder.find('/', end + 1)) {
        ::mkdir(folder.substr(0, end).c_str(), 0700);
    }
    ::mkdir(folder.c_str(), 0700);
    struct stat status{};
    const bool ours = ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                      status.st_uid == ::geteuid() && (status.st_mode & 0022U) == 0;
    return ours ? Outcome<void>() : std::unexpected(std::format("{} is not a folder of ours alone", folder));
}

} // namespace

Outcome<std::unique_ptr<Journal>> Journal::open(const std::string& folder, const std::string& uuid)
{
    if (const Outcome<void> made = makeFolder(folder); !made) {
        return std::unexpected(made.error());
    }
    const std::string path = folder + "/" + uuid;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return std::unexpected(std::format("cannot open {}: {}", path, std::strerror(errno)));
    }
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        return std::unexpected(std::string("another gdbstub has this guest already"));
    }
    void* const mapped = ::ftruncate(file, sizeof(Content)) == 0
                             ? ::mmap(nullptr, sizeof(Content), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                             : MAP_FAILED;
    if (mapped == MAP_FAILED) {
        ::close(file);
        return std::unexpected(std::format("cannot write {}: {}", path, std::strerror(errno)));
    }
    auto* const content = static_cast<Content*>(mapped);
    if (content->format.exchange(thisFormat) != thisFormat) {
        content->way = 0;
        content->count = 0;
        content->paused = 0;
        content->monitored = 0;
        content->watching = 0;
    }
    return std::unique_ptr<Journal>(new Journal(path, file, content));
}

Journal::~Journal()
{
    ::munmap(content_, sizeof(Content));
    ::close(file_);
}

void Journal::setWay(MemoryWay way)
{
    content_->way = static_cast<std::uint64_t>(way);
}

MemoryWay Journal::way() const
{
    return content_->way == 0 ? MemoryWay::Mapped : MemoryWay::Gdbsx;
}

bool Journal::add(Place place, char before)
{
    const std::size_t count = size();
    if (count >= mostBytes) {
        return false;
    }
    content_->entries[count] = {
        .frame = place.frame, .offset = place.offset, .before = static_cast<unsigned char>(before)};
    content_->count.store(count + 1, std::memory_order_release);
    return true;
}

void Journal::clear()
{
    content_->count.store(0, std::memory_order_release);
}

std::size_t Journal::size() const
{
    return std::min<std::size_t>(content_->count, mostBytes);
}

Place Journal::place(std::size_t which) const
{
    return {.frame = content_->entries.at(which).frame, .offset = content_->entries.at(which).offset};
}

char Journal::before(std::size_t which) const
{
    return static_cast<char>(content_->entries.at(which).before);
}

bool Journal::isPaused() const
{
    return content_->paused != 0;
}

void Journal::setPaused(bool paused)
{
    content_->paused = paused ? 1 : 0;
}

bool Journal::isMonitored() const
{
    return content_->monitored != 0;
}

void Journal::setMonitored(bool monitored)
{
    content_->monitored = monitored ? 1 : 0;
}

std::optional<std::uint32_t> Journal::watching() const
{
    const std::uint64_t kept = content_->watching;
    return kept != 0 ? std::optional(static_cast<std::uint32_t>(kept - 1)) : std::nullopt;
}

void Journal::setWatching(std::optional<std::uint32_t> entryFlags)
{
    content_->watching = entryFlags ? std::uint64_t{*entryFlags} + 1 : 0;
}

void Journal::remove()
{
    ::unlink(path_.c_str());
}

} // namespace rumpus::gdbstub

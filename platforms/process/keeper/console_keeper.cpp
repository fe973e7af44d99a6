// rumpus-console-keeper: lives as long as a guest's QEMU and keeps its console's log from filling the disk.
//
//   rumpus-console-keeper LOG LIMIT PIDFD
//
// It returns as soon as it watches, and goes on in the background.
// When the log has more than LIMIT bytes and a quarter, the oldest are given back to the file system as a
// hole. Offsets stay, so QEMU writes on, and readers know exactly how much is gone: the hole's length.
// Linux alone, no Qt: one runs beside every guest.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

/// Cuts the beginning off. False: this file system makes no holes.
bool trim(int log, off_t limit, off_t& kept)
{
    struct stat status{};
    if (::fstat(log, &status) != 0 || status.st_size - kept <= limit + limit / 4) {
        return true;
    }
    // only whole blocks become a hole; the rest of a block would read as zeros that nobody wrote
    const auto block = std::max<off_t>(status.st_blksize, 4096);
    const off_t end = (status.st_size - limit) / block * block;
    if (end > kept) {
        if (::fallocate(log, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, end) != 0) {
            return false;
        }
        kept = end;
    }
    return true;
}

bool isReadable(int descriptor, int milliseconds)
{
    pollfd one{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&one, 1, milliseconds) > 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4) {
        std::fputs("usage: rumpus-console-keeper LOG LIMIT PIDFD\n", stderr);
        return 2;
    }
    const off_t limit = std::strtoll(argv[2], nullptr, 10);
    const int process = static_cast<int>(std::strtol(argv[3], nullptr, 10));
    const int changes = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    const int log = ::open(argv[1], O_RDWR | O_CLOEXEC);
    if (log < 0 || limit <= 0 || ::inotify_add_watch(changes, argv[1], IN_MODIFY) < 0) {
        std::perror(argv[1]);
        return 3;
    }
    // who started us waits for this: it knows then that all is well, and has no child to bury later
    if (::fork() != 0) {
        return 0;
    }
    off_t kept = 0;
    std::array<pollfd, 2> both{pollfd{.fd = process, .events = POLLIN, .revents = 0},
                               pollfd{.fd = changes, .events = POLLIN, .revents = 0}};
    while (::poll(both.data(), both.size(), -1) >= 0 && (both[0].revents == 0)) {
        std::array<char, 4096> events{};
        while (::read(changes, events.data(), events.size()) > 0) {
        }
        if (!trim(log, limit, kept)) {
            std::perror("rumpus: the console's log cannot be cut, it grows without limit");
            return 3;
        }
        // a guest writes byte by byte; to look ten times a second is enough
        if (isReadable(process, 100)) {
            break;
        }
    }
    trim(log, limit, kept);
    return 0;
}

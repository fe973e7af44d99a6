// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/door.h"

#include <cerrno>
#include <cstring>
#include <format>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace rumpus::gdbstub {

Outcome<std::unique_ptr<Door>> Door::open(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        return std::unexpected(std::format("\"{}\" is no path for a socket: it can have 107 bytes", path));
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const mode_t before = ::umask(0177);
    const bool listens = socket >= 0 &&
                         ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                         ::listen(socket, 1) == 0;
    const int failure = errno;
    ::umask(before);
    if (!listens) {
        ::close(socket);
        return std::unexpected(std::format("cannot listen at {}: {}", path, std::strerror(failure)));
    }
    return std::unique_ptr<Door>(new Door(socket, path));
}

Door::~Door()
{
    ::close(socket_);
    ::unlink(path_.c_str());
}

int Door::admit() const
{
    return ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
}

} // namespace rumpus::gdbstub

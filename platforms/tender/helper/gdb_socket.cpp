// librumpus-gdb-socket: preloaded into solo5-hvt-debug, whose gdbstub listens on every network address.
//
// With it the stub listens on the unix socket that RUMPUS_GDB_SOCKET names, which only its owner can open,
// and which is gone once a debugger has come: the stub takes one in its life (tenders/hvt/hvt_module_gdb.c).
// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

const char* socketPath()
{
    return std::getenv("RUMPUS_GDB_SOCKET");
}

template <typename Function>
Function next(const char* name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool isUnix(int socket)
{
    int domain = 0;
    socklen_t size = sizeof domain;
    return ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

/// Takes the socket's name away once a debugger has come.
int taken(int listener, int connection)
{
    if (const char* path = socketPath(); path != nullptr && connection >= 0 && isUnix(listener)) {
        ::unlink(path);
    }
    return connection;
}

} // namespace

extern "C" {

int socket(int domain, int type, int protocol) noexcept
{
    const bool ours = socketPath() != nullptr && domain == AF_INET && (type & SOCK_STREAM) != 0;
    return next<decltype(&socket)>("socket")(ours ? AF_UNIX : domain, type, ours ? 0 : protocol);
}

int bind(int socket, const sockaddr* address, socklen_t size) noexcept
{
    const auto real = next<decltype(&bind)>("bind");
    const char* path = socketPath();
    if (path == nullptr || !isUnix(socket)) {
        return real(socket, address, size);
    }
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    std::strncpy(place.sun_path, path, sizeof place.sun_path - 1);
    const mode_t before = ::umask(0177);
    const int result = real(socket, reinterpret_cast<const sockaddr*>(&place), sizeof place);
    ::umask(before);
    return result;
}

int accept(int socket, sockaddr* address, socklen_t* size)
{
    return taken(socket, next<decltype(&accept)>("accept")(socket, address, size));
}

int accept4(int socket, sockaddr* address, socklen_t* size, int flags)
{
    return taken(socket, next<decltype(&accept4)>("accept4")(socket, address, size, flags));
}

int setsockopt(int socket, int level, int option, const void* value, socklen_t size) noexcept
{
    // TCP's options mean nothing here, and the tender ends over one that is refused
    const bool ours = socketPath() != nullptr && level == IPPROTO_TCP && isUnix(socket);
    return ours ? 0 : next<decltype(&setsockopt)>("setsockopt")(socket, level, option, value, size);
}

} // extern "C"

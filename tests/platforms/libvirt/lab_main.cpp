// libvirt_lab session|system|polkit COMMAND…: runs a command in a lab of its own, with RUMPUS_LAB_URI and
// GUESTS. Ends as the command does, or with 77 where there can be no lab here.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/platforms/libvirt/lab.h"

int main(int argc, char** argv)
{
    static constexpr int skipped = 77;
    using rumpus::Lab;
    if (argc < 3) {
        std::cerr << "usage: libvirt_lab session|system|user|polkit COMMAND…\n";
        return 2;
    }
    const std::string_view mode = argv[1];
    Lab& lab = Lab::enter(mode == "system"   ? Lab::Mode::System
                          : mode == "user"   ? Lab::Mode::User
                          : mode == "polkit" ? Lab::Mode::Polkit
                                             : Lab::Mode::Session);
    if (!lab.obstacle().empty()) {
        std::cerr << "NO LAB FOR LIBVIRT HERE: " << lab.obstacle() << '\n';
        lab.leave();
        return skipped;
    }
    if (const char* program = std::getenv("RUMPUS"); program != nullptr && ::access(program, X_OK) != 0) {
        std::cerr << "NO LAB FOR LIBVIRT HERE: its user cannot enter the folders of " << program << '\n';
        lab.leave();
        return skipped;
    }
    ::setenv("RUMPUS_LAB_URI", lab.uri().c_str(), 1);
    ::setenv("GUESTS", lab.guests().c_str(), 1);
    pid_t child = 0;
    const int failed = ::posix_spawnp(&child, argv[2], nullptr, nullptr, argv + 2, environ);
    int status = 0;
    while (failed == 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (failed != 0) {
        std::cerr << "libvirt_lab: cannot run " << argv[2] << '\n';
    }
    lab.leave();
    return failed == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

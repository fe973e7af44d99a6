// Door: the unix socket by which one debugger at a time comes in. It is this user's alone: nothing here
// listens on a network.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/target.h"

#include <memory>
#include <string>

namespace rumpus::gdbstub {

class Door {
public:
    /// Errors: the path is taken, too long, or in a folder that is not there.
    static Outcome<std::unique_ptr<Door>> open(const std::string& path);
    ~Door();
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;

    int descriptor() const { return socket_; }
    /// Who waits outside; -1: nobody.
    int admit() const;

private:
    Door(int socket, std::string path) : socket_(socket), path_(std::move(path)) {}

    int socket_;
    std::string path_;
};

} // namespace rumpus::gdbstub

// Server: GDB's remote protocol (GDB manual, "Remote Protocol") spoken to one debugger for one guest. Bytes
// come in and go out; it opens nothing and waits for nothing.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/packet.h"
#include "platforms/xen/gdbstub/target.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rumpus::gdbstub {

/// What the debugger has wished of a guest that is to run (vCont).
struct Resumption {
    std::optional<unsigned> step; ///< the processor that is to do one instruction
    Address begin = 0;            ///< and others while they are from here
    Address end = 0;              ///< to before here
};

/// Its actions, "s:1;c" or "r400,41f:1;c:1": who steps is the first who is to. `usual` is who is meant where
/// nobody is named.
Resumption resumptionFrom(std::string_view actions, unsigned usual);

class Server {
public:
    /// `send` takes what goes to the debugger.
    Server(Target& target, std::function<void(std::string_view)> send);

    /// Bytes from the debugger.
    void receive(std::string_view bytes);
    /// Looks after a guest that runs; to be called again and again while it does.
    void look();
    bool isRunning() const { return running_; }
    /// The debugger has said good-bye: the guest is to go on without it.
    bool isDetached() const { return detached_; }

private:
    void take(const Received& received);
    std::string answer(std::string_view packet);
    std::string query(std::string_view packet);
    std::string transfer(std::string_view request);
    std::string general(std::string_view packet);
    std::string readRegisters();
    std::string writeRegisters(std::string_view hex);
    std::string readRegister(std::string_view text);
    std::string writeRegister(std::string_view text);
    std::string readMemory(std::string_view text, bool binary);
    std::string writeMemory(std::string_view text, bool binary);
    std::string breakpoint(std::string_view text, bool add);
    std::string watchpoint(const Watchpoint& watchpoint, bool add);
    std::string selectThread(std::string_view text);
    std::string isAlive(std::string_view text);
    std::string threads();
    std::string monitor(std::string_view hex);
    std::string resume(std::string_view actions);
    bool goesOn(const Stop& stop);
    std::string stopReply(const Stop& stop);
    std::string lastStop();
    void reply(std::string_view payload);

    Target* target_;
    std::function<void(std::string_view)> send_;
    PacketReader reader_;
    std::optional<Stop> stop_;
    Resumption resumption_;
    unsigned vcpu_ = 0; ///< that registers are of
    bool acknowledges_ = true;
    bool running_ = false;
    bool detached_ = false;
};

} // namespace rumpus::gdbstub

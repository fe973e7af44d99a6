// A guest of which nothing can be had, for what the protocol makes of that.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/description.h"
#include "platforms/xen/gdbstub/target.h"

#include <algorithm>

namespace rumpus::gdbstub {

class NoGuest : public Target {
public:
    std::vector<unsigned> vcpus() override { return {0}; }
    Outcome<Bytes> registers(unsigned) override { return Bytes(registersSize(), '\1'); }
    Outcome<void> setRegisters(unsigned, const Bytes&) override { return no(); }
    Outcome<Bytes> read(Address, std::size_t count) override
    {
        most = std::max(most, count);
        return std::unexpected(std::string("no"));
    }
    Outcome<void> write(Address, const Bytes&) override { return no(); }
    Outcome<void> addBreakpoint(Address) override { return no(); }
    Outcome<void> removeBreakpoint(Address) override { return {}; }
    bool hasBreakpoint(Address) const override { return false; }
    Outcome<void> addWatchpoint(const Watchpoint&) override { return no(); }
    void removeWatchpoint(const Watchpoint&) override {}
    Outcome<void> run(std::optional<unsigned>) override { return no(); }
    std::optional<Stop> poll() override { return std::nullopt; }
    Stop interrupt() override { return {}; }
    std::optional<Stop> end() override { return std::nullopt; }
    Outcome<std::string> monitor(const std::string&) override { return std::string("yes"); }

    std::size_t most = 0;

private:
    static Outcome<void> no() { return std::unexpected(std::string("it has $ended#")); }
};

} // namespace rumpus::gdbstub

// Traps: what stands in the guest's code while it runs, so that a processor which comes there is noticed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/guest_memory.h"
#include "platforms/xen/gdbstub/journal.h"

#include <set>
#include <string_view>
#include <vector>

namespace rumpus::gdbstub {

/// jmp to itself, of two bytes: who stands there has come there, and goes on doing nothing.
inline constexpr std::string_view selfJump = "\xeb\xfe";
/// int3, of one byte, where Xen tells of it and holds who has come there.
inline constexpr std::string_view trapInstruction = "\xcc";

class Traps {
public:
    Traps(GuestMemory& memory, Journal& journal) : memory_(&memory), journal_(&journal) {}

    /// Has them stand at addresses. One that would be half in another is left out: it is behind an
    /// instruction of one byte, and reached through it. So is one where the guest has nothing mapped.
    void place(const std::vector<Address>& addresses, std::string_view instruction);
    /// The guest has its own bytes again.
    void lift();
    bool standAt(Address address) const { return placed_.contains(address); }

    /// What a journal tells is put right: the last first, for a byte that was changed twice is what it was
    /// at first.
    static void undo(GuestMemory& memory, Journal& journal);

private:
    void placeOne(Address address, std::string_view instruction);

    GuestMemory* memory_;
    Journal* journal_;
    std::set<Address> placed_;
};

} // namespace rumpus::gdbstub

// Watches: the places that a guest's processors watch for us, by their debug registers.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/guest_memory.h"
#include "platforms/xen/gdbstub/journal.h"
#include "platforms/xen/gdbstub/target.h"
#include "platforms/xen/gdbstub/xen_library.h"

#include <optional>
#include <vector>

namespace rumpus::gdbstub {

/// How a guest's debug registers are had.
enum class Watchers : std::uint8_t {
    None,      ///< not at all
    Guest,     ///< a PV guest has the exception itself, out of which it is led back
    Monitored, ///< Xen tells of the exception
};

class Watches {
public:
    /// A processor that has met something watched, and what.
    struct Met {
        unsigned vcpu = 0;
        std::size_t place = 0;
    };

    Watches(XenDomain& domain, GuestMemory& memory, Journal& journal)
        : domain_(&domain), memory_(&memory), journal_(&journal)
    {
    }

    /// Errors: a processor has no room for it.
    Outcome<void> add(const Watchpoint& watchpoint);
    void remove(const Watchpoint& watchpoint);
    void clear() { watchpoints_.clear(); }
    /// Each of a size that a debug register takes.
    std::vector<Watchpoint> places() const;

    /// A processor watches places of ours from its next instruction on. Errors: its guest watches something
    /// itself.
    Outcome<void> begin(unsigned vcpu, const vcpu_guest_context_any_t& context, Watchers watchers,
                        const std::vector<Watchpoint>& watched);
    /// Nobody watches anything any more. The first that had met something; with several, the others' is lost.
    std::optional<Met> end(Watchers watchers);

private:
    XenDomain* domain_;
    GuestMemory* memory_;
    Journal* journal_;
    std::vector<Watchpoint> watchpoints_;
};

} // namespace rumpus::gdbstub

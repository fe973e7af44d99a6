// What a guest's page tables map, found in a dump of it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/dump/dump_file.h"

#include <cstdint>
#include <vector>

namespace rumpus {

/// Memory at a virtual address whose content stands in the file.
struct MemoryStretch {
    std::uint64_t address = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;

    bool operator==(const MemoryStretch&) const = default;
};

/// Bits of the control registers that say how it translates (Intel SDM, volume 3, 2.5).
inline constexpr std::uint64_t cr0Paging = 1ULL << 31U;
inline constexpr std::uint64_t cr4LongEntries = 1U << 5U; ///< PAE
inline constexpr std::uint64_t cr4FiveLevels = 1U << 12U; ///< LA57

/// The frame that cr3, or an entry of a table, names.
std::uint64_t frameIn(std::uint64_t word);

/// How a CPU of 64-bit x86 translates addresses (Intel SDM, volume 3, 4.5).
struct AddressSpace {
    std::uint64_t root = 0; ///< the frame of the highest table, as cr3 names it
    bool fiveLevels = false;
    /// The hypervisor has mapped things of its own (xen/include/asm-x86/config.h), which are left out.
    bool paravirtual = false;
};

/// All memory as the guest saw it, by its address. Pages that are not in the file are left out. Errors: page
/// tables that lead in circles, more pieces than are sensible.
Result<std::vector<MemoryStretch>> mappedMemory(const DumpFile& dump, const AddressSpace& space);

/// The same without page tables: all that the file has, by its place in the guest's memory.
std::vector<MemoryStretch> plainMemory(const DumpFile& dump);

} // namespace rumpus

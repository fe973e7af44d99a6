// What a guest's page tables map, found in a Xen core.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xen_core_file.h"

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

/// All memory as the guest saw it, by its address; without what the hypervisor has mapped for itself. Pages
/// that are not in the file are left out. Errors: the page tables are not in the file, or lead in circles.
Result<std::vector<MemoryStretch>> mappedMemory(const XenCoreFile& core);

} // namespace rumpus

// A dump that QEMU has written, by the guest's own addresses.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <filesystem>

namespace rumpus {

/// QEMU's `dump-guest-memory` tells where memory is in the machine. Where a 64-bit guest's page tables put it
/// elsewhere, this appends segments that say so; what they do not map stays as QEMU has it. (Its own "paging"
/// takes every address to be in the upper half: target/i386/arch_memory_mapping.c.) Dumps of other machines
/// stay as they are. Errors: it is damaged, its page tables lead in circles, it cannot be written; it is as
/// it was then.
Result<void> addVirtualMemory(const std::filesystem::path& dump);

} // namespace rumpus

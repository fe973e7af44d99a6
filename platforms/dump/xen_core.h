// Xen's own core format made one that GDB opens.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <filesystem>

namespace rumpus {

/// What `xl dump-core` and libvirt write of a Xen guest: an ELF file with sections of Xen's own
/// (docs/misc/dump-core-format.txt there), but no segments, which are all that GDB reads.
bool isXenCore(const std::filesystem::path& file);

/// Appends what GDB reads: a note with the registers of each vCPU, and a segment for each stretch of the
/// guest's virtual memory, with its content where it stands already. It stays a core of Xen's. Errors: it is
/// damaged, of a guest that is not 64-bit x86, cannot be written; it is as it was then.
Result<void> makeReadableForGdb(const std::filesystem::path& file);

} // namespace rumpus

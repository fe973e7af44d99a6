// What GDB reads of a core, appended to one that lacks it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/dump/page_tables.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// A number as the file has it: little-endian, `width` bytes.
void putNumber(std::string& bytes, std::uint64_t number, std::size_t width);

/// Gives the file a segment for each stretch of memory, whose content it has already, and one with the notes;
/// without notes it keeps those it has. What it had of segments beside them counts no more. Errors: it cannot
/// be written, or takes no more segments; it is as it was then.
Result<void> appendSegments(const ElfFile& elf, std::string_view notes,
                            const std::vector<MemoryStretch>& memory);

} // namespace rumpus

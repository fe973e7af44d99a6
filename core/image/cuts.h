// An image's sections cut at its symbols: which bytes, in memory and in the file, belong to what.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/symbols.h"

#include <functional>

namespace rumpus {

struct Cut {
    const ElfSection* section = nullptr;  ///< null: what stands in no section: headers and gaps
    const PlacedSymbol* symbol = nullptr; ///< null: no symbol claims these bytes of the section
    Component component = Component::Other;
    std::uint64_t memory = 0; ///< bytes at run time
    std::uint64_t file = 0;   ///< bytes in the file
};

/// All symbols that name a place, by address; none for a relocatable file, whose addresses count from each
/// section's start. `named` is the file that has the symbols.
std::vector<PlacedSymbol> symbolsToCutAt(const ElfFile& elf, const ElfFile& named, ImageKind kind);

/// Tells every stretch, in the order of the file. Of bytes that several sections or symbols claim only the
/// first claim counts: the sum of `file` is the file's size.
void cutSections(const ElfFile& elf, const std::vector<PlacedSymbol>& symbols,
                 const std::function<void(const Cut&)>& tell);

} // namespace rumpus

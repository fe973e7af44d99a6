// Debug information: how much there is, and which source file an address belongs to.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/elf_file.h"
#include "core/image/image.h"

#include <elfutils/libdw.h>

#include <memory>

namespace rumpus {

/// True for .debug_* and their old compressed form .zdebug_*.
bool isDebugSection(std::string_view name);
bool hasDwarf(const ElfFile& elf);

struct EndDwarf {
    void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
};
/// The file's DWARF, held to what the file itself has; null where there is none, or more than 512 MiB.
std::unique_ptr<Dwarf, EndDwarf> openDwarf(const ElfFile& elf);

/// Fills debug, debugBytes, compileUnits and symbolCount of an image of that file, whose debugFile is known.
void addDebugInformation(const ElfFile& elf, Image& image);

} // namespace rumpus

// The symbol table of an ELF file (.symtab), bounded.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/elf_file.h"

#include <functional>
#include <initializer_list>

namespace rumpus {

/// A named place in the image; the name lives as long as the ElfFile.
struct RawSymbol {
    std::string_view name; ///< as in the file: mangled
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::size_t section = 0;
    bool function = false;
    std::size_t file = 0;      ///< which STT_FILE symbol it stands after, 0: none or a global
    std::string_view fileName; ///< what that symbol says: the source file without its folder
};

/// True where there is a symbol table at all: the file is not stripped.
bool hasSymbolTable(const ElfFile& elf);

/// The named, defined symbols that are places: no sections, no file names, no absolute values, no TLS
/// offsets. Empty where the table is corrupt or larger than 64 MiB.
std::vector<RawSymbol> readSymbolTable(const ElfFile& elf);

/// Which of some names is the symbol at that address; empty: none.
std::string symbolAt(const ElfFile& elf, std::uint64_t address,
                     std::initializer_list<std::string_view> names);

} // namespace rumpus

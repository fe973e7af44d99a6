// Symbols with their source files and components, for sizes and for search.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/debug_info.h"
#include "core/image/elf_file.h"
#include "core/image/image.h"
#include "core/image/source_map.h"
#include "core/image/symbol_table.h"

namespace rumpus {

struct PlacedSymbol {
    RawSymbol raw;
    std::string source; ///< normalised; empty: unknown
    Component component = Component::Other;
};

/// All places of a file's symbol table. Their names live as long as the file.
std::vector<PlacedSymbol> placeSymbols(const ElfFile& elf, ImageKind kind);

/// The image's file, or its debug file where only that has the symbols.
Result<ElfFile> openWithSymbols(const Image& image);

} // namespace rumpus

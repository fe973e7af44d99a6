// The sizes of an image in every detail: what each symbol, and what else, takes in memory and in the file.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/image.h"

namespace rumpus {

/// Bytes that belong together: a symbol with its padding, or the bytes of a section that no symbol claims.
struct SizeRow {
    Component component = Component::Other;
    std::string source;       ///< normalised source file; empty: unknown
    std::string name;         ///< the symbol's, demangled; else the section's; empty: headers and gaps
    bool isSymbol = false;    ///< `name` is a symbol's
    std::uint64_t memory = 0; ///< bytes at run time
    std::uint64_t file = 0;   ///< bytes in the file
    bool operator==(const SizeRow&) const = default;
};

/// Every byte of the file and every byte of memory once: by component the rows sum up to what
/// `measureComponents` says. At most 1 Mi rows, and one more a component for what is beyond.
Result<std::vector<SizeRow>> measureSymbols(const Image& image);

} // namespace rumpus

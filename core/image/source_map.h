// Which compile unit, and so which source file, an address of an image comes from: by DWARF.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/elf_file.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// comp_dir and name joined, as the compiler wrote them: with `..` inside.
std::string joinedPath(std::string_view directory, std::string_view name);
/// `.` and `..` and doubled slashes taken out, without a look at the disk.
std::string normalisedPath(std::string_view path);

class SourceMap {
public:
    struct Unit {
        std::string path;   ///< joined, not normalised: the way to a file tells the component
        std::string source; ///< normalised
    };
    struct Span {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        std::size_t unit = 0;
    };

    /// Empty where the file has no DWARF or is relocatable, so that its addresses mean nothing yet.
    static SourceMap read(const ElfFile& elf);

    /// The unit whose code or variable holds the address, or null.
    [[nodiscard]] const Unit* find(std::uint64_t address) const;
    [[nodiscard]] const std::vector<Unit>& units() const { return units_; }

private:
    void sort();

    std::vector<Unit> units_;
    std::vector<Span> spans_; ///< by address, none inside another
};

} // namespace rumpus

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/debug_info.h"

#include "core/image/symbol_table.h"

#include <dwarf.h>

#include <algorithm>

namespace rumpus {

namespace {

constexpr std::uint64_t mostDwarfBytes = 512U << 20U;
constexpr std::size_t mostDiesForTypes = 200'000;

std::uint64_t debugBytesOf(const ElfFile& elf)
{
    std::uint64_t bytes = 0;
    for (const ElfSection& section : elf.sections()) {
        if (isDebugSection(section.name) && section.occupiesFile()) {
            bytes += std::min(section.header.sh_size, elf.file().size());
        }
    }
    return bytes;
}

bool isTypeTag(int tag)
{
    switch (tag) {
    case DW_TAG_base_type:
    case DW_TAG_pointer_type:
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
    case DW_TAG_typedef: return true;
    default: return false;
    }
}

/// True where some compile unit describes types: they come first in a unit, -g1 and assemblers write none.
bool describesTypes(Dwarf* dwarf)
{
    std::size_t looked = 0;
    Dwarf_CU* unit = nullptr;
    Dwarf_Die unitDie{};
    while (looked < mostDiesForTypes &&
           dwarf_get_units(dwarf, unit, &unit, nullptr, nullptr, &unitDie, nullptr) == 0) {
        Dwarf_Die die{};
        int found = dwarf_child(&unitDie, &die);
        for (Dwarf_Off last = 0; found == 0 && looked < mostDiesForTypes; ++looked) {
            if (isTypeTag(dwarf_tag(&die))) {
                return true;
            }
            const Dwarf_Off offset = dwarf_dieoffset(&die);
            if (offset <= last) { // a corrupt sibling reference leads back
                break;
            }
            last = offset;
            found = dwarf_siblingof(&die, &die);
        }
        ++looked;
    }
    return false;
}

/// Counted by their headers alone, without a look into them.
std::size_t countUnits(Dwarf* dwarf)
{
    std::size_t count = 0;
    Dwarf_Off at = 0;
    Dwarf_Off next = 0;
    std::size_t headerSize = 0;
    while (dwarf_nextcu(dwarf, at, &next, &headerSize, nullptr, nullptr, nullptr) == 0 && next > at) {
        ++count;
        at = next;
    }
    return count;
}

DebugInformation levelOf(const ElfFile& elf, Dwarf* dwarf)
{
    if (dwarf != nullptr && describesTypes(dwarf)) {
        return DebugInformation::Full;
    }
    if (hasDwarf(elf) && elf.section(".debug_line") != nullptr) {
        return DebugInformation::LinesOnly;
    }
    return hasSymbolTable(elf) ? DebugInformation::SymbolsOnly : DebugInformation::None;
}

} // namespace

bool isDebugSection(std::string_view name)
{
    return name.starts_with(".debug_") || name.starts_with(".zdebug_");
}

bool hasDwarf(const ElfFile& elf)
{
    return std::ranges::any_of(elf.sections(), [](const ElfSection& section) {
        return section.occupiesFile() && section.header.sh_size > 0 &&
               (section.name == ".debug_info" || section.name == ".zdebug_info" ||
                section.name == ".debug_line");
    });
}

std::unique_ptr<Dwarf, EndDwarf> openDwarf(const ElfFile& elf)
{
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < elf.sections().size(); ++i) {
        const ElfSection& section = elf.sections()[i];
        if (!section.name.starts_with(".debug_") && !section.name.starts_with(".zdebug_")) {
            continue;
        }
        std::uint64_t size = section.header.sh_size;
        GElf_Chdr compressed{};
        if ((section.header.sh_flags & SHF_COMPRESSED) != 0 &&
            gelf_getchdr(elf_getscn(elf.handle(), i), &compressed) != nullptr) {
            size = std::max<std::uint64_t>(size, compressed.ch_size);
        }
        if (size > mostDwarfBytes - bytes) {
            return nullptr;
        }
        bytes += size;
    }
    std::unique_ptr<Dwarf, EndDwarf> dwarf(
        hasDwarf(elf) ? dwarf_begin_elf(elf.handle(), DWARF_C_READ, nullptr) : nullptr);
    if (dwarf != nullptr && elf.section(".gnu_debugaltlink") != nullptr) {
        // libdw would open whatever file the image names, a FIFO too: its own DWARF stands in for it
        dwarf_setalt(dwarf.get(), dwarf.get());
    }
    return dwarf;
}

void addDebugInformation(const ElfFile& elf, Image& image)
{
    image.debugBytes = debugBytesOf(elf);
    image.symbolCount = readSymbolTable(elf).size();
    {
        const auto dwarf = openDwarf(elf);
        image.debug = levelOf(elf, dwarf.get());
        image.compileUnits = dwarf == nullptr ? 0 : countUnits(dwarf.get());
    }
    if (hasDwarf(elf)) {
        return;
    }
    auto file = image.debugFile ? InputFile::open(image.debugFile->path) : cannotRead(image.path, "");
    auto debugElf = file ? ElfFile::open(std::move(*file)) : std::unexpected(file.error());
    if (!debugElf) {
        return;
    }
    const auto dwarf = openDwarf(*debugElf);
    image.debug = levelOf(*debugElf, dwarf.get());
    image.debugBytes = debugBytesOf(*debugElf);
    image.compileUnits = dwarf == nullptr ? 0 : countUnits(dwarf.get());
    image.symbolCount = std::max(image.symbolCount, readSymbolTable(*debugElf).size());
}

} // namespace rumpus

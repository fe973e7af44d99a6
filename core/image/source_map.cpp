// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/source_map.h"

#include "core/base/text.h"
#include "core/image/debug_info.h"

#include <dwarf.h>
#include <elfutils/libdw.h>

#include <algorithm>

namespace rumpus {

namespace {

constexpr std::size_t mostUnits = 1U << 17U;
constexpr std::size_t mostSpans = 1U << 21U;
constexpr std::size_t mostDies = 4'000'000;
constexpr std::size_t mostPathBytes = 4096;

std::string_view textAttribute(Dwarf_Die& die, unsigned name)
{
    Dwarf_Attribute attribute{};
    const char* text = dwarf_formstring(dwarf_attr(&die, name, &attribute));
    return text == nullptr ? std::string_view{} : std::string_view(text).substr(0, mostPathBytes);
}

/// The address of a variable whose place is that one address (DW_OP_addr), else nothing.
std::optional<std::uint64_t> fixedAddress(const ElfFile& elf, Dwarf_Die& die)
{
    Dwarf_Attribute attribute{};
    Dwarf_Block block{};
    const std::size_t width = elf.is64() ? 8 : 4;
    if (dwarf_formblock(dwarf_attr(&die, DW_AT_location, &attribute), &block) != 0 ||
        block.length != 1 + width || block.data[0] != DW_OP_addr) {
        return std::nullopt;
    }
    return elf.number({reinterpret_cast<const char*>(block.data) + 1, width}, width);
}

/// Walks the compile units once, with a budget for what a hostile file can ask for.
class Reader {
public:
    Reader(const ElfFile& elf, std::vector<SourceMap::Unit>& units, std::vector<SourceMap::Span>& spans)
        : elf_(elf), units_(units), spans_(spans)
    {
    }

    void take(Dwarf* dwarf)
    {
        Dwarf_CU* unit = nullptr;
        Dwarf_Die die{};
        while (units_.size() < mostUnits &&
               dwarf_get_units(dwarf, unit, &unit, nullptr, nullptr, &die, nullptr) == 0) {
            if (dwarf_tag(&die) != DW_TAG_compile_unit) {
                continue;
            }
            const std::string path =
                joinedPath(textAttribute(die, DW_AT_comp_dir), textAttribute(die, DW_AT_name));
            units_.push_back({.path = printable(path), .source = printable(normalisedPath(path))});
            takeCode(die);
            takeVariables(die);
        }
    }

private:
    void add(std::uint64_t begin, std::uint64_t end)
    {
        // a linker that drops a section leaves its range at zero
        if (begin < end && begin != 0 && spans_.size() < mostSpans) {
            spans_.push_back({begin, end, units_.size() - 1});
        }
    }

    void takeCode(Dwarf_Die& unit)
    {
        Dwarf_Addr base = 0;
        Dwarf_Addr begin = 0;
        Dwarf_Addr end = 0;
        std::ptrdiff_t offset = 0;
        while (spans_.size() < mostSpans && (offset = dwarf_ranges(&unit, offset, &base, &begin, &end)) > 0) {
            add(begin, end);
        }
    }

    void takeVariables(Dwarf_Die& unit)
    {
        Dwarf_Die die{};
        Dwarf_Off last = 0;
        int found = dwarf_child(&unit, &die);
        while (found == 0 && dies_ < mostDies) {
            ++dies_;
            const Dwarf_Off offset = dwarf_dieoffset(&die);
            if (offset <= last) { // a corrupt sibling reference leads back
                return;
            }
            last = offset;
            if (dwarf_tag(&die) == DW_TAG_variable) {
                if (const auto address = fixedAddress(elf_, die)) {
                    add(*address, *address + 1);
                }
            }
            found = dwarf_siblingof(&die, &die);
        }
    }

    const ElfFile& elf_;
    std::vector<SourceMap::Unit>& units_;
    std::vector<SourceMap::Span>& spans_;
    std::size_t dies_ = 0;
};

} // namespace

std::string joinedPath(std::string_view directory, std::string_view name)
{
    if (directory.empty() || name.starts_with('/') || name.starts_with('<')) { // "<artificial>"
        return std::string(name);
    }
    return std::string(directory) + "/" + std::string(name);
}

std::string normalisedPath(std::string_view path)
{
    const bool absolute = path.starts_with('/');
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view part = path.substr(at, end - at);
        at = end + 1;
        if (part.empty() || part == ".") {
            continue;
        }
        const bool canRise = !parts.empty() && parts.back() != "..";
        if (part != ".." || (!canRise && !absolute)) {
            parts.push_back(part);
        } else if (canRise) {
            parts.pop_back();
        }
    }
    std::string result = absolute ? "/" : "";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        result.append(i == 0 ? "" : "/").append(parts[i]);
    }
    return result;
}

SourceMap SourceMap::read(const ElfFile& elf)
{
    SourceMap map;
    if (elf.header().e_type == ET_REL) {
        return map;
    }
    if (const auto dwarf = openDwarf(elf)) {
        Reader(elf, map.units_, map.spans_).take(dwarf.get());
        map.sort();
    }
    return map;
}

void SourceMap::sort()
{
    std::ranges::stable_sort(spans_, {}, &Span::begin);
    // what a later unit says of bytes that an earlier one has is left out: find() needs disjoint spans
    std::uint64_t covered = 0;
    std::erase_if(spans_, [&](Span& span) {
        span.begin = std::max(span.begin, covered);
        covered = std::max(covered, span.end);
        return span.begin >= span.end;
    });
}

const SourceMap::Unit* SourceMap::find(std::uint64_t address) const
{
    const auto after = std::ranges::upper_bound(spans_, address, {}, &Span::begin);
    if (after == spans_.begin() || address >= std::prev(after)->end) {
        return nullptr;
    }
    return &units_[std::prev(after)->unit];
}

} // namespace rumpus

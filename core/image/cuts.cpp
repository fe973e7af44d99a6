// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/cuts.h"

#include <algorithm>

namespace rumpus {

namespace {

// what a linker leaves free between two symbols, to align the second
constexpr std::uint64_t mostPadding = 64;

/// Gives each byte of a file once, to the first that claims it.
class Claims {
public:
    explicit Claims(std::uint64_t fileSize) : fileSize_(fileSize) {}

    /// The next stretch of the file, in the order of offsets: how many of its bytes nothing before it had.
    std::uint64_t claim(std::uint64_t offset, std::uint64_t size)
    {
        const std::uint64_t begin = std::max(offset, claimed_);
        const std::uint64_t end = offset > fileSize_ ? offset : offset + std::min(size, fileSize_ - offset);
        if (begin >= end) {
            return 0;
        }
        claimed_ = end;
        given_ += end - begin;
        return end - begin;
    }
    std::uint64_t rest() const { return fileSize_ - given_; }

private:
    std::uint64_t fileSize_;
    std::uint64_t claimed_ = 0;
    std::uint64_t given_ = 0;
};

/// Cuts one loaded section; its first bytes are those that are in the file.
class Cutter {
public:
    Cutter(const ElfSection& section, std::uint64_t inFile, const std::function<void(const Cut&)>& tell)
        : section_(section), at_(section.header.sh_addr), end_(at_ + section.header.sh_size),
          fileLeft_(inFile), tell_(tell)
    {
    }

    void cutAt(const std::vector<PlacedSymbol>& symbols)
    {
        const auto byAddress = [](const PlacedSymbol& symbol) { return symbol.raw.address; };
        for (auto symbol = std::ranges::lower_bound(symbols, at_, {}, byAddress);
             symbol != symbols.end() && symbol->raw.address < end_; ++symbol) {
            const std::uint64_t address = symbol->raw.address;
            const auto next = std::next(symbol);
            const std::uint64_t limit = next == symbols.end() ? end_ : std::min(end_, next->raw.address);
            give(nullptr, address);
            // labels of assembly have no size: they reach to the next symbol
            const bool isLabel = symbol->raw.size == 0 && symbol->component != Component::Other;
            std::uint64_t own = isLabel ? limit : address + std::min(symbol->raw.size, end_ - address);
            if (own < limit && limit - own < mostPadding) {
                own = limit;
            }
            give(&*symbol, own);
        }
        give(nullptr, end_);
    }

private:
    void give(const PlacedSymbol* symbol, std::uint64_t to)
    {
        if (to <= at_) {
            return;
        }
        const std::uint64_t memory = to - at_;
        const std::uint64_t file = std::min(memory, fileLeft_);
        at_ = to;
        fileLeft_ -= file;
        tell_({.section = &section_,
               .symbol = symbol,
               .component = symbol == nullptr ? Component::Other : symbol->component,
               .memory = memory,
               .file = file});
    }

    const ElfSection& section_;
    std::uint64_t at_;
    std::uint64_t end_;
    std::uint64_t fileLeft_;
    const std::function<void(const Cut&)>& tell_;
};

/// True for what takes memory as soon as the image is loaded. .tbss has an address and a size, but no memory
/// before a thread starts.
bool takesMemory(const GElf_Shdr& header)
{
    const bool isTemplate = header.sh_type == SHT_NOBITS && (header.sh_flags & SHF_TLS) != 0;
    return (header.sh_flags & SHF_ALLOC) != 0 && !isTemplate &&
           header.sh_addr + header.sh_size >= header.sh_addr;
}

Component componentOf(const ElfSection& section)
{
    const bool isLoaded = (section.header.sh_flags & SHF_ALLOC) != 0;
    const bool isTable = section.header.sh_type == SHT_SYMTAB || section.name == ".strtab";
    return !isLoaded && (isTable || isDebugSection(section.name)) ? Component::Debug : Component::Other;
}

} // namespace

std::vector<PlacedSymbol> symbolsToCutAt(const ElfFile& elf, const ElfFile& named, ImageKind kind)
{
    if (elf.header().e_type == ET_REL) {
        return {};
    }
    std::vector<PlacedSymbol> symbols = placeSymbols(named, kind);
    std::ranges::stable_sort(symbols, {}, [](const PlacedSymbol& symbol) {
        // of several names for one address the one with a size comes last and so decides
        return std::pair(symbol.raw.address, symbol.raw.size);
    });
    return symbols;
}

void cutSections(const ElfFile& elf, const std::vector<PlacedSymbol>& symbols,
                 const std::function<void(const Cut&)>& tell)
{
    std::vector<const ElfSection*> order;
    for (const ElfSection& section : elf.sections()) {
        if (section.header.sh_type != SHT_NULL) {
            order.push_back(&section);
        }
    }
    std::ranges::stable_sort(order, {}, [](const ElfSection* section) { return section->header.sh_offset; });
    Claims claims(elf.file().size());
    for (const ElfSection* section : order) {
        const GElf_Shdr& header = section->header;
        const std::uint64_t inFile =
            section->occupiesFile() ? claims.claim(header.sh_offset, header.sh_size) : 0;
        if (takesMemory(header)) {
            Cutter(*section, inFile, tell).cutAt(symbols);
        } else if (inFile > 0) {
            tell({.section = section, .component = componentOf(*section), .file = inFile});
        }
    }
    if (claims.rest() > 0) {
        tell({.file = claims.rest()});
    }
}

} // namespace rumpus

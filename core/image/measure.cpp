// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/symbols.h"

#include <algorithm>
#include <array>

namespace rumpus {

namespace {

constexpr std::size_t componentCount = static_cast<std::size_t>(Component::Other) + 1;
// what a linker leaves free between two symbols, to align the second
constexpr std::uint64_t mostPadding = 64;

/// Sums by component. Of bytes that several sections or symbols claim only the first claim counts, so that
/// no file has more parts than bytes.
class Measure {
public:
    explicit Measure(std::uint64_t fileSize) : fileSize_(fileSize)
    {
        for (std::size_t i = 0; i < componentCount; ++i) {
            sums_[i].component = static_cast<Component>(i);
        }
    }

    ComponentSize& of(Component component) { return sums_[static_cast<std::size_t>(component)]; }

    /// The next stretch of the file, in the order of offsets: its bytes that nothing before it had.
    std::uint64_t claim(std::uint64_t offset, std::uint64_t size)
    {
        const std::uint64_t begin = std::max(offset, claimed_);
        const std::uint64_t end = offset > fileSize_ ? offset : offset + std::min(size, fileSize_ - offset);
        if (begin >= end) {
            return 0;
        }
        claimed_ = end;
        return end - begin;
    }

    std::vector<ComponentSize> result()
    {
        std::uint64_t file = 0;
        for (const ComponentSize& sum : sums_) {
            file += sum.file;
        }
        of(Component::Other).file += fileSize_ - file;
        std::vector<ComponentSize> sizes;
        std::ranges::copy_if(sums_, std::back_inserter(sizes), [](const ComponentSize& sum) {
            return sum.memory != 0 || sum.file != 0 || sum.symbols != 0;
        });
        std::ranges::stable_sort(sizes, [](const ComponentSize& a, const ComponentSize& b) {
            return std::max(a.memory, a.file) > std::max(b.memory, b.file);
        });
        return sizes;
    }

private:
    std::uint64_t fileSize_;
    std::uint64_t claimed_ = 0;
    std::array<ComponentSize, componentCount> sums_{};
};

/// Bytes of one component within a section.
struct Share {
    Component component = Component::Other;
    std::uint64_t bytes = 0;
};

/// Cuts a stretch of memory at its symbols, which are sorted by address.
std::vector<Share> sharesOf(std::uint64_t address, std::uint64_t size,
                            const std::vector<PlacedSymbol>& symbols)
{
    std::vector<Share> shares;
    const std::uint64_t end = address + size;
    std::uint64_t at = address;
    const auto give = [&](Component component, std::uint64_t to) {
        if (to > at) {
            shares.push_back({component, to - at});
            at = to;
        }
    };
    const auto byAddress = [](const PlacedSymbol& symbol) { return symbol.raw.address; };
    for (auto symbol = std::ranges::lower_bound(symbols, address, {}, byAddress);
         symbol != symbols.end() && symbol->raw.address < end; ++symbol) {
        const auto next = std::next(symbol);
        const std::uint64_t limit = next == symbols.end() ? end : std::min(end, next->raw.address);
        give(Component::Other, symbol->raw.address);
        // labels of assembly have no size: they reach to the next symbol
        const std::uint64_t own =
            symbol->raw.size == 0 && symbol->component != Component::Other
                ? limit
                : symbol->raw.address + std::min(symbol->raw.size, end - symbol->raw.address);
        give(symbol->component, own);
        if (own < limit && limit - own < mostPadding) {
            give(symbol->component, limit);
        }
    }
    give(Component::Other, end);
    return shares;
}

void addSection(Measure& measure, const ElfSection& section, const std::vector<PlacedSymbol>& symbols)
{
    const GElf_Shdr& header = section.header;
    const std::uint64_t inFile = section.occupiesFile() ? measure.claim(header.sh_offset, header.sh_size) : 0;
    if ((header.sh_flags & SHF_ALLOC) == 0) {
        const bool isTable = header.sh_type == SHT_SYMTAB || section.name == ".strtab";
        measure.of(isTable || isDebugSection(section.name) ? Component::Debug : Component::Other).file +=
            inFile;
        return;
    }
    // .tbss has an address and a size, but no memory before a thread starts
    const bool isTemplate = header.sh_type == SHT_NOBITS && (header.sh_flags & SHF_TLS) != 0;
    if (isTemplate || header.sh_addr + header.sh_size < header.sh_addr) {
        measure.of(Component::Other).file += inFile;
        return;
    }
    std::uint64_t fileLeft = inFile;
    for (const Share& share : sharesOf(header.sh_addr, header.sh_size, symbols)) {
        const std::uint64_t file = std::min(share.bytes, fileLeft);
        ComponentSize& sum = measure.of(share.component);
        sum.memory += share.bytes;
        sum.file += file;
        fileLeft -= file;
    }
}

} // namespace

Result<std::vector<ComponentSize>> measureComponents(const Image& image)
{
    if (image.elfClass == 0) { // a bzImage and an EFI application are packed: nothing tells their parts
        return std::vector{ComponentSize{.component = Component::Other,
                                         .memory = image.memoryNeeded,
                                         .file = image.fileSize,
                                         .symbols = 0}};
    }
    auto file = InputFile::open(image.path);
    auto elf = file ? ElfFile::open(std::move(*file)) : std::unexpected(file.error());
    const auto named = openWithSymbols(image);
    if (!elf || !named) {
        return std::unexpected(elf ? named.error() : elf.error());
    }
    // addresses of a relocatable file count from each section's start: its symbols name no place
    std::vector<PlacedSymbol> symbols;
    if (elf->header().e_type != ET_REL) {
        symbols = placeSymbols(*named, image.kind);
        std::ranges::stable_sort(symbols, {}, [](const PlacedSymbol& symbol) {
            // of several names for one address the one with a size comes last and so decides
            return std::pair(symbol.raw.address, symbol.raw.size);
        });
    }
    Measure measure(elf->file().size());
    std::vector<const ElfSection*> order;
    std::ranges::transform(elf->sections(), std::back_inserter(order),
                           [](const auto& section) { return &section; });
    std::ranges::stable_sort(order, {}, [](const ElfSection* section) { return section->header.sh_offset; });
    for (const ElfSection* section : order) {
        if (section->header.sh_type != SHT_NULL) {
            addSection(measure, *section, symbols);
        }
    }
    for (const PlacedSymbol& symbol : symbols) {
        ++measure.of(symbol.component).symbols;
    }
    return measure.result();
}

} // namespace rumpus

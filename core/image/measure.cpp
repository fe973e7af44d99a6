// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/image/cuts.h"
#include "core/image/demangle.h"
#include "core/image/size_rows.h"

#include <algorithm>
#include <array>

namespace rumpus {

namespace {

constexpr std::size_t componentCount = static_cast<std::size_t>(Component::Other) + 1;
// overlapping sections of a hostile file are cut at the same symbols again and again
constexpr std::size_t mostRows = 1U << 20U;
constexpr std::size_t mostText = std::size_t{256} << 20U;

class Sums {
public:
    Sums()
    {
        for (std::size_t i = 0; i < componentCount; ++i) {
            sums_[i].component = static_cast<Component>(i);
        }
    }

    ComponentSize& of(Component component) { return sums_[static_cast<std::size_t>(component)]; }

    std::vector<ComponentSize> result() const
    {
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
    std::array<ComponentSize, componentCount> sums_{};
};

/// Collects rows; what comes after the bounds is kept by component only.
class Rows {
public:
    void add(const Cut& cut)
    {
        if (rows_.size() >= mostRows || text_ >= mostText) {
            ComponentSize& sum = rest_.of(cut.component);
            sum.memory += cut.memory;
            sum.file += cut.file;
            return;
        }
        SizeRow row{.component = cut.component, .memory = cut.memory, .file = cut.file};
        if (cut.symbol != nullptr) {
            row.source = cut.symbol->source;
            row.name = demangle_(cut.symbol->raw.name);
            row.isSymbol = true;
        } else if (cut.section != nullptr) {
            row.name = printable(cut.section->name);
        }
        text_ += row.source.size() + row.name.size();
        rows_.push_back(std::move(row));
    }

    std::vector<SizeRow> result()
    {
        for (const ComponentSize& sum : rest_.result()) {
            rows_.push_back({.component = sum.component, .memory = sum.memory, .file = sum.file});
        }
        return std::move(rows_);
    }

private:
    std::vector<SizeRow> rows_;
    std::size_t text_ = 0;
    Sums rest_;
    Demangler demangle_;
};

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
    const std::vector<PlacedSymbol> symbols = symbolsToCutAt(*elf, *named, image.kind);
    Sums sums;
    cutSections(*elf, symbols, [&](const Cut& cut) {
        ComponentSize& sum = sums.of(cut.component);
        sum.memory += cut.memory;
        sum.file += cut.file;
    });
    for (const PlacedSymbol& symbol : symbols) {
        ++sums.of(symbol.component).symbols;
    }
    return sums.result();
}

Result<std::vector<SizeRow>> measureSymbols(const Image& image)
{
    if (image.elfClass == 0) {
        return std::vector{SizeRow{.memory = image.memoryNeeded, .file = image.fileSize}};
    }
    auto file = InputFile::open(image.path);
    auto elf = file ? ElfFile::open(std::move(*file)) : std::unexpected(file.error());
    const auto named = openWithSymbols(image);
    if (!elf || !named) {
        return std::unexpected(elf ? named.error() : elf.error());
    }
    Rows rows;
    cutSections(*elf, symbolsToCutAt(*elf, *named, image.kind), [&](const Cut& cut) { rows.add(cut); });
    return rows.result();
}

} // namespace rumpus

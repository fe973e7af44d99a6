// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/symbols.h"

#include "core/image/demangle.h"

#include <unordered_map>

namespace rumpus {

namespace {

std::string_view fileNameOf(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

/// For symbols that have no unit of their own: functions' static variables, assembly. Local symbols stand
/// together behind one STT_FILE symbol, so the others of their object file tell it; else that symbol's
/// name does, if only one unit has it.
class UnitsOfFiles {
public:
    UnitsOfFiles(const std::vector<RawSymbol>& symbols, const SourceMap& sources)
    {
        for (const RawSymbol& symbol : symbols) {
            const SourceMap::Unit* unit = symbol.file == 0 ? nullptr : sources.find(symbol.address);
            if (unit != nullptr) {
                byNeighbour_.emplace(symbol.file, unit);
            }
        }
        for (const SourceMap::Unit& unit : sources.units()) {
            const auto [known, isNew] = byName_.try_emplace(fileNameOf(unit.source), &unit);
            if (!isNew && known->second != nullptr && known->second->source != unit.source) {
                known->second = nullptr;
            }
        }
    }

    const SourceMap::Unit* find(const RawSymbol& symbol) const
    {
        if (symbol.file == 0) {
            return nullptr;
        }
        if (const auto found = byNeighbour_.find(symbol.file); found != byNeighbour_.end()) {
            return found->second;
        }
        const auto found = byName_.find(fileNameOf(symbol.fileName));
        return found == byName_.end() ? nullptr : found->second;
    }

private:
    std::unordered_map<std::size_t, const SourceMap::Unit*> byNeighbour_;
    std::unordered_map<std::string_view, const SourceMap::Unit*> byName_; // null: several have that name
};

} // namespace

std::vector<PlacedSymbol> placeSymbols(const ElfFile& elf, ImageKind kind)
{
    const SourceMap sources = SourceMap::read(elf);
    // the same for a whole unit, where the symbol's name has no say in it
    std::unordered_map<const SourceMap::Unit*, Component> components;
    const auto componentFor = [&](const SourceMap::Unit* unit, std::string_view name) {
        if (unit == nullptr || name.starts_with("rumpns_")) {
            return componentOf(kind, unit == nullptr ? std::string_view{} : unit->path, name);
        }
        const auto [found, isNew] = components.try_emplace(unit);
        if (isNew) {
            found->second = componentOf(kind, unit->path, {});
        }
        return found->second;
    };
    const std::vector<RawSymbol> raw = readSymbolTable(elf);
    const UnitsOfFiles files(raw, sources);
    std::vector<PlacedSymbol> symbols;
    symbols.reserve(raw.size());
    for (const RawSymbol& symbol : raw) {
        const SourceMap::Unit* unit = sources.find(symbol.address);
        if (unit == nullptr) {
            unit = files.find(symbol);
        }
        symbols.push_back({.raw = symbol,
                           .source = unit == nullptr ? std::string() : unit->source,
                           .component = componentFor(unit, symbol.name)});
    }
    return symbols;
}

Result<ElfFile> openWithSymbols(const Image& image)
{
    if (image.elfClass == 0) {
        return cannotRead(image.path, "only ELF files have symbols");
    }
    auto file = InputFile::open(image.path);
    auto elf = file ? ElfFile::open(std::move(*file)) : std::unexpected(file.error());
    if (!elf || (hasDwarf(*elf) || !image.debugFile)) {
        return elf;
    }
    auto debugFile = InputFile::open(image.debugFile->path);
    auto debug = debugFile ? ElfFile::open(std::move(*debugFile)) : std::unexpected(debugFile.error());
    return debug && (hasSymbolTable(*debug) || !hasSymbolTable(*elf)) ? std::move(debug) : std::move(elf);
}

Result<std::vector<Symbol>> readSymbols(const Image& image)
{
    const auto elf = openWithSymbols(image);
    if (!elf) {
        return std::unexpected(elf.error());
    }
    Demangler demangle;
    std::vector<Symbol> symbols;
    for (PlacedSymbol& placed : placeSymbols(*elf, image.kind)) {
        symbols.push_back({.name = demangle(placed.raw.name),
                           .address = placed.raw.address,
                           .size = placed.raw.size,
                           .sourceFile = std::move(placed.source),
                           .component = placed.component,
                           .function = placed.raw.function});
    }
    return symbols;
}

} // namespace rumpus

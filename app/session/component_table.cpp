// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/component_table.h"

#include "core/base/files.h"
#include "core/base/format.h"

#include <algorithm>
#include <string>

namespace rumpus {

Result<void> writeComponentTable(const Image& image, const std::filesystem::path& file)
{
    Result<std::vector<Symbol>> symbols = readSymbols(image);
    if (!symbols) {
        return std::unexpected(symbols.error());
    }
    std::erase_if(*symbols, [](const Symbol& s) { return !s.function || s.component == Component::Other; });
    std::ranges::sort(*symbols, {}, &Symbol::address);
    std::string table;
    for (std::size_t i = 0; i < symbols->size();) {
        const Symbol& first = (*symbols)[i];
        std::uint64_t high = first.address + std::max<std::uint64_t>(first.size, 1);
        for (++i; i < symbols->size() && (*symbols)[i].component == first.component; ++i) {
            high = std::max(high, (*symbols)[i].address + (*symbols)[i].size);
        }
        const std::uint64_t next = i < symbols->size() ? (*symbols)[i].address : high;
        table += formatted("{{\"low\": {}, \"high\": {}, \"component\": \"{}\"}}\n", first.address,
                           std::min(high, std::max(next, first.address + 1)), key(first.component));
    }
    return publishFile(file, table);
}

} // namespace rumpus

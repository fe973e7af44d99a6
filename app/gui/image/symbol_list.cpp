// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/symbol_list.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace rumpus::gui {

SymbolList::SymbolList(std::vector<Symbol> symbols) : symbols_(std::move(symbols))
{
    for (const Symbol& symbol : symbols_) {
        names_.add(symbol.name + " " + symbol.sourceFile);
    }
    const auto sortBy = [&](Column column, auto key) {
        std::vector<std::uint32_t>& order = orders_.at(column);
        order.resize(symbols_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(order, {}, key);
    };
    sortBy(Name, [&](std::uint32_t i) { return std::string_view(symbols_[i].name); });
    sortBy(Size, [&](std::uint32_t i) { return symbols_[i].size; });
    sortBy(Address, [&](std::uint32_t i) { return symbols_[i].address; });
    sortBy(Part, [&](std::uint32_t i) { return symbols_[i].component; });
    sortBy(Source, [&](std::uint32_t i) { return std::string_view(symbols_[i].sourceFile); });
}

std::vector<std::uint32_t> SymbolList::found(const QString& word, Column by, bool descending) const
{
    std::vector<std::uint32_t> result;
    const std::vector<bool> wanted = names_.find(word);
    const auto take = [&](std::uint32_t index) {
        if (wanted[index]) {
            result.push_back(index);
        }
    };
    const std::vector<std::uint32_t>& order = orders_.at(by);
    if (descending) {
        std::for_each(order.rbegin(), order.rend(), take);
    } else {
        std::ranges::for_each(order, take);
    }
    return result;
}

} // namespace rumpus::gui

// SymbolList: an image's symbols, sorted every way beforehand, so that a view of 100,000 never waits.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/name_index.h"
#include "core/image/image.h"

#include <QString>

#include <array>
#include <cstdint>
#include <vector>

namespace rumpus::gui {

class SymbolList {
public:
    enum Column : std::uint8_t { Name, Size, Address, Part, Source };
    static constexpr int columns = 5;

    SymbolList() = default;
    explicit SymbolList(std::vector<Symbol> symbols);

    const Symbol& at(std::size_t index) const { return symbols_[index]; }
    std::size_t size() const { return symbols_.size(); }

    /// The symbols whose name or source file has the word, whatever the case, in the order of a column.
    std::vector<std::uint32_t> found(const QString& word, Column by, bool descending) const;

private:
    std::vector<Symbol> symbols_;
    NameIndex names_; ///< name and source file
    std::array<std::vector<std::uint32_t>, columns> orders_;
};

} // namespace rumpus::gui

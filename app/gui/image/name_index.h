// NameIndex: many names searched for a word at once, fast enough for every key press.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::gui {

class NameIndex {
public:
    /// A name in UTF-8, the next in the row.
    void add(std::string_view name);
    /// By name: whether it has the word, whatever the case.
    std::vector<bool> find(const QString& word) const;

private:
    std::string text_; ///< the names in folded case, each ended by a line's end
    std::vector<std::uint64_t> ends_;
};

} // namespace rumpus::gui

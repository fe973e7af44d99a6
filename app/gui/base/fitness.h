// How well a name fits the few letters that were typed to find it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace rumpus::gui {

/// More is better: the whole word at a beginning of the text's words, their first letters, the word
/// anywhere, its letters in their order; nothing: they are not there. Both are in lower case.
std::optional<int> fitness(std::string_view text, std::string_view word);

} // namespace rumpus::gui

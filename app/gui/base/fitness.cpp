// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/fitness.h"

#include <algorithm>

namespace rumpus::gui {

namespace {

bool beginsWord(std::string_view text, std::size_t place)
{
    const auto isLetter = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    };
    return place == 0 || !isLetter(text[place - 1]);
}

} // namespace

std::optional<int> fitness(std::string_view text, std::string_view word)
{
    const int spare = std::min(static_cast<int>(text.size()) - static_cast<int>(word.size()), 90);
    const std::size_t whole = text.find(word);
    const bool anywhere = whole != std::string_view::npos;
    if (anywhere && beginsWord(text, whole)) {
        return 1100 + (whole == 0 ? 100 : 0) + (spare == 0 ? 300 : 0) - spare;
    }
    int score = 0;
    std::size_t place = 0;
    std::size_t beginnings = 0;
    for (const char letter : word) {
        const std::size_t found = text.find(letter, place);
        if (found == std::string_view::npos) {
            return std::nullopt;
        }
        const bool begins = beginsWord(text, found);
        score += (place > 0 && found == place ? 30 : 0) + (begins ? 25 : 0) + 5;
        beginnings += begins ? 1 : 0;
        place = found + 1;
    }
    if (anywhere || beginnings == word.size()) {
        return 1000 + (beginnings == word.size() ? 50 : 0) - spare;
    }
    return std::max(1, score - std::min(static_cast<int>(text.size()), 90) / 2);
}

} // namespace rumpus::gui

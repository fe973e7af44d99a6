// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/rumprun/options.h"

#include "core/base/format.h"
#include "core/base/text.h"

namespace rumpus {

Result<std::vector<ShellOption>> OptionWords::options(std::string_view known)
{
    std::vector<ShellOption> found;
    while (!atEnd() && peek().size() > 1 && peek()[0] == '-') {
        const std::string word = take();
        if (word == "--") {
            break;
        }
        if (const Result<void> read = letters(word, known, found); !read) {
            return std::unexpected(read.error());
        }
    }
    return found;
}

Result<void> OptionWords::letters(const std::string& word, std::string_view known,
                                  std::vector<ShellOption>& found)
{
    for (std::size_t i = 1; i < word.size(); ++i) {
        const std::size_t place = word[i] == ':' ? std::string_view::npos : known.find(word[i]);
        if (place == std::string_view::npos) {
            return inputError(formatted("{} has no option -{}", command_, printable(word.substr(i, 1))),
                              "correct it; if it is for the application, write it after the image");
        }
        const bool takesValue = place + 1 < known.size() && known[place + 1] == ':';
        if (!takesValue) {
            found.push_back({.letter = word[i], .value = {}});
            continue;
        }
        if (i + 1 == word.size() && atEnd()) {
            return inputError(formatted("the option -{} has no value", word[i]), "add it after a blank");
        }
        found.push_back({.letter = word[i], .value = i + 1 < word.size() ? word.substr(i + 1) : take()});
        break;
    }
    return {};
}

} // namespace rumpus

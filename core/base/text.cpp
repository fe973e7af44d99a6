// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include "core/base/format.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <numeric>

namespace rumpus {

namespace {

bool isPlainInShell(char c)
{
    static constexpr std::string_view plain = "%+,-./:=@_";
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || plain.contains(c);
}

/// Length of the UTF-8 sequence that starts the text, or 0 where it is malformed.
std::size_t utf8Length(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    const std::uint8_t second = byte(1);
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool outside = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
    return overlong || outside ? 0 : length;
}

/// Letters added, removed, replaced or swapped with their neighbour (optimal string alignment).
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> beforeLast(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
            }
        }
        beforeLast.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

std::string lowered(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

} // namespace

std::string shellQuoted(std::string_view word)
{
    if (!word.empty() && std::ranges::all_of(word, isPlainInShell)) {
        return std::string(word);
    }
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'') {
            quoted += R"('\'')";
        } else {
            quoted += c;
        }
    }
    return quoted + "'";
}

std::string shellCommand(std::span<const std::string> words)
{
    std::string line;
    for (const std::string& word : words) {
        line += (line.empty() ? "" : " ") + shellQuoted(word);
    }
    return line;
}

std::string printable(std::string_view bytes)
{
    std::string result;
    result.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = utf8Length(bytes);
        const auto first = static_cast<std::uint8_t>(bytes[0]);
        // U+0080 to U+009F are control characters too (ISO 6429, C1)
        const bool c1 = length == 2 && first == 0xc2 && static_cast<std::uint8_t>(bytes[1]) < 0xa0;
        if (length == 0 || first < 0x20 || first == 0x7f || c1) {
            result += formatted("\\x{:02x}", first);
            bytes.remove_prefix(1);
        } else {
            result += bytes.substr(0, length);
            bytes.remove_prefix(length);
        }
    }
    return result;
}

bool isUtf8(std::string_view bytes)
{
    while (!bytes.empty()) {
        const std::size_t length = utf8Length(bytes);
        if (length == 0) {
            return false;
        }
        bytes.remove_prefix(length);
    }
    return true;
}

std::optional<std::string> nearestWord(std::string_view word, std::span<const std::string_view> known)
{
    // hostile input must not cost quadratic time
    static constexpr std::size_t longestWord = 64;
    if (word.size() > longestWord) {
        return std::nullopt;
    }
    const std::string wanted = lowered(word);
    std::optional<std::string> nearest;
    std::size_t best = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const std::string_view candidate : known) {
        const std::size_t distance = editDistance(wanted, lowered(candidate));
        if (distance < best) {
            best = distance;
            nearest = std::string(candidate);
        }
    }
    return nearest;
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t end = text.find(separator); end != std::string_view::npos;
         end = text.find(separator, start)) {
        parts.emplace_back(text.substr(start, end - start));
        start = end + 1;
    }
    parts.emplace_back(text.substr(start));
    return parts;
}

std::string join(std::span<const std::string> words, std::string_view separator)
{
    std::string result;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) {
            result += separator;
        }
        result += words[i];
    }
    return result;
}

std::string_view trimmed(std::string_view text)
{
    static constexpr std::string_view blank = " \t\r\n";
    const std::size_t start = text.find_first_not_of(blank);
    if (start == std::string_view::npos) {
        return {};
    }
    return text.substr(start, text.find_last_not_of(blank) - start + 1);
}

std::string counted(std::size_t number, std::string_view thing)
{
    return formatted("{} {}{}", number, thing, number == 1 ? "" : "s");
}

} // namespace rumpus

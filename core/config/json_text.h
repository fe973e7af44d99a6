// JSON as people write it: comments and trailing commas are fine, and every value's place is known.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// A place in a text, both from 1; the column counts bytes.
struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;

    bool operator==(const TextPosition&) const = default;
};

/// A JSON text (RFC 8259, and `//` and `/* */` comments and a comma after the last item) as a value.
class JsonText {
public:
    static constexpr std::size_t largestText = std::size_t{1} << 20U; ///< bytes
    static constexpr std::size_t deepest = 64;                        ///< objects and lists in one another
    static constexpr std::size_t longestKey = 4096;                   ///< bytes
    static constexpr std::size_t mostProblems = 100;                  ///< that are told of each severity

    /// Never fails otherwise than by `problems`: where the text is no JSON, one error; where a key is
    /// there twice in an object, an error for each, and the first one's value counts.
    static JsonText parse(std::string_view text);

    bool isJson = false; ///< false: `value` is an empty object
    bool hadComments = false;
    Json value = Json::object();
    std::vector<Problem> problems;

    /// Where the value is that a JSON pointer names; where there is none, its nearest parent.
    TextPosition valuePosition(std::string_view pointer) const;
    /// Where the value's key is; an item of a list has none, so there it is the value's place.
    TextPosition keyPosition(std::string_view pointer) const;

private:
    friend class JsonTextParser;

    /// The values in the order of the text, each followed by those inside it.
    struct Node {
        std::uint32_t keyOffset = 0;
        std::uint32_t offset = 0;
        std::uint32_t end = 0; ///< index of the first node after this one and all inside it
    };

    TextPosition positionOf(std::size_t offset) const;
    const Node* nodeAt(std::string_view pointer) const;

    std::vector<Node> nodes_;
    std::vector<std::size_t> lineStarts_{0};
};

/// The keys and indices of a JSON pointer, as they are without its escapes.
std::vector<std::string> pointerTokens(std::string_view pointer);

/// Which member or item of a value such a token means, if it has one.
std::optional<std::size_t> childIndex(const Json& parent, std::string_view token);

/// `pointer` with one more key, escaped as RFC 6901 says.
std::string pointerBelow(std::string_view pointer, std::string_view key);

/// Hostile or long text cut to fit in a message, with double quotes around it.
std::string inQuotes(std::string_view text);

} // namespace rumpus

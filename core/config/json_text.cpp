// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/json_text.h"

#include "core/base/text.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace rumpus {

std::vector<std::string> pointerTokens(std::string_view pointer)
{
    std::vector<std::string> tokens = split(pointer, '/');
    // what is before the first slash is nothing
    tokens.erase(tokens.begin());
    for (std::string& token : tokens) {
        std::string key;
        for (std::size_t i = 0; i < token.size(); ++i) {
            const bool escaped = token[i] == '~' && i + 1 < token.size();
            key += !escaped ? token[i] : token[++i] == '1' ? '/' : '~';
        }
        token = std::move(key);
    }
    return tokens;
}

std::optional<std::size_t> childIndex(const Json& parent, std::string_view token)
{
    if (parent.is_array()) {
        std::size_t index = 0;
        const auto [end, status] = std::from_chars(token.data(), token.data() + token.size(), index);
        const bool whole = status == std::errc{} && end == token.data() + token.size();
        return whole && index < parent.size() ? std::optional(index) : std::nullopt;
    }
    if (!parent.is_object()) {
        return std::nullopt;
    }
    const auto& members = parent.get_ref<const Json::object_t&>();
    const auto found = std::ranges::find(members, token, &Json::object_t::value_type::first);
    return found == members.end() ? std::nullopt : std::optional<std::size_t>(found - members.begin());
}

std::string pointerBelow(std::string_view pointer, std::string_view key)
{
    Json::json_pointer last;
    last.push_back(std::string(key));
    return std::string(pointer) + last.to_string();
}

std::string inQuotes(std::string_view text)
{
    static constexpr std::size_t longest = 60;
    if (text.size() <= longest) {
        return '"' + printable(text) + '"';
    }
    // not in the middle of a UTF-8 sequence
    std::size_t cut = longest;
    while (cut > longest - 4 && (static_cast<unsigned char>(text[cut]) & 0xc0U) == 0x80) {
        --cut;
    }
    return '"' + printable(text.substr(0, cut)) + "…\"";
}

TextPosition JsonText::positionOf(std::size_t offset) const
{
    const auto line = std::prev(std::ranges::upper_bound(lineStarts_, offset));
    return {.line = static_cast<std::size_t>(line - lineStarts_.begin()) + 1, .column = offset - *line + 1};
}

const JsonText::Node* JsonText::nodeAt(std::string_view pointer) const
{
    if (nodes_.empty()) {
        return nullptr;
    }
    const Json* json = &value;
    std::size_t node = 0;
    for (const std::string& token : pointerTokens(pointer)) {
        const std::optional<std::size_t> wanted = childIndex(*json, token);
        if (!wanted) {
            break;
        }
        std::size_t child = node + 1;
        for (std::size_t skipped = 0; skipped < *wanted; ++skipped) {
            child = nodes_[child].end;
        }
        json = &*std::next(json->begin(), static_cast<std::ptrdiff_t>(*wanted));
        node = child;
    }
    return &nodes_[node];
}

TextPosition JsonText::valuePosition(std::string_view pointer) const
{
    const Node* node = nodeAt(pointer);
    return node == nullptr ? TextPosition{} : positionOf(node->offset);
}

TextPosition JsonText::keyPosition(std::string_view pointer) const
{
    const Node* node = nodeAt(pointer);
    return node == nullptr ? TextPosition{} : positionOf(node->keyOffset);
}

} // namespace rumpus

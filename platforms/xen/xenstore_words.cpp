// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_words.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <vector>

namespace rumpus {

namespace {

/// The names of a path after `first`, where it begins with them.
std::optional<std::span<const std::string>> after(std::span<const std::string> names,
                                                  std::initializer_list<std::string_view> first)
{
    if (names.size() < first.size() || !std::ranges::equal(names.first(first.size()), first)) {
        return std::nullopt;
    }
    return names.subspan(first.size());
}

std::vector<std::string> namesOf(std::string_view path)
{
    return path.starts_with('/') ? split(path.substr(1), '/') : std::vector<std::string>();
}

/// Reads the digits of an escape, at most `most` of them; the text then begins after them.
char digits(std::string_view& text, std::size_t most, int base)
{
    unsigned value = 0;
    const std::string_view candidates = text.substr(0, most);
    const auto [stop, error] =
        std::from_chars(candidates.data(), candidates.data() + candidates.size(), value, base);
    text.remove_prefix(static_cast<std::size_t>(stop - candidates.data()));
    return static_cast<char>(value);
}

} // namespace

std::optional<std::uint32_t> domainNumber(std::string_view text)
{
    std::uint32_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end && !text.empty() ? std::optional(value) : std::nullopt;
}

std::optional<XenstoreOwner> ownerOf(std::string_view path)
{
    const std::vector<std::string> names = namesOf(path);
    if (const auto device = deviceOf(path)) {
        return XenstoreOwner{.domain = device->domain, .uuid = {}};
    }
    for (const auto& first : {after(names, {"local", "domain"}), after(names, {"libxl"})}) {
        const std::optional<std::uint32_t> domain =
            first && !first->empty() ? domainNumber(first->front()) : std::nullopt;
        if (domain) {
            return XenstoreOwner{.domain = domain, .uuid = {}};
        }
    }
    for (const auto& first : {after(names, {"vm"}), after(names, {"vss"})}) {
        if (first && !first->empty() && !first->front().empty()) {
            return XenstoreOwner{.domain = {}, .uuid = first->front()};
        }
    }
    return std::nullopt;
}

std::optional<XenstoreDevice> deviceOf(std::string_view path)
{
    const std::vector<std::string> all = namesOf(path);
    const auto names = after(all, {"local", "domain"});
    const std::optional<std::uint32_t> domain =
        names && names->size() >= 4 ? domainNumber(names->front()) : std::nullopt;
    if (!domain) {
        return std::nullopt;
    }
    const std::string& side = (*names)[1];
    if (side == "device") {
        return XenstoreDevice{
            .kind = (*names)[2], .number = (*names)[3], .domain = *domain, .backend = false};
    }
    if (side != "backend" || names->size() < 5) {
        return std::nullopt;
    }
    const std::optional<std::uint32_t> front = domainNumber((*names)[3]);
    if (!front) {
        return std::nullopt;
    }
    return XenstoreDevice{.kind = (*names)[2], .number = (*names)[4], .domain = *front, .backend = true};
}

std::optional<std::string> stateInWords(std::string_view path, std::string_view value)
{
    static constexpr std::array words{"Unknown", "Initialising", "InitWait",      "Initialised", "Connected",
                                      "Closing", "Closed",       "Reconfiguring", "Reconfigured"};
    const std::optional<XenstoreDevice> device = deviceOf(path);
    // the device's own node, not one of the same name further below
    if (!device || !path.ends_with("/" + device->number + "/state")) {
        return std::nullopt;
    }
    const std::optional<std::uint32_t> state = domainNumber(value);
    return state && *state < words.size() ? std::optional<std::string>(words[*state]) : std::nullopt;
}

std::string escapedValue(std::string_view value)
{
    std::string text;
    text.reserve(value.size());
    const auto escape = [&](char c) {
        switch (c) {
        case '\t': text += "\\t"; return;
        case '\n': text += "\\n"; return;
        case '\r': text += "\\r"; return;
        case '\\': text += "\\\\"; return;
        default: break;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        text += byte < 8 ? formatted("\\{:03o}", byte) : formatted("\\x{:02x}", byte);
    };
    while (!value.empty()) {
        // runs that need nothing are taken at once; what does is looked at byte by byte
        const auto plain = [](char c) { return c >= ' ' && c <= '~' && c != '\\'; };
        const auto end = std::ranges::find_if_not(value, plain);
        const auto count = static_cast<std::size_t>(end - value.begin());
        text += value.substr(0, count);
        value.remove_prefix(count);
        if (value.empty()) {
            break;
        }
        std::size_t length = 1;
        for (std::size_t wide = 2; wide <= 4 && wide <= value.size(); ++wide) {
            const std::string_view letter = value.substr(0, wide);
            if (static_cast<std::uint8_t>(value.front()) >= 0x80 && isUtf8(letter) &&
                printable(letter) == letter) {
                length = wide;
                break;
            }
        }
        if (length > 1) {
            text += value.substr(0, length);
        } else {
            escape(value.front());
        }
        value.remove_prefix(length);
    }
    return text;
}

std::string quotedValue(std::string_view value)
{
    return "\"" + escapedValue(value) + "\"";
}

std::string unescapedValue(std::string_view text)
{
    std::string value;
    value.reserve(text.size());
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c != '\\' || text.empty()) {
            value += c;
            continue;
        }
        const char letter = text.front();
        if (letter >= '0' && letter <= '7') {
            value += digits(text, 3, 8);
            continue;
        }
        text.remove_prefix(1);
        switch (letter) {
        case 't': value += '\t'; break;
        case 'n': value += '\n'; break;
        case 'r': value += '\r'; break;
        case 'x': value += digits(text, 2, 16); break;
        default: value += letter; break;
        }
    }
    return value;
}

} // namespace rumpus

// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/c_string.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace rumpus::mi {

namespace {

std::optional<char> simpleEscape(char c)
{
    switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'v': return '\v';
    case 'a': return '\a';
    case 'e': return '\x1b';
    case '"': return '"';
    case '\\': return '\\';
    default: return std::nullopt;
    }
}

std::optional<unsigned> digit(char c, unsigned base)
{
    const unsigned value = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                           : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10
                           : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10
                                                  : base;
    return value < base ? std::optional(value) : std::nullopt;
}

/// Appends the byte that the digits are; how many digits that took, or 0.
std::size_t decodeDigits(std::string& result, std::string_view digits, unsigned base, std::size_t most)
{
    unsigned value = 0;
    std::size_t used = 0;
    while (used < most && used < digits.size()) {
        const std::optional<unsigned> next = digit(digits[used], base);
        if (!next || value * base + *next > 0xff) {
            break;
        }
        value = value * base + *next;
        ++used;
    }
    if (used > 0) {
        result += static_cast<char>(value);
    }
    return used;
}

/// Appends what the escape stands for that starts behind a backslash; how many bytes it has. 0 is none.
std::size_t decodeEscape(std::string& result, std::string_view rest)
{
    if (rest.empty()) {
        return 0;
    }
    if (const std::optional<char> simple = simpleEscape(rest[0])) {
        result += *simple;
        return 1;
    }
    if (rest[0] == 'x') {
        const std::size_t digits = decodeDigits(result, rest.substr(1), 16, 2);
        return digits > 0 ? digits + 1 : 0;
    }
    return decodeDigits(result, rest, 8, 3);
}

} // namespace

void decodeTo(std::string& result, std::string_view inside)
{
    for (std::size_t at = 0;;) {
        const std::size_t backslash = inside.find('\\', at);
        result += inside.substr(at, backslash - at);
        if (backslash == std::string_view::npos) {
            return;
        }
        const std::size_t used = decodeEscape(result, inside.substr(backslash + 1));
        if (used == 0) {
            result += '\\';
        }
        at = backslash + 1 + used;
    }
}

std::string decode(std::string_view inside)
{
    std::string result;
    result.reserve(inside.size());
    decodeTo(result, inside);
    return result;
}

std::string quote(std::string_view bytes)
{
    std::string result = "\"";
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '\t') {
            result += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            result += '\\';
            for (const unsigned shift : {6U, 3U, 0U}) {
                result += static_cast<char>('0' + ((byte >> shift) & 7U));
            }
        } else {
            result += c;
        }
    }
    return result + '"';
}

} // namespace rumpus::mi

// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/packet.h"

#include <numeric>

namespace rumpus::gdbstub {

namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr char interrupt = '\x03';
constexpr char escape = '}';
constexpr char escapeBit = 0x20;

unsigned checksum(std::string_view bytes)
{
    return std::accumulate(bytes.begin(), bytes.end(), 0U, [](unsigned sum, char c) {
        return (sum + static_cast<unsigned char>(c)) & 0xffU;
    });
}

std::optional<unsigned> digitOf(char c)
{
    const std::size_t place = digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c);
    return place == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(place));
}

std::string unescaped(std::string_view bytes)
{
    std::string plain;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const bool escaped = bytes[i] == escape && i + 1 < bytes.size();
        plain += escaped ? static_cast<char>(bytes[++i] ^ escapeBit) : bytes[i];
    }
    return plain;
}

} // namespace

std::optional<Received> PacketReader::next()
{
    // one of GDB's is never longer than it was told; what is, is no packet
    static constexpr std::size_t most = 2 * longestPacket + 4;
    const std::size_t begin = bytes_.find_first_of("$\x03");
    bytes_.erase(0, begin); // npos: all of it
    if (bytes_.empty()) {
        return std::nullopt;
    }
    if (bytes_.front() == interrupt) {
        bytes_.erase(0, 1);
        return Received{.kind = Received::Kind::Interrupt, .payload = {}};
    }
    const std::size_t end = bytes_.find('#');
    if (end == std::string::npos || end + 2 >= bytes_.size()) {
        if (bytes_.size() <= most) {
            return std::nullopt;
        }
        bytes_.clear();
        return Received{.kind = Received::Kind::Broken, .payload = {}};
    }
    const std::string_view body = std::string_view(bytes_).substr(1, end - 1);
    const std::optional<std::string> sum = fromHex(std::string_view(bytes_).substr(end + 1, 2));
    const bool whole = sum && static_cast<unsigned char>(sum->front()) == checksum(body);
    Received received{.kind = whole && body.size() <= most ? Received::Kind::Packet : Received::Kind::Broken,
                      .payload = {}};
    if (received.kind == Received::Kind::Packet) {
        received.payload = unescaped(body);
    }
    bytes_.erase(0, end + 3);
    return received;
}

std::string framed(std::string_view payload)
{
    std::string body;
    for (const char c : payload) {
        if (c == '$' || c == '#' || c == escape || c == '*') {
            body += escape;
            body += static_cast<char>(c ^ escapeBit);
        } else {
            body += c;
        }
    }
    const auto sum = static_cast<char>(checksum(body));
    return '$' + body + '#' + toHex({&sum, 1});
}

std::string toHex(std::string_view bytes)
{
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += digits[byte >> 4U];
        hex += digits[byte & 0xfU];
    }
    return hex;
}

std::optional<std::string> fromHex(std::string_view hex)
{
    if (hex.size() % 2 != 0) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const std::optional<unsigned> high = digitOf(hex[i]);
        const std::optional<unsigned> low = digitOf(hex[i + 1]);
        if (!high || !low) {
            return std::nullopt;
        }
        bytes += static_cast<char>(*high << 4U | *low);
    }
    return bytes;
}

std::optional<std::uint64_t> takeHex(std::string_view& text)
{
    static constexpr std::size_t most = 16;
    std::uint64_t number = 0;
    std::size_t count = 0;
    while (count < text.size()) {
        const std::optional<unsigned> digit = digitOf(text[count]);
        if (!digit) {
            break;
        }
        number = number << 4U | *digit;
        ++count;
    }
    if (count == 0 || count > most) {
        return std::nullopt;
    }
    text.remove_prefix(count);
    return number;
}

bool takeChar(std::string_view& text, char wanted)
{
    const bool there = text.starts_with(wanted);
    text.remove_prefix(there ? 1 : 0);
    return there;
}

} // namespace rumpus::gdbstub

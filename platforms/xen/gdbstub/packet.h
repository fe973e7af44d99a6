// The packets of GDB's remote protocol (GDB manual, "Remote Protocol", Overview): bytes to packets, and back.
// What comes is whatever somebody sends: nothing is believed, and no more is kept than a packet may have.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rumpus::gdbstub {

/// The longest payload that is taken, and that GDB is told of (PacketSize), in bytes.
inline constexpr std::size_t longestPacket = 0x4000;

struct Received {
    enum class Kind : std::uint8_t {
        Packet,
        Broken,    ///< its checksum is another, or it is too long
        Interrupt, ///< Ctrl-C
    };
    Kind kind = Kind::Packet;
    std::string payload; ///< of a packet, without its escapes

    bool operator==(const Received&) const = default;
};

class PacketReader {
public:
    void feed(std::string_view bytes) { bytes_ += bytes; }
    /// The next thing that has come whole. Acknowledgements are passed over.
    std::optional<Received> next();

private:
    std::string bytes_;
};

/// "$…#cs", with what must be escaped within it.
std::string framed(std::string_view payload);

std::string toHex(std::string_view bytes);
/// Nothing where it is no hex.
std::optional<std::string> fromHex(std::string_view hex);
/// A number in hex, taken off the front of the text; nothing where there is none, or it has more than 64
/// bits.
std::optional<std::uint64_t> takeHex(std::string_view& text);
/// One more character is wanted, and taken off.
bool takeChar(std::string_view& text, char wanted);

} // namespace rumpus::gdbstub

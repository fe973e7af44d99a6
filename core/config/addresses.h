// Addresses as people write them: IPv4, IPv6, with a prefix length, and MAC.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace rumpus {

enum class IpVersion : std::uint8_t { V4, V6 };

struct IpAddress {
    IpVersion version = IpVersion::V4;
    std::array<std::uint8_t, 16> storage{}; ///< in the network's order; IPv4 has the first four

    std::span<const std::uint8_t> bytes() const
    {
        return std::span(storage).first(version == IpVersion::V4 ? 4 : 16);
    }
    bool operator==(const IpAddress&) const = default;
};

/// An address and how many of its leading bits are its network's (RFC 4632, RFC 4291 2.3).
struct Cidr {
    IpAddress address;
    unsigned prefix = 0;

    bool operator==(const Cidr&) const = default;
};

using MacAddress = std::array<std::uint8_t, 6>;

/// "10.0.2.15" or "fd00::15", without a zone.
Result<IpAddress> parseIpAddress(std::string_view text, IpVersion version);

/// "10.0.2.15/24" or "fd00::15/64".
Result<Cidr> parseCidr(std::string_view text, IpVersion version);

/// True where the address is in the network; false where the versions differ.
bool contains(const Cidr& network, const IpAddress& address);

/// IPv6 addresses that hold on one link only, fe80::/10 (RFC 4291 2.5.6): routers have them too.
bool isLinkLocal(const IpAddress& address);

/// The IPv4 network mask of a prefix length, as older software wants it: 24 → 255.255.255.0.
IpAddress netmask(unsigned prefix);

/// Six pairs of hexadecimal digits with colons between. Errors also where one interface cannot have it: the
/// multicast bit (IEEE 802, the lowest of the first byte) is set, or all bits are zero.
Result<MacAddress> parseMac(std::string_view text);

} // namespace rumpus

// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/addresses.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <optional>
#include <string>

namespace rumpus {

namespace {

std::string_view nameOf(IpVersion version)
{
    return version == IpVersion::V4 ? "IPv4" : "IPv6";
}

std::string_view exampleOf(IpVersion version)
{
    return version == IpVersion::V4 ? "10.0.2.15" : "fd00::15";
}

unsigned longestPrefix(IpVersion version)
{
    return version == IpVersion::V4 ? 32 : 128;
}

template <typename Number>
std::optional<Number> wholeNumber(std::string_view text, int base)
{
    Number number{};
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    return status == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string inMessage(std::string_view text)
{
    return printable(text.substr(0, 64));
}

} // namespace

Result<IpAddress> parseIpAddress(std::string_view text, IpVersion version)
{
    IpAddress address{.version = version};
    const int family = version == IpVersion::V4 ? AF_INET : AF_INET6;
    // inet_pton stops at a NUL
    const bool good = text.size() < INET6_ADDRSTRLEN && !text.contains('\0') &&
                      ::inet_pton(family, std::string(text).c_str(), address.storage.data()) == 1;
    if (!good) {
        return inputError(formatted("'{}' is no {} address", inMessage(text), nameOf(version)),
                          formatted("write one such as {}", exampleOf(version)));
    }
    return address;
}

Result<Cidr> parseCidr(std::string_view text, IpVersion version)
{
    const std::size_t slash = text.find('/');
    const Result<IpAddress> address = parseIpAddress(text.substr(0, slash), version);
    if (!address) {
        return std::unexpected(address.error());
    }
    if (slash == std::string_view::npos) {
        return inputError(
            formatted("'{}' has no prefix length", inMessage(text)),
            formatted("add the network's bits, such as {}/{}", text, version == IpVersion::V4 ? 24 : 64));
    }
    const std::string_view bits = text.substr(slash + 1);
    const std::optional<unsigned> prefix = wholeNumber<unsigned>(bits, 10);
    if (!prefix || *prefix > longestPrefix(version)) {
        return inputError(
            formatted("'{}' is no prefix length", inMessage(bits)),
            formatted("write the network's bits, a number from 0 to {}", longestPrefix(version)));
    }
    return Cidr{.address = *address, .prefix = *prefix};
}

bool contains(const Cidr& network, const IpAddress& address)
{
    if (network.address.version != address.version) {
        return false;
    }
    const std::size_t whole = network.prefix / 8;
    const unsigned rest = network.prefix % 8;
    const auto first = network.address.bytes();
    const auto second = address.bytes();
    if (!std::ranges::equal(first.first(whole), second.first(whole))) {
        return false;
    }
    return rest == 0 || (first[whole] >> (8 - rest)) == (second[whole] >> (8 - rest));
}

bool isLinkLocal(const IpAddress& address)
{
    return address.version == IpVersion::V6 && address.storage[0] == 0xfe &&
           (address.storage[1] & 0xc0U) == 0x80;
}

IpAddress netmask(unsigned prefix)
{
    IpAddress mask;
    for (std::size_t i = 0; i < 4; ++i) {
        const unsigned bits = std::clamp<int>(static_cast<int>(prefix) - static_cast<int>(8 * i), 0, 8);
        mask.storage.at(i) = static_cast<std::uint8_t>(0xff00U >> bits);
    }
    return mask;
}

Result<MacAddress> parseMac(std::string_view text)
{
    static constexpr std::size_t length = 17;
    static constexpr std::string_view cure =
        "write six pairs of hexadecimal digits, such as 52:54:00:12:34:56";
    MacAddress mac{};
    bool good = text.size() == length;
    for (std::size_t i = 0; good && i < mac.size(); ++i) {
        const std::optional<std::uint8_t> byte = wholeNumber<std::uint8_t>(text.substr(3 * i, 2), 16);
        mac.at(i) = byte.value_or(0);
        good = byte && (i == 0 || text[3 * i - 1] == ':');
    }
    if (!good) {
        return inputError(formatted("'{}' is no MAC address", inMessage(text)), std::string(cure));
    }
    if ((mac[0] & 1U) != 0) {
        return inputError(formatted("{} is a multicast address", text),
                          "one interface has an even first byte, such as 52:54:00:12:34:56");
    }
    if (std::ranges::all_of(mac, [](std::uint8_t byte) { return byte == 0; })) {
        return inputError(formatted("{} is the empty address", text), std::string(cure));
    }
    return mac;
}

} // namespace rumpus

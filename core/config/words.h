// The words that a config file has for the values of config.h's enumerations.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace rumpus {

/// The words of an enumeration, in the order of its values.
template <typename Enum>
inline constexpr int wordsOf = 0;

template <>
inline constexpr std::array<std::string_view, 4> wordsOf<AfterEnd>{"destroy", "preserve", "restart", "debug"};
template <>
inline constexpr std::array<std::string_view, 3> wordsOf<RunMode>{"foreground", "background", "piped"};
template <>
inline constexpr std::array<std::string_view, 2> wordsOf<DialectChoice>{"auto", "rumprun-xen-2014"};
template <>
inline constexpr std::array<std::string_view, 3> wordsOf<StopAt>{"main", "entry", "none"};
template <>
inline constexpr std::array<std::string_view, 2> wordsOf<Transport>{"tcp", "udp"};
template <>
inline constexpr std::array<std::string_view, 4> wordsOf<NetworkBackend>{"user", "tap", "bridge", "none"};
template <>
inline constexpr std::array<std::string_view, 3> wordsOf<Ipv4Method>{"dhcp", "static", "none"};
template <>
inline constexpr std::array<std::string_view, 3> wordsOf<Ipv6Method>{"auto", "static", "none"};
template <>
inline constexpr std::array<std::string_view, 2> wordsOf<DiskFormat>{"raw", "qcow2"};

template <typename Enum>
constexpr std::string_view wordFor(Enum value)
{
    return wordsOf<Enum>.at(static_cast<std::size_t>(value));
}

} // namespace rumpus

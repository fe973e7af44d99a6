// What paths and values of Xenstore mean to people: guests, devices and their states, bytes as text.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rumpus {

/// The number of a domain that a name is; nothing where it is no number.
std::optional<std::uint32_t> domainNumber(std::string_view name);

/// Whose a node is: a domain's number, or a guest's UUID, whichever the path has.
struct XenstoreOwner {
    std::optional<std::uint32_t> domain;
    std::string uuid;
    bool operator==(const XenstoreOwner&) const = default;
};

/// The guest that a path belongs to (docs/misc/xenstore-paths.pandoc): /local/domain/N, /libxl/N, /vm/UUID
/// and /vss/UUID with all below them. A back end belongs to the domain of its front end. Nothing: to no
/// guest.
std::optional<XenstoreOwner> ownerOf(std::string_view path);

/// One half of a split device.
struct XenstoreDevice {
    std::string kind;         ///< "vif", "vbd", …
    std::string number;       ///< among those of its kind
    std::uint32_t domain = 0; ///< of the front end
    bool backend = false;     ///< else it is the front end itself
    bool operator==(const XenstoreDevice&) const = default;
};

/// The device that a path is of or lies in: /local/domain/N/device/KIND/NUMBER or
/// /local/domain/B/backend/KIND/N/NUMBER.
std::optional<XenstoreDevice> deviceOf(std::string_view path);

/// "Connected" for the value "4" of a device's node "state"; nothing for any other node
/// (xen/include/public/io/xenbus.h, enum xenbus_state).
std::optional<std::string> stateInWords(std::string_view path, std::string_view value);

/// A value as text without control characters or bytes that are no UTF-8: \t, \n, \r, \\, and \NNN (octal,
/// below 8) or \xNN for the rest, as the xenstore-* tools have it.
std::string escapedValue(std::string_view value);
/// The same in double quotes.
std::string quotedValue(std::string_view value);
/// The bytes that such a text means, as xenstore-write reads it: what is no escape stays.
std::string unescapedValue(std::string_view text);

} // namespace rumpus

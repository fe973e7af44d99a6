// XenstorePermissions: who may do what with a node, as a value, in xenstore's notation and in words.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// The letters of xenstore's notation.
enum class XenstoreAccess : std::uint8_t {
    None,  ///< n
    Read,  ///< r
    Write, ///< w
    Both,  ///< b
};

/// The owner may do everything, and so may dom0; the owner's access is everybody's who is not named
/// (docs/misc/xenstore.txt, "Permissions").
struct XenstorePermissions {
    struct Entry {
        std::uint32_t domain = 0;
        XenstoreAccess access = XenstoreAccess::None;
        bool operator==(const Entry&) const = default;
    };
    /// The owner first, with the access of all others; never empty.
    std::vector<Entry> entries{{}};

    bool operator==(const XenstorePermissions&) const = default;
};

/// Reads "n0", "r5" …, one word each. Errors: none at all, an unknown letter, no number of a domain.
Result<XenstorePermissions> parsePermissions(std::span<const std::string> words);
/// The same for one text with the words separated by blanks or commas, as `rumpus xenstore ls -p` has them.
Result<XenstorePermissions> parsePermissions(std::string_view text);

/// "n0,r5".
std::string toString(const XenstorePermissions& permissions);

/// "domain 0 owns it; domain 5 may read; others may do nothing". `nameOf` gives what people call a domain.
std::string inWords(const XenstorePermissions& permissions,
                    const std::function<std::string(std::uint32_t)>& nameOf = {});

} // namespace rumpus

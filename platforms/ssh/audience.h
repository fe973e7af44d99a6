// Audience: for whom our files on a host are, and the folder that they are in.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rumpus {

/// Who must be able to read them.
enum class Audience : std::uint8_t {
    User,     ///< their folder is ~/.cache/rumpus/NAME
    Everyone, ///< also a system daemon's QEMU: /var/tmp/rumpus-UID/NAME
};

/// The beginning of a script for sh(1) whose first argument is key(audience): makes the folder and has its
/// path in $d. Others may pass through it, but not look into it. What the script makes then is ours alone.
std::string makeFolderFor(std::string_view name);
std::string_view key(Audience audience);

} // namespace rumpus

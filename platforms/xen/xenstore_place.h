// XenstorePlace: where a xenstored is, as a value.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/ssh/ssh_destination.h"

#include <filesystem>
#include <optional>
#include <string>

namespace rumpus {

struct XenstorePlace {
    std::filesystem::path socket;          ///< on its machine; empty: where xenstored is usually found there
    std::optional<SshDestination> machine; ///< nothing: this one
    bool operator==(const XenstorePlace&) const = default;
};

/// Where libxenstore would look on this machine: $XENSTORED_PATH, $XENSTORED_RUNDIR/socket or
/// /run/xenstored/socket; in a guest the kernel's device.
std::filesystem::path usualXenstoreSocket();

/// "xenstored of this machine", "xenstored of root@rack1".
std::string toString(const XenstorePlace& place);

} // namespace rumpus

// The directory in which guests' logs and sockets are kept while this machine runs.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <chrono>
#include <filesystem>
#include <string_view>

namespace rumpus {

/// A folder in $XDG_RUNTIME_DIR/rumpus, or in /tmp/rumpus-UID where there is no such directory; both are made
/// where they are missing, with mode 0700. Errors: the directory is not ours alone, or QEMU would misread
/// its path.
Result<std::filesystem::path> runtimeDirectory(std::string_view folder);

/// When a guest was made: when its plan was written into its folder. The epoch where there is none.
std::chrono::system_clock::time_point guestMadeAt(const std::filesystem::path& folder);

} // namespace rumpus

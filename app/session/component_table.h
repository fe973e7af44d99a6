// The component of every address of an image, as a table that GDB's Python reads.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/image.h"

#include <filesystem>

namespace rumpus {

/// One JSON object a line, {"low": …, "high": …, "component": "kernel-net"}, by rising addresses; neighbours
/// of the same component are one line. Errors: the image cannot be read, the file cannot be written.
Result<void> writeComponentTable(const Image& image, const std::filesystem::path& file);

} // namespace rumpus

// Where Rumpus's own files are: the sprig kernel, templates, schema.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <filesystem>

namespace rumpus {

/// $RUMPUS_RESOURCES, else the installed share/rumpus beside the program, else the source tree that the
/// program was built in. Errors: none of them is there.
Result<std::filesystem::path> resourcesFolder();

} // namespace rumpus

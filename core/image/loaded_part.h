// The part of an image that boot loaders read.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string>

namespace rumpus {

/// An ELF image's bytes to the end of its last segment, with no section table: without symbols and debug
/// information, which can be ten times as much. Errors: the file cannot be read, is no ELF file, or its
/// segments are not wholly in it.
Result<std::string> loadedPart(const std::filesystem::path& image);

} // namespace rumpus

// A config for an image that has none.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/config.h"

#include <filesystem>

namespace rumpus {

/// A config to run the image with, for a file beside it: memory by the image's need, the devices that a
/// Solo5 image insists on. Errors: those of readImage.
Result<UnikernelConfig> configForImage(const std::filesystem::path& image);

/// Where the config of an image is kept: beside it, NAME.unikernel.json.
std::filesystem::path configPathFor(const std::filesystem::path& image);

} // namespace rumpus

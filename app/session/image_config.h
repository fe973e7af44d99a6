// A config for an image that has none.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/document.h"

#include <filesystem>

namespace rumpus {

/// Not a config: by its name, and by bytes that no text begins with.
bool isImage(const std::filesystem::path& path);

/// A config to run the image with, for a file beside it: memory by the image's need, the devices that a
/// Solo5 image insists on. Errors: those of readImage.
Result<UnikernelConfig> configForImage(const std::filesystem::path& image);

/// Where the config of an image is kept: beside it, NAME.unikernel.json.
std::filesystem::path configPathFor(const std::filesystem::path& image);

/// A config's file; or of an image's the config beside it that is for it, or one made for it, which stands in no
/// file. Errors: those of loadConfigFile and readImage.
Result<ConfigFile> openConfig(const std::filesystem::path& configOrImage);

} // namespace rumpus

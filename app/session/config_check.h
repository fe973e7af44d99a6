// All that is wrong with a config's text as it stands in an editor, saved or not.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"
#include "core/image/image.h"

#include <filesystem>
#include <optional>
#include <string_view>

namespace rumpus {

struct ConfigCheck {
    ConfigFile file;            ///< with the problems that only show where the image is known
    bool isJson = true;         ///< false: `file.config` has only defaults
    std::optional<Image> image; ///< where it is there and could be read
};

/// Reads and validates the text of a config that lies, or will lie, at `path`; looks at the image.
ConfigCheck checkConfig(const std::filesystem::path& path, std::string_view text);

} // namespace rumpus

// An image as text for people and as JSON for programs.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/image/image.h"

#include <string>
#include <vector>

namespace rumpus::cli {

std::string imageText(const Image& image, const std::vector<ComponentSize>& sizes);
Json imageJson(const Image& image, const std::vector<ComponentSize>& sizes);

} // namespace rumpus::cli

// What is made of a config file: its text checked, and what is found out later added to its problems.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// The name that a unikernel has by its config's file: without .unikernel.json, or without .json.
std::string unikernelName(const std::filesystem::path& config);

/// Reads and validates a text (without the image's facts) that lies, or will lie, at an absolute `path`.
ConfigFile checkedConfig(std::filesystem::path path, std::string_view text);

/// Adds more problems by their places in the text; but none about a value that could not be read and has
/// its default now, and none that is there already.
void addProblems(ConfigFile& file, std::vector<Problem> more, std::string_view text);

} // namespace rumpus

// A new unikernel from a template: resources/templates/NAME copied to a folder of the user's.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace rumpus {

/// The templates' names, sorted.
std::vector<std::string> templateNames();

/// What a template does, in the words of its source's first comment; empty where it has none.
std::string templateSummary(const std::string& name);

/// Copies a template. The folder may exist, but nothing in it is overwritten. Gives the config's path.
/// Errors: no such template (with the nearest one), a file that is there already.
Result<std::filesystem::path> newFromTemplate(const std::string& name, const std::filesystem::path& folder);

} // namespace rumpus

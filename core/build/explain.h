// What an error of a unikernel's build means, where the tool's own words do not say it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rumpus {

/// The cure for a line of a build's output, as one sentence without a full stop: rump components that a
/// link lacks, programs that are baked by the wrong tool. Nothing where the line explains itself.
std::optional<std::string> explainBuildLine(std::string_view line);

} // namespace rumpus

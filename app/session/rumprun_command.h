// A rumprun command line, as people have it in their notes and scripts, as a config.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/config.h"

#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

struct RumprunConfig {
    UnikernelConfig config;
    /// What the command says and a config does not: one sentence each, with what to do instead.
    std::vector<std::string> notes;
};

/// Reads `rumprun [-S] PLATFORM [guest options] IMAGE [args]` as the script app-tools/rumprun of
/// rumpkernel/rumprun does, and also the options of its form of November 2014 (-n with colons). Paths stay
/// as they are: relative to where the command was run. Errors: no such command, an option or a form of one
/// that the script does not know, no image.
Result<RumprunConfig> configFromRumprun(std::string_view command);

} // namespace rumpus

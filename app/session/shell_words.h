// A line as a shell splits it into words: the inverse of shellCommand.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// Words between blanks, with single quotes, double quotes and backslashes as in POSIX.1-2024 XCU 2.2; a
/// backslash at the end of a line continues it. Nothing is expanded: $ and * stay what they are. Errors: a
/// quote without its end, a backslash at the very end.
Result<std::vector<std::string>> shellWords(std::string_view line);

} // namespace rumpus

// JSON laid out as people write it: in one line where it is short.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <cstddef>
#include <string>

namespace rumpus {

/// Blanks by which what is inside an object or a list stands further to the right.
inline constexpr std::size_t indentStep = 2;

/// A value that begins in a line that is indented so far.
std::string layOut(const Json& value, std::size_t indent);

/// The same with each of its items in a line of its own; for objects and lists.
std::string inLines(const Json& value, std::size_t indent);

/// A key or a text as JSON, in quotes; what is no UTF-8 is replaced.
std::string jsonOf(const Json& scalar);

/// A new config's text: one key a line, the rest as short as it is.
std::string readableText(const UnikernelConfig& config);

} // namespace rumpus

// Small changes to a JSON text that leave the rest of it as it is, byte by byte: comments, order, layout.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <optional>
#include <string>
#include <string_view>

namespace rumpus {

/// The text with `value` at the JSON pointer (RFC 6901): replaced, or added with the objects that lead to
/// it; an index one past a list's end appends. Without a value the key or item is removed, and so are
/// objects that become empty by it. A text that is no JSON stays as it is.
std::string withValue(std::string_view text, std::string_view pointer, const std::optional<Json>& value);

/// The value that a pointer names, or null where there is none.
const Json* valueAt(const Json& root, std::string_view pointer);

} // namespace rumpus

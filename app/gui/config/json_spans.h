// Where the values of a JSON text begin and end. For texts that JsonText has found to be JSON.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace rumpus {

/// A value, or a member of an object with its key.
struct JsonSpan {
    std::size_t begin = 0; ///< of the key, or of the value where it has none
    std::size_t value = 0;
    std::size_t end = 0; ///< one after the value's last byte
    std::vector<JsonSpan> children;
};

/// The text's one value.
JsonSpan jsonSpans(std::string_view text);

/// The first place from `at` on that is neither blank nor in a comment.
std::size_t skipBlank(std::string_view text, std::size_t at);

/// One after the end of the string that begins at `at`.
std::size_t skipJsonString(std::string_view text, std::size_t at);

} // namespace rumpus

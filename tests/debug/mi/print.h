// How test failures show records and values.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/mi/record.h"

#include <string>

namespace rumpus::mi {

/// A value as it would be written again, with its strings as they came.
inline std::string written(const Value& value)
{
    if (value.isString()) {
        return '"' + std::string(value.raw()) + '"';
    }
    if (!value) {
        return "nothing";
    }
    std::string inside;
    for (const auto& [name, member] : value) {
        inside +=
            (inside.empty() ? "" : ",") + std::string(name) + (name.empty() ? "" : "=") + written(member);
    }
    return value.kind() == ValueKind::Tuple ? '{' + inside + '}' : '[' + inside + ']';
}

} // namespace rumpus::mi

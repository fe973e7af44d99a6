// Sizes with units, read and written as people do: "64 MiB".
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace rumpus {

/// Bytes of "64 MiB", "64M", "1.5 GiB", "4096". The units B, KiB, MiB, GiB, TiB and their short forms
/// K, M, G, T are powers of 1024 (IEC 80000-13), in any case; KB, MB, GB, TB are powers of 1000. A number
/// alone is bytes. Errors: not a number, unknown unit, more than 2^63 - 1 bytes.
Result<std::uint64_t> parseSize(std::string_view text);

/// The shortest exact form that parseSize reads back to the same number: "64 MiB", "1500 B".
std::string exactSize(std::uint64_t bytes);

/// A rounded form for people, three significant digits: "2.83 MiB".
std::string roughSize(std::uint64_t bytes);

} // namespace rumpus

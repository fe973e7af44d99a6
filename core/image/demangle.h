// C++ names as people read them, within bounds: a hostile name can ask for gigabytes.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rumpus {

/// Demangles the names of one image, at most 64 MiB of text together. What is not mangled, or would grow
/// too much, is given as it is, made printable.
class Demangler {
public:
    std::string operator()(std::string_view name);

private:
    std::size_t left_ = std::size_t{64} << 20U;
};

} // namespace rumpus

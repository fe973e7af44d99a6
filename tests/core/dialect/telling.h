// What the tests of dialects share: configs with arguments, and what a kind of guest is told of them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "../kinds.h"

namespace rumpus {

using Strings = std::vector<std::string>;

inline const ImageKind rumprun = kinds::RumprunHw;
inline const ImageKind unikraft = kinds::UnikraftQemu;

inline UnikernelConfig configWith(Strings arguments)
{
    UnikernelConfig config;
    config.programs.push_back({.arguments = std::move(arguments)});
    return config;
}

inline Image imageOf(ImageKind kind, const std::filesystem::path& path = "/images/a.elf")
{
    return {.path = path, .kind = kind};
}

inline GuestWords told(const UnikernelConfig& config, ImageKind kind)
{
    return dialectOf(kind).tell(config, imageOf(kind));
}

} // namespace rumpus

// What a build of a unikernel gets from Rumpus beside its config.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace rumpus {

/// SPRIG: where the sample kernel's source is; PATH with the folders that toolchains are usually put into.
std::map<std::string, std::string> buildEnvironment();

/// CMake's toolchain file of the rumprun that builds would find; empty: there is none.
std::filesystem::path rumprunToolchainFile();

} // namespace rumpus

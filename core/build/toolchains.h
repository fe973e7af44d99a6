// The tools that unikernels are built and run with, as far as this machine has them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QCoroTask>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace rumpus {

struct FoundTool {
    std::string name; ///< "x86_64-rumprun-netbsd-gcc"
    std::filesystem::path path;
    std::string version; ///< its own words; empty: it says none
    bool works = true;   ///< it could be asked
    bool operator==(const FoundTool&) const = default;
};

/// What builds one kind of unikernel.
struct Toolchain {
    std::string name;    ///< "rumprun"
    std::string purpose; ///< "programs in C and C++ for rump kernels"
    std::vector<FoundTool> tools;
    std::vector<std::string> missing; ///< what it cannot do without
    std::string cure;                 ///< how to get what is missing
    /// What its programs can be baked for, with a description: rumprun-bake's.
    std::vector<std::pair<std::string, std::string>> bakeConfigs;

    bool isComplete() const { return missing.empty(); }
};

/// Looks in PATH, and where these tools are usually put (~/rumprun/rumprun/bin, /opt/rumprun/bin and so on).
QCoro::Task<std::vector<Toolchain>> findToolchains();

/// Where such tools are put and PATH often does not lead, as far as there are such folders.
std::vector<std::filesystem::path> usualToolFolders();

/// What rumprun-bake can bake for: names and descriptions. Errors: it is not here, or fails.
QCoro::Task<Result<std::vector<std::pair<std::string, std::string>>>> bakeConfigs();
/// What one of them is made of, in rumprun-bake's words. Errors: as bakeConfigs; there is no such config.
QCoro::Task<Result<std::string>> describeBakeConfig(std::string config);

/// rumprun-bake's `list` as names and descriptions.
std::vector<std::pair<std::string, std::string>> bakeConfigsIn(std::string_view list);

} // namespace rumpus

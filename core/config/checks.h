// The parts of validate(): each looks at one side of a config and adds what it finds.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/problem_list.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace rumpus {

/// How many interfaces, and how many disks, a config has at most: more than any machine model has places for.
inline constexpr std::size_t mostDevices = 32;

/// What values are used for already, to find those that must be there only once.
class UsedValues {
public:
    /// The pointer of the value's earlier use, or nothing where this is the first.
    std::optional<std::string> note(std::string value, std::string pointer)
    {
        const auto [found, isNew] = uses_.try_emplace(std::move(value), std::move(pointer));
        return isNew ? std::nullopt : std::optional(found->second);
    }

private:
    std::map<std::string, std::string> uses_;
};

/// Image, symbol file, disks, build folder: are they there, and used once?
void checkFiles(const UnikernelConfig& config, const std::filesystem::path& folder, ProblemList& problems);

/// Interfaces: addresses, ports, devices, capture files.
void checkNetwork(const UnikernelConfig& config, const std::filesystem::path& folder, ProblemList& problems);

/// Nodes below the guest's own: paths and sizes that Xenstore takes.
void checkXenstore(const UnikernelConfig& config, ProblemList& problems);

} // namespace rumpus

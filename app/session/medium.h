// A bootable medium made: a CD's, a disk's image, or a folder to boot over the network from.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/prepare.h"
#include "core/base/error.h"
#include "core/plan/medium.h"

#include <QCoroTask>

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace rumpus {

/// Lays the medium's files out below `folder`, which is there, and makes `output` of them: a file, or of
/// pxe and ec2 a folder. Errors: `output` is there already, a file cannot be read or written, GRUB's tools
/// are missing or fail.
QCoro::Task<Result<void>> makeMedium(MediumPlan plan, std::filesystem::path folder,
                                     std::filesystem::path output);

/// Plans a config's medium and makes it. Gives the warnings.
QCoro::Task<std::expected<std::vector<Problem>, Refusal>> makeMediumOf(ConfigFile file, MediumFormat format,
                                                                       std::filesystem::path output);

/// Errors: what CDs and disks are made with is not installed.
Result<void> canMakeMedia();

/// The commands that a person could type to make it.
std::vector<std::vector<std::string>> commandsFor(const MediumPlan& plan, const std::filesystem::path& folder,
                                                  const std::filesystem::path& output);

} // namespace rumpus

// HostFiles: where what a plan needs of this machine's files is on the host that runs it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"
#include "platforms/libvirt/domain_directory.h"
#include "platforms/libvirt/host_reach.h"

#include <QCoroTask>

#include <filesystem>
#include <map>
#include <memory>
#include <set>

namespace rumpus {

struct HostFiles {
    /// Of image and disks, by their path on this machine; those that are not named are at that path.
    std::map<std::filesystem::path, std::filesystem::path> places;
    std::set<std::filesystem::path> blockDevices; ///< of the plan's disks, those that are no files
    std::filesystem::path module; ///< the file with the plan's module; needed where there is one

    /// Where a file of this machine is on the host.
    std::filesystem::path at(const std::filesystem::path& file) const;
    /// The file that is loaded beside the image, the plan's module or its initrd; empty: none. Errors: a
    /// module that has no file.
    Result<std::filesystem::path> initrdOf(const LaunchPlan& plan) const;
};

/// Brings the plan's image, disks and module to the host where needed. Errors: a file cannot be read, or not
/// be brought there.
QCoro::Task<Result<HostFiles>> placeFiles(std::shared_ptr<HostReach> reach, LaunchPlan plan,
                                          DomainDirectory directory);

} // namespace rumpus

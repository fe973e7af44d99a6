// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/host_files.h"

#include "core/base/files.h"

#include <utility>

namespace rumpus {

namespace {

QCoro::Task<Result<std::filesystem::path>> placeDisk(std::shared_ptr<HostReach> reach, PlannedDisk disk,
                                                     bool isBlockDevice)
{
    if (isBlockDevice) {
        co_return disk.file;
    }
    if (disk.readOnly || disk.model == "initrd") {
        co_return co_await reach->place(disk.file);
    }
    co_return co_await reach->placeDisk(disk.file);
}

} // namespace

std::filesystem::path HostFiles::at(const std::filesystem::path& file) const
{
    const auto place = places.find(file);
    return place == places.end() ? file : place->second;
}

Result<std::filesystem::path> HostFiles::initrdOf(const LaunchPlan& plan) const
{
    if (!plan.module.empty() && module.empty()) {
        return inputError("the guest's configuration needs a file of its own on the host",
                          "give it one; the command line cannot hold it");
    }
    std::filesystem::path file = plan.module.empty() ? std::filesystem::path() : module;
    for (const PlannedDisk& disk : plan.disks) {
        if (disk.model == "initrd") {
            file = at(disk.file);
        }
    }
    return file;
}

QCoro::Task<Result<HostFiles>> placeFiles(std::shared_ptr<HostReach> reach, LaunchPlan plan,
                                          DomainDirectory directory)
{
    HostFiles files;
    const Result<std::filesystem::path> image = co_await reach->place(plan.image);
    if (!image) {
        co_return std::unexpected(image.error());
    }
    files.places[plan.image] = *image;
    for (const PlannedDisk& disk : plan.disks) {
        std::error_code unknown;
        const bool block = reach->isLocal() && std::filesystem::is_block_file(disk.file, unknown);
        const Result<std::filesystem::path> there = co_await placeDisk(reach, disk, block);
        if (!there) {
            co_return std::unexpected(there.error());
        }
        if (block) {
            files.blockDevices.insert(disk.file);
        }
        files.places[disk.file] = *there;
    }
    if (!plan.module.empty()) {
        if (const Result<void> saved = publishFile(directory.module(), plan.module); !saved) {
            co_return std::unexpected(saved.error());
        }
        const Result<std::filesystem::path> there = co_await reach->place(directory.module());
        if (!there) {
            co_return std::unexpected(there.error());
        }
        files.module = *there;
    }
    co_return files;
}

} // namespace rumpus

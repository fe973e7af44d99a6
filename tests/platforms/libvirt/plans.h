// Plans that the tests of libvirt's XML begin with.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <cstdint>
#include <string>
#include <utility>

#include "../../core/kinds.h"

namespace rumpus {

inline LaunchPlan microvmPlan()
{
    return {.name = "box",
            .host = "lab",
            .kind = kinds::Sprig,
            .boot = BootProtocol::Multiboot1,
            .image = "/images/a.elf",
            .dialect = "rumprun",
            .commandLine = R"({"cmdline":"a 'two words'"})",
            .machine = "microvm",
            .firmware = "qboot.rom",
            .bus = DeviceBus::VirtioMmio,
            .memory = std::uint64_t{64} << 20U,
            .consoleLimit = std::uint64_t{1} << 20U,
            .steps = {LaunchStep::CreatePaused, LaunchStep::OpenConsole, LaunchStep::Resume}};
}

inline LaunchPlan pcPlan()
{
    LaunchPlan plan = microvmPlan();
    plan.kind = kinds::RumprunHw;
    plan.machine = "pc";
    plan.firmware = "";
    plan.bus = DeviceBus::Pci;
    return plan;
}

inline LaunchPlan with(LaunchPlan plan, InterfaceBackend backend, std::string capture = {})
{
    plan.interfaces.push_back({.guestName = "vioif0",
                               .backend = std::move(backend),
                               .mac = "52:54:00:00:00:01",
                               .model = "virtio-net",
                               .capture = std::move(capture)});
    return plan;
}

inline LaunchPlan with(LaunchPlan plan, PlannedDisk disk)
{
    plan.disks.push_back(std::move(disk));
    return plan;
}

inline PlannedDisk planDisk(std::string file, bool readOnly = false)
{
    return {.guestName = "/dev/ld0a",
            .file = std::move(file),
            .format = DiskFormat::Qcow2,
            .readOnly = readOnly,
            .model = "virtio-blk"};
}

} // namespace rumpus

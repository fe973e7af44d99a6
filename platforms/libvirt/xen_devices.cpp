// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_devices.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/domain_parts.h"

namespace rumpus {

Result<void> fitsXen(const LaunchPlan& plan)
{
    if (plan.boot != BootProtocol::XenPv && plan.boot != BootProtocol::Pvh) {
        return inputError(formatted("Xen starts guests by Xen PV or PVH, and {} by {}", printable(plan.name),
                                    title(plan.boot)),
                          "choose another host, or an image for Xen");
    }
    for (const PlannedDisk& disk : plan.disks) {
        if (disk.model != "initrd" && disk.format != DiskFormat::Raw) {
            return inputError(formatted("disk {} is not raw, and needs a QEMU that Xen's guests have not",
                                        printable(disk.file.native())),
                              "convert it (`qemu-img convert -O raw`), and use \"raw\"");
        }
    }
    for (const PlannedInterface& interface : plan.interfaces) {
        if (interface.backend.type != NetworkBackend::Bridge) {
            return inputError("a Xen guest's interface stands on a bridge, and on nothing else",
                              R"(use the backend {"type": "bridge", "device": BRIDGE})");
        }
    }
    return {};
}

std::string xenDiskTarget(const LaunchPlan& plan, std::size_t index)
{
    return diskTarget(plan.dialect == "rumprun-xen-2014" ? "hd" : "xvd", index);
}

} // namespace rumpus

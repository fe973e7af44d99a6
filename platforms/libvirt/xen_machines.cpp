// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_machines.h"

#include "core/base/format.h"
#include "core/base/text.h"

namespace rumpus {

Result<HostCapabilities> xenCapabilities(const XenOffer& offer, const std::string& host)
{
    if (!offer.pv && !offer.pv32 && !offer.pvh) {
        return hostError(formatted("host {} starts neither PV nor PVH guests", printable(host)),
                         "see what `xl info` says of xen_caps there");
    }
    HostCapabilities capabilities{
        .host = host,
        .accelerator = Accelerator::Xen,
        .machines = {},
        .networkBackends = {NetworkBackend::Bridge, NetworkBackend::None},
        .diskFormats = {DiskFormat::Raw},
        .hasXenstore = true,
        .keepsDomains = true,
    };
    const auto addPv = [&capabilities](int bits) {
        capabilities.machines.push_back(
            {.name = "xenpv", .bootProtocols = {BootProtocol::XenPv}, .bus = DeviceBus::Xen, .bits = bits});
    };
    if (offer.pv) {
        addPv(64);
    }
    if (offer.pv32) {
        addPv(32);
    }
    if (offer.pvh) {
        capabilities.machines.push_back(
            {.name = "xenpvh", .bootProtocols = {BootProtocol::Pvh}, .bus = DeviceBus::Xen});
    }
    return capabilities;
}

} // namespace rumpus

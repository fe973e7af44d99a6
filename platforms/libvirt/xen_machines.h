// What a Xen host can run, from what its hypervisor offers, whoever was asked.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"

#include <string>

namespace rumpus {

/// Of the hypervisor's capabilities (xen_caps of `xl info`).
struct XenOffer {
    bool pv = false;
    bool pv32 = false;
    bool pvh = false;
};

/// Without its memory and its processors. Errors: it starts neither PV nor PVH guests.
Result<HostCapabilities> xenCapabilities(const XenOffer& offer, const std::string& host);

} // namespace rumpus

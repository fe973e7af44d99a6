// What a libvirt host can do, read from what it says of itself.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace rumpus {

/// What was asked of the host; empty where it did not answer.
struct HostAnswers {
    std::string name;         ///< ours for it
    std::string capabilities; ///< XML of virConnectGetCapabilities
    /// XML of virConnectGetDomainCapabilities for pc and type kvm, or for xenpv and type xen.
    std::string domain;
    std::uint64_t memory = 0; ///< bytes
    bool xen = false;         ///< its hypervisor is Xen
    bool session = false;     ///< its QEMU has no rights of its own: no tap devices
};

/// Errors: it has no emulator for x86-64 guests; of Xen: it starts neither PV nor PVH guests.
Result<HostCapabilities> capabilitiesFrom(const HostAnswers& answers);

} // namespace rumpus

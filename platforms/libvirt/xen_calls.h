// What libvirt's Xen driver is asked otherwise than its QEMU driver.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"
#include "platforms/libvirt/domain_state.h"

#include <cstdint>
#include <filesystem>
#include <libvirt/libvirt.h>
#include <string>

namespace rumpus {

/// The state that a domain has now, of any driver. One that Xen keeps after its end is shut off and has a
/// number all the same. Errors: the host does not say.
Result<DomainCondition> conditionNow(virDomainPtr domain);

/// The same by the domain's UUID; gone where there is none any more.
Result<DomainCondition> xenCondition(virConnectPtr handle, const std::string& uuid);

/// Memory and processors in Xen's own ELF format, written by the host's daemon. A guest that runs stands
/// still meanwhile.
Result<void> dumpXenDomain(virConnectPtr handle, const std::string& uuid, const std::filesystem::path& file);

/// Its processors' time, memory, and what its disks and interfaces have moved, as far as the host counts it.
Result<GuestUsage> usageOfXenDomain(virConnectPtr handle, const std::string& uuid);

/// Xen's number of a domain that runs or is kept.
Result<std::uint32_t> xenNumber(virConnectPtr handle, const std::string& uuid);

} // namespace rumpus

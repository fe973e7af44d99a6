// A plan as a domain of libvirt's Xen driver: PV or PVH, without any QEMU.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/domain_xml.h"

#include <string>

namespace rumpus {

/// As domainXml, for a plan whose accelerator is Xen. Errors: also a device or an entry that Xen's guests
/// have not.
Result<std::string> xenDomainXml(const LaunchPlan& plan, const DomainWishes& wishes);

} // namespace rumpus

// The guests of a libvirt host, as they are found: its domains, and what is kept here of those that are gone.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/libvirt_guest.h"

#include <libvirt/libvirt.h>
#include <set>
#include <string>
#include <vector>

namespace rumpus {

/// What is wanted of which host.
struct DomainSearch {
    Which which = Which::Existing;
    std::set<std::string> known;
    std::string host;
    std::string uri;
};

/// Oldest first. Reading so much XML takes its time: not for the application's thread. Errors: the host does
/// not list them.
Result<std::vector<FoundDomain>> findDomains(virConnectPtr handle, const DomainSearch& search);

} // namespace rumpus

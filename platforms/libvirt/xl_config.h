// A plan as a domain of xl's (xl.cfg(5)).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"
#include "platforms/libvirt/host_files.h"

#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// The file for `xl create`; without a UUID xl makes one. Errors: Xen cannot run the plan; a text that such a
/// file cannot hold.
Result<std::string> xlConfig(const LaunchPlan& plan, const HostFiles& files, std::string_view name,
                             std::string_view uuid);

/// What a person could type in dom0 to do what the plan says, at the end of which its console is there.
std::vector<std::vector<std::string>> xlCommandsForPeople(const LaunchPlan& plan);

} // namespace rumpus

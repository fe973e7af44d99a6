// A plan as a domain of xl's (xl.cfg(5)).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"
#include "platforms/libvirt/host_files.h"

#include <string>
#include <string_view>

namespace rumpus {

/// The file for `xl create`. Errors: Xen cannot run the plan; a text that such a file cannot hold.
Result<std::string> xlConfig(const LaunchPlan& plan, const HostFiles& files, std::string_view name,
                             std::string_view uuid);

} // namespace rumpus

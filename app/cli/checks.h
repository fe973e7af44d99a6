// What was looked at on a host or on this machine, a line each with its cure.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/hosts.h"

#include <vector>

namespace rumpus::cli {

/// Prints them; gives the exit code: HostFailed where one has failed.
int printChecks(const std::vector<HostCheck>& checks, bool json);

} // namespace rumpus::cli

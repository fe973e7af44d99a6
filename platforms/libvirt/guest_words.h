// What a guest is told on its command line, back into the config that it was made from.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"

#include <string_view>
#include <vector>

namespace rumpus {

/// Fills in what a kernel's command line says: rumprun's JSON (lib/librumprun_base/config.c of rumprun) as
/// programs, environment, hostname, addresses and mountpoints; any other line word for word. The config has
/// its interfaces and disks already.
void takeCommandLine(UnikernelConfig& config, std::string_view line, std::vector<Problem>& problems);

} // namespace rumpus

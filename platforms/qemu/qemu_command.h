// A plan as a QEMU command line (qemu-system-x86_64(1)).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "platforms/process/run_directory.h"

#include <string>
#include <vector>

namespace rumpus {

/// What we start: console, events and control in the run directory.
std::vector<std::string> qemuCommand(const LaunchPlan& plan, const std::string& emulator,
                                     const RunDirectory& run);

/// What a person could type: the same machine, its console on the terminal. A module's content is
/// written to a file by a first command.
std::vector<std::vector<std::string>> qemuCommandsForPeople(const LaunchPlan& plan,
                                                            const std::string& emulator);

/// A value inside an option's list, where QEMU wants commas doubled (qemu(1), "-drive").
std::string optionValue(std::string_view value);

} // namespace rumpus

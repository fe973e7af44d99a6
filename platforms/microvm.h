// What QEMU's microvm is told (docs/system/i386/microvm), whoever starts QEMU.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <string>

namespace rumpus {

/// Options of -machine, separated by commas, for a plan whose machine is a microvm.
std::string microvmOptions(const LaunchPlan& plan);

} // namespace rumpus

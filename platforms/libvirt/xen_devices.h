// What of a plan no Xen host can do, by whichever tool it is asked.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"

#include <cstddef>
#include <string>

namespace rumpus {

/// Errors: it boots otherwise than by Xen PV or PVH, has a disk that is not raw, or an interface that stands
/// on no bridge; each with its cure.
Result<void> fitsXen(const LaunchPlan& plan);

/// What Xen calls a plan's n-th disk. rumprun-xen of 2014 looks for its disks by the numbers of IDE's, 768
/// and on (rumphyper_base.c); all others take the number of xvda, 51712, whatever its letter is to them.
std::string xenDiskTarget(const LaunchPlan& plan, std::size_t index);

} // namespace rumpus

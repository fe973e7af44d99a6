// What of a plan no Xen host can do, by whichever tool it is asked.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"

namespace rumpus {

/// Errors: it boots otherwise than by Xen PV or PVH, has a disk that is not raw, or an interface that stands
/// on no bridge; each with its cure.
Result<void> fitsXen(const LaunchPlan& plan);

} // namespace rumpus

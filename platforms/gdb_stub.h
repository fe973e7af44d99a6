// What a host needs of a gdbstub besides its address: a way to make it forget a debugger that died.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"

#include <QCoroTask>

namespace rumpus {

/// Detaches from QEMU's stub as a debugger would: breakpoints are taken out and the guest goes on. Errors:
/// the stub does not answer within 5 s.
QCoro::Task<Result<void>> detachFromStub(GdbEndpoint endpoint);

} // namespace rumpus

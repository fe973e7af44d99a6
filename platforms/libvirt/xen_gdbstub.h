// The gdbstub of Rumpus's own for guests of Xen: brought to their host, started beside a guest, and reached
// from here.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/host.h"
#include "platforms/libvirt/host_reach.h"

#include <QCoroTask>
#include <QPointer>

#include <cstdint>
#include <memory>
#include <string>

namespace rumpus {

/// The guest stands still from now on, for the debugger that comes to the endpoint; without one it goes on
/// after a minute, and with the debugger's end at once. The stub has a pause of its own: the one that the
/// guest was made with is taken back. Errors: the program is not installed here, does not run there, or can
/// do nothing for this guest.
QCoro::Task<Result<GdbEndpoint>> openXenGdb(QPointer<Guest> guest, std::shared_ptr<HostReach> reach,
                                            std::uint32_t domain);

/// Puts right what a stub that was killed has left in the guest.
QCoro::Task<Result<void>> repairXenGuest(std::shared_ptr<HostReach> reach, std::uint32_t domain,
                                         std::string uuid);

/// Takes the stub's program off the host again. One that runs goes on, and what it would put right is kept.
QCoro::Task<Result<void>> removeXenGdb(std::shared_ptr<HostReach> reach);

} // namespace rumpus

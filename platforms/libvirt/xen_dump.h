// A Xen guest's core, brought here and made one that GDB opens.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/host_reach.h"

#include <QCoroTask>

#include <filesystem>
#include <memory>

namespace rumpus {

/// What the host writes in Xen's format is kept as it came where it cannot be made readable: the error says
/// so.
QCoro::Task<Result<void>> receiveXenDump(std::shared_ptr<HostReach> reach, HostReach::Write write,
                                         std::filesystem::path file);

} // namespace rumpus

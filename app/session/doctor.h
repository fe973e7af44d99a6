// The doctor: what this machine has for running, debugging and building unikernels, and the cure for the
// rest.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/hosts.h"

#include <QCoroTask>

#include <vector>

namespace rumpus {

/// Looks at all of it, one after the other: QEMU and KVM, GDB, libvirt, Xen, ssh, what makes media, and
/// toolchains. Only what Rumpus cannot do without is a failure.
QCoro::Task<std::vector<HostCheck>> examineMachine();

} // namespace rumpus

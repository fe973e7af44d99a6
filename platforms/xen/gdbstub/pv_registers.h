// A PV processor's state as Xen gives it (xen/include/public/arch-x86/xen.h, struct vcpu_guest_context), as
// GDB's registers.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/successors.h"
#include "platforms/xen/gdbstub/target.h"

#include <xenctrl.h>

namespace rumpus::gdbstub {

/// In the order and sizes of registers().
Bytes registerBytes(const vcpu_guest_context_x86_64_t& context);
/// Control registers and those of the FPU and SSE stay what they are. `values` has registersSize() bytes.
void setRegisterBytes(vcpu_guest_context_x86_64_t& context, const Bytes& values);

Processor processorOf(const vcpu_guest_context_x86_64_t& context);
/// The frame of the page tables' root.
std::uint64_t tableRoot(const vcpu_guest_context_x86_64_t& context);

} // namespace rumpus::gdbstub

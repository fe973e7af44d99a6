// Where an instruction leads: the address of the next one, from its bytes and the processor's registers.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/target.h"

#include <array>
#include <string_view>

namespace rumpus::gdbstub {

/// The general registers, in the order of their numbers in machine code (rax, rcx, rdx, rbx, rsp, rbp, rsi,
/// rdi, r8 … r15), and what else decides.
struct Processor {
    std::array<std::uint64_t, 16> general{};
    Address rip = 0;
    std::uint64_t flags = 0;
    Address fsBase = 0;
    Address gsBase = 0;
    bool is64 = true; ///< else 32-bit code, with segments that begin at 0 but for fs and gs
};

/// The next instruction of a processor; an exception leads elsewhere. A string instruction
/// with a prefix that repeats it is one. A hypercall of a PV guest is one, and comes back behind its
/// `syscall`, but for iret (xen/include/public/arch-x86/xen-x86_64.h, struct iret_context). Errors: no
/// instruction, nothing to read.
Outcome<Address> successorOf(const Processor& processor, std::string_view code, const ReadWord& read);

} // namespace rumpus::gdbstub

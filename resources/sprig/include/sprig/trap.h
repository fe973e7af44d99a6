/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the processor says when it cannot go on. */
#ifndef SPRIG_TRAP_H
#define SPRIG_TRAP_H

#include <stdint.h>

/* As the trap entry leaves it on the stack. */
struct sprig_trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

/* Reports a fault of the program or the kernel and powers off as a crash. */
_Noreturn void sprig_trap(const struct sprig_trap_frame* frame, uint64_t fault_address);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/memory.h>
#include <sprig/platform.h>
#include <sprig/thread.h>
#include <sprig/trap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { PAGE_FAULT = 14, CALLS_SHOWN = 16 };

static const char* const names[] = {
    "divide error",   "debug",
    "non-maskable",   "breakpoint",
    "overflow",       "bound range",
    "invalid opcode", "device not available",
    "double fault",   "coprocessor overrun",
    "invalid TSS",    "segment not present",
    "stack fault",    "general protection",
    "page fault",     "reserved",
    "floating point", "alignment check",
    "machine check",  "SIMD floating point",
};

static void print_headline(const struct sprig_trap_frame* frame, uint64_t fault_address)
{
    bool known = frame->vector < sizeof names / sizeof *names;
    const char* name = known ? names[frame->vector] : "unknown trap";
    if (frame->vector == PAGE_FAULT)
        printf("\nTRAP: %s at 0x%lx (cr2 0x%lx, error 0x%lx)\n", name, frame->rip, fault_address,
               frame->error);
    else
        printf("\nTRAP: %s at 0x%lx (error 0x%lx)\n", name, frame->rip, frame->error);

    const struct sprig_thread* thread = sprig_current;
    uint64_t below = thread->stack_base - fault_address;
    bool overflow = frame->vector == PAGE_FAULT && below > 0 && below <= SPRIG_PAGE_SIZE;
    printf("  in thread \"%s\"%s\n", thread->name, overflow ? ", whose stack is full" : "");
}

static void print_registers(const struct sprig_trap_frame* f)
{
    printf("  rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", f->rax, f->rbx, f->rcx, f->rdx);
    printf("  rsi %016lx  rdi %016lx  rbp %016lx  rsp %016lx\n", f->rsi, f->rdi, f->rbp, f->rsp);
    printf("  r8  %016lx  r9  %016lx  r10 %016lx  r11 %016lx\n", f->r8, f->r9, f->r10, f->r11);
    printf("  r12 %016lx  r13 %016lx  r14 %016lx  r15 %016lx\n", f->r12, f->r13, f->r14, f->r15);
    printf("  rip %016lx  flg %016lx  cs  %016lx  ss  %016lx\n", f->rip, f->rflags, f->cs, f->ss);
}

/* Follows the frame pointers upwards, as long as they stay on the thread's own stack. */
static void print_calls(const struct sprig_trap_frame* frame)
{
    uintptr_t base = sprig_current->stack_base;
    uintptr_t last = base + sprig_current->stack_size - 2 * sizeof(uintptr_t);
    printf("  calls 0x%lx", frame->rip);
    uintptr_t at = frame->rbp, below = base;
    for (int i = 0; i < CALLS_SHOWN; i++) {
        if (at < below || at > last || at % sizeof(uintptr_t) != 0)
            break;
        const uintptr_t* link = (const uintptr_t*)at;
        printf(" 0x%lx", link[1]);
        below = at + 1;
        at = link[0];
    }
    printf("\n");
}

_Noreturn void sprig_trap(const struct sprig_trap_frame* frame, uint64_t fault_address)
{
    static bool trapped;
    if (!trapped) {
        trapped = true;
        print_headline(frame, fault_address);
        print_registers(frame);
        print_calls(frame);
        printf("sprig: halted by trap\n");
    }
    platform_power_off(PLATFORM_CRASHED);
}

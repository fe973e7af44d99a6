/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/trap.h>

#include "xen.h"

enum { VECTORS = 20, STUB_SIZE = 16 };

extern char xen_trap_stubs[];

/* Called by trap_entry.S. */
_Noreturn void xen_trap(const struct sprig_trap_frame* frame);

_Noreturn void xen_trap(const struct sprig_trap_frame* frame)
{
    sprig_trap(frame, xen_vcpu->fault_address);
}

/*
 * Faults have no stack of their own here: if one is full the hypervisor cannot enter us, and
 * ends the domain as crashed itself.
 */
void xen_traps_start(void)
{
    static struct xen_trap traps[VECTORS + 1]; /* and the end, which is all zero */
    for (uint8_t vector = 0; vector < VECTORS; vector++) {
        traps[vector] = (struct xen_trap){
            .vector = vector,
            .flags = XEN_TRAP_BY_INSTRUCTION | XEN_TRAP_MASKS_EVENTS,
            .segment = XEN_CODE_SEGMENT,
            .address = (uintptr_t)xen_trap_stubs + vector * (size_t)STUB_SIZE,
        };
    }
    xen_call(XEN_SET_TRAP_TABLE, (uintptr_t)traps, 0, 0);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/platform.h>
#include <stdio.h>

#include "xen.h"

/* The hypervisor tells the time at some time stamp and how to go on from there. */
static uint64_t system_time_at_start;

static uint64_t shifted(uint64_t value, int shift)
{
    return shift < 0 ? value >> -shift : value << shift;
}

static uint64_t system_time_now(void)
{
    __extension__ typedef unsigned __int128 wide;
    uint32_t version;
    uint64_t now;
    do {
        version = xen_vcpu->time.version;
        uint64_t passed = __builtin_ia32_rdtsc() - xen_vcpu->time.tsc;
        passed = shifted(passed, xen_vcpu->time.tsc_shift);
        now = xen_vcpu->time.system_time + (uint64_t)((wide)passed * xen_vcpu->time.ns_per_tsc >> 32);
    } while ((version & 1) || version != xen_vcpu->time.version);
    return now;
}

void xen_clock_start(void)
{
    uint64_t hz = (UINT64_C(1000000000) << 32) / xen_vcpu->time.ns_per_tsc;
    system_time_at_start = system_time_now();
    printf("clock: time stamp counter at %lu MHz\n", shifted(hz, -xen_vcpu->time.tsc_shift) / 1000000);
}

uint64_t platform_clock_ns(void)
{
    return system_time_now() - system_time_at_start;
}

uint64_t xen_system_time(uint64_t clock_ns)
{
    return system_time_at_start + clock_ns;
}

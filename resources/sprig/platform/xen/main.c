/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <kernel/main.h>
#include <sprig/platform.h>
#include <string.h>

#include "xen.h"

struct sprig_machine sprig_machine;
const struct xen_start_info* xen_start;

/* Called by start.S. */
_Noreturn void xen_main(const struct xen_start_info* start);

/* A copy, because the store's next answer takes the place of this one. */
static void find_configuration(void)
{
    static char configuration[XEN_STORE_PAYLOAD + 1];
    const char* stored = xen_store_read("rumprun/cfg");
    strlcpy(configuration, stored != NULL ? stored : xen_start->command_line, sizeof configuration);
    sprig_machine.configuration = configuration;
}

_Noreturn void xen_main(const struct xen_start_info* start)
{
    xen_start = start;
    xen_map_page((uintptr_t)xen_shared, xen_start->shared_info | XEN_PAGE_PRESENT | XEN_PAGE_WRITABLE);
    xen_console_start();
    xen_traps_start();
    xen_memory_start();
    xen_store_start();
    platform_tell("state", "booting");
    find_configuration();
    sprig_machine.boot_protocol = "Xen PV";
    sprig_main((uintptr_t)xen_boot_stack, (uintptr_t)(xen_boot_stack_end - xen_boot_stack));
}

void platform_start(void)
{
    xen_clock_start();
    xen_events_start();
    xen_control_start();
}

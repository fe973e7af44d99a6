/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <kernel/wait.h>
#include <sprig/fail.h>
#include <sprig/platform.h>
#include <sprig/thread.h>
#include <stdio.h>
#include <string.h>

#include "xen.h"

static const struct {
    const char* word;
    const char* meaning;
    enum xen_shutdown how;
} wishes[] = {
    {"poweroff", "a power-off", XEN_POWEROFF},
    {"halt", "a power-off", XEN_POWEROFF},
    {"reboot", "a reboot", XEN_REBOOT},
};

_Noreturn void xen_end(enum xen_shutdown how)
{
    xen_console_drain();
    uint32_t reason = how;
    for (;;)
        xen_call(XEN_SCHED_OP, XEN_SCHED_SHUTDOWN, (uintptr_t)&reason, 0);
}

_Noreturn void platform_power_off(enum platform_ending ending)
{
    if (ending == PLATFORM_CRASHED)
        platform_tell("state", "crashed");
    xen_end(ending == PLATFORM_CRASHED ? XEN_CRASH : XEN_POWEROFF);
}

/* A guest may write below a few places of its own only; data/ is the one for anything. */
void platform_tell(const char* what, const char* value)
{
    char path[64];
    snprintf(path, sizeof path, "data/sprig/%s", what);
    xen_store_write(path, value);
}

static void fulfil(const char* wish)
{
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        if (strcmp(wish, wishes[i].word) != 0)
            continue;
        printf("\nsprig: the host asks for %s\npowering off\n", wishes[i].meaning);
        xen_store_write("control/shutdown", ""); /* whoever asked sees that it was heard */
        platform_tell("state", "stopped");
        xen_end(wishes[i].how);
    }
    printf("\nsprig: the host asks for \"%s\", which is not supported\n", wish);
}

static void listen(void* unused)
{
    (void)unused;
    for (;;) {
        const char* wish = xen_store_has_changed() ? xen_store_read("control/shutdown") : NULL;
        if (wish != NULL && *wish != '\0')
            fulfil(wish);
        sprig_wait_for_device("the host's wishes", 0);
    }
}

void xen_control_start(void)
{
    xen_store_watch("control/shutdown");
    xen_store_write("control/feature-poweroff", "1");
    xen_store_write("control/feature-reboot", "1");
    if (sprig_thread_create("control", listen, NULL) == NULL)
        sprig_fail("not enough memory");
}

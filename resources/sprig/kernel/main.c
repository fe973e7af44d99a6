/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "main.h"

#include <sprig/config.h>
#include <sprig/disk.h>
#include <sprig/fail.h>
#include <sprig/net.h>
#include <sprig/platform.h>
#include <sprig/program.h>
#include <sprig/thread.h>
#include <sprig/version.h>
#include <stdio.h>

#include "wait.h"

/* The rest of booting may wait for devices, so it is a thread's work. */
static void start(void* unused)
{
    (void)unused;
    sprig_config_read(sprig_machine.configuration);
    sprig_net_start(&sprig_config.net);
    for (int i = 0; i < sprig_config.disk_count; i++)
        sprig_disk_mount(&sprig_config.disks[i]);
    platform_tell("state", "running");
    int status = sprig_programs_run();
    char ended[24];
    snprintf(ended, sizeof ended, "exited %d", status);
    platform_tell("state", ended);
    printf("powering off\n");
    platform_power_off(status == 0 ? PLATFORM_DONE : PLATFORM_FAILED);
}

_Noreturn void sprig_main(uintptr_t stack_base, uintptr_t stack_size)
{
    printf("sprig " SPRIG_VERSION " (x86-64, %s)\n", sprig_machine.boot_protocol);
    printf("memory: %zu MiB\n", (size_t)(sprig_machine.memory + 0xfffff) >> 20);
    platform_start();
    if (sprig_thread_create("sprig", start, NULL) == NULL)
        sprig_fail("not enough memory");
    sprig_idle(stack_base, stack_size);
}

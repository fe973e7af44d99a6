/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <kernel/main.h>
#include <sprig/platform.h>

#include "hw.h"

/* Called by start.S in 64-bit mode. */
_Noreturn void hw_main(uint32_t multiboot_magic, uintptr_t info);

_Noreturn void hw_main(uint32_t multiboot_magic, uintptr_t info)
{
    hw_serial_start();
    hw_read_boot_info(multiboot_magic, info);
    hw_cpu_start();
    sprig_main((uintptr_t)hw_boot_stack, (uintptr_t)(hw_boot_stack_end - hw_boot_stack));
}

/* A bare machine has nobody to tell. */
void platform_tell(const char* what, const char* value)
{
    (void)what;
    (void)value;
}

void platform_start(void)
{
    hw_apic_start();
    hw_clock_start();
    hw_serial_interrupts_on();
}

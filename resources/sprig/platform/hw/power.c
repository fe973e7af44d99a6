/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/platform.h>

#include "hw.h"
#include "io.h"
#include "pci.h"

enum { PANIC_DEVICE = 0x505, PANIC_SUPPORTED = 1, PANICKED = 1 };
enum { DEBUG_EXIT = 0xf4 };
enum { KEYBOARD_COMMAND = 0x64, KEYBOARD_RESET = 0xfe };

/* microvm's ACPI device; it lies where a machine with PCI may have something else. */
static const uintptr_t GED_SLEEP_CONTROL = 0xfea00200;
enum { GED_SLEEP = 1 << 5 | 5 << 2 };

/* The power management of the two chipsets that QEMU has: where its ports are switched on. */
static const struct chipset {
    uint16_t device;
    uint8_t base;
    uint8_t enable;
    uint8_t enable_bit;
} chipsets[] = {
    {.device = 0x7113, .base = 0x40, .enable = 0x80, .enable_bit = 0x01}, /* PIIX4 */
    {.device = 0x2918, .base = 0x40, .enable = 0x44, .enable_bit = 0x80}, /* ICH9 */
};
enum { INTEL = 0x8086, PM_PORTS = 0x600, PM_PORTS_MASK = 0xff80, PM_CONTROL = 4 };
enum { PM_SLEEP = 1 << 13 }; /* with sleep type 0, which is "off" on both */

static void power_off_chipset(const struct chipset* chipset)
{
    pci_place place = 0;
    if (!pci_find(INTEL, chipset->device, &place))
        return;
    /* the firmware has done this already, unless there was none */
    uint32_t ports = pci_read(place, chipset->base) & PM_PORTS_MASK;
    if (ports == 0) {
        ports = PM_PORTS;
        pci_write(place, chipset->base, ports | 1);
    }
    uint32_t enable = pci_read(place, chipset->enable);
    pci_write(place, chipset->enable, enable | chipset->enable_bit);
    pci_write(place, PCI_COMMAND, pci_read(place, PCI_COMMAND) | PCI_COMMAND_IO);
    out16((uint16_t)(ports + PM_CONTROL), PM_SLEEP);
}

/* Counts as well, because the clock may not have been started. */
static void wait_a_second(void)
{
    uint64_t until = platform_clock_ns() + 1000000000;
    for (int i = 0; i < 100000000 && platform_clock_ns() < until; i++)
        __builtin_ia32_pause();
}

static _Noreturn void reset(void)
{
    static const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) nothing;
    out8(KEYBOARD_COMMAND, KEYBOARD_RESET);
    __asm__ volatile("lidt %0\n\tint3" : : "m"(nothing));
    __builtin_unreachable();
}

_Noreturn void platform_power_off(enum platform_ending ending)
{
    if (ending == PLATFORM_CRASHED) {
        uint8_t panics = in8(PANIC_DEVICE);
        if (panics != 0xff && (panics & PANIC_SUPPORTED))
            out8(PANIC_DEVICE, PANICKED);
    }
    out8(DEBUG_EXIT, (uint8_t)ending);
    if (hw_pci_present()) {
        for (size_t i = 0; i < sizeof chipsets / sizeof *chipsets; i++)
            power_off_chipset(&chipsets[i]);
    } else {
        *(volatile uint8_t*)GED_SLEEP_CONTROL = GED_SLEEP;
    }
    wait_a_second(); /* for powering off takes effect a moment later */
    reset();
}

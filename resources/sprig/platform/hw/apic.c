/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stddef.h>

#include "hw.h"
#include "io.h"

/* The local APIC: interrupts reach the processor through it, and it has the timer. */
static const uintptr_t LOCAL_APIC = 0xfee00000;
enum {
    LOCAL_END = 0xb0,
    LOCAL_SPURIOUS = 0xf0,
    LOCAL_TIMER = 0x320,
    LOCAL_LINT0 = 0x350,
    LOCAL_TIMER_START = 0x380,
    LOCAL_TIMER_LEFT = 0x390,
    LOCAL_TIMER_DIVIDE = 0x3e0,
};
enum { ENABLED = 0x100, MASKED = 0x10000, DIVIDE_BY_1 = 0xb };

/* I/O APICs: devices' interrupts reach the local APIC through them. microvm can have two. */
static const uintptr_t io_apics[] = {0xfec00000, 0xfec10000};
enum { IO_SELECT = 0, IO_WINDOW = 0x10, IO_VERSION = 1, IO_ENTRIES = 0x10 };

enum { PIC_MASTER = 0x20, PIC_SLAVE = 0xa0 };

/* The old interrupt controllers would deliver timer ticks and the like as exceptions. */
static void silence_pics(void)
{
    static const uint8_t words[2][4] = {{0x11, 0x20, 4, 1}, {0x11, 0x28, 2, 1}};
    static const uint16_t ports[2] = {PIC_MASTER, PIC_SLAVE};
    for (int i = 0; i < 2; i++) {
        out8(ports[i], words[i][0]);
        for (int word = 1; word < 4; word++)
            out8(ports[i] + 1, words[i][word]);
        out8(ports[i] + 1, 0xff);
    }
}

/* The old timers (pins 0 and 2), the clock (8) and ACPI (9) have nothing to say to us. */
static bool wanted(size_t apic, uint32_t pin)
{
    return apic > 0 || (pin != 0 && pin != 2 && pin != 8 && pin != 9);
}

/*
 * Every other pin raises the same interrupt, at the rising edge. Who it was is found by
 * asking all devices until none has anything to say; then all lines are low, and the next
 * one to rise gives an edge again. So no routing table is needed.
 */
static void open_io_apic(size_t index)
{
    uintptr_t apic = io_apics[index];
    mmio_write(apic + IO_SELECT, IO_VERSION);
    uint32_t version = mmio_read(apic + IO_WINDOW);
    uint32_t pins = (version >> 16 & 0xff) + 1;
    if (version == 0 || version == UINT32_MAX || pins > 120)
        return;
    for (uint32_t pin = 0; pin < pins; pin++) {
        mmio_write(apic + IO_SELECT, IO_ENTRIES + 2 * pin + 1);
        mmio_write(apic + IO_WINDOW, 0);
        mmio_write(apic + IO_SELECT, IO_ENTRIES + 2 * pin);
        mmio_write(apic + IO_WINDOW, wanted(index, pin) ? HW_DEVICE_VECTOR : MASKED);
    }
}

void hw_apic_start(void)
{
    silence_pics();
    mmio_write(LOCAL_APIC + LOCAL_SPURIOUS, ENABLED | HW_SPURIOUS_VECTOR);
    mmio_write(LOCAL_APIC + LOCAL_LINT0, MASKED);
    mmio_write(LOCAL_APIC + LOCAL_TIMER_DIVIDE, DIVIDE_BY_1);
    mmio_write(LOCAL_APIC + LOCAL_TIMER, HW_TIMER_VECTOR);
    for (size_t i = 0; i < sizeof io_apics / sizeof *io_apics; i++)
        open_io_apic(i);
}

void hw_apic_end_of_interrupt(void)
{
    mmio_write(LOCAL_APIC + LOCAL_END, 0);
}

void hw_apic_timer_set(uint32_t ticks)
{
    mmio_write(LOCAL_APIC + LOCAL_TIMER_START, ticks);
}

uint32_t hw_apic_timer_left(void)
{
    return mmio_read(LOCAL_APIC + LOCAL_TIMER_LEFT);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this platform know of each other. */
#ifndef SPRIG_HW_HW_H
#define SPRIG_HW_HW_H

#include <stdbool.h>
#include <stdint.h>

/* From sprig.ld and start.S. */
extern char sprig_image_start[], sprig_text_end[], sprig_rodata_end[], sprig_image_end[];
extern char hw_boot_stack[], hw_boot_stack_end[];

enum { HW_VECTORS = 48, HW_TIMER_VECTOR = 0x20, HW_DEVICE_VECTOR = 0x21, HW_SPURIOUS_VECTOR = 0x2f };

/* Finds memory and configuration in what the loader left; see boot_info.c. */
void hw_read_boot_info(uint32_t multiboot_magic, uintptr_t info);

/* Descriptor tables, trap entries and page protection. */
void hw_cpu_start(void);

void hw_serial_start(void);
/* The first byte of input raises an interrupt from now on. */
void hw_serial_interrupts_on(void);

void hw_apic_start(void);
void hw_apic_end_of_interrupt(void);
/* Counts down from `ticks` and interrupts once at zero; 0 stops it. */
void hw_apic_timer_set(uint32_t ticks);
uint32_t hw_apic_timer_left(void);

/* Measures the time stamp counter and the APIC timer. */
void hw_clock_start(void);
/* How many ticks of the APIC timer there are until the clock shows this, at most 2^32 - 1. */
uint32_t hw_clock_timer_ticks_until(uint64_t ns);

/* True if the machine has a PCI bus that can be reached through I/O ports. */
bool hw_pci_present(void);

#endif

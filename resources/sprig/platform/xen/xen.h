/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this platform know of each other. */
#ifndef SPRIG_XEN_XEN_H
#define SPRIG_XEN_XEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "interface.h"

/* From sprig.ld and start.S. */
extern char sprig_image_start[], sprig_text_end[], sprig_rodata_end[], sprig_image_end[];
extern char xen_boot_stack[], xen_boot_stack_end[];
extern char xen_hypercall_page[], xen_shared_page[], xen_event_entry[];

extern const struct xen_start_info* xen_start;
#define xen_shared ((struct xen_shared_info*)xen_shared_page)
#define xen_vcpu (&xen_shared->vcpus[0])

static inline long xen_call4(unsigned number, uintptr_t first, uintptr_t second, uintptr_t third,
                             uintptr_t fourth)
{
    long result;
    register uintptr_t last __asm__("r10") = fourth;
    __asm__ volatile("call *%[entry]"
                     : "=a"(result), "+D"(first), "+S"(second), "+d"(third), "+r"(last)
                     : [entry] "a"(xen_hypercall_page + number * (size_t)32)
                     : "rcx", "r8", "r9", "r11", "memory");
    return result;
}

static inline long xen_call(unsigned number, uintptr_t first, uintptr_t second, uintptr_t third)
{
    return xen_call4(number, first, second, third, 0);
}

/* Sets page protection and maps all memory there is, which then is the heap. */
void xen_memory_start(void);
/* The page of ours that a frame of the machine is. */
void* xen_page_of(uint64_t frame);
/* Where memory of ours is in the machine. */
uint64_t xen_machine_address(uintptr_t address);
/* Puts a frame where a page is. */
bool xen_map_page(uintptr_t page, uint64_t entry);
enum { XEN_PAGE_PRESENT = 1, XEN_PAGE_WRITABLE = 2 };

/* Trap entries. */
void xen_traps_start(void);

/* Lets the timer's events in. */
void xen_events_start(void);
void xen_event_allow(uint32_t port);
void xen_event_send(uint32_t port);
/*
 * Sleeps, with the whole unikernel, until it is done, about which the port has events; or until the clock
 * shows `until_ns` (UINT64_MAX: no limit). False if it was the clock.
 */
bool xen_wait_until(bool (*done)(void), uint32_t port, uint64_t until_ns);

void xen_clock_start(void);
/* The hypervisor's time for one of our clock's. */
uint64_t xen_system_time(uint64_t clock_ns);

void xen_console_start(void);
/* Waits until somebody has taken all that was written, but not for long. */
void xen_console_drain(void);

void xen_store_start(void);
/* A node's value, valid until the next call; NULL if there is none for us. Paths start at our own place. */
const char* xen_store_read(const char* path);
bool xen_store_write(const char* path, const char* value);
bool xen_store_watch(const char* path);
/* True if a watched node may have changed since the last call. */
bool xen_store_has_changed(void);

/* Offers the host to end when it asks for it, and starts the thread that listens. */
void xen_control_start(void);
_Noreturn void xen_end(enum xen_shutdown how);

#endif

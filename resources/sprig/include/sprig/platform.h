/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that the kernel needs of the machine below it. One platform is linked into an image. */
#ifndef SPRIG_PLATFORM_H
#define SPRIG_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sprig_machine {
    const char* boot_protocol;
    uint64_t memory;      /* bytes, as far as the loader told */
    uintptr_t heap_start; /* free memory, mapped and page aligned */
    uintptr_t heap_end;
    char* configuration; /* NUL-terminated and ours to change; "" if there is none */
};

/* Filled in by the platform before it calls sprig_main(). */
extern struct sprig_machine sprig_machine;

/* Starts interrupts and the clock. Printing works before that. */
void platform_start(void);

void platform_console_write(const char* bytes, size_t size);
/* Writes without asking whether the device is ready: what comes too fast is lost. */
void platform_console_flood(const char* bytes, size_t size);
enum { PLATFORM_NO_INPUT = -1, PLATFORM_BREAK = -2 };
/* The next byte typed, or one of these. */
int platform_console_read(void);

/* Nanoseconds since platform_start(). */
uint64_t platform_clock_ns(void);

/* Sleeps until a device has something to say, or until then; UINT64_MAX waits for ever. */
void platform_idle(uint64_t until_ns);
/* True if a device had something to say since the last call. */
bool platform_take_events(void);

/* Tells the host something about us, where it has a place for it: "state", "program". */
void platform_tell(const char* what, const char* value);

/* Makes every access to this page a trap. */
void platform_unmap_page(uintptr_t page);

enum platform_ending { PLATFORM_DONE, PLATFORM_FAILED, PLATFORM_CRASHED };
_Noreturn void platform_power_off(enum platform_ending ending);

#endif

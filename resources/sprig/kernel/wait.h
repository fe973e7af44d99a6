/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting, as the kernel's own parts do it. */
#ifndef SPRIG_KERNEL_WAIT_H
#define SPRIG_KERNEL_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Blocks the running thread until sprig_wake() names the same thing, or until the clock
 * shows `until` (0: no deadline). False if it was the clock.
 */
bool sprig_wait(const void* on, const char* what, uint64_t until);
void sprig_wake(const void* on);

/*
 * Blocks until some device has something to say; the caller then looks whether it was
 * his. Interrupts come only while the processor idles, so nothing is missed between
 * looking and waiting. False if the clock reached `until` first.
 */
bool sprig_wait_for_device(const char* what, uint64_t until);

/* Makes the caller, on the stack that it was booted on, the idle thread; never returns. */
_Noreturn void sprig_idle(uintptr_t stack_base, uintptr_t stack_size);

#endif

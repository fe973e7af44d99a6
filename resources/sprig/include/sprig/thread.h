/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cooperative threads: one runs until it waits for something or yields. */
#ifndef SPRIG_THREAD_H
#define SPRIG_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sprig_program;

enum sprig_thread_state {
    SPRIG_READY,
    SPRIG_RUNNING,
    SPRIG_SLEEPING,
    SPRIG_BLOCKED,
    SPRIG_DEAD,
};

/* While a thread does not run, r15 r14 r13 r12 rbx rbp rip lie at sp, in this order. */
struct sprig_thread {
    char name[16];
    enum sprig_thread_state state;
    uint64_t wake_at;     /* nanoseconds of the clock; 0 for no deadline */
    const char* wait_for; /* what a blocked thread waits for, in words */
    const void* wait_on;  /* the thing itself: a semaphore, a thread, … */
    uintptr_t sp;
    uintptr_t stack_base; /* the lowest usable byte; the page below it traps */
    size_t stack_size;
    void (*entry)(void* argument);
    void* argument;
    struct sprig_program* program; /* whose work it does; NULL for the kernel's own */
    struct sprig_thread* next;
};

extern struct sprig_thread* sprig_threads; /* all of them, in order of creation */
extern struct sprig_thread* sprig_current;

/* Returns NULL if there is no memory left. */
struct sprig_thread* sprig_thread_create(const char* name, void (*entry)(void*), void* argument);
_Noreturn void sprig_thread_exit(void);
/* Waits for the thread's end and frees it. Every thread may be joined once. */
void sprig_thread_join(struct sprig_thread* thread);

void sprig_yield(void);
void sprig_sleep_ms(uint64_t milliseconds);
uint64_t sprig_clock_ns(void);

struct sprig_semaphore {
    const char* name;
    unsigned count;
};

void sprig_semaphore_wait(struct sprig_semaphore* semaphore);
void sprig_semaphore_post(struct sprig_semaphore* semaphore);

#endif

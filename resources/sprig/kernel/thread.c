/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/memory.h>
#include <sprig/platform.h>
#include <sprig/thread.h>
#include <string.h>

#include "wait.h"

enum { STACK_PAGES = 8 };

/* Assembly, in switch.S. */
void sprig_switch(uintptr_t* save_sp, uintptr_t load_sp);
void sprig_thread_begin(void);
_Noreturn void sprig_thread_main(void);

static struct sprig_thread idle_thread;
static struct sprig_thread* free_threads;
static const char any_device[] = "any device";

struct sprig_thread* sprig_threads = &idle_thread;
struct sprig_thread* sprig_current = &idle_thread;

static void make_ready(struct sprig_thread* thread)
{
    thread->state = SPRIG_READY;
    thread->wait_on = NULL;
    thread->wait_for = NULL;
}

static void wake_sleepers(void)
{
    uint64_t now = platform_clock_ns();
    for (struct sprig_thread* thread = sprig_threads; thread != NULL; thread = thread->next) {
        bool waits = thread->state == SPRIG_SLEEPING || thread->state == SPRIG_BLOCKED;
        if (waits && thread->wake_at != 0 && thread->wake_at <= now)
            make_ready(thread);
    }
}

/* The ready thread that comes after the current one in the list, going round once. */
static struct sprig_thread* next_ready(void)
{
    struct sprig_thread* thread = sprig_current;
    do {
        thread = thread->next != NULL ? thread->next : sprig_threads;
        if (thread->state == SPRIG_READY && thread != &idle_thread)
            return thread;
    } while (thread != sprig_current);
    return &idle_thread;
}

static void schedule(void)
{
    if (platform_take_events())
        sprig_wake(any_device);
    wake_sleepers();

    struct sprig_thread* previous = sprig_current;
    sprig_current = next_ready();
    sprig_current->state = SPRIG_RUNNING;
    if (sprig_current != previous)
        sprig_switch(&previous->sp, sprig_current->sp);
}

void sprig_yield(void)
{
    sprig_current->state = SPRIG_READY;
    schedule();
}

static void block(enum sprig_thread_state state, const void* on, const char* what, uint64_t until)
{
    sprig_current->state = state;
    sprig_current->wait_on = on;
    sprig_current->wait_for = what;
    sprig_current->wake_at = until;
    schedule();
}

bool sprig_wait(const void* on, const char* what, uint64_t until)
{
    block(SPRIG_BLOCKED, on, what, until);
    bool in_time = sprig_current->wake_at == 0 || platform_clock_ns() < sprig_current->wake_at;
    sprig_current->wake_at = 0;
    return in_time;
}

void sprig_wake(const void* on)
{
    for (struct sprig_thread* thread = sprig_threads; thread != NULL; thread = thread->next)
        if (thread->state == SPRIG_BLOCKED && thread->wait_on == on)
            make_ready(thread);
}

bool sprig_wait_for_device(const char* what, uint64_t until)
{
    return sprig_wait(any_device, what, until);
}

uint64_t sprig_clock_ns(void)
{
    return platform_clock_ns();
}

void sprig_sleep_ms(uint64_t milliseconds)
{
    block(SPRIG_SLEEPING, NULL, "the clock", platform_clock_ns() + milliseconds * 1000000);
    sprig_current->wake_at = 0;
}

/* A dead thread's memory, or new pages: a guard page, the stack, and on top of it the thread. */
static struct sprig_thread* obtain_thread(void)
{
    struct sprig_thread* thread = free_threads;
    if (thread != NULL) {
        free_threads = thread->next;
        return thread;
    }
    char* pages = sprig_pages_allocate(1 + STACK_PAGES);
    if (pages == NULL)
        return NULL;
    platform_unmap_page((uintptr_t)pages);
    char* end = pages + (1 + STACK_PAGES) * SPRIG_PAGE_SIZE;
    thread = (struct sprig_thread*)(end - (sizeof *thread + 15) / 16 * 16);
    thread->stack_base = (uintptr_t)pages + SPRIG_PAGE_SIZE;
    thread->stack_size = (uintptr_t)thread - thread->stack_base;
    return thread;
}

struct sprig_thread* sprig_thread_create(const char* name, void (*entry)(void*), void* argument)
{
    struct sprig_thread* thread = obtain_thread();
    if (thread == NULL)
        return NULL;
    strlcpy(thread->name, name, sizeof thread->name);
    thread->entry = entry;
    thread->argument = argument;
    thread->program = sprig_current->program;
    thread->wake_at = 0;
    thread->next = NULL;
    make_ready(thread);

    /*
     * Six registers of no interest, and where to go; then the stack is empty and aligned.
     * One byte is skipped because debuggers look for a caller just before its address.
     */
    uintptr_t* top = (uintptr_t*)(thread->stack_base + thread->stack_size);
    memset(top - 7, 0, 7 * sizeof *top);
    top[-1] = (uintptr_t)sprig_thread_begin + 1;
    thread->sp = (uintptr_t)(top - 7);

    struct sprig_thread* last = sprig_threads;
    while (last->next != NULL)
        last = last->next;
    last->next = thread;
    return thread;
}

_Noreturn void sprig_thread_main(void)
{
    sprig_current->entry(sprig_current->argument);
    sprig_thread_exit();
}

_Noreturn void sprig_thread_exit(void)
{
    sprig_current->state = SPRIG_DEAD;
    sprig_wake(sprig_current);
    schedule();
    __builtin_unreachable();
}

void sprig_thread_join(struct sprig_thread* thread)
{
    while (thread->state != SPRIG_DEAD)
        sprig_wait(thread, thread->name, 0);
    for (struct sprig_thread** link = &sprig_threads; *link != NULL; link = &(*link)->next) {
        if (*link == thread) {
            *link = thread->next;
            break;
        }
    }
    thread->next = free_threads;
    free_threads = thread;
}

static uint64_t next_deadline(void)
{
    uint64_t deadline = UINT64_MAX;
    for (struct sprig_thread* thread = sprig_threads; thread != NULL; thread = thread->next)
        if (thread->wake_at != 0 && thread->wake_at < deadline)
            deadline = thread->wake_at;
    return deadline;
}

_Noreturn void sprig_idle(uintptr_t stack_base, uintptr_t stack_size)
{
    strlcpy(idle_thread.name, "idle", sizeof idle_thread.name);
    idle_thread.stack_base = stack_base;
    idle_thread.stack_size = stack_size;
    for (;;) {
        sprig_yield();
        platform_idle(next_deadline());
    }
}

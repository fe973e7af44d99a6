/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unikraft's names and structures: two schedulers, and one thread in each state. */

#include "kernel.h"

struct uk_thread {
    struct {
        unsigned long ip, sp;
    } ctx;
    uint32_t flags;
    int64_t wakeup_time;
    const char* name;
    struct {
        struct uk_thread *tqe_next, **tqe_prev;
    } thread_list;
};

struct uk_thread_list {
    struct uk_thread *tqh_first, **tqh_last;
};

struct uk_sched {
    struct uk_thread_list thread_list, exited_threads;
    struct uk_sched* next;
};

enum { RUNNABLE = 8, EXITED = 0x10 };

static struct uk_thread main_thread = {.flags = RUNNABLE, .name = "main"};
static struct uk_thread sleeper = {.wakeup_time = 5000, .name = "sleeper"};
static struct uk_thread blocked = {.name = "blocked"};
static struct uk_thread fresh = {.flags = RUNNABLE};
static struct uk_thread gone = {.flags = EXITED, .name = "gone"};
static struct uk_sched second = {.thread_list = {&blocked, NULL}, .exited_threads = {&gone, NULL}};
static struct uk_sched only_first = {.thread_list = {&main_thread, NULL}, .next = &second};
struct uk_sched* uk_sched_head = &only_first;
struct uk_thread* __uk_sched_thread_current[1] = {&main_thread};

__attribute__((noinline)) static void uk_thread_block(struct uk_thread* thread)
{
    SWITCH(&thread->ctx, &main_thread.ctx);
}

static void wait_for_ever(void* thread)
{
    for (;;)
        uk_thread_block(thread);
}

static void create(struct uk_thread* thread)
{
    new_stack(wait_for_ever, thread, &thread->ctx.sp);
    thread->ctx.ip = (uintptr_t)STARTER;
}

int main(void)
{
    main_thread.thread_list.tqe_next = &sleeper;
    sleeper.thread_list.tqe_next = &fresh;
    create(&sleeper);
    create(&blocked);
    create(&fresh);
    SWITCH(&main_thread.ctx, &sleeper.ctx);
    SWITCH(&main_thread.ctx, &blocked.ctx);
    all_wait();
    puts("the end");
    return 0;
}

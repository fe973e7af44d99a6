/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mini-OS's names and structures: a thread that runs, one that is blocked, one that never ran. */

#include "kernel.h"

struct thread {
    char *name, *stack;
    unsigned long sp, ip;
    struct {
        struct thread *tqe_next, **tqe_prev;
    } thread_list;
    uint32_t flags;
    int64_t wakeup_time;
};

static struct thread_list {
    struct thread *tqh_first, **tqh_last;
} thread_list __attribute__((used));

static struct thread idle, runner, fresh;
static struct place outside;

__attribute__((noinline)) static void schedule(void)
{
    SWITCH(&idle.sp, &runner.sp);
}

static void idle_main(void* unused)
{
    (void)unused;
    for (;;)
        schedule();
}

static void runner_main(void* unused)
{
    (void)unused;
    SWITCH(&runner.sp, &idle.sp);
    all_wait();
    SWITCH(&runner.sp, &outside);
}

static void create(struct thread* thread, char* name, void (*run)(void*), unsigned flags)
{
    thread->name = name;
    thread->stack = new_stack(run, NULL, &thread->sp);
    *(struct thread**)thread->stack = thread;
    thread->ip = (uintptr_t)STARTER;
    thread->flags = flags;
    thread->thread_list.tqe_next = thread_list.tqh_first;
    thread_list.tqh_first = thread;
}

extern char hypercall_page[];

__attribute__((noinline)) void block_domain(void)
{
    ((void (*)(void))(hypercall_page + 39 * 32))();
    asm volatile(""); /* no tail call */
}

int main(void)
{
    create(&fresh, "fresh", idle_main, 1);
    create(&runner, "runner", runner_main, 1);
    create(&idle, "idle", idle_main, 0);
    SWITCH(&outside, &runner.sp);
    block_domain();
    puts("the end");
    return 0;
}

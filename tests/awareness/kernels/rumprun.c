/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rumprun's names and structures: three threads, a log that has gone round, a page fault. */

#include "kernel.h"

enum { RUN_QUEUE = 1, TIMED_QUEUE = 2, BLOCKED_QUEUE = 4, RUNNING = 8 };

struct bmk_tcb {
    unsigned long btcb_sp, btcb_ip, btcb_tp, btcb_tpsize;
};

struct bmk_thread {
    char bt_name[16];
    int64_t bt_wakeup_time;
    int bt_flags;
    struct bmk_tcb bt_tcb;
    struct {
        struct bmk_thread *tqe_next, **tqe_prev;
    } bt_threadq;
};

__thread struct bmk_thread* bmk_current;
static struct threadqueue {
    struct bmk_thread *tqh_first, **tqh_last;
} threadq __attribute__((used));

char bmk_dmesg[32] = "end\nthe beginning, ";
static volatile int bmk_dmesgoff = 4;

static struct bmk_thread first, sleeper, fresh;
static const struct account {
    int balance;
}* nobody;

static void sched_switch(struct bmk_thread* from, struct bmk_thread* to)
{
    bmk_current = to;
    SWITCH(&from->bt_tcb, &to->bt_tcb);
}

__attribute__((noinline)) static void bmk_sched_block(void)
{
    sched_switch(&sleeper, &first);
}

__attribute__((noinline)) static void sleep_for(int naps)
{
    for (int i = 0; i < naps; i++)
        bmk_sched_block();
}

static void sleeper_main(void* argument)
{
    sleep_for(*(int*)argument);
    sched_switch(&sleeper, &first);
}

static void add(struct bmk_thread* thread, const char* name, int flags, struct bmk_thread* next)
{
    strcpy(thread->bt_name, name);
    thread->bt_flags = flags;
    thread->bt_wakeup_time = flags & TIMED_QUEUE ? 123456789 : -1;
    thread->bt_threadq.tqe_next = next;
}

static void create(struct bmk_thread* thread, void (*start)(void*), void* argument)
{
    new_stack(start, argument, &thread->bt_tcb.btcb_sp);
    thread->bt_tcb.btcb_ip = (uintptr_t)STARTER;
}

__attribute__((noinline)) int follow_null(const struct account* account)
{
    return account->balance;
}

int fault_at_follow_null(const struct account* account);

void cpu_fattrap(const char* name, void* rip, unsigned long cr2)
{
    printf("FATAL TRAP: %s at %p (0x%lx), log %d\n", name, rip, cr2, bmk_dmesgoff);
    exit(0);
}

__attribute__((noinline)) static int examine(const struct account* account)
{
    return fault_at_follow_null(account) + 1;
}

int main(void)
{
    static int naps = 3;
    add(&first, "main", RUNNING, &sleeper);
    add(&sleeper, "sleeper", TIMED_QUEUE, &fresh);
    add(&fresh, "fresh", RUN_QUEUE, NULL);
    threadq.tqh_first = &first;
    create(&sleeper, sleeper_main, &naps);
    create(&fresh, sleeper_main, &naps);
    bmk_current = &first;
    sched_switch(&first, &sleeper);
    all_wait();
    sched_switch(&first, &sleeper);
    puts("the sleeper went on");
    fflush(stdout);
    return examine(nobody) + follow_null(nobody);
}

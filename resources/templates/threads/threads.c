/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Five threads that sleep, wait and compute: something to look at in a debugger. */

#include <sprig/thread.h>
#include <stdio.h>
#include <stdlib.h>

static struct sprig_semaphore bell = {.name = "the bell"};
static bool finished;

static void sleeper(void* argument)
{
    const unsigned* milliseconds = argument;
    for (int i = 1; !finished; i++) {
        sprig_sleep_ms(*milliseconds);
        printf("%s: slept %d times\n", sprig_current->name, i);
    }
}

/* Does nothing until somebody rings. */
static void waiter(void* unused)
{
    (void)unused;
    for (int i = 1; !finished; i++) {
        sprig_semaphore_wait(&bell);
        printf("waiter: the bell rang, %d\n", i);
    }
}

/* Threads are cooperative: who computes for long must yield now and then. */
static void counter(void* unused)
{
    (void)unused;
    unsigned long steps = 0;
    for (unsigned long n = 27; !finished; n = n % 2 == 0 ? n / 2 : n == 1 ? 27 : 3 * n + 1)
        if (++steps % 1000 == 0)
            sprig_yield();
    printf("counter: done\n");
}

int main(int argc, char** argv)
{
    static unsigned slow = 700, fast = 300;
    int rounds = argc > 1 ? atoi(argv[1]) : 3; /* 0: for ever */
    struct sprig_thread* threads[] = {
        sprig_thread_create("slow", sleeper, &slow),
        sprig_thread_create("fast", sleeper, &fast),
        sprig_thread_create("waiter", waiter, NULL),
        sprig_thread_create("counter", counter, NULL),
    };
    for (int i = 1; rounds == 0 || i <= rounds; i++) {
        sprig_sleep_ms(1000);
        finished = i == rounds;
        printf("main: ringing the bell, round %d\n", i);
        sprig_semaphore_post(&bell);
    }
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++)
        sprig_thread_join(threads[i]);
    printf("main: all threads have ended\n");
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the debug session look at. The first argument says what it does. */

#include <sprig/thread.h>
#include <stdio.h>
#include <string.h>

enum { NUMBERS = 100000, DEPTH = 2000, STACK_WORDS = 64 * 1024, BEGINNING = 7 };

struct point {
    int x;
    int y;
    const char* label;
};

static int numbers[NUMBERS];
static struct point corner = {.x = 3, .y = 4, .label = "corner"};
static int total;
static volatile int enough;
static volatile unsigned long ticks;
static uintptr_t deep_stack[STACK_WORDS];

static int square(int n)
{
    int result = n * n; /* at: square */
    return result;
}

static int sum_of_squares(int count)
{
    int sum = 0;
    for (int i = 1; i <= count; i++)
        sum += square(i); /* at: the loop */
    return sum;           /* at: behind the loop */
}

static int walk(void)
{
    struct point* where = &corner;
    int sum = sum_of_squares(5);         /* at: the call */
    total += sum;                        /* at: behind the call */
    where->x = 10;                       /* at: the write */
    int seen = where->x;                 /* at: the read */
    printf("sum %d, x %d\n", sum, seen); /* at: the print */
    return sum == 55 ? 0 : 1;            /* at: the return */
}

static void tick(void)
{
    ticks++; /* at: the tick */
}

/* Goes on until somebody changes `enough`. */
static int spin(void)
{
    printf("spinning\n");
    while (!enough)
        tick();
    printf("enough\n"); /* at: enough */
    return 0;
}

static int descend(int depth)
{
    if (depth <= 1)
        return 1; /* at: the bottom */
    return 1 + descend(depth - 1);
}

static void dive(void* unused)
{
    (void)unused;
    printf("depth %d\n", descend(DEPTH));
}

/* A thread's own stack is too small: its first words are moved to one that is not. */
static int dive_deep(void)
{
    struct sprig_thread* diver = sprig_thread_create("diver", dive, NULL);
    uintptr_t* beginning = deep_stack + STACK_WORDS - BEGINNING;
    memcpy(beginning, (const void*)diver->sp, BEGINNING * sizeof *beginning);
    diver->sp = (uintptr_t)beginning;
    diver->stack_base = (uintptr_t)deep_stack;
    diver->stack_size = sizeof deep_stack;
    sprig_thread_join(diver);
    return 0;
}

int main(int argc, char** argv)
{
    const char* wish = argc > 1 ? argv[1] : "walk"; /* at: main */
    for (int i = 0; i < NUMBERS; i++)
        numbers[i] = 2 * i;
    if (strcmp(wish, "spin") == 0)
        return spin();
    if (strcmp(wish, "dive") == 0)
        return dive_deep();
    return walk(); /* at: the walk */
}

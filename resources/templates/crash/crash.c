/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Follows a null pointer, a few calls deep: a crash to look at. */

#include <stdio.h>
#include <stdlib.h>

struct leaf {
    int age;
    struct leaf* next;
};

static int leaves_seen;

/* Kept apart from their callers, so that each has a frame of its own on the stack. */
__attribute__((noinline)) static int age_of(const struct leaf* leaf)
{
    leaves_seen++;
    return leaf->age; /* the third leaf is not there */
}

__attribute__((noinline)) static int sum_of_ages(const struct leaf* first, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        sum += age_of(first);
        first = first->next;
    }
    return sum;
}

__attribute__((noinline)) static int examine(int count)
{
    struct leaf second = {.age = 2};
    struct leaf first = {.age = 1, .next = &second};
    int sum = sum_of_ages(&first, count);
    printf("The leaves are %d years old together.\n", sum);
    return sum;
}

int main(int argc, char** argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 3;
    printf("Counting %d leaves; there are only two.\n", count);
    return examine(count) == 3 ? 0 : 1;
}

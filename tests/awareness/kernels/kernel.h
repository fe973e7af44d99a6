/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the imitations of kernels share: programs with those kernels' names and structures. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STACK_SIZE = 0x10000 };

struct place {
    uintptr_t first, second;
};

/* Assembly. */
void STARTER(void);
void SWITCH(void* save, void* load);

/* A new stack on which `run` will be called, aligned to its size; *sp is what STARTER finds. */
static inline char* new_stack(void (*run)(void*), void* argument, uintptr_t* sp)
{
    char* stack = aligned_alloc(STACK_SIZE, STACK_SIZE);
    uintptr_t* top = (uintptr_t*)(stack + STACK_SIZE) - 2;
    top[0] = (uintptr_t)argument;
    top[1] = (uintptr_t)run;
    *sp = (uintptr_t)top;
    return stack;
}

/* Where the tests stop. */
__attribute__((noinline)) static void all_wait(void)
{
    __asm__ volatile("" : : : "memory");
}

#endif

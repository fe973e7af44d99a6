/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Moves itself away from where it was linked, by the names of Nanos's functions, and then computes for ever
 * there. Where it goes entry.S has mapped the same memory once more.
 */

#define DISTANCE 0x40000000UL

unsigned long number = 1;
unsigned long rounds;

__attribute__((noinline)) void step(unsigned long left)
{
    number = number * 6364136223846793005 + 1442695040888963407;
    if (left == 0)
        rounds = rounds + 1;
}

__attribute__((noinline)) void kaslr(void)
{
    unsigned long *frame = __builtin_frame_address(0);
    for (int i = 0; i < 3; i++)
        step(1);
    asm volatile("lea 1f(%%rip), %%rax\n\tadd %0, %%rax\n\tjmp *%%rax\n1:" : : "r"(DISTANCE) : "rax", "memory");
    frame[1] += DISTANCE; /* and so returns to its caller there */
}

__attribute__((noinline)) void exec_elf(void)
{
    for (;;)
        for (unsigned long left = 1000; left > 0; left--)
            step(left - 1);
}

int main(void)
{
    kaslr();
    exec_elf();
}

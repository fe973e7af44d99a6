/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An EFI application with debug information in an ELF file of the same layout: computes for ever. */

volatile unsigned long sum = 1;

__attribute__((noinline)) void step(unsigned long by)
{
    sum += by;
}

int main(void)
{
    for (unsigned long i = 0;; i++)
        step(i);
}

void start(void)
{
    main();
}

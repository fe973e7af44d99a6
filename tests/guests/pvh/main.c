/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes for ever what tests/guests/sum does, and tells nobody. */

enum { STEPS = 1000000 };

unsigned long number = 1;
unsigned long rounds;

void step(unsigned long left);

__attribute__((noinline)) void step(unsigned long left)
{
    number = number * 6364136223846793005 + 1442695040888963407;
    if (left == 0)
        rounds = rounds + 1;
}

int main(void)
{
    for (;;)
        for (unsigned long left = STEPS; left > 0; left--)
            step(left - 1);
}

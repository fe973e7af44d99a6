/*
 * Computes for ever: a linear congruential generator, and what it has come to after each round. What it
 * should have come to is known by a formula, so that whoever stops the guest meanwhile can be told from one
 * who changes it.
 */
#include <stdint.h>
#include <stdio.h>

enum { STEPS = 1000000 };

static uint64_t number = 1;
static unsigned long rounds;

static void step(unsigned long left)
{
    number = number * 6364136223846793005 + 1442695040888963407;
    if (left == 0)
        rounds = rounds + 1;
}

static void go_round(void)
{
    for (unsigned long left = STEPS; left > 0; left--)
        step(left - 1);
}

int main(void)
{
    for (;;) {
        go_round();
        printf("round %lu: %lx\n", rounds, number);
    }
}

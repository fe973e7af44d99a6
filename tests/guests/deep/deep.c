/* Goes as deep as its first argument says, and stays there: lines to step over on a stack of any depth. */
#include <stdio.h>
#include <stdlib.h>

static volatile unsigned total;

static void work_for_ever(void)
{
    unsigned count = 0;
    unsigned square = 0;
    unsigned mixed = 1;
    for (;;) {
        count = count + 1;
        square = count * count;
        mixed = mixed ^ square;
        total = total + mixed;
    }
}

static void dive(int left)
{
    int here = left;
    if (left > 0)
        dive(here - 1);
    else
        work_for_ever();
    total = total + (unsigned)here;
}

int main(int argc, char** argv)
{
    dive(argc > 1 ? atoi(argv[1]) : 5);
    return 0;
}

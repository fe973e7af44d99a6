/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A C program on NetBSD's rump kernel: prints its arguments and environment. Needs the rumprun toolchain. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv)
{
    const char* world = getenv("WORLD");
    printf("Hello, %s!\n", world != NULL ? world : "rump kernel");
    for (int i = 0; i < argc; i++)
        printf("argument %d: %s\n", i, argv[i]);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A C program on Unikraft: prints its arguments. Needs Unikraft's source; UK_ROOT says where it is. */
#include <stdio.h>

int main(int argc, char* argv[])
{
    printf("Hello from Unikraft!\n");
    for (int i = 0; i < argc; i++)
        printf("argument %d: %s\n", i, argv[i]);
    return 0;
}

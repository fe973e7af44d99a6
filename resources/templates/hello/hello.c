/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says hello, and shows what the configuration told this unikernel. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char** argv)
{
    char host[64];
    gethostname(host, sizeof host);

    const char* world = getenv("WORLD");
    printf("Hello, %s! This is %s speaking.\n", world != NULL ? world : "world", host);

    for (int i = 0; i < argc; i++)
        printf("argv[%d] = \"%s\"\n", i, argv[i]);

    return 0;
}

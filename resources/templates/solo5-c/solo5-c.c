/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A C program on Solo5: prints its command line. Needs Solo5's toolchain. */
#include "solo5.h"

static size_t length(const char* text)
{
    size_t n = 0;
    while (text[n] != '\0')
        n++;
    return n;
}

static void print(const char* text)
{
    solo5_console_write(text, length(text));
}

int solo5_app_main(const struct solo5_start_info* start)
{
    print("Hello from Solo5!\ncommand line: ");
    print(start->cmdline);
    print("\n");
    return SOLO5_EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes more than 2 MB of numbered lines without asking whether anyone keeps up. */

#include <sprig/console.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_AT_ONCE = 100, LINE_SIZE = 32 };

int main(int argc, char** argv)
{
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 70000;
    static char block[LINES_AT_ONCE * LINE_SIZE];

    unsigned line = 1;
    while (line <= count) {
        size_t used = 0;
        for (; used < sizeof block && line <= count; line++) {
            char text[LINE_SIZE + 1];
            snprintf(text, sizeof text, "line %07u of %07u, rushed\n", line, count);
            memcpy(block + used, text, LINE_SIZE);
            used += LINE_SIZE;
        }
        sprig_serial_flood(block, used);
    }
    printf("flood: %u lines\n", count);
    return 0;
}

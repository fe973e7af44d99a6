/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says back what is typed on the console, until someone types "quit". */

#include <sprig/console.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv)
{
    const char* prompt = argc > 1 ? argv[1] : "> ";
    char line[256];
    int count = 0;

    printf("Type something; \"quit\" ends this.\n");
    for (;;) {
        printf("%s", prompt);
        size_t length = sprig_read_line(line, sizeof line);
        if (strcmp(line, "quit") == 0)
            break;
        count++;
        printf("%d: %s (%zu bytes)\n", count, line, length);
    }

    printf("Bye after %d lines.\n", count);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <ctype.h>
#include <sprig/console.h>
#include <sprig/platform.h>
#include <sprig/thread.h>
#include <stdbool.h>
#include <stdio.h>

#include "wait.h"

enum { BACKSPACE = '\b', DELETE = 0x7f };

void sprig_console_write(const char* bytes, size_t size)
{
    platform_console_write(bytes, size);
}

void sprig_serial_flood(const char* bytes, size_t size)
{
    platform_console_flood(bytes, size);
}

/* What a break on the line asks for: it works as long as anyone reads the console. */
static void list_threads(void)
{
    static const char* const states[] = {"ready", "running", "sleeping", "blocked", "dead"};
    printf("\n");
    for (const struct sprig_thread* thread = sprig_threads; thread != NULL; thread = thread->next)
        printf("thread %-16s %-8s %s\n", thread->name, states[thread->state],
               thread->wait_for != NULL ? thread->wait_for : "");
}

int getchar(void)
{
    for (;;) {
        int byte = platform_console_read();
        if (byte >= 0)
            return byte;
        if (byte == PLATFORM_BREAK)
            list_threads();
        else
            sprig_wait_for_device("console input", 0);
    }
}

/* A terminal's Enter is CR, a file's line ends in LF, and CR LF is one end, not two. */
static bool ends_line(int byte)
{
    static bool after_return;
    bool second_half = after_return && byte == '\n';
    after_return = byte == '\r';
    return (byte == '\r' || byte == '\n') && !second_half;
}

size_t sprig_read_line(char* line, size_t size)
{
    size_t length = 0;
    for (;;) {
        int byte = getchar();
        if (ends_line(byte))
            break;
        if (byte == BACKSPACE || byte == DELETE) {
            if (length > 0) {
                length--;
                printf("\b \b");
            }
        } else if ((isprint(byte) || byte == '\t' || byte >= 0x80) && length + 1 < size) {
            line[length++] = (char)byte;
            putchar(byte);
        }
    }
    if (size > 0)
        line[length] = '\0';
    putchar('\n');
    return length;
}

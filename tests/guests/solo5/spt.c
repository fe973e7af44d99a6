/* A small image for Solo5's spt tender: what it is known by, an application, and the bindings that it needs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>

__attribute__((section(".note.solo5.abi"), aligned(4), used)) static const struct {
    unsigned name_size, size, type;
    char name[8];
    unsigned target, version;
} abi = {6, 8, 0x31494241 /* "ABI1" */, "Solo5", 2 /* spt */, 2};

static long call(long number, long first, long second, long third)
{
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(first), "S"(second), "d"(third)
                     : "rcx", "r11", "memory");
    return result;
}

static void say(const char* text)
{
    size_t size = 0;
    while (text[size] != '\0') {
        ++size;
    }
    call(1 /* write */, 1, (long)text, (long)size);
}

int sum = 0;

int add(int number)
{
    sum += number;
    return sum;
}

int solo5_app_main(const char* command_line)
{
    say("Command line is: '");
    say(command_line);
    say("'\n");
    for (int number = 1; number <= 4; ++number) {
        add(number);
    }
    return sum == 10 ? 0 : 1;
}

__attribute__((noreturn)) void _start(const char* command_line)
{
    say("Solo5: Bindings version v0.12.1\n");
    const int status = solo5_app_main(command_line);
    say(status == 0 ? "Solo5: solo5_exit(0) called\n" : "Solo5: solo5_exit(1) called\n");
    for (;;) {
        call(231 /* exit_group */, status, 0, 0);
    }
}

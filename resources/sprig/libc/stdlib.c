/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <ctype.h>
#include <sprig/config.h>
#include <sprig/program.h>
#include <sprig/thread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char* getenv(const char* name)
{
    size_t length = strlen(name);
    for (int i = 0; i < sprig_config.environment_count; i++) {
        char* entry = sprig_config.environment[i];
        if (strncmp(entry, name, length) == 0 && entry[length] == '=')
            return entry + length + 1;
    }
    return NULL;
}

_Noreturn void exit(int status)
{
    sprig_program_exit(status);
}

_Noreturn void abort(void)
{
    __builtin_trap();
}

unsigned sleep(unsigned seconds)
{
    sprig_sleep_ms(seconds * UINT64_C(1000));
    return 0;
}

int gethostname(char* name, size_t size)
{
    return strlcpy(name, sprig_config.hostname, size) < size ? 0 : -1;
}

static unsigned digit_value(char c)
{
    if (isdigit(c))
        return (unsigned)(c - '0');
    return isalpha(c) ? (unsigned)(tolower(c) - 'a') + 10 : UINT32_MAX;
}

unsigned long strtoul(const char* text, char** end, int base)
{
    while (isspace(*text))
        text++;
    bool hexadecimal = text[0] == '0' && tolower(text[1]) == 'x' && digit_value(text[2]) < 16;
    if (hexadecimal && (base == 0 || base == 16))
        text += 2;
    unsigned radix = base != 0 ? (unsigned)base : hexadecimal ? 16 : 10;

    unsigned long value = 0;
    bool overflow = false;
    for (; digit_value(*text) < radix; text++) {
        overflow |= __builtin_mul_overflow(value, radix, &value);
        overflow |= __builtin_add_overflow(value, digit_value(*text), &value);
    }
    if (end != NULL)
        *end = (char*)(uintptr_t)text;
    return overflow ? UINT64_MAX : value;
}

int atoi(const char* text)
{
    while (isspace(*text))
        text++;
    bool negative = *text == '-';
    int magnitude = (int)strtoul(text + negative, NULL, 10);
    return negative ? -magnitude : magnitude;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formatted text to the console, and single characters from it. */
#ifndef SPRIG_STDIO_H
#define SPRIG_STDIO_H

#include <stdarg.h>
#include <stddef.h>

#define EOF (-1)

/* Conversions: d i u x X p s c %, with the flags - and 0, width, precision, hh h l ll z. */
int printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
int vprintf(const char* format, va_list arguments) __attribute__((format(printf, 1, 0)));
int snprintf(char* buffer, size_t size, const char* format, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char* buffer, size_t size, const char* format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

int putchar(int character);
int puts(const char* text);
int getchar(void);

#endif

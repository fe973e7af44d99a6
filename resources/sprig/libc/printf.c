/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <ctype.h>
#include <sprig/console.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Where formatted text goes: into memory as far as it fits, or through it to the console. */
struct sink {
    char* buffer;
    size_t size;
    size_t used;
    size_t total;
    bool to_console;
};

struct conversion {
    bool left;
    bool zeros;
    bool has_precision;
    int width;
    int precision;
    int longs; /* of the argument: -2 char, -1 short, 0 int, 1 and more 64 bits */
    char kind;
};

static void flush(struct sink* sink)
{
    sprig_console_write(sink->buffer, sink->used);
    sink->used = 0;
}

static void put(struct sink* sink, char character)
{
    sink->total++;
    if (sink->to_console && sink->used == sink->size)
        flush(sink);
    if (sink->used < sink->size)
        sink->buffer[sink->used++] = character;
}

static void put_many(struct sink* sink, char character, int count)
{
    while (count-- > 0)
        put(sink, character);
}

static void put_padded(struct sink* sink, const struct conversion* c, const char* text, int length)
{
    int padding = c->width - length;
    if (!c->left)
        put_many(sink, ' ', padding);
    for (int i = 0; i < length; i++)
        put(sink, text[i]);
    if (c->left)
        put_many(sink, ' ', padding);
}

static void put_string(struct sink* sink, const struct conversion* c, const char* text)
{
    if (text == NULL)
        text = "(null)";
    size_t limit = c->has_precision ? (size_t)c->precision : INT32_MAX;
    put_padded(sink, c, text, (int)strnlen(text, limit));
}

static void put_number(struct sink* sink, const struct conversion* c, uint64_t value, const char* prefix)
{
    unsigned base = c->kind == 'x' || c->kind == 'X' || c->kind == 'p' ? 16 : 10;
    const char* digits = c->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24];
    int length = 0;
    for (; value != 0; value /= base)
        text[length++] = digits[value % base];

    int signs = (int)strlen(prefix);
    int least = c->has_precision ? c->precision : 1;
    if (c->zeros && !c->left && !c->has_precision)
        least = c->width - signs;
    int zeros = least > length ? least - length : 0;
    int padding = c->width - signs - zeros - length;

    if (!c->left)
        put_many(sink, ' ', padding);
    while (*prefix != '\0')
        put(sink, *prefix++);
    put_many(sink, '0', zeros);
    while (length > 0)
        put(sink, text[--length]);
    if (c->left)
        put_many(sink, ' ', padding);
}

static int64_t signed_argument(const struct conversion* c, va_list* arguments)
{
    if (c->longs > 0)
        return va_arg(*arguments, int64_t);
    int value = va_arg(*arguments, int);
    if (c->longs == -1)
        return (short)value;
    return c->longs == -2 ? (signed char)value : value;
}

static uint64_t unsigned_argument(const struct conversion* c, va_list* arguments)
{
    if (c->longs > 0)
        return va_arg(*arguments, uint64_t);
    unsigned value = va_arg(*arguments, unsigned);
    if (c->longs == -1)
        return (unsigned short)value;
    return c->longs == -2 ? (unsigned char)value : value;
}

static void convert(struct sink* sink, const struct conversion* c, va_list* arguments)
{
    switch (c->kind) {
    case 'd':
    case 'i': {
        int64_t value = signed_argument(c, arguments);
        put_number(sink, c, value < 0 ? -(uint64_t)value : (uint64_t)value, value < 0 ? "-" : "");
        break;
    }
    case 'u':
    case 'x':
    case 'X': put_number(sink, c, unsigned_argument(c, arguments), ""); break;
    case 'p': put_number(sink, c, (uintptr_t)va_arg(*arguments, void*), "0x"); break;
    case 's': put_string(sink, c, va_arg(*arguments, const char*)); break;
    case 'c': {
        char character = (char)va_arg(*arguments, int);
        put_padded(sink, c, &character, 1);
        break;
    }
    default: put(sink, '%'); put(sink, c->kind);
    }
}

static int number(const char** format, va_list* arguments)
{
    if (**format == '*') {
        (*format)++;
        return va_arg(*arguments, int);
    }
    int value = 0;
    while (isdigit(**format) && value < 10000)
        value = value * 10 + *(*format)++ - '0';
    return value;
}

/* Reads what follows a % and returns the place after it. */
static const char* parse(const char* format, struct conversion* c, va_list* arguments)
{
    *c = (struct conversion){0};
    for (; *format == '-' || *format == '0'; format++) {
        c->left |= *format == '-';
        c->zeros |= *format == '0';
    }
    c->width = number(&format, arguments);
    if (c->width < 0) {
        c->left = true;
        c->width = -c->width;
    }
    if (*format == '.') {
        format++;
        c->precision = number(&format, arguments);
        c->has_precision = c->precision >= 0;
    }
    for (; *format == 'h'; format++)
        c->longs--;
    for (; *format == 'l' || *format == 'z'; format++)
        c->longs++;
    c->kind = *format;
    return c->kind == '\0' ? format : format + 1;
}

static void format_to(struct sink* sink, const char* format, va_list* arguments)
{
    while (*format != '\0') {
        if (*format != '%') {
            put(sink, *format++);
        } else if (format[1] == '%') {
            put(sink, '%');
            format += 2;
        } else {
            struct conversion conversion;
            format = parse(format + 1, &conversion, arguments);
            if (conversion.kind != '\0')
                convert(sink, &conversion, arguments);
        }
    }
}

int vsnprintf(char* buffer, size_t size, const char* format, va_list arguments)
{
    struct sink sink = {.buffer = buffer, .size = size > 0 ? size - 1 : 0};
    va_list copy;
    va_copy(copy, arguments);
    format_to(&sink, format, &copy);
    va_end(copy);
    if (size > 0)
        buffer[sink.used] = '\0';
    return (int)sink.total;
}

int snprintf(char* buffer, size_t size, const char* format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int vprintf(const char* format, va_list arguments)
{
    char buffer[128];
    struct sink sink = {.buffer = buffer, .size = sizeof buffer, .to_console = true};
    va_list copy;
    va_copy(copy, arguments);
    format_to(&sink, format, &copy);
    va_end(copy);
    flush(&sink);
    return (int)sink.total;
}

int printf(const char* format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vprintf(format, arguments);
    va_end(arguments);
    return length;
}

int putchar(int character)
{
    char byte = (char)character;
    sprig_console_write(&byte, 1);
    return character;
}

int puts(const char* text)
{
    return printf("%s\n", text);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>
#include <string.h>

/* The string instructions keep these short; on today's processors they are fast as well. */
void* memcpy(void* restrict to, const void* restrict from, size_t size)
{
    void* start = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
    return start;
}

void* memset(void* to, int byte, size_t size)
{
    void* start = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
    return start;
}

void* memmove(void* to, const void* from, size_t size)
{
    char* target = to;
    const char* source = from;
    if ((uintptr_t)target - (uintptr_t)source >= size)
        return memcpy(to, from, size);
    while (size-- > 0)
        target[size] = source[size];
    return to;
}

int memcmp(const void* left, const void* right, size_t size)
{
    const unsigned char *l = left, *r = right;
    for (size_t i = 0; i < size; i++)
        if (l[i] != r[i])
            return l[i] - r[i];
    return 0;
}

size_t strnlen(const char* text, size_t limit)
{
    size_t length = 0;
    while (length < limit && text[length] != '\0')
        length++;
    return length;
}

size_t strlen(const char* text)
{
    return strnlen(text, SIZE_MAX);
}

int strncmp(const char* left, const char* right, size_t limit)
{
    for (size_t i = 0; i < limit; i++) {
        if (left[i] != right[i])
            return (unsigned char)left[i] - (unsigned char)right[i];
        if (left[i] == '\0')
            break;
    }
    return 0;
}

int strcmp(const char* left, const char* right)
{
    return strncmp(left, right, SIZE_MAX);
}

char* strchr(const char* text, int character)
{
    for (;; text++) {
        if (*text == (char)character)
            return (char*)(uintptr_t)text;
        if (*text == '\0')
            return NULL;
    }
}

size_t strlcpy(char* restrict to, const char* restrict from, size_t size)
{
    size_t length = strlen(from);
    if (size > 0) {
        size_t fits = length < size ? length : size - 1;
        memcpy(to, from, fits);
        to[fits] = '\0';
    }
    return length;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes and strings in memory. */
#ifndef SPRIG_STRING_H
#define SPRIG_STRING_H

#include <stddef.h>

void* memcpy(void* restrict to, const void* restrict from, size_t size);
void* memmove(void* to, const void* from, size_t size);
void* memset(void* to, int byte, size_t size);
int memcmp(const void* left, const void* right, size_t size);

size_t strlen(const char* text);
size_t strnlen(const char* text, size_t limit);
int strcmp(const char* left, const char* right);
int strncmp(const char* left, const char* right, size_t limit);
char* strchr(const char* text, int character);

/* Copies what fits and always ends it with a NUL; returns the length of `from`. */
size_t strlcpy(char* restrict to, const char* restrict from, size_t size);

#endif

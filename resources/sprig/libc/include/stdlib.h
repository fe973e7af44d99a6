/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's surroundings: environment, ending, numbers from text, memory. */
#ifndef SPRIG_STDLIB_H
#define SPRIG_STDLIB_H

#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

char* getenv(const char* name);
_Noreturn void exit(int status);
_Noreturn void abort(void);

int atoi(const char* text);
unsigned long strtoul(const char* text, char** end, int base);

void* malloc(size_t size);
void* calloc(size_t count, size_t size);
void free(void* memory);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The console: text out, lines in. */
#ifndef SPRIG_CONSOLE_H
#define SPRIG_CONSOLE_H

#include <stddef.h>

void sprig_console_write(const char* bytes, size_t size);

/* Writes without waiting for the device, as fast as the processor can. */
void sprig_serial_flood(const char* bytes, size_t size);

/*
 * Waits for one line, echoing what is typed and honouring backspace. The line comes
 * without its end and is cut to what fits. Returns its length.
 */
size_t sprig_read_line(char* line, size_t size);

#endif

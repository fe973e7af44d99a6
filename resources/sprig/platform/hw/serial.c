/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/platform.h>

#include "hw.h"
#include "io.h"

/* The first serial port, a 16550. Lines end in LF alone: a terminal adds its own CR. */
enum {
    COM1 = 0x3f8,
    DATA = COM1,
    INTERRUPT_ENABLE = COM1 + 1,
    FIFO_CONTROL = COM1 + 2,
    LINE_CONTROL = COM1 + 3,
    MODEM_CONTROL = COM1 + 4,
    LINE_STATUS = COM1 + 5,
};

enum { DATA_READY = 0x01, BREAK = 0x10, TRANSMITTER_EMPTY = 0x20, FIFO_SIZE = 16 };

void hw_serial_start(void)
{
    out8(INTERRUPT_ENABLE, 0);
    out8(LINE_CONTROL, 0x80); /* the next two set the divisor: 115200 baud */
    out8(DATA, 1);
    out8(INTERRUPT_ENABLE, 0);
    out8(LINE_CONTROL, 0x03); /* 8 bits, no parity, one stop bit */
    out8(FIFO_CONTROL, 0x01);
    out8(MODEM_CONTROL, 0x0b); /* ready, and let interrupts out */
}

void hw_serial_interrupts_on(void)
{
    out8(INTERRUPT_ENABLE, 1);
}

void platform_console_write(const char* bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (i % FIFO_SIZE == 0)
            while ((in8(LINE_STATUS) & TRANSMITTER_EMPTY) == 0)
                __builtin_ia32_pause();
        out8(DATA, (uint8_t)bytes[i]);
    }
}

void platform_console_flood(const char* bytes, size_t size)
{
    __asm__ volatile("rep outsb" : "+S"(bytes), "+c"(size) : "d"(DATA) : "memory");
}

int platform_console_read(void)
{
    uint8_t status = in8(LINE_STATUS);
    bool absent = status == 0xff;
    if (absent || !(status & DATA_READY))
        return PLATFORM_NO_INPUT;
    int byte = in8(DATA); /* of a break, a zero that nobody typed */
    return status & BREAK ? PLATFORM_BREAK : byte;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/platform.h>
#include <string.h>

#include "xen.h"

/* The console is a page shared with a daemon on the host. Lines end in LF alone. */
static struct xen_console* console;

static const uint64_t DRAIN_PATIENCE = 1000000000; /* nanoseconds */

static bool has_room(void)
{
    return console->out_produced - console->out_consumed < XEN_CONSOLE_OUT;
}

static bool is_empty(void)
{
    return console->out_produced == console->out_consumed;
}

void xen_console_start(void)
{
    console = xen_page_of(xen_start->console_frame);
    xen_event_allow(xen_start->console_port);
}

/* Nothing is lost: a ring that is full is waited for. */
void platform_console_write(const char* bytes, size_t size)
{
    while (size > 0) {
        if (!has_room()) {
            xen_event_send(xen_start->console_port);
            xen_wait_until(has_room, xen_start->console_port, UINT64_MAX);
        }
        uint32_t produced = console->out_produced, at = produced % XEN_CONSOLE_OUT;
        size_t part = XEN_CONSOLE_OUT - (produced - console->out_consumed);
        if (part > XEN_CONSOLE_OUT - at)
            part = XEN_CONSOLE_OUT - at;
        if (part > size)
            part = size;
        memcpy(console->out + at, bytes, part);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        console->out_produced = produced + (uint32_t)part;
        bytes += part;
        size -= part;
    }
    xen_event_send(xen_start->console_port);
}

/* There is no way to be faster than the ring. */
void platform_console_flood(const char* bytes, size_t size)
{
    platform_console_write(bytes, size);
}

int platform_console_read(void)
{
    uint32_t consumed = console->in_consumed;
    if (consumed == console->in_produced)
        return PLATFORM_NO_INPUT;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    int byte = (uint8_t)console->in[consumed % XEN_CONSOLE_IN];
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    console->in_consumed = consumed + 1;
    xen_event_send(xen_start->console_port);
    return byte;
}

void xen_console_drain(void)
{
    xen_wait_until(is_empty, xen_start->console_port, platform_clock_ns() + DRAIN_PATIENCE);
}

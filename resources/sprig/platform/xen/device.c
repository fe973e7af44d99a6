/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "device.h"

#include <kernel/wait.h>
#include <sprig/memory.h>
#include <sprig/platform.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xen.h"

static const uint64_t DRIVER_PATIENCE = 5000000000; /* nanoseconds */

static bool read_node(const char* folder, const char* name, char* value, size_t size)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const char* found = xen_store_read(path);
    if (found != NULL)
        strlcpy(value, found, size);
    return found != NULL;
}

static uint64_t read_number(const char* folder, const char* name)
{
    char value[24];
    return read_node(folder, name, value, sizeof value) ? strtoul(value, NULL, 10) : 0;
}

bool xen_device_read(const struct xen_device* device, const char* name, char* value, size_t size)
{
    return read_node(device->path, name, value, size);
}

uint64_t xen_device_told(const struct xen_device* device, const char* name)
{
    return read_number(device->backend, name);
}

void xen_device_write(const struct xen_device* device, const char* name, uint64_t value)
{
    char path[96], text[24];
    snprintf(path, sizeof path, "%s/%s", device->path, name);
    snprintf(text, sizeof text, "%lu", value);
    xen_store_write(path, text);
}

bool xen_device_await(const struct xen_device* device, unsigned state)
{
    uint64_t until = platform_clock_ns() + DRIVER_PATIENCE;
    bool in_time = true;
    while (xen_device_told(device, "state") != state && in_time)
        in_time = sprig_wait_for_device("a driver on the host", until);
    return in_time;
}

bool xen_device_find(struct xen_device* device, const char* path)
{
    strlcpy(device->path, path, sizeof device->path);
    if (!xen_device_read(device, "backend", device->backend, sizeof device->backend))
        return false;
    device->domain = (uint16_t)read_number(device->path, "backend-id");

    char state[96];
    snprintf(state, sizeof state, "%s/state", device->backend);
    struct xen_alloc_unbound unbound = {.domain = XEN_SELF, .remote = device->domain};
    if (!xen_store_watch(state) || !xen_device_await(device, XEN_DEVICE_WAITS) ||
        xen_call(XEN_EVENT_CHANNEL_OP, XEN_EVENT_ALLOC_UNBOUND, (uintptr_t)&unbound, 0) != 0)
        return false;
    device->port = unbound.port;
    xen_event_allow(device->port);
    xen_device_write(device, "event-channel", device->port);
    return true;
}

/* The first page of the table, mapped where this is: more grants than we ever need. */
static struct xen_grant_entry grants[SPRIG_PAGE_SIZE / sizeof(struct xen_grant_entry)]
    __attribute__((aligned(SPRIG_PAGE_SIZE)));

static void map_grants(void)
{
    uint64_t frame = 0;
    struct xen_setup_table setup = {.domain = XEN_SELF, .count = 1, .frames = &frame};
    xen_call(XEN_GRANT_TABLE_OP, XEN_GRANT_SETUP_TABLE, (uintptr_t)&setup, 1);
    xen_map_page((uintptr_t)grants, frame * SPRIG_PAGE_SIZE | XEN_PAGE_PRESENT | XEN_PAGE_WRITABLE);
}

uint32_t xen_grant(const struct xen_device* device, const void* page, enum xen_grant how)
{
    static uint32_t next;
    if (next == 0) {
        map_grants();
        next = XEN_GRANTS_RESERVED;
    }
    grants[next].domain = device->domain;
    grants[next].frame = (uint32_t)(xen_machine_address((uintptr_t)page) / SPRIG_PAGE_SIZE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    grants[next].flags = (uint16_t)(XEN_GRANT_ACCESS | how);
    return next++;
}

bool xen_ring_start(struct xen_ring_end* end, const struct xen_device* device, const char* name)
{
    end->ring = sprig_pages_allocate(1);
    if (end->ring == NULL)
        return false;
    end->ring->request_event = end->ring->answer_event = 1;
    xen_device_write(device, name, xen_grant(device, end->ring, XEN_MAY_WRITE));
    return true;
}

void xen_ring_push(struct xen_ring_end* end, const struct xen_device* device)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    end->ring->requests++;
    xen_event_send(device->port);
}

bool xen_ring_has_answer(struct xen_ring_end* end)
{
    if (end->ring->answers == end->seen) {
        end->ring->answer_event = end->seen + 1;
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    }
    bool has = end->ring->answers != end->seen;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return has;
}

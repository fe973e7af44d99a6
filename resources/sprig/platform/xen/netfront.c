/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <kernel/wait.h>
#include <net/netdev.h>
#include <sprig/memory.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

enum { BUFFERS = 16, PLACES = 256 };

/* xen/include/public/io/netif.h */
struct send_request {
    uint32_t grant;
    uint16_t offset, flags;
    uint16_t id, size;
};
union receive_place {
    struct {
        uint16_t id, reserved;
        uint32_t grant;
    } request;
    struct {
        uint16_t id, offset, flags;
        int16_t size; /* negative: an error */
    } answer;
};

static struct xen_device device;
static struct xen_ring_end send_end, receive_end;
static struct buffer {
    char* page;
    uint32_t grant;
} send_buffers[BUFFERS], receive_buffers[BUFFERS];
static uint8_t address[ETHERNET_ADDRESS];
static uint16_t received;

static struct send_request* send_place(uint32_t number)
{
    return &((struct send_request*)(send_end.ring + 1))[number % PLACES];
}

static union receive_place* receive_place(uint32_t number)
{
    return &((union receive_place*)(receive_end.ring + 1))[number % PLACES];
}

static bool start_buffers(struct buffer* buffers, enum xen_grant how)
{
    for (int i = 0; i < BUFFERS; i++) {
        buffers[i].page = sprig_pages_allocate(1);
        if (buffers[i].page == NULL)
            return false;
        buffers[i].grant = xen_grant(&device, buffers[i].page, how);
    }
    return true;
}

static void give_receive_buffer(uint16_t buffer)
{
    union receive_place* place = receive_place(receive_end.ring->requests);
    place->request.id = buffer;
    place->request.grant = receive_buffers[buffer].grant;
    xen_ring_push(&receive_end, &device);
}

static bool read_address(void)
{
    char text[24];
    if (!xen_device_read(&device, "mac", text, sizeof text))
        return false;
    char* at = text;
    for (unsigned i = 0; i < sizeof address; i++) {
        address[i] = (uint8_t)strtoul(at, &at, 16);
        at += *at == ':';
    }
    return true;
}

bool netdev_start(void)
{
    if (!xen_device_find(&device, "device/vif/0") || !read_address() ||
        !xen_ring_start(&send_end, &device, "tx-ring-ref") ||
        !xen_ring_start(&receive_end, &device, "rx-ring-ref") || !start_buffers(send_buffers, XEN_MAY_READ) ||
        !start_buffers(receive_buffers, XEN_MAY_WRITE))
        return false;
    xen_device_write(&device, "request-rx-copy", 1);
    xen_device_write(&device, "feature-rx-notify", 1);
    xen_device_write(&device, "feature-no-csum-offload", 1);
    for (uint16_t buffer = 0; buffer < BUFFERS; buffer++)
        give_receive_buffer(buffer);
    xen_device_write(&device, "state", XEN_DEVICE_CONNECTED);
    return xen_device_await(&device, XEN_DEVICE_CONNECTED);
}

const char* netdev_place(void)
{
    return "xen-vif at device/vif/0";
}

const uint8_t* netdev_address(void)
{
    return address;
}

/* What is sent is copied in order, so the buffers are simply used in turn. */
void netdev_send(const void* frame, size_t size)
{
    if (size > FRAME_MAX)
        return;
    uint32_t number = send_end.ring->requests;
    for (;;) {
        while (xen_ring_has_answer(&send_end))
            send_end.seen++;
        if (number - send_end.seen < BUFFERS)
            break;
        sprig_wait_for_device("room to send", 0);
        number = send_end.ring->requests;
    }
    const struct buffer* buffer = &send_buffers[number % BUFFERS];
    memcpy(buffer->page, frame, size);
    *send_place(number) = (struct send_request){
        .grant = buffer->grant,
        .id = (uint16_t)(number % BUFFERS),
        .size = (uint16_t)size,
    };
    xen_ring_push(&send_end, &device);
}

const void* netdev_receive(size_t* size)
{
    while (xen_ring_has_answer(&receive_end)) {
        const union receive_place* place = receive_place(receive_end.seen++);
        size_t offset = place->answer.offset;
        received = place->answer.id % BUFFERS;
        if (place->answer.size > 0 && offset + (size_t)place->answer.size <= SPRIG_PAGE_SIZE) {
            *size = (size_t)place->answer.size;
            return receive_buffers[received].page + offset;
        }
        give_receive_buffer(received);
    }
    return NULL;
}

void netdev_release(void)
{
    give_receive_buffer(received);
}

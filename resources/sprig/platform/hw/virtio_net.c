/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <kernel/wait.h>
#include <net/netdev.h>
#include <sprig/memory.h>
#include <stdio.h>
#include <string.h>

#include "virtio.h"

enum { RECEIVE_QUEUE, SEND_QUEUE, BUFFERS = 16, BUFFER_SIZE = 2048 };
enum { FEATURE_ADDRESS = 5 };

/* A header that says "nothing special" stands before each frame; it has grown over time. */
enum { HEADER_OLD = 10, HEADER_MODERN = 12 };

static struct virtio_device device;
static struct virtio_queue receive_queue, send_queue;
static char *receive_buffers, *send_buffers;
static size_t header_size;
static uint8_t address[ETHERNET_ADDRESS];
static unsigned sending;
static uint16_t received;

static void give_receive_buffer(uint16_t buffer)
{
    receive_queue.descriptors[buffer] = (struct virtio_descriptor){
        .address = (uintptr_t)receive_buffers + buffer * (uintptr_t)BUFFER_SIZE,
        .length = BUFFER_SIZE,
        .flags = VIRTIO_DEVICE_WRITES,
    };
    virtio_queue_give(&device, &receive_queue, buffer);
}

static bool start_queues(void)
{
    size_t pages = BUFFERS * BUFFER_SIZE / SPRIG_PAGE_SIZE;
    receive_buffers = sprig_pages_allocate(pages);
    send_buffers = sprig_pages_allocate(pages);
    return receive_buffers != NULL && send_buffers != NULL &&
           virtio_queue_start(&device, &receive_queue, RECEIVE_QUEUE) &&
           virtio_queue_start(&device, &send_queue, SEND_QUEUE) && receive_queue.size >= BUFFERS &&
           send_queue.size >= BUFFERS;
}

bool netdev_start(void)
{
    if (!virtio_find(&device, VIRTIO_NETWORK, 0))
        return false;
    virtio_negotiate(&device, 1 << FEATURE_ADDRESS | 1 << VIRTIO_ANY_LAYOUT);
    header_size = device.modern ? HEADER_MODERN : HEADER_OLD;
    for (unsigned i = 0; i < sizeof address; i++)
        address[i] = device.transport->config(&device, i);
    if (!start_queues())
        return false;
    virtio_device_start(&device);
    for (uint16_t buffer = 0; buffer < BUFFERS; buffer++)
        give_receive_buffer(buffer);
    return true;
}

const char* netdev_place(void)
{
    static char place[40];
    snprintf(place, sizeof place, "virtio-net at %s", device.place);
    return place;
}

const uint8_t* netdev_address(void)
{
    return address;
}

/* The card sends in order, so the buffers are simply used in turn. */
static uint16_t next_send_buffer(void)
{
    static uint16_t next;
    uint16_t head;
    uint32_t length;
    for (;;) {
        while (sending > 0 && virtio_queue_take(&send_queue, &head, &length))
            sending--;
        if (sending < BUFFERS)
            return next++ % BUFFERS;
        sprig_wait_for_device("room to send", 0);
    }
}

void netdev_send(const void* frame, size_t size)
{
    if (size > FRAME_MAX)
        return;
    uint16_t buffer = next_send_buffer();
    char* start = send_buffers + buffer * (size_t)BUFFER_SIZE;
    memset(start, 0, header_size);
    memcpy(start + header_size, frame, size);
    send_queue.descriptors[buffer] = (struct virtio_descriptor){
        .address = (uintptr_t)start,
        .length = (uint32_t)(header_size + size),
    };
    sending++;
    virtio_queue_give(&device, &send_queue, buffer);
}

const void* netdev_receive(size_t* size)
{
    uint32_t length;
    while (virtio_queue_take(&receive_queue, &received, &length)) {
        received %= BUFFERS;
        if (length > header_size && length <= BUFFER_SIZE) {
            *size = length - header_size;
            return receive_buffers + received * (size_t)BUFFER_SIZE + header_size;
        }
        give_receive_buffer(received);
    }
    return NULL;
}

void netdev_release(void)
{
    give_receive_buffer(received);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "virtio.h"

#include <sprig/memory.h>

enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };
enum { RUNNING_MAX = 8 };

static struct virtio_device* running[RUNNING_MAX];
static size_t running_count;

bool virtio_find(struct virtio_device* device, unsigned type, unsigned number)
{
    if (!virtio_pci_find(device, type, number) && !virtio_mmio_find(device, type, number))
        return false;
    device->transport->set_status(device, 0);
    device->transport->set_status(device, ACKNOWLEDGE | DRIVER);
    return true;
}

uint64_t virtio_negotiate(struct virtio_device* device, uint64_t wanted)
{
    if (device->modern)
        wanted |= UINT64_C(1) << VIRTIO_VERSION_1;
    uint64_t features = device->transport->features(device) & wanted;
    device->transport->set_features(device, features);
    if (device->modern)
        device->transport->set_status(device, ACKNOWLEDGE | DRIVER | FEATURES_OK);
    return features;
}

/* The layout is the one that devices from before the standard insist on. */
bool virtio_queue_start(struct virtio_device* device, struct virtio_queue* queue, uint16_t index)
{
    uint16_t size = device->transport->queue_size(device, index);
    if (size == 0 || size > 4 * VIRTIO_QUEUE_MAX)
        return false;
    size_t first = size * sizeof *queue->descriptors + 6 + 2 * (size_t)size;
    size_t second = 6 + 8 * (size_t)size;
    size_t first_pages = (first + SPRIG_PAGE_SIZE - 1) / SPRIG_PAGE_SIZE;
    size_t second_pages = (second + SPRIG_PAGE_SIZE - 1) / SPRIG_PAGE_SIZE;
    char* memory = sprig_pages_allocate(first_pages + second_pages);
    if (memory == NULL)
        return false;
    *queue = (struct virtio_queue){
        .index = index,
        .size = size,
        .descriptors = (void*)memory,
        .available = (void*)(memory + size * sizeof *queue->descriptors),
        .used = (void*)(memory + first_pages * SPRIG_PAGE_SIZE),
    };
    device->transport->set_queue(device, queue);
    return true;
}

void virtio_device_start(struct virtio_device* device)
{
    uint8_t status = device->transport->status(device);
    device->transport->set_status(device, status | DRIVER_OK);
    if (running_count < RUNNING_MAX)
        running[running_count++] = device;
}

void virtio_queue_give(struct virtio_device* device, struct virtio_queue* queue, uint16_t head)
{
    uint16_t index = queue->available->index;
    queue->available->ring[index % queue->size] = head;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    queue->available->index = (uint16_t)(index + 1);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    device->transport->notify(device, queue->index);
}

bool virtio_queue_take(struct virtio_queue* queue, uint16_t* head, uint32_t* length)
{
    if (queue->seen == queue->used->index)
        return false;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    uint16_t slot = queue->seen++ % queue->size;
    *head = (uint16_t)(queue->used->ring[slot].id % queue->size);
    *length = queue->used->ring[slot].length;
    return true;
}

void virtio_acknowledge_all(void)
{
    bool any;
    do {
        any = false;
        for (size_t i = 0; i < running_count; i++)
            any |= running[i]->transport->acknowledge(running[i]);
    } while (any);
}

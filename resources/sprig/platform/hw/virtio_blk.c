/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <block/blockdev.h>
#include <kernel/wait.h>
#include <sprig/config.h>
#include <sprig/memory.h>
#include <sprig/thread.h>
#include <stdio.h>
#include <string.h>

#include "virtio.h"

enum { READ = 0, STATUS_OK = 0, STATUS_NONE = 0xff };

/* What the device reads and writes; the page gives it an address that is also physical. */
struct request {
    struct {
        uint32_t type, reserved;
        uint64_t sector;
    } header;
    uint8_t status;
    uint8_t data[SPRIG_PAGE_SIZE];
};

static struct disk {
    struct virtio_device device;
    struct virtio_queue queue;
    struct sprig_semaphore idle; /* one request at a time */
    struct request* request;
    uint64_t sectors;
    char place[40];
} disks[SPRIG_DISKS_MAX];

bool blockdev_start(unsigned number)
{
    struct disk* disk = &disks[number];
    if (!virtio_find(&disk->device, VIRTIO_BLOCK, number))
        return false;
    virtio_negotiate(&disk->device, 1 << VIRTIO_ANY_LAYOUT);
    for (unsigned i = 0; i < sizeof disk->sectors; i++)
        disk->sectors |= (uint64_t)disk->device.transport->config(&disk->device, i) << 8 * i;
    disk->request = sprig_pages_allocate(2);
    if (disk->request == NULL || !virtio_queue_start(&disk->device, &disk->queue, 0) || disk->queue.size < 3)
        return false;
    virtio_device_start(&disk->device);
    disk->idle = (struct sprig_semaphore){.name = "the disk to be idle", .count = 1};
    snprintf(disk->place, sizeof disk->place, "virtio-blk at %s", disk->device.place);
    return true;
}

const char* blockdev_place(unsigned number)
{
    return disks[number].place;
}

uint64_t blockdev_sectors(unsigned number)
{
    return disks[number].sectors;
}

static bool perform(struct disk* disk, uint64_t sector, uint32_t size)
{
    struct request* request = disk->request;
    request->header.type = READ;
    request->header.sector = sector;
    request->status = STATUS_NONE;
    struct virtio_descriptor* parts = disk->queue.descriptors;
    parts[0] =
        (struct virtio_descriptor){(uintptr_t)&request->header, sizeof request->header, VIRTIO_NEXT, 1};
    parts[1] =
        (struct virtio_descriptor){(uintptr_t)request->data, size, VIRTIO_NEXT | VIRTIO_DEVICE_WRITES, 2};
    parts[2] = (struct virtio_descriptor){(uintptr_t)&request->status, 1, VIRTIO_DEVICE_WRITES, 0};
    virtio_queue_give(&disk->device, &disk->queue, 0);

    uint16_t head;
    uint32_t length;
    while (!virtio_queue_take(&disk->queue, &head, &length))
        sprig_wait_for_device("the disk", 0);
    return *(volatile uint8_t*)&request->status == STATUS_OK;
}

bool blockdev_read(unsigned number, uint64_t sector, void* data, uint32_t size)
{
    struct disk* disk = &disks[number];
    uint64_t sectors = size / SECTOR_SIZE;
    if (size > sizeof disk->request->data || size % SECTOR_SIZE != 0 || sector > disk->sectors ||
        sectors > disk->sectors - sector)
        return false;
    sprig_semaphore_wait(&disk->idle);
    bool good = perform(disk, sector, size);
    if (good)
        memcpy(data, disk->request->data, size);
    sprig_semaphore_post(&disk->idle);
    return good;
}

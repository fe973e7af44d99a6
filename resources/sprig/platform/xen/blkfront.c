/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <block/blockdev.h>
#include <kernel/wait.h>
#include <sprig/config.h>
#include <sprig/memory.h>
#include <sprig/thread.h>
#include <stdio.h>
#include <string.h>

#include "device.h"

/* The number of xvda among all kinds of disks, and how many each takes for its partitions. */
enum { FIRST_DISK = 202 << 8, NUMBERS_A_DISK = 16 };

/* xen/include/public/io/blkif.h */
enum { READ = 0, STATUS_OK = 0, PLACES = 32 };
union place {
    struct {
        uint8_t operation, segments;
        uint16_t handle;
        uint64_t id;
        uint64_t sector;
        struct {
            uint32_t grant;
            uint8_t first, last; /* sectors of the page */
        } pages[11];
    } request;
    struct {
        uint64_t id;
        uint8_t operation;
        int16_t status;
    } answer;
};

static struct disk {
    struct xen_device device;
    struct xen_ring_end end;
    struct sprig_semaphore idle; /* one request at a time */
    char* page;
    uint32_t grant;
    uint64_t sectors;
    char place[48];
} disks[SPRIG_DISKS_MAX];

static union place* place_of(const struct disk* disk, uint32_t number)
{
    return &((union place*)(disk->end.ring + 1))[number % PLACES];
}

bool blockdev_start(unsigned number)
{
    struct disk* disk = &disks[number];
    char path[32];
    snprintf(path, sizeof path, "device/vbd/%u", FIRST_DISK + number * NUMBERS_A_DISK);
    if (!xen_device_find(&disk->device, path) || !xen_ring_start(&disk->end, &disk->device, "ring-ref"))
        return false;
    disk->page = sprig_pages_allocate(1);
    if (disk->page == NULL)
        return false;
    disk->grant = xen_grant(&disk->device, disk->page, XEN_MAY_WRITE);
    xen_device_write(&disk->device, "state", XEN_DEVICE_INITIALISED);
    if (!xen_device_await(&disk->device, XEN_DEVICE_CONNECTED))
        return false;
    xen_device_write(&disk->device, "state", XEN_DEVICE_CONNECTED);
    disk->sectors = xen_device_told(&disk->device, "sectors");
    disk->idle = (struct sprig_semaphore){.name = "the disk to be idle", .count = 1};
    snprintf(disk->place, sizeof disk->place, "xen-vbd at %s", path);
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

static bool perform(struct disk* disk, uint64_t sector, uint32_t sectors)
{
    union place* place = place_of(disk, disk->end.ring->requests);
    memset(place, 0, sizeof *place);
    place->request.operation = READ;
    place->request.segments = 1;
    place->request.sector = sector;
    place->request.pages[0].grant = disk->grant;
    place->request.pages[0].last = (uint8_t)(sectors - 1);
    xen_ring_push(&disk->end, &disk->device);
    while (!xen_ring_has_answer(&disk->end))
        sprig_wait_for_device("the disk", 0);
    return place_of(disk, disk->end.seen++)->answer.status == STATUS_OK;
}

bool blockdev_read(unsigned number, uint64_t sector, void* data, uint32_t size)
{
    struct disk* disk = &disks[number];
    uint32_t sectors = size / SECTOR_SIZE;
    if (size > SPRIG_PAGE_SIZE || size % SECTOR_SIZE != 0 || sector > disk->sectors ||
        sectors > disk->sectors - sector)
        return false;
    sprig_semaphore_wait(&disk->idle);
    bool good = perform(disk, sector, sectors);
    if (good)
        memcpy(data, disk->page, size);
    sprig_semaphore_post(&disk->idle);
    return good;
}

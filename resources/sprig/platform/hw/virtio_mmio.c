/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/memory.h>
#include <stdio.h>

#include "hw.h"
#include "io.h"
#include "virtio.h"

/* Where microvm has its devices, whether or not it says so on the kernel command line. */
static const uintptr_t SLOTS_START = 0xfeb00000;
enum { SLOT_SIZE = 512, SLOTS = 24 };

enum {
    MAGIC = 0x000,
    VERSION = 0x004,
    DEVICE_ID = 0x008,
    DEVICE_FEATURES = 0x010,
    DEVICE_FEATURES_SELECT = 0x014,
    DRIVER_FEATURES = 0x020,
    DRIVER_FEATURES_SELECT = 0x024,
    LEGACY_PAGE_SIZE = 0x028,
    QUEUE_SELECT = 0x030,
    QUEUE_SIZE_MAX = 0x034,
    QUEUE_SIZE = 0x038,
    LEGACY_QUEUE_ALIGN = 0x03c,
    LEGACY_QUEUE_PAGE = 0x040,
    QUEUE_READY = 0x044,
    QUEUE_NOTIFY = 0x050,
    INTERRUPT_STATUS = 0x060,
    INTERRUPT_ACKNOWLEDGE = 0x064,
    STATUS = 0x070,
    QUEUE_DESCRIPTORS = 0x080,
    QUEUE_AVAILABLE = 0x090,
    QUEUE_USED = 0x0a0,
    CONFIG = 0x100,
};
enum { MAGIC_VALUE = 0x74726976 };

static uint64_t features(struct virtio_device* device)
{
    mmio_write(device->base + DEVICE_FEATURES_SELECT, 1);
    uint64_t high = mmio_read(device->base + DEVICE_FEATURES);
    mmio_write(device->base + DEVICE_FEATURES_SELECT, 0);
    return high << 32 | mmio_read(device->base + DEVICE_FEATURES);
}

static void set_features(struct virtio_device* device, uint64_t wanted)
{
    mmio_write(device->base + DRIVER_FEATURES_SELECT, 1);
    mmio_write(device->base + DRIVER_FEATURES, (uint32_t)(wanted >> 32));
    mmio_write(device->base + DRIVER_FEATURES_SELECT, 0);
    mmio_write(device->base + DRIVER_FEATURES, (uint32_t)wanted);
}

static uint8_t status(struct virtio_device* device)
{
    return (uint8_t)mmio_read(device->base + STATUS);
}

static void set_status(struct virtio_device* device, uint8_t value)
{
    mmio_write(device->base + STATUS, value);
}

static uint16_t queue_size(struct virtio_device* device, uint16_t queue)
{
    mmio_write(device->base + QUEUE_SELECT, queue);
    uint32_t most = mmio_read(device->base + QUEUE_SIZE_MAX);
    return (uint16_t)(most < VIRTIO_QUEUE_MAX ? most : VIRTIO_QUEUE_MAX);
}

static void set_address(struct virtio_device* device, unsigned offset, const volatile void* address)
{
    mmio_write(device->base + offset, (uint32_t)(uintptr_t)address);
    mmio_write(device->base + offset + 4, (uint32_t)((uintptr_t)address >> 32));
}

static void set_queue(struct virtio_device* device, const struct virtio_queue* queue)
{
    mmio_write(device->base + QUEUE_SELECT, queue->index);
    mmio_write(device->base + QUEUE_SIZE, queue->size);
    if (device->modern) {
        set_address(device, QUEUE_DESCRIPTORS, queue->descriptors);
        set_address(device, QUEUE_AVAILABLE, queue->available);
        set_address(device, QUEUE_USED, queue->used);
        mmio_write(device->base + QUEUE_READY, 1);
    } else {
        uintptr_t page = (uintptr_t)queue->descriptors / SPRIG_PAGE_SIZE;
        mmio_write(device->base + LEGACY_PAGE_SIZE, SPRIG_PAGE_SIZE);
        mmio_write(device->base + LEGACY_QUEUE_ALIGN, SPRIG_PAGE_SIZE);
        mmio_write(device->base + LEGACY_QUEUE_PAGE, (uint32_t)page);
    }
}

static void notify(struct virtio_device* device, uint16_t queue)
{
    mmio_write(device->base + QUEUE_NOTIFY, queue);
}

static uint8_t config(struct virtio_device* device, unsigned offset)
{
    return *(volatile uint8_t*)(device->base + CONFIG + offset);
}

static bool acknowledge(struct virtio_device* device)
{
    uint32_t raised = mmio_read(device->base + INTERRUPT_STATUS);
    if (raised != 0)
        mmio_write(device->base + INTERRUPT_ACKNOWLEDGE, raised);
    return raised != 0;
}

static const struct virtio_transport transport = {
    .features = features,
    .set_features = set_features,
    .status = status,
    .set_status = set_status,
    .queue_size = queue_size,
    .set_queue = set_queue,
    .notify = notify,
    .config = config,
    .acknowledge = acknowledge,
};

/* Slots are filled from the last one down: so that is the order of the command line. */
bool virtio_mmio_find(struct virtio_device* device, unsigned type, unsigned number)
{
    if (hw_pci_present())
        return false;
    for (uintptr_t slot = SLOTS; slot-- > 0;) {
        uintptr_t base = SLOTS_START + slot * SLOT_SIZE;
        if (mmio_read(base + MAGIC) != MAGIC_VALUE || mmio_read(base + DEVICE_ID) != type || number-- > 0)
            continue;
        *device = (struct virtio_device){.transport = &transport, .base = base};
        device->modern = mmio_read(base + VERSION) >= 2;
        snprintf(device->place, sizeof device->place, "mmio 0x%lx", base);
        return true;
    }
    return false;
}

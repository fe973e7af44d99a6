/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/memory.h>
#include <stdio.h>

#include "hw.h"
#include "io.h"
#include "pci.h"
#include "virtio.h"

/* The register layout from before the standard, which "transitional" devices still have. */
enum {
    FEATURES = 0,
    DRIVER_FEATURES = 4,
    QUEUE_ADDRESS = 8,
    QUEUE_SIZE = 12,
    QUEUE_SELECT = 14,
    QUEUE_NOTIFY = 16,
    STATUS = 18,
    INTERRUPT = 19,
    CONFIG = 20,
};

enum { VENDOR = 0x1af4, FIRST_DEVICE = 0x1000, LAST_DEVICE = 0x103f };
enum { BAR_IS_IO = 1, PORTS_START = 0xc000, PORTS_EACH = 0x80 };
enum { INTEL = 0x8086, PIIX3 = 0x7000, PIIX3_ROUTES = 0x60, ROUTES = 0x0b0b0a0a };
static const uint32_t UNROUTED = 0x80808080;

static uint16_t port(const struct virtio_device* device, unsigned offset)
{
    return (uint16_t)(device->base + offset);
}

static uint64_t features(struct virtio_device* device)
{
    return in32(port(device, FEATURES));
}

static void set_features(struct virtio_device* device, uint64_t wanted)
{
    out32(port(device, DRIVER_FEATURES), (uint32_t)wanted);
}

static uint8_t status(struct virtio_device* device)
{
    return in8(port(device, STATUS));
}

static void set_status(struct virtio_device* device, uint8_t value)
{
    out8(port(device, STATUS), value);
}

static uint16_t queue_size(struct virtio_device* device, uint16_t queue)
{
    out16(port(device, QUEUE_SELECT), queue);
    return in16(port(device, QUEUE_SIZE));
}

static void set_queue(struct virtio_device* device, const struct virtio_queue* queue)
{
    out16(port(device, QUEUE_SELECT), queue->index);
    uintptr_t page = (uintptr_t)queue->descriptors / SPRIG_PAGE_SIZE;
    out32(port(device, QUEUE_ADDRESS), (uint32_t)page);
}

static void notify(struct virtio_device* device, uint16_t queue)
{
    out16(port(device, QUEUE_NOTIFY), queue);
}

static uint8_t config(struct virtio_device* device, unsigned offset)
{
    return in8(port(device, CONFIG + offset));
}

static bool acknowledge(struct virtio_device* device)
{
    return in8(port(device, INTERRUPT)) != 0;
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

/* Small firmware leaves ports and interrupt routes to us. */
static uint16_t switch_on(pci_place place)
{
    uint32_t bar = pci_read(place, PCI_BAR0);
    if ((bar & BAR_IS_IO) == 0)
        return 0;
    if ((bar & ~3u) == 0) {
        bar = PORTS_START + place / 8u * PORTS_EACH;
        pci_write(place, PCI_BAR0, bar);
    }
    uint32_t command = pci_read(place, PCI_COMMAND) & ~(uint32_t)PCI_COMMAND_NO_INTERRUPT;
    pci_write(place, PCI_COMMAND, command | PCI_COMMAND_IO | PCI_COMMAND_MASTER);

    pci_place bridge = 0;
    if (pci_find(INTEL, PIIX3, &bridge) && pci_read(bridge, PIIX3_ROUTES) == UNROUTED)
        pci_write(bridge, PIIX3_ROUTES, ROUTES);
    return (uint16_t)(bar & 0xfffc);
}

static bool is_virtio(pci_place place, unsigned type)
{
    uint32_t id = pci_read(place, 0);
    uint16_t device = (uint16_t)(id >> 16);
    return (uint16_t)id == VENDOR && device >= FIRST_DEVICE && device <= LAST_DEVICE &&
           pci_read(place, PCI_SUBSYSTEM) >> 16 == type;
}

bool virtio_pci_find(struct virtio_device* device, unsigned type, unsigned number)
{
    if (!hw_pci_present())
        return false;
    for (unsigned i = 0; i <= UINT8_MAX; i++) {
        if (!is_virtio((pci_place)i, type) || number-- > 0)
            continue;
        *device = (struct virtio_device){.transport = &transport};
        device->base = switch_on((pci_place)i);
        snprintf(device->place, sizeof device->place, "pci 00:%02x.%u", i / 8, i % 8);
        return device->base != 0;
    }
    return false;
}

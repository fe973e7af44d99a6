/* SPDX-License-Identifier: GPL-3.0-or-later */
/* virtio devices, the same for drivers whether found on PCI or as microvm's mmio devices. */
#ifndef SPRIG_HW_VIRTIO_H
#define SPRIG_HW_VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIRTIO_NETWORK = 1, VIRTIO_BLOCK = 2, VIRTIO_QUEUE_MAX = 256 };

/* Feature bits that are not a device's own. */
enum { VIRTIO_ANY_LAYOUT = 27, VIRTIO_VERSION_1 = 32 };

struct virtio_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};
enum { VIRTIO_NEXT = 1, VIRTIO_DEVICE_WRITES = 2 };

struct virtio_available {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[];
};

struct virtio_used {
    uint16_t flags;
    uint16_t index;
    struct {
        uint32_t id;
        uint32_t length;
    } ring[];
};

struct virtio_queue {
    uint16_t index;
    uint16_t size;
    uint16_t seen; /* entries of the used ring taken so far */
    struct virtio_descriptor* descriptors;
    volatile struct virtio_available* available;
    volatile struct virtio_used* used;
};

struct virtio_device;

/* How to reach a device's registers. */
struct virtio_transport {
    uint64_t (*features)(struct virtio_device* device);
    void (*set_features)(struct virtio_device* device, uint64_t features);
    uint8_t (*status)(struct virtio_device* device);
    void (*set_status)(struct virtio_device* device, uint8_t status);
    /* The queue's size, or 0 if the device has no such queue. */
    uint16_t (*queue_size)(struct virtio_device* device, uint16_t queue);
    void (*set_queue)(struct virtio_device* device, const struct virtio_queue* queue);
    void (*notify)(struct virtio_device* device, uint16_t queue);
    uint8_t (*config)(struct virtio_device* device, unsigned offset);
    /* True if the device had raised its interrupt, which this lowers. */
    bool (*acknowledge)(struct virtio_device* device);
};

struct virtio_device {
    const struct virtio_transport* transport;
    uintptr_t base; /* of its ports or its memory */
    bool modern;    /* after the standard, not before it */
    char place[24]; /* "pci 00:03.0" */
};

/* Finds the device of this type with this number, counted from 0. Resets it. */
bool virtio_find(struct virtio_device* device, unsigned type, unsigned number);
bool virtio_pci_find(struct virtio_device* device, unsigned type, unsigned number);
bool virtio_mmio_find(struct virtio_device* device, unsigned type, unsigned number);

/* Settles on those features of `wanted` that the device has and returns them. */
uint64_t virtio_negotiate(struct virtio_device* device, uint64_t wanted);
bool virtio_queue_start(struct virtio_device* device, struct virtio_queue* queue, uint16_t index);
void virtio_device_start(struct virtio_device* device);

/* Gives the chain that starts with this descriptor to the device. */
void virtio_queue_give(struct virtio_device* device, struct virtio_queue* queue, uint16_t head);
/* Takes back a chain that the device is done with; false if there is none. */
bool virtio_queue_take(struct virtio_queue* queue, uint16_t* head, uint32_t* length);

void virtio_acknowledge_all(void);

#endif

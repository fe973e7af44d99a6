/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices that a driver on the host provides: found in Xenstore, spoken to through rings in shared pages. */
#ifndef SPRIG_XEN_DEVICE_H
#define SPRIG_XEN_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xen_device {
    char path[32];    /* "device/vif/0" */
    char backend[64]; /* the driver's own place */
    uint16_t domain;  /* where the driver runs */
    uint32_t port;
};

/* xen/include/public/io/xenbus.h */
enum { XEN_DEVICE_WAITS = 2, XEN_DEVICE_INITIALISED = 3, XEN_DEVICE_CONNECTED = 4 };

/* Finds a device whose driver is there, and gives it an event channel. */
bool xen_device_find(struct xen_device* device, const char* path);
/* Its nodes: ours are written, and both may be read; what is not there is 0. */
bool xen_device_read(const struct xen_device* device, const char* name, char* value, size_t size);
void xen_device_write(const struct xen_device* device, const char* name, uint64_t value);
uint64_t xen_device_told(const struct xen_device* device, const char* name);
/* Waits for the driver to have come to that state; false if it does not. */
bool xen_device_await(const struct xen_device* device, unsigned state);

/* Lets the driver's domain use a page: the number that it is told of it. */
enum xen_grant { XEN_MAY_WRITE = 0, XEN_MAY_READ = 4 };
uint32_t xen_grant(const struct xen_device* device, const void* page, enum xen_grant how);

/* xen/include/public/io/ring.h: requests and answers take turns in the same places. */
struct xen_ring {
    volatile uint32_t requests, request_event;
    volatile uint32_t answers, answer_event; /* there is an event when the answers reach this */
    uint8_t reserved[48];
};

struct xen_ring_end {
    struct xen_ring* ring; /* a page; the places are behind this head */
    uint32_t seen;         /* answers */
};

/* False if there is no page left. */
bool xen_ring_start(struct xen_ring_end* end, const struct xen_device* device, const char* name);
/* After a request was written to where `requests` points. */
void xen_ring_push(struct xen_ring_end* end, const struct xen_device* device);
/* True if there is an answer, where `seen` points; where there is none, one will raise an event. */
bool xen_ring_has_answer(struct xen_ring_end* end);

#endif

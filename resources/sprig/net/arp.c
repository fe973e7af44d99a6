/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <kernel/wait.h>
#include <sprig/thread.h>
#include <string.h>

#include "packet.h"

struct arp_message {
    wire16 hardware, protocol;
    uint8_t hardware_size, protocol_size;
    wire16 operation;
    uint8_t from_ethernet[ETHERNET_ADDRESS];
    wire32 from;
    uint8_t to_ethernet[ETHERNET_ADDRESS];
    wire32 to;
};
enum { HARDWARE_ETHERNET = 1, REQUEST = 1, REPLY = 2 };
enum { NEIGHBOURS = 16, TRIES = 3 };
static const uint64_t PATIENCE_NS = 1000000000;

static struct neighbour {
    uint32_t address; /* 0: unused */
    uint8_t ethernet[ETHERNET_ADDRESS];
} neighbours[NEIGHBOURS];

static struct neighbour* find(uint32_t address)
{
    for (size_t i = 0; i < NEIGHBOURS; i++)
        if (neighbours[i].address == address)
            return &neighbours[i];
    return NULL;
}

/* Remembers a neighbour; when all places are taken, the oldest gives way. */
static void learn(uint32_t address, const uint8_t* ethernet)
{
    static size_t oldest;
    struct neighbour* place = find(address);
    if (place == NULL)
        place = &neighbours[oldest++ % NEIGHBOURS];
    place->address = address;
    memcpy(place->ethernet, ethernet, sizeof place->ethernet);
    sprig_wake(neighbours);
}

static void send(uint16_t operation, const uint8_t* to_ethernet, uint32_t to)
{
    struct {
        struct ethernet_header ethernet;
        struct arp_message arp;
    } frame = {
        .ethernet.type = to_wire16(ETHERNET_ARP),
        .arp.hardware = to_wire16(HARDWARE_ETHERNET),
        .arp.protocol = to_wire16(ETHERNET_IPV4),
        .arp.hardware_size = ETHERNET_ADDRESS,
        .arp.protocol_size = sizeof(wire32),
        .arp.operation = to_wire16(operation),
        .arp.from = to_wire32(net_interface.address),
        .arp.to = to_wire32(to),
    };
    memcpy(frame.ethernet.to, to_ethernet, ETHERNET_ADDRESS);
    memcpy(frame.ethernet.from, netdev_address(), ETHERNET_ADDRESS);
    memcpy(frame.arp.from_ethernet, netdev_address(), ETHERNET_ADDRESS);
    memcpy(frame.arp.to_ethernet, to_ethernet, ETHERNET_ADDRESS);
    netdev_send(&frame, sizeof frame);
}

void arp_receive(const uint8_t* data, size_t size)
{
    const struct arp_message* message = (const void*)data;
    if (size < sizeof *message || from_wire16(message->hardware) != HARDWARE_ETHERNET ||
        from_wire16(message->protocol) != ETHERNET_IPV4)
        return;
    uint32_t from = from_wire32(message->from);
    if (net_interface.address == 0 || from_wire32(message->to) != net_interface.address)
        return;
    if (from != 0)
        learn(from, message->from_ethernet);
    if (from_wire16(message->operation) == REQUEST)
        send(REPLY, message->from_ethernet, from);
}

bool arp_find(uint32_t address, uint8_t ethernet[ETHERNET_ADDRESS])
{
    if (address == 0)
        return false;
    for (int i = 0; i <= TRIES; i++) {
        const struct neighbour* neighbour = find(address);
        if (neighbour != NULL) {
            memcpy(ethernet, neighbour->ethernet, ETHERNET_ADDRESS);
            return true;
        }
        if (i == TRIES)
            break;
        send(REQUEST, ethernet_broadcast, address);
        uint64_t until = sprig_clock_ns() + PATIENCE_NS;
        while (find(address) == NULL && sprig_wait(neighbours, "an ARP reply", until))
            continue;
    }
    return false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the protocols share: headers as they are on the wire, byte order, and each other. */
#ifndef SPRIG_NET_PACKET_H
#define SPRIG_NET_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netdev.h"

/* Numbers on the wire have their most significant byte first. */
typedef struct {
    uint8_t bytes[2];
} wire16;
typedef struct {
    uint8_t bytes[4];
} wire32;

static inline wire16 to_wire16(uint16_t value)
{
    return (wire16){{(uint8_t)(value >> 8), (uint8_t)value}};
}

static inline uint16_t from_wire16(wire16 value)
{
    return (uint16_t)(value.bytes[0] << 8 | value.bytes[1]);
}

static inline wire32 to_wire32(uint32_t value)
{
    return (wire32){{(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value}};
}

static inline uint32_t from_wire32(wire32 value)
{
    return (uint32_t)value.bytes[0] << 24 | (uint32_t)value.bytes[1] << 16 | (uint32_t)value.bytes[2] << 8 |
           value.bytes[3];
}

struct ethernet_header {
    uint8_t to[ETHERNET_ADDRESS], from[ETHERNET_ADDRESS];
    wire16 type;
};
enum { ETHERNET_ARP = 0x0806, ETHERNET_IPV4 = 0x0800 };

struct ipv4_header {
    uint8_t version_length;
    uint8_t service;
    wire16 length, id, fragment;
    uint8_t time_to_live, protocol;
    wire16 checksum;
    wire32 from, to;
};
enum { IPV4_ICMP = 1, IPV4_UDP = 17 };

struct udp_header {
    wire16 from, to, length, checksum;
};

enum { HEADERS_BEFORE_IP_DATA = sizeof(struct ethernet_header) + sizeof(struct ipv4_header) };
enum { IP_DATA_MAX = FRAME_MAX - HEADERS_BEFORE_IP_DATA };

/* A frame with room for what the layers below put before the data. */
struct packet {
    struct ethernet_header ethernet;
    struct ipv4_header ipv4;
    uint8_t data[IP_DATA_MAX];
};

/* Who sent what has just been received: enough to answer without asking the network. */
struct sender {
    uint8_t ethernet[ETHERNET_ADDRESS];
    uint32_t address;
    uint32_t to; /* which address of ours he wrote to: it may be a broadcast */
};

struct net_interface {
    const char* name;
    uint32_t address; /* 0 while there is none */
    uint32_t mask;
    uint32_t gateway; /* 0 for none */
};
extern struct net_interface net_interface;

extern const uint8_t ethernet_broadcast[ETHERNET_ADDRESS];
static const uint32_t IPV4_BROADCAST = UINT32_MAX;

void arp_receive(const uint8_t* data, size_t size);
/* Finds the Ethernet address of a neighbour; waits for his answer, at most a few seconds. */
bool arp_find(uint32_t address, uint8_t ethernet[ETHERNET_ADDRESS]);

void ipv4_receive(const struct ethernet_header* ethernet, const uint8_t* data, size_t size);
/* Sends packet->data. `to` may be NULL: then the neighbour or gateway is looked up. */
bool ipv4_send(struct packet* packet, uint8_t protocol, uint32_t address, const uint8_t* to, size_t size);

void icmp_receive(const struct sender* sender, const uint8_t* data, size_t size);
void udp_receive(const struct sender* sender, const uint8_t* data, size_t size);

/* Asks for an address and fills in net_interface; false if nobody answers. */
bool dhcp_configure(void);

/* The Internet checksum; `sum` starts at 0 or is what net_sum() returned for other parts. */
uint32_t net_sum(uint32_t sum, const void* data, size_t size);
wire16 net_checksum(uint32_t sum);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network: one interface, IPv4, and datagrams for applications. */
#ifndef SPRIG_NET_H
#define SPRIG_NET_H

#include <sprig/config.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Brings the interface up as the configuration says; nothing if it asks for none. */
void sprig_net_start(const struct sprig_net_config* config);

/* Addresses are in host byte order: 10.0.2.15 is 0x0a00020f. */
struct sprig_peer {
    uint32_t address;
    uint16_t port;
};

enum { SPRIG_ADDRESS_TEXT = 16, SPRIG_DATAGRAM_MAX = 1472 };

/* Writes an address as "10.0.2.15" and returns the text. */
const char* sprig_address_text(uint32_t address, char text[SPRIG_ADDRESS_TEXT]);
/* Our own address; 0 while there is none. */
uint32_t sprig_net_address(void);

/* Returns a socket bound to a local port, or -1 if the port or all sockets are taken. */
int sprig_udp_open(uint16_t port);
void sprig_udp_close(int socket);

/* Waits for a datagram; one that is longer than `size` is cut. Returns its length. */
size_t sprig_udp_receive(int socket, void* data, size_t size, struct sprig_peer* from);
/* The same, but returns -1 when the clock reaches `until_ns`. */
long sprig_udp_receive_until(int socket, void* data, size_t size, struct sprig_peer* from, uint64_t until_ns);
/* False if it is too long or nobody answers for the address. */
bool sprig_udp_send(int socket, const struct sprig_peer* to, const void* data, size_t size);

#endif

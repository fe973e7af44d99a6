/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <kernel/wait.h>
#include <sprig/net.h>
#include <string.h>

#include "packet.h"

enum { SOCKETS = 8, WAITING_MAX = 8, ECHO_PORT = 7 };

struct datagram {
    struct sprig_peer from;
    size_t size;
    uint8_t data[SPRIG_DATAGRAM_MAX];
};

static struct socket {
    uint16_t port; /* 0: unused */
    unsigned first, count;
    struct datagram waiting[WAITING_MAX];
} sockets[SOCKETS];

static struct socket* find(uint16_t port)
{
    for (size_t i = 0; i < SOCKETS; i++)
        if (sockets[i].port == port)
            return &sockets[i];
    return NULL;
}

int sprig_udp_open(uint16_t port)
{
    if (port == 0 || find(port) != NULL)
        return -1;
    struct socket* socket = find(0);
    if (socket == NULL)
        return -1;
    socket->port = port;
    socket->first = socket->count = 0;
    return (int)(socket - sockets);
}

void sprig_udp_close(int socket)
{
    sockets[socket].port = 0;
}

/* The checksum covers addresses from the IP header as well. */
static wire16 checksum(uint32_t from, uint32_t to, const void* udp, size_t size)
{
    wire32 addresses[] = {to_wire32(from), to_wire32(to)};
    uint32_t sum = net_sum(IPV4_UDP + (uint32_t)size, addresses, sizeof addresses);
    return net_checksum(net_sum(sum, udp, size));
}

static bool send(uint16_t from, const struct sprig_peer* to, const uint8_t* ethernet, const void* data,
                 size_t size)
{
    struct packet packet;
    struct udp_header* header = (void*)packet.data;
    if (size > SPRIG_DATAGRAM_MAX)
        return false;
    size_t length = sizeof *header + size;
    memcpy(packet.data + sizeof *header, data, size);
    *header = (struct udp_header){
        .from = to_wire16(from),
        .to = to_wire16(to->port),
        .length = to_wire16((uint16_t)length),
    };
    header->checksum = checksum(net_interface.address, to->address, packet.data, length);
    if (from_wire16(header->checksum) == 0)
        header->checksum = to_wire16(UINT16_MAX); /* zero would say that there is none */
    return ipv4_send(&packet, IPV4_UDP, to->address, ethernet, length);
}

/* A full socket drops what comes, as UDP may. */
static void keep(struct socket* socket, const struct sprig_peer* from, const void* data, size_t size)
{
    if (socket->count == WAITING_MAX || size > SPRIG_DATAGRAM_MAX)
        return;
    struct datagram* datagram = &socket->waiting[(socket->first + socket->count) % WAITING_MAX];
    datagram->from = *from;
    datagram->size = size;
    memcpy(datagram->data, data, size);
    socket->count++;
    sprig_wake(socket);
}

void udp_receive(const struct sender* sender, const uint8_t* data, size_t size)
{
    const struct udp_header* header = (const void*)data;
    if (size < sizeof *header)
        return;
    size_t length = from_wire16(header->length);
    if (length < sizeof *header || length > size)
        return;
    if (from_wire16(header->checksum) != 0 &&
        from_wire16(checksum(sender->address, sender->to, data, length)) != 0)
        return;

    struct sprig_peer from = {.address = sender->address, .port = from_wire16(header->from)};
    uint16_t port = from_wire16(header->to);
    struct socket* socket = port != 0 ? find(port) : NULL;
    const uint8_t* text = data + sizeof *header;
    if (socket != NULL)
        keep(socket, &from, text, length - sizeof *header);
    else if (port == ECHO_PORT && sender->to == net_interface.address)
        send(ECHO_PORT, &from, sender->ethernet, text, length - sizeof *header);
}

long sprig_udp_receive_until(int number, void* data, size_t size, struct sprig_peer* from, uint64_t until_ns)
{
    struct socket* socket = &sockets[number];
    while (socket->count == 0)
        if (!sprig_wait(socket, "a datagram", until_ns) && socket->count == 0)
            return -1;
    const struct datagram* datagram = &socket->waiting[socket->first];
    socket->first = (socket->first + 1) % WAITING_MAX;
    socket->count--;
    if (from != NULL)
        *from = datagram->from;
    size_t fits = datagram->size < size ? datagram->size : size;
    memcpy(data, datagram->data, fits);
    return (long)fits;
}

size_t sprig_udp_receive(int socket, void* data, size_t size, struct sprig_peer* from)
{
    return (size_t)sprig_udp_receive_until(socket, data, size, from, 0);
}

bool sprig_udp_send(int socket, const struct sprig_peer* to, const void* data, size_t size)
{
    return send(sockets[socket].port, to, NULL, data, size);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "packet.h"

struct icmp_header {
    uint8_t type, code;
    wire16 checksum;
};
enum { ECHO_REPLY = 0, ECHO_REQUEST = 8 };

void icmp_receive(const struct sender* sender, const uint8_t* data, size_t size)
{
    static struct packet reply; /* only the network's thread comes here */
    const struct icmp_header* request = (const void*)data;
    if (size < sizeof *request || size > sizeof reply.data || request->type != ECHO_REQUEST ||
        sender->to != net_interface.address || from_wire16(net_checksum(net_sum(0, data, size))) != 0)
        return;
    struct icmp_header* header = (void*)reply.data;
    memcpy(reply.data, data, size);
    *header = (struct icmp_header){.type = ECHO_REPLY};
    header->checksum = net_checksum(net_sum(0, reply.data, size));
    ipv4_send(&reply, IPV4_ICMP, sender->address, sender->ethernet, size);
}

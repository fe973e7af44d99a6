/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "packet.h"

enum { VERSION_4_NO_OPTIONS = 0x45, TIME_TO_LIVE = 64 };
enum { MORE_FRAGMENTS_OR_OFFSET = 0x3fff };

static bool is_for_us(uint32_t to)
{
    uint32_t directed = net_interface.address | ~net_interface.mask;
    return net_interface.address == 0 || to == net_interface.address || to == IPV4_BROADCAST ||
           to == directed;
}

void ipv4_receive(const struct ethernet_header* ethernet, const uint8_t* data, size_t size)
{
    const struct ipv4_header* header = (const void*)data;
    if (size < sizeof *header || header->version_length >> 4 != 4)
        return;
    size_t header_size = (header->version_length & 0xfu) * 4;
    size_t length = from_wire16(header->length);
    if (header_size < sizeof *header || length < header_size || length > size)
        return;
    if (from_wire16(net_checksum(net_sum(0, header, header_size))) != 0)
        return;
    if (from_wire16(header->fragment) & MORE_FRAGMENTS_OR_OFFSET)
        return;

    struct sender sender = {.address = from_wire32(header->from), .to = from_wire32(header->to)};
    memcpy(sender.ethernet, ethernet->from, sizeof sender.ethernet);
    if (!is_for_us(sender.to))
        return;
    if (header->protocol == IPV4_ICMP)
        icmp_receive(&sender, data + header_size, length - header_size);
    else if (header->protocol == IPV4_UDP)
        udp_receive(&sender, data + header_size, length - header_size);
}

static bool find_next_hop(uint32_t address, uint8_t* ethernet)
{
    if (address == IPV4_BROADCAST) {
        memcpy(ethernet, ethernet_broadcast, ETHERNET_ADDRESS);
        return true;
    }
    bool neighbour = ((address ^ net_interface.address) & net_interface.mask) == 0;
    return arp_find(neighbour ? address : net_interface.gateway, ethernet);
}

bool ipv4_send(struct packet* packet, uint8_t protocol, uint32_t address, const uint8_t* to, size_t size)
{
    static uint16_t id;
    if (size > sizeof packet->data)
        return false;
    if (to != NULL)
        memcpy(packet->ethernet.to, to, ETHERNET_ADDRESS);
    else if (!find_next_hop(address, packet->ethernet.to))
        return false;
    memcpy(packet->ethernet.from, netdev_address(), ETHERNET_ADDRESS);
    packet->ethernet.type = to_wire16(ETHERNET_IPV4);
    packet->ipv4 = (struct ipv4_header){
        .version_length = VERSION_4_NO_OPTIONS,
        .length = to_wire16((uint16_t)(sizeof packet->ipv4 + size)),
        .id = to_wire16(id++),
        .time_to_live = TIME_TO_LIVE,
        .protocol = protocol,
        .from = to_wire32(net_interface.address),
        .to = to_wire32(address),
    };
    packet->ipv4.checksum = net_checksum(net_sum(0, &packet->ipv4, sizeof packet->ipv4));
    netdev_send(packet, HEADERS_BEFORE_IP_DATA + size);
    return true;
}

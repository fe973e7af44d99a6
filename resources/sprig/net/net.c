/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <kernel/wait.h>
#include <sprig/fail.h>
#include <sprig/net.h>
#include <sprig/thread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet.h"

struct net_interface net_interface;
const uint8_t ethernet_broadcast[ETHERNET_ADDRESS] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

uint32_t net_sum(uint32_t sum, const void* data, size_t size)
{
    const uint8_t* bytes = data;
    for (size_t i = 0; i < size; i++)
        sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
    return sum;
}

wire16 net_checksum(uint32_t sum)
{
    while (sum > 0xffff)
        sum = (sum >> 16) + (sum & 0xffff);
    return to_wire16((uint16_t)~sum);
}

const char* sprig_address_text(uint32_t address, char text[SPRIG_ADDRESS_TEXT])
{
    snprintf(text, SPRIG_ADDRESS_TEXT, "%u.%u.%u.%u", address >> 24, address >> 16 & 0xff,
             address >> 8 & 0xff, address & 0xff);
    return text;
}

uint32_t sprig_net_address(void)
{
    return net_interface.address;
}

static uint32_t parse_address(const char* text)
{
    uint32_t address = 0;
    const char* at = text;
    for (int i = 0; i < 4; i++) {
        char* end;
        unsigned long part = strtoul(at, &end, 10);
        if (end == at || part > 255 || *end != (i < 3 ? '.' : '\0'))
            sprig_fail("config: \"%s\" is not an IPv4 address", text);
        address = address << 8 | (uint32_t)part;
        at = end + 1;
    }
    return address;
}

static uint32_t parse_mask(const char* text)
{
    char* end;
    unsigned long bits = strtoul(text, &end, 10);
    if (end == text || *end != '\0' || bits > 32)
        sprig_fail("config: \"mask\" must be a number of bits from 0 to 32, not \"%s\"", text);
    return bits == 0 ? 0 : UINT32_MAX << (32 - bits);
}

static int mask_bits(uint32_t mask)
{
    int bits = 0;
    for (; mask != 0; mask <<= 1)
        bits++;
    return bits;
}

static void receive(const uint8_t* frame, size_t size)
{
    const struct ethernet_header* ethernet = (const void*)frame;
    if (size < sizeof *ethernet)
        return;
    const uint8_t* data = frame + sizeof *ethernet;
    size -= sizeof *ethernet;
    switch (from_wire16(ethernet->type)) {
    case ETHERNET_ARP: arp_receive(data, size); break;
    case ETHERNET_IPV4: ipv4_receive(ethernet, data, size); break;
    }
}

static void run(void* unused)
{
    (void)unused;
    for (;;) {
        size_t size;
        const uint8_t* frame;
        while ((frame = netdev_receive(&size)) != NULL) {
            receive(frame, size);
            netdev_release();
        }
        sprig_wait_for_device("packets", 0);
    }
}

static void configure(const struct sprig_net_config* config)
{
    if (strcmp(config->method, "dhcp") == 0) {
        if (!dhcp_configure())
            sprig_fail("%s: no answer to DHCP", config->interface);
        return;
    }
    net_interface.address = parse_address(config->address);
    net_interface.mask = parse_mask(config->mask);
    if (config->gateway != NULL)
        net_interface.gateway = parse_address(config->gateway);
}

void sprig_net_start(const struct sprig_net_config* config)
{
    if (config->interface == NULL)
        return;
    net_interface.name = config->interface;
    if (!netdev_start())
        sprig_fail("%s: there is no network card", config->interface);
    const uint8_t* mac = netdev_address();
    printf("%s: %s, %02x:%02x:%02x:%02x:%02x:%02x\n", config->interface, netdev_place(), mac[0], mac[1],
           mac[2], mac[3], mac[4], mac[5]);
    if (sprig_thread_create("net", run, NULL) == NULL)
        sprig_fail("%s: not enough memory", config->interface);

    configure(config);
    char address[SPRIG_ADDRESS_TEXT], gateway[SPRIG_ADDRESS_TEXT];
    printf("%s: %s/%d gateway %s (%s)\n", config->interface,
           sprig_address_text(net_interface.address, address), mask_bits(net_interface.mask),
           net_interface.gateway != 0 ? sprig_address_text(net_interface.gateway, gateway) : "none",
           config->method);
}

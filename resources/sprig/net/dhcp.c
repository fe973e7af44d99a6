/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/config.h>
#include <sprig/net.h>
#include <sprig/thread.h>
#include <string.h>

#include "packet.h"

enum { SERVER_PORT = 67, CLIENT_PORT = 68, OPTIONS_SIZE = 312 };
enum { BOOT_REQUEST = 1, BOOT_REPLY = 2, HARDWARE_ETHERNET = 1, BROADCAST_REPLY = 0x8000 };
static const uint32_t COOKIE = 0x63825363;

enum option {
    PAD = 0,
    SUBNET_MASK = 1,
    ROUTER = 3,
    HOST_NAME = 12,
    REQUESTED_ADDRESS = 50,
    MESSAGE_TYPE = 53,
    SERVER = 54,
    WANTED_OPTIONS = 55,
    END = 255,
};
enum message_type { DISCOVER = 1, OFFER = 2, REQUEST = 3, ACKNOWLEDGE = 5 };

struct message {
    uint8_t operation, hardware, hardware_size, hops;
    wire32 transaction;
    wire16 seconds, flags;
    wire32 client, yours, next_server, relay;
    uint8_t client_ethernet[16];
    char server_name[64], file[128];
    wire32 cookie;
    uint8_t options[OPTIONS_SIZE];
};

enum { TRIES = 4 };
static const uint64_t FIRST_PATIENCE_NS = 1000000000;

struct lease {
    uint32_t address, mask, gateway, server;
};

static uint8_t* put_option(uint8_t* at, enum option option, const void* data, uint8_t size)
{
    *at++ = (uint8_t)option;
    *at++ = size;
    memcpy(at, data, size);
    return at + size;
}

static size_t make(struct message* message, enum message_type type, const struct lease* lease,
                   uint32_t transaction)
{
    *message = (struct message){
        .operation = BOOT_REQUEST,
        .hardware = HARDWARE_ETHERNET,
        .hardware_size = ETHERNET_ADDRESS,
        .transaction = to_wire32(transaction),
        .flags = to_wire16(BROADCAST_REPLY), /* we have no address to be reached at yet */
        .cookie = to_wire32(COOKIE),
    };
    memcpy(message->client_ethernet, netdev_address(), ETHERNET_ADDRESS);

    uint8_t code = (uint8_t)type;
    uint8_t* at = put_option(message->options, MESSAGE_TYPE, &code, 1);
    if (type == REQUEST) {
        wire32 address = to_wire32(lease->address), server = to_wire32(lease->server);
        at = put_option(at, REQUESTED_ADDRESS, &address, sizeof address);
        at = put_option(at, SERVER, &server, sizeof server);
    }
    size_t length = strnlen(sprig_config.hostname, 63);
    if (length > 0)
        at = put_option(at, HOST_NAME, sprig_config.hostname, (uint8_t)length);
    static const uint8_t wanted[] = {SUBNET_MASK, ROUTER};
    at = put_option(at, WANTED_OPTIONS, wanted, sizeof wanted);
    *at = END;
    return sizeof *message;
}

/* Takes the options apart; returns the message's type, or 0 if it makes no sense. */
static int read_options(const uint8_t* options, size_t size, struct lease* lease)
{
    int type = 0;
    for (size_t at = 0; at < size && options[at] != END;) {
        if (options[at] == PAD) {
            at++;
            continue;
        }
        if (at + 2 > size || at + 2 + options[at + 1] > size)
            return 0;
        const uint8_t* data = options + at + 2;
        uint8_t length = options[at + 1];
        wire32 address = {{0}};
        if (length >= sizeof address)
            memcpy(&address, data, sizeof address);
        if (options[at] == MESSAGE_TYPE && length == 1)
            type = data[0];
        else if (options[at] == SUBNET_MASK)
            lease->mask = from_wire32(address);
        else if (options[at] == ROUTER)
            lease->gateway = from_wire32(address);
        else if (options[at] == SERVER)
            lease->server = from_wire32(address);
        at += 2u + length;
    }
    return type;
}

static bool await(int socket, enum message_type type, uint32_t transaction, struct lease* lease,
                  uint64_t until)
{
    for (;;) {
        struct message message;
        size_t fixed = sizeof message - sizeof message.options;
        long size = sprig_udp_receive_until(socket, &message, sizeof message, NULL, until);
        if (size < 0)
            return false;
        if ((size_t)size < fixed || message.operation != BOOT_REPLY ||
            from_wire32(message.transaction) != transaction || from_wire32(message.cookie) != COOKIE ||
            memcmp(message.client_ethernet, netdev_address(), ETHERNET_ADDRESS) != 0)
            continue;
        struct lease answer = {.address = from_wire32(message.yours)};
        if (read_options(message.options, (size_t)size - fixed, &answer) == (int)type) {
            *lease = answer;
            return true;
        }
    }
}

/* Says one thing until it is answered. */
static bool ask(int socket, uint32_t transaction, enum message_type type, enum message_type answer,
                struct lease* lease)
{
    static const struct sprig_peer everybody = {.address = UINT32_MAX, .port = SERVER_PORT};
    for (int i = 0; i < TRIES; i++) {
        struct message message;
        size_t size = make(&message, type, lease, transaction);
        sprig_udp_send(socket, &everybody, &message, size);
        uint64_t until = sprig_clock_ns() + (FIRST_PATIENCE_NS << i);
        if (await(socket, answer, transaction, lease, until))
            return true;
    }
    return false;
}

bool dhcp_configure(void)
{
    struct lease lease = {0};
    int socket = sprig_udp_open(CLIENT_PORT);
    uint32_t transaction = (uint32_t)sprig_clock_ns();
    bool leased = socket >= 0 && ask(socket, transaction, DISCOVER, OFFER, &lease) &&
                  ask(socket, transaction, REQUEST, ACKNOWLEDGE, &lease) && lease.address != 0;
    if (socket >= 0)
        sprig_udp_close(socket);
    if (leased) {
        net_interface.address = lease.address;
        net_interface.mask = lease.mask;
        net_interface.gateway = lease.gateway;
    }
    return leased;
}

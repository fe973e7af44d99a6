/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends every datagram on port 7 back to where it came from, until one says "bye". */

#include <sprig/net.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { ECHO_PORT = 7 };

static bool is_bye(const char* data, size_t size)
{
    return (size == 3 || (size == 4 && data[3] == '\n')) && memcmp(data, "bye", 3) == 0;
}

int main(void)
{
    char text[SPRIG_ADDRESS_TEXT];
    if (sprig_net_address() == 0) {
        printf("There is no network: add an interface to the configuration.\n");
        return 1;
    }
    printf("Echoing datagrams to %s port %d\n", sprig_address_text(sprig_net_address(), text), ECHO_PORT);

    int socket = sprig_udp_open(ECHO_PORT);
    static char data[SPRIG_DATAGRAM_MAX];
    size_t size;
    do {
        struct sprig_peer peer;
        size = sprig_udp_receive(socket, data, sizeof data, &peer);
        printf("%zu bytes from %s port %d\n", size, sprig_address_text(peer.address, text), peer.port);
        if (!sprig_udp_send(socket, &peer, data, size))
            printf("nobody answers there\n");
    } while (!is_bye(data, size));

    printf("Bye.\n");
    return 0;
}

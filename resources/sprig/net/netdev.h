/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network card, as the protocols see it: whole Ethernet frames out and in. The platform drives it. */
#ifndef SPRIG_NET_NETDEV_H
#define SPRIG_NET_NETDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ETHERNET_ADDRESS = 6, FRAME_MAX = 1514 };

/* Finds and starts the first card. */
bool netdev_start(void);
/* Where it is, for people: "virtio-net at pci 00:03.0". */
const char* netdev_place(void);
const uint8_t* netdev_address(void);

/* Copies the frame; waits if the card has more to send than it can hold. */
void netdev_send(const void* frame, size_t size);

/* The next frame, valid until netdev_release(); NULL if none has come. */
const void* netdev_receive(size_t* size);
void netdev_release(void);

#endif

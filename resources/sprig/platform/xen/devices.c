/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <block/blockdev.h>
#include <net/netdev.h>

/* There is no driver for Xen's network cards and disks: none is ever found. */
bool netdev_start(void)
{
    return false;
}

const char* netdev_place(void)
{
    return "";
}

const uint8_t* netdev_address(void)
{
    static const uint8_t none[ETHERNET_ADDRESS];
    return none;
}

void netdev_send(const void* frame, size_t size)
{
    (void)frame;
    (void)size;
}

const void* netdev_receive(size_t* size)
{
    *size = 0;
    return NULL;
}

void netdev_release(void) {}

bool blockdev_start(unsigned disk)
{
    (void)disk;
    return false;
}

const char* blockdev_place(unsigned disk)
{
    (void)disk;
    return "";
}

uint64_t blockdev_sectors(unsigned disk)
{
    (void)disk;
    return 0;
}

bool blockdev_read(unsigned disk, uint64_t sector, void* data, uint32_t size)
{
    (void)disk;
    (void)sector;
    (void)data;
    (void)size;
    return false;
}

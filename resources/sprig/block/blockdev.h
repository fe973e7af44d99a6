/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disks as the file system sees them: numbered, in sectors of 512 bytes. The platform drives them. */
#ifndef SPRIG_BLOCK_BLOCKDEV_H
#define SPRIG_BLOCK_BLOCKDEV_H

#include <stdbool.h>
#include <stdint.h>

enum { SECTOR_SIZE = 512 };

/* Starts the disk with this number, counted from 0; false if there is none. */
bool blockdev_start(unsigned disk);
/* Where it is, for people: "virtio-blk at pci 00:04.0". */
const char* blockdev_place(unsigned disk);
uint64_t blockdev_sectors(unsigned disk);

/* Reads at most 4096 bytes, whole sectors; the caller waits. False if the disk cannot. */
bool blockdev_read(unsigned disk, uint64_t sector, void* data, uint32_t size);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading an ext2 file system; what it says about itself is checked before it is believed. */
#ifndef SPRIG_BLOCK_EXT2_H
#define SPRIG_BLOCK_EXT2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXT2_BLOCKS = 15, EXT2_BLOCK_MAX = 4096, EXT2_ROOT = 2 };

struct ext2 {
    unsigned disk;
    uint32_t block_size;
    uint32_t block_count;
    uint32_t first_block;
    uint32_t inode_count, inodes_per_group;
    uint32_t inode_size;
    char label[17];
};

struct ext2_inode {
    bool directory, regular;
    uint64_t size;
    uint32_t blocks[EXT2_BLOCKS];
};

/* NULL if it is a file system that we can read, else what is wrong with it. */
const char* ext2_mount(struct ext2* fs, unsigned disk);
bool ext2_read_inode(const struct ext2* fs, uint32_t number, struct ext2_inode* inode);
/* Finds a name in a directory; returns the inode's number, or 0. */
uint32_t ext2_find(const struct ext2* fs, const struct ext2_inode* directory, const char* name,
                   size_t name_length);
/* Reads one whole block of a file, numbered from 0; what was never written is zeroes. */
bool ext2_read_file_block(const struct ext2* fs, const uint32_t blocks[EXT2_BLOCKS], uint64_t index,
                          void* data);

#endif

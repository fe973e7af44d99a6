/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ext2.h"

#include <string.h>

#include "blockdev.h"

struct superblock {
    uint32_t inode_count, block_count, reserved_blocks, free_blocks, free_inodes;
    uint32_t first_block, log_block_size, log_fragment_size;
    uint32_t blocks_per_group, fragments_per_group, inodes_per_group;
    uint32_t mounted, written;
    uint16_t mounts, mounts_max, magic, state, errors, minor;
    uint32_t checked, check_interval, creator, revision;
    uint16_t reserved_user, reserved_group;
    uint32_t first_inode;
    uint16_t inode_size, group;
    uint32_t compatible, incompatible, read_only_compatible;
    uint8_t uuid[16];
    char label[16];
};
enum { SUPERBLOCK_SECTOR = 2, MAGIC = 0xef53, HAS_FILE_TYPES = 2, OLD_INODE_SIZE = 128 };

struct group {
    uint32_t block_bitmap, inode_bitmap, inode_table;
    uint8_t rest[20];
};

struct inode {
    uint16_t mode, user;
    uint32_t size, times[4];
    uint16_t group, links;
    uint32_t sectors, flags, reserved;
    uint32_t blocks[EXT2_BLOCKS];
    uint32_t generation, acl, size_high;
};
enum { MODE_TYPE = 0xf000, MODE_DIRECTORY = 0x4000, MODE_REGULAR = 0x8000 };

struct entry {
    uint32_t inode;
    uint16_t length;
    uint8_t name_length, type;
    char name[];
};

enum { DIRECT = 12, DIRECTORY_BLOCKS_MAX = 1024 };

static bool read_block(const struct ext2* fs, uint32_t block, void* data)
{
    if (block >= fs->block_count)
        return false;
    uint64_t sector = (uint64_t)block * fs->block_size / SECTOR_SIZE;
    return blockdev_read(fs->disk, sector, data, fs->block_size);
}

const char* ext2_mount(struct ext2* fs, unsigned disk)
{
    uint8_t sectors[2 * SECTOR_SIZE];
    if (!blockdev_read(disk, SUPERBLOCK_SECTOR, sectors, sizeof sectors))
        return "the disk cannot be read";
    struct superblock super;
    memcpy(&super, sectors, sizeof super);
    if (super.magic != MAGIC)
        return "there is no ext2 file system on it";
    if (super.revision > 0 && (super.incompatible & ~(uint32_t)HAS_FILE_TYPES) != 0)
        return "its file system has features beyond ext2";
    uint32_t inode_size = super.revision > 0 ? super.inode_size : OLD_INODE_SIZE;
    if (super.log_block_size > 2 || super.inodes_per_group == 0 || inode_size < OLD_INODE_SIZE ||
        inode_size > 1024u << super.log_block_size || (inode_size & (inode_size - 1)) != 0)
        return "its ext2 file system is damaged";
    *fs = (struct ext2){
        .disk = disk,
        .block_size = 1024u << super.log_block_size,
        .block_count = super.block_count,
        .first_block = super.first_block,
        .inode_count = super.inode_count,
        .inodes_per_group = super.inodes_per_group,
        .inode_size = inode_size,
    };
    memcpy(fs->label, super.label, sizeof super.label);
    return NULL;
}

bool ext2_read_inode(const struct ext2* fs, uint32_t number, struct ext2_inode* result)
{
    uint8_t block[EXT2_BLOCK_MAX];
    if (number == 0 || number > fs->inode_count)
        return false;
    uint32_t in_group = (number - 1) % fs->inodes_per_group;

    uint64_t group_at = (uint64_t)(number - 1) / fs->inodes_per_group * sizeof(struct group);
    uint64_t group_block = fs->first_block + 1ull + group_at / fs->block_size;
    if (group_block > UINT32_MAX || !read_block(fs, (uint32_t)group_block, block))
        return false;
    struct group group;
    memcpy(&group, block + group_at % fs->block_size, sizeof group);

    uint64_t at = (uint64_t)in_group * fs->inode_size;
    uint64_t inode_block = group.inode_table + at / fs->block_size;
    if (inode_block > UINT32_MAX || !read_block(fs, (uint32_t)inode_block, block))
        return false;
    struct inode inode;
    memcpy(&inode, block + at % fs->block_size, sizeof inode);

    *result = (struct ext2_inode){
        .directory = (inode.mode & MODE_TYPE) == MODE_DIRECTORY,
        .regular = (inode.mode & MODE_TYPE) == MODE_REGULAR,
        .size = inode.size,
    };
    if (result->regular)
        result->size |= (uint64_t)inode.size_high << 32;
    memcpy(result->blocks, inode.blocks, sizeof result->blocks);
    return true;
}

/* Finds where block `index` of a file lies; 0 for a hole. False if that cannot be read. */
static bool locate(const struct ext2* fs, const uint32_t* blocks, uint64_t index, uint32_t* block)
{
    uint32_t pointers[EXT2_BLOCK_MAX / sizeof(uint32_t)];
    if (index < DIRECT) {
        *block = blocks[index];
        return true;
    }
    index -= DIRECT;
    uint64_t each = fs->block_size / sizeof *pointers, reach = each;
    int levels = 1;
    while (levels <= 3 && index >= reach) {
        index -= reach;
        reach *= each;
        levels++;
    }
    if (levels > 3)
        return false;
    *block = blocks[DIRECT + levels - 1];
    while (*block != 0 && levels-- > 0) {
        reach /= each;
        if (!read_block(fs, *block, pointers))
            return false;
        *block = pointers[index / reach];
        index %= reach;
    }
    return true;
}

bool ext2_read_file_block(const struct ext2* fs, const uint32_t blocks[EXT2_BLOCKS], uint64_t index,
                          void* data)
{
    uint32_t block;
    if (!locate(fs, blocks, index, &block))
        return false;
    if (block != 0)
        return read_block(fs, block, data);
    memset(data, 0, fs->block_size);
    return true;
}

static uint32_t find_in_block(const uint8_t* block, size_t size, const char* name, size_t name_length)
{
    for (size_t at = 0; at + sizeof(struct entry) <= size;) {
        const struct entry* entry = (const void*)(block + at);
        if (entry->length < sizeof *entry || entry->length > size - at ||
            entry->name_length > entry->length - sizeof *entry)
            return 0;
        if (entry->inode != 0 && entry->name_length == name_length &&
            memcmp(entry->name, name, name_length) == 0)
            return entry->inode;
        at += entry->length;
    }
    return 0;
}

uint32_t ext2_find(const struct ext2* fs, const struct ext2_inode* directory, const char* name,
                   size_t name_length)
{
    uint8_t block[EXT2_BLOCK_MAX];
    uint64_t count = directory->size / fs->block_size;
    for (uint64_t i = 0; i < count && i < DIRECTORY_BLOCKS_MAX; i++) {
        if (!ext2_read_file_block(fs, directory->blocks, i, block))
            return 0;
        uint32_t inode = find_in_block(block, fs->block_size, name, name_length);
        if (inode != 0)
            return inode;
    }
    return 0;
}

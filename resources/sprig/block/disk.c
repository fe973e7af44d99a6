/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <ctype.h>
#include <sprig/disk.h>
#include <sprig/fail.h>
#include <stdio.h>
#include <string.h>

#include "blockdev.h"
#include "ext2.h"

static struct mount {
    const char* mountpoint;
    struct ext2 ext2;
} mounts[SPRIG_DISKS_MAX];
static size_t mount_count;

/* "/dev/ld0a" is the first disk, as in NetBSD. */
static unsigned disk_number(const char* path)
{
    bool good = strncmp(path, "/dev/ld", 7) == 0 && isdigit(path[7]) &&
                (path[8] == '\0' || (isalpha(path[8]) && path[9] == '\0'));
    unsigned number = good ? (unsigned)(path[7] - '0') : SPRIG_DISKS_MAX;
    if (number >= SPRIG_DISKS_MAX)
        sprig_fail("config: disk \"%s\" is none of /dev/ld0a to /dev/ld%da", path, SPRIG_DISKS_MAX - 1);
    return number;
}

void sprig_disk_mount(const struct sprig_disk_config* config)
{
    unsigned disk = disk_number(config->path);
    if (!blockdev_start(disk))
        sprig_fail("%s: there is no disk for it", config->path);
    printf("%s: %s, %lu KiB\n", config->path, blockdev_place(disk),
           blockdev_sectors(disk) * SECTOR_SIZE / 1024);
    if (config->mountpoint == NULL)
        return;
    struct mount* mount = &mounts[mount_count];
    const char* problem = ext2_mount(&mount->ext2, disk);
    if (problem != NULL)
        sprig_fail("%s cannot be mounted: %s", config->path, problem);
    mount->mountpoint = config->mountpoint;
    mount_count++;
    printf("%s: ext2 \"%s\" on %s\n", config->path, mount->ext2.label, mount->mountpoint);
}

const char* sprig_disk_label(const char* mountpoint)
{
    for (size_t i = 0; i < mount_count; i++)
        if (strcmp(mounts[i].mountpoint, mountpoint) == 0)
            return mounts[i].ext2.label;
    return NULL;
}

/* The mount that a path is in, the longest one, and the rest of the path within it. */
static const struct mount* find_mount(const char* path, const char** rest)
{
    const struct mount* best = NULL;
    size_t best_length = 0;
    for (size_t i = 0; i < mount_count; i++) {
        size_t length = strlen(mounts[i].mountpoint);
        while (length > 0 && mounts[i].mountpoint[length - 1] == '/')
            length--;
        bool within = strncmp(path, mounts[i].mountpoint, length) == 0 && path[length] == '/';
        if (within && (best == NULL || length > best_length)) {
            best = &mounts[i];
            best_length = length;
        }
    }
    *rest = path + best_length;
    return best;
}

bool sprig_file_open(struct sprig_file* file, const char* path)
{
    const char* rest;
    const struct mount* mount = find_mount(path, &rest);
    struct ext2_inode inode;
    if (mount == NULL || !ext2_read_inode(&mount->ext2, EXT2_ROOT, &inode))
        return false;
    for (;;) {
        while (*rest == '/')
            rest++;
        size_t length = 0;
        while (rest[length] != '\0' && rest[length] != '/')
            length++;
        if (length == 0)
            break;
        uint32_t number = inode.directory ? ext2_find(&mount->ext2, &inode, rest, length) : 0;
        if (!ext2_read_inode(&mount->ext2, number, &inode))
            return false;
        rest += length;
    }
    if (!inode.regular)
        return false;
    *file = (struct sprig_file){.file_system = &mount->ext2, .size = inode.size};
    memcpy(file->blocks, inode.blocks, sizeof file->blocks);
    return true;
}

long sprig_file_read(struct sprig_file* file, void* data, size_t size)
{
    uint8_t block[EXT2_BLOCK_MAX];
    size_t done = 0;
    while (done < size && file->position < file->size) {
        size_t offset = file->position % file->file_system->block_size;
        uint64_t index = file->position / file->file_system->block_size;
        if (!ext2_read_file_block(file->file_system, file->blocks, index, block))
            return -1;
        size_t part = file->file_system->block_size - offset;
        if (part > size - done)
            part = size - done;
        if (part > file->size - file->position)
            part = (size_t)(file->size - file->position);
        memcpy((uint8_t*)data + done, block + offset, part);
        done += part;
        file->position += part;
    }
    return (long)done;
}

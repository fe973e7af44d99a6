/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disks with an ext2 file system, read only. */
#ifndef SPRIG_DISK_H
#define SPRIG_DISK_H

#include <sprig/config.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Finds the disk of the configuration and mounts its file system, or ends the unikernel. */
void sprig_disk_mount(const struct sprig_disk_config* config);

/* The label of the file system mounted there, or NULL if there is none. */
const char* sprig_disk_label(const char* mountpoint);

struct sprig_file {
    const struct ext2* file_system;
    uint64_t size;
    uint64_t position;
    uint32_t blocks[15]; /* twelve direct ones, then one, two and three levels of indirection */
};

/* Opens a regular file by its full path, such as "/data/readme.txt". */
bool sprig_file_open(struct sprig_file* file, const char* path);
/* Reads on from where the last read ended. Returns the bytes read: 0 at the end, -1 on error. */
long sprig_file_read(struct sprig_file* file, void* data, size_t size);

#endif

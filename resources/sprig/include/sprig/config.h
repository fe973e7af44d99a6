/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the unikernel was told to be: rumprun's JSON configuration, taken apart. */
#ifndef SPRIG_CONFIG_H
#define SPRIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SPRIG_PROGRAMS_MAX = 8,
    SPRIG_ARGUMENTS_MAX = 63,
    SPRIG_ENVIRONMENT_MAX = 64,
    SPRIG_DISKS_MAX = 4,
};

struct sprig_program_config {
    int argc;
    char* argv[SPRIG_ARGUMENTS_MAX + 1];
    bool background;
};

struct sprig_net_config {
    const char* interface; /* NULL if no network is wanted */
    const char* method;
    const char* address;
    const char* mask; /* CIDR bits */
    const char* gateway;
};

struct sprig_disk_config {
    const char* path;
    const char* mountpoint; /* NULL if it is not to be mounted */
};

struct sprig_config {
    struct sprig_program_config programs[SPRIG_PROGRAMS_MAX];
    int program_count;
    char* environment[SPRIG_ENVIRONMENT_MAX];
    int environment_count;
    const char* hostname;
    struct sprig_net_config net;
    struct sprig_disk_config disks[SPRIG_DISKS_MAX];
    int disk_count;
};

extern struct sprig_config sprig_config;

/*
 * Reads the configuration, skipping everything before the first brace, and fills in
 * sprig_config; its strings stay inside `text`. A mistake ends the unikernel with a
 * message; offsets in it count from that brace.
 */
void sprig_config_read(char* text);

/*
 * Splits a command line in place as rumprun does: at blanks, except within single or
 * double quotes or after a backslash. Returns the count, at most `limit`.
 */
int sprig_split_arguments(char* text, char** arguments, int limit);

#endif

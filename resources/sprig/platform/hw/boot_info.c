/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/memory.h>
#include <sprig/platform.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hw.h"

enum {
    MULTIBOOT_MAGIC = 0x2badb002,
    MULTIBOOT_HAS_COMMAND_LINE = 1 << 2,
    MULTIBOOT_HAS_MODULES = 1 << 3,
    MULTIBOOT_HAS_MEMORY_MAP = 1 << 6,
    PVH_MAGIC = 0x336ec578,
    MEMORY_USABLE = 1,
    MAP_ENTRIES_MAX = 256,
    CONFIGURATION_MAX = 65536,
};
static const uint64_t MAPPED_END = 0xc0000000; /* devices from here on */

struct multiboot_info {
    uint32_t flags;
    uint32_t memory_lower, memory_upper;
    uint32_t boot_device;
    uint32_t command_line;
    uint32_t module_count, modules;
    uint32_t symbols[4];
    uint32_t map_size, map;
};

struct multiboot_module {
    uint32_t start, end, string, reserved;
};

struct multiboot_memory {
    uint32_t size; /* of what follows */
    uint64_t start, length;
    uint32_t type;
} __attribute__((packed));

struct pvh_info {
    uint32_t magic, version, flags, module_count;
    uint64_t modules, command_line, acpi_tables;
    uint64_t map; /* this and what follows from version 1 on */
    uint32_t map_entries, reserved;
};

struct pvh_module {
    uint64_t start, size, command_line, reserved;
};

struct pvh_memory {
    uint64_t start, length;
    uint32_t type, reserved;
};

struct sprig_machine sprig_machine;

/* A copy, because the loader's lies in memory that we hand out. */
static char configuration[CONFIGURATION_MAX + 1];

static void keep_configuration(uintptr_t text, uint64_t size)
{
    size = size < CONFIGURATION_MAX ? size : CONFIGURATION_MAX;
    memcpy(configuration, (const void*)text, size);
    configuration[size] = '\0';
}

static void keep_command_line(uintptr_t text)
{
    keep_configuration(text, strnlen((const char*)text, CONFIGURATION_MAX));
}

static void add_memory(uint64_t start, uint64_t length, uint32_t type)
{
    uint64_t end;
    if (type != MEMORY_USABLE || __builtin_add_overflow(start, length, &end))
        return;
    uint64_t image = (uintptr_t)sprig_image_start, image_end = (uintptr_t)sprig_image_end;
    bool holds_image = start <= image && image_end <= end;
    if (holds_image) {
        sprig_machine.heap_start = image_end;
        sprig_machine.heap_end = end < MAPPED_END ? end : MAPPED_END;
        sprig_machine.heap_end &= ~(uintptr_t)(SPRIG_PAGE_SIZE - 1);
    }
    /* the first mebibyte counts as a whole, whatever the firmware keeps of it */
    if (start >= image || holds_image)
        sprig_machine.memory += holds_image ? end : length;
}

static void read_multiboot(const struct multiboot_info* info)
{
    sprig_machine.boot_protocol = "multiboot";
    if ((info->flags & MULTIBOOT_HAS_MODULES) && info->module_count > 0) {
        const struct multiboot_module* module = (const void*)(uintptr_t)info->modules;
        if (module->end > module->start)
            keep_configuration(module->start, module->end - module->start);
    } else if (info->flags & MULTIBOOT_HAS_COMMAND_LINE) {
        keep_command_line(info->command_line);
    }
    if ((info->flags & MULTIBOOT_HAS_MEMORY_MAP) == 0)
        return;
    uintptr_t at = info->map, end = at + info->map_size;
    for (int i = 0; i < MAP_ENTRIES_MAX && at + sizeof(struct multiboot_memory) <= end; i++) {
        const struct multiboot_memory* entry = (const void*)at;
        add_memory(entry->start, entry->length, entry->type);
        at += entry->size + sizeof entry->size;
    }
}

static void read_pvh(const struct pvh_info* info)
{
    sprig_machine.boot_protocol = "PVH";
    if (info->magic != PVH_MAGIC)
        return;
    if (info->module_count > 0) {
        const struct pvh_module* module = (const void*)info->modules;
        keep_configuration(module->start, module->size);
    } else if (info->command_line != 0) {
        keep_command_line(info->command_line);
    }
    const struct pvh_memory* entries = (const void*)info->map;
    for (uint32_t i = 0; info->version >= 1 && i < info->map_entries && i < MAP_ENTRIES_MAX; i++)
        add_memory(entries[i].start, entries[i].length, entries[i].type);
}

void hw_read_boot_info(uint32_t multiboot_magic, uintptr_t info)
{
    sprig_machine.configuration = configuration;
    if (multiboot_magic == MULTIBOOT_MAGIC)
        read_multiboot((const void*)info);
    else
        read_pvh((const void*)info);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Hermit's loader does, and no more: puts the image that it got as its multiboot module at the next
 * large page behind it, and enters it there. Started as sprig is, by its start.S.
 */
#include <stdint.h>

enum { LOAD = 1, MODULES = 24, LARGE_PAGE = 2 << 20 };

struct module {
    uint32_t start, end, text, reserved;
};

struct header {
    uint8_t identity[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, segments, sections;
    uint32_t flags;
    uint16_t size, segment_size, segment_count;
};

struct segment {
    uint32_t type, flags;
    uint64_t offset, address, physical, in_file, in_memory, align;
};

static void copy(uint8_t* to, const uint8_t* from, uint64_t size)
{
    while (size-- > 0)
        *to++ = *from++;
}

_Noreturn void hw_main(uint64_t magic, uintptr_t information)
{
    (void)magic;
    const struct module* module = (const void*)(uintptr_t) * (const uint32_t*)(information + MODULES);
    const uint8_t* file = (const void*)(uintptr_t)module->start;
    const struct header* image = (const void*)file;
    uint8_t* place = (void*)(((uintptr_t)module->end + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1));
    for (int i = 0; i < image->segment_count; i++) {
        const struct segment* segment = (const void*)(file + image->segments + i * image->segment_size);
        if (segment->type == LOAD)
            copy(place + segment->address, file + segment->offset, segment->in_file);
    }
    void (*enter)(void) = (void (*)(void))(place + image->entry);
    enter();
    __builtin_unreachable();
}

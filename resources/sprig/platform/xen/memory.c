/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/fail.h>
#include <sprig/memory.h>
#include <sprig/platform.h>
#include <string.h>

#include "xen.h"

/*
 * Pages are mapped at their own address, as on a bare machine. Their tables can be read, but only the
 * hypervisor changes them: it checks each table that is attached and each entry that is set.
 */
enum { ENTRIES = 512 };
static const uint64_t PRESENT = XEN_PAGE_PRESENT, WRITABLE = XEN_PAGE_WRITABLE, USED = 0x60;
static const uint64_t FRAME = 0x000ffffffffff000;
static const uintptr_t TABLE_MAPS = 0x200000, DIRECTORY_MAPS = 0x40000000, MAPPED_END = UINT64_C(1) << 39;

static uint64_t no_execute;

static const uint64_t* frames_of(void)
{
    return (const uint64_t*)xen_start->frames;
}

void* xen_page_of(uint64_t frame)
{
    const uint64_t* pages = (const uint64_t*)XEN_PAGE_OF_FRAME;
    return (void*)(pages[frame] * SPRIG_PAGE_SIZE);
}

uint64_t xen_machine_address(uintptr_t address)
{
    return frames_of()[address / SPRIG_PAGE_SIZE] * SPRIG_PAGE_SIZE + address % SPRIG_PAGE_SIZE;
}

bool xen_map_page(uintptr_t page, uint64_t entry)
{
    return xen_call(XEN_UPDATE_VA_MAPPING, page, entry, XEN_FLUSH_PAGE) == 0;
}

void platform_unmap_page(uintptr_t page)
{
    xen_map_page(page, 0);
}

static void protect(uintptr_t start, uintptr_t end, uint64_t flags)
{
    for (uintptr_t page = start; page < end; page += SPRIG_PAGE_SIZE)
        xen_map_page(page, xen_machine_address(page) | PRESENT | USED | flags);
}

static uint64_t* table_of(uint64_t entry)
{
    return xen_page_of((entry & FRAME) / SPRIG_PAGE_SIZE);
}

static void attach(const uint64_t* entry, uint64_t* table)
{
    struct xen_page_update update = {
        .entry = xen_machine_address((uintptr_t)entry),
        .value = xen_machine_address((uintptr_t)table) | PRESENT | WRITABLE | USED,
    };
    protect((uintptr_t)table, (uintptr_t)table + SPRIG_PAGE_SIZE, no_execute);
    if (xen_call4(XEN_MMU_UPDATE, (uintptr_t)&update, 1, 0, XEN_SELF) != 0)
        sprig_fail("the hypervisor does not take a page table");
}

/* The entry for the table that maps this address; what that entry lies in is made if it is missing. */
static uint64_t* entry_for(uintptr_t address)
{
    uint64_t* pointers = table_of(*(const uint64_t*)xen_start->tables);
    uint64_t* pointer = &pointers[address / DIRECTORY_MAPS];
    if ((*pointer & PRESENT) == 0)
        attach(pointer, sprig_pages_allocate(1));
    return &table_of(*pointer)[address / TABLE_MAPS % ENTRIES];
}

/*
 * The builder has mapped all that it has made, and half a mebibyte more, up to the end of a table: so there
 * are always pages for the next tables.
 */
static void map_heap(uintptr_t end)
{
    uintptr_t start = sprig_machine.heap_start;
    uintptr_t mapped = (start + TABLE_MAPS - 1) & ~(TABLE_MAPS - 1);
    while (mapped < end && (*entry_for(mapped) & PRESENT))
        mapped += TABLE_MAPS;
    sprig_machine.heap_end = mapped < end ? mapped : end;
    protect(start, sprig_machine.heap_end, WRITABLE | no_execute);
    for (; mapped < end; mapped += TABLE_MAPS) {
        uint64_t* entry = entry_for(mapped);
        uint64_t* table = sprig_pages_allocate(1);
        for (uintptr_t i = 0; i < ENTRIES && mapped + i * SPRIG_PAGE_SIZE < end; i++)
            table[i] =
                xen_machine_address(mapped + i * SPRIG_PAGE_SIZE) | PRESENT | WRITABLE | USED | no_execute;
        attach(entry, table);
        sprig_machine.heap_end = mapped + TABLE_MAPS < end ? mapped + TABLE_MAPS : end;
    }
}

/* Tells which frame of the machine each page of ours is: else nobody can make a dump of this guest. */
static void tell_frames(void)
{
    size_t list_pages = (xen_start->page_count + ENTRIES - 1) / ENTRIES;
    uint64_t* lists = sprig_pages_allocate(1);
    for (size_t i = 0; lists != NULL && i * ENTRIES < list_pages && i < ENTRIES; i++) {
        uint64_t* list = sprig_pages_allocate(1);
        if (list == NULL)
            return;
        for (size_t j = 0; j < ENTRIES && i * ENTRIES + j < list_pages; j++)
            list[j] = frames_of()[xen_start->frames / SPRIG_PAGE_SIZE + i * ENTRIES + j];
        lists[i] = frames_of()[(uintptr_t)list / SPRIG_PAGE_SIZE];
    }
    if (lists == NULL)
        return;
    xen_shared->frame_lists = frames_of()[(uintptr_t)lists / SPRIG_PAGE_SIZE];
    xen_shared->frame_count = xen_start->page_count;
}

static bool has_no_execute(void)
{
    uint32_t a = 0x80000001, b, c = 0, d;
    __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return d >> 20 & 1;
}

/* Page 0 traps, text cannot be written, nothing but text can be executed. */
void xen_memory_start(void)
{
    no_execute = has_no_execute() ? UINT64_C(1) << 63 : 0;
    sprig_machine.memory = xen_start->page_count * SPRIG_PAGE_SIZE;
    sprig_machine.heap_start = xen_start->tables + xen_start->table_count * SPRIG_PAGE_SIZE;
    protect((uintptr_t)sprig_image_start, (uintptr_t)sprig_text_end, 0);
    protect((uintptr_t)sprig_text_end, (uintptr_t)sprig_rodata_end, no_execute);
    protect((uintptr_t)sprig_rodata_end, (uintptr_t)xen_shared_page, WRITABLE | no_execute);
    protect((uintptr_t)xen_boot_stack, (uintptr_t)sprig_image_end, WRITABLE | no_execute);
    platform_unmap_page(0);
    platform_unmap_page((uintptr_t)xen_boot_stack - SPRIG_PAGE_SIZE);
    map_heap(sprig_machine.memory < MAPPED_END ? sprig_machine.memory : MAPPED_END);
    tell_frames();
}

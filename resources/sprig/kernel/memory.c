/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/memory.h>
#include <sprig/platform.h>
#include <string.h>

void* sprig_pages_allocate(size_t count)
{
    size_t left = (sprig_machine.heap_end - sprig_machine.heap_start) / SPRIG_PAGE_SIZE;
    if (count > left)
        return NULL;
    void* pages = (void*)sprig_machine.heap_start;
    sprig_machine.heap_start += count * SPRIG_PAGE_SIZE;
    return memset(pages, 0, count * SPRIG_PAGE_SIZE);
}

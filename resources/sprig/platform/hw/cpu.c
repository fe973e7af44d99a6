/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/memory.h>
#include <sprig/platform.h>
#include <sprig/trap.h>
#include <stdint.h>

#include "hw.h"
#include "virtio.h"

enum { CODE_SEGMENT = 8, TASK_SEGMENT = 24, GATE_PRESENT = 0x8e, TRAP_STACK_SIZE = 8192 };

static const uint64_t PAGE_PRESENT = 1, PAGE_WRITABLE = 2, PAGE_LARGE = 0x80;
static const uint64_t PAGE_NO_EXECUTE = UINT64_C(1) << 63;
enum { LARGE_PAGE = 0x200000, ENTRIES = 512 };

struct gate {
    uint16_t offset_low;
    uint16_t segment;
    uint8_t stack;
    uint8_t flags;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};

struct task_state {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map;
} __attribute__((packed));

struct table_pointer {
    uint16_t limit;
    const void* base;
} __attribute__((packed));

extern char hw_trap_stubs[];
extern uint64_t hw_page_directories[];

static struct gate gates[HW_VECTORS];
static struct task_state task;
static uint64_t descriptors[5] = {0, 0x00af9b000000ffff, 0x00cf93000000ffff};
/* Faults have a stack of their own, so that a full stack can be reported, too. */
static char trap_stack[TRAP_STACK_SIZE] __attribute__((aligned(16)));
/* The tables that the pages below are split into; the rest come from the page allocator. */
static uint64_t first_table[ENTRIES] __attribute__((aligned(4096)));

static volatile bool events;

/* Called by trap_entry.S. */
void hw_trap(const struct sprig_trap_frame* frame);

void hw_trap(const struct sprig_trap_frame* frame)
{
    if (frame->vector < HW_TIMER_VECTOR) {
        uint64_t fault_address;
        __asm__ volatile("mov %%cr2, %0" : "=r"(fault_address));
        sprig_trap(frame, fault_address);
    }
    if (frame->vector == HW_SPURIOUS_VECTOR)
        return;
    if (frame->vector == HW_DEVICE_VECTOR) {
        virtio_acknowledge_all();
        events = true;
    }
    hw_apic_end_of_interrupt();
}

bool platform_take_events(void)
{
    /* sti takes effect one instruction later: the nop is where waiting interrupts come in */
    __asm__ volatile("sti\n\tnop\n\tcli" : : : "memory");
    bool taken = events;
    events = false;
    return taken;
}

void platform_idle(uint64_t until_ns)
{
    uint32_t ticks = hw_clock_timer_ticks_until(until_ns);
    if (ticks == 0)
        return;
    hw_apic_timer_set(until_ns == UINT64_MAX ? 0 : ticks);
    __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
    hw_apic_timer_set(0);
}

static void load_descriptors(void)
{
    uint64_t base = (uintptr_t)&task, limit = sizeof task - 1;
    task.io_map = sizeof task;
    task.ist[0] = (uintptr_t)trap_stack + sizeof trap_stack;
    descriptors[3] = limit | (base & 0xffffff) << 16 | UINT64_C(0x89) << 40 | (base >> 24) << 56;
    descriptors[4] = base >> 32;

    struct table_pointer pointer = {sizeof descriptors - 1, descriptors};
    __asm__ volatile("lgdt %0" : : "m"(pointer));
    __asm__ volatile("ltr %w0" : : "r"(TASK_SEGMENT));
}

static void load_gates(void)
{
    for (unsigned vector = 0; vector < HW_VECTORS; vector++) {
        uintptr_t entry = (uintptr_t)hw_trap_stubs + vector * 16;
        gates[vector] = (struct gate){
            .offset_low = (uint16_t)entry,
            .offset_middle = (uint16_t)(entry >> 16),
            .offset_high = (uint32_t)(entry >> 32),
            .segment = CODE_SEGMENT,
            .stack = vector < HW_TIMER_VECTOR,
            .flags = GATE_PRESENT,
        };
    }
    struct table_pointer pointer = {sizeof gates - 1, gates};
    __asm__ volatile("lidt %0" : : "m"(pointer));
}

/* Turns a large page into 512 small ones that do the same. */
static void split(uint64_t* large, uint64_t* table)
{
    for (uint64_t i = 0; i < ENTRIES; i++)
        table[i] = (*large & ~PAGE_LARGE) + i * SPRIG_PAGE_SIZE;
    *large = (uintptr_t)table | PAGE_PRESENT | PAGE_WRITABLE;
}

static void forget_translation(uintptr_t page)
{
    __asm__ volatile("invlpg (%0)" : : "r"(page) : "memory");
}

static uint64_t* small_page(uintptr_t page)
{
    uint64_t* large = &hw_page_directories[page / LARGE_PAGE];
    if (*large & PAGE_LARGE) {
        uint64_t* table = sprig_pages_allocate(1);
        if (table == NULL)
            return NULL;
        split(large, table);
    }
    uint64_t* table = (uint64_t*)(*large & ~(uint64_t)0xfff);
    return &table[page / SPRIG_PAGE_SIZE % ENTRIES];
}

void platform_unmap_page(uintptr_t page)
{
    uint64_t* entry = small_page(page);
    if (entry != NULL) {
        *entry = 0;
        forget_translation(page);
    }
}

/* Page 0 traps, text cannot be written, nothing but text can be executed. */
static void protect_image(void)
{
    split(&hw_page_directories[0], first_table);
    for (uintptr_t page = 0; page < LARGE_PAGE; page += SPRIG_PAGE_SIZE) {
        bool text = page >= (uintptr_t)sprig_image_start && page < (uintptr_t)sprig_text_end;
        bool constant = page >= (uintptr_t)sprig_text_end && page < (uintptr_t)sprig_rodata_end;
        uint64_t* entry = &first_table[page / SPRIG_PAGE_SIZE];
        if (!text)
            *entry |= PAGE_NO_EXECUTE;
        if (text || constant)
            *entry &= ~PAGE_WRITABLE;
        forget_translation(page);
    }
    for (size_t i = 1; i < 4 * (size_t)ENTRIES; i++)
        hw_page_directories[i] |= PAGE_NO_EXECUTE;
    platform_unmap_page(0);
    platform_unmap_page((uintptr_t)hw_boot_stack - SPRIG_PAGE_SIZE);
}

void hw_cpu_start(void)
{
    load_descriptors();
    load_gates();
    protect_image();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/memory.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Every piece of the heap, used or free, in one list by address; neighbours merge when freed. */
struct piece {
    size_t size; /* of what follows this header */
    bool used;
    struct piece* next;
} __attribute__((aligned(16)));

enum { GROWTH_PAGES = 16 };

static struct piece* first_piece;

static char* end_of(struct piece* piece)
{
    return (char*)(piece + 1) + piece->size;
}

static void merge_with_next(struct piece* piece)
{
    struct piece* next = piece->next;
    if (next != NULL && !piece->used && !next->used && end_of(piece) == (char*)next) {
        piece->size += sizeof *next + next->size;
        piece->next = next->next;
    }
}

static void split(struct piece* piece, size_t size)
{
    if (piece->size < size + sizeof *piece + 16)
        return;
    struct piece* rest = (struct piece*)((char*)(piece + 1) + size);
    *rest = (struct piece){.size = piece->size - size - sizeof *rest, .next = piece->next};
    piece->size = size;
    piece->next = rest;
}

/* Adds pages at the end of the list: the page allocator only ever climbs. */
static bool grow(size_t size)
{
    size_t pages = (size + sizeof(struct piece) + SPRIG_PAGE_SIZE - 1) / SPRIG_PAGE_SIZE;
    pages = pages < GROWTH_PAGES ? GROWTH_PAGES : pages;
    struct piece* fresh = sprig_pages_allocate(pages);
    if (fresh == NULL)
        return false;
    *fresh = (struct piece){.size = pages * SPRIG_PAGE_SIZE - sizeof *fresh};

    struct piece **link = &first_piece, *last = NULL;
    for (; *link != NULL; link = &(*link)->next)
        last = *link;
    *link = fresh;
    if (last != NULL)
        merge_with_next(last);
    return true;
}

void* malloc(size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + 15) & ~(size_t)15;
    do {
        for (struct piece* piece = first_piece; piece != NULL; piece = piece->next) {
            if (!piece->used && piece->size >= size) {
                split(piece, size);
                piece->used = true;
                return piece + 1;
            }
        }
    } while (grow(size));
    return NULL;
}

void* calloc(size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    void* memory = malloc(total);
    return memory != NULL ? memset(memory, 0, total) : NULL;
}

void free(void* memory)
{
    if (memory == NULL)
        return;
    struct piece* freed = (struct piece*)memory - 1;
    freed->used = false;
    merge_with_next(freed);
    for (struct piece* piece = first_piece; piece != NULL; piece = piece->next) {
        if (piece->next == freed) {
            merge_with_next(piece);
            break;
        }
    }
}

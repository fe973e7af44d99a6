/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory in pages. There is no giving back: what is reused is reused by its owner. */
#ifndef SPRIG_MEMORY_H
#define SPRIG_MEMORY_H

#include <stddef.h>

enum { SPRIG_PAGE_SIZE = 4096 };

/* Zeroed pages, one after the other, at an address that is also the physical one; or NULL. */
void* sprig_pages_allocate(size_t count);

#endif

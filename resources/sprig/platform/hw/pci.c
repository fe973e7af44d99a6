/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "pci.h"

#include "hw.h"
#include "io.h"

enum { ADDRESS = 0xcf8, DATA = 0xcfc };

static void select(pci_place place, uint8_t offset)
{
    out32(ADDRESS, UINT32_C(0x80000000) | (uint32_t)place << 8 | (offset & 0xfcu));
}

uint32_t pci_read(pci_place place, uint8_t offset)
{
    select(place, offset);
    return in32(DATA);
}

void pci_write(pci_place place, uint8_t offset, uint32_t value)
{
    select(place, offset);
    out32(DATA, value);
}

bool hw_pci_present(void)
{
    return pci_read(0, 0) != UINT32_MAX;
}

bool pci_find(uint16_t vendor, uint16_t device, pci_place* place)
{
    for (unsigned i = *place; i <= UINT8_MAX; i++) {
        if (pci_read((pci_place)i, 0) == ((uint32_t)device << 16 | vendor)) {
            *place = (pci_place)i;
            return true;
        }
    }
    return false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PCI configuration space through I/O ports, bus 0. */
#ifndef SPRIG_HW_PCI_H
#define SPRIG_HW_PCI_H

#include <stdbool.h>
#include <stdint.h>

enum { PCI_COMMAND = 0x04, PCI_BAR0 = 0x10, PCI_SUBSYSTEM = 0x2c };
enum { PCI_COMMAND_IO = 1, PCI_COMMAND_MASTER = 4, PCI_COMMAND_NO_INTERRUPT = 0x400 };

/* Device * 8 + function. */
typedef uint8_t pci_place;

uint32_t pci_read(pci_place place, uint8_t offset);
void pci_write(pci_place place, uint8_t offset, uint32_t value);

/* Finds the next function with this vendor and device id, starting at `*place`. */
bool pci_find(uint16_t vendor, uint16_t device, pci_place* place);

#endif

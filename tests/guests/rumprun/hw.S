/* What is known an image of rumprun for a PC by, and no more: for tests of what is decided, not of what runs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
    .section .bootstrap, "ax"
header: /* multiboot 1, with addresses, for a 64-bit file is loaded by them */
    .long 0x1badb002, 0x00010003, -(0x1badb002 + 0x00010003)
    .long header, 0x100000, 0, 0, _start
    .code32
    .globl _start
_start:
    hlt
    jmp _start
    .section link_set_rump_components, "aw"
    .quad _start

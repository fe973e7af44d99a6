/* What is known an image of Hermit's by, and no more: for tests of what boots it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
    .section .note.hermit.entry, "a", @note
    .balign 4
    .long 7, 1, 0x5a00
    .ascii "HERMIT\0\0"
    .byte 1, 0, 0, 0
    .text
    .globl _start
_start:
    hlt
    jmp _start

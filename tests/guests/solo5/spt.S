/* What is known an image for Solo5's spt tender by, and no more: for tests of what is decided, not of what runs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
    .section .note.solo5.abi, "a", @note
    .balign 4
    .long 6, 8, 0x31494241  /* "ABI1" */
    .ascii "Solo5\0\0\0"
    .long 2, 2              /* target spt, version 2 */
    .text
    .globl _start
_start:
    hlt
    jmp _start

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A block without relocations: where there is none at all, firmware takes an image for one that cannot be moved. */
        .section .reloc, "a"
        .long   0
        .long   10
        .word   0
        .section .note.GNU-stack, "", @progbits

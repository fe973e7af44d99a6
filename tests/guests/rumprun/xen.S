/* What is known an image of rumprun for Xen by, and no more: for tests of what is decided, not of what runs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
    .section __xen_guest, "a"
    .ascii "GUEST_OS=rumprun,XEN_VER=xen-3.0,VIRT_BASE=0x0,ELF_PADDR_OFFSET=0x0,HYPERCALL_PAGE=0x2,LOADER=generic"
    .byte 0
    .text
    .globl _start
_start:
    hlt
    jmp _start
    .section link_set_rump_components, "aw"
    .quad _start

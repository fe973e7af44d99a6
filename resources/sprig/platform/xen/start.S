/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/version.h>

#define BOOT_STACK_SIZE 16384

        .cfi_sections .debug_frame
        .text

/* Entered by the domain's builder in 64-bit mode: all addresses are mapped, the start info is in rsi. */
        .globl  _start
        .type   _start, @function
_start:
        .cfi_startproc
        .cfi_undefined rip
        cld
        lea     xen_boot_stack_end(%rip), %rsp
        xorl    %ebp, %ebp
        mov     %rsi, %rdi
        call    xen_main
        ud2
        .cfi_endproc
        .size   _start, . - _start

/*
 * Filled in by the hypervisor, 32 bytes for each hypercall: push rcx, push r11, mov to eax, syscall, pop r11,
 * pop rcx, ret.
 */
        .balign 4096
        .globl  xen_hypercall_page
        .type   xen_hypercall_page, @function
xen_hypercall_page:
        .cfi_startproc
        .rept   128
        .cfi_def_cfa_offset 8
        .skip   1, 0xcc
        .cfi_def_cfa_offset 16
        .skip   2, 0xcc
        .cfi_def_cfa_offset 24
        .skip   9, 0xcc
        .cfi_def_cfa_offset 16
        .skip   1, 0xcc
        .cfi_def_cfa_offset 8
        .skip   19, 0xcc
        .endr
        .cfi_endproc
        .size   xen_hypercall_page, . - xen_hypercall_page

        .bss
        .balign 4096
        .globl  xen_shared_page /* the hypervisor's page is mapped over it */
xen_shared_page:
        .skip   4096
        .skip   4096 /* xen_memory_start() takes it away, so that a full stack traps */
        .globl  xen_boot_stack, xen_boot_stack_end
xen_boot_stack:
        .skip   BOOT_STACK_SIZE
xen_boot_stack_end:

/* How tools recognise the image, and what it tells the domain's builder: xen/include/public/elfnote.h. */
        .macro  note section, owner, type, value:vararg
        .section \section, "a", @note
        .balign 4
        .long   1f - 0f, 3f - 2f, \type
0:      .asciz  "\owner"
1:      .balign 4
2:      \value
3:      .balign 4
        .endm

        note    .note.sprig, sprig, 1, .asciz SPRIG_VERSION

        note    .note.Xen, Xen, 6, .asciz "sprig" /* GUEST_OS */
        note    .note.Xen, Xen, 7, .asciz SPRIG_VERSION /* GUEST_VERSION */
        note    .note.Xen, Xen, 5, .asciz "xen-3.0" /* XEN_VERSION: of the interface */
        note    .note.Xen, Xen, 8, .asciz "generic" /* LOADER */
        note    .note.Xen, Xen, 3, .quad 0 /* VIRT_BASE: addresses are those in the guest's own memory */
        note    .note.Xen, Xen, 4, .quad 0 /* PADDR_OFFSET */
        note    .note.Xen, Xen, 1, .quad _start /* ENTRY */
        note    .note.Xen, Xen, 2, .quad xen_hypercall_page /* HYPERCALL_PAGE */

        .section .note.GNU-stack, "", @progbits

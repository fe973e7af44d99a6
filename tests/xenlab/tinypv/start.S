// Where the hypervisor enters tinypv, and what it is told by notes before.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <xen/elfnote.h>

    .section .text.start, "ax"
    .globl _start
    .type _start, @function
_start:
    .cfi_startproc
    .cfi_undefined rip
    cld
    lea stack_top(%rip), %rsp
    xor %ebp, %ebp
    mov %rsi, %rdi // the start info
    call guest_main
    ud2
    .cfi_endproc
    .size _start, . - _start

    // filled in by the hypervisor
    .balign 4096
    .globl hypercall_page
hypercall_page:
    .skip 4096, 0xcc

    .bss
    .balign 4096
    // something for the hypervisor's shared page to be mapped over
    .globl shared_page
shared_page:
    .skip 4096
    .skip 32768
stack_top:

.macro note type, value:vararg
    .pushsection .note.Xen, "a", @note
    .balign 4
    .long 4, 2f - 1f, \type
    .asciz "Xen"
1:  \value
2:  .balign 4
    .popsection
.endm

    note XEN_ELFNOTE_GUEST_OS, .asciz "tinypv"
    note XEN_ELFNOTE_GUEST_VERSION, .asciz "1"
    note XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0"
    note XEN_ELFNOTE_LOADER, .asciz "generic"
    note XEN_ELFNOTE_VIRT_BASE, .quad 0
    note XEN_ELFNOTE_PADDR_OFFSET, .quad 0
    note XEN_ELFNOTE_ENTRY, .quad _start
    note XEN_ELFNOTE_HYPERCALL_PAGE, .quad hypercall_page

    .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: GPL-3.0-or-later */

#define VECTORS 20
/* The traps that have an error code: 8, 10 to 14 and 17. */
#define HAS_ERROR_CODE 0x00027d00

        .cfi_sections .debug_frame
        .text

/*
 * One stub of 16 bytes for each vector; they make all frames alike, and as a processor would. Above its
 * frame the hypervisor pushes rcx and r11.
 */
        .balign 16
        .globl  xen_trap_stubs
        .type   xen_trap_stubs, @function
xen_trap_stubs:
        .cfi_startproc simple
        .cfi_signal_frame
        .set    vector, 0
        .rept   VECTORS
        .balign 16
        .if     (HAS_ERROR_CODE >> vector) & 1
        .cfi_def_cfa rsp, 64
        .else
        .cfi_def_cfa rsp, 56
        .endif
        .cfi_offset rip, -40
        .cfi_offset rsp, -16
        pop     %rcx
        .cfi_adjust_cfa_offset -8
        pop     %r11
        .cfi_adjust_cfa_offset -8
        .if     ((HAS_ERROR_CODE >> vector) & 1) == 0
        push    $0
        .cfi_adjust_cfa_offset 8
        .endif
        push    $vector
        .cfi_adjust_cfa_offset 8
        jmp     xen_trap_common
        .set    vector, vector + 1
        .endr
        .cfi_endproc
        .size   xen_trap_stubs, . - xen_trap_stubs

/* Builds a struct sprig_trap_frame. The unwinder finds the interrupted function through it. */
        .type   xen_trap_common, @function
xen_trap_common:
        .cfi_startproc simple
        .cfi_signal_frame
        .cfi_def_cfa rsp, 56
        .cfi_offset rip, -40
        .cfi_offset rsp, -16
        andq    $0xffff, 24(%rsp) /* above the code segment is whether events were masked */
        .irp    register, rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
        push    %\register
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset \register, 0
        .endr
        cld
        mov     %rsp, %rdi
        call    xen_trap
        ud2
        .cfi_endproc
        .size   xen_trap_common, . - xen_trap_common

/*
 * An event wakes whoever has let events in, and has nothing to do itself. They stay masked after it. The
 * hypervisor calls our privilege 0, but iretq goes from 3 to 3.
 */
        .globl  xen_event_entry
        .type   xen_event_entry, @function
xen_event_entry:
        .cfi_startproc simple
        .cfi_signal_frame
        .cfi_def_cfa rsp, 56
        .cfi_offset rip, -40
        .cfi_offset rsp, -16
        pop     %rcx
        .cfi_adjust_cfa_offset -8
        pop     %r11
        .cfi_adjust_cfa_offset -8
        orb     $3, 8(%rsp)
        orb     $3, 32(%rsp)
        iretq
        .cfi_endproc
        .size   xen_event_entry, . - xen_event_entry

        .section .note.GNU-stack, "", @progbits

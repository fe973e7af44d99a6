/* SPDX-License-Identifier: GPL-3.0-or-later */

#define VECTORS 48
/* The traps for which the processor pushes an error code: 8, 10 to 14, 17, 21, 29 and 30. */
#define HAS_ERROR_CODE 0x60227d00

        .cfi_sections .debug_frame
        .text

/* One stub of 16 bytes for each vector; they make all frames alike. */
        .balign 16
        .globl  hw_trap_stubs
        .type   hw_trap_stubs, @function
hw_trap_stubs:
        .cfi_startproc simple
        .cfi_signal_frame
        .set    vector, 0
        .rept   VECTORS
        .balign 16
        .if     vector < 32 && (HAS_ERROR_CODE >> vector) & 1
        .cfi_def_cfa rsp, 48
        .cfi_offset rip, -40
        .cfi_offset rsp, -16
        .else
        .cfi_def_cfa rsp, 40
        .cfi_offset rip, -40
        .cfi_offset rsp, -16
        push    $0
        .cfi_adjust_cfa_offset 8
        .endif
        push    $vector
        .cfi_adjust_cfa_offset 8
        jmp     trap_common
        .set    vector, vector + 1
        .endr
        .cfi_endproc
        .size   hw_trap_stubs, . - hw_trap_stubs

/* Builds a struct sprig_trap_frame. The unwinder finds the interrupted function through it. */
        .type   trap_common, @function
trap_common:
        .cfi_startproc simple
        .cfi_signal_frame
        .cfi_def_cfa rsp, 56
        .cfi_offset rip, -40
        .cfi_offset rsp, -16
        .irp    register, rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
        push    %\register
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset \register, 0
        .endr
        cld
        mov     %rsp, %rdi
        call    hw_trap
        .irp    register, r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax
        pop     %\register
        .cfi_adjust_cfa_offset -8
        .cfi_same_value \register
        .endr
        add     $16, %rsp
        .cfi_adjust_cfa_offset -16
        iretq
        .cfi_endproc
        .size   trap_common, . - trap_common

        .section .note.GNU-stack, "", @progbits

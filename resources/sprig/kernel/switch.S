/* SPDX-License-Identifier: GPL-3.0-or-later */

        .cfi_sections .debug_frame
        .text

/* void sprig_switch(uintptr_t *save_sp, uintptr_t load_sp) */
        .globl  sprig_switch
        .type   sprig_switch, @function
sprig_switch:
        .cfi_startproc
        .irp    register, rbp, rbx, r12, r13, r14, r15
        push    %\register
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset \register, 0
        .endr
        mov     %rsp, (%rdi)
        mov     %rsi, %rsp
        .irp    register, r15, r14, r13, r12, rbx, rbp
        pop     %\register
        .cfi_adjust_cfa_offset -8
        .cfi_restore \register
        .endr
        ret
        .cfi_endproc
        .size   sprig_switch, . - sprig_switch

/* Where a new thread's first switch returns to, behind the nop: the outermost frame of every backtrace. */
        .globl  sprig_thread_begin
        .type   sprig_thread_begin, @function
sprig_thread_begin:
        .cfi_startproc
        .cfi_undefined rip
        nop
        call    sprig_thread_main
        ud2
        .cfi_endproc
        .size   sprig_thread_begin, . - sprig_thread_begin

        .section .note.GNU-stack, "", @progbits

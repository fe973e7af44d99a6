/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kernels write in assembly, and without call frame information. */

        .macro  function name
        .text
        .globl  \name
        .type   \name, @function
\name:
        .endm

        .macro  ends name
        .size   \name, . - \name
        .endm

/* void switch(save, load): each points to where a stack pointer and an address are kept. */
        function SWITCH
        push    %rbp
        push    %rbx
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, SP(%rdi)
        lea     1f(%rip), %rax
        mov     %rax, IP(%rdi)
        mov     SP(%rsi), %rsp
        push    IP(%rsi)
        ret
1:      pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbx
        pop     %rbp
        ret
        ends    SWITCH

/* A new thread's stack holds its argument and its function. */
        function STARTER
        pop     %rdi
        pop     %rbx
        push    $0
        push    $0
        xor     %ebp, %ebp
        call    *%rbx
        call    abort
        ends    STARTER

        .weak   cpu_fattrap, follow_null /* not every kernel has them */

/* As the processor enters it: error code, rip, cs, rflags, rsp, ss on the stack. */
        function x86_trap_14
        lea     trap_name(%rip), %rdi
        mov     $8, %rdx
        mov     $14, %rcx
        add     $8, %rsp
        mov     0(%rsp), %rsi
        call    cpu_fattrap
        hlt
        ends    x86_trap_14

/* Called like follow_null(): does what the processor does if its first instruction faults. */
        function fault_at_follow_null
        lea     follow_null(%rip), %r11
        mov     %rsp, %r10
        push    $0x2b
        push    %r10
        pushf
        push    $0x33
        push    %r11
        push    $6
        jmp     x86_trap_14
        ends    fault_at_follow_null

/* As Xen fills a guest's; slot 39 asks Linux for the process's number. */
        .balign 4096
        function hypercall_page
        .set    number, 0
        .rept   128
        push    %rcx
        push    %r11
        mov     $number, %eax
        syscall
        pop     %r11
        pop     %rcx
        ret
        .balign 32
        .set    number, number + 1
        .endr
        ends    hypercall_page

        .section .rodata
trap_name:
        .asciz  "page fault"
        .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A guest that Xen enters by PVH, in 32 bits and without paging (xen/include/public/arch-x86/hvm/start_info.h):
 * maps the first GiB onto itself and once more above that, goes to 64 bits, and calls main().
 */
        .section .note.Xen, "a", @note
        .long   4, 4, 18 /* XEN_ELFNOTE_PHYS32_ENTRY */
        .asciz  "Xen"
        .long   start

        .set    PAGE, 4096
        .set    LARGE_PAGES, 512
        .set    PRESENT_WRITABLE, 3
        .set    LARGE, 0x80

        .text
        .code32
        .globl  start
start:
        cli
        mov     $tables, %edi
        lea     PAGE + PRESENT_WRITABLE(%edi), %eax
        mov     %eax, (%edi)
        lea     2 * PAGE + PRESENT_WRITABLE(%edi), %eax
        mov     %eax, PAGE(%edi)
        mov     %eax, PAGE + 8(%edi)
        xor     %ecx, %ecx
1:      mov     %ecx, %eax
        shl     $21, %eax
        or      $(LARGE | PRESENT_WRITABLE), %eax
        mov     %eax, 2 * PAGE(%edi, %ecx, 8)
        inc     %ecx
        cmp     $LARGE_PAGES, %ecx
        jne     1b
        mov     %cr4, %eax
        or      $0x20, %eax /* PAE */
        mov     %eax, %cr4
        mov     %edi, %cr3
        mov     $0xc0000080, %ecx /* EFER */
        rdmsr
        or      $0x100, %eax /* LME */
        wrmsr
        mov     %cr0, %eax
        or      $0x80000000, %eax /* PG */
        mov     %eax, %cr0
        lgdt    descriptors
        ljmp    $8, $long_mode

        .code64
long_mode:
        mov     $stack, %rsp
        lidt    entries(%rip)
        call    main
1:      hlt
        jmp     1b

        .balign 8
segments:
        .quad   0, 0x00209a0000000000 /* 64-bit code */
descriptors:
        .word   15
        .long   segments
entries: /* for exceptions: none */
        .word   511
        .quad   no_entries

        .bss
        .balign PAGE
tables: .skip   3 * PAGE
no_entries:
        .skip   512
        .skip   4 * PAGE
stack:
        .section .note.GNU-stack, "", @progbits

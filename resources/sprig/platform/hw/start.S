/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <sprig/version.h>

#define MULTIBOOT_MAGIC 0x1badb002
#define MULTIBOOT_FLAGS 0x00010003 /* page-aligned modules, memory map, address fields */

#define CR0_PG_WP_PE 0x80010001
#define CR4_PAE 0x20
#define MSR_EFER 0xc0000080
#define EFER_NXE_LME 0x900

#define PAGE_LARGE_WRITABLE 0x83
#define PAGE_LARGE_DEVICE 0x9b
#define DEVICES_START 0xc0000000

#define BOOT_STACK_SIZE 16384

        .cfi_sections .debug_frame

/*
 * The address fields are what makes loaders take an ELF64 file: they then copy it flat
 * and start it in 32-bit mode.
 */
        .section .multiboot, "a"
        .balign 4
multiboot_header:
        .long   MULTIBOOT_MAGIC
        .long   MULTIBOOT_FLAGS
        .long   -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)
        .long   multiboot_header
        .long   sprig_image_start
        .long   sprig_load_end
        .long   sprig_image_end
        .long   _start

        .text
        .code32

/* Entered by multiboot: the magic number in eax, the boot information in ebx. */
        .globl  _start
        .type   _start, @function
_start:
        .cfi_startproc
        .cfi_undefined rip
        movl    %eax, %edi
        jmp     enter_long_mode
        .cfi_endproc
        .size   _start, . - _start

/* Entered by PVH: the boot information in ebx. */
        .globl  _start_pvh
        .type   _start_pvh, @function
_start_pvh:
        .cfi_startproc
        .cfi_undefined rip
        xorl    %edi, %edi
        jmp     enter_long_mode
        .cfi_endproc
        .size   _start_pvh, . - _start_pvh

        .type   enter_long_mode, @function
enter_long_mode:
        .cfi_startproc
        .cfi_undefined rip
        cld
        movl    %ebx, %esi

        /* the first 4 GiB, each address its own, in pages of 2 MiB */
        movl    $hw_page_directories, %ebx
        movl    $PAGE_LARGE_WRITABLE, %eax
        movl    $2048, %ecx
1:      movl    %eax, (%ebx)
        addl    $8, %ebx
        addl    $0x200000, %eax
        cmpl    $(DEVICES_START | PAGE_LARGE_WRITABLE), %eax
        jne     2f
        orl     $PAGE_LARGE_DEVICE, %eax
2:      loop    1b

        movl    $(hw_page_directories + 3), %eax
        movl    $pointers, %ebx
        movl    $4, %ecx
1:      movl    %eax, (%ebx)
        addl    $8, %ebx
        addl    $4096, %eax
        loop    1b
        movl    $(pointers + 3), root

        movl    $CR4_PAE, %eax
        movl    %eax, %cr4
        movl    $root, %eax
        movl    %eax, %cr3
        movl    $MSR_EFER, %ecx
        rdmsr
        orl     $EFER_NXE_LME, %eax
        wrmsr
        movl    $CR0_PG_WP_PE, %eax
        movl    %eax, %cr0
        lgdt    boot_gdt_pointer
        ljmp    $8, $_start64
        .cfi_endproc
        .size   enter_long_mode, . - enter_long_mode

        .code64
        .globl  _start64
        .type   _start64, @function
_start64:
        .cfi_startproc
        .cfi_undefined rip
        movl    $16, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        xorl    %eax, %eax
        movl    %eax, %fs
        movl    %eax, %gs
        movl    $hw_boot_stack_end, %esp
        xorl    %ebp, %ebp
        movl    %edi, %edi
        movl    %esi, %esi
        call    hw_main
        ud2
        .cfi_endproc
        .size   _start64, . - _start64

        .section .rodata
        .balign 8
boot_gdt:
        .quad   0
        .quad   0x00af9b000000ffff /* 64-bit code */
        .quad   0x00cf93000000ffff /* data */
boot_gdt_pointer:
        .word   . - boot_gdt - 1
        .quad   boot_gdt

        .bss
        .balign 4096
root:   .skip   4096
pointers:
        .skip   4096
        .globl  hw_page_directories
hw_page_directories:
        .skip   4 * 4096
        .skip   4096 /* hw_cpu_start() takes it away, so that a full stack traps */
        .globl  hw_boot_stack, hw_boot_stack_end
hw_boot_stack:
        .skip   BOOT_STACK_SIZE
hw_boot_stack_end:

/* How tools recognise the image, and how PVH loaders enter it. */
        .macro  note section, owner, type
        .section \section, "a", @note
        .balign 4
        .long   1f - 0f, 3f - 2f, \type
0:      .asciz  "\owner"
1:      .balign 4
2:
        .endm

        .macro  note_end
3:      .balign 4
        .endm

        note    .note.sprig, sprig, 1
        .asciz  SPRIG_VERSION
        note_end

        note    .note.Xen, Xen, 18 /* XEN_ELFNOTE_PHYS32_ENTRY */
        .long   _start_pvh
        note_end

        .section .note.GNU-stack, "", @progbits

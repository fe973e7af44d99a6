/* An EFI application that speaks on COM1 and powers the machine off: what a firmware boots, as small as can be.
 * SPDX-License-Identifier: GPL-3.0-or-later */
    .text
    .globl start
start:
    leaq    words(%rip), %rsi
next:
    lodsb
    testb   %al, %al
    jz      done
    movb    %al, %bl
    movw    $0x3fd, %dx             /* line status: bit 5, a byte can be written */
wait:
    inb     %dx, %al
    testb   $0x20, %al
    jz      wait
    movb    %bl, %al
    movw    $0x3f8, %dx
    outb    %al, %dx
    jmp     next
done:
    movw    $0xb004, %dx            /* PM1a_CNT where OVMF puts it on QEMU's pc: SLP_EN for S5 */
    movw    $0x2000, %ax
    outw    %ax, %dx
    hlt
    jmp     done
words:
    .asciz  "\r\nhello from the firmware\r\n"

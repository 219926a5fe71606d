/* SPDX-License-Identifier: MIT */
/*
 * PVH: the loader finds the entry point in a note and jumps there in protected mode with paging off,
 * and with segments of its own.
 */
#include "stack.h"

    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, 18              /* XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long start

    .section .text.entry, "ax"
    .globl start
start:
    cli
    cld
    mov $boot_stack_top, %esp
    lgdt boot_gdt_pointer
    ljmp $0x08, $1f
1:  mov $0x10, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs

    mov $bss_start, %edi
    mov $bss_end, %ecx
    sub %edi, %ecx
    rep stosb
    call kernel_main

    .section .rodata, "a"
    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* 0x08: code */
    .quad 0x00cf93000000ffff    /* 0x10: data */
boot_gdt_end:
boot_gdt_pointer:
    .word boot_gdt_end - boot_gdt - 1
    .long boot_gdt

    .section .stack, "aw", @nobits
    .balign 16
    .globl boot_stack
boot_stack:
    .skip BOOT_STACK_BYTES
boot_stack_top:

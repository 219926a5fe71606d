/* SPDX-License-Identifier: MIT */
/*
 * PVH: the loader finds the 32-bit entry point in a note and jumps there in protected mode with
 * paging off. 64-bit code needs paging, so it first runs on a table of its own, which maps 4 GiB at
 * their own addresses. It has five levels where CPUID says that the CPU has them, unless the kernel
 * was compiled for four. A CPU of QEMU has them with la57=on, which is so for -cpu max.
 */
#include "stack.h"

#include <page_table64/regs/x86_64.h>

    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, 18              /* XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long start

    .section .text.entry, "ax"
    .code32
    .globl start
start:
    cli
    cld
    mov $boot_stack_top, %esp

    xor %eax, %eax
    cpuid
    mov boot_cr4, %esi
    cmp $7, %eax                /* the largest leaf */
    jb four_levels
    mov $7, %eax
    xor %ecx, %ecx
    cpuid
    test $PT64_X86_64_CPUID_LA57, %ecx
    jz four_levels
    test $PT64_X86_64_CR4_LA57, %esi
    jz four_levels
    mov $boot_pml5, %ecx
    jmp load_table
four_levels:
    and $~PT64_X86_64_CR4_LA57, %esi
    mov $boot_pml4, %ecx
load_table:
    mov %esi, %cr4
    mov %ecx, %cr3

    mov $PT64_X86_64_MSR_EFER, %ecx
    rdmsr
    or $PT64_X86_64_EFER_LME, %eax
    wrmsr
    mov %cr0, %eax
    or $PT64_X86_64_CR0_PG, %eax
    mov %eax, %cr0

    lgdt boot_gdt_pointer
    ljmp $0x08, $long_mode

    .code64
long_mode:
    xor %eax, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
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
    .quad 0x00af9b000000ffff    /* 0x08: 64-bit code */
boot_gdt_end:
boot_gdt_pointer:
    .word boot_gdt_end - boot_gdt - 1
    .quad boot_gdt

    .section .data, "aw"
    .balign 4096
boot_pml5:
    .quad boot_pml4 + 3         /* present, writable */
    .fill 511, 8, 0
boot_pml4:
    .quad boot_pdpt + 3
    .fill 511, 8, 0
boot_pdpt:
    .quad boot_directories + 0x0003, boot_directories + 0x1003
    .quad boot_directories + 0x2003, boot_directories + 0x3003
    .fill 508, 8, 0
boot_directories:
    .set address, 0
    .rept 4 * 512
    .quad address + 0x83        /* a page of 2M, which every CPU has */
    .set address, address + 0x200000
    .endr

    .section .stack, "aw", @nobits
    .balign 16
    .globl boot_stack
boot_stack:
    .skip BOOT_STACK_BYTES
boot_stack_top:

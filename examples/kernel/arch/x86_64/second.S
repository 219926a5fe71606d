/* SPDX-License-Identifier: MIT */
/* The other CPU comes here in real mode, and goes to second_main on the first CPU's table. */
#include <page_table64/regs/x86_64.h>

#include "segments.h"
#include "stack.h"

    .section .rodata, "a"
    .globl second_trampoline, second_trampoline_end
    .code16
second_trampoline:
    cli
    xor %ax, %ax
    mov %ax, %ds
    lgdtl 0x8000 + pointer - second_trampoline
    mov %cr0, %eax
    or $PT64_X86_64_CR0_PE, %al
    mov %eax, %cr0
    ljmpl $SELECTOR_CODE_32, $protected_mode
    .balign 8
pointer:
    .word 79
    .long cpu_descriptors
second_trampoline_end:

    .text
    .weak second_main           /* a kernel without processes has none */
    .code32
protected_mode:
    mov $SELECTOR_DATA, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov second_cr4, %eax
    mov %eax, %cr4
    mov second_cr3, %eax
    mov %eax, %cr3
    mov $PT64_X86_64_MSR_EFER, %ecx
    mov second_efer, %eax
    xor %edx, %edx
    wrmsr
    mov second_cr0, %eax
    mov %eax, %cr0
#ifdef __x86_64__
    ljmp $SELECTOR_CODE, $long_mode

    .code64
long_mode:
    xor %eax, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
#endif
    mov $second_stack_top, %esp
    call second_main

    .section .stack, "aw", @nobits
    .balign 16
    .globl second_stack
second_stack:
    .skip BOOT_STACK_BYTES
second_stack_top:

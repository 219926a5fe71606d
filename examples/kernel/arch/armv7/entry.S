/* SPDX-License-Identifier: MIT */
/* The loader jumps here in Supervisor mode, with the MMU and the caches off and interrupts masked. */
#include "stack.h"

    .syntax unified
    .arm
    .section .text.entry, "ax"
    .globl start
start:
    ldr sp, =boot_stack_top
    ldr r0, =bss_start
    ldr r1, =bss_end
    mov r2, #0
1:  cmp r0, r1
    bhs 2f
    strb r2, [r0], #1
    b 1b
2:  bl kernel_main
    .ltorg

    .section .stack, "aw", %nobits
    .balign 16
    .globl boot_stack
boot_stack:
    .skip BOOT_STACK_BYTES
boot_stack_top:

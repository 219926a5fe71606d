/* SPDX-License-Identifier: MIT */
/* The loader jumps here at EL1, with the MMU and the caches off and exceptions masked. */
#include "stack.h"

    .section .text.entry, "ax"
    .globl start
start:
    msr spsel, #1
    adrp x0, boot_stack_top
    add x0, x0, :lo12:boot_stack_top
    mov sp, x0

    adrp x0, bss_start
    add x0, x0, :lo12:bss_start
    adrp x1, bss_end
    add x1, x1, :lo12:bss_end
1:  cmp x0, x1
    b.hs 2f
    strb wzr, [x0], #1
    b 1b
2:  bl kernel_main

    .section .stack, "aw", @nobits
    .balign 16
    .globl boot_stack
boot_stack:
    .skip BOOT_STACK_BYTES
boot_stack_top:

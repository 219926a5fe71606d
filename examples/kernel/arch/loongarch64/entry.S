/* SPDX-License-Identifier: MIT */
/* The loader jumps here with paging off and interrupts masked. */
#include "stack.h"

    .section .text.entry, "ax"
    .globl start
start:
    la.pcrel $sp, boot_stack_top
    la.pcrel $t0, bss_start
    la.pcrel $t1, bss_end
1:  bgeu $t0, $t1, 2f
    st.b $zero, $t0, 0
    addi.d $t0, $t0, 1
    b 1b
2:  bl kernel_main

    .section .stack, "aw", @nobits
    .balign 16
    .globl boot_stack
boot_stack:
    .skip BOOT_STACK_BYTES
boot_stack_top:

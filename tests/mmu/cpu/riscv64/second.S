/* SPDX-License-Identifier: MIT */
/* The other hart arrives here in supervisor mode, with translation and interrupts off. */
    .text
    .globl second_entry
second_entry:
    la sp, second_stack_top
    li tp, 1
    call second_main

    .section .stack, "aw", @nobits
    .balign 16
    .skip 0x4000
second_stack_top:

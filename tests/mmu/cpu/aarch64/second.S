/* SPDX-License-Identifier: MIT */
/* The other CPU arrives here at EL1 with its MMU off. */
    .text
    .globl second_entry
second_entry:
    msr spsel, #1
    adrp x0, second_stack_top
    add x0, x0, :lo12:second_stack_top
    mov sp, x0
    bl second_main

    .section .stack, "aw", @nobits
    .balign 16
    .skip 0x4000
second_stack_top:

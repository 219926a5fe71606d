/* SPDX-License-Identifier: MIT */
/* The other CPU arrives here in Supervisor mode with its MMU off. */
    .syntax unified
    .arm
    .text
    .globl second_entry
second_entry:
    ldr sp, =second_stack_top
    bl second_main
    .ltorg

    .section .stack, "aw", %nobits
    .balign 16
    .skip 0x4000
second_stack_top:

/* SPDX-License-Identifier: MIT */
/* The other hart arrives here in supervisor mode, with translation and interrupts off. */
    .text
    .globl second_entry
second_entry:
    la sp, second_stack_top
    li tp, 1
    call second_main

/* Or it arrives at the entry of the first hart: OpenSBI 1.1 lets a hart go before it has noted its
 * address. So a machine with two harts is compiled with another name for the kernel's own entry. */
#ifdef start
#undef start
    .section .text.entry, "ax"
    .globl start
start:
    la t0, is_taken
    li t1, 1
    amoswap.w t1, t1, (t0)
    bnez t1, 1f
    tail first_entry
1:  tail second_entry

    .data
    .balign 4
is_taken:
    .word 0
#endif

    .section .stack, "aw", @nobits
    .balign 16
    .skip 0x4000
second_stack_top:

/* SPDX-License-Identifier: MIT */
/* The other hart arrives here in supervisor mode, with translation and interrupts off. */
#include "stack.h"

    .text
    .globl second_entry
    .weak second_main           /* a kernel without processes has none */
second_entry:
    la sp, second_stack_top
    li tp, 1                    /* cpu_index */
    call second_main

    .section .stack, "aw", @nobits
    .balign 16
    .globl second_stack
second_stack:
    .skip BOOT_STACK_BYTES
second_stack_top:

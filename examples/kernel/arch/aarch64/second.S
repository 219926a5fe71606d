/* SPDX-License-Identifier: MIT */
/* The other CPU arrives here at EL1 with its MMU off. */
#include "stack.h"

    .text
    .globl second_entry
    .weak second_main           /* a kernel without processes has none */
second_entry:
    msr spsel, #1
    adrp x0, second_stack_top
    add x0, x0, :lo12:second_stack_top
    mov sp, x0
    bl second_main

    .section .stack, "aw", @nobits
    .balign 16
    .globl second_stack
second_stack:
    .skip BOOT_STACK_BYTES
second_stack_top:

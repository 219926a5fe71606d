/* SPDX-License-Identifier: MIT */
#include "saved.inc"

/* Exceptions of the user code begin their stack where this one is now. */
    .text
    .globl user_enter, user_return
user_enter:
    save_registers
    mov x3, #0x3c0              /* EL0, exceptions masked */
    msr spsr_el1, x3
    msr elr_el1, x0
    msr sp_el0, x2
    mov x0, x1
    eret

user_return:
    restore_registers
    ret

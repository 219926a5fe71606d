/* SPDX-License-Identifier: MIT */
#include "saved.inc"

/* Exceptions of the user code begin their stack where this one is now. */
    .text
    .globl user_enter, user_return
user_enter:
    save_registers
    csrw sscratch, sp
    csrw sepc, a0
    li t0, 1 << 8 | 1 << 5      /* sstatus.SPP: user; SPIE: interrupts of the kernel stay off */
    csrc sstatus, t0
    mv sp, a2
    mv a0, a1
    sret

user_return:
    restore_registers
    ret

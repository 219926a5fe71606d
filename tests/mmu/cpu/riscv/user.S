/* SPDX-License-Identifier: MIT */
#include "saved.inc"

    .section .text.user, "ax"
    .balign 4096
    .globl cpu_user_page, cpu_user_load, cpu_user_store, cpu_user_call
cpu_user_page:
cpu_user_load:
    LOAD a1, (a0)
    ecall
cpu_user_store:
    STORE a0, (a0)
#if __riscv_xlen == 32
    sw zero, 4(a0)
#endif
    ecall
cpu_user_call:
    jr a0
    .balign 4096

/* When the function returns, the rest is the same as for an early end. */
    .text
    .globl cpu_try, cpu_leave
cpu_try:
    save_registers
    la t0, kernel_stack
    STORE sp, (t0)
    jalr a0

cpu_leave:
    la t0, kernel_stack
    LOAD sp, (t0)
    restore_registers
    ret

    .bss
    .balign 8
kernel_stack:
    .skip REGISTER_BYTES

/* SPDX-License-Identifier: MIT */
#include "registers.h"

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

/* What cpu_user_leave restores. */
    .set SAVED_BYTES, 16 * REGISTER_BYTES
    .macro save_kernel
    addi sp, sp, -SAVED_BYTES
    STORE ra, 0 * REGISTER_BYTES(sp)
    STORE s0, 1 * REGISTER_BYTES(sp)
    STORE s1, 2 * REGISTER_BYTES(sp)
    STORE s2, 3 * REGISTER_BYTES(sp)
    STORE s3, 4 * REGISTER_BYTES(sp)
    STORE s4, 5 * REGISTER_BYTES(sp)
    STORE s5, 6 * REGISTER_BYTES(sp)
    STORE s6, 7 * REGISTER_BYTES(sp)
    STORE s7, 8 * REGISTER_BYTES(sp)
    STORE s8, 9 * REGISTER_BYTES(sp)
    STORE s9, 10 * REGISTER_BYTES(sp)
    STORE s10, 11 * REGISTER_BYTES(sp)
    STORE s11, 12 * REGISTER_BYTES(sp)
    la t0, kernel_stack
    STORE sp, (t0)
    .endm

    .text
    .globl cpu_user_enter, cpu_user_leave, cpu_try
cpu_user_enter:
    save_kernel
    csrw sscratch, sp
    csrw sepc, a0
    li t0, 1 << 8 | 1 << 5      /* sstatus.SPP: user; SPIE: interrupts stay off */
    csrc sstatus, t0
#if __riscv_xlen == 64
    mv a0, a1
#else
    mv a0, a2                   /* pc is in a0 and a1 */
#endif
    sret

/* When the function returns, the rest is the same as for an early end. */
cpu_try:
    save_kernel
    jalr a0

cpu_user_leave:
    la t0, kernel_stack
    LOAD sp, (t0)
    LOAD ra, 0 * REGISTER_BYTES(sp)
    LOAD s0, 1 * REGISTER_BYTES(sp)
    LOAD s1, 2 * REGISTER_BYTES(sp)
    LOAD s2, 3 * REGISTER_BYTES(sp)
    LOAD s3, 4 * REGISTER_BYTES(sp)
    LOAD s4, 5 * REGISTER_BYTES(sp)
    LOAD s5, 6 * REGISTER_BYTES(sp)
    LOAD s6, 7 * REGISTER_BYTES(sp)
    LOAD s7, 8 * REGISTER_BYTES(sp)
    LOAD s8, 9 * REGISTER_BYTES(sp)
    LOAD s9, 10 * REGISTER_BYTES(sp)
    LOAD s10, 11 * REGISTER_BYTES(sp)
    LOAD s11, 12 * REGISTER_BYTES(sp)
    addi sp, sp, SAVED_BYTES
    ret

    .bss
    .balign 8
kernel_stack:
    .skip REGISTER_BYTES

/* SPDX-License-Identifier: MIT */
    .section .text.user, "ax"
    .balign 4096
    .globl cpu_user_page, cpu_user_load, cpu_user_store, cpu_user_call
cpu_user_page:
cpu_user_load:
    ld a1, (a0)
    ecall
cpu_user_store:
    sd a0, (a0)
    ecall
cpu_user_call:
    jr a0
    .balign 4096

/* What cpu_user_leave restores. */
    .macro save_kernel
    addi sp, sp, -112
    sd ra, 0(sp)
    sd s0, 8(sp)
    sd s1, 16(sp)
    sd s2, 24(sp)
    sd s3, 32(sp)
    sd s4, 40(sp)
    sd s5, 48(sp)
    sd s6, 56(sp)
    sd s7, 64(sp)
    sd s8, 72(sp)
    sd s9, 80(sp)
    sd s10, 88(sp)
    sd s11, 96(sp)
    la t0, kernel_stack
    sd sp, (t0)
    .endm

    .text
    .globl cpu_user_enter, cpu_user_leave, cpu_try
cpu_user_enter:
    save_kernel
    csrw sscratch, sp
    csrw sepc, a0
    li t0, 1 << 8 | 1 << 5      /* sstatus.SPP: user; SPIE: interrupts stay off */
    csrc sstatus, t0
    mv a0, a1
    sret

/* When the function returns, the rest is the same as for an early end. */
cpu_try:
    save_kernel
    jalr a0

cpu_user_leave:
    la t0, kernel_stack
    ld sp, (t0)
    ld ra, 0(sp)
    ld s0, 8(sp)
    ld s1, 16(sp)
    ld s2, 24(sp)
    ld s3, 32(sp)
    ld s4, 40(sp)
    ld s5, 48(sp)
    ld s6, 56(sp)
    ld s7, 64(sp)
    ld s8, 72(sp)
    ld s9, 80(sp)
    ld s10, 88(sp)
    ld s11, 96(sp)
    addi sp, sp, 112
    ret

    .bss
    .balign 8
kernel_stack:
    .skip 8

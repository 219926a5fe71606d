/* SPDX-License-Identifier: MIT */
    .section .text.user, "ax"
    .balign 4096
    .globl cpu_user_page, cpu_user_load, cpu_user_store, cpu_user_call
cpu_user_page:
cpu_user_load:
    ldr x1, [x0]
    svc #0
cpu_user_store:
    str x0, [x0]
    svc #0
cpu_user_call:
    br x0
    .balign 4096

/* What cpu_user_leave restores. */
    .macro save_kernel
    stp x29, x30, [sp, #-96]!
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    stp x27, x28, [sp, #80]
    adrp x2, kernel_stack
    mov x3, sp
    str x3, [x2, :lo12:kernel_stack]
    .endm

    .text
    .globl cpu_user_enter, cpu_user_leave, cpu_try
cpu_user_enter:
    save_kernel
    msr elr_el1, x0
    mov x2, #0x3c0              /* EL0, exceptions masked */
    msr spsr_el1, x2
    mov x0, x1
    eret

/* When the function returns, the rest is the same as for an early end. */
cpu_try:
    mov x4, x0
    save_kernel
    blr x4

cpu_user_leave:
    adrp x2, kernel_stack
    ldr x3, [x2, :lo12:kernel_stack]
    mov sp, x3
    ldp x27, x28, [sp, #80]
    ldp x25, x26, [sp, #64]
    ldp x23, x24, [sp, #48]
    ldp x21, x22, [sp, #32]
    ldp x19, x20, [sp, #16]
    ldp x29, x30, [sp], #96
    ret

    .bss
    .balign 8
kernel_stack:
    .skip 8

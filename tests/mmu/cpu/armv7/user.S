/* SPDX-License-Identifier: MIT */
    .syntax unified
    .arm
    .section .text.user, "ax"
    .balign 4096
    .globl cpu_user_page, cpu_user_load, cpu_user_store, cpu_user_call
cpu_user_page:
cpu_user_load:
    ldrd r2, r3, [r0]
    svc #0
cpu_user_store:
    mov r1, #0
    strd r0, r1, [r0]
    svc #0
cpu_user_call:
    bx r0
    .balign 4096

    .set USER_MASKED, 0x1d0     /* User mode, interrupts masked */

/* What cpu_leave restores. */
    .macro save_kernel
    push {r3-r11, lr}
    ldr r12, =kernel_stack
    str sp, [r12]
    .endm

    .text
    .globl user_enter, cpu_leave, cpu_try
user_enter:
    save_kernel
    mov r12, #USER_MASKED
    msr spsr_cxsf, r12
    mov lr, r0
    mov r0, r1
    movs pc, lr

/* When the function returns, the rest is the same as for an early end. */
cpu_try:
    save_kernel
    blx r0

cpu_leave:
    ldr r12, =kernel_stack
    ldr sp, [r12]
    pop {r3-r11, pc}
    .ltorg

    .bss
    .balign 4
kernel_stack:
    .skip 4

/* SPDX-License-Identifier: MIT */
/* The page is one of the largest granule. */
#include "saved.inc"

    .section .text.user, "ax"
    .balign 0x10000
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
    .balign 0x10000

/* When the function returns, the rest is the same as for an early end. */
    .text
    .globl cpu_try, cpu_leave
cpu_try:
    mov x4, x0
    save_registers
    adrp x2, kernel_stack
    mov x3, sp
    str x3, [x2, :lo12:kernel_stack]
    blr x4

cpu_leave:
    adrp x2, kernel_stack
    ldr x3, [x2, :lo12:kernel_stack]
    mov sp, x3
    restore_registers
    ret

    .bss
    .balign 8
kernel_stack:
    .skip 8

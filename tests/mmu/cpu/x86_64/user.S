/* SPDX-License-Identifier: MIT */
#include "saved.inc"

    .section .text.user, "ax"
    .balign 4096
    .globl cpu_user_page, cpu_user_load, cpu_user_store, cpu_user_call
cpu_user_page:
cpu_user_load:
    mov (%rdi), %rax
    ud2
cpu_user_store:
    mov %rdi, (%rdi)
    ud2
cpu_user_call:
    jmp *%rdi
    .balign 4096

/* When the function returns, the rest is the same as for an early end. */
    .text
    .globl cpu_try, cpu_leave
cpu_try:
    save_registers
    mov %rsp, kernel_stack
    sub $8, %rsp
    call *%rdi

cpu_leave:
    mov kernel_stack, %rsp
    restore_registers
    ret

    .bss
    .balign 8
kernel_stack:
    .skip 8

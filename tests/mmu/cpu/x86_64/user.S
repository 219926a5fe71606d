/* SPDX-License-Identifier: MIT */
#include "segments.h"

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

/* What cpu_user_leave restores. */
    .macro save_kernel
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, kernel_stack
    .endm

    .text
    .globl cpu_user_enter, cpu_user_leave, cpu_try
cpu_user_enter:
    save_kernel
    mov %rsp, cpu_task_state + 4
    push $SELECTOR_USER_DATA
    push $0                     /* it has no stack */
    push $2                     /* interrupts off */
    push $SELECTOR_USER_CODE
    push %rdi
    mov %rsi, %rdi
    iretq

/* When the function returns, the rest is the same as for an early end. */
cpu_try:
    save_kernel
    sub $8, %rsp
    call *%rdi

cpu_user_leave:
    mov kernel_stack, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

    .bss
    .balign 8
kernel_stack:
    .skip 8

/* SPDX-License-Identifier: MIT */
#include "saved.inc"
#include "segments.h"

    .set USER_FLAGS, 0x202      /* interrupts on; bit 1 is always set */

/* Exceptions of the user code begin their stack where this one is now, rounded down to 16 bytes. */
    .text
    .globl user_enter, user_return
user_enter:
    save_registers
    sub $8, %rsp
    mov %rdx, %r12
    mov %rsi, %r13
    mov %rdi, %r14
    call user_stack
    mov %rsp, (%rax)
    push $SELECTOR_USER_DATA
    push %r12
    push $USER_FLAGS
    push $SELECTOR_USER_CODE
    push %r14
    mov %r13, %rdi
    iretq

user_return:
    add $8, %rsp
    restore_registers
    ret

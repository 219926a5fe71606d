/* SPDX-License-Identifier: MIT */
#include "vectors.inc"

/* From here on the stack is a struct frame. */
common:
    push %rax
    push %rbx
    push %rcx
    push %rdx
    push %rsi
    push %rdi
    push %rbp
    push %r8
    push %r9
    push %r10
    push %r11
    push %r12
    push %r13
    push %r14
    push %r15
    cld
    mov %rsp, %rdi
    call exception
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rbp
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rcx
    pop %rbx
    pop %rax
    add $16, %rsp
    iretq

    .globl probe_load, probe_store, probe_call, probe_return
probe_load:
    mov (%rdi), %rax
    ret
probe_store:
    mov %rsi, (%rdi)
    ret
probe_call:
    call *%rdi
probe_return:
    ret

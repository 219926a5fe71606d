/* SPDX-License-Identifier: MIT */
#include "../x86_64/vectors.inc"

/* From here on the stack is a struct frame. */
common:
    pushal
    cld
    push %esp
    call exception
    add $4, %esp
    popal
    add $8, %esp
    iretl

/* Arguments of 64 bits, on the stack. Addresses have no upper half. */
    .globl probe_load, probe_store, probe_call, probe_return
probe_load:
    mov 4(%esp), %ecx
    mov (%ecx), %eax
    mov 4(%ecx), %edx
    ret
probe_store:
    mov 4(%esp), %ecx
    mov 12(%esp), %eax
    mov 16(%esp), %edx
    mov %eax, (%ecx)
    mov %edx, 4(%ecx)
    ret
probe_call:
    call *4(%esp)
probe_return:
    ret

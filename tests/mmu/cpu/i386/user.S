/* SPDX-License-Identifier: MIT */
#include "arch/x86_64/segments.h"

/* The address is in ECX. The upper half of what is stored there is 0. */
    .section .text.user, "ax"
    .balign 4096
    .globl cpu_user_page, cpu_user_load, cpu_user_store, cpu_user_call
cpu_user_page:
cpu_user_load:
    mov (%ecx), %eax
    ud2
cpu_user_store:
    mov %ecx, (%ecx)
    movl $0, 4(%ecx)
    ud2
cpu_user_call:
    jmp *%ecx
    .balign 4096

/* What cpu_leave restores. The first argument is then 20 bytes up the stack. */
    .macro save_kernel
    push %ebx
    push %ebp
    push %esi
    push %edi
    mov %esp, kernel_stack
    .endm

    .text
    .globl user_enter, cpu_leave, cpu_try
/* A return to user code clears data segments that are the kernel's. The kernel can use the user's. */
user_enter:
    save_kernel
    mov %esp, cpu_task_states + 4
    mov 20(%esp), %eax
    mov 24(%esp), %ecx
    mov $SELECTOR_USER_DATA, %edx
    mov %edx, %ds
    mov %edx, %es
    push $SELECTOR_USER_DATA
    push $0                     /* it has no stack */
    push $2                     /* interrupts off */
    push $SELECTOR_USER_CODE
    push %eax
    iretl

/* When the function returns, the rest is the same as for an early end. */
cpu_try:
    save_kernel
    call *20(%esp)

cpu_leave:
    mov kernel_stack, %esp
    pop %edi
    pop %esi
    pop %ebp
    pop %ebx
    ret

    .bss
    .balign 4
kernel_stack:
    .skip 4

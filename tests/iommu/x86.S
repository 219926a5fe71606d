/* SPDX-License-Identifier: MIT */
/* The entry by PVH: 32-bit mode, paging off. */
    .section .note.pvh, "a", @note
    .long 4, 4, 18
    .asciz "Xen"
    .long start

    .text
    .code32
    .globl start
start:
    cli
    fninit
    movl $stack_top, %esp
    call kernel_main
1:  hlt
    jmp 1b

    .bss
    .balign 16
    .skip 16384
stack_top:
    .section .note.GNU-stack, "", @progbits

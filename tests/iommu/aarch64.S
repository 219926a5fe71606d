/* SPDX-License-Identifier: MIT */
    .text
    .globl start
start:
    adrp x0, stack_top
    add x0, x0, :lo12:stack_top
    mov sp, x0
    bl kernel_main
1:  wfi
    b 1b

    .bss
    .balign 16
    .skip 16384
stack_top:

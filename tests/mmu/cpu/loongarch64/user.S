/* SPDX-License-Identifier: MIT */
#include "csr.h"

    .section .text.user, "ax"
    .balign 0x10000
    .globl cpu_user_page, cpu_user_load, cpu_user_store, cpu_user_call
cpu_user_page:
cpu_user_load:
    ld.d $a1, $a0, 0
    syscall 0
cpu_user_store:
    st.d $a0, $a0, 0
    syscall 0
cpu_user_call:
    jr $a0
    .balign 0x10000

/* What cpu_leave restores. */
    .macro save_kernel
    addi.d $sp, $sp, -96
    st.d $ra, $sp, 0
    st.d $fp, $sp, 8
    st.d $s0, $sp, 16
    st.d $s1, $sp, 24
    st.d $s2, $sp, 32
    st.d $s3, $sp, 40
    st.d $s4, $sp, 48
    st.d $s5, $sp, 56
    st.d $s6, $sp, 64
    st.d $s7, $sp, 72
    st.d $s8, $sp, 80
    la.pcrel $t0, kernel_stack
    st.d $sp, $t0, 0
    .endm

    .text
    .globl user_enter, cpu_leave, cpu_try
user_enter:
    save_kernel
    move $t0, $sp
    csrwr $t0, CSR_SAVE0
    csrwr $a0, CSR_ERA
    ori $t0, $zero, 3           /* PRMD: PLV3, interrupts off */
    csrwr $t0, CSR_PRMD
    move $a0, $a1
    ertn

/* When the function returns, the rest is the same as for an early end. */
cpu_try:
    save_kernel
    jirl $ra, $a0, 0

cpu_leave:
    la.pcrel $t0, kernel_stack
    ld.d $sp, $t0, 0
    ld.d $ra, $sp, 0
    ld.d $fp, $sp, 8
    ld.d $s0, $sp, 16
    ld.d $s1, $sp, 24
    ld.d $s2, $sp, 32
    ld.d $s3, $sp, 40
    ld.d $s4, $sp, 48
    ld.d $s5, $sp, 56
    ld.d $s6, $sp, 64
    ld.d $s7, $sp, 72
    ld.d $s8, $sp, 80
    addi.d $sp, $sp, 96
    ret

    .bss
    .balign 8
kernel_stack:
    .skip 8

/* SPDX-License-Identifier: MIT */
#include "csr.h"

    .set FRAME_BYTES, 36 * 8

    .text
    .altmacro
    .macro save register
    st.d $r\register, $sp, \register * 8
    .endm
    .macro restore register
    ld.d $r\register, $sp, \register * 8
    .endm

/* While user code runs, SAVE0 holds the kernel's stack pointer. Otherwise it is 0. */
    .globl vector
    .balign 0x1000
vector:
    csrwr $sp, CSR_SAVE0
    bnez $sp, 1f
    csrrd $sp, CSR_SAVE0
1:  addi.d $sp, $sp, -FRAME_BYTES

/* From here on the stack is a struct frame. */
    save 1
    save 2
    .set number, 4
    .rept 28
    save %number
    .set number, number + 1
    .endr
    move $t0, $zero
    csrwr $t0, CSR_SAVE0
    csrrd $t1, CSR_ERA
    csrrd $t2, CSR_PRMD
    st.d $t0, $sp, 3 * 8
    st.d $t1, $sp, 32 * 8
    st.d $t2, $sp, 33 * 8
    move $a0, $sp
    bl exception
    ld.d $t1, $sp, 32 * 8
    ld.d $t2, $sp, 33 * 8
    csrwr $t1, CSR_ERA
    csrwr $t2, CSR_PRMD
    restore 1
    restore 2
    .set number, 4
    .rept 28
    restore %number
    .set number, number + 1
    .endr
    restore 3
    ertn

/* The TLB has no entry for an address. Three levels: the directories 3 and 1, then a pair of pages.
 * Two levels have no directory 1.
 * When the access is repeated, it finds out whether they are valid. */
    .globl refill
    .balign 0x1000
refill:
    csrwr $t0, PT64_LOONGARCH64_CSR_TLBRSAVE
    csrrd $t0, PT64_LOONGARCH64_CSR_PGD
    lddir $t0, $t0, 3
#ifndef ARCH_HAS_TWO_LEVELS
    lddir $t0, $t0, 1
#endif
    ldpte $t0, 0
    ldpte $t0, 1
    tlbfill
    csrrd $t0, PT64_LOONGARCH64_CSR_TLBRSAVE
    ertn

    .globl probe_load, probe_store, probe_call
probe_load:
    ld.d $a0, $a0, 0
    ret
probe_store:
    st.d $a1, $a0, 0
    ret
probe_call:
    addi.d $sp, $sp, -16
    st.d $ra, $sp, 0
    jirl $ra, $a0, 0
    ld.d $ra, $sp, 0
    addi.d $sp, $sp, 16
    ret

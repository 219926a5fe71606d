/* SPDX-License-Identifier: MIT */
#include "registers.h"

    .set FRAME_BYTES, 36 * REGISTER_BYTES
    .set SSTATUS_SPP, 1 << 8

    .text
    .altmacro
    .macro save register
    STORE x\register, \register * REGISTER_BYTES(sp)
    .endm
    .macro restore register
    LOAD x\register, \register * REGISTER_BYTES(sp)
    .endm

/* While user code runs, sscratch holds the kernel's stack pointer. Otherwise it is 0. */
    .globl vector
    .balign 4
vector:
    csrrw sp, sscratch, sp
    bnez sp, 1f
    csrr sp, sscratch
1:  addi sp, sp, -FRAME_BYTES

/* From here on the stack is a struct frame. */
    save 1
    .set number, 3
    .rept 29
    save %number
    .set number, number + 1
    .endr
    csrrw t0, sscratch, zero
    csrr t1, sepc
    csrr t2, sstatus
    STORE t0, 2 * REGISTER_BYTES(sp)
    STORE t1, 32 * REGISTER_BYTES(sp)
    STORE t2, 33 * REGISTER_BYTES(sp)
    andi t2, t2, SSTATUS_SPP
    bnez t2, 2f
    LOAD tp, FRAME_BYTES(sp)    /* user_enter saved it there */
2:  mv a0, sp
    call exception
    LOAD t1, 32 * REGISTER_BYTES(sp)
    LOAD t2, 33 * REGISTER_BYTES(sp)
    csrw sepc, t1
    csrw sstatus, t2
    andi t2, t2, SSTATUS_SPP
    bnez t2, 3f
    addi t0, sp, FRAME_BYTES
    csrw sscratch, t0
3:
    restore 1
    .set number, 3
    .rept 29
    restore %number
    .set number, number + 1
    .endr
    restore 2
    sret

/* With 32-bit registers an address and a value of 64 bits fill two each. */
    .globl probe_load, probe_store, probe_call
#if __riscv_xlen == 64
probe_load:
    ld a0, (a0)
    ret
probe_store:
    sd a1, (a0)
    ret
#else
probe_load:
    lw t0, (a0)
    lw a1, 4(a0)
    mv a0, t0
    ret
probe_store:
    sw a2, (a0)
    sw a3, 4(a0)
    ret
#endif
probe_call:
    addi sp, sp, -16
    STORE ra, (sp)
    jalr a0
    LOAD ra, (sp)
    addi sp, sp, 16
    ret

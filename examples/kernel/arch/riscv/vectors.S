/* SPDX-License-Identifier: MIT */
    .set FRAME_BYTES, 36 * 8

    .text
    .altmacro
    .macro save register
    sd x\register, \register * 8(sp)
    .endm
    .macro restore register
    ld x\register, \register * 8(sp)
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
    sd t0, 2 * 8(sp)
    sd t1, 32 * 8(sp)
    sd t2, 33 * 8(sp)
    mv a0, sp
    call exception
    ld t1, 32 * 8(sp)
    csrw sepc, t1
    restore 1
    .set number, 3
    .rept 29
    restore %number
    .set number, number + 1
    .endr
    restore 2
    sret

    .globl probe_load, probe_store, probe_call
probe_load:
    ld a0, (a0)
    ret
probe_store:
    sd a1, (a0)
    ret
probe_call:
    addi sp, sp, -16
    sd ra, (sp)
    jalr a0
    ld ra, (sp)
    addi sp, sp, 16
    ret

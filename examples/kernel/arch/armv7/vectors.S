/* SPDX-License-Identifier: MIT */
#include "vectors.h"

    .set MODE_SVC, 0x13

    .syntax unified
    .arm
    .text

/*
 * LR is `offset` bytes after the instruction to return to. All exceptions are handled in Supervisor
 * mode, on its stack.
 */
    .macro handle vector, offset
    sub lr, lr, #\offset
    srsdb sp!, #MODE_SVC
    cps #MODE_SVC
    push {r0-r12, lr}
    mov r1, #\vector
    b common
    .endm

undefined:
    handle VECTOR_UNDEFINED, 4
supervisor_call:
    handle VECTOR_SVC, 4
prefetch_abort:
    handle VECTOR_PREFETCH_ABORT, 4
data_abort:
    handle VECTOR_DATA_ABORT, 8
irq:
    handle VECTOR_IRQ, 4
fiq:
    handle VECTOR_FIQ, 4

/* From here on the stack is a struct frame. Between functions it need not be aligned. */
common:
    mov r0, sp
    mov r4, sp
    bic sp, sp, #7
    bl exception
    mov sp, r4
    clrex
    pop {r0-r12, lr}
    rfeia sp!

    .globl vectors
    .balign 32
vectors:
    b .                         /* reset */
    b undefined
    b supervisor_call
    b prefetch_abort
    b data_abort
    b .                         /* Hyp trap */
    b irq
    b fiq

/* Arguments of 64 bits, in pairs of registers. Addresses have no upper half. */
    .globl probe_load, probe_store, probe_call
probe_load:
    ldrd r0, r1, [r0]
    bx lr
probe_store:
    strd r2, r3, [r0]
    bx lr
probe_call:
    push {r4, lr}
    blx r0
    pop {r4, pc}

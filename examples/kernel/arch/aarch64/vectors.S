/* SPDX-License-Identifier: MIT */
#include "level.h"

    .set FRAME_BYTES, 35 * 8 + 8

    .text
    .altmacro
    .macro vector number
    .balign 0x80
    sub sp, sp, #FRAME_BYTES
    stp x0, x1, [sp]
    mov x0, #\number
    b common
    .endm

    .globl vectors
    .balign 0x800
vectors:
    .set number, 0
    .rept 16
    vector %number
    .set number, number + 1
    .endr

/* From here on the stack is a struct frame. */
common:
    stp x2, x3, [sp, #2 * 8]
    stp x4, x5, [sp, #4 * 8]
    stp x6, x7, [sp, #6 * 8]
    stp x8, x9, [sp, #8 * 8]
    stp x10, x11, [sp, #10 * 8]
    stp x12, x13, [sp, #12 * 8]
    stp x14, x15, [sp, #14 * 8]
    stp x16, x17, [sp, #16 * 8]
    stp x18, x19, [sp, #18 * 8]
    stp x20, x21, [sp, #20 * 8]
    stp x22, x23, [sp, #22 * 8]
    stp x24, x25, [sp, #24 * 8]
    stp x26, x27, [sp, #26 * 8]
    stp x28, x29, [sp, #28 * 8]
    mrs x1, AT_LEVEL(elr)
    stp x30, x1, [sp, #30 * 8]
    mrs x1, AT_LEVEL(spsr)
    mrs x2, AT_LEVEL(esr)
    stp x1, x2, [sp, #32 * 8]
    str x0, [sp, #34 * 8]
    mov x0, sp
    bl exception
    ldr x1, [sp, #32 * 8]
    msr AT_LEVEL(spsr), x1
    ldp x30, x1, [sp, #30 * 8]
    msr AT_LEVEL(elr), x1
    ldp x28, x29, [sp, #28 * 8]
    ldp x26, x27, [sp, #26 * 8]
    ldp x24, x25, [sp, #24 * 8]
    ldp x22, x23, [sp, #22 * 8]
    ldp x20, x21, [sp, #20 * 8]
    ldp x18, x19, [sp, #18 * 8]
    ldp x16, x17, [sp, #16 * 8]
    ldp x14, x15, [sp, #14 * 8]
    ldp x12, x13, [sp, #12 * 8]
    ldp x10, x11, [sp, #10 * 8]
    ldp x8, x9, [sp, #8 * 8]
    ldp x6, x7, [sp, #6 * 8]
    ldp x4, x5, [sp, #4 * 8]
    ldp x2, x3, [sp, #2 * 8]
    ldp x0, x1, [sp], #FRAME_BYTES
    eret

    .globl probe_load, probe_store, probe_call
probe_load:
    ldr x0, [x0]
    ret
probe_store:
    str x1, [x0]
    ret
probe_call:
    stp x29, x30, [sp, #-16]!
    blr x0
    ldp x29, x30, [sp], #16
    ret

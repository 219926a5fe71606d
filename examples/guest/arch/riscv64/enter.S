/* SPDX-License-Identifier: MIT */
#include "saved.inc"

/* struct vcpu */
    .set VCPU_A0, 10 * 8
    .set VCPU_HOST_SP, 32 * 8
    .set VCPU_HOST_STVEC, 33 * 8

/* All registers but a0, to or from the struct at a0. */
    .altmacro
    .macro for_one operation, number
    \operation x\number, \number * 8(a0)
    .endm
    .macro for_some operation, first, count
    .set number, \first
    .rept \count
    for_one \operation, %number
    .set number, number + 1
    .endr
    .endm
    .macro for_registers operation
    for_some \operation, 1, 9
    for_some \operation, 11, 21
    .endm

/* vcpu_enter(vcpu): while the guest runs, sscratch holds the struct and stvec leads here. */
    .text
    .globl vcpu_enter
vcpu_enter:
    save_registers
    sd sp, VCPU_HOST_SP(a0)
    csrw sscratch, a0
    la t0, leave
    csrrw t0, stvec, t0
    sd t0, VCPU_HOST_STVEC(a0)
    for_registers ld
    ld a0, VCPU_A0(a0)
    sret

    .balign 4
leave:
    csrrw a0, sscratch, a0
    for_registers sd
    csrrw t0, sscratch, zero
    sd t0, VCPU_A0(a0)
    ld t0, VCPU_HOST_STVEC(a0)
    csrw stvec, t0
    ld sp, VCPU_HOST_SP(a0)
    restore_registers
    ret

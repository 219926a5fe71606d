/* SPDX-License-Identifier: MIT */
#include "saved.inc"

/* All registers but x0 and x1, to or from the array at x0. */
    .macro for_registers pair, single
    \pair x2, x3, [x0, #2 * 8]
    \pair x4, x5, [x0, #4 * 8]
    \pair x6, x7, [x0, #6 * 8]
    \pair x8, x9, [x0, #8 * 8]
    \pair x10, x11, [x0, #10 * 8]
    \pair x12, x13, [x0, #12 * 8]
    \pair x14, x15, [x0, #14 * 8]
    \pair x16, x17, [x0, #16 * 8]
    \pair x18, x19, [x0, #18 * 8]
    \pair x20, x21, [x0, #20 * 8]
    \pair x22, x23, [x0, #22 * 8]
    \pair x24, x25, [x0, #24 * 8]
    \pair x26, x27, [x0, #26 * 8]
    \pair x28, x29, [x0, #28 * 8]
    \single x30, [x0, #30 * 8]
    .endm

/* vcpu_enter(registers): meanwhile the stack holds their address and the hypervisor's own vectors. */
    .text
    .globl vcpu_enter
vcpu_enter:
    save_registers
    mrs x1, vbar_el2
    stp x0, x1, [sp, #-16]!
    adr x1, exits
    msr vbar_el2, x1
    for_registers ldp, ldr
    ldp x0, x1, [x0]
    eret

leave:
    stp x0, x1, [sp, #-16]!
    ldr x0, [sp, #16]
    for_registers stp, str
    ldp x2, x3, [sp], #16
    stp x2, x3, [x0]
    ldp x0, x1, [sp], #16
    msr vbar_el2, x1
    isb
    restore_registers
    ret

/* The vectors of EL2 while the guest runs: Arm ARM, "Exception vectors". EL2 itself takes no exception
 * then, and interrupts are masked. */
    .balign 0x800
exits:
    .skip 0x400
    b leave                     /* synchronous, from a lower level */
    .balign 0x800

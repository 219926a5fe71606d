/* SPDX-License-Identifier: MIT */
/* A guest at EL1 or EL0, whose traps go to EL2. */
#include "cpu_traits.h"

#if CPU_HAS_GUEST
#include "saved.inc"

/* struct guest */
    .set GUEST_PC, 0
    .set GUEST_X0, 8
    .set GUEST_X1, 16
    .set GUEST_X30, 24
    .set GUEST_SPSR, 32
    .set GUEST_ESR, 40
    .set GUEST_FAR, 48

/* guest_enter(guest): runs the guest until a trap, which it describes. Exceptions are masked in the guest.
 * The stack of EL2 holds the guest and the vectors of the kernel meanwhile. */
    .text
    .globl guest_enter
guest_enter:
    save_registers
    mrs x2, vbar_el2
    stp x0, x2, [sp, #-16]!
    adr x2, guest_traps
    msr vbar_el2, x2
    ldr x2, [x0, #GUEST_PC]
    msr elr_el2, x2
    ldr x2, [x0, #GUEST_SPSR]
    msr spsr_el2, x2
    ldr x30, [x0, #GUEST_X30]
    ldp x0, x1, [x0, #GUEST_X0]
    eret

guest_left:
    ldp x2, x3, [sp], #16
    stp x0, x1, [x2, #GUEST_X0]
    str x30, [x2, #GUEST_X30]
    mrs x0, elr_el2
    str x0, [x2, #GUEST_PC]
    mrs x0, spsr_el2
    str x0, [x2, #GUEST_SPSR]
    mrs x0, esr_el2
    mrs x1, far_el2
    stp x0, x1, [x2, #GUEST_ESR]
    msr vbar_el2, x3
    isb
    restore_registers
    ret

/* The vectors of EL2 while the guest runs: a synchronous exception of a lower level. Others are masked,
 * and EL2 itself takes none. */
    .balign 0x800
guest_traps:
    .skip 0x400
    b guest_left
    .balign 0x800

/* The vectors of the guest's EL1: an SVC of its EL0 goes on to EL2, and so does an external abort of
 * EL1, which is not one of stage 2. */
    .globl guest_vectors
guest_vectors:
    .skip 0x200
    hvc #2
    .balign 0x200
    hvc #1
    .balign 0x800

/* The guest's code: the address is in x0, the value in x1. */
    .globl guest_load_code, guest_store_code, guest_call_code
guest_load_code:
    ldr x0, [x0]
    hvc #0
guest_store_code:
    str x1, [x0]
    hvc #0
guest_call_code:
    blr x0
    hvc #0
#endif

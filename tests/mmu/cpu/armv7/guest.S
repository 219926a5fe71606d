/* SPDX-License-Identifier: MIT */
/* A guest in Supervisor or User mode, whose traps go to Hyp mode. */
#include "cpu_traits.h"

#if CPU_HAS_GUEST

/* struct guest */
    .set GUEST_R0, 0
    .set GUEST_PC, 16
    .set GUEST_SPSR, 20
    .set GUEST_SYNDROME, 24

    .syntax unified
    .arm
    .arch_extension virt

/* guest_enter(guest): runs the guest until a trap, which it describes. Exceptions are masked in the guest.
 * The stack of Hyp mode holds the guest meanwhile. LR is that of User mode. */
    .text
    .globl guest_enter
guest_enter:
    push {r0, r4-r11, lr}
    ldr r1, =guest_traps
    mcr p15, 4, r1, c12, c0, 0  /* HVBAR */
    isb
    ldr r1, [r0, #GUEST_PC]
    msr elr_hyp, r1
    ldr r1, [r0, #GUEST_SPSR]
    msr spsr_cxsf, r1
    ldm r0, {r0-r3}
    eret

guest_left:
    push {r3}
    ldr r3, [sp, #4]
    stm r3!, {r0-r2}
    pop {r0}
    str r0, [r3], #4
    mrs r0, elr_hyp
    mrs r1, spsr
    mrc p15, 4, r2, c5, c2, 0   /* HSR */
    stm r3, {r0-r2}
    pop {r0, r4-r11, pc}
    .ltorg

/* The vectors of Hyp mode: an exception of the guest, or its HVC. Others are masked, and Hyp mode itself
 * takes none. */
    .balign 32
guest_traps:
    .rept 5
    b .
    .endr
    b guest_left
    b .
    b .

/* The vectors of the guest's PL1: an SVC of its PL0 goes on to Hyp mode. */
    .globl guest_vectors
guest_vectors:
    b .
    b .
    hvc #1
    .rept 5
    b .
    .endr

/* The guest's code: the address is in r0, the value in r2 and r3. */
    .globl guest_load_code, guest_store_code, guest_call_code
guest_load_code:
    ldrd r0, r1, [r0]
    hvc #0
guest_store_code:
    strd r2, r3, [r0]
    hvc #0
guest_call_code:
    blx r0
    hvc #0
#endif

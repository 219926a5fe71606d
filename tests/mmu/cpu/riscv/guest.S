/* SPDX-License-Identifier: MIT */
/* A guest in VS-mode or VU-mode, and accesses of HS-mode in its place. Encoded for assemblers that do
 * not know the hypervisor extension. */
#include "cpu_traits.h"

#if CPU_HAS_GUEST
#include "saved.inc"

    .set HSTATUS, 0x600
    .set HTVAL, 0x643
    .set HSTATUS_SPV, 1 << 7            /* SRET enters the guest */
    .set HSTATUS_SPVP, 1 << 8           /* HLV and HSV are those of VS-mode */
    .set SSTATUS_SIE, 1 << 1
    .set SSTATUS_SPIE, 1 << 5
    .set SSTATUS_SPP, 1 << 8

/* struct guest */
    .set GUEST_PC, 0
    .set GUEST_A0, 8
    .set GUEST_A1, 16
    .set GUEST_RA, 24
    .set GUEST_SPP, 32
    .set GUEST_CAUSE, 40
    .set GUEST_VALUE, 48
    .set GUEST_HTVAL, 56

/* What guest_enter keeps on the stack. */
    .set KEPT_GUEST, 0
    .set KEPT_SSTATUS, 8
    .set KEPT_STVEC, 16
    .set KEPT_BYTES, 32

/* guest_enter(guest): runs the guest until a trap, which it describes. An interrupt before SRET would
 * take the vector and the registers of the guest. */
    .text
    .globl guest_enter
guest_enter:
    save_registers
    addi sp, sp, -KEPT_BYTES
    csrr t0, sstatus
    csrci sstatus, SSTATUS_SIE
    csrr t1, stvec
    sd a0, KEPT_GUEST(sp)
    sd t0, KEPT_SSTATUS(sp)
    sd t1, KEPT_STVEC(sp)
    la t0, guest_trap
    csrw stvec, t0
    csrw sscratch, sp
    li t0, HSTATUS_SPV | HSTATUS_SPVP
    csrs HSTATUS, t0
    li t0, SSTATUS_SPP | SSTATUS_SPIE
    csrc sstatus, t0
    ld t0, GUEST_SPP(a0)
    csrs sstatus, t0
    ld t0, GUEST_PC(a0)
    csrw sepc, t0
    ld ra, GUEST_RA(a0)
    ld a1, GUEST_A1(a0)
    ld a0, GUEST_A0(a0)
    sret

    .balign 4
guest_trap:
    csrrw sp, sscratch, zero
    ld t0, KEPT_GUEST(sp)
    sd a0, GUEST_A0(t0)
    sd a1, GUEST_A1(t0)
    sd ra, GUEST_RA(t0)
    csrr t1, sepc
    sd t1, GUEST_PC(t0)
    csrr t1, scause
    sd t1, GUEST_CAUSE(t0)
    csrr t1, stval
    sd t1, GUEST_VALUE(t0)
    csrr t1, HTVAL
    sd t1, GUEST_HTVAL(t0)
    ld t1, KEPT_STVEC(sp)
    csrw stvec, t1
    ld t1, KEPT_SSTATUS(sp)
    addi sp, sp, KEPT_BYTES
    restore_registers
    csrw sstatus, t1
    ret

/* The guest's code: the address is in a0, the value in a1. */
    .globl guest_load_code, guest_store_code, guest_call_code
guest_load_code:
    ld a0, (a0)
    ecall
guest_store_code:
    sd a1, (a0)
    ecall
guest_call_code:
    jalr a0
    ecall

/* As probe_load and probe_store, which the exception handler can make return. */
    .globl guest_hlv, guest_hsv
guest_hlv:
    .insn r 0x73, 4, 0x36, a0, a0, x0   /* hlv.d a0, (a0) */
    ret
guest_hsv:
    .insn r 0x73, 4, 0x37, x0, a0, a1   /* hsv.d a1, (a0) */
    ret
#endif

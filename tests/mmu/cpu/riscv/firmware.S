/* SPDX-License-Identifier: MIT */
/*
 * Harts of QEMU 7.2 have all modes of satp. This stays in machine mode and makes one that lacks
 * some: the emulator loads the largest mode into the last word of memory, 0 for all modes.
 * mstatus.TVM traps accesses to satp and SFENCE.VMA. A write of a larger mode changes nothing
 * ("Supervisor Address Translation and Protection (satp) Register").
 */
#ifdef KERNEL_FIRMWARE
#include "registers.h"

    .set LARGEST_MODE, 0x87fffff8
    .set MSTATUS_TVM, 1 << 20
    .set ILLEGAL_INSTRUCTION, 1 << 2
    .set CSR_SATP, 0x180
    .set FUNCT7_SFENCE_VMA, 0x09
    .set FRAME_BYTES, 32 * REGISTER_BYTES

/* The place in the frame of the register whose number is in the instruction's bits from `shift` on. */
    .macro operand place, instruction, shift
    srli \place, \instruction, \shift
    andi \place, \place, 31
    slli \place, \place, 3
    add \place, \place, sp
    .endm

    .altmacro
    .macro save register
    STORE x\register, \register * REGISTER_BYTES(sp)
    .endm
    .macro restore register
    LOAD x\register, \register * REGISTER_BYTES(sp)
    .endm

    .text
    .globl firmware_init
firmware_init:
    li t0, LARGEST_MODE
    LOAD t0, (t0)
    beqz t0, 1f
    la t1, largest_mode
    STORE t0, (t1)
    la t0, firmware_trap
    csrw mtvec, t0
    la t0, firmware_stack_top
    csrw mscratch, t0
    li t0, MSTATUS_TVM
    csrs mstatus, t0
    csrci medeleg, ILLEGAL_INSTRUCTION
1:  ret

    .balign 4
firmware_trap:
    csrrw sp, mscratch, sp
    addi sp, sp, -FRAME_BYTES
    save 1
    .set number, 3
    .rept 29
    save %number
    .set number, number + 1
    .endr

    csrr t0, mtval              /* the instruction */
    srli t1, t0, 20
    li t2, CSR_SATP
    beq t1, t2, access_satp
    srli t1, t0, 25
    li t2, FUNCT7_SFENCE_VMA
    bne t1, t2, stop
    sfence.vma
    j return

/* csrr rd, satp and csrw satp, rs1: the other has no rd. */
access_satp:
    srli t1, t0, 7
    andi t1, t1, 31
    beqz t1, write_satp
    operand t1, t0, 7
    csrr t2, satp
    STORE t2, (t1)
    j return
write_satp:
    operand t1, t0, 15
    LOAD t1, (t1)
    srli t2, t1, 60
    la t3, largest_mode
    LOAD t3, (t3)
    bgtu t2, t3, return
    csrw satp, t1

return:
    csrr t0, mepc
    addi t0, t0, 4
    csrw mepc, t0
    restore 1
    .set number, 3
    .rept 29
    restore %number
    .set number, number + 1
    .endr
    addi sp, sp, FRAME_BYTES
    csrrw sp, mscratch, sp
    mret

/* The trap was none of these. The emulator ends with a failure. */
stop:
    li t0, 0x100000
    li t1, 0x13333
    sw t1, (t0)
1:  j 1b

    .data
    .balign REGISTER_BYTES
largest_mode:
    .skip REGISTER_BYTES

    .section .stack, "aw", @nobits
    .balign 16
    .skip FRAME_BYTES
firmware_stack_top:
#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The system control coprocessor: ARMv7 ARM, B3.17.2 "VMSA CP15 c0 to c15 registers by opc1".
 */
#ifndef KERNEL_ARMV7_CP15_H
#define KERNEL_ARMV7_CP15_H

#define READ_CP15(name, variable)   __asm__ volatile("mrc p15, " name : "=r"(variable))
#define WRITE_CP15(name, value)     __asm__ volatile("mcr p15, " name : : "r"(value) : "memory")
#define CP15_OF(op1, crn, crm, op2) #op1 ", %0, " #crn ", " #crm ", " #op2

#define CP15_MPIDR      CP15_OF(0, c0, c0, 5)
#define CP15_SCTLR      CP15_OF(0, c1, c0, 0)
#define CP15_TTBR0      CP15_OF(0, c2, c0, 0)
#define CP15_TTBCR      CP15_OF(0, c2, c0, 2)
#define CP15_DACR       CP15_OF(0, c3, c0, 0)
#define CP15_DFSR       CP15_OF(0, c5, c0, 0)
#define CP15_IFSR       CP15_OF(0, c5, c0, 1)
#define CP15_DFAR       CP15_OF(0, c6, c0, 0)
#define CP15_IFAR       CP15_OF(0, c6, c0, 2)
#define CP15_ICIALLUIS  CP15_OF(0, c7, c1, 0)
#define CP15_DCCMVAU    CP15_OF(0, c7, c11, 1)
#define CP15_TLBIALL    CP15_OF(0, c8, c7, 0)
#define CP15_PRRR       CP15_OF(0, c10, c2, 0) /**< and MAIR0 */
#define CP15_NMRR       CP15_OF(0, c10, c2, 1) /**< and MAIR1 */
#define CP15_VBAR       CP15_OF(0, c12, c0, 0)
#define CP15_CONTEXTIDR CP15_OF(0, c13, c0, 1)

#endif

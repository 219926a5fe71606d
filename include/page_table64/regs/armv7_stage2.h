/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of ARMv7-A stage 2 translation for hypervisors, and meta/armv7_stage2.h. Assembly may
 * include this file too.
 *
 * Source: ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI 0406C: B4.1 "VMSA
 * System control registers descriptions, in register order": HCR, HPFAR, VTCR, VTTBR.
 */
#ifndef PAGE_TABLE64_REGS_ARMV7_STAGE2_H
#define PAGE_TABLE64_REGS_ARMV7_STAGE2_H

#include "armv7.h"

/** HCR, to be added to what the hypervisor has there: stage 2 translation. */
#define PT64_ARMV7_HCR_VM (PT64_NUMBER(1) << 0)

/**
 * VTCR for addresses of 40 bits. T0SZ is 32 less the width, -8: 3:0 are its low bits, S (4) is its
 * sign. SL0 1 (7:6) starts walks at the first level. IRGN0 1 (9:8), ORGN0 1 (11:10) and SH0 3
 * (13:12) say that the nodes are in write-back, inner shareable memory. Bit 31 is RES1.
 */
#define PT64_ARMV7_VTCR_4K40                                                                 \
    (PT64_NUMBER(8) << 0 | PT64_NUMBER(1) << 4 | PT64_NUMBER(1) << 6 | PT64_NUMBER(1) << 8 | \
     PT64_NUMBER(1) << 10 | PT64_NUMBER(3) << 12 | PT64_NUMBER(1) << 31)

/* VTTBR */
#define PT64_ARMV7_VTTBR_VMID_SHIFT 48 /**< of the VMID, 55:48 */
/** The root in VTTBR, 39:13, where VTCR is PT64_ARMV7_VTCR_4K40. */
#define PT64_ARMV7_VTTBR_BADDR PT64_NUMBER(0x000000ffffffe000)

/** HPFAR: IPA[39:12] in bits 31:4. */
#define PT64_ARMV7_HPFAR_FIPA PT64_NUMBER(0xfffffff0)

#endif

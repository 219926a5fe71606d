/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of ARMv7-A for boot code, meta/armv7.h and pte/armv7.h. Assembly may include this file
 * too.
 *
 * Source: ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI 0406C: B4.1 "VMSA
 * System control registers descriptions, in register order": CONTEXTIDR, DACR, MAIR0 and MAIR1,
 * NMRR, PRRR, SCTLR, TTBCR, TTBR0.
 */
#ifndef PAGE_TABLE64_REGS_ARMV7_H
#define PAGE_TABLE64_REGS_ARMV7_H

#include "number.h"

/* SCTLR, to be added to a value that has the bits of this CPU. */
#define PT64_ARMV7_SCTLR_M   (PT64_NUMBER(1) << 0)  /**< stage 1 translation */
#define PT64_ARMV7_SCTLR_C   (PT64_NUMBER(1) << 2)  /**< data caches; clear: data is not cached */
#define PT64_ARMV7_SCTLR_Z   (PT64_NUMBER(1) << 11) /**< branch prediction */
#define PT64_ARMV7_SCTLR_I   (PT64_NUMBER(1) << 12) /**< instruction caches */
#define PT64_ARMV7_SCTLR_HA  (PT64_NUMBER(1) << 17) /**< the CPU sets access flags: clear */
#define PT64_ARMV7_SCTLR_WXN (PT64_NUMBER(1) << 19) /**< no writable page is executable */
#define PT64_ARMV7_SCTLR_TRE (PT64_NUMBER(1) << 28) /**< TEX[0], C and B index PRRR and NMRR */
#define PT64_ARMV7_SCTLR_AFE (PT64_NUMBER(1) << 29) /**< AP[0] is the access flag */

/* ---- short descriptors ---- */

/**
 * PRRR for the formats of short descriptors, by {TEX[0], C, B}: 1 Device, 4 and 7 Normal. The other
 * types are Strongly-ordered. DS0, DS1 (17:16): Device memory is shareable. NS1 (19): Normal memory
 * with S is shareable; NOS (31:24): in the Inner Shareable domain.
 */
#define PT64_ARMV7_PRRR_VALUE PT64_NUMBER(0xff0b8204)
/**
 * NMRR for the same, for the inner (15:0) and outer (31:16) caches: 4 is non-cacheable, 7 is
 * write-back, write-allocate.
 */
#define PT64_ARMV7_NMRR_VALUE PT64_NUMBER(0x40004000)
/** DACR: domain 0 is a client, whose permissions are checked. An access to any other domain faults.
 */
#define PT64_ARMV7_DACR_VALUE PT64_NUMBER(1)
/** TTBCR: N is 0, TTBR0 translates every address. */
#define PT64_ARMV7_TTBCR_SHORT PT64_NUMBER(0)
/**
 * Bits 6:0 of TTBR0, with the Multiprocessing Extensions: the walker reads nodes in write-back,
 * write-allocate (IRGN 01 in bits 0 and 6, RGN 01 in 4:3), inner shareable (S 1, NOS 5) memory.
 */
#define PT64_ARMV7_TTBR_WALKS PT64_NUMBER(0x6a)
/** The root in TTBR0, where N of TTBCR is 0. */
#define PT64_ARMV7_TTBR_ROOT PT64_NUMBER(0xffffc000)
/** The ASID in CONTEXTIDR. */
#define PT64_ARMV7_CONTEXTIDR_ASID PT64_NUMBER(0xff)

/* ---- LPAE: long descriptors ---- */

/**
 * MAIR0 for pt64_armv7_lpae_pte, a byte for each attribute index: 0 Normal, write-back, read and
 * write allocate (0xff); 1 Device (0x04); 2 Normal, inner and outer non-cacheable (0x44); 3
 * Strongly-ordered. So are all types of MAIR1.
 */
#define PT64_ARMV7_MAIR0_VALUE PT64_NUMBER(0x004404ff)
#define PT64_ARMV7_MAIR1_VALUE PT64_NUMBER(0) /**< MAIR1 for it */
/**
 * TTBCR: EAE (31) chooses long descriptors. T0SZ and T1SZ are 0, TTBR0 translates every address.
 * IRGN0 1, ORGN0 1 and SH0 3 say that the nodes are in write-back, inner shareable memory.
 */
#define PT64_ARMV7_TTBCR_LPAE \
    (PT64_NUMBER(1) << 31 | PT64_NUMBER(1) << 8 | PT64_NUMBER(1) << 10 | PT64_NUMBER(3) << 12)
#define PT64_ARMV7_LPAE_TTBR_ASID_SHIFT 48 /**< of the ASID, 55:48 */
/** The root in TTBR0, where T0SZ is 0. */
#define PT64_ARMV7_LPAE_TTBR_ROOT PT64_NUMBER(0x000000ffffffffe0)

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of AArch64 for boot code, meta/aarch64.h and pte/aarch64.h. Assembly may include this
 * file too.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487 (issue M.b), D24.2 "General
 * system control registers": ID_AA64ISAR0_EL1, ID_AA64MMFR0_EL1, ID_AA64MMFR2_EL1, MAIR_EL1,
 * SCTLR_EL1, TCR_EL1, TCR_EL2, TTBR0_EL1.
 */
#ifndef PAGE_TABLE64_REGS_AARCH64_H
#define PAGE_TABLE64_REGS_AARCH64_H

#include "number.h"

/* The lowest bit of the fields, of four bits each, that pt64_aarch64_limits reads. */
#define PT64_AARCH64_ISAR0_TLB_SHIFT     56 /**< of ID_AA64ISAR0_EL1.TLB: FEAT_TLBIRANGE */
#define PT64_AARCH64_MMFR0_PARANGE_SHIFT 0  /**< of ID_AA64MMFR0_EL1.PARange */
#define PT64_AARCH64_MMFR0_TGRAN16_SHIFT 20 /**< of ID_AA64MMFR0_EL1.TGran16 */
#define PT64_AARCH64_MMFR0_TGRAN64_SHIFT 24 /**< of ID_AA64MMFR0_EL1.TGran64 */
#define PT64_AARCH64_MMFR0_TGRAN4_SHIFT  28 /**< of ID_AA64MMFR0_EL1.TGran4 */
#define PT64_AARCH64_MMFR2_VARANGE_SHIFT 16 /**< of ID_AA64MMFR2_EL1.VARange: FEAT_LVA */
#define PT64_AARCH64_MMFR2_TTL_SHIFT     48 /**< of ID_AA64MMFR2_EL1.TTL: FEAT_TTL */
#define PT64_AARCH64_MMFR2_BBM_SHIFT     52 /**< of ID_AA64MMFR2_EL1.BBM: FEAT_BBML1 and above */

/* SCTLR_EL1 and SCTLR_EL2, to be added to a value that has the RES1 bits. */
#define PT64_AARCH64_SCTLR_M   (PT64_NUMBER(1) << 0)  /**< stage 1 translation */
#define PT64_AARCH64_SCTLR_C   (PT64_NUMBER(1) << 2)  /**< data caches; clear: data is not cached */
#define PT64_AARCH64_SCTLR_I   (PT64_NUMBER(1) << 12) /**< instruction caches */
#define PT64_AARCH64_SCTLR_WXN (PT64_NUMBER(1) << 19) /**< no writable page is executable */

/**
 * MAIR_ELx for the formats of pte/aarch64.h, a byte for each attribute index: 0 Normal, write-back,
 * read and write allocate (0xff); 1 Device-nGnRE (0x04); 2 Normal, inner and outer non-cacheable
 * (0x44); 3 Device-nGnRnE (0x00); 4 as 0. The other bytes are as 3.
 */
#define PT64_AARCH64_MAIR_VALUE PT64_NUMBER(0x000000ff004404ff)
/**
 * The same with tags in memory (FEAT_MTE2) for PT64_AARCH64_TAGGED: 4 is Tagged Normal, write-back,
 * read and write allocate (0xf0). It is UNPREDICTABLE on a CPU without: there
 * ID_AA64PFR1_EL1.MTE, bits 11:8, is below 2.
 */
#define PT64_AARCH64_MAIR_TAGGED_VALUE PT64_NUMBER(0x000000f0004404ff)

/**
 * Bits 13:0 of TCR for addresses of `vaddr_bits`, 25 to 52; shifted by 16, its other half. TxSZ is
 * 64 less the width. IRGN 1, ORGN 1 and SH 3 say that the nodes are in write-back, inner shareable
 * memory.
 */
#define PT64_AARCH64_TCR_HALF(vaddr_bits)                                            \
    ((PT64_NUMBER(64) - (vaddr_bits)) | PT64_NUMBER(1) << 8 | PT64_NUMBER(1) << 10 | \
     PT64_NUMBER(3) << 12)

/**
 * TCR_EL1 for the 4 KiB granule in both halves, without IPS and options. Each half has a width of
 * its own. The granule is 0 in TG0 (15:14) and 2 in TG1 (31:30).
 */
#define PT64_AARCH64_TCR_EL1_4K(lower_bits, upper_bits)                            \
    (PT64_AARCH64_TCR_HALF(lower_bits) | PT64_AARCH64_TCR_HALF(upper_bits) << 16 | \
     PT64_NUMBER(2) << 30)
/** The same for the 16 KiB granule: 2 in TG0, 1 in TG1. */
#define PT64_AARCH64_TCR_EL1_16K(lower_bits, upper_bits)                           \
    (PT64_AARCH64_TCR_HALF(lower_bits) | PT64_AARCH64_TCR_HALF(upper_bits) << 16 | \
     PT64_NUMBER(2) << 14 | PT64_NUMBER(1) << 30)
/** The same for the 64 KiB granule: 1 in TG0, 3 in TG1. */
#define PT64_AARCH64_TCR_EL1_64K(lower_bits, upper_bits)                           \
    (PT64_AARCH64_TCR_HALF(lower_bits) | PT64_AARCH64_TCR_HALF(upper_bits) << 16 | \
     PT64_NUMBER(1) << 14 | PT64_NUMBER(3) << 30)
#define PT64_AARCH64_TCR_TG0_SHIFT 14 /**< of TG0, 15:14, in TCR_EL2 and TCR_EL3 too */
#define PT64_AARCH64_TCR_TG1_SHIFT 30 /**< of TG1, 31:30 */
/** Of IPS, 34:32: ID_AA64MMFR0_EL1.PARange, at most 5; 6 with FEAT_LPA or FEAT_LPA2. */
#define PT64_AARCH64_TCR_IPS_SHIFT 32

/* Options of TCR_EL1. */
#define PT64_AARCH64_TCR_EPD0 (PT64_NUMBER(1) << 7)  /**< no walks for the lower half */
#define PT64_AARCH64_TCR_EPD1 (PT64_NUMBER(1) << 23) /**< no walks for the upper half */
#define PT64_AARCH64_TCR_AS \
    (PT64_NUMBER(1) << 36) /**< 16-bit ASIDs, if ID_AA64MMFR0_EL1 has them */
#define PT64_AARCH64_TCR_HA (PT64_NUMBER(1) << 39) /**< hardware sets PT64_ACCESSED */
#define PT64_AARCH64_TCR_HD (PT64_NUMBER(1) << 40) /**< and PT64_DIRTY, in the HAFDBS format */
#define PT64_AARCH64_TCR_DS (PT64_NUMBER(1) << 59) /**< entries of FEAT_LPA2 */

/** TCR_EL2 with HCR_EL2.E2H clear, or TCR_EL3, without PS and options. 23 and 31 are RES1. */
#define PT64_AARCH64_TCR_EL2_4K(vaddr_bits) \
    (PT64_AARCH64_TCR_HALF(vaddr_bits) | PT64_NUMBER(1) << 23 | PT64_NUMBER(1) << 31)
#define PT64_AARCH64_TCR_EL2_PS_SHIFT 16 /**< of PS, 18:16, as IPS */

/* Options of TCR_EL2. */
#define PT64_AARCH64_TCR_EL2_HA (PT64_NUMBER(1) << 21) /**< hardware sets PT64_ACCESSED */
#define PT64_AARCH64_TCR_EL2_HD (PT64_NUMBER(1) << 22) /**< and clears AP[2] where DBM is set */
#define PT64_AARCH64_TCR_EL2_DS (PT64_NUMBER(1) << 32) /**< entries of FEAT_LPA2 */

/* TTBR0_EL1, TTBR1_EL1 */
#define PT64_AARCH64_TTBR_ASID_SHIFT 48 /**< of the ASID, 63:48 */
#define PT64_AARCH64_TTBR_BADDR \
    PT64_NUMBER(0x0000fffffffffffe) /**< the root, 47:1, if IPS is at most 5 */
#define PT64_AARCH64_TTBR_BADDR_52    PT64_NUMBER(0x0000ffffffffffc0) /**< 47:6, if IPS is 6 */
#define PT64_AARCH64_TTBR_BADDR_UPPER PT64_NUMBER(0x000000000000003c) /**< and its bits 51:48 */

#endif

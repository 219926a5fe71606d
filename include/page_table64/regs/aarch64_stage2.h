/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of AArch64 stage 2 translation for hypervisors, meta/aarch64_stage2.h and
 * pte/aarch64_stage2.h. Assembly may include this file too.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487 (issue M.b), D24.2 "General
 * system control registers": HCR_EL2, HPFAR_EL2, VTCR_EL2, VTTBR_EL2.
 */
#ifndef PAGE_TABLE64_REGS_AARCH64_STAGE2_H
#define PAGE_TABLE64_REGS_AARCH64_STAGE2_H

#include "aarch64.h"

/* HCR_EL2, to be added to what the hypervisor has there. */
#define PT64_AARCH64_HCR_VM  (PT64_NUMBER(1) << 0)  /**< stage 2 translation */
#define PT64_AARCH64_HCR_TGE (PT64_NUMBER(1) << 27) /**< with E2H: this CPU runs no guest now */
#define PT64_AARCH64_HCR_E2H (PT64_NUMBER(1) << 34) /**< EL2 is a host with EL0 (FEAT_VHE) */
#define PT64_AARCH64_HCR_FWB \
    (PT64_NUMBER(1) << 46) /**< for the formats with `fwb` in their names */

/**
 * VTCR_EL2 for addresses of `ipa_bits`, without TG0, SL0, PS and options. T0SZ is 64 less the
 * width. IRGN0 1, ORGN0 1 and SH0 3 say that the nodes are in write-back, inner shareable memory.
 * Bit 31 is RES1.
 */
#define PT64_AARCH64_VTCR(ipa_bits)                                                \
    ((PT64_NUMBER(64) - (ipa_bits)) | PT64_NUMBER(1) << 8 | PT64_NUMBER(1) << 10 | \
     PT64_NUMBER(3) << 12 | PT64_NUMBER(1) << 31)
#define PT64_AARCH64_VTCR_SL0_SHIFT 6  /**< of SL0, 7:6: where walks start */
#define PT64_AARCH64_VTCR_TG0_SHIFT 14 /**< of TG0, 15:14: 0 is 4 KiB, 1 is 64, 2 is 16 */
#define PT64_AARCH64_VTCR_PS_SHIFT  16 /**< of PS, 18:16, as IPS of TCR_EL1 */

/* Options of VTCR_EL2. */
#define PT64_AARCH64_VTCR_VS \
    (PT64_NUMBER(1) << 19) /**< 16-bit VMIDs, if ID_AA64MMFR1_EL1 has them */
#define PT64_AARCH64_VTCR_HA (PT64_NUMBER(1) << 21) /**< hardware sets PT64_ACCESSED */
#define PT64_AARCH64_VTCR_HD (PT64_NUMBER(1) << 22) /**< and PT64_DIRTY, in the HAFDBS format */

#define PT64_AARCH64_VTCR_DS (PT64_NUMBER(1) << 32) /**< entries of FEAT_LPA2 */
#define PT64_AARCH64_VTCR_SL2 \
    (PT64_NUMBER(1) << 33) /**< with SL0 0: walks of the 4 KiB granule start at level -1 */

/* VTTBR_EL2 */
#define PT64_AARCH64_VTTBR_VMID_SHIFT 48 /**< of the VMID, 63:48; 55:48 without VTCR_EL2.VS */
#define PT64_AARCH64_VTTBR_BADDR \
    PT64_NUMBER(0x0000fffffffffffe) /**< the root, 47:1, if PS is at most 5 */

/* HPFAR_EL2 */
#define PT64_AARCH64_HPFAR_FIPA PT64_NUMBER(0x00000ffffffffff0) /**< 43:4: IPA[51:12] */

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of LoongArch64 for boot code and meta/loongarch64.h. Assembly may include this file
 * too.
 *
 * Source: LoongArch Reference Manual volume 1, v1.10: 7.1 for the numbers; 7.4.1 (CRMD), 7.5.4
 * (ASID) to 7.5.10 (STLBPS), 7.5.11 (TLBRENTRY) to 7.5.16 (TLBREHI), 7.5.18 (DMW).
 */
#ifndef PAGE_TABLE64_REGS_LOONGARCH64_H
#define PAGE_TABLE64_REGS_LOONGARCH64_H

#include "number.h"

/* Register numbers for csrrd and csrwr. */
#define PT64_LOONGARCH64_CSR_CRMD      0x0   /**< current mode */
#define PT64_LOONGARCH64_CSR_BADV      0x7   /**< the address that faulted */
#define PT64_LOONGARCH64_CSR_ASID      0x18  /**< the current ASID, 9:0 */
#define PT64_LOONGARCH64_CSR_PGDL      0x19  /**< root of the lower half */
#define PT64_LOONGARCH64_CSR_PGDH      0x1a  /**< root of the upper half */
#define PT64_LOONGARCH64_CSR_PGD       0x1b  /**< root of the half of the address that faulted */
#define PT64_LOONGARCH64_CSR_PWCL      0x1c  /**< geometry of the lowest levels */
#define PT64_LOONGARCH64_CSR_PWCH      0x1d  /**< geometry of the other levels */
#define PT64_LOONGARCH64_CSR_STLBPS    0x1e  /**< log2 of the smallest page */
#define PT64_LOONGARCH64_CSR_TLBRENTRY 0x88  /**< physical address of the refill handler */
#define PT64_LOONGARCH64_CSR_TLBRSAVE  0x8b  /**< for the refill handler's use */
#define PT64_LOONGARCH64_CSR_TLBREHI   0x8e  /**< log2 of the page size, 5:0, of a refill */
#define PT64_LOONGARCH64_CSR_DMW0      0x180 /**< a direct mapping window; DMW1 to 3 follow */

/* CRMD (7.4.1) */
#define PT64_LOONGARCH64_CRMD_DA      (PT64_NUMBER(1) << 3) /**< direct addressing: PG clear */
#define PT64_LOONGARCH64_CRMD_PG      (PT64_NUMBER(1) << 4) /**< mapped addressing: DA clear */
#define PT64_LOONGARCH64_CRMD_DATF_CC (PT64_NUMBER(1) << 5) /**< direct fetches are cached */
#define PT64_LOONGARCH64_CRMD_DATM_CC (PT64_NUMBER(1) << 7) /**< direct data is cached */
/** Mapped addressing at PLV0 with interrupts off. DATF and DATM are for the refill handler. */
#define PT64_LOONGARCH64_CRMD_VALUE \
    (PT64_LOONGARCH64_CRMD_PG | PT64_LOONGARCH64_CRMD_DATF_CC | PT64_LOONGARCH64_CRMD_DATM_CC)

/**
 * PWCH.HPTW_En (7.5.9): the hardware walker, on CPUs with CPUCFG.2 HPTW (3A6000), for
 * pt64_loongarch64_hptw_pte.
 */
#define PT64_LOONGARCH64_PWCH_HPTW (PT64_NUMBER(1) << 24)

/* PWCL and PWCH as pt64_loongarch64_pwcl and pt64_loongarch64_pwch compute them. */
#define PT64_LOONGARCH64_PWCL_4K48  0x13e4d52c /**< of pt64_loongarch64_4k48 */
#define PT64_LOONGARCH64_PWCH_4K48  0x267      /**< of pt64_loongarch64_4k48 */
#define PT64_LOONGARCH64_PWCL_16K47 0x5e56e    /**< of pt64_loongarch64_16k47 and its upper half */
#define PT64_LOONGARCH64_PWCH_16K47 0x2e4      /**< of pt64_loongarch64_16k47 and its upper half */

#endif

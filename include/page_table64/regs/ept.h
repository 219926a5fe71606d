/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers and control fields of Intel EPT, for hypervisors and meta/ept.h. Assembly may include
 * this file too.
 *
 * Source: Intel SDM volume 3D, A.10 "VPID and EPT Capabilities"; volume 3C, 26.6.2 "Processor-Based
 * VM-Execution Controls" and 26.6.11 "Extended-Page-Table Pointer (EPTP)" (24.6.2 and 24.6.11
 * before revision 080). Linux, arch/x86/include/asm/vmx.h, has the same numbers.
 */
#ifndef PAGE_TABLE64_REGS_EPT_H
#define PAGE_TABLE64_REGS_EPT_H

#include "number.h"

/* IA32_VMX_EPT_VPID_CAP */
#define PT64_EPT_MSR_CAP            0x48c                  /**< its number */
#define PT64_EPT_CAP_EXECUTE_ONLY   (PT64_NUMBER(1) << 0)  /**< pages that are only executable */
#define PT64_EPT_CAP_4_LEVELS       (PT64_NUMBER(1) << 6)  /**< page-walk length 4 */
#define PT64_EPT_CAP_5_LEVELS       (PT64_NUMBER(1) << 7)  /**< page-walk length 5 */
#define PT64_EPT_CAP_WB             (PT64_NUMBER(1) << 14) /**< nodes may be in write-back memory */
#define PT64_EPT_CAP_2M             (PT64_NUMBER(1) << 16) /**< pages of 2M */
#define PT64_EPT_CAP_1G             (PT64_NUMBER(1) << 17) /**< pages of 1G */
#define PT64_EPT_CAP_INVEPT         (PT64_NUMBER(1) << 20) /**< the instruction */
#define PT64_EPT_CAP_AD             (PT64_NUMBER(1) << 21) /**< EPTP has PT64_EPT_EPTP_AD */
#define PT64_EPT_CAP_INVEPT_CONTEXT (PT64_NUMBER(1) << 25) /**< INVEPT of one EPTP */
#define PT64_EPT_CAP_INVEPT_ALL     (PT64_NUMBER(1) << 26) /**< INVEPT of every EPTP */

/* EPTP */
#define PT64_EPT_EPTP_WB           PT64_NUMBER(6)        /**< nodes are in write-back memory */
#define PT64_EPT_EPTP_LENGTH_SHIFT 3                     /**< of 5:3, the number of levels less 1 */
#define PT64_EPT_EPTP_AD           (PT64_NUMBER(1) << 6) /**< hardware sets accessed and dirty */
#define PT64_EPT_EPTP_ROOT         PT64_NUMBER(0x000ffffffffff000) /**< the root, 51:12 */

/* Secondary processor-based VM-execution controls. */
#define PT64_EPT_CONTROL_ENABLE (PT64_NUMBER(1) << 1) /**< enable EPT */
#define PT64_EPT_CONTROL_VE \
    (PT64_NUMBER(1) << 18) /**< EPT violations as virtualization exceptions */
#define PT64_EPT_CONTROL_MBEC (PT64_NUMBER(1) << 22) /**< mode-based execute control for EPT */

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Fields of the VMCB of AMD's nested paging, for hypervisors. Assembly may include this file too.
 *
 * Source: AMD64 Architecture Programmer's Manual volume 2, 15.16 "Flushing of the TLB", table
 * "TLB Control Byte Encodings", 15.25.3 "Enabling Nested Paging", appendix B "VMCB Layout". Linux,
 * arch/x86/include/asm/svm.h, and QEMU, target/i386/svm.h, have the same numbers.
 */
#ifndef PAGE_TABLE64_REGS_NPT_H
#define PAGE_TABLE64_REGS_NPT_H

#include "number.h"

/* Offsets in the VMCB. */
#define PT64_NPT_VMCB_ASID        0x058 /**< 32 bits; 0 is not a guest's */
#define PT64_NPT_VMCB_TLB_CONTROL 0x05c /**< 8 bits */
#define PT64_NPT_VMCB_NESTED      0x090 /**< 64 bits, with PT64_NPT_NESTED_ENABLE */
#define PT64_NPT_VMCB_NCR3        0x0b0 /**< 64 bits: the root */

#define PT64_NPT_NESTED_ENABLE (PT64_NUMBER(1) << 0) /**< NP_ENABLE */

/* TLB_CONTROL: what VMRUN invalidates. */
#define PT64_NPT_FLUSH_NOTHING 0 /**< nothing */
#define PT64_NPT_FLUSH_ALL     1 /**< everything of every ASID, the host's too */
#define PT64_NPT_FLUSH_ASID    3 /**< everything of the guest's ASID, with FlushByAsid */

/* CPUID.8000000AH:EDX */
#define PT64_NPT_CPUID_NP            (PT64_NUMBER(1) << 0) /**< nested paging */
#define PT64_NPT_CPUID_FLUSH_BY_ASID (PT64_NUMBER(1) << 6) /**< PT64_NPT_FLUSH_ASID */

#endif

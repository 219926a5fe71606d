/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of x86-64 for boot code and meta/x86_64.h. Assembly may include this file too.
 *
 * Source: Intel SDM volume 3A, 2.2.1 "Extended Feature Enable Register", 2.5 "Control Registers",
 * 5.1.4 "Enumeration of Paging Features by CPUID", 5.5 table "Use of CR3" (4.1.4 and 4.5 before
 * revision 086), "Page Attribute Table (PAT)".
 */
#ifndef PAGE_TABLE64_REGS_X86_64_H
#define PAGE_TABLE64_REGS_X86_64_H

#include "number.h"

/* CPUID. EAX of leaf 0 is the largest leaf, EAX of leaf 80000000H the largest from there on. */
#define PT64_X86_64_CPUID_LA57       (PT64_NUMBER(1) << 16) /**< 07H.0:ECX: CR4 has LA57 */
#define PT64_X86_64_CPUID_NX         (PT64_NUMBER(1) << 20) /**< 80000001H:EDX: EFER has NXE */
#define PT64_X86_64_CPUID_PAGE1GB    (PT64_NUMBER(1) << 26) /**< 80000001H:EDX: pages of 1G */
#define PT64_X86_64_CPUID_MAXPHYADDR PT64_NUMBER(0xff)      /**< 80000008H:EAX: address bits */

/* CR0 */
#define PT64_X86_64_CR0_PE (PT64_NUMBER(1) << 0)  /**< protected mode */
#define PT64_X86_64_CR0_WP (PT64_NUMBER(1) << 16) /**< the kernel cannot write read-only pages */
#define PT64_X86_64_CR0_PG (PT64_NUMBER(1) << 31) /**< paging */

/* CR3 */
#define PT64_X86_64_CR3_PCID    PT64_NUMBER(0xfff)     /**< the PCID, where CR4.PCIDE is set */
#define PT64_X86_64_CR3_NOFLUSH (PT64_NUMBER(1) << 63) /**< keeps the PCID's translations */

/* CR4 */
#define PT64_X86_64_CR4_PAE   (PT64_NUMBER(1) << 5)  /**< 64-bit entries, required */
#define PT64_X86_64_CR4_PGE   (PT64_NUMBER(1) << 7)  /**< PT64_GLOBAL takes effect */
#define PT64_X86_64_CR4_LA57  (PT64_NUMBER(1) << 12) /**< five levels; set while paging is off */
#define PT64_X86_64_CR4_PCIDE (PT64_NUMBER(1) << 17) /**< bits 11:0 of CR3 are a PCID */
#define PT64_X86_64_CR4_SMEP  (PT64_NUMBER(1) << 20) /**< the kernel cannot execute user pages */
#define PT64_X86_64_CR4_SMAP  (PT64_NUMBER(1) << 21) /**< nor read or write them, with AC clear */

/* IA32_EFER */
#define PT64_X86_64_MSR_EFER 0xc0000080             /**< its number */
#define PT64_X86_64_EFER_LME (PT64_NUMBER(1) << 8)  /**< long mode, once paging is on */
#define PT64_X86_64_EFER_LMA (PT64_NUMBER(1) << 10) /**< long mode is active; read only */
#define PT64_X86_64_EFER_NXE (PT64_NUMBER(1) << 11) /**< pages may refuse execution */

/* IA32_PAT */
#define PT64_X86_64_MSR_PAT 0x277 /**< its number */
/** The IA32_PAT that PT64_WRITE_COMBINE needs: the reset value with entry 4 changed to WC. */
#define PT64_X86_64_PAT_VALUE PT64_NUMBER(0x0007040100070406)

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of x86-64 that boot code and meta/x86_64.h share. Also for assembly.
 *
 * Source: Intel SDM volume 3A, 2.2.1 "Extended Feature Enable Register", 2.5 "Control Registers",
 * 5.5 table "Use of CR3" (4.5 before revision 086), "Page Attribute Table (PAT)".
 */
#ifndef PAGE_TABLE64_REGS_X86_64_H
#define PAGE_TABLE64_REGS_X86_64_H

#include "number.h"

/* CR0 */
#define PT64_X86_64_CR0_PE (PT64_NUMBER(1) << 0)  /**< protected mode */
#define PT64_X86_64_CR0_WP (PT64_NUMBER(1) << 16) /**< the kernel obeys read-only pages too */
#define PT64_X86_64_CR0_PG (PT64_NUMBER(1) << 31) /**< paging */

/* CR3 */
#define PT64_X86_64_CR3_PCID    PT64_NUMBER(0xfff)     /**< the PCID, where CR4.PCIDE is set */
#define PT64_X86_64_CR3_NOFLUSH (PT64_NUMBER(1) << 63) /**< of a load: what the PCID has stays */

/* CR4 */
#define PT64_X86_64_CR4_PAE   (PT64_NUMBER(1) << 5)  /**< 64-bit entries, required */
#define PT64_X86_64_CR4_PGE   (PT64_NUMBER(1) << 7)  /**< PT64_GLOBAL takes effect */
#define PT64_X86_64_CR4_LA57  (PT64_NUMBER(1) << 12) /**< five levels; set while paging is off */
#define PT64_X86_64_CR4_PCIDE (PT64_NUMBER(1) << 17) /**< bits 11:0 of CR3 are a PCID */
#define PT64_X86_64_CR4_SMEP  (PT64_NUMBER(1) << 20) /**< the kernel executes no user page */
#define PT64_X86_64_CR4_SMAP  (PT64_NUMBER(1) << 21) /**< nor reads and writes one, AC clear */

/* IA32_EFER */
#define PT64_X86_64_MSR_EFER 0xc0000080             /**< its number */
#define PT64_X86_64_EFER_LME (PT64_NUMBER(1) << 8)  /**< long mode, once paging is on */
#define PT64_X86_64_EFER_LMA (PT64_NUMBER(1) << 10) /**< long mode is active; read only */
#define PT64_X86_64_EFER_NXE (PT64_NUMBER(1) << 11) /**< pages can refuse execution */

/* IA32_PAT */
#define PT64_X86_64_MSR_PAT 0x277 /**< its number */
/** IA32_PAT as PT64_WRITE_COMBINE needs it: the reset value with entry 4 changed to WC. */
#define PT64_X86_64_PAT_VALUE PT64_NUMBER(0x0007040100070406)

#endif

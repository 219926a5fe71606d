/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of 32-bit x86 for boot code and meta/i386.h. Assembly may include this file too. CR0,
 * CR4, IA32_EFER and IA32_PAT are those of x86-64, and so are their constants.
 *
 * Source: Intel SDM volume 3A, 2.5 "Control Registers", 5.1.1 "Four Paging Modes" (4.1.1 before
 * revision 086), tables "Use of CR3 with 32-Bit Paging" and "Use of CR3 with PAE Paging".
 */
#ifndef PAGE_TABLE64_REGS_I386_H
#define PAGE_TABLE64_REGS_I386_H

#include "x86_64.h"

/* CR3, below the root's address */
#define PT64_I386_CR3_PWT (PT64_NUMBER(1) << 3) /**< of the root node itself */
#define PT64_I386_CR3_PCD (PT64_NUMBER(1) << 4) /**< of the root node itself */

/* CR4. PAE paging is PT64_X86_64_CR4_PAE, with IA32_EFER.LME clear. */
#define PT64_I386_CR4_PSE (PT64_NUMBER(1) << 4) /**< 4M pages, in 32-bit paging */

#endif

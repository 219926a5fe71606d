/* SPDX-License-Identifier: MIT */
/**
 * @file
 * How register constants are written, so that C and an assembler behind the C preprocessor read
 * them. Everything that one of these headers brings into assembly is a macro.
 */
#ifndef PAGE_TABLE64_REGS_NUMBER_H
#define PAGE_TABLE64_REGS_NUMBER_H

/**
 * @def PT64_NUMBER(number)
 * The number: 64 bits wide in C, so that its complement is too; as it stands in assembly.
 */
#ifdef __ASSEMBLER__
#define PT64_NUMBER(number) number
#else
#include <stdint.h>
#define PT64_NUMBER(number) UINT64_C(number)
#endif

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * How register constants are written, so that both C and an assembler behind the C preprocessor can
 * read them. In assembly these headers define only macros.
 */
#ifndef PAGE_TABLE64_REGS_NUMBER_H
#define PAGE_TABLE64_REGS_NUMBER_H

/**
 * @def PT64_NUMBER(number)
 * In C, the number with 64 bits, so that its complement has 64 bits too. In assembly, the bare
 * number.
 */
#ifdef __ASSEMBLER__
#define PT64_NUMBER(number) number
#else
#include <stdint.h>
#define PT64_NUMBER(number) UINT64_C(number)
#endif

#endif

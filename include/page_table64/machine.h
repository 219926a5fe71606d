/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the library needs of the compiler and of the machine that it compiles for.
 */
#ifndef PAGE_TABLE64_MACHINE_H
#define PAGE_TABLE64_MACHINE_H

/* clang for Windows, and clang-cl, do not say that they are as gcc. */
#if !defined(__GNUC__) && !defined(__clang__)
#error "page_table64 needs gcc 9 or clang 11 or newer: it uses __atomic, attributes and inline asm"
#endif
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error \
    "page_table64 needs a little-endian machine: entries are read and written as the hardware has them"
#endif
#if __SIZEOF_POINTER__ != 8 && __SIZEOF_POINTER__ != 4
#error "page_table64 needs a machine of 32 or 64 bits"
#endif
#if defined(__arm__) && __ARM_ARCH < 7
#error "page_table64 needs ARMv7-A or newer: add it to -march or -mcpu"
#endif
#if defined(__riscv) && !defined(__riscv_atomic)
#error "page_table64 needs the A extension of RISC-V: add it to -march, as in rv64ima"
#endif

#endif

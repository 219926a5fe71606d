/* SPDX-License-Identifier: MIT */
/* How assembly loads and stores a register of either width. */
#ifndef KERNEL_REGISTERS_H
#define KERNEL_REGISTERS_H

#if __riscv_xlen == 64
#define REGISTER_BYTES 8
#define LOAD           ld
#define STORE          sd
#else
#define REGISTER_BYTES 4
#define LOAD           lw
#define STORE          sw
#endif

#endif

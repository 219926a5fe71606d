/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The stack that entry.S starts with, and that of the second CPU. Exceptions use them too.
 */
#ifndef KERNEL_STACK_H
#define KERNEL_STACK_H

#ifndef BOOT_STACK_BYTES
#define BOOT_STACK_BYTES 0x4000
#endif

#ifndef __ASSEMBLER__
#include <stdint.h>

/** From the lowest word of a stack to its end. Memory is zero when the machine starts. */
extern const uint64_t boot_stack[BOOT_STACK_BYTES / sizeof(uint64_t)];
extern const uint64_t second_stack[BOOT_STACK_BYTES / sizeof(uint64_t)];
#endif

#endif

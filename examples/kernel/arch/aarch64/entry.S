/* SPDX-License-Identifier: MIT */
/*
 * The loader jumps here at EL1 or EL2, with the MMU and the caches off and exceptions masked. The
 * kernel stays at EL2 in the EL2&0 regime, where the names of EL1's registers are those of EL2's.
 * One that is built for another level stays as it is.
 */
#include "level.h"
#include "stack.h"

#define HCR_EL2_TGE (1 << 27)
#define HCR_EL2_E2H (1 << 34)
#define CURRENT_EL2 (2 << 2)

    .section .text.entry, "ax"
    .globl start
start:
#if ARCH_LEVEL == 1
    mrs x0, CurrentEL
    cmp x0, #CURRENT_EL2
    b.ne 3f
    mov x0, #HCR_EL2_TGE
    orr x0, x0, #HCR_EL2_E2H
    msr hcr_el2, x0
    isb
3:
#endif
    msr spsel, #1
    adrp x0, boot_stack_top
    add x0, x0, :lo12:boot_stack_top
    mov sp, x0

    adrp x0, bss_start
    add x0, x0, :lo12:bss_start
    adrp x1, bss_end
    add x1, x1, :lo12:bss_end
1:  cmp x0, x1
    b.hs 2f
    strb wzr, [x0], #1
    b 1b
2:  bl kernel_main

    .section .stack, "aw", @nobits
    .balign 16
    .globl boot_stack
boot_stack:
    .skip BOOT_STACK_BYTES
boot_stack_top:

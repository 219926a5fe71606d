/* SPDX-License-Identifier: MIT */
/* Under OpenSBI one hart arrives here, in supervisor mode. On the bare machine all harts do, in
 * machine mode. The first one leaves machine mode.
 *
 * OpenSBI 1.1 lets the second hart go before it has noted that this one is to start at second_entry:
 * then it arrives here too. */
#include "stack.h"

    .section .text.entry, "ax"
    .globl start
start:
#ifdef KERNEL_BARE
    csrr t0, mhartid
    bnez t0, park
    li t0, -1
    csrw pmpaddr0, t0           /* supervisor mode may reach all of memory: */
    li t0, 0x1f
    csrw pmpcfg0, t0            /* read, write, execute, up to pmpaddr0 */
    li t0, 0xffff
    csrw medeleg, t0
    csrw mideleg, t0
    li t0, 1 << 11              /* mstatus.MPP = supervisor */
    csrw mstatus, t0
    la t0, supervisor
    csrw mepc, t0
#ifdef KERNEL_FIRMWARE
    call firmware_init
#endif
    mret
supervisor:
#else
    la t0, is_taken
    li t1, 1
    amoswap.w t1, t1, (t0)
    beqz t1, 1f
    tail second_entry
1:
#endif
    la sp, boot_stack_top
    li tp, 0                    /* cpu_index */
    la t0, bss_start
    la t1, bss_end
1:  bgeu t0, t1, 2f
    sb zero, (t0)
    addi t0, t0, 1
    j 1b
2:  call kernel_main

park:
    wfi
    j park

    .data
    .balign 4
is_taken:
    .word 0

    .section .stack, "aw", @nobits
    .balign 16
    .globl boot_stack
boot_stack:
    .skip BOOT_STACK_BYTES
boot_stack_top:

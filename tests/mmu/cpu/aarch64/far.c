/* SPDX-License-Identifier: MIT */
/*
 * Memory at an address of more than 48 bits. Where memory may end at 1792T, this board has its
 * windows to PCI behind that. An ivshmem-plain is device 1 of the bus; its memory is BAR 2.
 */
#include "cpu.h"

#if CPU_HAS_FAR

#define ECAM   UINT64_C(0x00070000d0000000)
#define WINDOW UINT64_C(0x0007008000000000)

/* PCI Express Base Specification, 7.2.2 "Enhanced Configuration Access Mechanism"; 7.5.1. */
#define DEVICE         (ECAM + (1U << 15))
#define COMMAND        0x04U
#define COMMAND_MEMORY 2U
#define BAR2           0x18U

static void configure(unsigned offset, uint32_t value)
{
    *(volatile uint32_t *)(uintptr_t)(DEVICE + offset) = value;
}

pt64_paddr_t cpu_far(void)
{
    /* Bits 51:48 are 0111, and a huge page of every granule may be there. */
    pt64_paddr_t far = WINDOW + UINT64_C(0x2540000000);

    configure(BAR2, (uint32_t)far);
    configure(BAR2 + 4, (uint32_t)(far >> 32));
    configure(COMMAND, COMMAND_MEMORY);
    return far;
}

#endif

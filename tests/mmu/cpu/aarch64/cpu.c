/* SPDX-License-Identifier: MIT */
#include "cpu.h"
#include "guest.h"
#include "level.h"

/**
 * Arm ARM, B2.7.4.2: the data is cleaned first, unless CTR_EL0.IDC says that this is not needed.
 */
void cpu_sync_code(void)
{
    __asm__ volatile("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" : : : "memory");
}

const uint32_t cpu_return_code = 0xd65f03c0; /* ret */
const uint32_t cpu_exit_code = 0xd4000001;   /* svc #0 */

/** Invalidations are broadcast: no CPU is interrupted. */
void cpu_interrupts_on(void)
{
}

void cpu_flush_here(const struct pt64_flush *request)
{
    (void)request;
    __asm__ volatile("dsb nshst\n\t" TLBI_EVERYTHING "\n\tdsb nsh\n\tisb" : : : "memory");
}

uint64_t cpu_id(unsigned number)
{
    return number;
}

/** TCR_EL1.A1 is clear: the ASID is that of TTBR0. */
void cpu_load(pt64_paddr_t root, unsigned number)
{
#if CPU_HAS_GUEST
    guest_load_stage(root, number);
#else
    __asm__ volatile("msr " TEXT_AT_LEVEL(ttbr0) ", %0\n\tisb"
                     :
                     : "r"(pt64_aarch64_ttbr(root, number))
                     : "memory");
#endif
}

bool cpu_is_ambiguous(pt64_vaddr_t vaddr)
{
    (void)vaddr;
    return false;
}

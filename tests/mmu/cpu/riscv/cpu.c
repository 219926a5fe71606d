/* SPDX-License-Identifier: MIT */
#include "cpu.h"
#include "guest.h"

#define SSTATUS_SIE ((uintptr_t)1 << 1)

void cpu_sync_code(void)
{
    __asm__ volatile("fence.i" : : : "memory");
}

const uint32_t cpu_return_code = 0x00008067; /* ret */
const uint32_t cpu_exit_code = 0x00000073;   /* ecall */

void cpu_interrupts_on(void)
{
    __asm__ volatile("csrs sstatus, %0" : : "r"(SSTATUS_SIE) : "memory");
}

/** SFENCE.VMA and HFENCE.GVMA reach only this hart. */
void cpu_flush_here(const struct pt64_flush *request)
{
    ARCH_META.flush(request);
}

uint64_t cpu_id(unsigned number)
{
    return number;
}

void cpu_load(pt64_paddr_t root, unsigned number)
{
#if CPU_HAS_GUEST
    guest_load_stage(root, number);
#else
    __asm__ volatile("csrw satp, %0" : : "r"(ARCH_SATP(number, root)) : "memory");
#endif
}

bool cpu_is_ambiguous(pt64_vaddr_t vaddr)
{
    (void)vaddr;
    return false;
}

/* SPDX-License-Identifier: MIT */
#include "cpu.h"

#define CLASS_SVC UINT64_C(0x15)

/* PSCI (DEN0022), 5.1.4 "CPU_ON": by HVC on this board. */
#define PSCI_CPU_ON UINT64_C(0xc4000003)

extern char second_entry[];

void cpu_init(void)
{
}

unsigned cpu_index(void)
{
    uint64_t affinity;

    __asm__ volatile("mrs %0, mpidr_el1" : "=r"(affinity));
    return affinity & 0xff;
}

/**
 * Arm ARM, B2.7.4.2: the data is cleaned first, unless CTR_EL0.IDC says that this is not needed.
 */
void cpu_sync_code(void)
{
    __asm__ volatile("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" : : : "memory");
}

const uint32_t cpu_return_code = 0xd65f03c0; /* ret */
const uint32_t cpu_exit_code = 0xd4000001;   /* svc #0 */

bool cpu_is_exit(const struct fault *fault)
{
    return fault->cause == FAULT_OTHER && fault->code >> 26 == CLASS_SVC;
}

void cpu_start_second(void)
{
    register uint64_t x0 __asm__("x0") = PSCI_CPU_ON;
    register uint64_t x1 __asm__("x1") = 1;
    register uint64_t x2 __asm__("x2") = (uintptr_t)second_entry;
    register uint64_t x3 __asm__("x3") = 0;

    __asm__ volatile("dsb sy\n\thvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
}

/** Invalidations are broadcast: no CPU is interrupted. */
void cpu_interrupts_on(void)
{
}

void cpu_interrupt_other(void)
{
}

bool cpu_take_interrupt(const struct fault *fault)
{
    (void)fault;
    return false;
}

void cpu_flush_here(const struct pt64_flush *request)
{
    (void)request;
    __asm__ volatile("dsb nshst\n\ttlbi vmalle1\n\tdsb nsh\n\tisb" : : : "memory");
}

uint64_t cpu_id(unsigned number)
{
    return number;
}

/** TCR_EL1.A1 is clear: the ASID is that of TTBR0. */
void cpu_load(pt64_paddr_t root, unsigned number)
{
    __asm__ volatile("msr ttbr0_el1, %0\n\tisb"
                     :
                     : "r"(pt64_aarch64_ttbr(root, number))
                     : "memory");
}

bool cpu_is_ambiguous(pt64_vaddr_t vaddr)
{
    (void)vaddr;
    return false;
}

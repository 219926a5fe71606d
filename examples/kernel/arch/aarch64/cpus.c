/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "fault.h"

#define CLASS_SVC UINT64_C(0x15)

/* PSCI (DEN0022), 5.1.4 "CPU_ON": by HVC on this board. */
#define PSCI_CPU_ON UINT64_C(0xc4000003)

extern char second_entry[];

unsigned cpu_index(void)
{
    uint64_t affinity;

    __asm__ volatile("mrs %0, mpidr_el1" : "=r"(affinity));
    return affinity & 0xff;
}

void cpu_init(void)
{
}

bool cpu_start_second(void)
{
    register uint64_t x0 __asm__("x0") = PSCI_CPU_ON;
    register uint64_t x1 __asm__("x1") = 1;
    register uint64_t x2 __asm__("x2") = (uintptr_t)second_entry;
    register uint64_t x3 __asm__("x3") = 0;

    __asm__ volatile("dsb sy\n\thvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
    return x0 == 0;
}

/** Invalidations are broadcast: no CPU is interrupted. */
void cpu_interrupt_other(void)
{
}

bool cpu_take_interrupt(const struct fault *fault)
{
    (void)fault;
    return false;
}

bool user_is_exit(const struct fault *fault)
{
    return fault->cause == FAULT_OTHER && fault->code >> 26 == CLASS_SVC;
}

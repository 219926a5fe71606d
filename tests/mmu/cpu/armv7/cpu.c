/* SPDX-License-Identifier: MIT */
#include "cp15.h"
#include "cpu.h"
#include "guest.h"
#include "vectors.h"

/* PSCI (DEN0022), 5.1.4 "CPU_ON": by HVC on this board. */
#define PSCI_CPU_ON UINT32_C(0x84000003)

extern char second_entry[];

void cpu_init(void)
{
}

unsigned cpu_index(void)
{
    uint32_t affinity;

    READ_CP15(CP15_MPIDR, affinity);
    return affinity & 0xff;
}

/** This emulator needs no DCCMVAU of the data. */
void cpu_sync_code(void)
{
    __asm__ volatile("dsb ish" : : : "memory");
    WRITE_CP15(CP15_ICIALLUIS, 0);
    __asm__ volatile("dsb ish\n\tisb" : : : "memory");
}

const uint32_t cpu_return_code = 0xe12fff1e; /* bx lr */
const uint32_t cpu_exit_code = 0xef000000;   /* svc #0 */

bool user_is_exit(const struct fault *fault)
{
    return fault->cause == FAULT_OTHER && fault->code == VECTOR_SVC;
}

bool cpu_start_second(void)
{
    register uint32_t r0 __asm__("r0") = PSCI_CPU_ON;
    register uint32_t r1 __asm__("r1") = 1;
    register uint32_t r2 __asm__("r2") = (uintptr_t)second_entry;
    register uint32_t r3 __asm__("r3") = 0;

    __asm__ volatile("dsb sy\n\thvc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3) : : "memory");
    return r0 == 0;
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
    __asm__ volatile("dsb nshst" : : : "memory");
    WRITE_CP15(CP15_TLBIALL, 0);
    __asm__ volatile("dsb nsh\n\tisb" : : : "memory");
}

uint64_t cpu_id(unsigned number)
{
    return number;
}

#if CPU_HAS_GUEST

void cpu_load(pt64_paddr_t root, unsigned number)
{
    guest_load_stage(root, number);
}

#else

/** An ASID that no table has. */
#define NO_ASID 0xff

static void load_asid(unsigned asid)
{
    WRITE_CP15(CP15_CONTEXTIDR, asid);
    __asm__ volatile("isb" : : : "memory");
}

/** ARMv7 ARM, B3.10.4: no walk is under the ASID of one table and from the root of the other. */
static void load_short(pt64_paddr_t root, unsigned number)
{
    load_asid(NO_ASID);
    WRITE_CP15(CP15_TTBR0, pt64_armv7_short_ttbr(root));
    __asm__ volatile("isb" : : : "memory");
    load_asid(number);
}

/** TTBCR.A1 is clear: the ASID is that of TTBR0. */
static void load_lpae(pt64_paddr_t root, unsigned number)
{
    __asm__ volatile("mcrr p15, 0, %Q0, %R0, c2\n\tisb"
                     :
                     : "r"(pt64_armv7_lpae_ttbr(root, number))
                     : "memory");
}

void cpu_load(pt64_paddr_t root, unsigned number)
{
    if (ARCH_META.entry_bytes == 4)
        load_short(root, number);
    else
        load_lpae(root, number);
}

#endif

bool cpu_is_ambiguous(pt64_vaddr_t vaddr)
{
    (void)vaddr;
    return false;
}

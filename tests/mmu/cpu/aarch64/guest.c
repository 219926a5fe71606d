/* SPDX-License-Identifier: MIT */
/*
 * The guest of a stage 2, whose own stage 1 is off. The kernel is at EL2 with HCR_EL2.E2H set:
 * there the registers of EL1 are those of EL2 to it, so that it runs as it does at EL1. TGE is
 * clear, as flushes ask for.
 */
#include "guest.h"

#if CPU_HAS_GUEST

#include "tables.h"

#define READ_REGISTER(name, variable) __asm__ volatile("mrs %0, " #name : "=r"(variable))
#define WRITE_REGISTER(name, value)   __asm__ volatile("msr " #name ", %0" : : "r"(value) : "memory")

/** EL1 of the guest is AArch64. */
#define HCR_RW UINT64_C(0x80000000)

/** Exceptions masked. */
#define SPSR_EL0 UINT64_C(0x3c0)
#define SPSR_EL1 UINT64_C(0x3c5)

#define CLASS_HVC UINT64_C(0x16)
/** The class of an SVC. */
#define EXIT_CODE (UINT64_C(0x15) << 26)

/** guest.S knows where the members are. */
struct guest {
    uint64_t pc, x0, x1, x30;
    uint64_t spsr;
    uint64_t syndrome, far; /**< of the trap */
};

static struct guest guest_at(uintptr_t pc, bool user, uint64_t address, uint64_t value)
{
    return (struct guest){.pc = pc, .x0 = address, .x1 = value, .spsr = user ? SPSR_EL0 : SPSR_EL1};
}

static uint64_t result_of(const struct guest *guest)
{
    return guest->x0;
}

static bool is_user(const struct guest *guest)
{
    return (guest->spsr & 0xf) == 0;
}

static pt64_vaddr_t address_of(const struct guest *guest)
{
    return guest->far;
}

static pt64_vaddr_t ipa_of(pt64_vaddr_t vaddr)
{
    uint64_t hpfar;

    READ_REGISTER(hpfar_el2, hpfar);
    return pt64_aarch64_stage2_fault(hpfar, vaddr);
}

#include "cpu/arm_guest.inc"

void guest_begin(void)
{
    WRITE_REGISTER(hcr_el2, PT64_AARCH64_HCR_E2H | HCR_RW | ARCH_HCR_OPTIONS);
    __asm__ volatile("isb" : : : "memory");
    WRITE_REGISTER(s3_5_c12_c0_0, guest_vectors); /* VBAR_EL12 */
}

/** PS says what the CPU has, and this one has no less than the format. */
void guest_load_stage(pt64_paddr_t root, unsigned number)
{
    WRITE_REGISTER(vtcr_el2, pt64_aarch64_vtcr(&ARCH_META, ARCH_LIMITS, ARCH_VTCR_OPTIONS));
    WRITE_REGISTER(vttbr_el2, pt64_aarch64_vttbr(root, number));
    WRITE_REGISTER(hcr_el2, PT64_AARCH64_HCR_VM | PT64_AARCH64_HCR_E2H | HCR_RW | ARCH_HCR_OPTIONS);
    __asm__ volatile("dsb ishst\n\tisb\n\ttlbi vmalls12e1\n\tdsb nsh\n\tisb" : : : "memory");
}

void guest_forget_stage(pt64_vaddr_t address)
{
    __asm__ volatile("dsb ishst\n\ttlbi ipas2e1is, %0\n\tdsb ish\n\tisb"
                     :
                     : "r"(address >> 12)
                     : "memory");
}

void guest_forget_combined(void)
{
    __asm__ volatile("tlbi vmalle1is\n\tdsb ish\n\tisb" : : : "memory");
}

#endif

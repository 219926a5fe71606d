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

/* Exception classes and fault codes: Arm ARM, D24.2.40 "ESR_EL2". */
#define CLASS_SVC   UINT64_C(0x15)
#define CLASS_HVC   UINT64_C(0x16)
#define CLASS_FETCH UINT64_C(0x20)
#define CLASS_DATA  UINT64_C(0x24)
#define DATA_WRITE  (UINT64_C(1) << 6)

/* Bits 5:2 of the fault status code. */
#define STATUS_TRANSLATION UINT64_C(1)
#define STATUS_ACCESS_FLAG UINT64_C(2)
#define STATUS_PERMISSION  UINT64_C(3)

/** guest.S knows where the members are. */
struct guest {
    uint64_t pc, x0, x1, x30;
    uint64_t spsr;
    uint64_t esr, far; /**< of the trap */
};

void guest_enter(struct guest *guest);
extern char guest_load_code[], guest_store_code[], guest_call_code[], guest_vectors[];

static uint64_t class_of(uint64_t esr)
{
    return esr >> 26 & 0x3f;
}

/** The trap as a fault. guest_explain says what it is. */
static struct fault fault_of(const struct guest *guest)
{
    return (struct fault){
        .vaddr = guest->far,
        .cause = FAULT_OTHER,
        .user = (guest->spsr & 0xf) == 0,
        .pc = guest->pc,
        .code = guest->esr,
    };
}

/** The exit of the guest's EL0, which came by way of its EL1. */
static struct fault exit_of_user(void)
{
    return (struct fault){.cause = FAULT_OTHER, .user = true, .code = CLASS_SVC << 26};
}

/** Returns what is in x0 at the guest's HVC, or 0 if a fault ended it. */
static uint64_t run(struct guest guest)
{
    for (;;) {
        struct fault fault;
        bool calls;

        guest_enter(&guest);
        calls = class_of(guest.esr) == CLASS_HVC;
        if (calls && (guest.esr & 0xffff) == 0)
            return guest.x0;
        fault = calls ? exit_of_user() : fault_of(&guest);
        if (fault_take(&fault))
            return 0;
    }
}

static uint64_t run_privileged(const char *code, pt64_vaddr_t address, uint64_t value)
{
    return run((struct guest){.pc = (uintptr_t)code, .x0 = address, .x1 = value, .spsr = SPSR_EL1});
}

uint64_t guest_load(pt64_vaddr_t address)
{
    return run_privileged(guest_load_code, address, 0);
}

void guest_store(pt64_vaddr_t address, uint64_t value)
{
    (void)run_privileged(guest_store_code, address, value);
}

void guest_call(pt64_vaddr_t address)
{
    (void)run_privileged(guest_call_code, address, 0);
}

void guest_user(uintptr_t pc, uintptr_t argument)
{
    (void)run((struct guest){.pc = pc, .x0 = argument, .spsr = SPSR_EL0});
}

static enum fault_cause cause_of(uint64_t esr)
{
    switch (esr >> 2 & 15) {
    case STATUS_TRANSLATION:
        return FAULT_ABSENT;
    case STATUS_ACCESS_FLAG:
    case STATUS_PERMISSION:
        return FAULT_REFUSED;
    default:
        return FAULT_OTHER;
    }
}

/**
 * HPFAR_EL2 holds the address in the guest, but after a permission fault. FAR_EL2 holds the virtual
 * address. Without a stage 1 they are the same.
 */
static bool is_address_right(const struct fault *fault)
{
    uint64_t hpfar;

    if ((fault->code >> 2 & 15) == STATUS_PERMISSION)
        return true;
    READ_REGISTER(hpfar_el2, hpfar);
    return pt64_aarch64_stage2_fault(hpfar, fault->vaddr) == fault->vaddr;
}

void guest_explain(struct fault *fault)
{
    uint64_t class = class_of(fault->code);

    if (class != CLASS_FETCH && class != CLASS_DATA)
        return;
    if (class == CLASS_FETCH)
        fault->access = FAULT_EXECUTE;
    else
        fault->access = fault->code & DATA_WRITE ? FAULT_WRITE : FAULT_READ;
    fault->cause = is_address_right(fault) ? cause_of(fault->code) : FAULT_OTHER;
}

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

/* SPDX-License-Identifier: MIT */
/* Source: Arm Architecture Reference Manual for A-profile, DDI 0487 (section numbers of issue M.b),
 * D24.2 "General system control registers": the register of each name. */
#include "vcpu.h"

#define READ_REGISTER(name, variable) __asm__ volatile("mrs %0, " #name : "=r"(variable))
#define WRITE_REGISTER(name, value)   __asm__ volatile("msr " #name ", %0" : : "r"(value) : "memory")

/** EL2, as CurrentEL has it. */
#define LEVEL_2 UINT64_C(8)

/** The guest's EL1 is AArch64. The hypervisor is a host (E2H), and runs a guest (TGE is clear). */
#define HCR_RW   (UINT64_C(1) << 31)
#define HCR_HOST (PT64_AARCH64_HCR_E2H | HCR_RW)

/** The bits that are RES1: the guest's own MMU is off. */
#define SCTLR_OF_GUEST UINT64_C(0x30d00800)

/** EL1 on its own stack, exceptions masked. */
#define SPSR_OF_GUEST UINT64_C(0x3c5)

/** IRGN0 and ORGN0 of VTCR_EL2. */
#define VTCR_CACHED_WALKS (UINT64_C(0xf) << 8)

/** The width of the guest's physical addresses. A CPU with fewer bits has no such tables. */
#define IPA_BITS 40U

/* ESR_EL2: the exception class, bits 31:26, and of an abort WnR and bits 5:2 of the status. */
#define CLASS_HVC          UINT64_C(0x16)
#define CLASS_FETCH        UINT64_C(0x20)
#define CLASS_DATA         UINT64_C(0x24)
#define DATA_WRITE         (UINT64_C(1) << 6)
#define STATUS_TRANSLATION UINT64_C(1)
#define STATUS_ACCESS_FLAG UINT64_C(2)
#define STATUS_PERMISSION  UINT64_C(3)

/** PAR_EL1: the address, bits 51:12. */
#define PAR_ADDRESS UINT64_C(0x000ffffffffff000)

/** General registers of the guest, and where it goes on. */
static struct {
    uint64_t x[31];
    uint64_t pc, spsr;
} vcpu;

/** Runs the guest until an exception that EL2 takes. */
void vcpu_enter(uint64_t registers[31]);

static bool is_host(void)
{
    uint64_t level, hcr;

    READ_REGISTER(CurrentEL, level);
    if (level != LEVEL_2)
        return false;
    READ_REGISTER(hcr_el2, hcr);
    return (hcr & PT64_AARCH64_HCR_E2H) != 0;
}

static struct pt64_limits limits_of_cpu(void)
{
    struct pt64_aarch64_id_registers registers;

    READ_REGISTER(id_aa64isar0_el1, registers.isar0);
    READ_REGISTER(id_aa64mmfr0_el1, registers.mmfr0);
    READ_REGISTER(id_aa64mmfr2_el1, registers.mmfr2);
    return pt64_aarch64_stage2_limits(&registers, IPA_BITS, false);
}

/** The stores of a CPU whose MMU is off go past the caches: so must the walks. */
bool vcpu_init(struct pt64_limits *limits)
{
    if (!is_host())
        return false;
    *limits = limits_of_cpu();
    WRITE_REGISTER(vtcr_el2, pt64_aarch64_vtcr(&VCPU_META, limits, 0) & ~VTCR_CACHED_WALKS);
    WRITE_REGISTER(hcr_el2, HCR_HOST);
    __asm__ volatile("isb" : : : "memory");
    WRITE_REGISTER(s3_5_c1_c0_0, SCTLR_OF_GUEST); /* SCTLR_EL12 */
    return true;
}

void vcpu_set(uintptr_t pc, pt64_vaddr_t stack)
{
    vcpu.pc = pc;
    vcpu.spsr = SPSR_OF_GUEST;
    WRITE_REGISTER(sp_el1, stack);
}

void vcpu_load(pt64_paddr_t root)
{
    WRITE_REGISTER(vttbr_el2, pt64_aarch64_vttbr(root, VCPU_GUEST_ID));
    __asm__ volatile("isb\n\ttlbi vmalls12e1is\n\tdsb ish" : : : "memory");
    WRITE_REGISTER(hcr_el2, HCR_HOST | PT64_AARCH64_HCR_VM);
    __asm__ volatile("isb" : : : "memory");
}

void vcpu_unload(void)
{
    WRITE_REGISTER(hcr_el2, HCR_HOST);
    __asm__ volatile("isb\n\ttlbi vmalls12e1is\n\tdsb ish\n\tisb" : : : "memory");
}

/**
 * The guest physical address of an abort. After a permission fault HPFAR_EL2 does not have it: then
 * it is what stage 1 makes of the virtual one. No other CPU of this guest can have changed that.
 */
static pt64_vaddr_t address_of(uint64_t esr)
{
    uint64_t hpfar, far, par;

    READ_REGISTER(far_el2, far);
    if ((esr >> 2 & 15) != STATUS_PERMISSION) {
        READ_REGISTER(hpfar_el2, hpfar);
        return pt64_aarch64_stage2_fault(hpfar, far);
    }
    __asm__ volatile("at s1e1r, %0\n\tisb" : : "r"(far) : "memory");
    READ_REGISTER(par_el1, par);
    return (par & PAR_ADDRESS) | (far & (PT64_SIZE_4K - 1));
}

static bool is_mapping_fault(uint64_t esr)
{
    uint64_t status = esr >> 2 & 15;

    return status == STATUS_TRANSLATION || status == STATUS_ACCESS_FLAG ||
           status == STATUS_PERMISSION;
}

static struct vcpu_exit explain(uint64_t esr)
{
    struct vcpu_exit exit = {.cause = VCPU_STOPPED, .value = esr};
    uint64_t class = esr >> 26 & 0x3f;

    if (class == CLASS_HVC) {
        exit.cause = VCPU_CALLED;
        exit.value = vcpu.x[0];
    } else if ((class == CLASS_FETCH || class == CLASS_DATA) && is_mapping_fault(esr)) {
        exit.cause = VCPU_FAULTED;
        exit.address = address_of(esr);
        exit.access = class == CLASS_FETCH ? PT64_EXECUTE
                      : esr & DATA_WRITE   ? PT64_WRITE
                                           : PT64_READ;
    }
    return exit;
}

struct vcpu_exit vcpu_run(void)
{
    uint64_t esr;

    WRITE_REGISTER(elr_el2, vcpu.pc);
    WRITE_REGISTER(spsr_el2, vcpu.spsr);
    vcpu_enter(vcpu.x);
    READ_REGISTER(elr_el2, vcpu.pc);
    READ_REGISTER(spsr_el2, vcpu.spsr);
    READ_REGISTER(esr_el2, esr);
    return explain(esr);
}

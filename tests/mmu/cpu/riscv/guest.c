/* SPDX-License-Identifier: MIT */
/*
 * The guest of a G-stage. This emulator forgets every translation when a hart enters a guest or
 * leaves it. What a TLB holds shows only in HLV and HSV, by which HS-mode loads and stores as the
 * guest: without CPU_GUEST_RUNS_ALWAYS they make the loads and the stores.
 */
#include "guest.h"

#if CPU_HAS_GUEST

/* "Supervisor Cause Register (scause)", with the hypervisor extension. */
#define CAUSE_CALL_OF_VS        10U
#define CAUSE_FETCH_GUEST_FAULT 20U
#define CAUSE_LOAD_GUEST_FAULT  21U
#define CAUSE_STORE_GUEST_FAULT 23U
#define SSTATUS_SPP             ((uintptr_t)1 << 8)

/** guest.S knows where the members are. */
struct guest {
    uintptr_t pc, a0, a1, ra;
    uintptr_t spp;                 /**< SSTATUS_SPP for VS-mode, 0 for VU-mode */
    uintptr_t cause, value, htval; /**< scause, stval and htval of the trap */
};

void guest_enter(struct guest *guest);
uint64_t guest_hlv(pt64_vaddr_t address);
void guest_hsv(pt64_vaddr_t address, uint64_t value);
extern char guest_load_code[], guest_store_code[], guest_call_code[];

/**
 * Bits above the topmost one must be clear ("Guest Physical Address Translation"). This emulator
 * wants them to equal it, and so the guest sets them.
 */
static pt64_vaddr_t as_emulated(pt64_vaddr_t address)
{
    return address & ARCH_UPPER_HALF ? address | ~(ARCH_UPPER_HALF - 1) : address;
}

static pt64_vaddr_t as_in_manual(pt64_vaddr_t address)
{
    return address & (2 * ARCH_UPPER_HALF - 1);
}

/** Whether the second stage raised the fault, and for which access. */
static bool is_guest_fault(struct fault *fault)
{
    switch (fault->code) {
    case CAUSE_FETCH_GUEST_FAULT:
        fault->access = FAULT_EXECUTE;
        return true;
    case CAUSE_LOAD_GUEST_FAULT:
        fault->access = FAULT_READ;
        return true;
    case CAUSE_STORE_GUEST_FAULT:
        fault->access = FAULT_WRITE;
        return true;
    default:
        return false;
    }
}

/**
 * htval is the guest physical address shifted right by 2, and stval the virtual one. Without a
 * VS-stage they are the same address.
 */
static void explain(struct fault *fault, uintptr_t htval)
{
    pt64_vaddr_t address = as_in_manual((uint64_t)htval << 2 | (fault->vaddr & 3));

    if (!is_guest_fault(fault) || address != as_in_manual(fault->vaddr))
        return;
    fault->cause = FAULT_PAGE;
    fault->vaddr = address;
}

/** Of a fault of HLV or HSV. That of the guest itself is explained, and another trap may follow. */
void guest_explain(struct fault *fault)
{
    uintptr_t htval;

    if (fault->cause != FAULT_OTHER)
        return;
    __asm__ volatile("csrr %0, 0x643" : "=r"(htval));
    explain(fault, htval);
}

/** Returns what is in a0 at the guest's ECALL, or 0 if a fault ended it. */
static uintptr_t run(struct guest guest)
{
    for (;;) {
        struct fault fault;

        guest_enter(&guest);
        if (guest.cause == CAUSE_CALL_OF_VS)
            return guest.a0;
        fault = (struct fault){
            .vaddr = guest.value,
            .cause = FAULT_OTHER,
            .user = guest.spp == 0,
            .pc = guest.pc,
            .code = guest.cause,
        };
        explain(&fault, guest.htval);
        if (fault_take(&fault))
            return 0;
    }
}

void guest_begin(void)
{
}

static uintptr_t run_privileged(const char *code, pt64_vaddr_t address, uint64_t value)
{
    return run(
        (struct guest){.pc = (uintptr_t)code, .a0 = address, .a1 = value, .spp = SSTATUS_SPP});
}

uint64_t guest_load(pt64_vaddr_t address)
{
    return CPU_GUEST_RUNS_ALWAYS ? run_privileged(guest_load_code, as_emulated(address), 0)
                                 : guest_hlv(as_emulated(address));
}

void guest_store(pt64_vaddr_t address, uint64_t value)
{
    if (CPU_GUEST_RUNS_ALWAYS)
        (void)run_privileged(guest_store_code, as_emulated(address), value);
    else
        guest_hsv(as_emulated(address), value);
}

void guest_call(pt64_vaddr_t address)
{
    (void)run_privileged(guest_call_code, as_emulated(address), 0);
}

void guest_user(uintptr_t pc, uintptr_t argument)
{
    (void)run((struct guest){.pc = pc, .a0 = argument});
}

#if ARCH_FINDS_LIMITS
/** Whether hgatp keeps the mode. Its other fields are clear. */
static bool has_mode(unsigned mode)
{
    uint64_t hgatp = pt64_riscv_hgatp(mode, 0, 0), kept;

    __asm__ volatile("csrw 0x680, %1\n\tcsrr %0, 0x680\n\tcsrw 0x680, zero"
                     : "=&r"(kept)
                     : "r"(hgatp));
    return kept == hgatp;
}

void guest_find_limits(void)
{
    unsigned mode = PT64_RISCV_HGATP_SV57X4;

    while (mode > PT64_RISCV_HGATP_SV39X4 && !has_mode(mode))
        mode--;
    found_limits = pt64_riscv_gstage_limits(mode);
}
#endif

/**
 * No trap of the guest is delegated to it, and it has no VS-stage. This emulator has no VMIDs: it
 * keeps translations of the guest before.
 */
void guest_load_stage(pt64_paddr_t root, unsigned number)
{
    __asm__ volatile(
        "csrw 0x602, zero\n\t"              /* hedeleg */
        "csrw 0x603, zero\n\t"              /* hideleg */
        "csrw 0x280, zero\n\t"              /* vsatp */
        "csrw 0x680, %0\n\t"                /* hgatp */
        ".insn r 0x73, 0, 0x31, x0, x0, x0" /* hfence.gvma */
        :
        : "r"(ARCH_HGATP(number, root))
        : "memory");
}

#endif

/* SPDX-License-Identifier: MIT */
/* Source: The RISC-V Instruction Set Manual volume II, Privileged Architecture, version 20250508,
 * chapter "Hypervisor Extension": "Hypervisor and Virtual Supervisor CSRs", "Traps". The registers
 * are named by number, for assemblers that do not know the extension. */
#include "vcpu.h"

#define READ_REGISTER(name, variable) __asm__ volatile("csrr %0, " name : "=r"(variable))
#define WRITE_REGISTER(name, value)   __asm__ volatile("csrw " name ", %0" : : "r"(value) : "memory")
#define SET_BITS(name, bits)          __asm__ volatile("csrs " name ", %0" : : "r"(bits) : "memory")
#define CLEAR_BITS(name, bits)        __asm__ volatile("csrc " name ", %0" : : "r"(bits) : "memory")

#define VSATP   "0x280"
#define HSTATUS "0x600"
#define HEDELEG "0x602"
#define HIDELEG "0x603"
#define HTVAL   "0x643"
#define HGATP   "0x680"

/* HFENCE.GVMA x0, x0: all guests. */
#define FENCE ".insn r 0x73, 0, 0x31, x0, x0, x0"

#define SSTATUS_SPIE (UINT64_C(1) << 5) /* interrupts of the hypervisor stay off */
#define SSTATUS_SPP  (UINT64_C(1) << 8) /* with SPV: SRET goes to VS-mode */
#define HSTATUS_SPV  (UINT64_C(1) << 7) /* SRET goes to the guest */

/* scause */
#define CAUSE_CALL_OF_GUEST 10U
#define CAUSE_GUEST_FETCH   20U
#define CAUSE_GUEST_LOAD    21U
#define CAUSE_GUEST_STORE   23U

#define CALL_BYTES 4U

/** enter.S knows where the members are. */
struct vcpu {
    uint64_t x[32];
    uint64_t host_sp, host_stvec;
    uint64_t pc;
};

static struct vcpu vcpu;

/** Runs the guest until a trap. */
void vcpu_enter(struct vcpu *vcpu);

/** Whether hgatp keeps the mode. Its other fields are clear. */
static bool has_mode(unsigned mode)
{
    uint64_t hgatp;

    WRITE_REGISTER(HGATP, pt64_riscv_hgatp(mode, 0, 0));
    READ_REGISTER(HGATP, hgatp);
    WRITE_REGISTER(HGATP, UINT64_C(0));
    return pt64_riscv_hgatp_mode(hgatp) == mode;
}

/** The guest's traps come here, and no interrupts. It has no translation of its own. */
bool vcpu_init(struct pt64_limits *limits)
{
    *limits = VCPU_META.limits;
    WRITE_REGISTER("sie", UINT64_C(0));
    WRITE_REGISTER(HEDELEG, UINT64_C(0));
    WRITE_REGISTER(HIDELEG, UINT64_C(0));
    WRITE_REGISTER(VSATP, UINT64_C(0));
    return has_mode(PT64_RISCV_HGATP_SV39X4);
}

void vcpu_set(uintptr_t pc, pt64_vaddr_t stack)
{
    vcpu.pc = pc;
    vcpu.x[2] = stack;
}

void vcpu_load(pt64_paddr_t root)
{
    WRITE_REGISTER(HGATP, pt64_riscv_hgatp(PT64_RISCV_HGATP_SV39X4, VCPU_GUEST_ID, root));
    __asm__ volatile(FENCE : : : "memory");
}

void vcpu_unload(void)
{
    WRITE_REGISTER(HGATP, UINT64_C(0));
    __asm__ volatile(FENCE : : : "memory");
}

static pt64_flags_t access_of(uint64_t cause)
{
    switch (cause) {
    case CAUSE_GUEST_FETCH:
        return PT64_EXECUTE;
    case CAUSE_GUEST_LOAD:
        return PT64_READ;
    case CAUSE_GUEST_STORE:
        return PT64_WRITE;
    default:
        return 0;
    }
}

/** htval is the guest physical address without its bits 1:0, which are those of the virtual one. */
static pt64_vaddr_t address_of_fault(void)
{
    uint64_t htval, stval;

    READ_REGISTER(HTVAL, htval);
    READ_REGISTER("stval", stval);
    return htval << 2 | (stval & 3);
}

static struct vcpu_exit explain(uint64_t cause)
{
    struct vcpu_exit exit = {.cause = VCPU_STOPPED, .value = cause, .access = access_of(cause)};

    if (cause == CAUSE_CALL_OF_GUEST) {
        exit.cause = VCPU_CALLED;
        exit.value = vcpu.x[10];
        vcpu.pc += CALL_BYTES;
    } else if (exit.access != 0) {
        exit.cause = VCPU_FAULTED;
        exit.address = address_of_fault();
    }
    return exit;
}

struct vcpu_exit vcpu_run(void)
{
    uint64_t cause;

    WRITE_REGISTER("sepc", vcpu.pc);
    SET_BITS(HSTATUS, HSTATUS_SPV);
    SET_BITS("sstatus", SSTATUS_SPP);
    CLEAR_BITS("sstatus", SSTATUS_SPIE);
    vcpu_enter(&vcpu);
    READ_REGISTER("sepc", vcpu.pc);
    READ_REGISTER("scause", cause);
    return explain(cause);
}

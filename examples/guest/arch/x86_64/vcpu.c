/* SPDX-License-Identifier: MIT */
/* Source: AMD64 Architecture Programmer's Manual volume 2, chapter 15 "Secure Virtual Machine":
 * 15.4 "Enabling SVM", 15.5 "VMRUN Instruction", 15.16 "TLB Control", 15.25 "Nested Paging";
 * appendix C "SVM Intercept Exit Codes". */
#include "vcpu.h"

#include "msr.h"
#include "vmcb.h"

#define MSR_HOST_SAVE 0xc0010117U
#define EFER_SVME     (UINT64_C(1) << 12)

#define CPUID_SVM (UINT32_C(1) << 2) /* 80000001H:ECX */

/* What leaves the guest. An exception does by way of a shutdown: the guest has no IDT. */
#define INTERCEPT_SHUTDOWN (UINT32_C(1) << 31) /* of the first word */
#define INTERCEPT_VMRUN    (UINT32_C(1) << 0)  /* of the second: VMRUN demands it */
#define INTERCEPT_VMMCALL  (UINT32_C(1) << 1)

#define EXIT_VMMCALL 0x81U
#define EXIT_NESTED  0x400U

/* EXITINFO1 of a nested page fault: 15.25.6. */
#define NESTED_WRITE UINT64_C(2)
#define NESTED_FETCH UINT64_C(16)

/* Segments of 64-bit mode: present, and of code long. */
#define CODE ((struct vmcb_segment){0x08, 0xa9b, 0xffffffff, 0})
#define DATA ((struct vmcb_segment){0x10, 0xc93, 0xffffffff, 0})

#define RFLAGS_MASKED 2U /* interrupts off; bit 1 is always set */
#define DR6_RESET     UINT64_C(0xffff0ff0)
#define DR7_RESET     UINT64_C(0x400)

#define VMMCALL_BYTES 3U

/** SDM 2A and APM 3, "CPUID": leaves whose outputs are in EAX to EDX. */
struct cpuid {
    uint32_t a, b, c, d;
};

/** RDI, RBX, RCX, RDX, RSI, RBP, R8 to R15: as enter.S has them. The others are in the VMCB. */
static uint64_t registers[14];

static _Alignas(4096) struct vmcb vmcb;
static _Alignas(4096) uint8_t host_save[4096];

/** How VMRUN runs a flush on this CPU. */
static unsigned flush_control;

/** The guest's own table, in the pages that it was lent. */
extern char guest_table[];

/** Runs the guest until a #VMEXIT. */
void vcpu_enter(uint64_t registers[14], struct vmcb *vmcb);

static struct cpuid cpuid(uint32_t leaf)
{
    struct cpuid out;

    __asm__ volatile("cpuid"
                     : "=a"(out.a), "=b"(out.b), "=c"(out.c), "=d"(out.d)
                     : "a"(leaf), "c"(0));
    return out;
}

static uint64_t read_cr0(void)
{
    uint64_t cr0;

    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    return cr0;
}

static uint64_t read_cr4(void)
{
    uint64_t cr4;

    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    return cr4;
}

static bool has_nested_paging(void)
{
    return cpuid(0x80000000).a >= 0x8000000a && (cpuid(0x80000001).c & CPUID_SVM) &&
           (cpuid(0x8000000a).d & PT64_NPT_CPUID_NP);
}

/** A nested entry may refuse execution if the host's EFER.NXE is set. */
static void svm_on(bool no_execute)
{
    uint64_t efer = read_msr(PT64_X86_64_MSR_EFER) | EFER_SVME;

    write_msr(PT64_X86_64_MSR_EFER, no_execute ? efer | PT64_X86_64_EFER_NXE : efer);
    write_msr(MSR_HOST_SAVE, (uintptr_t)host_save);
}

bool vcpu_init(struct pt64_limits *limits)
{
    if (!has_nested_paging())
        return false;
    *limits = pt64_npt_limits(read_cr4(), cpuid(0x80000001).d, cpuid(0x80000008).a);
    flush_control = pt64_npt_tlb_control(cpuid(0x8000000a).d);
    svm_on(limits->no_execute);
    return true;
}

/** In 64-bit mode, as this kernel is, on four levels of its own. */
void vcpu_set(uintptr_t pc, pt64_vaddr_t stack)
{
    vmcb.intercepts[0] = INTERCEPT_SHUTDOWN;
    vmcb.intercepts[1] = INTERCEPT_VMRUN | INTERCEPT_VMMCALL;
    vmcb.cs = CODE;
    vmcb.ds = vmcb.es = vmcb.ss = DATA;
    vmcb.efer = read_msr(PT64_X86_64_MSR_EFER);
    vmcb.cr0 = read_cr0();
    vmcb.cr3 = (uintptr_t)guest_table;
    vmcb.cr4 = PT64_X86_64_CR4_PAE;
    vmcb.pat = PT64_X86_64_PAT_VALUE;
    vmcb.dr6 = DR6_RESET;
    vmcb.dr7 = DR7_RESET;
    vmcb.rflags = RFLAGS_MASKED;
    vmcb.rip = pc;
    vmcb.rsp = stack;
}

void vcpu_load(pt64_paddr_t root)
{
    vmcb.nested = PT64_NPT_NESTED_ENABLE;
    vmcb.ncr3 = pt64_npt_ncr3(root);
    vmcb.asid = VCPU_GUEST_ID;
    vmcb.tlb_control = (uint8_t)flush_control;
}

/** Only VMRUN uses it. What the CPU holds of it goes before a guest has the ASID again. */
void vcpu_unload(void)
{
    vmcb.ncr3 = 0;
    vmcb.tlb_control = (uint8_t)flush_control;
}

/** On several CPUs this would make each of them leave the guest. */
void vcpu_flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    if (request->everything || request->count > 0)
        vmcb.tlb_control = (uint8_t)flush_control;
}

static struct vcpu_exit explain(void)
{
    struct vcpu_exit exit = {.cause = VCPU_STOPPED, .value = vmcb.exit_code};

    if (vmcb.exit_code == EXIT_VMMCALL) {
        exit.cause = VCPU_CALLED;
        exit.value = vmcb.rax;
        vmcb.rip += VMMCALL_BYTES;
    } else if (vmcb.exit_code == EXIT_NESTED) {
        exit.cause = VCPU_FAULTED;
        exit.address = vmcb.exit_info_2;
        exit.access = vmcb.exit_info_1 & NESTED_FETCH   ? PT64_EXECUTE
                      : vmcb.exit_info_1 & NESTED_WRITE ? PT64_WRITE
                                                        : PT64_READ;
    }
    return exit;
}

struct vcpu_exit vcpu_run(void)
{
    vcpu_enter(registers, &vmcb);
    vmcb.tlb_control = PT64_NPT_FLUSH_NOTHING;
    return explain();
}

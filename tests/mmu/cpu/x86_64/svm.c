/* SPDX-License-Identifier: MIT */
/* A guest by SVM and nested paging. Source: APM volume 2, chapter 15; appendix B "VMCB Layout";
 * appendix C "SVM Intercept Exit Codes". */
#include "cpu.h"

#if CPU_HAS_GUEST && !defined(GUEST_EPT)
#include "guest_cpu.h"
#include "msr.h"

#define MSR_HOST_SAVE 0xc0010117U
#define EFER_SVME     (UINT64_C(1) << 12)

#define EXIT_EXCEPTION 0x40U /* and the vector */
#define EXIT_VMMCALL   0x81U
#define EXIT_NESTED    0x400U

/* EXITINFO1 of a nested page fault: 15.25.6. */
#define NESTED_PRESENT UINT64_C(1)
#define NESTED_WRITE   UINT64_C(2)
#define NESTED_USER    UINT64_C(4)
#define NESTED_FETCH   UINT64_C(16)
#define NESTED_FINAL   (UINT64_C(1) << 32) /**< not of the walk of the guest's tables */

/* Attributes of segments: bits 55:52 and 47:40 of a descriptor. */
#define CODE 0xa9bU
#define DATA 0xc93U
#define TASK 0x08bU
#define USER 0x060U /**< DPL 3 */

enum offset {
    INTERCEPT_EXCEPTIONS = 0x008,
    INTERCEPT_FIRST = 0x00c,
    INTERCEPT_SECOND = 0x010,
    EXIT_CODE = 0x070,
    EXIT_INFO_1 = 0x078,
    EXIT_INFO_2 = 0x080,
    ES = 0x400, /* selector, attributes, limit and base, in 16 bytes: ES, CS, SS, DS, FS, GS */
    GDTR = 0x460,
    IDTR = 0x480,
    TR = 0x490,
    CPL = 0x4cb,
    EFER = 0x4d0,
    CR4 = 0x548,
    CR3 = 0x550,
    CR0 = 0x558,
    DR7 = 0x560,
    DR6 = 0x568,
    RFLAGS = 0x570,
    RIP = 0x578,
    RSP = 0x5d8,
    RAX = 0x5f8,
    PAT = 0x668,
};

static _Alignas(4096) volatile uint8_t vmcb[4096];
static _Alignas(4096) uint8_t host_save[4096];

/** Of the next VMRUN. */
static unsigned tlb_control;

void guest_svm_enter(struct guest *guest, uintptr_t vmcb);

static volatile uint16_t *word(unsigned offset)
{
    return (volatile uint16_t *)(uintptr_t)(vmcb + offset);
}

static volatile uint32_t *half(unsigned offset)
{
    return (volatile uint32_t *)(uintptr_t)(vmcb + offset);
}

static volatile uint64_t *whole(unsigned offset)
{
    return (volatile uint64_t *)(uintptr_t)(vmcb + offset);
}

static void write_segment(unsigned offset, uint16_t selector, uint16_t attributes)
{
    *word(offset) = selector;
    *word(offset + 2) = attributes;
    *half(offset + 4) = 0xffffffff;
    *whole(offset + 8) = 0;
}

static void write_privilege(bool is_user)
{
    uint16_t user = is_user ? USER : 0;

    write_segment(ES + 16, is_user ? GUEST_USER_CODE : GUEST_KERNEL_CODE, CODE | user);
    write_segment(ES + 32, is_user ? GUEST_USER_DATA : GUEST_KERNEL_DATA, DATA | user);
    vmcb[CPL] = is_user ? 3 : 0;
}

static uint32_t svm_features(void)
{
    uint32_t a = 0x8000000a, b, c = 0, d;

    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return d;
}

static void write_guest(pt64_paddr_t table)
{
    *half(INTERCEPT_EXCEPTIONS) = 0xffffffff;
    *half(INTERCEPT_FIRST) = UINT32_C(1) << 31; /* shutdown */
    *half(INTERCEPT_SECOND) = 3;                /* VMRUN, which must be, and VMMCALL */
    *whole(PT64_NPT_VMCB_NESTED) = PT64_NPT_NESTED_ENABLE;
    for (unsigned segment = 0; segment < 6; segment++)
        write_segment(ES + 16 * segment, GUEST_KERNEL_DATA, DATA);
    write_segment(TR, GUEST_TASK, TASK);
    *whole(EFER) = read_msr(PT64_X86_64_MSR_EFER);
    *whole(CR4) = guest_read_cr4() & ~(uint64_t)PT64_X86_64_CR4_LA57;
    *whole(CR3) = table;
    *whole(CR0) = guest_read_cr0();
    *whole(DR7) = 0x400;
    *whole(DR6) = 0xffff0ff0;
    *whole(RFLAGS) = 2;
    *whole(PAT) = PT64_X86_64_PAT_VALUE;
}

/** EFER.NXE of the host is that of nested entries. */
void guest_cpu_on(pt64_paddr_t table)
{
    if (!(svm_features() & PT64_NPT_CPUID_NP))
        guest_fail("no nested paging", svm_features());
    write_msr(PT64_X86_64_MSR_PAT, PT64_X86_64_PAT_VALUE);
    write_msr(PT64_X86_64_MSR_EFER, read_msr(PT64_X86_64_MSR_EFER) | EFER_SVME |
                                        (ARCH_LIMITS->no_execute ? PT64_X86_64_EFER_NXE : 0));
    write_msr(MSR_HOST_SAVE, (uintptr_t)host_save);
    write_guest(table);
}

uint64_t guest_cpu_id(pt64_paddr_t root, unsigned number)
{
    (void)root;
    return number;
}

void guest_cpu_load(pt64_paddr_t root, unsigned number)
{
    *whole(PT64_NPT_VMCB_NCR3) = pt64_npt_ncr3(root);
    *half(PT64_NPT_VMCB_ASID) = number + 1;
    tlb_control = pt64_npt_tlb_control(svm_features());
}

void guest_flush(const struct pt64_flush *request)
{
    if (request->everything || request->count > 0)
        tlb_control = PT64_NPT_FLUSH_ALL;
}

static void describe(struct guest_end *end)
{
    uint64_t info = *whole(EXIT_INFO_1);

    end->exit = GUEST_VIOLATION;
    end->address = *whole(EXIT_INFO_2);
    end->access = info & NESTED_FETCH   ? FAULT_EXECUTE
                  : info & NESTED_WRITE ? FAULT_WRITE
                                        : FAULT_READ;
    end->present = (info & NESTED_PRESENT) != 0;
    end->is_walk = (info & (NESTED_FINAL | NESTED_USER)) != (NESTED_FINAL | NESTED_USER);
}

struct guest_end guest_cpu_run(struct guest *guest)
{
    struct guest_end end = {.exit = GUEST_OTHER};

    write_privilege(guest->is_user);
    *whole(RIP) = guest->rip;
    *whole(RSP) = guest->rsp;
    *whole(RAX) = guest->rax;
    vmcb[PT64_NPT_VMCB_TLB_CONTROL] = (uint8_t)tlb_control;
    guest_svm_enter(guest, (uintptr_t)vmcb);
    tlb_control = PT64_NPT_FLUSH_NOTHING;
    guest->rip = *whole(RIP);
    guest->rsp = *whole(RSP);
    guest->rax = *whole(RAX);
    end.code = *whole(EXIT_CODE);
    if (end.code == EXIT_VMMCALL) {
        end.exit = GUEST_CALLS;
    } else if (end.code >= EXIT_EXCEPTION && end.code < EXIT_EXCEPTION + 32) {
        end.exit = GUEST_EXCEPTION;
        end.code -= EXIT_EXCEPTION;
    } else if (end.code == EXIT_NESTED) {
        describe(&end);
    } else {
        guest_fail("#VMEXIT", end.code);
    }
    return end;
}

#endif

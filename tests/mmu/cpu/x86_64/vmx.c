/* SPDX-License-Identifier: MIT */
/* A guest by VMX and EPT. Source: SDM 3C, chapters 26 to 29; 3D, appendix B "Field Encoding in
 * VMCS". */
#include "cpu.h"

#if CPU_HAS_GUEST && defined(GUEST_EPT)
#include "guest_cpu.h"
#include "msr.h"
#include "segments.h"

#define MSR_FEATURE_CONTROL 0x3aU
#define FEATURE_LOCK        1U
#define FEATURE_VMX         4U
#define MSR_VMX_BASIC       0x480U
#define MSR_PIN_CONTROLS    0x481U
#define MSR_CPU_CONTROLS    0x482U
#define MSR_EXIT_CONTROLS   0x483U
#define MSR_ENTRY_CONTROLS  0x484U
#define MSR_CR0_FIXED       0x486U
#define MSR_CR4_FIXED       0x488U
#define MSR_MORE_CONTROLS   0x48bU
#define CR4_VMXE            (UINT64_C(1) << 13)

#define CPU_CONTROL_MORE     (UINT32_C(1) << 31)
#define EXIT_CONTROL_64_BITS (UINT32_C(1) << 9)
#define ENTRY_CONTROL_64     (UINT32_C(1) << 9)

/* Exit reasons: appendix C. */
#define EXIT_EXCEPTION 0U
#define EXIT_VMCALL    18U
#define EXIT_VIOLATION 48U
#define EXIT_MISTAKE   49U

/* Exit qualification of an EPT violation: table 29-7. */
#define VIOLATION_READ    1U
#define VIOLATION_WRITE   2U
#define VIOLATION_FETCH   4U
#define VIOLATION_ALLOWED 0x38U  /**< what all entries allow: R, W, X */
#define VIOLATION_LINEAR  0x80U  /**< the guest's linear address is known */
#define VIOLATION_FINAL   0x100U /**< of that address, not of the walk of the guest's tables */

enum field {
    GUEST_ES = 0x0800, /* selectors are two apart: ES, CS, SS, DS, FS, GS, LDTR, TR */
    GUEST_LDTR = 0x080c,
    GUEST_TR = 0x080e,
    HOST_ES = 0x0c00,
    HOST_TR = 0x0c0c,
    EPT_POINTER = 0x201a,
    GUEST_PHYSICAL_ADDRESS = 0x2400,
    LINK_POINTER = 0x2800,
    PIN_CONTROLS = 0x4000,
    CPU_CONTROLS = 0x4002,
    EXCEPTION_BITMAP = 0x4004,
    FAULT_CODE_MASK = 0x4006,
    FAULT_CODE_MATCH = 0x4008,
    CR3_TARGETS = 0x400a,
    EXIT_CONTROLS = 0x400c,
    EXIT_MSR_STORES = 0x400e,
    EXIT_MSR_LOADS = 0x4010,
    ENTRY_CONTROLS = 0x4012,
    ENTRY_MSR_LOADS = 0x4014,
    ENTRY_EVENT = 0x4016,
    MORE_CONTROLS = 0x401e,
    INSTRUCTION_ERROR = 0x4400,
    EXIT_REASON = 0x4402,
    EXIT_EVENT = 0x4404,
    GUEST_ES_LIMIT = 0x4800,
    GUEST_TR_LIMIT = 0x480e,
    GUEST_GDTR_LIMIT = 0x4810,
    GUEST_IDTR_LIMIT = 0x4812,
    GUEST_ES_RIGHTS = 0x4814,
    GUEST_LDTR_RIGHTS = 0x4820,
    GUEST_TR_RIGHTS = 0x4822,
    GUEST_BLOCKING = 0x4824,
    GUEST_ACTIVITY = 0x4826,
    GUEST_SYSENTER_CS = 0x482a,
    HOST_SYSENTER_CS = 0x4c00,
    CR0_MASK = 0x6000,
    CR4_MASK = 0x6002,
    CR0_SHADOW = 0x6004,
    CR4_SHADOW = 0x6006,
    EXIT_QUALIFICATION = 0x6400,
    GUEST_CR0 = 0x6800,
    GUEST_CR3 = 0x6802,
    GUEST_CR4 = 0x6804,
    GUEST_ES_BASE = 0x6806,
    GUEST_GDTR_BASE = 0x6816,
    GUEST_IDTR_BASE = 0x6818,
    GUEST_DR7 = 0x681a,
    GUEST_RSP = 0x681c,
    GUEST_RIP = 0x681e,
    GUEST_RFLAGS = 0x6820,
    GUEST_PENDING_DEBUG = 0x6822,
    GUEST_SYSENTER_ESP = 0x6824,
    GUEST_SYSENTER_EIP = 0x6826,
    HOST_CR0 = 0x6c00,
    HOST_CR3 = 0x6c02,
    HOST_CR4 = 0x6c04,
    HOST_FS_BASE = 0x6c06,
    HOST_GS_BASE = 0x6c08,
    HOST_TR_BASE = 0x6c0a,
    HOST_GDTR_BASE = 0x6c0c,
    HOST_IDTR_BASE = 0x6c0e,
    HOST_SYSENTER_ESP = 0x6c10,
    HOST_SYSENTER_EIP = 0x6c12,
    HOST_RIP = 0x6c16,
};

/* Access rights: table 26-2. */
#define RIGHTS_CODE     0xa09bU
#define RIGHTS_DATA     0xc093U
#define RIGHTS_TASK     0x008bU
#define RIGHTS_UNUSABLE 0x10000U
#define RIGHTS_USER     0x60U /**< DPL 3 */

enum {
    CS = 1,
    SS = 2,
    SEGMENTS = 8,
    TR = 7,
};

struct descriptor_table {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

static _Alignas(4096) uint32_t vmxon_region[1024], vmcs[1024];

bool guest_vmx_enter(struct guest *guest, bool launched);
extern char guest_vmx_exit[];

static void write_field(enum field field, uint64_t value)
{
    bool failed;

    __asm__ volatile("vmwrite %2, %1\n\tsetbe %0"
                     : "=q"(failed)
                     : "r"((uint64_t)field), "r"(value)
                     : "cc");
    if (failed)
        guest_fail("VMWRITE fails for", field);
}

static uint64_t read_field(enum field field)
{
    uint64_t value;

    __asm__ volatile("vmread %1, %0" : "=r"(value) : "r"((uint64_t)field) : "cc");
    return value;
}

/** The controls that are asked for, and those that the CPU insists on. */
static uint32_t controls(uint32_t msr, uint32_t wanted)
{
    uint64_t allowed = read_msr(msr);

    if (wanted & ~(uint32_t)(allowed >> 32))
        guest_fail("the CPU lacks controls of", msr);
    return wanted | (uint32_t)allowed;
}

static enum field segment_field(enum field of_es, unsigned segment)
{
    return of_es + 2 * segment;
}

static void write_controls(void)
{
    write_field(PIN_CONTROLS, controls(MSR_PIN_CONTROLS, 0));
    write_field(CPU_CONTROLS, controls(MSR_CPU_CONTROLS, CPU_CONTROL_MORE));
    write_field(MORE_CONTROLS, controls(MSR_MORE_CONTROLS, PT64_EPT_CONTROL_ENABLE));
    write_field(EXIT_CONTROLS, controls(MSR_EXIT_CONTROLS, EXIT_CONTROL_64_BITS));
    write_field(ENTRY_CONTROLS, controls(MSR_ENTRY_CONTROLS, ENTRY_CONTROL_64));
    write_field(EXCEPTION_BITMAP, 0xffffffff);
    write_field(FAULT_CODE_MASK, 0);
    write_field(FAULT_CODE_MATCH, 0);
    write_field(CR3_TARGETS, 0);
    write_field(EXIT_MSR_STORES, 0);
    write_field(EXIT_MSR_LOADS, 0);
    write_field(ENTRY_MSR_LOADS, 0);
    write_field(ENTRY_EVENT, 0);
    write_field(CR0_MASK, 0);
    write_field(CR4_MASK, 0);
    write_field(CR0_SHADOW, 0);
    write_field(CR4_SHADOW, 0);
}

/** The code and the stack segment change with the privilege. */
static void write_privilege(bool is_user)
{
    uint32_t user = is_user ? RIGHTS_USER : 0;

    write_field(segment_field(GUEST_ES, CS), is_user ? GUEST_USER_CODE : GUEST_KERNEL_CODE);
    write_field(segment_field(GUEST_ES, SS), is_user ? GUEST_USER_DATA : GUEST_KERNEL_DATA);
    write_field(segment_field(GUEST_ES_RIGHTS, CS), RIGHTS_CODE | user);
    write_field(segment_field(GUEST_ES_RIGHTS, SS), RIGHTS_DATA | user);
}

static void write_guest(pt64_paddr_t table, const struct descriptor_table *gdt)
{
    for (unsigned segment = 0; segment < SEGMENTS; segment++) {
        write_field(segment_field(GUEST_ES, segment), 0);
        write_field(segment_field(GUEST_ES_LIMIT, segment), 0xffffffff);
        write_field(segment_field(GUEST_ES_RIGHTS, segment), RIGHTS_UNUSABLE);
        write_field(segment_field(GUEST_ES_BASE, segment), 0);
    }
    write_field(segment_field(GUEST_ES, TR), SELECTOR_TASK);
    write_field(segment_field(GUEST_ES_LIMIT, TR), 0x67);
    write_field(segment_field(GUEST_ES_RIGHTS, TR), RIGHTS_TASK);
    write_field(GUEST_GDTR_LIMIT, gdt->limit);
    write_field(GUEST_GDTR_BASE, gdt->base);
    write_field(GUEST_IDTR_LIMIT, 0);
    write_field(GUEST_IDTR_BASE, 0);
    write_field(GUEST_BLOCKING, 0);
    write_field(GUEST_ACTIVITY, 0);
    write_field(GUEST_SYSENTER_CS, 0);
    write_field(GUEST_SYSENTER_ESP, 0);
    write_field(GUEST_SYSENTER_EIP, 0);
    write_field(GUEST_CR0, guest_read_cr0());
    write_field(GUEST_CR3, table);
    write_field(GUEST_CR4, guest_read_cr4());
    write_field(GUEST_DR7, 0x400);
    write_field(GUEST_RFLAGS, 2);
    write_field(GUEST_PENDING_DEBUG, 0);
    write_field(LINK_POINTER, ~UINT64_C(0));
}

static void write_host(const struct descriptor_table *gdt)
{
    struct descriptor_table idt;

    __asm__ volatile("sidt %0" : "=m"(idt));
    for (unsigned segment = 0; segment < SEGMENTS - 2; segment++)
        write_field(segment_field(HOST_ES, segment), segment == CS ? SELECTOR_CODE : 0);
    write_field(HOST_TR, SELECTOR_TASK);
    write_field(HOST_TR_BASE, gdt->base); /* nothing reads it */
    write_field(HOST_GDTR_BASE, gdt->base);
    write_field(HOST_IDTR_BASE, idt.base);
    write_field(HOST_FS_BASE, 0);
    write_field(HOST_GS_BASE, 0);
    write_field(HOST_SYSENTER_CS, 0);
    write_field(HOST_SYSENTER_ESP, 0);
    write_field(HOST_SYSENTER_EIP, 0);
    write_field(HOST_CR0, guest_read_cr0());
    write_field(HOST_CR3, guest_read_cr3());
    write_field(HOST_CR4, guest_read_cr4());
    write_field(HOST_RIP, (uintptr_t)guest_vmx_exit);
}

static void vmx_on(void)
{
    uint64_t vmxon_at = (uintptr_t)vmxon_region, vmcs_at = (uintptr_t)vmcs;
    bool failed[3];

    if (!(read_msr(MSR_FEATURE_CONTROL) & FEATURE_LOCK))
        write_msr(MSR_FEATURE_CONTROL, FEATURE_LOCK | FEATURE_VMX);
    __asm__ volatile("mov %0, %%cr0" : : "r"(guest_read_cr0() | read_msr(MSR_CR0_FIXED)));
    __asm__ volatile("mov %0, %%cr4"
                     :
                     : "r"(guest_read_cr4() | read_msr(MSR_CR4_FIXED) | CR4_VMXE));
    vmxon_region[0] = vmcs[0] = (uint32_t)read_msr(MSR_VMX_BASIC);
    __asm__ volatile("vmxon %3\n\tsetbe %0\n\tvmclear %4\n\tsetbe %1\n\tvmptrld %4\n\tsetbe %2"
                     : "=q"(failed[0]), "=q"(failed[1]), "=q"(failed[2])
                     : "m"(vmxon_at), "m"(vmcs_at)
                     : "cc", "memory");
    if (failed[0] || failed[1] || failed[2])
        guest_fail("VMX is not there", failed[0]);
}

void guest_cpu_on(pt64_paddr_t table)
{
    struct descriptor_table gdt;

    vmx_on();
    __asm__ volatile("sgdt %0" : "=m"(gdt));
    write_controls();
    write_guest(table, &gdt);
    write_host(&gdt);
}

uint64_t guest_cpu_id(pt64_paddr_t root, unsigned number)
{
    (void)number;
    return pt64_ept_eptp(ARCH_LIMITS, root, CPU_EPTP_OPTIONS);
}

void guest_cpu_load(pt64_paddr_t root, unsigned number)
{
    write_field(EPT_POINTER, guest_cpu_id(root, number));
}

static void describe_violation(struct guest_end *end)
{
    uint64_t qualification = read_field(EXIT_QUALIFICATION);

    end->exit = GUEST_VIOLATION;
    end->access = qualification & VIOLATION_FETCH   ? FAULT_EXECUTE
                  : qualification & VIOLATION_WRITE ? FAULT_WRITE
                                                    : FAULT_READ;
    end->present = (qualification & VIOLATION_ALLOWED) != 0;
    end->is_walk = (qualification & (VIOLATION_LINEAR | VIOLATION_FINAL)) !=
                   (VIOLATION_LINEAR | VIOLATION_FINAL);
}

struct guest_end guest_cpu_run(struct guest *guest)
{
    static bool is_launched;
    struct guest_end end = {.exit = GUEST_OTHER};

    write_privilege(guest->is_user);
    write_field(GUEST_RIP, guest->rip);
    write_field(GUEST_RSP, guest->rsp);
    if (!guest_vmx_enter(guest, is_launched))
        guest_fail("VM entry fails with", read_field(INSTRUCTION_ERROR));
    is_launched = true;
    guest->rip = read_field(GUEST_RIP);
    guest->rsp = read_field(GUEST_RSP);
    end.code = read_field(EXIT_REASON);
    end.address = read_field(GUEST_PHYSICAL_ADDRESS);
    if (end.code == EXIT_VMCALL) {
        end.exit = GUEST_CALLS;
    } else if (end.code == EXIT_EXCEPTION) {
        end.exit = GUEST_EXCEPTION;
        end.code = read_field(EXIT_EVENT) & 0xff;
    } else if (end.code == EXIT_VIOLATION) {
        describe_violation(&end);
    } else if (end.code == EXIT_MISTAKE) {
        end.exit = GUEST_MISTAKE;
    } else {
        guest_fail("VM exit", end.code);
    }
    return end;
}

#endif

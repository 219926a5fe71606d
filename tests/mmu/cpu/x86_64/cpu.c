/* SPDX-License-Identifier: MIT */
#include "cpu.h"

#include "segments.h"
#include "tables.h"

#define VECTOR_INVALID_OPCODE 6
#define VECTOR_INTERRUPT      33
#define VECTOR_SPURIOUS       39

/* The local APIC: SDM 3A, 12.4.1 "The Local APIC Block Diagram" (10.4.1 before revision 086). */
#define APIC             0xfee00000U
#define APIC_ID          0x20
#define APIC_END         0xb0
#define APIC_SPURIOUS    0xf0
#define APIC_ON          UINT32_C(0x100)
#define APIC_COMMAND     0x300
#define APIC_DESTINATION 0x310
#define COMMAND_BUSY     UINT32_C(0x1000)
#define COMMAND_INIT     UINT32_C(0x4500)
#define COMMAND_STARTUP  UINT32_C(0x4600)
#define COMMAND_FIXED    UINT32_C(0x4000)

/**
 * The address at which the other CPU starts, in real mode: a page below 1 MiB, and the startup
 * command's vector.
 */
#define TRAMPOLINE 0x8000U

/**
 * SDM 3A, figures "64-Bit TSS Format" and "32-Bit Task-State Segment (TSS)". In 32-bit mode the
 * upper half of the stack is its segment.
 */
struct task_state {
    uint32_t reserved;
    uint32_t stack_low, stack_high;
    uint32_t unused[23];
};

struct descriptor_table {
    uint16_t limit;
    uintptr_t base;
} __attribute__((packed));

extern struct task_state cpu_task_state;
extern uint64_t cpu_descriptors[];
extern const struct descriptor_table cpu_descriptor_table;
extern char second_trampoline[], second_trampoline_end[];
extern uint32_t second_cr0, second_cr3, second_cr4, second_efer;

/* Bits 55:52 of a code segment: G and L for 64-bit code, G and D for 32-bit code. */
#ifdef __x86_64__
#define CODE UINT64_C(0x00a0000000000000)
#else
#define CODE UINT64_C(0x00c0000000000000)
#endif

struct task_state cpu_task_state = {.stack_high = SELECTOR_STACK};
uint64_t cpu_descriptors[] = {
    0,
    UINT64_C(0x000f9b000000ffff) | CODE, /* kernel code */
    UINT64_C(0x00cf93000000ffff),        /* data, of 32-bit code */
    UINT64_C(0x00cf9b000000ffff),        /* 32-bit code, on the way to 64-bit mode */
    UINT64_C(0x00cff3000000ffff),        /* user data */
    UINT64_C(0x000ffb000000ffff) | CODE, /* user code */
    0,                                   /* the task state, in two words in 64-bit mode */
    0,
};
const struct descriptor_table cpu_descriptor_table = {sizeof(cpu_descriptors) - 1,
                                                      (uintptr_t)cpu_descriptors};
uint32_t second_cr0, second_cr3, second_cr4, second_efer;

/**
 * SDM 3A, figures "TSS Descriptor" and "Format of TSS and LDT Descriptors in 64-bit Mode"; type 9
 * is a TSS.
 */
static void describe_task_state(void)
{
    uint64_t base = (uintptr_t)&cpu_task_state;
    uint64_t limit = sizeof(cpu_task_state) - 1;

    cpu_descriptors[SELECTOR_TASK / 8] =
        limit | (base & 0xffffff) << 16 | UINT64_C(0x89) << 40 | (base >> 24 & 0xff) << 56;
    cpu_descriptors[SELECTOR_TASK / 8 + 1] = base >> 32;
}

static volatile uint32_t *apic(unsigned offset)
{
    return (volatile uint32_t *)(uintptr_t)(APIC + offset);
}

static void apic_on(void)
{
    *apic(APIC_SPURIOUS) = APIC_ON | VECTOR_SPURIOUS;
}

void cpu_init(void)
{
    apic_on();
    describe_task_state();
    __asm__ volatile("lgdt %0" : : "m"(cpu_descriptor_table));
    __asm__ volatile("ltr %w0" : : "r"(SELECTOR_TASK));
}

unsigned cpu_index(void)
{
    return *apic(APIC_ID) >> 24;
}

void cpu_sync_code(void)
{
}

const uint32_t cpu_return_code = 0xc3; /* ret */
const uint32_t cpu_exit_code = 0x0b0f; /* ud2 */

bool cpu_is_exit(const struct fault *fault)
{
    return fault->cause == FAULT_OTHER && fault->code == VECTOR_INVALID_OPCODE;
}

static void send(uint32_t command)
{
    *apic(APIC_DESTINATION) = (cpu_index() ^ 1) << 24;
    *apic(APIC_COMMAND) = command;
    while (*apic(APIC_COMMAND) & COMMAND_BUSY)
        __asm__ volatile("pause");
}

void cpu_start_second(void)
{
    uintptr_t cr0, cr3, cr4;
    uint32_t efer_low, efer_high;
    size_t bytes = (size_t)(second_trampoline_end - second_trampoline);
    volatile char *to = (volatile char *)(uintptr_t)TRAMPOLINE;

    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
    __asm__ volatile("mov %%cr3, %0" : "=r"(cr3));
    __asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
    __asm__ volatile("rdmsr" : "=a"(efer_low), "=d"(efer_high) : "c"(PT64_X86_64_MSR_EFER));
    second_cr0 = (uint32_t)cr0;
    second_cr3 = (uint32_t)cr3;
    second_cr4 = (uint32_t)cr4;
    /* The CPU sets it itself when 64-bit mode begins. */
    second_efer = efer_low & ~(uint32_t)PT64_X86_64_EFER_LMA;
    if (half_of(TRAMPOLINE)->map(TRAMPOLINE, TRAMPOLINE, PAGE, RW) != PT64_OK)
        return;
    for (size_t i = 0; i < bytes; i++)
        to[i] = second_trampoline[i];
    send(COMMAND_INIT);
    send(COMMAND_STARTUP | (uint32_t)(TRAMPOLINE >> 12));
}

void cpu_interrupts_on(void)
{
    apic_on();
    __asm__ volatile("sti");
}

void cpu_interrupt_other(void)
{
    send(COMMAND_FIXED | VECTOR_INTERRUPT);
}

bool cpu_take_interrupt(const struct fault *fault)
{
    if (fault->cause != FAULT_OTHER || fault->code != VECTOR_INTERRUPT)
        return false;
    *apic(APIC_END) = 0;
    return true;
}

/** INVLPG and its kin reach only this CPU. */
void cpu_flush_here(const struct pt64_flush *request)
{
    ARCH_META.flush(request);
}

/** The id for a CPU without INVPCID. */
uint64_t cpu_id(unsigned number)
{
    return pt64_x86_64_id(number, false);
}

/**
 * CR4.PCIDE is clear: a table is loaded without its number, and translations that are not global
 * go.
 */
void cpu_load(pt64_paddr_t root, unsigned number)
{
    (void)number;
    __asm__ volatile("mov %0, %%cr3" : : "r"(ARCH_CR3(root)) : "memory");
}

bool cpu_is_ambiguous(pt64_vaddr_t vaddr)
{
    (void)vaddr;
    return false;
}

/* SPDX-License-Identifier: MIT */
#include "cpu.h"

#define CAUSE_USER_CALL 8U
/* The topmost bit says that it is an interrupt. */
#define CAUSE_SOFTWARE_INTERRUPT (~(UINTPTR_MAX >> 1) | 1)
#define SOFTWARE_INTERRUPT       ((uintptr_t)1 << 1)
#define SSTATUS_SIE              ((uintptr_t)1 << 1)

/* RISC-V Supervisor Binary Interface 1.0: chapters 7 "IPI" and 9 "Hart State Management". */
#define SBI_IPI         0x735049U
#define SBI_IPI_SEND    0U
#define SBI_HSM         0x48534dU
#define SBI_HSM_START   0U
#define SBI_HSM_STATUS  2U
#define SBI_HSM_STOPPED 1U

struct sbi_answer {
    uintptr_t error, value;
};

extern char second_entry[];

/** The firmware picks the hart that boots. This is the other one. */
static uintptr_t other_hart;

static struct sbi_answer sbi(uintptr_t extension, uintptr_t function, uintptr_t x, uintptr_t y,
                             uintptr_t z)
{
    register uintptr_t a0 __asm__("a0") = x;
    register uintptr_t a1 __asm__("a1") = y;
    register uintptr_t a2 __asm__("a2") = z;
    register uintptr_t a6 __asm__("a6") = function;
    register uintptr_t a7 __asm__("a7") = extension;

    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
    return (struct sbi_answer){a0, a1};
}

void cpu_init(void)
{
    __asm__ volatile("mv tp, zero");
}

/** Compiled code without thread-local variables does not change tp. */
unsigned cpu_index(void)
{
    unsigned long index;

    __asm__ volatile("mv %0, tp" : "=r"(index));
    return (unsigned)index;
}

void cpu_sync_code(void)
{
    __asm__ volatile("fence.i" : : : "memory");
}

const uint32_t cpu_return_code = 0x00008067; /* ret */
const uint32_t cpu_exit_code = 0x00000073;   /* ecall */

bool cpu_is_exit(const struct fault *fault)
{
    return fault->cause == FAULT_OTHER && fault->code == CAUSE_USER_CALL;
}

void cpu_start_second(void)
{
    struct sbi_answer status = sbi(SBI_HSM, SBI_HSM_STATUS, 0, 0, 0);

    other_hart = status.value == SBI_HSM_STOPPED ? 0 : 1;
    (void)sbi(SBI_HSM, SBI_HSM_START, other_hart, (uintptr_t)second_entry, 0);
}

void cpu_interrupts_on(void)
{
    __asm__ volatile("csrs sie, %0\n\tcsrs sstatus, %1"
                     :
                     : "r"(SOFTWARE_INTERRUPT), "r"(SSTATUS_SIE)
                     : "memory");
}

void cpu_interrupt_other(void)
{
    (void)sbi(SBI_IPI, SBI_IPI_SEND, 1, other_hart, 0);
}

bool cpu_take_interrupt(const struct fault *fault)
{
    if (fault->code != CAUSE_SOFTWARE_INTERRUPT)
        return false;
    __asm__ volatile("csrc sip, %0" : : "r"(SOFTWARE_INTERRUPT) : "memory");
    return true;
}

/** SFENCE.VMA reaches only this hart. */
void cpu_flush_here(const struct pt64_flush *request)
{
    ARCH_META.flush(request);
}

uint64_t cpu_id(unsigned number)
{
    return number;
}

void cpu_load(pt64_paddr_t root, unsigned number)
{
    __asm__ volatile("csrw satp, %0" : : "r"(ARCH_SATP(number, root)) : "memory");
}

bool cpu_is_ambiguous(pt64_vaddr_t vaddr)
{
    (void)vaddr;
    return false;
}

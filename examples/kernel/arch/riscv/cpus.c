/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "fault.h"

#define CAUSE_USER_CALL 8U
/* The topmost bit says that it is an interrupt. */
#define CAUSE_SOFTWARE_INTERRUPT (~(UINTPTR_MAX >> 1) | 1)
#define SOFTWARE_INTERRUPT       ((uintptr_t)1 << 1)

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

/** The firmware picks the hart that boots. */
static uintptr_t hart_of_cpu[2];

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

/** Compiled code without thread-local variables does not change tp. */
unsigned cpu_index(void)
{
    unsigned long index;

    __asm__ volatile("mv %0, tp" : "=r"(index));
    return (unsigned)index;
}

/** User code takes an interrupt that is enabled here whatever sstatus.SIE is. */
void cpu_init(void)
{
    __asm__ volatile("csrs sie, %0" : : "r"(SOFTWARE_INTERRUPT) : "memory");
}

/** Without firmware the other harts stay parked. */
bool cpu_start_second(void)
{
#ifdef KERNEL_BARE
    return false;
#else
    struct sbi_answer status = sbi(SBI_HSM, SBI_HSM_STATUS, 0, 0, 0);

    hart_of_cpu[1] = status.value == SBI_HSM_STOPPED ? 0 : 1;
    hart_of_cpu[0] = 1 - hart_of_cpu[1];
    return sbi(SBI_HSM, SBI_HSM_START, hart_of_cpu[1], (uintptr_t)second_entry, 0).error == 0;
#endif
}

void cpu_interrupt_other(void)
{
    (void)sbi(SBI_IPI, SBI_IPI_SEND, 1, hart_of_cpu[cpu_index() ^ 1], 0);
}

bool cpu_take_interrupt(const struct fault *fault)
{
    if (fault->code != CAUSE_SOFTWARE_INTERRUPT)
        return false;
    __asm__ volatile("csrc sip, %0" : : "r"(SOFTWARE_INTERRUPT) : "memory");
    return true;
}

bool user_is_exit(const struct fault *fault)
{
    return fault->cause == FAULT_OTHER && fault->code == CAUSE_USER_CALL;
}

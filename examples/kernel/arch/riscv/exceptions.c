/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "fault.h"

/* Causes: RISC-V privileged architecture, table "Supervisor cause register (scause) values". */
#define CAUSE_FETCH_PAGE_FAULT UINT64_C(12)
#define CAUSE_LOAD_PAGE_FAULT  UINT64_C(13)
#define CAUSE_STORE_PAGE_FAULT UINT64_C(15)
#define SSTATUS_SPP            (UINT64_C(1) << 8)

/** What vectors.S saves. */
struct frame {
    uint64_t x[32];
    uint64_t sepc, sstatus;
    uint64_t unused[2];
};

extern char vector[];
void exception(struct frame *frame);

void exceptions_on(void)
{
    __asm__ volatile("csrw sscratch, zero\n\tcsrw stvec, %0" : : "r"(vector) : "memory");
}

static struct fault decode(const struct frame *frame)
{
    struct fault fault = {
        .cause = FAULT_PAGE,
        .user = !(frame->sstatus & SSTATUS_SPP),
        .pc = frame->sepc,
    };

    __asm__ volatile("csrr %0, scause" : "=r"(fault.code));
    __asm__ volatile("csrr %0, stval" : "=r"(fault.vaddr));
    if (fault.code == CAUSE_FETCH_PAGE_FAULT)
        fault.access = FAULT_EXECUTE;
    else if (fault.code == CAUSE_LOAD_PAGE_FAULT)
        fault.access = FAULT_READ;
    else if (fault.code == CAUSE_STORE_PAGE_FAULT)
        fault.access = FAULT_WRITE;
    else
        fault.cause = FAULT_OTHER;
    return fault;
}

/** Called by vectors.S. */
void exception(struct frame *frame)
{
    struct fault fault = decode(frame);

    if (fault_take(&fault))
        frame->sepc = frame->x[1];
}

/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "fault.h"

/* Causes: RISC-V privileged architecture, table "Supervisor cause register (scause) values". */
#define CAUSE_FETCH_PAGE_FAULT 12U
#define CAUSE_LOAD_PAGE_FAULT  13U
#define CAUSE_STORE_PAGE_FAULT 15U
#define SSTATUS_SPP            ((uintptr_t)1 << 8)

/** What vectors.S saves. */
struct frame {
    uintptr_t x[32];
    uintptr_t sepc, sstatus;
    uintptr_t unused[2];
};

extern char vector[], user_return[];
void exception(struct frame *frame);

void exceptions_on(void)
{
    __asm__ volatile("csrw sscratch, zero\n\tcsrw stvec, %0" : : "r"(vector) : "memory");
}

static struct fault decode(const struct frame *frame)
{
    uintptr_t scause, stval;
    struct fault fault = {
        .cause = FAULT_PAGE,
        .user = !(frame->sstatus & SSTATUS_SPP),
        .pc = frame->sepc,
    };

    __asm__ volatile("csrr %0, scause" : "=r"(scause));
    __asm__ volatile("csrr %0, stval" : "=r"(stval));
    fault.code = scause;
    fault.vaddr = stval;
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

/** Makes user_enter return. Its stack ends where the frame does. */
static void leave_user(struct frame *frame)
{
    frame->sepc = (uintptr_t)user_return;
    frame->sstatus |= SSTATUS_SPP;
    frame->x[2] = (uintptr_t)(frame + 1);
}

/** Called by vectors.S. */
void exception(struct frame *frame)
{
    struct fault fault = decode(frame);

    if (!fault_take(&fault))
        return;
    if (fault.user)
        leave_user(frame);
    else
        frame->sepc = frame->x[1];
}

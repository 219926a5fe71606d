/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "fault.h"
#include "level.h"

/* Exception classes and fault codes: Arm ARM, D24.2.40 "ESR_EL1" (D17.2.37 before issue K). */
#define CLASS_FETCH_USER UINT64_C(0x20)
#define CLASS_FETCH      UINT64_C(0x21)
#define CLASS_DATA_USER  UINT64_C(0x24)
#define CLASS_DATA       UINT64_C(0x25)
#define DATA_WRITE       (UINT64_C(1) << 6)

/* Bits 5:2 of the fault status code. Bits 1:0 are the level, but for level -1. */
#define STATUS_TRANSLATION UINT64_C(1)
#define STATUS_ACCESS_FLAG UINT64_C(2)
#define STATUS_PERMISSION  UINT64_C(3)
/** Bits 5:0: a translation fault at level -1, where a table of 52-bit addresses begins. */
#define STATUS_TRANSLATION_ABOVE UINT64_C(0x2b)

/** The vectors come in groups of four: synchronous, IRQ, FIQ, SError. */
#define VECTOR_IS_SYNCHRONOUS(vector) ((vector) % 4 == 0)
#define VECTOR_FIRST_USER             UINT64_C(8)

/** What vectors.S saves. */
struct frame {
    uint64_t x[31];
    uint64_t elr, spsr, esr;
    uint64_t vector;
};

/** This Exception level, bits 3:2, on its own stack, exceptions masked. */
#define SPSR_KERNEL UINT64_C(0x3c1)

extern char vectors[], user_return[];
void exception(struct frame *frame);

void exceptions_on(void)
{
    __asm__ volatile("msr " TEXT_AT_LEVEL(vbar) ", %0\n\tisb" : : "r"(vectors) : "memory");
}

static enum fault_cause cause_of(uint64_t esr)
{
    if ((esr & 0x3f) == STATUS_TRANSLATION_ABOVE)
        return FAULT_ABSENT;
    switch (esr >> 2 & 15) {
    case STATUS_TRANSLATION:
        return FAULT_ABSENT;
    case STATUS_ACCESS_FLAG:
    case STATUS_PERMISSION:
        return FAULT_REFUSED;
    default:
        return FAULT_OTHER;
    }
}

static struct fault decode(const struct frame *frame)
{
    uint64_t class = frame->esr >> 26 & 0x3f;
    struct fault fault = {
        .cause = FAULT_OTHER,
        .user = frame->vector >= VECTOR_FIRST_USER,
        .pc = frame->elr,
        .code = VECTOR_IS_SYNCHRONOUS(frame->vector) ? frame->esr : frame->vector,
    };

    if (!VECTOR_IS_SYNCHRONOUS(frame->vector))
        return fault;
    __asm__ volatile("mrs %0, " TEXT_AT_LEVEL(far) : "=r"(fault.vaddr));
    if (class == CLASS_FETCH || class == CLASS_FETCH_USER) {
        fault.cause = cause_of(frame->esr);
        fault.access = FAULT_EXECUTE;
    } else if (class == CLASS_DATA || class == CLASS_DATA_USER) {
        fault.cause = cause_of(frame->esr);
        fault.access = frame->esr & DATA_WRITE ? FAULT_WRITE : FAULT_READ;
    }
    return fault;
}

/** Makes user_enter return. SP_EL1 is where it left it. */
static void leave_user(struct frame *frame)
{
    uint64_t level;

    __asm__ volatile("mrs %0, CurrentEL" : "=r"(level));
    frame->elr = (uintptr_t)user_return;
    frame->spsr = SPSR_KERNEL | level;
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
        frame->elr = frame->x[30];
}

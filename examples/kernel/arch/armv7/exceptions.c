/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "cp15.h"
#include "fault.h"
#include "vectors.h"

#define MODE      UINT32_C(0x1f)
#define MODE_USER UINT32_C(0x10)

/* DFSR and IFSR: ARMv7 ARM, B4.1 "DFSR, Data Fault Status Register, VMSA". */
#define DFSR_WNR (UINT32_C(1) << 11)
#define FSR_LPAE (UINT32_C(1) << 9)
#define FSR_FS_4 (UINT32_C(1) << 10)
#define FSR_FS   UINT32_C(0xf)

/* FS without its level (B3.13.3 "Fault status codes"): bit 1, and bit 3 of an access flag fault. */
#define FS_TRANSLATION_SECTION UINT32_C(0x05)
#define FS_TRANSLATION_PAGE    UINT32_C(0x07)
#define FS_ACCESS_FLAG_SECTION UINT32_C(0x03)
#define FS_ACCESS_FLAG_PAGE    UINT32_C(0x06)
#define FS_PERMISSION_SECTION  UINT32_C(0x0d)
#define FS_PERMISSION_PAGE     UINT32_C(0x0f)

/* Bits 5:2 of STATUS with long descriptors. Bits 1:0 are the level. */
#define STATUS_TRANSLATION UINT32_C(1)
#define STATUS_ACCESS_FLAG UINT32_C(2)
#define STATUS_PERMISSION  UINT32_C(3)

/** What vectors.S saves. `lr` is that of Supervisor mode. */
struct frame {
    uint32_t r[13];
    uint32_t lr, pc, cpsr;
};

extern char vectors[];
void exception(struct frame *frame, uint32_t vector);

void exceptions_on(void)
{
    WRITE_CP15(CP15_VBAR, vectors);
    __asm__ volatile("isb" : : : "memory");
}

static enum fault_cause cause_of_short(uint32_t fsr)
{
    if (fsr & FSR_FS_4)
        return FAULT_OTHER;
    switch (fsr & FSR_FS) {
    case FS_TRANSLATION_SECTION:
    case FS_TRANSLATION_PAGE:
        return FAULT_ABSENT;
    case FS_ACCESS_FLAG_SECTION:
    case FS_ACCESS_FLAG_PAGE:
    case FS_PERMISSION_SECTION:
    case FS_PERMISSION_PAGE:
        return FAULT_REFUSED;
    default:
        return FAULT_OTHER;
    }
}

static enum fault_cause cause_of_long(uint32_t fsr)
{
    switch (fsr >> 2 & 15) {
    case STATUS_TRANSLATION:
        return FAULT_ABSENT;
    case STATUS_ACCESS_FLAG:
    case STATUS_PERMISSION:
        return FAULT_REFUSED;
    default:
        return FAULT_OTHER;
    }
}

static void describe_abort(struct fault *fault, uint32_t fsr, uint32_t vaddr)
{
    fault->cause = fsr & FSR_LPAE ? cause_of_long(fsr) : cause_of_short(fsr);
    fault->vaddr = vaddr;
    fault->code = fsr;
}

static struct fault decode(const struct frame *frame, uint32_t vector)
{
    struct fault fault = {
        .cause = FAULT_OTHER,
        .user = (frame->cpsr & MODE) == MODE_USER,
        .pc = frame->pc,
        .code = vector,
    };
    uint32_t fsr, vaddr;

    if (vector == VECTOR_PREFETCH_ABORT) {
        READ_CP15(CP15_IFSR, fsr);
        READ_CP15(CP15_IFAR, vaddr);
        describe_abort(&fault, fsr, vaddr);
        fault.access = FAULT_EXECUTE;
    } else if (vector == VECTOR_DATA_ABORT) {
        READ_CP15(CP15_DFSR, fsr);
        READ_CP15(CP15_DFAR, vaddr);
        describe_abort(&fault, fsr, vaddr);
        fault.access = fsr & DFSR_WNR ? FAULT_WRITE : FAULT_READ;
    }
    return fault;
}

/** Called by vectors.S. */
void exception(struct frame *frame, uint32_t vector)
{
    struct fault fault = decode(frame, vector);

    if (fault_take(&fault))
        frame->pc = frame->lr;
}

/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "csr.h"
#include "fault.h"

/* Exception codes: LoongArch reference manual volume 1, 6.2.3, table "Table of exception encoding".
 */
#define CODE_LOAD_INVALID   UINT64_C(1) /* PIL */
#define CODE_STORE_INVALID  UINT64_C(2) /* PIS */
#define CODE_FETCH_INVALID  UINT64_C(3) /* PIF */
#define CODE_NOT_WRITABLE   UINT64_C(4) /* PME */
#define CODE_NOT_READABLE   UINT64_C(5) /* PNR */
#define CODE_NOT_EXECUTABLE UINT64_C(6) /* PNX */
#define CODE_NOT_PRIVILEGED UINT64_C(7) /* PPI */

/** What vectors.S saves. */
struct frame {
    uint64_t r[32];
    uint64_t era, prmd;
    uint64_t unused[2];
};

extern char vector[];
void exception(struct frame *frame);

void exceptions_on(void)
{
    write_csr(CSR_SAVE0, 0);
    write_csr(CSR_ECFG, 0);
    write_csr(CSR_EENTRY, (uintptr_t)vector);
}

static void decode_page_fault(struct fault *fault)
{
    switch (fault->code) {
    case CODE_LOAD_INVALID:
        fault->cause = FAULT_ABSENT;
        fault->access = FAULT_READ;
        break;
    case CODE_STORE_INVALID:
        fault->cause = FAULT_ABSENT;
        fault->access = FAULT_WRITE;
        break;
    case CODE_FETCH_INVALID:
        fault->cause = FAULT_ABSENT;
        fault->access = FAULT_EXECUTE;
        break;
    case CODE_NOT_WRITABLE:
        fault->cause = FAULT_REFUSED;
        fault->access = FAULT_WRITE;
        break;
    case CODE_NOT_READABLE:
        fault->cause = FAULT_REFUSED;
        fault->access = FAULT_READ;
        break;
    case CODE_NOT_EXECUTABLE:
        fault->cause = FAULT_REFUSED;
        fault->access = FAULT_EXECUTE;
        break;
    case CODE_NOT_PRIVILEGED:
        fault->cause = FAULT_REFUSED;
        fault->access = FAULT_ANY;
        break;
    default:
        fault->cause = FAULT_OTHER;
        break;
    }
}

/** Called by vectors.S. */
void exception(struct frame *frame)
{
    struct fault fault = {
        .user = (frame->prmd & 3) != 0,
        .pc = frame->era,
    };
    uint64_t status;

    read_csr(PT64_LOONGARCH64_CSR_BADV, fault.vaddr);
    read_csr(CSR_ESTAT, status);
    fault.code = status >> 16 & 0x3f;
    decode_page_fault(&fault);
    if (fault_take(&fault))
        frame->era = frame->r[1];
}

/* SPDX-License-Identifier: MIT */
/* QEMU's SMMUv3, stage 1, with the tables of the CPU. SMMUv3 architecture, chapters 5 and 6; QEMU,
 * hw/arm/smmuv3.c. */
#include "driver.h"

#include "board.h"

#include "../../examples/iommu/smmuv3.h"

#include <page_table64/meta/aarch64.h>

#define SMMU  0x09050000U
#define ASID  5
#define FRAME __attribute__((aligned(4096)))

#define CR0         0x20U
#define CR0ACK      0x24U
#define STRTAB_BASE 0x80U
#define STRTAB_CFG  0x88U
#define CMDQ_BASE   0x90U
#define CMDQ_PROD   0x98U
#define CMDQ_CONS   0x9cU
#define EVENTQ_BASE 0xa0U
#define EVENTQ_PROD 0x100a8U
#define EVENTQ_CONS 0x100acU

#define CR0_SMMUEN   1U
#define CR0_EVENTQEN 4U
#define CR0_CMDQEN   8U

#define RING   256U /* commands: 2^8 */
#define EVENTS 16U  /* 2^4, of 32 bytes */

static FRAME uint64_t streams[512];
static FRAME uint64_t context[8];
static FRAME volatile struct smmuv3_command commands[RING];
static FRAME volatile uint64_t events[4 * EVENTS];
static const struct smmuv3_target target = {.asid = ASID};
static unsigned produced;

const struct pt64_limits *driver_limits(void *ctx)
{
    (void)ctx;
    return &pt64_aarch64_4k48.limits;
}

static void enqueue(struct smmuv3_command command)
{
    commands[produced % RING].low = command.low;
    commands[produced % RING].high = command.high;
    produced = (produced + 1) % (2 * RING);
    board_order();
    write32(SMMU + CMDQ_PROD, produced);
    while (read32(SMMU + CMDQ_CONS) != produced)
        ;
}

/* A new page needs no command, but its entry must be in memory. */
void driver_flush(const struct pt64_flush *request)
{
    struct smmuv3_command encoded[64];
    size_t count = smmuv3_encode(&target, request, encoded, 64);

    for (size_t i = 0; i < count; i++)
        enqueue(encoded[i]);
    if (count > 0)
        enqueue(smmuv3_sync());
    board_order();
}

/* A context descriptor: T0SZ 16, write-back walks, EPD1, V, 44 bits, AA64, R, A, ASET. */
static void describe(pt64_paddr_t root)
{
    context[0] = 16 | 1U << 8 | 1U << 10 | 3U << 12 | 1U << 30 | 1U << 31 | UINT64_C(4) << 32 |
                 UINT64_C(1) << 41 | UINT64_C(1) << 45 | UINT64_C(1) << 46 | UINT64_C(1) << 47 |
                 (uint64_t)ASID << 48;
    context[1] = root;
    context[3] = PT64_AARCH64_MAIR_VALUE;
}

bool driver_start(unsigned device, pt64_paddr_t root)
{
    unsigned stream = device << 3;

    if (stream >= 64)
        return false;
    describe(root);
    streams[8 * stream] = 1 | 5U << 1 | paddr_of(context); /* V, stage 1 */
    board_write64(SMMU + STRTAB_BASE, paddr_of(streams));
    write32(SMMU + STRTAB_CFG, 6);
    board_write64(SMMU + CMDQ_BASE, paddr_of((const volatile void *)commands) | 8);
    board_write64(SMMU + EVENTQ_BASE, paddr_of(events) | 4);
    write32(SMMU + CR0, CR0_CMDQEN);
    write32(SMMU + CR0, CR0_CMDQEN | CR0_EVENTQEN);
    enqueue((struct smmuv3_command){0x04, 31}); /* CFGI_ALL */
    enqueue((struct smmuv3_command){0x30, 0});  /* TLBI_NSNH_ALL */
    enqueue(smmuv3_sync());
    write32(SMMU + CR0, CR0_CMDQEN | CR0_EVENTQEN | CR0_SMMUEN);
    return (read32(SMMU + CR0ACK) & CR0_SMMUEN) != 0;
}

const bool driver_tells_faults = true;

/* F_TRANSLATION is 0x10, F_PERMISSION 0x13. The address is in the third word. */
bool driver_faulted(uint64_t *iova)
{
    uint32_t end = read32(SMMU + EVENTQ_PROD), seen = read32(SMMU + EVENTQ_CONS);
    bool has_faulted = false;

    for (; seen != end; seen = (seen + 1) % (2 * EVENTS)) {
        unsigned code = (unsigned)events[4 * (seen % EVENTS)] & 0xff;

        has_faulted = code == 0x10 || code == 0x13;
        *iova = events[4 * (seen % EVENTS) + 2] & ~UINT64_C(0xfff);
    }
    write32(SMMU + EVENTQ_CONS, end);
    return has_faulted;
}

/* SPDX-License-Identifier: MIT */
/*
 * QEMU's intel-iommu, in legacy mode. It invalidates by its queue, or by its registers if
 * VTD_BY_REGISTERS is set. VT-d 11.4; QEMU, hw/i386/intel_iommu.c.
 */
#include "driver.h"

#include "board.h"

#include "../../examples/iommu/vtd.h"

#include <page_table64/meta/vtd.h>

#define VTD    0xfed90000U
#define DOMAIN 1
#define FRAME  __attribute__((aligned(4096)))

#ifndef VTD_BY_REGISTERS
#define VTD_BY_REGISTERS false
#endif

#define IRO(ecap) ((unsigned)((ecap) >> 8 & 0x3ff) * 16)
#define FRO(cap)  ((unsigned)((cap) >> 24 & 0x3ff) * 16)

static FRAME uint64_t root_table[512];
static FRAME uint64_t contexts[512];
static FRAME volatile struct vtd_command queue[256];
static volatile uint32_t done;
static struct vtd_target target = {.domain = DOMAIN};
static struct pt64_limits limits;
static unsigned tail;

static uint64_t capabilities(void)
{
    return read64(VTD + PT64_VTD_REG_CAP);
}

const struct pt64_limits *driver_limits(void *ctx)
{
    (void)ctx;
    if (limits.levels == 0)
        limits = pt64_vtd_ss_limits(capabilities(), 39);
    return &limits;
}

static void command(uint32_t bit)
{
    uint32_t on =
        read32(VTD + PT64_VTD_REG_GSTS) & (uint32_t)(PT64_VTD_GCMD_QIE | PT64_VTD_GCMD_TE);

    write32(VTD + PT64_VTD_REG_GCMD, on | bit);
    while (!(read32(VTD + PT64_VTD_REG_GSTS) & bit))
        ;
}

static void invalidate_by_register(const struct vtd_command *invalidation)
{
    uintptr_t iva = VTD + IRO(read64(VTD + PT64_VTD_REG_ECAP));

    write64(iva, invalidation->high);
    write64(iva + 8, vtd_iotlb_register(invalidation));
    while (read32(iva + 12) >> 31)
        ;
}

static void enqueue(struct vtd_command descriptor)
{
    queue[tail].low = descriptor.low;
    queue[tail].high = descriptor.high;
    tail = (tail + 1) % 256;
}

static void wait_for_queue(void)
{
    done = 0;
    enqueue(vtd_wait(paddr_of(&done), 1));
    board_order();
    write64(VTD + PT64_VTD_REG_IQT, tail << 4);
    while (done == 0)
        ;
}

void driver_flush(const struct pt64_flush *request)
{
    struct vtd_command commands[VTD_COMMANDS];
    unsigned count = vtd_encode(&target, request, commands);

    for (unsigned i = 0; i < count; i++)
        if (VTD_BY_REGISTERS)
            invalidate_by_register(&commands[i]);
        else
            enqueue(commands[i]);
    if (count > 0 && !VTD_BY_REGISTERS)
        wait_for_queue();
}

static void start_queue(void)
{
    write64(VTD + PT64_VTD_REG_IQA, paddr_of((const volatile void *)queue));
    command((uint32_t)PT64_VTD_GCMD_QIE);
}

bool driver_start(unsigned device, pt64_paddr_t root)
{
    uint64_t cap = capabilities();
    struct vtd_command everything;

    target.by_address = (cap & PT64_VTD_CAP_PSI) != 0;
    target.max_mask = (unsigned)(cap >> 48) & 63;
    if (cap & PT64_VTD_CAP_CM)
        return false;
    root_table[0] = paddr_of(contexts) | 1;
    contexts[16 * device] = pt64_vtd_context_low(root);
    contexts[16 * device + 1] = pt64_vtd_context_high(driver_limits(NULL), DOMAIN);
    write64(VTD + PT64_VTD_REG_RTADDR, paddr_of(root_table));
    command((uint32_t)PT64_VTD_GCMD_SRTP);
    write64(VTD + PT64_VTD_REG_CCMD, UINT64_C(1) << 63 | UINT64_C(1) << 61);
    while (read32(VTD + PT64_VTD_REG_CCMD + 4) >> 31)
        ;
    everything = vtd_command(&target, VTD_DOMAIN, 0);
    invalidate_by_register(&everything);
    if (!VTD_BY_REGISTERS)
        start_queue();
    command((uint32_t)PT64_VTD_GCMD_TE);
    return true;
}

const bool driver_tells_faults = true;

/* Fault record 0: the address in its bits 63:12, F is bit 127. */
bool driver_faulted(uint64_t *iova)
{
    uintptr_t record = VTD + FRO(capabilities());

    if (!(read32(record + 12) >> 31))
        return false;
    *iova = read64(record) & ~UINT64_C(0xfff);
    write32(record + 12, UINT32_C(1) << 31);
    write32(VTD + PT64_VTD_REG_FSTS, 3);
    return true;
}

/* SPDX-License-Identifier: MIT */
/* QEMU's amd-iommu, with a host table of AMDVI_LEVELS. AMD IOMMU specification 3.4; QEMU,
 * hw/i386/amd_iommu.c. */
#include "driver.h"

#include "board.h"

#include "../../examples/iommu/amdvi.h"

#include <page_table64/meta/amdvi.h>

/* Six levels translate 64 bits. The library has 63: the upper half of the root's page stays empty.
 */
#ifndef AMDVI_LEVELS
#define AMDVI_LEVELS 4
#endif

#define AMDVI  0xfed80000U
#define DOMAIN 1
#define FRAME  __attribute__((aligned(4096)))

/* Rings of 256 entries of 16 bytes: log2 of the number is in bits 59:56. */
#define RING      256U
#define RING_SIZE (UINT64_C(8) << 56)

#define INVALIDATE_DEVICE UINT64_C(0x2000000000000000)
#define INVALIDATE_ALL    UINT64_C(0x8000000000000000)

static FRAME uint64_t devices[512];
static FRAME volatile struct amdvi_command commands[RING];
static volatile uint64_t done;
static const struct amdvi_target target = {.domain = DOMAIN};
static unsigned tail;

const struct pt64_limits *driver_limits(void *ctx)
{
    static struct pt64_limits limits;

    (void)ctx;
    limits = pt64_amdvi_v1_limits(AMDVI_LEVELS, 48);
    if (AMDVI_LEVELS == 6)
        limits.vaddr_bits = 63;
    return &limits;
}

static void enqueue(struct amdvi_command command)
{
    commands[tail].low = command.low;
    commands[tail].high = command.high;
    tail = (tail + 1) % RING;
    board_order();
    write64(AMDVI + PT64_AMDVI_REG_TAIL, tail * 16);
}

static bool wait_for_ring(void)
{
    done = 0;
    enqueue(amdvi_wait(paddr_of(&done), 0x600d));
    for (unsigned i = 0; i < 1000000 && done == 0; i++)
        ;
    return done == 0x600d;
}

void driver_flush(const struct pt64_flush *request)
{
    struct amdvi_command encoded[AMDVI_COMMANDS];
    unsigned count = amdvi_encode(&target, request, encoded);

    for (unsigned i = 0; i < count; i++)
        enqueue(encoded[i]);
    if (count > 0)
        wait_for_ring();
}

bool driver_start(unsigned device, pt64_paddr_t root)
{
    unsigned id = device << 3;

    devices[4 * id] = pt64_amdvi_dte(driver_limits(NULL), root, false);
    devices[4 * id + 1] = DOMAIN;
    write64(AMDVI + PT64_AMDVI_REG_DEVICES, paddr_of(devices));
    write64(AMDVI + PT64_AMDVI_REG_COMMANDS, paddr_of((const volatile void *)commands) | RING_SIZE);
    write64(AMDVI + PT64_AMDVI_REG_CONTROL, PT64_AMDVI_CONTROL_ON | PT64_AMDVI_CONTROL_COMMANDS);
    enqueue((struct amdvi_command){INVALIDATE_ALL, 0});
    enqueue((struct amdvi_command){INVALIDATE_DEVICE | id, 0});
    return wait_for_ring();
}

/* This QEMU puts none of these faults into the event ring. */
const bool driver_tells_faults = false;

bool driver_faulted(uint64_t *iova)
{
    (void)iova;
    return false;
}

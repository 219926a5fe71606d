/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a flush request is to an AMD-Vi IOMMU: commands for its ring. Copy it into a driver, whose
 * `flush` writes them and waits.
 *
 * Source: AMD I/O Virtualization Technology (IOMMU) Specification (48882), 2.4.1 "COMPLETION_WAIT"
 * and 2.4.3 "INVALIDATE_IOMMU_PAGES".
 */
#ifndef EXAMPLES_IOMMU_AMDVI_H
#define EXAMPLES_IOMMU_AMDVI_H

#include <page_table64/traits.h>

/** A command of 128 bits. */
struct amdvi_command {
    uint64_t low;
    uint64_t high;
};

/** Most commands of one request, without the wait. */
#define AMDVI_COMMANDS PT64_FLUSH_RANGES

/** What the table is loaded as. */
struct amdvi_target {
    uint16_t domain;  /**< of the device table entry */
    bool guest_table; /**< the table is a guest table */
    uint32_t pasid;   /**< then: whose */
};

#define AMDVI_COMPLETION_WAIT  ((uint64_t)1 << 60)
#define AMDVI_INVALIDATE_PAGES ((uint64_t)3 << 60)

#define AMDVI_S   1U /* more than one page */
#define AMDVI_PDE 2U /* cached steps of the walks too */
#define AMDVI_GN  4U /* of a guest table */

/** All addresses. */
#define AMDVI_ALL (UINT64_C(0x7ffffffffffff000) | AMDVI_S | AMDVI_PDE)

static inline struct amdvi_command amdvi_command(const struct amdvi_target *target, uint64_t high)
{
    struct amdvi_command command = {AMDVI_INVALIDATE_PAGES | (uint64_t)target->domain << 32, high};

    if (target->guest_table) {
        command.low |= target->pasid & 0xfffff;
        command.high |= AMDVI_GN;
    }
    return command;
}

/**
 * The smallest aligned block that holds the range. The size of a block of several pages is in its
 * address: ones from bit 12 up, and a zero at the topmost bit of an offset.
 */
static inline uint64_t amdvi_address(const struct pt64_flush_range *range)
{
    uint64_t differ = (range->vaddr ^ (range->vaddr + (range->bytes - 1))) >> 12;
    uint64_t offsets = 0; /* the bits of an offset, in pages */

    if (differ >> 40 != 0)
        return AMDVI_ALL;
    while (differ > offsets)
        offsets = offsets << 1 | 1;
    return (((range->vaddr >> 12 & ~offsets) | offsets >> 1) << 12) | (offsets != 0 ? AMDVI_S : 0) |
           (range->tables ? AMDVI_PDE : 0);
}

/**
 * The commands of a request, in `commands`, which has room for AMDVI_COMMANDS. Returns how many; 0
 * if there is nothing to invalidate.
 */
static inline unsigned amdvi_encode(const struct amdvi_target *target,
                                    const struct pt64_flush *request,
                                    struct amdvi_command *commands)
{
    if (request->everything) {
        commands[0] = amdvi_command(target, AMDVI_ALL);
        return 1;
    }
    for (unsigned i = 0; i < request->count; i++)
        commands[i] = amdvi_command(target, amdvi_address(&request->ranges[i]));
    return request->count;
}

/** The IOMMU writes `data` to `address`, a multiple of 8, when all before it is done. */
static inline struct amdvi_command amdvi_wait(uint64_t address, uint64_t data)
{
    struct amdvi_command command = {AMDVI_COMPLETION_WAIT | address | 1, data};

    return command;
}

#endif

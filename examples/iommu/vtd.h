/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a flush request is to a VT-d IOMMU: descriptors for its invalidation queue, or the same for
 * its registers. Copy it into a driver, whose `flush` writes them and waits.
 *
 * Source: Intel Virtualization Technology for Directed I/O, 6.5.2 "Queued Invalidation Interface"
 * and 11.4.8 "IOTLB Registers".
 */
#ifndef EXAMPLES_IOMMU_VTD_H
#define EXAMPLES_IOMMU_VTD_H

#include <page_table64/traits.h>

/** An invalidation descriptor of 128 bits. */
struct vtd_command {
    uint64_t low;
    uint64_t high;
};

/** Most descriptors of one request, without the wait. */
#define VTD_COMMANDS PT64_FLUSH_RANGES

/** The IOMMU, and what the table is loaded as. */
struct vtd_target {
    bool by_address;   /**< CAP.PSI (bit 39) */
    unsigned max_mask; /**< CAP.MAMV (bits 53:48) */
    bool drains;       /**< CAP.DRD and CAP.DWD (bits 55 and 54): requests under way end first */
    uint16_t domain;   /**< of the context or PASID entry */
    bool first_stage;  /**< the table is a first stage */
    uint32_t pasid;    /**< then: whose */
};

#define VTD_IOTLB       2U /* descriptor types */
#define VTD_WAIT        5U
#define VTD_PASID_IOTLB 6U

/* Granularities. Of a PASID, 2 is all of it and 3 a page. */
#define VTD_DOMAIN 2U
#define VTD_PAGE   3U

static inline struct vtd_command vtd_command(const struct vtd_target *target, unsigned granularity,
                                             uint64_t high)
{
    struct vtd_command command;

    command.low = (uint64_t)target->domain << 16 | granularity << 4;
    command.high = high;
    if (target->first_stage)
        command.low |= (uint64_t)target->pasid << 32 | VTD_PASID_IOTLB;
    else
        command.low |= (target->drains ? 0xc0U : 0) | VTD_IOTLB;
    return command;
}

/** log2 of the pages of the smallest aligned block that holds the range. */
static inline unsigned vtd_mask(const struct pt64_flush_range *range)
{
    uint64_t differ = range->vaddr ^ (range->vaddr + (range->bytes - 1));
    unsigned mask = 0;

    while (differ >> 12 >> mask != 0)
        mask++;
    return mask;
}

static inline bool vtd_fits(const struct vtd_target *target, const struct pt64_flush *request)
{
    bool fits = target->by_address && !request->everything;

    for (unsigned i = 0; i < request->count && fits; i++)
        fits = vtd_mask(&request->ranges[i]) <= target->max_mask;
    return fits;
}

/** IH says that only leaves changed: the IOMMU keeps cached steps of the walks. */
static inline uint64_t vtd_address(const struct pt64_flush_range *range)
{
    unsigned mask = vtd_mask(range);
    uint64_t hint = range->tables ? 0 : 0x40;

    return (range->vaddr >> 12 >> mask << mask << 12) | hint | mask;
}

/**
 * The descriptors of a request, in `commands`, which has room for VTD_COMMANDS. Returns how many; 0
 * if there is nothing to invalidate. What does not fit page-selective invalidation is invalidated
 * for the whole domain.
 */
static inline unsigned vtd_encode(const struct vtd_target *target, const struct pt64_flush *request,
                                  struct vtd_command *commands)
{
    if (!request->everything && request->count == 0)
        return 0;
    if (!vtd_fits(target, request)) {
        commands[0] = vtd_command(target, VTD_DOMAIN, 0);
        return 1;
    }
    for (unsigned i = 0; i < request->count; i++)
        commands[i] = vtd_command(target, VTD_PAGE, vtd_address(&request->ranges[i]));
    return request->count;
}

/** The IOMMU writes `data` to `address`, a multiple of 4, when all before it is done. */
static inline struct vtd_command vtd_wait(uint64_t address, uint32_t data)
{
    struct vtd_command command = {(uint64_t)data << 32 | 0x20 | VTD_WAIT, address};

    return command;
}

/**
 * Without the queue: the value for the IOTLB register, at ECAP.IRO * 16 + 8, of a second stage.
 * Before it `command->high` goes into the register in front of it (IVA). The IOMMU is done when bit
 * 63 is clear.
 */
static inline uint64_t vtd_iotlb_register(const struct vtd_command *command)
{
    uint64_t low = command->low;

    return UINT64_C(1) << 63 | (low >> 4 & 3) << 60 | (low >> 6 & 3) << 48 |
           (low >> 16 & 0xffff) << 32;
}

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a flush request is to a RISC-V IOMMU: commands for its queue. Copy it into a driver, whose
 * `flush` writes them, then an IOFENCE.C, and waits. The tables are those of the CPU: the formats
 * of meta/riscv.h, of which each page has PT64_USER. Without AMO_HWAD it also has PT64_ACCESSED,
 * and PT64_DIRTY if it is writable.
 *
 * Source: RISC-V IOMMU Architecture Specification, "IOMMU Page-Table cache invalidation commands"
 * and "IOMMU Command-queue Fence commands".
 */
#ifndef EXAMPLES_IOMMU_RISCV_H
#define EXAMPLES_IOMMU_RISCV_H

#include <page_table64/traits.h>

/** A command of 128 bits. */
struct riscv_iommu_command {
    uint64_t low;
    uint64_t high;
};

/** The IOMMU, and what the table is loaded as. */
struct riscv_iommu_target {
    bool by_range;     /**< capabilities.S (bit 43): a command can name a range */
    bool non_leaf;     /**< capabilities.NL (bit 42): one by address can name more than leaves */
    bool second_stage; /**< the table is that of iohgatp, by GSCID alone */
    bool has_guest;    /**< a first stage below a second one: the GSCID counts too */
    uint16_t gscid;
    uint32_t pscid; /**< of a first stage */
};

#define RISCV_IOMMU_IOTINVAL 1U
#define RISCV_IOMMU_IOFENCE  2U

#define RISCV_IOMMU_AV   ((uint64_t)1 << 10)
#define RISCV_IOMMU_PSCV ((uint64_t)1 << 32)
#define RISCV_IOMMU_GV   ((uint64_t)1 << 33)
#define RISCV_IOMMU_NL   ((uint64_t)1 << 34)
#define RISCV_IOMMU_S    ((uint64_t)1 << 9) /* in the upper half: more than one page */

/** Everything of the table. A global page has no PSCID. */
static inline struct riscv_iommu_command
riscv_iommu_everything(const struct riscv_iommu_target *target, const struct pt64_flush *request)
{
    struct riscv_iommu_command command = {RISCV_IOMMU_IOTINVAL, 0};

    if (target->second_stage)
        command.low |= (uint64_t)1 << 7; /* IOTINVAL.GVMA */
    else if (!request->global)
        command.low |= RISCV_IOMMU_PSCV | (uint64_t)(target->pscid & 0xfffff) << 12;
    if (target->second_stage || target->has_guest)
        command.low |= RISCV_IOMMU_GV | (uint64_t)target->gscid << 44;
    return command;
}

/** The block of `offsets` + 1 pages at an address, whose size is in the address as in NAPOT. */
static inline struct riscv_iommu_command riscv_iommu_block(const struct riscv_iommu_target *target,
                                                           const struct pt64_flush *request,
                                                           uint64_t address, uint64_t offsets,
                                                           bool tables)
{
    struct riscv_iommu_command command = riscv_iommu_everything(target, request);
    uint64_t page = (address >> 12 & ~offsets) | offsets >> 1;

    command.low |= RISCV_IOMMU_AV | (tables ? RISCV_IOMMU_NL : 0);
    command.high = (page << 12 >> 2) | (offsets != 0 ? RISCV_IOMMU_S : 0);
    return command;
}

/** Whether commands with addresses can do what the request asks for. */
static inline bool riscv_iommu_fits(const struct riscv_iommu_target *target,
                                    const struct pt64_flush *request)
{
    bool fits = !request->everything;

    for (unsigned i = 0; i < request->count; i++)
        fits &= target->non_leaf || !request->ranges[i].tables;
    return fits;
}

/** The bits of an offset, in pages, in the smallest aligned block that holds the range. */
static inline uint64_t riscv_iommu_offsets(const struct pt64_flush_range *range)
{
    uint64_t differ = (range->vaddr ^ (range->vaddr + (range->bytes - 1))) >> 12;
    uint64_t offsets = 0;

    while (differ > offsets)
        offsets = offsets << 1 | 1;
    return offsets;
}

/**
 * The commands of a request, in `commands`, which has room for `room`, at least one. Returns how
 * many; 0 if there is nothing to invalidate. If those with addresses do not fit, one invalidates
 * everything of the table.
 */
static inline size_t riscv_iommu_encode(const struct riscv_iommu_target *target,
                                        const struct pt64_flush *request,
                                        struct riscv_iommu_command *commands, size_t room)
{
    bool fits = riscv_iommu_fits(target, request);
    size_t count = 0;

    for (unsigned i = 0; i < request->count && fits; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];
        uint64_t step = target->by_range ? range->bytes : range->stride;
        uint64_t offsets = target->by_range ? riscv_iommu_offsets(range) : 0;

        for (uint64_t offset = 0; offset < range->bytes && fits; offset += step) {
            fits = count < room;
            if (fits)
                commands[count++] = riscv_iommu_block(target, request, range->vaddr + offset,
                                                      offsets, range->tables);
        }
    }
    if (fits)
        return count;
    commands[0] = riscv_iommu_everything(target, request);
    return 1;
}

/**
 * IOFENCE.C: the IOMMU writes `data` to `address`, a multiple of 4, when all before it is done, and
 * what devices read and wrote before is done too (PR, PW).
 */
static inline struct riscv_iommu_command riscv_iommu_fence(uint64_t address, uint32_t data)
{
    struct riscv_iommu_command command = {
        (uint64_t)data << 32 | 0x3000 | RISCV_IOMMU_AV | RISCV_IOMMU_IOFENCE, address >> 2};

    return command;
}

#endif

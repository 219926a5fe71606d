/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a flush request is to an Arm SMMUv3: commands for its queue. Copy it into a driver, whose
 * `flush` writes them, then a CMD_SYNC, and waits. The tables are those of the CPU: the formats of
 * meta/aarch64.h for stage 1. Where the SMMU takes part in broadcasts (IDR0.BTM) and its ASIDs are
 * the CPUs', it needs no commands.
 *
 * Source: Arm System Memory Management Unit Architecture Specification, version 3 (IHI 0070), 4.4
 * "TLB invalidation" and 4.7 "CMD_SYNC".
 */
#ifndef EXAMPLES_IOMMU_SMMUV3_H
#define EXAMPLES_IOMMU_SMMUV3_H

#include <page_table64/traits.h>

/** A command of 128 bits. */
struct smmuv3_command {
    uint64_t low;
    uint64_t high;
};

/** What the table is loaded as. */
struct smmuv3_target {
    bool stage2;   /**< the table is that of a stream table entry, by VMID */
    uint16_t asid; /**< of stage 1: that of the context descriptor */
    uint16_t vmid; /**< of the stream table entry */
};

#define SMMUV3_TLBI_NH_ALL    0x10U
#define SMMUV3_TLBI_NH_ASID   0x11U
#define SMMUV3_TLBI_NH_VA     0x12U
#define SMMUV3_TLBI_NH_VAA    0x13U /* of every ASID */
#define SMMUV3_TLBI_S12_VMALL 0x28U
#define SMMUV3_TLBI_S2_IPA    0x2aU
#define SMMUV3_SYNC           0x46U

/** What a request of everything is. Global pages have no ASID. */
static inline struct smmuv3_command smmuv3_everything(const struct smmuv3_target *target,
                                                      const struct pt64_flush *request)
{
    struct smmuv3_command command = {(uint64_t)target->vmid << 32, 0};

    if (target->stage2)
        command.low |= SMMUV3_TLBI_S12_VMALL;
    else if (request->global)
        command.low |= SMMUV3_TLBI_NH_ALL;
    else
        command.low |= (uint64_t)target->asid << 48 | SMMUV3_TLBI_NH_ASID;
    return command;
}

/** Bit 0 says that only a leaf changed: the SMMU keeps cached steps of the walks. */
static inline struct smmuv3_command smmuv3_page(const struct smmuv3_target *target,
                                                const struct pt64_flush *request, uint64_t address,
                                                bool tables)
{
    struct smmuv3_command command = {(uint64_t)target->vmid << 32,
                                     (address >> 12 << 12) | (tables ? 0 : 1)};

    if (target->stage2)
        command.low |= SMMUV3_TLBI_S2_IPA;
    else if (request->global)
        command.low |= SMMUV3_TLBI_NH_VAA;
    else
        command.low |= (uint64_t)target->asid << 48 | SMMUV3_TLBI_NH_VA;
    return command;
}

/**
 * The commands of a request, in `commands`, which has room for `room`, at least one. Returns how
 * many; 0 if there is nothing to invalidate. If those for the pages do not fit, one invalidates
 * everything.
 */
static inline size_t smmuv3_encode(const struct smmuv3_target *target,
                                   const struct pt64_flush *request,
                                   struct smmuv3_command *commands, size_t room)
{
    size_t count = 0;

    for (unsigned i = 0; i < request->count && !request->everything; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];

        for (uint64_t offset = 0; offset < range->bytes; offset += range->stride) {
            if (count == room) {
                commands[0] = smmuv3_everything(target, request);
                return 1;
            }
            commands[count++] = smmuv3_page(target, request, range->vaddr + offset, range->tables);
        }
    }
    if (!request->everything)
        return count;
    commands[0] = smmuv3_everything(target, request);
    return 1;
}

/** When the SMMU has consumed it, all before it is done. */
static inline struct smmuv3_command smmuv3_sync(void)
{
    struct smmuv3_command command = {SMMUV3_SYNC, 0};

    return command;
}

#endif

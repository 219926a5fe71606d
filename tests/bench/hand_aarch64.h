/* SPDX-License-Identifier: MIT */
/* Included by hand.h. DDI 0487 M.b, D8.3.1. */
#include "hand_arm.h"

#define HAND_ADDRESS UINT64_C(0x0000fffffffff000)

HAND_INLINE bool hand_is_vaddr(uint64_t vaddr)
{
    return (META.space == PT64_SPACE_UPPER ? ~vaddr : vaddr) >> META.limits.vaddr_bits == 0;
}

HAND_INLINE bool hand_is_table(uint64_t entry, unsigned level)
{
    (void)level;
    return (entry & 3) == 3;
}

HAND_INLINE bool hand_is_leaf(uint64_t entry, unsigned level)
{
    return (entry & 3) == (level == 0 ? 3 : 1);
}

HAND_INLINE uint64_t hand_table(uint64_t entry)
{
    return entry & HAND_ADDRESS;
}

/* Bit 16 of a block is nT. */
HAND_INLINE uint64_t hand_page(uint64_t entry, unsigned level)
{
    return entry & (level == 0 ? HAND_ADDRESS : HAND_ADDRESS & ~UINT64_C(0x10000));
}

/* The EL2 regime has neither nG nor AP[1], and has one XN bit. */
HAND_INLINE pt64_flags_t hand_el2_flags(uint64_t entry)
{
    return hand_long_flags(entry) | (entry & HAND_BIT(54) ? 0 : PT64_EXECUTE);
}

HAND_INLINE pt64_flags_t hand_el1_flags(uint64_t entry)
{
    uint64_t never_execute = entry & HAND_BIT(6) ? HAND_BIT(54) : HAND_BIT(53);
    pt64_flags_t flags = hand_long_flags(entry);

    flags |= entry & HAND_BIT(6) ? PT64_USER : 0;
    flags |= entry & never_execute ? 0 : PT64_EXECUTE;
    flags |= entry & HAND_BIT(11) ? 0 : PT64_GLOBAL;
    return flags;
}

/* DBM (51) is the permission to write. AP[2] clear, or bit 57 set by software, says that it was
 * used. */
HAND_INLINE pt64_flags_t hand_hafdbs_flags(uint64_t entry)
{
    pt64_flags_t flags = hand_el1_flags(entry);

    flags |= entry & HAND_BIT(51) ? PT64_WRITE : 0;
    flags |= (entry & (HAND_BIT(7) | HAND_BIT(57))) != HAND_BIT(7) ? PT64_DIRTY : 0;
    return flags;
}

HAND_INLINE pt64_flags_t hand_flags(uint64_t entry, unsigned level)
{
    (void)level;
    if (PTE.flags & PT64_DIRTY)
        return hand_hafdbs_flags(entry);
    return PTE.flags & PT64_USER ? hand_el1_flags(entry) : hand_el2_flags(entry);
}

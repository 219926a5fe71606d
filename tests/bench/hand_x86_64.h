/* SPDX-License-Identifier: MIT */
/* Included by hand.h. SDM 3A, 5.5.4. */
#include "hand_x86.h"

HAND_INLINE bool hand_is_vaddr(uint64_t vaddr)
{
    unsigned unused = 64 - META.limits.vaddr_bits;

    return (uint64_t)((int64_t)(vaddr << unused) >> unused) == vaddr;
}

HAND_INLINE bool hand_is_table(uint64_t entry, unsigned level)
{
    (void)level;
    return (entry & 0x81) == 0x01;
}

HAND_INLINE bool hand_is_leaf(uint64_t entry, unsigned level)
{
    return level == 0 ? (entry & HAND_BIT(0)) != 0 : (entry & 0x81) == 0x81;
}

HAND_INLINE uint64_t hand_table(uint64_t entry)
{
    return entry & UINT64_C(0x000ffffffffff000);
}

HAND_INLINE uint64_t hand_page(uint64_t entry, unsigned level)
{
    return entry & (level == 0 ? UINT64_C(0x000ffffffffff000) : UINT64_C(0x000fffffffffe000));
}

HAND_INLINE pt64_flags_t hand_flags(uint64_t entry, unsigned level)
{
    return hand_x86_flags(entry, level, 58) | (entry & HAND_BIT(63) ? 0 : PT64_EXECUTE);
}

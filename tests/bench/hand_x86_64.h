/* SPDX-License-Identifier: MIT */
/* Included by hand.h. SDM 3A, 5.5.4, and table 13-10 for the memory types, with the PAT's entry 4
 * WC. */

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

HAND_INLINE pt64_flags_t hand_type(uint64_t entry, unsigned level)
{
    static const pt64_flags_t types[8] = {0,
                                          PT64_UNCACHED,
                                          PT64_UNCACHED,
                                          PT64_DEVICE,
                                          PT64_WRITE_COMBINE,
                                          PT64_UNCACHED,
                                          PT64_UNCACHED,
                                          PT64_DEVICE};
    unsigned pat = level == 0 ? 7 : 12;

    if ((entry & (0x18 | HAND_BIT(pat))) == 0)
        return 0;
    return types[(entry >> 3 & 3) | (entry >> pat & 1) << 2];
}

HAND_INLINE pt64_flags_t hand_flags(uint64_t entry, unsigned level)
{
    pt64_flags_t flags = PT64_READ | hand_type(entry, level);

    flags |= entry & HAND_BIT(1) ? PT64_WRITE : 0;
    flags |= entry & HAND_BIT(2) ? PT64_USER : 0;
    flags |= entry & HAND_BIT(5) ? PT64_ACCESSED : 0;
    flags |= entry & (HAND_BIT(6) | HAND_BIT(58)) ? PT64_DIRTY : 0;
    flags |= entry & HAND_BIT(8) ? PT64_GLOBAL : 0;
    flags |= entry & HAND_BIT(9) ? PT64_SOFT0 : 0;
    flags |= entry & HAND_BIT(10) ? PT64_SOFT1 : 0;
    flags |= entry & HAND_BIT(63) ? 0 : PT64_EXECUTE;
    return flags;
}

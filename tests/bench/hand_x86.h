/* SPDX-License-Identifier: MIT */
/* The flags of a page in every paging mode of x86. SDM 3A, 5.3 to 5.5, and table 13-10 for the
 * memory types, with the PAT's entry 4 WC. */

HAND_INLINE pt64_flags_t hand_x86_type(uint64_t entry, unsigned level)
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

/* Bit `soft_dirty` stands for D in a page that is not writable. */
HAND_INLINE pt64_flags_t hand_x86_flags(uint64_t entry, unsigned level, unsigned soft_dirty)
{
    pt64_flags_t flags = PT64_READ | hand_x86_type(entry, level);

    flags |= entry & HAND_BIT(1) ? PT64_WRITE : 0;
    flags |= entry & HAND_BIT(2) ? PT64_USER : 0;
    flags |= entry & HAND_BIT(5) ? PT64_ACCESSED : 0;
    flags |= entry & (HAND_BIT(6) | HAND_BIT(soft_dirty)) ? PT64_DIRTY : 0;
    flags |= entry & HAND_BIT(8) ? PT64_GLOBAL : 0;
    flags |= entry & HAND_BIT(9) ? PT64_SOFT0 : 0;
    flags |= entry & HAND_BIT(10) ? PT64_SOFT1 : 0;
    return flags;
}

/* SPDX-License-Identifier: MIT */
/*
 * Included by hand.h. LoongArch Reference Manual volume 1, 5.4.5 and 7.5.3. An empty directory
 * entry leads to a frame that leads to itself. At level 0 that frame's entry is not valid, so the
 * walk needs no check on the way.
 */

#define HAND_ADDRESS UINT64_C(0x0000fffffffff000)

HAND_INLINE bool hand_is_vaddr(uint64_t vaddr)
{
    unsigned unused = 64 - META.limits.vaddr_bits;

    if (META.space == PT64_SPACE_SIGN_EXTENDED)
        return (uint64_t)((int64_t)(vaddr << unused) >> unused) == vaddr;
    return (META.space == PT64_SPACE_UPPER ? ~vaddr : vaddr) >> META.limits.vaddr_bits == 0;
}

HAND_INLINE bool hand_is_table(uint64_t entry, unsigned level)
{
    (void)level;
    return (entry & HAND_BIT(6)) == 0;
}

HAND_INLINE bool hand_is_leaf(uint64_t entry, unsigned level)
{
    (void)level;
    return (entry & HAND_BIT(PTE.flags & PT64_ACCESSED ? 7 : 0)) != 0;
}

HAND_INLINE uint64_t hand_table(uint64_t entry)
{
    return entry & HAND_ADDRESS;
}

/* Bit 12 of a huge page is G. */
HAND_INLINE uint64_t hand_page(uint64_t entry, unsigned level)
{
    return entry & (level == 0 ? HAND_ADDRESS : HAND_ADDRESS & ~UINT64_C(0x1000));
}

HAND_INLINE pt64_flags_t hand_flags(uint64_t entry, unsigned level)
{
    static const pt64_flags_t types[4] = {PT64_DEVICE, 0, PT64_UNCACHED, PT64_DEVICE};
    pt64_flags_t flags = types[entry >> 4 & 3];

    flags |= entry & HAND_BIT(61) ? 0 : PT64_READ;
    flags |= entry & (HAND_BIT(1) | HAND_BIT(8)) ? PT64_WRITE : 0;
    flags |= entry & HAND_BIT(62) ? 0 : PT64_EXECUTE;
    flags |= (entry >> 2 & 3) == 3 ? PT64_USER : 0;
    flags |= entry & HAND_BIT(level == 0 ? 6 : 12) ? PT64_GLOBAL : 0;
    flags |= entry & HAND_BIT(10) ? PT64_SOFT0 : 0;
    flags |= entry & HAND_BIT(11) ? PT64_SOFT1 : 0;
    if (PTE.flags & PT64_ACCESSED) {
        flags |= entry & HAND_BIT(0) ? PT64_ACCESSED : 0;
        flags |= entry & (HAND_BIT(1) | HAND_BIT(9)) ? PT64_DIRTY : 0;
    }
    return flags;
}

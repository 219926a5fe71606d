/* SPDX-License-Identifier: MIT */
/*
 * Included by hand.h. DDI 0406C: B3.5.1 for short descriptors, B3.6.1 and B3.7 for long ones. Of
 * the indices into PRRR and NMRR, 0 and 1 are Strongly-ordered and Device, 4 is non-cacheable, 7 is
 * write-back. The kernel uses no other, and neither large pages nor supersections, domains or PXN.
 */
#include "hand_arm.h"

#define HAND_IS_LONG (META.entry_bytes == 8)

HAND_INLINE bool hand_is_vaddr(uint64_t vaddr)
{
    return vaddr >> 32 == 0;
}

/* ---- short descriptors ---- */

/* TEX[0], C and B: bits 6, 3 and 2 of a small page; 12, 3 and 2 of a section. */
HAND_INLINE unsigned hand_index(uint64_t entry, unsigned level)
{
    return (unsigned)((entry >> 2 & 3) | (entry >> (level == 0 ? 4 : 10) & 4));
}

/* AP[2:0]: bits 9, 5 and 4 of a small page; 15, 11 and 10 of a section. */
HAND_INLINE unsigned hand_access(uint64_t entry, unsigned level)
{
    entry >>= level == 0 ? 4 : 10;
    return (unsigned)((entry & 3) | (entry >> 3 & 4));
}

/* With SCTLR.AFE clear, AP[2:0] 100 is reserved. */
HAND_INLINE bool hand_is_access(uint64_t entry, unsigned level)
{
    return (PTE.flags & PT64_ACCESSED) != 0 || hand_access(entry, level) != 4;
}

/* Bits that must be clear but for the type. Of a small page: TEX[2]. Of a section: PXN, the domain,
 * bit 9, TEX[2], 18 (a supersection) and NS. */
HAND_INLINE bool hand_is_short_leaf(uint64_t entry, unsigned level)
{
    return (entry & (level == 0 ? 0x102 : 0xc43e3)) == 2 &&
           (0x93 >> hand_index(entry, level) & 1) != 0 && hand_is_access(entry, level);
}

/* By AP[2:0]. With SCTLR.AFE set, AP[0] is the access flag. */
HAND_INLINE pt64_flags_t hand_rights(unsigned access)
{
    static const pt64_flags_t rights[8] = {
        0,
        PT64_READ | PT64_WRITE,
        PT64_READ | PT64_USER,
        PT64_READ | PT64_WRITE | PT64_USER,
        0,
        PT64_READ,
        PT64_READ | PT64_USER,
        PT64_READ | PT64_USER,
    };
    pt64_flags_t flags = PT64_READ;

    if (!(PTE.flags & PT64_ACCESSED))
        return rights[access];
    flags |= access & 1 ? PT64_ACCESSED : 0;
    flags |= access & 2 ? PT64_USER : 0;
    flags |= access & 4 ? 0 : PT64_WRITE;
    return flags;
}

HAND_INLINE pt64_flags_t hand_short_flags(uint64_t entry, unsigned level)
{
    static const pt64_flags_t types[8] = {PT64_DEVICE, PT64_DEVICE, 0, 0, PT64_UNCACHED, 0, 0, 0};
    unsigned above = level == 0 ? 0 : 6;
    pt64_flags_t flags = types[hand_index(entry, level)] | hand_rights(hand_access(entry, level));

    if ((flags & PT64_READ) != 0 && (entry & HAND_BIT(level == 0 ? 0 : 4)) == 0)
        flags |= PT64_EXECUTE;
    flags |= entry & HAND_BIT(7 + above) ? PT64_SOFT0 : 0;
    flags |= entry & HAND_BIT(11 + above) ? 0 : PT64_GLOBAL;
    return flags;
}

/* ---- long descriptors ---- */

HAND_INLINE pt64_flags_t hand_lpae_flags(uint64_t entry)
{
    pt64_flags_t flags = hand_long_flags(entry);
    uint64_t never_execute = HAND_BIT(54); /* XN is for PL0 and PL1, PXN for PL1 */

    if (entry & HAND_BIT(6))
        flags |= PT64_USER;
    else
        never_execute |= HAND_BIT(53);
    flags |= entry & never_execute ? 0 : PT64_EXECUTE;
    flags |= entry & HAND_BIT(11) ? 0 : PT64_GLOBAL;
    return flags;
}

/* ---- both ---- */

/* A link by a short descriptor has neither PXN nor NS, nor a domain but 0. */
HAND_INLINE bool hand_is_table(uint64_t entry, unsigned level)
{
    (void)level;
    return HAND_IS_LONG ? (entry & 3) == 3 : (entry & 0x3ff) == 1;
}

HAND_INLINE bool hand_is_leaf(uint64_t entry, unsigned level)
{
    if (!HAND_IS_LONG)
        return hand_is_short_leaf(entry, level);
    return (entry & 3) == (level == 0 ? 3 : 1);
}

HAND_INLINE uint64_t hand_table(uint64_t entry)
{
    return entry & (HAND_IS_LONG ? UINT64_C(0x000000fffffff000) : 0xfffffc00);
}

HAND_INLINE uint64_t hand_page(uint64_t entry, unsigned level)
{
    if (HAND_IS_LONG)
        return entry & (level == 0 ? UINT64_C(0x000000fffffff000) : UINT64_C(0x000000ffffe00000));
    return entry & (level == 0 ? 0xfffff000 : 0xfff00000);
}

HAND_INLINE pt64_flags_t hand_flags(uint64_t entry, unsigned level)
{
    return HAND_IS_LONG ? hand_lpae_flags(entry) : hand_short_flags(entry, level);
}

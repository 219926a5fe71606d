/* SPDX-License-Identifier: MIT */
/* Included by hand.h. SDM 3A, 5.3 "32-Bit Paging", tables 5-4 to 5-6, where a physical address has
 * 32 bits; 5.4 "PAE Paging", tables 5-8 to 5-11, where it has 52. */
#include "hand_x86.h"

#define HAND_IS_PAE (META.entry_bytes == 8)

/* Bits 62:52 are reserved. In a PDPTE, so are 63, 8:6 and 2:1, and 5, which QEMU sets. */
#define HAND_PAE_RESERVED   UINT64_C(0x7ff0000000000000)
#define HAND_PDPTE_RESERVED UINT64_C(0xfff00000000001c6)

HAND_INLINE bool hand_is_vaddr(uint64_t vaddr)
{
    return vaddr >> 32 == 0;
}

HAND_INLINE bool hand_is_table(uint64_t entry, unsigned level)
{
    if (!HAND_IS_PAE)
        return (entry & 0x81) == 0x01;
    return (entry & (level == 2 ? HAND_PDPTE_RESERVED | 0x01 : HAND_PAE_RESERVED | 0x81)) == 0x01;
}

/* Bits 21:13 of a 4M page are reserved, 20:13 of a 2M page. */
HAND_INLINE bool hand_is_leaf(uint64_t entry, unsigned level)
{
    uint64_t reserved = HAND_IS_PAE ? HAND_PAE_RESERVED : 0;
    uint64_t reserved_huge = HAND_IS_PAE ? HAND_PAE_RESERVED | 0x1fe000 : 0x3fe000;

    if (level == 0)
        return (entry & (reserved | 0x01)) == 0x01;
    return (entry & (reserved_huge | 0x81)) == 0x81;
}

HAND_INLINE uint64_t hand_table(uint64_t entry)
{
    return entry & (HAND_IS_PAE ? UINT64_C(0x000ffffffffff000) : 0xfffff000);
}

/* Bit 12 of a huge page is PAT. */
HAND_INLINE uint64_t hand_page(uint64_t entry, unsigned level)
{
    return level == 0 ? hand_table(entry) : hand_table(entry) & ~UINT64_C(0x1000);
}

/* With 32-bit paging no page refuses execution. */
HAND_INLINE pt64_flags_t hand_flags(uint64_t entry, unsigned level)
{
    bool refuses = HAND_IS_PAE && (entry & HAND_BIT(63)) != 0;

    return hand_x86_flags(entry, level, 11) | (refuses ? 0 : PT64_EXECUTE);
}

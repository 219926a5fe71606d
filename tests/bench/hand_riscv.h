/* SPDX-License-Identifier: MIT */
/* Included by hand.h. Privileged Architecture 20250508, "Virtual Address Translation Process". An
 * Sv32 entry is the same without the bits from 32 on. */

#define HAND_PPN UINT64_C(0x003ffffffffffc00)

HAND_INLINE bool hand_is_vaddr(uint64_t vaddr)
{
    unsigned unused = 64 - META.limits.vaddr_bits;

    if (META.space == PT64_SPACE_LOWER)
        return vaddr >> META.limits.vaddr_bits == 0;
    return (uint64_t)((int64_t)(vaddr << unused) >> unused) == vaddr;
}

/* The bits that must be clear in every entry. With them, those that must be clear in a link. */
HAND_INLINE uint64_t hand_reserved(void)
{
    if (PTE.decode == pt64_riscv_decode)
        return UINT64_C(0xffc0000000000000);
    if (PTE.decode == pt64_riscv_svpbmt_decode)
        return UINT64_C(0x9fc0000000000000);
    return UINT64_C(0x07c0000000000000);
}

HAND_INLINE uint64_t hand_reserved_in_table(void)
{
    return UINT64_C(0xffc00000000000d0);
}

HAND_INLINE bool hand_is_table(uint64_t entry, unsigned level)
{
    (void)level;
    return (entry & (hand_reserved_in_table() | 0xf)) == 1;
}

HAND_INLINE bool hand_is_valid_type(uint64_t entry)
{
    return PTE.decode != pt64_riscv_svpbmt_decode || (entry >> 61 & 3) != 3;
}

/* Readable or executable, and not only writable. In a larger page, the low bits of the address are
 * clear. */
HAND_INLINE bool hand_is_leaf(uint64_t entry, unsigned level)
{
    uint64_t low = (((uint64_t)1 << (level * META.index_bits)) - 1) << 10;

    return (entry & (hand_reserved() | low | 1)) == 1 && (entry & 0xa) != 0 &&
           (entry & 0x6) != 0x4 && hand_is_valid_type(entry);
}

HAND_INLINE uint64_t hand_table(uint64_t entry)
{
    return (entry & HAND_PPN) << 2;
}

HAND_INLINE uint64_t hand_page(uint64_t entry, unsigned level)
{
    (void)level;
    return (entry & HAND_PPN) << 2;
}

HAND_INLINE pt64_flags_t hand_soft(uint64_t entry)
{
    pt64_flags_t flags = entry & HAND_BIT(8) ? PT64_SOFT0 : 0;

    flags |= entry & HAND_BIT(9) ? PT64_SOFT1 : 0;
    return flags;
}

/* Without a memory type in hardware, bits 9:8 hold it. */
HAND_INLINE pt64_flags_t hand_remembered(uint64_t entry)
{
    static const pt64_flags_t types[4] = {0, PT64_SOFT0, PT64_DEVICE, PT64_UNCACHED};

    return types[entry >> 8 & 3];
}

HAND_INLINE pt64_flags_t hand_svpbmt(uint64_t entry)
{
    static const pt64_flags_t types[4] = {0, PT64_UNCACHED, PT64_DEVICE, 0};

    return types[entry >> 61 & 3];
}

/* Bit 63 is strongly ordered, 62 cacheable. */
HAND_INLINE pt64_flags_t hand_xuantie(uint64_t entry)
{
    static const pt64_flags_t types[4] = {PT64_UNCACHED, 0, PT64_DEVICE, PT64_DEVICE};

    return types[entry >> 62];
}

HAND_INLINE pt64_flags_t hand_type(uint64_t entry)
{
    if (PTE.decode == pt64_riscv_decode)
        return hand_remembered(entry);
    if (PTE.decode == pt64_riscv_svpbmt_decode)
        return hand_svpbmt(entry) | hand_soft(entry);
    return hand_xuantie(entry) | hand_soft(entry);
}

HAND_INLINE pt64_flags_t hand_flags(uint64_t entry, unsigned level)
{
    pt64_flags_t flags = hand_type(entry);

    (void)level;
    flags |= entry & HAND_BIT(1) ? PT64_READ : 0;
    flags |= entry & HAND_BIT(2) ? PT64_WRITE : 0;
    flags |= entry & HAND_BIT(3) ? PT64_EXECUTE : 0;
    flags |= entry & HAND_BIT(4) ? PT64_USER : 0;
    flags |= entry & HAND_BIT(5) ? PT64_GLOBAL : 0;
    flags |= entry & HAND_BIT(6) ? PT64_ACCESSED : 0;
    flags |= entry & HAND_BIT(7) ? PT64_DIRTY : 0;
    return flags;
}

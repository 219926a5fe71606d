/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of LoongArch64 page tables, as LDDIR and LDPTE (or the hardware walker) read them.
 *
 * Source: LoongArch Reference Manual volume 1, v1.10: 5.3 "Memory Access Types", 5.4.2 "TLB Entry",
 * 5.4.5 "Multi-level Page Table Structure Supported by page walking", 7.5.3 "TLB Entry Low-order
 * Bits (TLBELO0, TLBELO1)"; 4.2.5 for LDDIR and LDPTE.
 *
 * No CPU needs to write these entries: V, P and, where stores are allowed, D are set from the
 * start, so there is no accessed or dirty flag, with the hardware walker (PWCH.HPTW_En) as without.
 * A table adopted from software that leaves V or D to be set later shows such pages as absent, or
 * writable.
 *
 * Pages that cannot be read, and pages that cannot be executed, take CPUs with CPUCFG.1 RI and EP.
 */
#ifndef PAGE_TABLE64_PTE_LOONGARCH64_H
#define PAGE_TABLE64_PTE_LOONGARCH64_H

#include "../traits.h"

#define PT64_LOONGARCH64_V       ((pt64_entry_t)1 << 0)  /**< valid */
#define PT64_LOONGARCH64_D       ((pt64_entry_t)1 << 1)  /**< stores do not fault (5.4.3.1) */
#define PT64_LOONGARCH64_PLV     ((pt64_entry_t)3 << 2)  /**< lowest privilege that may access */
#define PT64_LOONGARCH64_MAT     ((pt64_entry_t)3 << 4)  /**< memory access type */
#define PT64_LOONGARCH64_G       ((pt64_entry_t)1 << 6)  /**< global, at level 0 */
#define PT64_LOONGARCH64_H       ((pt64_entry_t)1 << 6)  /**< huge page, above level 0 */
#define PT64_LOONGARCH64_P       ((pt64_entry_t)1 << 7)  /**< present, to software or HPTW */
#define PT64_LOONGARCH64_W       ((pt64_entry_t)1 << 8)  /**< writable, to software or HPTW */
#define PT64_LOONGARCH64_SOFT0   ((pt64_entry_t)1 << 10) /**< ignored by LDPTE, as bits 9, 11 */
#define PT64_LOONGARCH64_SOFT1   ((pt64_entry_t)1 << 11) /**< PT64_SOFT1 */
#define PT64_LOONGARCH64_HUGE_G  ((pt64_entry_t)1 << 12) /**< global, above level 0 */
#define PT64_LOONGARCH64_NR      ((pt64_entry_t)1 << 61) /**< loads fault */
#define PT64_LOONGARCH64_NX      ((pt64_entry_t)1 << 62) /**< fetches fault */
#define PT64_LOONGARCH64_RPLV    ((pt64_entry_t)1 << 63) /**< only PLV itself may access */
#define PT64_LOONGARCH64_ADDRESS UINT64_C(0x0000fffffffff000) /**< bits 47:12 */
/** Bits 11:9, and 60:48 above a 48-bit address. */
#define PT64_LOONGARCH64_SOFTWARE UINT64_C(0x1fff000000000e00)

#define PT64_LOONGARCH64_PLV_USER ((pt64_entry_t)3 << 2) /**< PLV3: user code */
#define PT64_LOONGARCH64_MAT_SUC  ((pt64_entry_t)0 << 4) /**< strongly ordered, uncached */
#define PT64_LOONGARCH64_MAT_CC   ((pt64_entry_t)1 << 4) /**< coherent, cached */
#define PT64_LOONGARCH64_MAT_WUC  ((pt64_entry_t)2 << 4) /**< weakly ordered, uncached */

/** @cond engine */

PT64_INLINE pt64_entry_t pt64_loongarch64_mat(pt64_flags_t flags)
{
    if (flags & PT64_DEVICE)
        return PT64_LOONGARCH64_MAT_SUC;
    if (flags & PT64_UNCACHED)
        return PT64_LOONGARCH64_MAT_WUC;
    return PT64_LOONGARCH64_MAT_CC;
}

PT64_INLINE pt64_flags_t pt64_loongarch64_memory_type(pt64_entry_t entry)
{
    switch (entry & PT64_LOONGARCH64_MAT) {
    case PT64_LOONGARCH64_MAT_SUC:
        return PT64_DEVICE;
    case PT64_LOONGARCH64_MAT_WUC:
        return PT64_UNCACHED;
    default:
        return 0;
    }
}

PT64_INLINE pt64_entry_t pt64_loongarch64_global_bit(unsigned level)
{
    return level == 0 ? PT64_LOONGARCH64_G : PT64_LOONGARCH64_HUGE_G;
}

#define PT64_LOONGARCH64_FLAGS \
    (PT64_PERMISSIONS | PT64_DEVICE | PT64_UNCACHED | PT64_GLOBAL | PT64_SOFT0 | PT64_SOFT1)

/** Every combination of permissions has an encoding, none at all too. */
PT64_INLINE bool pt64_loongarch64_can_encode(pt64_flags_t flags, unsigned level)
{
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;

    (void)level;
    return (flags & ~PT64_LOONGARCH64_FLAGS) == 0 && (type & (type - 1)) == 0;
}

PT64_INLINE pt64_entry_t pt64_loongarch64_leaf(pt64_flags_t flags, unsigned level)
{
    pt64_entry_t entry = PT64_LOONGARCH64_V | PT64_LOONGARCH64_P | pt64_loongarch64_mat(flags);

    entry |= flags & PT64_READ ? 0 : PT64_LOONGARCH64_NR;
    entry |= flags & PT64_WRITE ? PT64_LOONGARCH64_W | PT64_LOONGARCH64_D : 0;
    entry |= flags & PT64_EXECUTE ? 0 : PT64_LOONGARCH64_NX;
    entry |= flags & PT64_USER ? PT64_LOONGARCH64_PLV_USER : 0;
    entry |= flags & PT64_GLOBAL ? pt64_loongarch64_global_bit(level) : 0;
    entry |= flags & PT64_SOFT0 ? PT64_LOONGARCH64_SOFT0 : 0;
    entry |= flags & PT64_SOFT1 ? PT64_LOONGARCH64_SOFT1 : 0;
    entry |= level > 0 ? PT64_LOONGARCH64_H : 0;
    return entry;
}

PT64_INLINE pt64_entry_t pt64_loongarch64_address(pt64_paddr_t paddr)
{
    return paddr;
}

/** A directory entry is the address itself: LDDIR takes all its bits for one (4.2.5.1). */
PT64_INLINE pt64_entry_t pt64_loongarch64_table(pt64_paddr_t paddr)
{
    return paddr;
}

/**
 * LDDIR looks at no bit of a directory entry but H, so anything else links a table, valid or not. 0
 * is taken for empty all the same: other software's tables mean it so.
 */
PT64_INLINE enum pt64_kind pt64_loongarch64_kind(pt64_entry_t entry, unsigned level)
{
    if (level == 0 || (entry & PT64_LOONGARCH64_H))
        return entry & PT64_LOONGARCH64_V ? PT64_LEAF : PT64_EMPTY;
    return entry == 0 ? PT64_EMPTY : PT64_TABLE;
}

/** Bit 12 of a huge page is not an address bit. */
PT64_INLINE pt64_paddr_t pt64_loongarch64_leaf_address(pt64_entry_t entry, unsigned level)
{
    pt64_paddr_t address = entry & PT64_LOONGARCH64_ADDRESS;

    return level == 0 ? address : address & ~PT64_LOONGARCH64_HUGE_G;
}

PT64_INLINE pt64_paddr_t pt64_loongarch64_table_address(pt64_entry_t entry)
{
    return entry & PT64_LOONGARCH64_ADDRESS;
}

/** D lets a store pass, and for W a walker or a fault handler sets D: either is writable. */
PT64_INLINE pt64_flags_t pt64_loongarch64_decode(pt64_entry_t entry, unsigned level)
{
    bool is_user = (entry & PT64_LOONGARCH64_PLV) == PT64_LOONGARCH64_PLV_USER;
    pt64_flags_t flags = pt64_loongarch64_memory_type(entry);

    flags |= entry & PT64_LOONGARCH64_NR ? 0 : PT64_READ;
    flags |= entry & (PT64_LOONGARCH64_W | PT64_LOONGARCH64_D) ? PT64_WRITE : 0;
    flags |= entry & PT64_LOONGARCH64_NX ? 0 : PT64_EXECUTE;
    flags |= is_user ? PT64_USER : 0;
    flags |= entry & pt64_loongarch64_global_bit(level) ? PT64_GLOBAL : 0;
    flags |= entry & PT64_LOONGARCH64_SOFT0 ? PT64_SOFT0 : 0;
    flags |= entry & PT64_LOONGARCH64_SOFT1 ? PT64_SOFT1 : 0;
    return flags;
}

PT64_INLINE pt64_entry_t pt64_loongarch64_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                  unsigned level)
{
    pt64_entry_t keep =
        PT64_LOONGARCH64_ADDRESS | PT64_LOONGARCH64_SOFTWARE | pt64_loongarch64_global_bit(level);

    return (old & keep) | leaf;
}

/** Bit 6 is H above level 0 and G at level 0, where the G of a huge page comes down from bit 12. */
PT64_INLINE pt64_entry_t pt64_loongarch64_demote(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t small = entry;

    if (level == 1) {
        small &= ~(PT64_LOONGARCH64_H | PT64_LOONGARCH64_HUGE_G);
        small |= entry & PT64_LOONGARCH64_HUGE_G ? PT64_LOONGARCH64_G : 0;
    }
    return small;
}

/** There is nothing to be taken away. */
PT64_INLINE pt64_entry_t pt64_loongarch64_clean(pt64_entry_t entry, pt64_flags_t flags,
                                                unsigned level)
{
    (void)flags;
    (void)level;
    return entry;
}

PT64_INLINE bool pt64_loongarch64_is_volatile(pt64_entry_t entry, unsigned level)
{
    (void)entry;
    (void)level;
    return false;
}

/** LDDIR takes all bits of a directory entry for an address; only the lowest directory has huge
 * pages. */
PT64_INLINE pt64_entry_t pt64_loongarch64_wrong(pt64_entry_t entry, unsigned level,
                                                pt64_size_t page)
{
    if (level > 0 && !(entry & PT64_LOONGARCH64_H))
        return entry & ~PT64_LOONGARCH64_ADDRESS;
    if (!(entry & PT64_LOONGARCH64_V))
        return 0;
    if (page == 0)
        return PT64_LOONGARCH64_H;
    return entry & (page - 1) & PT64_LOONGARCH64_ADDRESS &
           ~(level > 0 ? PT64_LOONGARCH64_HUGE_G : 0);
}

/** @endcond */

PT64_TRAITS_BEGIN
/** The only entry format of LoongArch64, for every page size. */
PT64_TRAIT struct pt64_pte pt64_loongarch64_pte = {
    .flags = PT64_LOONGARCH64_FLAGS,
    .can_encode = pt64_loongarch64_can_encode,
    .leaf = pt64_loongarch64_leaf,
    .address = pt64_loongarch64_address,
    .table = pt64_loongarch64_table,
    .kind = pt64_loongarch64_kind,
    .leaf_address = pt64_loongarch64_leaf_address,
    .table_address = pt64_loongarch64_table_address,
    .decode = pt64_loongarch64_decode,
    .protect = pt64_loongarch64_protect,
    .demote = pt64_loongarch64_demote,
    .clean = pt64_loongarch64_clean,
    .is_volatile = pt64_loongarch64_is_volatile,
    .wrong = pt64_loongarch64_wrong,
};
PT64_TRAITS_END

#endif

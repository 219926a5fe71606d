/* SPDX-License-Identifier: MIT */
/*
 * An entry format whose address is two fields: Arm ARM, D8.3, the 4 KiB granule with TCR_ELx.DS set
 * (FEAT_LPA2). Bits 49:12 of an address stand in place, and bits 51:50 in bits 9:8, where
 * shareability is without DS.
 */
#ifndef TESTS_UNIT_SPLIT_ADDRESS_H
#define TESTS_UNIT_SPLIT_ADDRESS_H

#include <page_table64/pte/aarch64.h>

#define SPLIT_IN_PLACE UINT64_C(0x0003fffffffff000)
#define SPLIT_UPPER    ((pt64_entry_t)3 << 8)
/* An absent leaf: hardware ignores bits 63:1 of an invalid descriptor, and no leaf has these set.
 */
#define SPLIT_BROKEN ((pt64_entry_t)3 << 62)

static inline pt64_entry_t split_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                      unsigned level)
{
    return pt64_aarch64_leaf(limits, flags, level) & ~SPLIT_UPPER;
}

static inline pt64_entry_t split_address(pt64_paddr_t paddr, unsigned level)
{
    (void)level;
    return (paddr & SPLIT_IN_PLACE) | paddr >> 50 << 8;
}

static inline pt64_paddr_t split_leaf_address(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t in_place = level == 0 ? SPLIT_IN_PLACE : SPLIT_IN_PLACE & ~PT64_AARCH64_NT;

    return (entry & in_place) | (entry & SPLIT_UPPER) >> 8 << 50;
}

static inline pt64_entry_t split_protect(pt64_entry_t old, pt64_entry_t leaf, unsigned level)
{
    return pt64_aarch64_protect(old, leaf, level) | (old & SPLIT_UPPER);
}

static inline pt64_entry_t split_kept(unsigned level)
{
    return pt64_aarch64_kept(level) & ~SPLIT_UPPER;
}

static inline pt64_entry_t split_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                      unsigned level)
{
    return pt64_aarch64_link(limits, 0, level) | split_address(paddr, level);
}

static inline pt64_paddr_t split_link_address(pt64_entry_t entry, unsigned level)
{
    (void)level;
    return split_leaf_address(entry, 0);
}

static inline pt64_entry_t split_absent(const struct pt64_limits *limits, pt64_entry_t leaf,
                                        unsigned level)
{
    (void)limits;
    (void)level;
    return (leaf & ~PT64_AARCH64_VALID) | SPLIT_BROKEN;
}

static inline pt64_entry_t split_present(pt64_entry_t entry, unsigned level)
{
    (void)level;
    if ((entry & PT64_AARCH64_VALID) || (entry & SPLIT_BROKEN) != SPLIT_BROKEN)
        return 0;
    return (entry & ~SPLIT_BROKEN) | PT64_AARCH64_VALID;
}

/* Bit 63 without bit 62 is a hidden page, bit 62 without bit 63 a mark in bits 47:1. */
static inline pt64_entry_t split_hide(pt64_entry_t leaf, unsigned level)
{
    (void)level;
    return leaf ^ (PT64_AARCH64_VALID | (pt64_entry_t)1 << 63);
}

static inline pt64_entry_t split_show(pt64_entry_t entry, unsigned level)
{
    if ((entry & PT64_AARCH64_VALID) || entry >> 62 != 2)
        return 0;
    return split_hide(entry, level);
}

static inline pt64_entry_t split_mark(const struct pt64_limits *limits, uint64_t mark,
                                      unsigned level)
{
    (void)limits;
    (void)level;
    return mark >> 47 != 0 ? 0 : mark << 1 | (pt64_entry_t)1 << 62;
}

static inline bool split_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    (void)level;
    *mark = (entry ^ (pt64_entry_t)1 << 62) >> 1;
    return (entry & PT64_AARCH64_VALID) == 0 && *mark >> 47 == 0;
}

static inline pt64_entry_t split_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                       unsigned level, pt64_size_t page)
{
    return pt64_aarch64_wrong(limits, entry & ~PT64_AARCH64_BEYOND, level, page);
}

PT64_TRAITS_BEGIN
PT64_TRAIT struct pt64_pte split_pte = {
    .architecture = PT64_AARCH64_ARCHITECTURE,
    .flags = PT64_AARCH64_FLAGS,
    .sticky = PT64_AARCH64_STICKY,
    .changeable = PT64_AARCH64_STICKY,
    .additive_bits = 50,
    .can_encode = pt64_aarch64_can_encode,
    .leaf = split_leaf,
    .address = split_address,
    .leaf_address = split_leaf_address,
    .decode = pt64_aarch64_decode,
    .protect = split_protect,
    .kept = split_kept,
    .demote = pt64_aarch64_demote,
    .clean = pt64_aarch64_clean,
    .change = pt64_aarch64_change,
    .is_volatile = pt64_aarch64_is_volatile,
    .link = split_link,
    .link_address = split_link_address,
    .absent = split_absent,
    .present = split_present,
    .hide = split_hide,
    .show = split_show,
    .mark = split_mark,
    .mark_of = split_mark_of,
    .kind = pt64_aarch64_kind,
    .wrong = split_wrong,
};
PT64_TRAITS_END

#endif

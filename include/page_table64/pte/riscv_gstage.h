/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of the second stage of RISC-V, the G-stage: Sv32x4, Sv39x4, Sv48x4 and Sv57x4.
 *
 * Source: The RISC-V Instruction Set Manual volume II, Privileged Architecture, version 20250508,
 * chapter "Hypervisor Extension": "Two-Stage Address Translation" ("Guest Physical Address
 * Translation", "Guest-Page Faults"); chapters "Svpbmt" and "Control-flow Integrity (CFI)".
 *
 * Entries and levels are those of Sv32 to Sv57 (pte/riscv.h), but for two bits. Every access counts
 * as one of U-mode, so that U is set in each leaf. A leaf without U faults on every access: it is
 * PT64_UNKNOWN. Hardware ignores G, which stays clear. So a page here is the guest's, whatever the
 * privilege in the guest, and is neither PT64_USER nor PT64_GLOBAL.
 *
 * An access needs the permission in both stages. The walk of the guest's own table is a load, so
 * that the pages with this table need PT64_READ; where the hart sets A and D there (henvcfg.ADUE),
 * it is a store. PT64_EXECUTE alone is a page that the guest executes and that HLVX reads. W
 * without R is reserved, also on a hart with Zicfiss. menvcfg.ADUE decides whether the hart sets A
 * and D in these entries.
 */
#ifndef PAGE_TABLE64_PTE_RISCV_GSTAGE_H
#define PAGE_TABLE64_PTE_RISCV_GSTAGE_H

#include "riscv.h"

PT64_TRAITS_BEGIN

/** @cond engine */

/** The flags of a first stage that this one cannot say. */
#define PT64_RISCV_GSTAGE_UNSAID      (PT64_USER | PT64_GLOBAL)
#define PT64_RISCV_GSTAGE_FLAGS       (PT64_RISCV_FLAGS & ~PT64_RISCV_GSTAGE_UNSAID)
#define PT64_RISCV_GSTAGE_TYPED_FLAGS (PT64_RISCV_TYPED_FLAGS & ~PT64_RISCV_GSTAGE_UNSAID)

/* ---- memory types from the platform ---- */

PT64_TRAIT struct pt64_riscv_format pt64_riscv_gstage_format = {
    .index_bits = 9,
    .reserved = PT64_RISCV_RESERVED,
    .demanded = PT64_RISCV_U,
};

PT64_MEMBER bool pt64_riscv_gstage_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                              unsigned level)
{
    return (flags & PT64_RISCV_GSTAGE_UNSAID) == 0 && pt64_riscv_can_encode(limits, flags, level);
}

PT64_MEMBER pt64_entry_t pt64_riscv_gstage_leaf(const struct pt64_limits *limits,
                                                pt64_flags_t flags, unsigned level)
{
    return pt64_riscv_leaf(limits, flags, level) | PT64_RISCV_U;
}

PT64_MEMBER pt64_flags_t pt64_riscv_gstage_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_decode(entry, level) & ~PT64_RISCV_GSTAGE_UNSAID;
}

PT64_MEMBER enum pt64_kind pt64_riscv_gstage_kind(const struct pt64_limits *limits,
                                                  pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_kind_by(&pt64_riscv_gstage_format, entry, level);
}

PT64_MEMBER pt64_entry_t pt64_riscv_gstage_wrong(const struct pt64_limits *limits,
                                                 pt64_entry_t entry, unsigned level,
                                                 pt64_size_t page)
{
    return pt64_riscv_wrong_by(&pt64_riscv_gstage_format, entry, level);
}

/** @endcond */

/**
 * For Sv39x4, Sv48x4 and Sv57x4 on harts without Svpbmt, or whose firmware did not switch it on
 * (menvcfg.PBMTE). RSW holds what it holds in pt64_riscv_pte.
 */
PT64_TRAIT struct pt64_pte pt64_riscv_gstage_pte = {
    .architecture = PT64_RISCV_ARCHITECTURE,
    .flags = PT64_RISCV_GSTAGE_FLAGS,
    .can_encode = pt64_riscv_gstage_can_encode,
    .leaf = pt64_riscv_gstage_leaf,
    .address = pt64_riscv_address,
    .leaf_address = pt64_riscv_leaf_address,
    .decode = pt64_riscv_gstage_decode,
    .protect = pt64_riscv_protect,
    .clean = pt64_riscv_clean,
    .change = pt64_riscv_change,
    .is_volatile = pt64_riscv_is_volatile,
    .link = pt64_riscv_link,
    .link_address = pt64_riscv_link_address,
    .hide = pt64_riscv_hide,
    .show = pt64_riscv_show,
    .mark = pt64_riscv_mark,
    .mark_of = pt64_riscv_mark_of,
    .kind = pt64_riscv_gstage_kind,
    .wrong = pt64_riscv_gstage_wrong,
};

/* ---- Sv32x4 ---- */

/** @cond engine */

PT64_TRAIT struct pt64_riscv_format pt64_riscv_gstage_sv32_format = {
    .index_bits = 10,
    .demanded = PT64_RISCV_U,
};

PT64_MEMBER enum pt64_kind pt64_riscv_gstage_sv32_kind(const struct pt64_limits *limits,
                                                       pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_kind_by(&pt64_riscv_gstage_sv32_format, entry, level);
}

PT64_MEMBER pt64_entry_t pt64_riscv_gstage_sv32_wrong(const struct pt64_limits *limits,
                                                      pt64_entry_t entry, unsigned level,
                                                      pt64_size_t page)
{
    return pt64_riscv_wrong_by(&pt64_riscv_gstage_sv32_format, entry, level);
}

/** @endcond */

/** For Sv32x4, whose entries have no memory type. RSW holds what it holds in pt64_riscv_pte. */
PT64_TRAIT struct pt64_pte pt64_riscv_gstage_sv32_pte = {
    .architecture = PT64_RISCV_ARCHITECTURE,
    .flags = PT64_RISCV_GSTAGE_FLAGS,
    .can_encode = pt64_riscv_gstage_can_encode,
    .leaf = pt64_riscv_gstage_leaf,
    .address = pt64_riscv_address,
    .leaf_address = pt64_riscv_leaf_address,
    .decode = pt64_riscv_gstage_decode,
    .protect = pt64_riscv_protect,
    .clean = pt64_riscv_clean,
    .change = pt64_riscv_change,
    .is_volatile = pt64_riscv_is_volatile,
    .link = pt64_riscv_link,
    .link_address = pt64_riscv_link_address,
    .hide = pt64_riscv_hide,
    .show = pt64_riscv_show,
    .mark = pt64_riscv_sv32_mark,
    .mark_of = pt64_riscv_mark_of,
    .kind = pt64_riscv_gstage_sv32_kind,
    .wrong = pt64_riscv_gstage_sv32_wrong,
};

/* ---- Svpbmt ---- */

/** @cond engine */

PT64_TRAIT struct pt64_riscv_format pt64_riscv_gstage_svpbmt_format = {
    .index_bits = 9,
    .reserved = PT64_RISCV_SVPBMT_RESERVED,
    .of_leaf = PT64_RISCV_PBMT,
    .type = PT64_RISCV_PBMT,
    .demanded = PT64_RISCV_U,
};

PT64_MEMBER bool pt64_riscv_gstage_svpbmt_can_encode(const struct pt64_limits *limits,
                                                     pt64_flags_t flags, unsigned level)
{
    return pt64_riscv_can_encode_some(flags, PT64_RISCV_GSTAGE_TYPED_FLAGS);
}

PT64_MEMBER pt64_entry_t pt64_riscv_gstage_svpbmt_leaf(const struct pt64_limits *limits,
                                                       pt64_flags_t flags, unsigned level)
{
    return pt64_riscv_svpbmt_leaf(limits, flags, level) | PT64_RISCV_U;
}

PT64_MEMBER pt64_flags_t pt64_riscv_gstage_svpbmt_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_svpbmt_decode(entry, level) & ~PT64_RISCV_GSTAGE_UNSAID;
}

PT64_MEMBER enum pt64_kind pt64_riscv_gstage_svpbmt_kind(const struct pt64_limits *limits,
                                                         pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_kind_by(&pt64_riscv_gstage_svpbmt_format, entry, level);
}

PT64_MEMBER pt64_entry_t pt64_riscv_gstage_svpbmt_wrong(const struct pt64_limits *limits,
                                                        pt64_entry_t entry, unsigned level,
                                                        pt64_size_t page)
{
    return pt64_riscv_wrong_by(&pt64_riscv_gstage_svpbmt_format, entry, level);
}

/** @endcond */

/**
 * The same with the memory type in the entry, for harts whose firmware switched Svpbmt on
 * (menvcfg.PBMTE). The type here takes the place of what the PMAs say, and a type in the guest's
 * own table takes the place of this one.
 */
PT64_TRAIT struct pt64_pte pt64_riscv_gstage_svpbmt_pte = {
    .architecture = PT64_RISCV_ARCHITECTURE,
    .flags = PT64_RISCV_GSTAGE_TYPED_FLAGS,
    .can_encode = pt64_riscv_gstage_svpbmt_can_encode,
    .leaf = pt64_riscv_gstage_svpbmt_leaf,
    .address = pt64_riscv_address,
    .leaf_address = pt64_riscv_leaf_address,
    .decode = pt64_riscv_gstage_svpbmt_decode,
    .protect = pt64_riscv_svpbmt_protect,
    .clean = pt64_riscv_clean,
    .change = pt64_riscv_change,
    .is_volatile = pt64_riscv_is_volatile,
    .link = pt64_riscv_link,
    .link_address = pt64_riscv_link_address,
    .hide = pt64_riscv_hide,
    .show = pt64_riscv_show,
    .mark = pt64_riscv_mark,
    .mark_of = pt64_riscv_mark_of,
    .kind = pt64_riscv_gstage_svpbmt_kind,
    .wrong = pt64_riscv_gstage_svpbmt_wrong,
};

PT64_TRAITS_END

#endif

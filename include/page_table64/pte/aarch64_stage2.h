/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of AArch64 stage 2 translation: from a guest's physical addresses (IPA) to those of the
 * machine, with direct permissions.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487 (section numbers of issue M.b):
 * D8.3.1 "VMSAv8-64 descriptor formats", tables "Stage 2 VMSAv8-64 Table descriptor fields" and
 * "Stage 2 VMSAv8-64 Block and Page descriptor fields"; D8.4.2 "Stage 2 permissions"; D8.5
 * "Hardware updates to the translation tables"; D8.6 "Memory region attributes".
 *
 * What is not said here is as in pte/aarch64.h: the levels, the bits of addresses, and entries that
 * are not present. A table descriptor restricts nothing.
 *
 * Neither PT64_USER nor PT64_GLOBAL exists: what a page allows, it allows to EL1 and EL0 of the
 * guest, as far as stage 1 of the guest allows it too. Each of PT64_READ, PT64_WRITE and
 * PT64_EXECUTE stands by itself. A guest's walk of its own tables needs PT64_READ, and PT64_WRITE
 * where it updates them.
 *
 * These formats are for Non-secure and Secure state. In Realm state bit 55 is NS, and not
 * software's (FEAT_RME).
 */
#ifndef PAGE_TABLE64_PTE_AARCH64_STAGE2_H
#define PAGE_TABLE64_PTE_AARCH64_STAGE2_H

#include "aarch64.h"

/*
 * Geometries and entries of the two stages do not fit each other, nor do those that have addresses
 * in other places: of 48 bits, with FEAT_LPA, and with VTCR_EL2.DS set (FEAT_LPA2).
 */
/** Of entries of stage 2 with addresses of 48 bits. */
#define PT64_AARCH64_STAGE2_ARCHITECTURE (4U << 16 | PT64_AARCH64_ARCHITECTURE)
/** Of entries of stage 2 with FEAT_LPA. */
#define PT64_AARCH64_STAGE2_LPA_ARCHITECTURE (5U << 16 | PT64_AARCH64_ARCHITECTURE)
/** Of entries of stage 2 with FEAT_LPA2. */
#define PT64_AARCH64_STAGE2_LPA2_ARCHITECTURE (6U << 16 | PT64_AARCH64_ARCHITECTURE)

PT64_TRAITS_BEGIN

#define PT64_AARCH64_S2_MEM_ATTR ((pt64_entry_t)15 << 2) /**< MemAttr[3:0], the memory type */
#define PT64_AARCH64_S2_READ     ((pt64_entry_t)1 << 6)  /**< S2AP[0]: loads are allowed */
#define PT64_AARCH64_S2_WRITE    ((pt64_entry_t)1 << 7)  /**< S2AP[1]: stores are allowed */
#define PT64_AARCH64_S2_FNXS     ((pt64_entry_t)1 << 11) /**< with FEAT_XS; else RES0 */
#define PT64_AARCH64_S2_XN0      ((pt64_entry_t)1 << 53) /**< XN[0], with FEAT_XNX; else RES0 */
#define PT64_AARCH64_S2_XN1      ((pt64_entry_t)1 << 54) /**< XN[1]: XN, without FEAT_XNX */
/** XN[1:0]: who may execute. */
#define PT64_AARCH64_S2_XN (PT64_AARCH64_S2_XN1 | PT64_AARCH64_S2_XN0)

/* ---- flags of these formats, besides PT64_AARCH64_NGNRNE ---- */

/**
 * With PT64_EXECUTE: EL0 alone may execute, EL1 may not (FEAT_XNX, XN[1:0] is 01). Protecting to
 * flags without it takes it away, and name_change_region sets and clears it.
 */
#define PT64_AARCH64_EXECUTE_EL0 ((pt64_flags_t)1 << 19)
/** With PT64_EXECUTE: EL1 alone may execute, EL0 may not (FEAT_XNX, XN[1:0] is 11). */
#define PT64_AARCH64_EXECUTE_EL1 ((pt64_flags_t)1 << 20)
/**
 * With FEAT_S2FWB: the memory type is that of the guest's stage 1 (MemAttr is x111). Without this
 * flag ordinary memory is write-back, whatever the guest says. A memory type, without PT64_DEVICE
 * or PT64_UNCACHED: protecting makes it anew, and name_change_region does not take it.
 */
#define PT64_AARCH64_AS_STAGE1 ((pt64_flags_t)1 << 21)

/** @cond engine */

/* ---- memory types ---- */

/** Of a device, MemAttr[1:0] are the same with HCR_EL2.FWB set and clear: 0 nGnRnE, 1 nGnRE. */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_device(pt64_flags_t flags)
{
    return flags & PT64_AARCH64_NGNRNE ? 0 : (pt64_entry_t)1 << 2;
}

PT64_MEMBER pt64_flags_t pt64_aarch64_s2_device_flags(pt64_entry_t entry)
{
    return entry & ((pt64_entry_t)3 << 2) ? PT64_DEVICE : PT64_DEVICE | PT64_AARCH64_NGNRNE;
}

/**
 * MemAttr with HCR_EL2.FWB clear (D8.6.6): outer and inner cacheability, 1 none, 2 write-through, 3
 * write-back; or 0 and the type of device. The memory type is the stronger of this one and that of
 * stage 1.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_mem_attr(pt64_flags_t flags)
{
    if (flags & PT64_DEVICE)
        return pt64_aarch64_s2_device(flags);
    return flags & PT64_UNCACHED ? (pt64_entry_t)5 << 2 : (pt64_entry_t)15 << 2;
}

/** There is no flag for what is cached in part: that is told as PT64_UNCACHED. */
PT64_MEMBER pt64_flags_t pt64_aarch64_s2_memory_type(pt64_entry_t entry)
{
    if ((entry & (pt64_entry_t)12 << 2) == 0)
        return pt64_aarch64_s2_device_flags(entry);
    return (entry & PT64_AARCH64_S2_MEM_ATTR) == PT64_AARCH64_S2_MEM_ATTR ? 0 : PT64_UNCACHED;
}

/**
 * MemAttr[2:0] with HCR_EL2.FWB set (D8.6.7): below 4 a device, 5 Normal non-cacheable, 6
 * write-back whatever stage 1 says, 7 what stage 1 says.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_fwb_mem_attr(pt64_flags_t flags)
{
    if (flags & PT64_DEVICE)
        return pt64_aarch64_s2_device(flags);
    if (flags & PT64_UNCACHED)
        return (pt64_entry_t)5 << 2;
    return flags & PT64_AARCH64_AS_STAGE1 ? (pt64_entry_t)7 << 2 : (pt64_entry_t)6 << 2;
}

/** MemAttr[2:0] 4 is reserved. */
PT64_MEMBER pt64_flags_t pt64_aarch64_s2_fwb_memory_type(pt64_entry_t entry)
{
    switch ((entry >> 2) & 7) {
    case 4:
    case 5:
        return PT64_UNCACHED;
    case 6:
        return 0;
    case 7:
        return PT64_AARCH64_AS_STAGE1;
    default:
        return pt64_aarch64_s2_device_flags(entry);
    }
}

/** At most one memory type. */
PT64_MEMBER bool pt64_aarch64_s2_is_type(pt64_flags_t flags)
{
    pt64_flags_t type = flags & (PT64_MEMORY_TYPES | PT64_AARCH64_AS_STAGE1);

    return (type & (type - 1)) == 0 &&
           (flags & (PT64_DEVICE | PT64_AARCH64_NGNRNE)) != PT64_AARCH64_NGNRNE;
}

/* ---- permissions ---- */

/** At most one Exception level is named, and only of a page that can be executed. */
PT64_MEMBER bool pt64_aarch64_s2_is_execution(pt64_flags_t flags)
{
    pt64_flags_t who = flags & (PT64_AARCH64_EXECUTE_EL0 | PT64_AARCH64_EXECUTE_EL1);

    return who == 0 || ((who & (who - 1)) == 0 && (flags & PT64_EXECUTE) != 0);
}

/**
 * Every set of permissions has an encoding (D8.4.2). Device memory must not be executable: a CPU
 * may fetch speculatively wherever execution is allowed (B2, "Device memory").
 */
PT64_MEMBER bool pt64_aarch64_s2_can_encode_some(pt64_flags_t flags, pt64_flags_t known)
{
    return (flags & ~known) == 0 && pt64_aarch64_s2_is_type(flags) &&
           pt64_aarch64_s2_is_execution(flags) &&
           (flags & (PT64_DEVICE | PT64_EXECUTE)) != (PT64_DEVICE | PT64_EXECUTE);
}

/** XN[1:0] (D8.4.2): 00 both levels may execute, 01 EL0, 10 none, 11 EL1. */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_execute_never(pt64_flags_t flags)
{
    if (!(flags & PT64_EXECUTE))
        return PT64_AARCH64_S2_XN1;
    if (flags & PT64_AARCH64_EXECUTE_EL0)
        return PT64_AARCH64_S2_XN0;
    return flags & PT64_AARCH64_EXECUTE_EL1 ? PT64_AARCH64_S2_XN : 0;
}

/** Without FEAT_XNX, XN[0] says nothing. */
PT64_MEMBER pt64_flags_t pt64_aarch64_s2_plain_execution(pt64_entry_t entry)
{
    return entry & PT64_AARCH64_S2_XN1 ? 0 : PT64_EXECUTE;
}

PT64_MEMBER pt64_flags_t pt64_aarch64_s2_execution(pt64_entry_t entry)
{
    switch (entry & PT64_AARCH64_S2_XN) {
    case 0:
        return PT64_EXECUTE;
    case PT64_AARCH64_S2_XN0:
        return PT64_EXECUTE | PT64_AARCH64_EXECUTE_EL0;
    case PT64_AARCH64_S2_XN1:
        return 0;
    default:
        return PT64_EXECUTE | PT64_AARCH64_EXECUTE_EL1;
    }
}

/**
 * The entry with XN[1:0] as two bits that each refuse something: bit 54 refuses EL0, bit 53 EL1.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_refusals(pt64_entry_t entry)
{
    return entry ^ ((entry >> 1) & PT64_AARCH64_S2_XN0);
}

/* ---- leaves ---- */

/**
 * A leaf without its memory type. Hardware ignores shareability where the memory type is Device or
 * non-cacheable (D8.6).
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_common_leaf(pt64_flags_t flags, unsigned level)
{
    pt64_entry_t entry =
        PT64_AARCH64_VALID | PT64_AARCH64_SH_INNER | pt64_aarch64_s2_execute_never(flags);

    entry |= level == 0 ? PT64_AARCH64_NOT_BLOCK : 0;
    entry |= flags & PT64_READ ? PT64_AARCH64_S2_READ : 0;
    entry |= flags & PT64_WRITE ? PT64_AARCH64_S2_WRITE : 0;
    entry |= flags & PT64_ACCESSED ? PT64_AARCH64_AF : 0;
    entry |= flags & PT64_SOFT0 ? PT64_AARCH64_SOFT0 : 0;
    entry |= flags & PT64_SOFT1 ? PT64_AARCH64_SOFT1 : 0;
    return entry;
}

/** All but the memory type and execution. */
PT64_MEMBER pt64_flags_t pt64_aarch64_s2_common_flags(pt64_entry_t entry)
{
    pt64_flags_t flags = entry & PT64_AARCH64_S2_READ ? PT64_READ : 0;

    flags |= entry & PT64_AARCH64_S2_WRITE ? PT64_WRITE : 0;
    flags |= entry & PT64_AARCH64_AF ? PT64_ACCESSED : 0;
    flags |= entry & PT64_AARCH64_SOFT0 ? PT64_SOFT0 : 0;
    flags |= entry & PT64_AARCH64_SOFT1 ? PT64_SOFT1 : 0;
    return flags;
}

/** What protecting makes anew. It keeps the other bits. */
#define PT64_AARCH64_S2_SAID                                                                     \
    (PT64_AARCH64_S2_MEM_ATTR | PT64_AARCH64_S2_READ | PT64_AARCH64_S2_WRITE | PT64_AARCH64_SH | \
     PT64_AARCH64_DBM | PT64_AARCH64_S2_XN)

/** DBM goes with the write permission: where VTCR_EL2.HD is set, it alone makes a page writable. */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                 unsigned level)
{
    return (old & ~PT64_AARCH64_S2_SAID) | leaf;
}

/** Other memory types and other shareability, which no flag makes. */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_kept(unsigned level)
{
    return PT64_AARCH64_S2_MEM_ATTR | PT64_AARCH64_SH;
}

/**
 * A change of the address, or of how the memory behaves there, takes break-before-make (D8.17,
 * RWHZWS). A translation with AF clear is not cached (D8.5.1).
 */
PT64_MEMBER enum pt64_change pt64_aarch64_s2_change(pt64_entry_t old, pt64_entry_t now,
                                                    unsigned level)
{
    struct pt64_change_bits bits;

    bits.moved = PT64_AARCH64_ADDRESS | PT64_AARCH64_BEYOND | PT64_AARCH64_S2_MEM_ATTR |
                 PT64_AARCH64_SH | PT64_AARCH64_S2_FNXS | PT64_AARCH64_CONTIGUOUS |
                 PT64_AARCH64_PBHA;
    bits.grants = PT64_AARCH64_S2_READ | PT64_AARCH64_S2_WRITE | PT64_AARCH64_DBM;
    bits.refuses = PT64_AARCH64_S2_XN;
    bits.trades = 0;
    bits.notes = PT64_AARCH64_AF;
    return pt64_change_by(&bits, pt64_aarch64_s2_refusals(old), pt64_aarch64_s2_refusals(now));
}

#define PT64_AARCH64_S2_FLAGS                                                              \
    (PT64_READ | PT64_WRITE | PT64_EXECUTE | PT64_DEVICE | PT64_UNCACHED | PT64_ACCESSED | \
     PT64_SOFT0 | PT64_SOFT1 | PT64_AARCH64_NGNRNE)
#define PT64_AARCH64_S2_XNX_FLAGS \
    (PT64_AARCH64_S2_FLAGS | PT64_AARCH64_EXECUTE_EL0 | PT64_AARCH64_EXECUTE_EL1)
#define PT64_AARCH64_S2_FWB_FLAGS    (PT64_AARCH64_S2_XNX_FLAGS | PT64_AARCH64_AS_STAGE1)
#define PT64_AARCH64_S2_HAFDBS_FLAGS (PT64_AARCH64_S2_FWB_FLAGS | PT64_DIRTY)

/** What name_change_region sets and clears. */
#define PT64_AARCH64_S2_CHANGEABLE (PT64_AARCH64_EXECUTE_EL0 | PT64_AARCH64_EXECUTE_EL1)

PT64_MEMBER pt64_entry_t pt64_aarch64_s2_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                              unsigned level)
{
    return pt64_aarch64_s2_common_leaf(flags, level) | pt64_aarch64_s2_mem_attr(flags);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_s2_fwb_leaf(const struct pt64_limits *limits,
                                                  pt64_flags_t flags, unsigned level)
{
    return pt64_aarch64_s2_common_leaf(flags, level) | pt64_aarch64_s2_fwb_mem_attr(flags);
}

/* ---- without FEAT_XNX and FEAT_S2FWB ---- */

PT64_MEMBER bool pt64_aarch64_s2_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                            unsigned level)
{
    return pt64_aarch64_s2_can_encode_some(flags, PT64_AARCH64_S2_FLAGS);
}

PT64_MEMBER pt64_flags_t pt64_aarch64_s2_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_aarch64_s2_common_flags(entry) | pt64_aarch64_s2_memory_type(entry) |
           pt64_aarch64_s2_plain_execution(entry);
}

/** In a page of another's table XN[0] may be set. Without FEAT_XNX it refuses nothing. */
PT64_MEMBER enum pt64_change pt64_aarch64_s2_plain_change(pt64_entry_t old, pt64_entry_t now,
                                                          unsigned level)
{
    return pt64_aarch64_s2_change(old & ~PT64_AARCH64_S2_XN0, now & ~PT64_AARCH64_S2_XN0, level);
}

/* ---- with FEAT_XNX ---- */

PT64_MEMBER bool pt64_aarch64_s2_xnx_can_encode(const struct pt64_limits *limits,
                                                pt64_flags_t flags, unsigned level)
{
    return pt64_aarch64_s2_can_encode_some(flags, PT64_AARCH64_S2_XNX_FLAGS);
}

PT64_MEMBER pt64_flags_t pt64_aarch64_s2_xnx_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_aarch64_s2_common_flags(entry) | pt64_aarch64_s2_memory_type(entry) |
           pt64_aarch64_s2_execution(entry);
}

/* ---- with FEAT_S2FWB, and so with FEAT_XNX ---- */

PT64_MEMBER bool pt64_aarch64_s2_fwb_can_encode(const struct pt64_limits *limits,
                                                pt64_flags_t flags, unsigned level)
{
    return pt64_aarch64_s2_can_encode_some(flags, PT64_AARCH64_S2_FWB_FLAGS);
}

PT64_MEMBER pt64_flags_t pt64_aarch64_s2_fwb_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_aarch64_s2_common_flags(entry) | pt64_aarch64_s2_fwb_memory_type(entry) |
           pt64_aarch64_s2_execution(entry);
}

/* ---- the same with hardware management of the dirty state (FEAT_HAFDBS) ---- */

PT64_MEMBER bool pt64_aarch64_s2_hafdbs_can_encode(const struct pt64_limits *limits,
                                                   pt64_flags_t flags, unsigned level)
{
    return pt64_aarch64_s2_can_encode_some(flags, PT64_AARCH64_S2_HAFDBS_FLAGS);
}

/** A page with S2AP[1] set is writable without DBM, and may have been written. */
PT64_MEMBER bool pt64_aarch64_s2_hafdbs_is_dirty(pt64_entry_t entry)
{
    return (entry & (PT64_AARCH64_S2_WRITE | PT64_AARCH64_SOFT_DIRTY)) != 0;
}

/**
 * A page with DBM set is writable: clean with S2AP[1] clear, dirty with S2AP[1] set (D8.5.2.1). A
 * page that is not writable must have S2AP[1] clear, so it keeps its dirty flag in a software bit.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_hafdbs_set_dirty(pt64_entry_t entry, bool is_dirty)
{
    entry &= ~(PT64_AARCH64_SOFT_DIRTY | PT64_AARCH64_S2_WRITE);
    if (!is_dirty)
        return entry;
    return entry | (entry & PT64_AARCH64_DBM ? PT64_AARCH64_S2_WRITE : PT64_AARCH64_SOFT_DIRTY);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_s2_hafdbs_leaf(const struct pt64_limits *limits,
                                                     pt64_flags_t flags, unsigned level)
{
    pt64_entry_t entry = pt64_aarch64_s2_fwb_leaf(limits, flags, level);

    entry |= flags & PT64_WRITE ? PT64_AARCH64_DBM : 0;
    return pt64_aarch64_s2_hafdbs_set_dirty(entry, (flags & PT64_DIRTY) != 0);
}

PT64_MEMBER pt64_flags_t pt64_aarch64_s2_hafdbs_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t flags = pt64_aarch64_s2_fwb_decode(entry, level);

    flags |= entry & PT64_AARCH64_DBM ? PT64_WRITE : 0;
    flags |= pt64_aarch64_s2_hafdbs_is_dirty(entry) ? PT64_DIRTY : 0;
    return flags;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_s2_hafdbs_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                        unsigned level)
{
    return pt64_aarch64_s2_hafdbs_set_dirty(pt64_aarch64_s2_protect(old, leaf, level),
                                            pt64_aarch64_s2_hafdbs_is_dirty(old) ||
                                                pt64_aarch64_s2_hafdbs_is_dirty(leaf));
}

/** A page of an adopted table may be writable without DBM. It stays writable. */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_hafdbs_clean(pt64_entry_t entry, pt64_flags_t flags,
                                                      unsigned level)
{
    entry = pt64_aarch64_clean(entry, flags, level);
    if (!(flags & PT64_DIRTY))
        return entry;
    entry |= entry & PT64_AARCH64_S2_WRITE ? PT64_AARCH64_DBM : 0;
    return pt64_aarch64_s2_hafdbs_set_dirty(entry, false);
}

/** Besides AF, the CPU writes only S2AP[1], and only in a writable-clean entry (D8.5.2.1). */
PT64_MEMBER bool pt64_aarch64_s2_hafdbs_is_volatile(pt64_entry_t entry, unsigned level)
{
    return pt64_aarch64_is_volatile(entry, level) ||
           (entry & (PT64_AARCH64_DBM | PT64_AARCH64_S2_WRITE)) == PT64_AARCH64_DBM;
}

/* ---- FEAT_LPA2: an address takes the place of shareability, which VTCR_EL2.SH0 says ---- */

PT64_MEMBER pt64_entry_t pt64_aarch64_s2_lpa2_leaf(const struct pt64_limits *limits,
                                                   pt64_flags_t flags, unsigned level)
{
    return pt64_aarch64_s2_fwb_leaf(limits, flags, level) & ~PT64_AARCH64_SH;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_s2_lpa2_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                      unsigned level)
{
    return pt64_aarch64_s2_protect(old, leaf, level) | (old & PT64_AARCH64_LPA2_UPPER);
}

PT64_MEMBER pt64_entry_t pt64_aarch64_s2_lpa2_kept(unsigned level)
{
    return PT64_AARCH64_S2_MEM_ATTR;
}

/** As at stage 1. Bit 7, which is set in a hidden page, is clear in a leaf that cannot be written.
 */
PT64_MEMBER pt64_entry_t pt64_aarch64_s2_lpa2_hide(pt64_entry_t leaf, unsigned level)
{
    return pt64_aarch64_lpa2_hide(leaf, level) ^ PT64_AARCH64_S2_WRITE;
}

PT64_MEMBER pt64_entry_t pt64_aarch64_s2_lpa2_show(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t leaf = pt64_aarch64_lpa2_show(entry, level);

    return leaf == 0 ? 0 : leaf ^ PT64_AARCH64_S2_WRITE;
}

/** A format with addresses of 48 bits, by what these differ in. */
#define PT64_AARCH64_S2_PTE(flags_, changeable_, can_encode_, leaf_, decode_, protect_, clean_, \
                            change_, is_volatile_)                                              \
    {                                                                                           \
        .architecture = PT64_AARCH64_STAGE2_ARCHITECTURE,                                       \
        .flags = (flags_),                                                                      \
        .changeable = (changeable_),                                                            \
        .can_encode = (can_encode_),                                                            \
        .leaf = (leaf_),                                                                        \
        .address = pt64_aarch64_address,                                                        \
        .leaf_address = pt64_aarch64_leaf_address,                                              \
        .decode = (decode_),                                                                    \
        .protect = (protect_),                                                                  \
        .kept = pt64_aarch64_s2_kept,                                                           \
        .demote = pt64_aarch64_demote,                                                          \
        .clean = (clean_),                                                                      \
        .change = (change_),                                                                    \
        .is_volatile = (is_volatile_),                                                          \
        .link = pt64_aarch64_link,                                                              \
        .link_address = pt64_aarch64_link_address,                                              \
        .absent = pt64_aarch64_absent,                                                          \
        .present = pt64_aarch64_present,                                                        \
        .hide = pt64_aarch64_hide,                                                              \
        .show = pt64_aarch64_show,                                                              \
        .mark = pt64_aarch64_mark,                                                              \
        .mark_of = pt64_aarch64_mark_of,                                                        \
        .kind = pt64_aarch64_kind,                                                              \
        .wrong = pt64_aarch64_wrong,                                                            \
    }

/** A format with FEAT_S2FWB and 52-bit addresses, by where it has them: _lpa or _lpa2. */
#define PT64_AARCH64_S2_WIDE_PTE(architecture_, additive_bits_, leaf_, protect_, kept_, hide_, \
                                 show_, absent_, present_, mark_, mark_of_, lpa_)              \
    {                                                                                          \
        .architecture = (architecture_),                                                       \
        .flags = PT64_AARCH64_S2_FWB_FLAGS,                                                    \
        .changeable = PT64_AARCH64_S2_CHANGEABLE,                                              \
        .additive_bits = (additive_bits_),                                                     \
        .can_encode = pt64_aarch64_s2_fwb_can_encode,                                          \
        .leaf = (leaf_),                                                                       \
        .address = pt64_aarch64_##lpa_##_address,                                              \
        .leaf_address = pt64_aarch64_##lpa_##_leaf_address,                                    \
        .decode = pt64_aarch64_s2_fwb_decode,                                                  \
        .protect = (protect_),                                                                 \
        .kept = (kept_),                                                                       \
        .demote = pt64_aarch64_demote,                                                         \
        .clean = pt64_aarch64_clean,                                                           \
        .change = pt64_aarch64_s2_change,                                                      \
        .is_volatile = pt64_aarch64_is_volatile,                                               \
        .link = pt64_aarch64_##lpa_##_link,                                                    \
        .link_address = pt64_aarch64_##lpa_##_link_address,                                    \
        .absent = (absent_),                                                                   \
        .present = (present_),                                                                 \
        .hide = (hide_),                                                                       \
        .show = (show_),                                                                       \
        .mark = (mark_),                                                                       \
        .mark_of = (mark_of_),                                                                 \
        .kind = pt64_aarch64_kind,                                                             \
        .wrong = pt64_aarch64_##lpa_##_wrong,                                                  \
    }

/** @endcond */

/**
 * Stage 2 on every CPU, with HCR_EL2.FWB clear. Where VTCR_EL2.HA is clear, the caller sets
 * PT64_ACCESSED or handles the Access flag fault. VTCR_EL2.HD makes no difference.
 *
 * A guest whose caches are off, or whose memory type is not write-back, reads what is in memory:
 * the hypervisor cleans a page to the point of coherency before it maps it (DC CIVAC).
 */
PT64_TRAIT struct pt64_pte pt64_aarch64_stage2_pte =
    PT64_AARCH64_S2_PTE(PT64_AARCH64_S2_FLAGS, 0, pt64_aarch64_s2_can_encode, pt64_aarch64_s2_leaf,
                        pt64_aarch64_s2_decode, pt64_aarch64_s2_protect, pt64_aarch64_clean,
                        pt64_aarch64_s2_plain_change, pt64_aarch64_is_volatile);

/** The same on CPUs with FEAT_XNX (ID_AA64MMFR1_EL1.XNX is 1; from Armv8.2). */
PT64_TRAIT struct pt64_pte pt64_aarch64_stage2_xnx_pte = PT64_AARCH64_S2_PTE(
    PT64_AARCH64_S2_XNX_FLAGS, PT64_AARCH64_S2_CHANGEABLE, pt64_aarch64_s2_xnx_can_encode,
    pt64_aarch64_s2_leaf, pt64_aarch64_s2_xnx_decode, pt64_aarch64_s2_protect, pt64_aarch64_clean,
    pt64_aarch64_s2_change, pt64_aarch64_is_volatile);

/**
 * Stage 2 with HCR_EL2.FWB set, on CPUs with FEAT_S2FWB (ID_AA64MMFR2_EL1.FWB is 1; from Armv8.4)
 * and FEAT_XNX. All ordinary memory is write-back, whatever the guest's caches do.
 */
PT64_TRAIT struct pt64_pte pt64_aarch64_stage2_fwb_pte = PT64_AARCH64_S2_PTE(
    PT64_AARCH64_S2_FWB_FLAGS, PT64_AARCH64_S2_CHANGEABLE, pt64_aarch64_s2_fwb_can_encode,
    pt64_aarch64_s2_fwb_leaf, pt64_aarch64_s2_fwb_decode, pt64_aarch64_s2_protect,
    pt64_aarch64_clean, pt64_aarch64_s2_change, pt64_aarch64_is_volatile);

/**
 * The same on CPUs with ID_AA64MMFR1_EL1.HAFDBS at least 2, with VTCR_EL2.HA and HD set. All CPUs
 * that use the table must be so: on any other the first store to a page faults.
 */
PT64_TRAIT struct pt64_pte pt64_aarch64_stage2_hafdbs_pte = PT64_AARCH64_S2_PTE(
    PT64_AARCH64_S2_HAFDBS_FLAGS, PT64_AARCH64_S2_CHANGEABLE, pt64_aarch64_s2_hafdbs_can_encode,
    pt64_aarch64_s2_hafdbs_leaf, pt64_aarch64_s2_hafdbs_decode, pt64_aarch64_s2_hafdbs_protect,
    pt64_aarch64_s2_hafdbs_clean, pt64_aarch64_s2_change, pt64_aarch64_s2_hafdbs_is_volatile);

/** The same as pt64_aarch64_stage2_fwb_pte, with 52-bit addresses of the 64 KiB granule (FEAT_LPA).
 */
PT64_TRAIT struct pt64_pte pt64_aarch64_stage2_fwb_lpa_pte = PT64_AARCH64_S2_WIDE_PTE(
    PT64_AARCH64_STAGE2_LPA_ARCHITECTURE, PT64_AARCH64_LPA_ADDITIVE_BITS, pt64_aarch64_s2_fwb_leaf,
    pt64_aarch64_s2_protect, pt64_aarch64_s2_kept, pt64_aarch64_hide, pt64_aarch64_show,
    pt64_aarch64_absent, pt64_aarch64_present, pt64_aarch64_mark, pt64_aarch64_mark_of, lpa);
/** The same with VTCR_EL2.DS set: 52-bit addresses of the 4 and 16 KiB granules (FEAT_LPA2). */
PT64_TRAIT struct pt64_pte pt64_aarch64_stage2_fwb_lpa2_pte = PT64_AARCH64_S2_WIDE_PTE(
    PT64_AARCH64_STAGE2_LPA2_ARCHITECTURE, PT64_AARCH64_LPA2_ADDITIVE_BITS,
    pt64_aarch64_s2_lpa2_leaf, pt64_aarch64_s2_lpa2_protect, pt64_aarch64_s2_lpa2_kept,
    pt64_aarch64_s2_lpa2_hide, pt64_aarch64_s2_lpa2_show, pt64_aarch64_lpa2_absent,
    pt64_aarch64_lpa2_present, pt64_aarch64_lpa2_mark, pt64_aarch64_lpa2_mark_of, lpa2);

PT64_TRAITS_END

#endif

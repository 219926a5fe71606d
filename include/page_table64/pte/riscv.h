/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Entries of RISC-V Sv32, Sv39, Sv48 and Sv57.
 *
 * Source: The RISC-V Instruction Set Manual volume II, Privileged Architecture, version 20250508,
 * chapter "Supervisor-Level ISA": "Sv32" for the bits that all modes share ("Addressing and Memory
 * Protection", "Virtual Address Translation Process") and "Sv39: Page-Based 39-bit Virtual-Memory
 * System"; chapters "Svpbmt", "Svnapot", "Svade", "Svadu", "Svrsw60t59b" and "Control-flow
 * Integrity (CFI)". For the XuanTie format: C906 and C910 user manuals, section "MMU", and Linux's
 * arch/riscv/include/asm/pgtable-64.h.
 *
 * Levels are the manual's `i`, which counts from the leaf too:
 *
 * | level | maps                  | in               |
 * | ----- | --------------------- | ---------------- |
 * | 0     | a page, 4K            | every mode       |
 * | 1     | a megapage, 4M        | Sv32             |
 * | 1     | a megapage, 2M        | Sv39, Sv48, Sv57 |
 * | 2     | a gigapage, 1G        | Sv39, Sv48, Sv57 |
 * | 3     | a terapage, 512G      | Sv48, Sv57       |
 * | 4     | a petapage, 256T      | Sv57             |
 *
 * The formats differ in where they keep the memory type. Sv32 has entries of 4 bytes, without the
 * bits from 32 on. With Svadu the hart sets A and D. With Svade an access with A clear faults, and
 * a store with D clear. A kernel that must run on either gives its own pages PT64_ACCESSED and
 * PT64_DIRTY from the start.
 *
 * The library never sets N (Svnapot). Bits 60 and 59 (Svrsw60t59b) and W without R (Zicfiss: a
 * shadow stack) are in use in formats of their own only: without the extension such an entry
 * faults. To any other format a valid entry with one of them is PT64_UNKNOWN, whether the hart has
 * the extension or faults: it is no page, and its slot is not free. No format uses both extensions.
 *
 * Svrsw60t59b depends on Sv39. Zicfiss does not, but no format here makes shadow stacks in Sv32.
 */
#ifndef PAGE_TABLE64_PTE_RISCV_H
#define PAGE_TABLE64_PTE_RISCV_H

#include "../shift.h"
#include "../traits.h"
#include "change.h"

#define PT64_RISCV_ARCHITECTURE 243 /**< EM_RISCV */

PT64_TRAITS_BEGIN

#define PT64_RISCV_V   ((pt64_entry_t)1 << 0)  /**< valid */
#define PT64_RISCV_R   ((pt64_entry_t)1 << 1)  /**< readable; R, W and X clear: a pointer */
#define PT64_RISCV_W   ((pt64_entry_t)1 << 2)  /**< writable; reserved without R */
#define PT64_RISCV_X   ((pt64_entry_t)1 << 3)  /**< executable */
#define PT64_RISCV_U   ((pt64_entry_t)1 << 4)  /**< user; S-mode never executes it */
#define PT64_RISCV_G   ((pt64_entry_t)1 << 5)  /**< global */
#define PT64_RISCV_A   ((pt64_entry_t)1 << 6)  /**< accessed */
#define PT64_RISCV_D   ((pt64_entry_t)1 << 7)  /**< dirty */
#define PT64_RISCV_RSW ((pt64_entry_t)3 << 8)  /**< for software; hardware ignores it */
#define PT64_RISCV_N   ((pt64_entry_t)1 << 63) /**< Svnapot, which no format here uses */
/** Bits 53:10 are address bits 55:12. In Sv32 bits 31:10 are address bits 33:12. */
#define PT64_RISCV_PPN UINT64_C(0x003ffffffffffc00)
/** All of them are clear in a pointer to the next level. */
#define PT64_RISCV_RWX (PT64_RISCV_R | PT64_RISCV_W | PT64_RISCV_X)

/** @cond engine */

/* ---- what the formats have in common ---- */

/** W without R is reserved. An entry that allows nothing would be a pointer. */
PT64_MEMBER bool pt64_riscv_can_encode_some(pt64_flags_t flags, pt64_flags_t known)
{
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;

    return (flags & ~known) == 0 && (flags & (PT64_READ | PT64_EXECUTE)) != 0 &&
           (flags & (PT64_READ | PT64_WRITE)) != PT64_WRITE && (type & (type - 1)) == 0;
}

PT64_MEMBER pt64_entry_t pt64_riscv_common_leaf(pt64_flags_t flags)
{
    pt64_entry_t entry = PT64_RISCV_V;

    entry |= flags & PT64_READ ? PT64_RISCV_R : 0;
    entry |= flags & PT64_WRITE ? PT64_RISCV_W : 0;
    entry |= flags & PT64_EXECUTE ? PT64_RISCV_X : 0;
    entry |= flags & PT64_USER ? PT64_RISCV_U : 0;
    entry |= flags & PT64_GLOBAL ? PT64_RISCV_G : 0;
    entry |= flags & PT64_ACCESSED ? PT64_RISCV_A : 0;
    entry |= flags & PT64_DIRTY ? PT64_RISCV_D : 0;
    return entry;
}

PT64_MEMBER pt64_flags_t pt64_riscv_common_flags(pt64_entry_t entry)
{
    pt64_flags_t flags = 0;

    flags |= entry & PT64_RISCV_R ? PT64_READ : 0;
    flags |= entry & PT64_RISCV_W ? PT64_WRITE : 0;
    flags |= entry & PT64_RISCV_X ? PT64_EXECUTE : 0;
    flags |= entry & PT64_RISCV_U ? PT64_USER : 0;
    flags |= entry & PT64_RISCV_G ? PT64_GLOBAL : 0;
    flags |= entry & PT64_RISCV_A ? PT64_ACCESSED : 0;
    flags |= entry & PT64_RISCV_D ? PT64_DIRTY : 0;
    return flags;
}

PT64_MEMBER pt64_entry_t pt64_riscv_address(pt64_paddr_t paddr, unsigned level)
{
    return paddr >> 12 << 10;
}

/** G in a pointer would make everything below it global. D, A and U are reserved in a pointer. */
PT64_MEMBER pt64_entry_t pt64_riscv_link(const struct pt64_limits *limits, pt64_paddr_t paddr,
                                         unsigned level)
{
    return pt64_riscv_address(paddr, level) | PT64_RISCV_V;
}

/** In what the formats differ. */
struct pt64_riscv_format {
    unsigned index_bits;   /**< log2 of the entries of a node */
    pt64_entry_t reserved; /**< bits that are reserved in every entry */
    pt64_entry_t of_leaf;  /**< bits that are reserved in a pointer */
    pt64_entry_t type;     /**< bits of the memory type if all ones is reserved, otherwise 0 */
    pt64_entry_t demanded; /**< bits without which a leaf faults, whatever the access */
};

/** The PPN bits that must be clear in a leaf at `level`: any other superpage is misaligned. */
PT64_MEMBER pt64_entry_t pt64_riscv_low_ppn(const struct pt64_riscv_format *format, unsigned level)
{
    return (pt64_shift_left(1, format->index_bits * level) - 1) << 10;
}

/** Whether the memory type of a leaf is the reserved one. */
PT64_MEMBER bool pt64_riscv_is_type_reserved(const struct pt64_riscv_format *format,
                                             pt64_entry_t leaf)
{
    return format->type != 0 && (leaf & format->type) == format->type;
}

/**
 * "Virtual Address Translation Process", steps 3 to 6. A valid entry that the format reserves
 * faults, or belongs to another extension.
 */
PT64_MEMBER enum pt64_kind pt64_riscv_kind_by(const struct pt64_riscv_format *format,
                                              pt64_entry_t entry, unsigned level)
{
    pt64_entry_t link_mask = format->reserved | format->of_leaf | PT64_RISCV_U | PT64_RISCV_A |
                             PT64_RISCV_D | PT64_RISCV_RWX | PT64_RISCV_V;
    pt64_entry_t leaf_bits = format->demanded | PT64_RISCV_V;
    pt64_entry_t leaf_mask = format->reserved | pt64_riscv_low_ppn(format, level) | leaf_bits;

    if (level > 0 && (entry & link_mask) == PT64_RISCV_V)
        return PT64_LINK;
    if (!(entry & PT64_RISCV_V))
        return PT64_EMPTY;
    if ((entry & leaf_mask) != leaf_bits || !(entry & (PT64_RISCV_R | PT64_RISCV_X)))
        return PT64_UNKNOWN;
    if (pt64_riscv_is_type_reserved(format, entry))
        return PT64_UNKNOWN;
    return (entry & (PT64_RISCV_R | PT64_RISCV_W)) == PT64_RISCV_W ? PT64_UNKNOWN : PT64_LEAF;
}

/**
 * "Virtual Address Translation Process", steps 3 to 6. Where a bit must be set, V is the one that
 * must not be.
 */
PT64_MEMBER pt64_entry_t pt64_riscv_wrong_by(const struct pt64_riscv_format *format,
                                             pt64_entry_t entry, unsigned level)
{
    pt64_entry_t wrong = entry & format->reserved;

    if (!(entry & PT64_RISCV_V))
        return 0;
    if (!(entry & PT64_RISCV_RWX)) {
        wrong |= entry & (PT64_RISCV_U | PT64_RISCV_A | PT64_RISCV_D | format->of_leaf);
        return level == 0 ? wrong | PT64_RISCV_V : wrong;
    }
    wrong |= entry & PT64_RISCV_R ? 0 : entry & PT64_RISCV_W;
    wrong |= pt64_riscv_is_type_reserved(format, entry) ? format->type : 0;
    wrong |= (entry & format->demanded) == format->demanded ? 0 : PT64_RISCV_V;
    return wrong | (entry & pt64_riscv_low_ppn(format, level));
}

PT64_MEMBER pt64_paddr_t pt64_riscv_leaf_address(pt64_entry_t entry, unsigned level)
{
    return (entry & PT64_RISCV_PPN) >> 10 << 12;
}

PT64_MEMBER pt64_paddr_t pt64_riscv_link_address(pt64_entry_t entry, unsigned level)
{
    return (entry & PT64_RISCV_PPN) >> 10 << 12;
}

/** The bits that every format keeps when it protects a leaf. */
#define PT64_RISCV_KEPT (PT64_RISCV_PPN | PT64_RISCV_G | PT64_RISCV_A | PT64_RISCV_D)

PT64_MEMBER pt64_entry_t pt64_riscv_clean(pt64_entry_t entry, pt64_flags_t flags, unsigned level)
{
    entry &= flags & PT64_ACCESSED ? ~PT64_RISCV_A : ~(pt64_entry_t)0;
    entry &= flags & PT64_DIRTY ? ~PT64_RISCV_D : ~(pt64_entry_t)0;
    return entry;
}

/**
 * The kind of change where each bit of `grants` allows something. A bit of no other kind belongs to
 * the address, the memory type or another extension, and is in `moved`. RSW is for software in
 * every format: hardware does not know a memory type that only RSW says.
 */
PT64_MEMBER enum pt64_change pt64_riscv_change_by(pt64_entry_t grants, pt64_entry_t old,
                                                  pt64_entry_t now)
{
    struct pt64_change_bits bits;

    bits.grants = grants;
    bits.refuses = 0;
    bits.trades = PT64_RISCV_U;
    bits.notes = 0;
    bits.moved = ~(bits.grants | bits.trades | PT64_RISCV_RSW);
    return pt64_change_by(&bits, old, now);
}

#define PT64_RISCV_GRANTS (PT64_RISCV_RWX | PT64_RISCV_A | PT64_RISCV_D)

/** An entry with A or D clear may be cached, and faults until the fence ("Svade"). */
PT64_MEMBER enum pt64_change pt64_riscv_change(pt64_entry_t old, pt64_entry_t now, unsigned level)
{
    return pt64_riscv_change_by(PT64_RISCV_GRANTS, old, now);
}

/** With Svadu the hart sets A, and D on a store that is allowed. It never clears them. */
PT64_MEMBER bool pt64_riscv_is_volatile(pt64_entry_t entry, unsigned level)
{
    return !(entry & PT64_RISCV_A) || ((entry & PT64_RISCV_W) && !(entry & PT64_RISCV_D));
}

/*
 * With V clear, all other bits are software's ("Addressing and Memory Protection"). R is set in a
 * hidden page, which can be read or executed in the leaf that it stands for; otherwise W in a mark.
 */

#define PT64_RISCV_MARK_SHIFT 4

PT64_MEMBER pt64_entry_t pt64_riscv_hide(pt64_entry_t leaf, unsigned level)
{
    return leaf ^ PT64_RISCV_V;
}

PT64_MEMBER pt64_entry_t pt64_riscv_show(pt64_entry_t entry, unsigned level)
{
    return (entry & (PT64_RISCV_V | PT64_RISCV_R)) == PT64_RISCV_R ? entry ^ PT64_RISCV_V : 0;
}

PT64_MEMBER pt64_entry_t pt64_riscv_mark(const struct pt64_limits *limits, uint64_t mark,
                                         unsigned level)
{
    return mark >> (64 - PT64_RISCV_MARK_SHIFT) != 0 ? 0
                                                     : mark << PT64_RISCV_MARK_SHIFT | PT64_RISCV_W;
}

PT64_MEMBER bool pt64_riscv_mark_of(pt64_entry_t entry, unsigned level, uint64_t *mark)
{
    *mark = entry >> PT64_RISCV_MARK_SHIFT;
    return (entry & (PT64_RISCV_V | PT64_RISCV_RWX)) == PT64_RISCV_W;
}

/** @endcond */

/* ---- memory types from the platform ---- */

/*
 * The PMAs decide the memory type. RSW remembers the memory type that the caller gave, so that the
 * format can decode it. One value of RSW is left for PT64_SOFT0.
 */
#define PT64_RISCV_RSW_SOFT0    ((pt64_entry_t)1 << 8) /**< PT64_SOFT0 of ordinary memory */
#define PT64_RISCV_RSW_DEVICE   ((pt64_entry_t)2 << 8) /**< PT64_DEVICE */
#define PT64_RISCV_RSW_UNCACHED ((pt64_entry_t)3 << 8) /**< PT64_UNCACHED */

/** Reserved without Svnapot (63) and Svpbmt (62:61), and for future use (60:54). */
#define PT64_RISCV_RESERVED UINT64_C(0xffc0000000000000)

/** @cond engine */

PT64_TRAIT struct pt64_riscv_format pt64_riscv_plain_format = {
    .index_bits = 9,
    .reserved = PT64_RISCV_RESERVED,
};

#define PT64_RISCV_FLAGS                                                                         \
    (PT64_PERMISSIONS | PT64_DEVICE | PT64_UNCACHED | PT64_GLOBAL | PT64_ACCESSED | PT64_DIRTY | \
     PT64_SOFT0)

PT64_MEMBER bool pt64_riscv_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                       unsigned level)
{
    return pt64_riscv_can_encode_some(flags, PT64_RISCV_FLAGS) &&
           ((flags & PT64_SOFT0) == 0 || (flags & PT64_MEMORY_TYPES) == 0);
}

PT64_MEMBER pt64_entry_t pt64_riscv_leaf(const struct pt64_limits *limits, pt64_flags_t flags,
                                         unsigned level)
{
    pt64_entry_t entry = pt64_riscv_common_leaf(flags);

    entry |= flags & PT64_SOFT0 ? PT64_RISCV_RSW_SOFT0 : 0;
    entry |= flags & PT64_DEVICE ? PT64_RISCV_RSW_DEVICE : 0;
    entry |= flags & PT64_UNCACHED ? PT64_RISCV_RSW_UNCACHED : 0;
    return entry;
}

PT64_MEMBER enum pt64_kind pt64_riscv_kind(const struct pt64_limits *limits, pt64_entry_t entry,
                                           unsigned level)
{
    return pt64_riscv_kind_by(&pt64_riscv_plain_format, entry, level);
}

PT64_MEMBER pt64_flags_t pt64_riscv_decode(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t rsw = entry & PT64_RISCV_RSW;
    pt64_flags_t flags = pt64_riscv_common_flags(entry);

    flags |= rsw == PT64_RISCV_RSW_SOFT0 ? PT64_SOFT0 : 0;
    flags |= rsw == PT64_RISCV_RSW_DEVICE ? PT64_DEVICE : 0;
    flags |= rsw == PT64_RISCV_RSW_UNCACHED ? PT64_UNCACHED : 0;
    return flags;
}

/** can_encode has refused PT64_SOFT0 together with a memory type. Here the memory type wins. */
PT64_MEMBER pt64_entry_t pt64_riscv_protect(pt64_entry_t old, pt64_entry_t leaf, unsigned level)
{
    pt64_entry_t entry = (old & PT64_RISCV_KEPT) | leaf;

    if ((old & PT64_RISCV_RSW) == PT64_RISCV_RSW_SOFT0 && (leaf & PT64_RISCV_RSW) == 0)
        entry |= PT64_RISCV_RSW_SOFT0;
    return entry;
}

PT64_MEMBER pt64_entry_t pt64_riscv_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                          unsigned level, pt64_size_t page)
{
    return pt64_riscv_wrong_by(&pt64_riscv_plain_format, entry, level);
}

/** @endcond */

/** For harts without Svpbmt, or whose firmware did not switch it on (menvcfg.PBMTE). */
PT64_TRAIT struct pt64_pte pt64_riscv_pte = {
    .architecture = PT64_RISCV_ARCHITECTURE,
    .flags = PT64_RISCV_FLAGS,
    .can_encode = pt64_riscv_can_encode,
    .leaf = pt64_riscv_leaf,
    .address = pt64_riscv_address,
    .leaf_address = pt64_riscv_leaf_address,
    .decode = pt64_riscv_decode,
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
    .kind = pt64_riscv_kind,
    .wrong = pt64_riscv_wrong,
};

/* ---- Sv32 ---- */

/** @cond engine */

/** "Sv32": every bit has a meaning, or is for software. */
PT64_TRAIT struct pt64_riscv_format pt64_riscv_sv32_format = {
    .index_bits = 10,
};

PT64_MEMBER pt64_entry_t pt64_riscv_sv32_mark(const struct pt64_limits *limits, uint64_t mark,
                                              unsigned level)
{
    return mark >> (32 - PT64_RISCV_MARK_SHIFT) != 0 ? 0 : pt64_riscv_mark(limits, mark, level);
}

PT64_MEMBER enum pt64_kind pt64_riscv_sv32_kind(const struct pt64_limits *limits,
                                                pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_kind_by(&pt64_riscv_sv32_format, entry, level);
}

PT64_MEMBER pt64_entry_t pt64_riscv_sv32_wrong(const struct pt64_limits *limits, pt64_entry_t entry,
                                               unsigned level, pt64_size_t page)
{
    return pt64_riscv_wrong_by(&pt64_riscv_sv32_format, entry, level);
}

/** @endcond */

/** For Sv32, whose entries have no memory type. RSW holds what it holds in pt64_riscv_pte. */
PT64_TRAIT struct pt64_pte pt64_riscv_sv32_pte = {
    .architecture = PT64_RISCV_ARCHITECTURE,
    .flags = PT64_RISCV_FLAGS,
    .can_encode = pt64_riscv_can_encode,
    .leaf = pt64_riscv_leaf,
    .address = pt64_riscv_address,
    .leaf_address = pt64_riscv_leaf_address,
    .decode = pt64_riscv_decode,
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
    .kind = pt64_riscv_sv32_kind,
    .wrong = pt64_riscv_sv32_wrong,
};

/* ---- memory types in the entry ---- */

#define PT64_RISCV_SOFT0 ((pt64_entry_t)1 << 8) /**< PT64_SOFT0, with Svpbmt and on XuanTie */
#define PT64_RISCV_SOFT1 ((pt64_entry_t)1 << 9) /**< PT64_SOFT1, with Svpbmt and on XuanTie */

/** @cond engine */

#define PT64_RISCV_TYPED_FLAGS (PT64_RISCV_FLAGS | PT64_SOFT1)

PT64_MEMBER bool pt64_riscv_typed_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                             unsigned level)
{
    return pt64_riscv_can_encode_some(flags, PT64_RISCV_TYPED_FLAGS);
}

PT64_MEMBER pt64_entry_t pt64_riscv_typed_leaf(pt64_flags_t flags, pt64_entry_t type)
{
    pt64_entry_t entry = pt64_riscv_common_leaf(flags) | type;

    entry |= flags & PT64_SOFT0 ? PT64_RISCV_SOFT0 : 0;
    entry |= flags & PT64_SOFT1 ? PT64_RISCV_SOFT1 : 0;
    return entry;
}

PT64_MEMBER pt64_flags_t pt64_riscv_typed_flags(pt64_entry_t entry, pt64_flags_t type)
{
    pt64_flags_t flags = pt64_riscv_common_flags(entry) | type;

    flags |= entry & PT64_RISCV_SOFT0 ? PT64_SOFT0 : 0;
    flags |= entry & PT64_RISCV_SOFT1 ? PT64_SOFT1 : 0;
    return flags;
}

/** @endcond */

/* ---- Svpbmt ---- */

#define PT64_RISCV_PBMT    ((pt64_entry_t)3 << 61) /**< 0: the PMAs decide; 3 is reserved */
#define PT64_RISCV_PBMT_NC ((pt64_entry_t)1 << 61) /**< uncached main memory */
#define PT64_RISCV_PBMT_IO ((pt64_entry_t)2 << 61) /**< uncached, strongly ordered */

/** Reserved without Svnapot (63), and for future use (60:54). */
#define PT64_RISCV_SVPBMT_RESERVED UINT64_C(0x9fc0000000000000)

/** @cond engine */

PT64_TRAIT struct pt64_riscv_format pt64_riscv_svpbmt_format = {
    .index_bits = 9,
    .reserved = PT64_RISCV_SVPBMT_RESERVED,
    .of_leaf = PT64_RISCV_PBMT,
    .type = PT64_RISCV_PBMT,
};

PT64_MEMBER pt64_entry_t pt64_riscv_svpbmt_leaf(const struct pt64_limits *limits,
                                                pt64_flags_t flags, unsigned level)
{
    pt64_entry_t type = flags & PT64_UNCACHED ? PT64_RISCV_PBMT_NC : 0;

    type |= flags & PT64_DEVICE ? PT64_RISCV_PBMT_IO : 0;
    return pt64_riscv_typed_leaf(flags, type);
}

PT64_MEMBER enum pt64_kind pt64_riscv_svpbmt_kind(const struct pt64_limits *limits,
                                                  pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_kind_by(&pt64_riscv_svpbmt_format, entry, level);
}

PT64_MEMBER pt64_flags_t pt64_riscv_svpbmt_decode(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t pbmt = entry & PT64_RISCV_PBMT;
    pt64_flags_t type = pbmt == PT64_RISCV_PBMT_NC ? PT64_UNCACHED : 0;

    type |= pbmt == PT64_RISCV_PBMT_IO ? PT64_DEVICE : 0;
    return pt64_riscv_typed_flags(entry, type);
}

PT64_MEMBER pt64_entry_t pt64_riscv_svpbmt_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                   unsigned level)
{
    return (old & (PT64_RISCV_KEPT | PT64_RISCV_RSW)) | leaf;
}

PT64_MEMBER pt64_entry_t pt64_riscv_svpbmt_wrong(const struct pt64_limits *limits,
                                                 pt64_entry_t entry, unsigned level,
                                                 pt64_size_t page)
{
    return pt64_riscv_wrong_by(&pt64_riscv_svpbmt_format, entry, level);
}

/** @endcond */

/** For harts whose firmware switched Svpbmt on: on any other a page with a memory type faults. */
PT64_TRAIT struct pt64_pte pt64_riscv_svpbmt_pte = {
    .architecture = PT64_RISCV_ARCHITECTURE,
    .flags = PT64_RISCV_TYPED_FLAGS,
    .can_encode = pt64_riscv_typed_can_encode,
    .leaf = pt64_riscv_svpbmt_leaf,
    .address = pt64_riscv_address,
    .leaf_address = pt64_riscv_leaf_address,
    .decode = pt64_riscv_svpbmt_decode,
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
    .kind = pt64_riscv_svpbmt_kind,
    .wrong = pt64_riscv_svpbmt_wrong,
};

/* ---- Svrsw60t59b ---- */

#define PT64_RISCV_RSW59 ((pt64_entry_t)1 << 59) /**< PT64_RISCV_SOFT2 */
#define PT64_RISCV_RSW60 ((pt64_entry_t)1 << 60) /**< PT64_RISCV_SOFT3 */
/** "Svrsw60t59b": for software in every entry, a pointer included. */
#define PT64_RISCV_RSW60T59B (PT64_RISCV_RSW59 | PT64_RISCV_RSW60)

/**
 * A bit for the caller's use, as PT64_SOFT0 is: protecting keeps it, and name_change_region sets
 * and clears it. A flag of pt64_riscv_svrsw60t59b_pte.
 */
#define PT64_RISCV_SOFT2 ((pt64_flags_t)1 << 16)
/** Another one. */
#define PT64_RISCV_SOFT3 ((pt64_flags_t)1 << 17)

/** @cond engine */

#define PT64_RISCV_SVRSW60T59B_SOFT  (PT64_RISCV_SOFT2 | PT64_RISCV_SOFT3)
#define PT64_RISCV_SVRSW60T59B_FLAGS (PT64_RISCV_TYPED_FLAGS | PT64_RISCV_SVRSW60T59B_SOFT)

/** The entry as hardware reads it. */
PT64_MEMBER pt64_entry_t pt64_riscv_svrsw60t59b_read(pt64_entry_t entry)
{
    return entry & ~PT64_RISCV_RSW60T59B;
}

PT64_MEMBER bool pt64_riscv_svrsw60t59b_can_encode(const struct pt64_limits *limits,
                                                   pt64_flags_t flags, unsigned level)
{
    return pt64_riscv_can_encode_some(flags, PT64_RISCV_SVRSW60T59B_FLAGS);
}

PT64_MEMBER pt64_entry_t pt64_riscv_svrsw60t59b_leaf(const struct pt64_limits *limits,
                                                     pt64_flags_t flags, unsigned level)
{
    pt64_entry_t entry = pt64_riscv_svpbmt_leaf(limits, flags, level);

    entry |= flags & PT64_RISCV_SOFT2 ? PT64_RISCV_RSW59 : 0;
    entry |= flags & PT64_RISCV_SOFT3 ? PT64_RISCV_RSW60 : 0;
    return entry;
}

PT64_MEMBER enum pt64_kind pt64_riscv_svrsw60t59b_kind(const struct pt64_limits *limits,
                                                       pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_svpbmt_kind(limits, pt64_riscv_svrsw60t59b_read(entry), level);
}

PT64_MEMBER pt64_flags_t pt64_riscv_svrsw60t59b_decode(pt64_entry_t entry, unsigned level)
{
    pt64_flags_t flags = pt64_riscv_svpbmt_decode(entry, level);

    flags |= entry & PT64_RISCV_RSW59 ? PT64_RISCV_SOFT2 : 0;
    flags |= entry & PT64_RISCV_RSW60 ? PT64_RISCV_SOFT3 : 0;
    return flags;
}

PT64_MEMBER pt64_entry_t pt64_riscv_svrsw60t59b_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                        unsigned level)
{
    return pt64_riscv_svpbmt_protect(old, leaf, level) | (old & PT64_RISCV_RSW60T59B);
}

PT64_MEMBER enum pt64_change pt64_riscv_svrsw60t59b_change(pt64_entry_t old, pt64_entry_t now,
                                                           unsigned level)
{
    return pt64_riscv_change(pt64_riscv_svrsw60t59b_read(old), pt64_riscv_svrsw60t59b_read(now),
                             level);
}

PT64_MEMBER pt64_entry_t pt64_riscv_svrsw60t59b_wrong(const struct pt64_limits *limits,
                                                      pt64_entry_t entry, unsigned level,
                                                      pt64_size_t page)
{
    return pt64_riscv_svpbmt_wrong(limits, pt64_riscv_svrsw60t59b_read(entry), level, page);
}

/** @endcond */

/**
 * pt64_riscv_svpbmt_pte with PT64_RISCV_SOFT2 and PT64_RISCV_SOFT3: for harts that have Svpbmt and
 * Svrsw60t59b. On any other hart a page with one of these flags faults.
 */
PT64_TRAIT struct pt64_pte pt64_riscv_svrsw60t59b_pte = {
    .architecture = PT64_RISCV_ARCHITECTURE,
    .flags = PT64_RISCV_SVRSW60T59B_FLAGS,
    .sticky = PT64_RISCV_SVRSW60T59B_SOFT,
    .changeable = PT64_RISCV_SVRSW60T59B_SOFT,
    .can_encode = pt64_riscv_svrsw60t59b_can_encode,
    .leaf = pt64_riscv_svrsw60t59b_leaf,
    .address = pt64_riscv_address,
    .leaf_address = pt64_riscv_leaf_address,
    .decode = pt64_riscv_svrsw60t59b_decode,
    .protect = pt64_riscv_svrsw60t59b_protect,
    .clean = pt64_riscv_clean,
    .change = pt64_riscv_svrsw60t59b_change,
    .is_volatile = pt64_riscv_is_volatile,
    .link = pt64_riscv_link,
    .link_address = pt64_riscv_link_address,
    .hide = pt64_riscv_hide,
    .show = pt64_riscv_show,
    .mark = pt64_riscv_mark,
    .mark_of = pt64_riscv_mark_of,
    .kind = pt64_riscv_svrsw60t59b_kind,
    .wrong = pt64_riscv_svrsw60t59b_wrong,
};

/* ---- Zicfiss ---- */

/**
 * A shadow stack ("Shadow Stack Memory Protection": R=0, W=1, X=0). Needs PT64_READ, as loads are
 * allowed, and neither PT64_WRITE nor PT64_EXECUTE: ordinary stores raise an access fault, fetches
 * fault. Only SSPUSH, C.SSPUSH and SSAMOSWAP write it. They raise an access fault in a page with
 * PT64_WRITE, and a page fault in one that can only be read: so a shadow stack is copied on write
 * after name_change_region or name_clone_region has cleared this flag. Clearing PT64_WRITE does not
 * stop them. Protecting does not keep it. PT64_DIRTY says that they wrote. A flag of
 * pt64_riscv_zicfiss_pte.
 */
#define PT64_RISCV_SHADOW_STACK ((pt64_flags_t)1 << 18)

/** @cond engine */

#define PT64_RISCV_ZICFISS_FLAGS (PT64_RISCV_TYPED_FLAGS | PT64_RISCV_SHADOW_STACK)
#define PT64_RISCV_RW            (PT64_RISCV_R | PT64_RISCV_W)

PT64_MEMBER bool pt64_riscv_zicfiss_can_encode(const struct pt64_limits *limits, pt64_flags_t flags,
                                               unsigned level)
{
    pt64_flags_t access = flags & PT64_ACCESS;

    return pt64_riscv_can_encode_some(flags, PT64_RISCV_ZICFISS_FLAGS) &&
           ((flags & PT64_RISCV_SHADOW_STACK) == 0 || access == PT64_READ);
}

/** A leaf that can only be read, with W in place of R, is a shadow stack. */
PT64_MEMBER pt64_entry_t pt64_riscv_zicfiss_leaf(const struct pt64_limits *limits,
                                                 pt64_flags_t flags, unsigned level)
{
    return pt64_riscv_svpbmt_leaf(limits, flags, level) ^
           (flags & PT64_RISCV_SHADOW_STACK ? PT64_RISCV_RW : 0);
}

PT64_MEMBER bool pt64_riscv_is_shadow_stack(pt64_entry_t entry)
{
    return (entry & (PT64_RISCV_V | PT64_RISCV_RWX)) == (PT64_RISCV_V | PT64_RISCV_W);
}

/** An entry that is a shadow stack as the one that can only be read. */
PT64_MEMBER pt64_entry_t pt64_riscv_zicfiss_plain(pt64_entry_t entry)
{
    return entry ^ (pt64_riscv_is_shadow_stack(entry) ? PT64_RISCV_RW : 0);
}

PT64_MEMBER pt64_flags_t pt64_riscv_zicfiss_decode(pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_svpbmt_decode(pt64_riscv_zicfiss_plain(entry), level) |
           (pt64_riscv_is_shadow_stack(entry) ? PT64_RISCV_SHADOW_STACK : 0);
}

/** A leaf by what it allows: R is loads, W is ordinary stores, V is those of a shadow stack. */
PT64_MEMBER pt64_entry_t pt64_riscv_zicfiss_rights(pt64_entry_t leaf)
{
    return leaf ^ (pt64_riscv_is_shadow_stack(leaf) ? PT64_RISCV_RW : PT64_RISCV_V);
}

PT64_MEMBER enum pt64_change pt64_riscv_zicfiss_change(pt64_entry_t old, pt64_entry_t now,
                                                       unsigned level)
{
    return pt64_riscv_change_by(PT64_RISCV_GRANTS | PT64_RISCV_V, pt64_riscv_zicfiss_rights(old),
                                pt64_riscv_zicfiss_rights(now));
}

/** R is set in every hidden page, W too in that of a shadow stack. W alone is a mark. */
PT64_MEMBER pt64_entry_t pt64_riscv_zicfiss_hide(pt64_entry_t leaf, unsigned level)
{
    return pt64_riscv_hide(leaf, level) | PT64_RISCV_R;
}

PT64_MEMBER pt64_entry_t pt64_riscv_zicfiss_show(pt64_entry_t entry, unsigned level)
{
    pt64_entry_t leaf = pt64_riscv_show(entry, level);

    return leaf & PT64_RISCV_W ? leaf & ~PT64_RISCV_R : leaf;
}

PT64_MEMBER enum pt64_kind pt64_riscv_zicfiss_kind(const struct pt64_limits *limits,
                                                   pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_svpbmt_kind(limits, pt64_riscv_zicfiss_plain(entry), level);
}

PT64_MEMBER pt64_entry_t pt64_riscv_zicfiss_wrong(const struct pt64_limits *limits,
                                                  pt64_entry_t entry, unsigned level,
                                                  pt64_size_t page)
{
    return pt64_riscv_svpbmt_wrong(limits, pt64_riscv_zicfiss_plain(entry), level, page);
}

/** @endcond */

/**
 * pt64_riscv_svpbmt_pte with PT64_RISCV_SHADOW_STACK: for harts that have Svpbmt and Zicfiss, whose
 * firmware has set menvcfg.SSE. In a guest the hypervisor has set henvcfg.SSE too. While SSE is
 * clear the encoding is reserved, and every access to such a page faults. senvcfg.SSE decides about
 * the instructions in U-mode, not about the pages.
 */
PT64_TRAIT struct pt64_pte pt64_riscv_zicfiss_pte = {
    .architecture = PT64_RISCV_ARCHITECTURE,
    .flags = PT64_RISCV_ZICFISS_FLAGS,
    .changeable = PT64_RISCV_SHADOW_STACK,
    .can_encode = pt64_riscv_zicfiss_can_encode,
    .leaf = pt64_riscv_zicfiss_leaf,
    .address = pt64_riscv_address,
    .leaf_address = pt64_riscv_leaf_address,
    .decode = pt64_riscv_zicfiss_decode,
    .protect = pt64_riscv_svpbmt_protect,
    .clean = pt64_riscv_clean,
    .change = pt64_riscv_zicfiss_change,
    .is_volatile = pt64_riscv_is_volatile,
    .link = pt64_riscv_link,
    .link_address = pt64_riscv_link_address,
    .hide = pt64_riscv_zicfiss_hide,
    .show = pt64_riscv_zicfiss_show,
    .mark = pt64_riscv_mark,
    .mark_of = pt64_riscv_mark_of,
    .kind = pt64_riscv_zicfiss_kind,
    .wrong = pt64_riscv_zicfiss_wrong,
};

/* ---- XuanTie ---- */

#define PT64_RISCV_XUANTIE_SEC ((pt64_entry_t)1 << 59) /**< trustable */
#define PT64_RISCV_XUANTIE_SH  ((pt64_entry_t)1 << 60) /**< shareable */
#define PT64_RISCV_XUANTIE_B   ((pt64_entry_t)1 << 61) /**< bufferable */
#define PT64_RISCV_XUANTIE_C   ((pt64_entry_t)1 << 62) /**< cacheable */
#define PT64_RISCV_XUANTIE_SO  ((pt64_entry_t)1 << 63) /**< strongly ordered */

/** Ordinary memory. */
#define PT64_RISCV_XUANTIE_NORMAL \
    (PT64_RISCV_XUANTIE_C | PT64_RISCV_XUANTIE_B | PT64_RISCV_XUANTIE_SH)
/** PT64_DEVICE. */
#define PT64_RISCV_XUANTIE_DEVICE (PT64_RISCV_XUANTIE_SO | PT64_RISCV_XUANTIE_SH)
/** PT64_UNCACHED. */
#define PT64_RISCV_XUANTIE_UNCACHED   (PT64_RISCV_XUANTIE_B | PT64_RISCV_XUANTIE_SH)
#define PT64_RISCV_XUANTIE_ATTRIBUTES UINT64_C(0xf800000000000000) /**< 63:59 */
#define PT64_RISCV_XUANTIE_RESERVED   UINT64_C(0x07c0000000000000) /**< 58:54 */

/** @cond engine */

PT64_TRAIT struct pt64_riscv_format pt64_riscv_xuantie_format = {
    .index_bits = 9,
    .reserved = PT64_RISCV_XUANTIE_RESERVED,
    .of_leaf = PT64_RISCV_XUANTIE_ATTRIBUTES,
};

PT64_MEMBER pt64_entry_t pt64_riscv_xuantie_leaf(const struct pt64_limits *limits,
                                                 pt64_flags_t flags, unsigned level)
{
    if (flags & PT64_DEVICE)
        return pt64_riscv_typed_leaf(flags, PT64_RISCV_XUANTIE_DEVICE);
    if (flags & PT64_UNCACHED)
        return pt64_riscv_typed_leaf(flags, PT64_RISCV_XUANTIE_UNCACHED);
    return pt64_riscv_typed_leaf(flags, PT64_RISCV_XUANTIE_NORMAL);
}

PT64_MEMBER enum pt64_kind pt64_riscv_xuantie_kind(const struct pt64_limits *limits,
                                                   pt64_entry_t entry, unsigned level)
{
    return pt64_riscv_kind_by(&pt64_riscv_xuantie_format, entry, level);
}

PT64_MEMBER pt64_flags_t pt64_riscv_xuantie_decode(pt64_entry_t entry, unsigned level)
{
    if (entry & PT64_RISCV_XUANTIE_SO)
        return pt64_riscv_typed_flags(entry, PT64_DEVICE);
    if (entry & PT64_RISCV_XUANTIE_C)
        return pt64_riscv_typed_flags(entry, 0);
    return pt64_riscv_typed_flags(entry, PT64_UNCACHED);
}

/** Combinations of the attributes that no flag makes. */
PT64_MEMBER pt64_entry_t pt64_riscv_xuantie_kept(unsigned level)
{
    return PT64_RISCV_XUANTIE_ATTRIBUTES;
}

/** No flag says whether a page is trustable, so protecting keeps SEC. */
PT64_MEMBER pt64_entry_t pt64_riscv_xuantie_protect(pt64_entry_t old, pt64_entry_t leaf,
                                                    unsigned level)
{
    return (old & (PT64_RISCV_KEPT | PT64_RISCV_RSW | PT64_RISCV_XUANTIE_SEC)) | leaf;
}

PT64_MEMBER pt64_entry_t pt64_riscv_xuantie_wrong(const struct pt64_limits *limits,
                                                  pt64_entry_t entry, unsigned level,
                                                  pt64_size_t page)
{
    return pt64_riscv_wrong_by(&pt64_riscv_xuantie_format, entry, level);
}

/** @endcond */

/**
 * For T-Head C906 and C910 with mxstatus.MAEE set, which their firmware sets. Without MAEE these
 * bits are reserved. With MAEE, pages of the other formats are uncached.
 */
PT64_TRAIT struct pt64_pte pt64_riscv_xuantie_pte = {
    .architecture = PT64_RISCV_ARCHITECTURE,
    .flags = PT64_RISCV_TYPED_FLAGS,
    .can_encode = pt64_riscv_typed_can_encode,
    .leaf = pt64_riscv_xuantie_leaf,
    .address = pt64_riscv_address,
    .leaf_address = pt64_riscv_leaf_address,
    .decode = pt64_riscv_xuantie_decode,
    .protect = pt64_riscv_xuantie_protect,
    .kept = pt64_riscv_xuantie_kept,
    .clean = pt64_riscv_clean,
    .change = pt64_riscv_change,
    .is_volatile = pt64_riscv_is_volatile,
    .link = pt64_riscv_link,
    .link_address = pt64_riscv_link_address,
    .hide = pt64_riscv_hide,
    .show = pt64_riscv_show,
    .mark = pt64_riscv_mark,
    .mark_of = pt64_riscv_mark_of,
    .kind = pt64_riscv_xuantie_kind,
    .wrong = pt64_riscv_xuantie_wrong,
};

PT64_TRAITS_END

#endif

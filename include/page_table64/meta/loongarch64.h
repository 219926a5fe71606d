/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of LoongArch64, and the register values that switch a table on.
 *
 * Source: LoongArch Reference Manual volume 1, v1.10: 4.2.4 "TLB Maintenance Instructions", 5.2
 * "Virtual Address Space and Address Translation Mode", 5.4 "Memory Management of Page Table
 * Mapping", 7.4.1 (CRMD), 7.5.4 (ASID) to 7.5.10 (STLBPS), 7.5.16 (TLBREHI).
 *
 * INVTLB reaches this CPU only. With several CPUs the handler needs a flush.
 *
 * The kernel supplies the refill handler, with its physical address in TLBRENTRY: LDDIR from the
 * top directory down (3, 2, 1 for four levels; 3, 1 for three), LDPTE 0 and 1, TLBFILL, ERTN. The
 * kernel executes INVTLB 0 before it sets CRMD.PG, and when it loads a root that has no ASID of its
 * own.
 *
 * The id of a table is its ASID. INVTLB has no operation that drops an address under every ASID. A
 * page is global in the TLB only if both pages of its pair are (7.5.3). A pair with an empty slot
 * is not global, nor is a pair that was read from the sink. So with ids a request with `global` is
 * flushed whole. Without ids the flush is right for two kinds of kernel: one that leaves ASID at 0,
 * and one that gives each table an ASID of its own, never 0, and whose tables share only the upper
 * half and pinned slots.
 *
 * PGDL translates addresses whose bit VALEN - 1 is clear, PGDH those where it is set (5.4.5, 7.5.5
 * to 7.5.7). Each has VALEN - 1 bits. PWCL and PWCH are for both, so both halves have one geometry.
 * An address beyond VALEN faults. One beyond the geometry does not: the walk takes the bits of each
 * index and no others, so that the address is an alias of one that the table translates.
 *
 * The tables of a guest (LVZ) have a section of their own below.
 */
#ifndef PAGE_TABLE64_META_LOONGARCH64_H
#define PAGE_TABLE64_META_LOONGARCH64_H

#include "../geometry.h"
#include "../pte/loongarch64.h"
#include "../regs/loongarch64.h"

PT64_TRAITS_BEGIN

/* ---- register values ---- */

/** PGDL or PGDH for a table at `root`. */
PT64_MEMBER uint64_t pt64_loongarch64_pgd(pt64_paddr_t root)
{
    return root;
}

/** The root in a value of PGDL, PGDH or PGD. */
PT64_MEMBER pt64_paddr_t pt64_loongarch64_pgd_root(uint64_t pgd)
{
    return pgd & PT64_LOONGARCH64_ADDRESS;
}

/**
 * PWCL (7.5.8): the lowest bit and the width of the index, for each level below the root. PTbase is
 * bits 4:0, PTwidth 9:5, Dir1_base 14:10, Dir1_width 19:15, Dir2_base 24:20, Dir2_width 29:25.
 * PTEWidth 0 is 64-bit entries. The root is Dir3 whatever the number of levels: a base here has
 * five bits, so it is at most 31, and the root of three levels of 16 KiB nodes has base 36. What
 * is not between the page table and Dir3 is left out.
 */
PT64_MEMBER uint32_t pt64_loongarch64_pwcl_of(const struct pt64_meta *meta,
                                              const struct pt64_limits *limits)
{
    uint32_t width = meta->index_bits;
    uint32_t base = meta->page_shift;
    uint32_t pwcl = base | width << 5;

    if (limits->levels > 2)
        pwcl |= (base + width) << 10 | width << 15;
    if (limits->levels > 3)
        pwcl |= (base + 2 * width) << 20 | width << 25;
    return pwcl;
}

/** The same for a geometry with limits. */
PT64_MEMBER uint32_t pt64_loongarch64_pwcl(const struct pt64_meta *meta)
{
    return pt64_loongarch64_pwcl_of(meta, &meta->limits);
}

/**
 * PWCH (7.5.9): Dir3_base is bits 5:0, Dir3_width 11:6; Dir4 is absent. PT64_LOONGARCH64_PWCH_HPTW
 * may be added.
 */
PT64_MEMBER uint32_t pt64_loongarch64_pwch_of(const struct pt64_meta *meta,
                                              const struct pt64_limits *limits)
{
    unsigned base = pt64_slot_shift(meta, pt64_root_level(limits));

    return base | (limits->vaddr_bits - base) << 6;
}

/** The same for a geometry with limits. */
PT64_MEMBER uint32_t pt64_loongarch64_pwch(const struct pt64_meta *meta)
{
    return pt64_loongarch64_pwch_of(meta, &meta->limits);
}

/** STLBPS (7.5.10), and TLBREHI (7.5.16) before the first refill: log2 of the page size in PS. */
PT64_MEMBER uint32_t pt64_loongarch64_ps(const struct pt64_meta *meta)
{
    return meta->page_shift;
}

/** @cond engine */

/* ---- the TLB ---- */

#if defined(__loongarch64) && !defined(PT64_HOSTED)
#define PT64_LOONGARCH64_IS_NATIVE 1
#else
#define PT64_LOONGARCH64_IS_NATIVE 0
#endif

#define PT64_LOONGARCH64_EXECUTE(...) PT64_EXECUTE_IF(PT64_LOONGARCH64_IS_NATIVE, __VA_ARGS__)

/** Completes the stores before a refill, by software or hardware, reads the table again. */
PT64_MEMBER void pt64_loongarch64_publish(void)
{
    PT64_LOONGARCH64_EXECUTE("dbar 0" : : : "memory");
}

/**
 * The current ASID, bits 9:0 (7.5.4). INVTLB wants the other bits clear (4.2.4.7), where the
 * register has ASIDBITS.
 */
PT64_MEMBER uint64_t pt64_loongarch64_asid(void)
{
    uint64_t asid = 0;

    PT64_LOONGARCH64_EXECUTE("csrrd %0, %1" : "=r"(asid) : "i"(PT64_LOONGARCH64_CSR_ASID));
    return asid & 0x3ff;
}

PT64_MEMBER bool pt64_loongarch64_is_loaded(pt64_paddr_t root)
{
    uint64_t pgdl = root; /* for a program that executes nothing, every table is loaded */
    uint64_t pgdh = root;

    PT64_LOONGARCH64_EXECUTE("csrrd %0, %1" : "=r"(pgdl) : "i"(PT64_LOONGARCH64_CSR_PGDL));
    PT64_LOONGARCH64_EXECUTE("csrrd %0, %1" : "=r"(pgdh) : "i"(PT64_LOONGARCH64_CSR_PGDH));
    return pt64_loongarch64_pgd_root(pgdl) == root || pt64_loongarch64_pgd_root(pgdh) == root;
}

/** Operation 6: the address, where G is set or the ASID matches (4.2.4.7). */
PT64_MEMBER void pt64_loongarch64_invalidate(uint64_t asid, pt64_vaddr_t vaddr)
{
    PT64_LOONGARCH64_EXECUTE("invtlb 0x6, %0, %1" : : "r"(asid), "r"(vaddr) : "memory");
}

/** Operation 5: the address, where G is clear and the ASID matches. */
PT64_MEMBER void pt64_loongarch64_invalidate_own(uint64_t asid, pt64_vaddr_t vaddr)
{
    PT64_LOONGARCH64_EXECUTE("invtlb 0x5, %0, %1" : : "r"(asid), "r"(vaddr) : "memory");
}

/** Operation 4: all of the ASID where G is clear. */
PT64_MEMBER void pt64_loongarch64_invalidate_asid(uint64_t asid)
{
    PT64_LOONGARCH64_EXECUTE("invtlb 0x4, %0, $zero" : : "r"(asid) : "memory");
}

/** Orders fetches, and reads of the hardware walker, after what precedes this barrier (2.2.8.2). */
PT64_MEMBER void pt64_loongarch64_synchronize(void)
{
    PT64_LOONGARCH64_EXECUTE("ibar 0" : : : "memory");
}

PT64_MEMBER void pt64_loongarch64_invalidate_all(void)
{
    PT64_LOONGARCH64_EXECUTE("invtlb 0x0, $zero, $zero" : : : "memory");
}

/**
 * Operation 0x16: the guest physical address of the guest, whose GID is in bits 23:16 as in GSTAT.
 * As in Linux (arch/loongarch/kvm/tlb.c).
 */
PT64_MEMBER void pt64_loongarch64_invalidate_gpa(uint64_t gid, uint64_t gpa)
{
    PT64_LOONGARCH64_EXECUTE("invtlb 0x16, %0, %1" : : "r"(gid << 16), "r"(gpa) : "memory");
}

/** Operation 0x15: all of the guest, what its own tables translate as well. */
PT64_MEMBER void pt64_loongarch64_invalidate_guest(uint64_t gid)
{
    PT64_LOONGARCH64_EXECUTE("invtlb 0x15, %0, $zero" : : "r"(gid << 16) : "memory");
}

/** Operation 0x12: all of every guest. */
PT64_MEMBER void pt64_loongarch64_invalidate_guests(void)
{
    PT64_LOONGARCH64_EXECUTE("invtlb 0x12, $zero, $zero" : : : "memory");
}

/** How a request is executed. */
enum pt64_loongarch64_way {
    PT64_LOONGARCH64_BY_PAIR,     /**< each address, under the current ASID or global */
    PT64_LOONGARCH64_BY_OWN_PAIR, /**< each address, under the id */
    PT64_LOONGARCH64_BY_GPA,      /**< each guest physical address, under the id */
    PT64_LOONGARCH64_BY_ASID,     /**< all of the id */
    PT64_LOONGARCH64_BY_ALL,      /**< everything */
    PT64_LOONGARCH64_BY_GUEST,    /**< all of the guest */
    PT64_LOONGARCH64_BY_GUESTS,   /**< all of every guest */
};

PT64_MEMBER enum pt64_loongarch64_way pt64_loongarch64_way_of_any(const struct pt64_flush *request,
                                                                  uint64_t asid)
{
    if (request->everything || !pt64_loongarch64_is_loaded(request->root))
        return PT64_LOONGARCH64_BY_ALL;
    if (asid == 0)
        return PT64_LOONGARCH64_BY_PAIR;
    for (unsigned i = 0; i < request->count; i++)
        if (request->ranges[i].vaddr >> 63 != 0)
            return PT64_LOONGARCH64_BY_ALL;
    return request->global ? PT64_LOONGARCH64_BY_ALL : PT64_LOONGARCH64_BY_PAIR;
}

PT64_MEMBER enum pt64_loongarch64_way pt64_loongarch64_way_of(const struct pt64_flush *request,
                                                              uint64_t asid)
{
    if (request->id == PT64_NO_ID)
        return pt64_loongarch64_way_of_any(request, asid);
    if (request->global)
        return PT64_LOONGARCH64_BY_ALL;
    return request->everything ? PT64_LOONGARCH64_BY_ASID : PT64_LOONGARCH64_BY_OWN_PAIR;
}

/** The operation for one address. */
PT64_MEMBER void pt64_loongarch64_invalidate_by(enum pt64_loongarch64_way way, uint64_t id,
                                                pt64_vaddr_t vaddr)
{
    if (way == PT64_LOONGARCH64_BY_PAIR)
        pt64_loongarch64_invalidate(id, vaddr);
    else if (way == PT64_LOONGARCH64_BY_OWN_PAIR)
        pt64_loongarch64_invalidate_own(id, vaddr);
    else
        pt64_loongarch64_invalidate_gpa(id, vaddr);
}

/** One TLB entry holds an aligned pair of pages, or the two halves of a huge page (5.4.2). */
PT64_MEMBER void pt64_loongarch64_invalidate_range(const struct pt64_flush_range *range,
                                                   enum pt64_loongarch64_way way, uint64_t id,
                                                   unsigned page_shift)
{
    pt64_size_t pair = (pt64_size_t)2 << page_shift;
    pt64_size_t step = range->stride > pair ? range->stride : pair;
    pt64_vaddr_t first = pt64_align_down(range->vaddr, step);
    uint64_t bytes = range->bytes + (range->vaddr - first);

    for (uint64_t offset = 0; offset < bytes; offset += step)
        pt64_loongarch64_invalidate_by(way, id, first + offset);
}

/** The operation that needs no address. */
PT64_MEMBER void pt64_loongarch64_invalidate_whole(enum pt64_loongarch64_way way, uint64_t id)
{
    if (way == PT64_LOONGARCH64_BY_ASID)
        pt64_loongarch64_invalidate_asid(id);
    else if (way == PT64_LOONGARCH64_BY_ALL)
        pt64_loongarch64_invalidate_all();
    else if (way == PT64_LOONGARCH64_BY_GUEST)
        pt64_loongarch64_invalidate_guest(id);
    else
        pt64_loongarch64_invalidate_guests();
}

/** A request that only orders is one of no address. */
PT64_MEMBER void pt64_loongarch64_flush_by(const struct pt64_flush *request,
                                           enum pt64_loongarch64_way way, uint64_t id,
                                           unsigned page_shift)
{
    bool has_addresses = way < PT64_LOONGARCH64_BY_ASID;

    pt64_loongarch64_publish();
    for (unsigned i = 0; has_addresses && i < request->count; i++)
        pt64_loongarch64_invalidate_range(&request->ranges[i], way, id, page_shift);
    if (!has_addresses && (request->everything || request->count > 0))
        pt64_loongarch64_invalidate_whole(way, id);
    pt64_loongarch64_synchronize();
}

PT64_MEMBER void pt64_loongarch64_flush(const struct pt64_flush *request, unsigned page_shift)
{
    uint64_t asid = request->id == PT64_NO_ID ? pt64_loongarch64_asid() : request->id & 0x3ff;

    pt64_loongarch64_flush_by(request, pt64_loongarch64_way_of(request, asid), asid, page_shift);
}

/** Invalidates the pair that holds the entry that faulted. */
PT64_MEMBER void pt64_loongarch64_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
    uint64_t asid = id == PT64_NO_ID ? pt64_loongarch64_asid() : id & 0x3ff;

    pt64_loongarch64_publish();
    pt64_loongarch64_invalidate(asid, vaddr);
    pt64_loongarch64_synchronize();
}

PT64_MEMBER void pt64_loongarch64_flush_4k(const struct pt64_flush *request)
{
    pt64_loongarch64_flush(request, 12);
}

PT64_MEMBER void pt64_loongarch64_flush_16k(const struct pt64_flush *request)
{
    pt64_loongarch64_flush(request, 14);
}

PT64_MEMBER void pt64_loongarch64_flush_64k(const struct pt64_flush *request)
{
    pt64_loongarch64_flush(request, 16);
}

/* ---- the TLB of guests ---- */

/** Without an id, and for what several tables share, the guest is not known. */
PT64_MEMBER enum pt64_loongarch64_way pt64_loongarch64_lvz_way_of(const struct pt64_flush *request)
{
    if (request->id == PT64_NO_ID || request->global)
        return PT64_LOONGARCH64_BY_GUESTS;
    return request->everything ? PT64_LOONGARCH64_BY_GUEST : PT64_LOONGARCH64_BY_GPA;
}

PT64_MEMBER void pt64_loongarch64_lvz_flush(const struct pt64_flush *request, unsigned page_shift)
{
    pt64_loongarch64_flush_by(request, pt64_loongarch64_lvz_way_of(request), request->id & 0xff,
                              page_shift);
}

PT64_MEMBER void pt64_loongarch64_lvz_fix_fault(uint64_t id, pt64_vaddr_t gpa)
{
    pt64_loongarch64_publish();
    if (id == PT64_NO_ID)
        pt64_loongarch64_invalidate_guests();
    else
        pt64_loongarch64_invalidate_gpa(id & 0xff, gpa);
    pt64_loongarch64_synchronize();
}

PT64_MEMBER void pt64_loongarch64_lvz_flush_4k(const struct pt64_flush *request)
{
    pt64_loongarch64_lvz_flush(request, 12);
}

PT64_MEMBER void pt64_loongarch64_lvz_flush_16k(const struct pt64_flush *request)
{
    pt64_loongarch64_lvz_flush(request, 14);
}

PT64_MEMBER void pt64_loongarch64_lvz_flush_64k(const struct pt64_flush *request)
{
    pt64_loongarch64_lvz_flush(request, 16);
}

/**
 * In pages: an eighth of the pages that the TLB of a 3A5000 holds (2048 and 64 pairs), as in Linux.
 */
#define PT64_LOONGARCH64_FLUSH_LIMIT 512

/* ---- geometries ---- */

/*
 * The TLB holds what LDPTE read, valid or not, and nothing else of the walk. So a new page in an
 * empty slot needs an invalidation too. A link needs none for itself: the pages below it have their
 * own. A huge page is split without a break: while the TLB holds it, no refill for its addresses
 * takes place, so that no second match arises (5.4.1). LDPTE makes a pair of its halves (5.4.5).
 *
 * PGDL and PGDH hold bits 63:12 of a root's address (7.5.5, 7.5.6).
 */
#define PT64_LOONGARCH64_META(page_shift_, index_bits_, space_, flush_, fix_fault_, ...) \
    {                                                                                    \
        .architecture = PT64_LOONGARCH64_ARCHITECTURE,                                   \
        .entry_bytes = 8,                                                                \
        .page_shift = (page_shift_),                                                     \
        .index_bits = (index_bits_),                                                     \
        .limits = __VA_ARGS__,                                                           \
        .space = (space_),                                                               \
        .needs_sink = true,                                                              \
        .break_to_move = false,                                                          \
        .root_is_held = false,                                                           \
        .root_paddr_bits = 0,                                                            \
        .root_bytes = 4096,                                                              \
        .needs =                                                                         \
            {                                                                            \
                .created = PT64_NEED_LEAF,                                               \
                .linked = PT64_NEED_NOTHING,                                             \
                .relaxed = PT64_NEED_LEAF,                                               \
                .tightened = PT64_NEED_LEAF,                                             \
                .moved = PT64_NEED_LEAF,                                                 \
                .resized = PT64_NEED_LEAF,                                               \
                .removed = PT64_NEED_LEAF,                                               \
                .unlinked = PT64_NEED_LEAF,                                              \
            },                                                                           \
        .flush = (flush_),                                                               \
        .fix_fault = (fix_fault_),                                                       \
    }

#define PT64_LOONGARCH64_LIMITS(levels_, vaddr_bits_, leaf_levels_, paddr_bits_, no_execute_) \
    {.levels = (levels_),                                                                     \
     .vaddr_bits = (vaddr_bits_),                                                             \
     .leaf_levels = (leaf_levels_),                                                           \
     .paddr_bits = (paddr_bits_),                                                             \
     .no_execute = (no_execute_),                                                             \
     .by_range = false,                                                                       \
     .split = PT64_RESIZE_AT_ONCE,                                                            \
     .grow = PT64_RESIZE_BREAK_EMPTY,                                                         \
     .flush_limit = PT64_LOONGARCH64_FLUSH_LIMIT}

#define PT64_LOONGARCH64_4K(space, ...)                                                        \
    PT64_LOONGARCH64_META(12, 9, space, pt64_loongarch64_flush_4k, pt64_loongarch64_fix_fault, \
                          __VA_ARGS__)
#define PT64_LOONGARCH64_16K(space, ...)                                                         \
    PT64_LOONGARCH64_META(14, 11, space, pt64_loongarch64_flush_16k, pt64_loongarch64_fix_fault, \
                          __VA_ARGS__)
#define PT64_LOONGARCH64_64K(space, ...)                                                         \
    PT64_LOONGARCH64_META(16, 13, space, pt64_loongarch64_flush_64k, pt64_loongarch64_fix_fault, \
                          __VA_ARGS__)

/** @endcond */

/* Pages of 4K and 2M. */

/** PGDL: three levels of 4 KiB nodes, 39-bit addresses from 0 up, as with VALEN 40. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_4k39 =
    PT64_LOONGARCH64_4K(PT64_SPACE_LOWER, PT64_LOONGARCH64_LIMITS(3, 39, 2, 48, true));
/** PGDH: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_4k39_upper =
    PT64_LOONGARCH64_4K(PT64_SPACE_UPPER, PT64_LOONGARCH64_LIMITS(3, 39, 2, 48, true));
/** Four levels of 4 KiB nodes, VALEN 48. The root goes to PGDL and to PGDH. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_4k48 =
    PT64_LOONGARCH64_4K(PT64_SPACE_SIGN_EXTENDED, PT64_LOONGARCH64_LIMITS(4, 48, 2, 48, true));
/**
 * The same with pages of 1G, for newer cores, whose LDDIR and LDPTE follow a huge page of an upper
 * directory: the LDDIR of the next level leaves the entry as it is but for its own level in bits
 * 14:13, from which LDPTE knows the size. Other cores take the page for one of 2M. The source is
 * QEMU (helper_lddir and helper_ldpte of its current version); nothing in CPUCFG is known to tell
 * such a core.
 */
PT64_TRAIT struct pt64_meta pt64_loongarch64_4k48_1g =
    PT64_LOONGARCH64_4K(PT64_SPACE_SIGN_EXTENDED, PT64_LOONGARCH64_LIMITS(4, 48, 3, 48, true));

/* Pages of 16K and 32M. */

/** PGDL: two levels of 16 KiB nodes, 36-bit addresses from 0 up. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k36 =
    PT64_LOONGARCH64_16K(PT64_SPACE_LOWER, PT64_LOONGARCH64_LIMITS(2, 36, 2, 48, true));
/** PGDH: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k36_upper =
    PT64_LOONGARCH64_16K(PT64_SPACE_UPPER, PT64_LOONGARCH64_LIMITS(2, 36, 2, 48, true));
/** PGDL: three levels of 16 KiB nodes, 47-bit addresses from 0 up, as with VALEN 48. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k47 =
    PT64_LOONGARCH64_16K(PT64_SPACE_LOWER, PT64_LOONGARCH64_LIMITS(3, 47, 2, 48, true));
/** PGDH, on CPUs with VALEN 48: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k47_upper =
    PT64_LOONGARCH64_16K(PT64_SPACE_UPPER, PT64_LOONGARCH64_LIMITS(3, 47, 2, 48, true));
/** PGDL: pt64_loongarch64_16k47 with pages of 64G: see pt64_loongarch64_4k48_1g. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k47_64g =
    PT64_LOONGARCH64_16K(PT64_SPACE_LOWER, PT64_LOONGARCH64_LIMITS(3, 47, 3, 48, true));
/** PGDH: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k47_upper_64g =
    PT64_LOONGARCH64_16K(PT64_SPACE_UPPER, PT64_LOONGARCH64_LIMITS(3, 47, 3, 48, true));

/* Pages of 64K and 512M. */

/** PGDL: two levels of 64 KiB nodes, 42-bit addresses from 0 up. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_64k42 =
    PT64_LOONGARCH64_64K(PT64_SPACE_LOWER, PT64_LOONGARCH64_LIMITS(2, 42, 2, 48, true));
/** PGDH: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_64k42_upper =
    PT64_LOONGARCH64_64K(PT64_SPACE_UPPER, PT64_LOONGARCH64_LIMITS(2, 42, 2, 48, true));
/**
 * PGDL: three levels of 64 KiB nodes, 48-bit addresses from 0 up. The root has 64 entries, and a
 * frame of 4 KiB. With VALEN 48 every access from 2^47 up faults.
 */
PT64_TRAIT struct pt64_meta pt64_loongarch64_64k48 =
    PT64_LOONGARCH64_64K(PT64_SPACE_LOWER, PT64_LOONGARCH64_LIMITS(3, 48, 2, 48, true));
/** PGDH: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_64k48_upper =
    PT64_LOONGARCH64_64K(PT64_SPACE_UPPER, PT64_LOONGARCH64_LIMITS(3, 48, 2, 48, true));
/**
 * PGDL: three levels of 64 KiB nodes, 55-bit addresses from 0 up. Every access to an address that
 * VALEN does not admit faults.
 */
PT64_TRAIT struct pt64_meta pt64_loongarch64_64k55 =
    PT64_LOONGARCH64_64K(PT64_SPACE_LOWER, PT64_LOONGARCH64_LIMITS(3, 55, 2, 48, true));
/** PGDH: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_64k55_upper =
    PT64_LOONGARCH64_64K(PT64_SPACE_UPPER, PT64_LOONGARCH64_LIMITS(3, 55, 2, 48, true));

/* ---- by what the CPU says of itself ---- */

/** @cond engine */

/** As many bits of an address as `levels` levels translate. */
PT64_MEMBER unsigned pt64_loongarch64_width(const struct pt64_meta *meta, unsigned levels)
{
    return meta->page_shift + levels * meta->index_bits;
}

/** @endcond */

/**
 * The limits of a table of a CPU, for a geometry that ends in `_any` or `_any_upper`: as many bits
 * of address as each half has, VALEN - 1, and no more levels than these need. A root may have few
 * entries; its frame has 4 KiB at least. pt64_loongarch64_pwcl_of and pt64_loongarch64_pwch_of make
 * the register values. A CPU that follows huge pages of upper directories may have leaf_levels 3.
 * @param meta the geometry, for its pages
 * @param cpucfg1 CPUCFG word 1 (2.2.10.5): PALEN - 1 in bits 11:4, VALEN - 1 in bits 19:12
 */
PT64_MEMBER struct pt64_limits pt64_loongarch64_limits(const struct pt64_meta *meta,
                                                       uint32_t cpucfg1)
{
    unsigned most = pt64_loongarch64_width(meta, meta->page_shift == 12 ? 4 : 3);
    unsigned bits = cpucfg1 >> 12 & 0xff;
    unsigned paddr_bits = (cpucfg1 >> 4 & 0xff) + 1;
    struct pt64_limits limits = PT64_LOONGARCH64_LIMITS(2, bits < most ? bits : most, 2,
                                                        paddr_bits < 48 ? paddr_bits : 48, true);

    while (pt64_loongarch64_width(meta, limits.levels) < limits.vaddr_bits)
        limits.levels++;
    return limits;
}

/** PGDL: pages of 4K and 2M, and what pt64_loongarch64_limits says. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_4k_any =
    PT64_LOONGARCH64_4K(PT64_SPACE_LOWER, {.levels = 0});
/** PGDH: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_4k_any_upper =
    PT64_LOONGARCH64_4K(PT64_SPACE_UPPER, {.levels = 0});
/** PGDL: pages of 16K and 32M, and what pt64_loongarch64_limits says. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k_any =
    PT64_LOONGARCH64_16K(PT64_SPACE_LOWER, {.levels = 0});
/** PGDH: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k_any_upper =
    PT64_LOONGARCH64_16K(PT64_SPACE_UPPER, {.levels = 0});
/** PGDL: pages of 64K and 512M, and what pt64_loongarch64_limits says. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_64k_any =
    PT64_LOONGARCH64_64K(PT64_SPACE_LOWER, {.levels = 0});
/** PGDH: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_64k_any_upper =
    PT64_LOONGARCH64_64K(PT64_SPACE_UPPER, {.levels = 0});

/* ---- guests (LVZ) ---- */

/*
 * Tables from guest physical to host physical addresses, with pt64_loongarch64_lvz_pte. The refill
 * handler of the host walks them from PGDL, which holds the root of the guest that runs, with the
 * PWCL and PWCH of the host. So the host and its guests have one geometry. Guest physical addresses
 * have at most VALEN - 1 bits.
 *
 * The id of a table is the GID of the guest (GSTAT bits 23:16, 8 bits), never 0. Invalidations
 * reach this CPU only. The manual's volume 3 is not public. The operations of INVTLB are those of
 * Linux (arch/loongarch/include/asm/tlb.h). It executes 0x16 and 0x12. That 0x15 takes the GID
 * where 0x16 does is believed, and so is that pairs, and halves that are not valid, are cached as
 * those of other tables are.
 */

/** @cond engine */

#define PT64_LOONGARCH64_LVZ(page_shift, index_bits, flush, levels, bits)  \
    PT64_LOONGARCH64_META(page_shift, index_bits, PT64_SPACE_LOWER, flush, \
                          pt64_loongarch64_lvz_fix_fault,                  \
                          PT64_LOONGARCH64_LIMITS(levels, bits, 2, 48, false))

/** @endcond */

/** A guest: four levels of 4 KiB nodes, pages of 4K and 2M, of a host with pt64_loongarch64_4k48.
 */
PT64_TRAIT struct pt64_meta pt64_loongarch64_lvz_4k48 =
    PT64_LOONGARCH64_LVZ(12, 9, pt64_loongarch64_lvz_flush_4k, 4, 48);
/** A guest: three levels of 16 KiB nodes, of a host with pt64_loongarch64_16k47. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_lvz_16k47 =
    PT64_LOONGARCH64_LVZ(14, 11, pt64_loongarch64_lvz_flush_16k, 3, 47);
/** A guest: three levels of 64 KiB nodes, of a host with pt64_loongarch64_64k55. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_lvz_64k55 =
    PT64_LOONGARCH64_LVZ(16, 13, pt64_loongarch64_lvz_flush_64k, 3, 55);

PT64_TRAITS_END

#endif

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
 * PWCL (7.5.8): the lowest bit and the width of the index, for each of the lowest three levels.
 * PTbase is bits 4:0, PTwidth 9:5, Dir1_base 14:10, Dir1_width 19:15, Dir2_base 24:20, Dir2_width
 * 29:25. PTEWidth 0 is 64-bit entries. A base has five bits, so it is at most 31. The root of three
 * levels of 16 KiB nodes has base 36: it is Dir3, and Dir2 is left out.
 */
PT64_MEMBER uint32_t pt64_loongarch64_pwcl(const struct pt64_meta *meta)
{
    uint32_t width = meta->index_bits;
    uint32_t base = meta->page_shift;
    uint32_t pwcl = base | width << 5 | (base + width) << 10 | width << 15;

    return meta->limits.levels > 3 ? pwcl | (base + 2 * width) << 20 | width << 25 : pwcl;
}

/**
 * PWCH (7.5.9): Dir3_base is bits 5:0, Dir3_width 11:6; Dir4 is absent. PT64_LOONGARCH64_PWCH_HPTW
 * may be added.
 */
PT64_MEMBER uint32_t pt64_loongarch64_pwch(const struct pt64_meta *meta)
{
    unsigned base = pt64_slot_shift(meta, pt64_root_level(&meta->limits));

    return base | (meta->limits.vaddr_bits - base) << 6;
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

/** How a request is executed. */
enum pt64_loongarch64_way {
    PT64_LOONGARCH64_BY_PAIR,     /**< each address, under the current ASID or global */
    PT64_LOONGARCH64_BY_OWN_PAIR, /**< each address, under the id */
    PT64_LOONGARCH64_BY_ASID,     /**< all of the id */
    PT64_LOONGARCH64_BY_ALL,      /**< everything */
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

/** One TLB entry holds an aligned pair of pages, or the two halves of a huge page (5.4.2). */
PT64_MEMBER void pt64_loongarch64_invalidate_range(const struct pt64_flush_range *range,
                                                   enum pt64_loongarch64_way way, uint64_t asid,
                                                   unsigned page_shift)
{
    pt64_size_t pair = (pt64_size_t)2 << page_shift;
    pt64_size_t step = range->stride > pair ? range->stride : pair;
    pt64_vaddr_t first = pt64_align_down(range->vaddr, step);
    uint64_t bytes = range->bytes + (range->vaddr - first);

    for (uint64_t offset = 0; offset < bytes; offset += step) {
        if (way == PT64_LOONGARCH64_BY_PAIR)
            pt64_loongarch64_invalidate(asid, first + offset);
        else
            pt64_loongarch64_invalidate_own(asid, first + offset);
    }
}

PT64_MEMBER void pt64_loongarch64_flush(const struct pt64_flush *request, unsigned page_shift)
{
    uint64_t asid = request->id == PT64_NO_ID ? pt64_loongarch64_asid() : request->id & 0x3ff;
    enum pt64_loongarch64_way way = pt64_loongarch64_way_of(request, asid);
    bool is_whole = way == PT64_LOONGARCH64_BY_ALL || way == PT64_LOONGARCH64_BY_ASID;

    pt64_loongarch64_publish();
    if (request->everything || request->count > 0) {
        if (way == PT64_LOONGARCH64_BY_ALL)
            pt64_loongarch64_invalidate_all();
        if (way == PT64_LOONGARCH64_BY_ASID)
            pt64_loongarch64_invalidate_asid(asid);
        for (unsigned i = 0; i < request->count && !is_whole; i++)
            pt64_loongarch64_invalidate_range(&request->ranges[i], way, asid, page_shift);
    }
    pt64_loongarch64_synchronize();
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

/**
 * In pages: an eighth of the pages that the TLB of a 3A5000 holds (2048 and 64 pairs), as in Linux.
 */
#define PT64_LOONGARCH64_FLUSH_LIMIT 512

/* ---- geometries ---- */

/*
 * The TLB holds what LDPTE read, valid or not, and nothing else of the walk. So a new page in an
 * empty slot needs an invalidation too. A link needs none for itself: the pages below it have their
 * own. A huge page is split without a break: while the TLB holds it, no refill for its addresses
 * takes place, so that no second match arises (5.4.1). Only the lowest directory has huge pages:
 * LDPTE halves the page size of that directory (5.4.5).
 */
#define PT64_LOONGARCH64_META(levels_, page_shift_, index_bits_, vaddr_bits_, space_, flush_) \
    {                                                                                         \
        .architecture = PT64_LOONGARCH64_ARCHITECTURE,                                        \
        .entry_bytes = 8,                                                                     \
        .page_shift = (page_shift_),                                                          \
        .index_bits = (index_bits_),                                                          \
        .limits = {.levels = (levels_),                                                       \
                   .vaddr_bits = (vaddr_bits_),                                               \
                   .leaf_levels = 2,                                                          \
                   .paddr_bits = 48,                                                          \
                   .no_execute = true,                                                        \
                   .by_range = false,                                                         \
                   .split = PT64_RESIZE_AT_ONCE,                                              \
                   .grow = PT64_RESIZE_BREAK_EMPTY,                                           \
                   .flush_limit = PT64_LOONGARCH64_FLUSH_LIMIT},                              \
        .space = (space_),                                                                    \
        .needs_sink = true,                                                                   \
        .break_to_move = false,                                                               \
        .root_is_held = false,                                                                \
        .root_paddr_bits = 0,                                                                 \
        .needs =                                                                              \
            {                                                                                 \
                .created = PT64_NEED_LEAF,                                                    \
                .linked = PT64_NEED_NOTHING,                                                  \
                .relaxed = PT64_NEED_LEAF,                                                    \
                .tightened = PT64_NEED_LEAF,                                                  \
                .moved = PT64_NEED_LEAF,                                                      \
                .resized = PT64_NEED_LEAF,                                                    \
                .removed = PT64_NEED_LEAF,                                                    \
                .unlinked = PT64_NEED_LEAF,                                                   \
            },                                                                                \
        .flush = (flush_),                                                                    \
        .fix_fault = pt64_loongarch64_fix_fault,                                              \
    }

/** @endcond */

/** Four levels of 4 KiB nodes, VALEN 48, pages of 4K and 2M. The root goes to PGDL and to PGDH. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_4k48 =
    PT64_LOONGARCH64_META(4, 12, 9, 48, PT64_SPACE_SIGN_EXTENDED, pt64_loongarch64_flush_4k);
/** PGDL: three levels of 16 KiB nodes, 47-bit addresses from 0 up, pages of 16K and 32M. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k47 =
    PT64_LOONGARCH64_META(3, 14, 11, 47, PT64_SPACE_LOWER, pt64_loongarch64_flush_16k);
/** PGDH, on CPUs with VALEN 48: the same, up to the last address. */
PT64_TRAIT struct pt64_meta pt64_loongarch64_16k47_upper =
    PT64_LOONGARCH64_META(3, 14, 11, 47, PT64_SPACE_UPPER, pt64_loongarch64_flush_16k);

PT64_TRAITS_END

#endif

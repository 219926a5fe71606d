/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of x86-64, and the register values that switch a table on.
 *
 * Source: Intel SDM volume 3A, 5.1.4 "Enumeration of Paging Features by CPUID", 5.5 "4-Level Paging
 * and 5-Level Paging" and 5.10 "Caching Translation Information" (4.5 and 4.10 before revision
 * 086); AMD64 APM volume 2, 5.3 and 5.5.
 *
 * Invalidations reach this CPU only. With several CPUs the handler needs a flush.
 *
 * The id of a table is its PCID, as pt64_x86_64_id makes it. Where CR4.PCIDE is set, a request
 * invalidates under every PCID if the table has no id, or if the request is `global`. Without
 * INVPCID it also does so if the table's PCID is not the current one, or if the request is one of
 * everything.
 */
#ifndef PAGE_TABLE64_META_X86_64_H
#define PAGE_TABLE64_META_X86_64_H

#include "../pte/x86_64.h"
#include "../regs/x86_64.h"

PT64_TRAITS_BEGIN

/**
 * CR3 for a table at `root`, with cached walks and PCID 0. A PCID may be added (SDM 3A, table "Use
 * of CR3").
 */
PT64_MEMBER uint64_t pt64_x86_64_cr3(pt64_paddr_t root)
{
    return root;
}

/** The root in a value of CR3, whatever its PCID and cache bits. */
PT64_MEMBER pt64_paddr_t pt64_x86_64_cr3_root(uint64_t cr3)
{
    return cr3 & PT64_X86_64_ADDRESS;
}

/** What an id has besides a PCID. */
__extension__ enum pt64_x86_64_id_bits PT64_UINT64 {
    PT64_X86_64_ID_INVPCID = 1 << 12, /**< the CPU has INVPCID (CPUID.07H.0:EBX bit 10) */
};

/** @cond engine */

#ifndef __BINDGEN__
#define PT64_X86_64_ID_INVPCID ((uint64_t)PT64_X86_64_ID_INVPCID)
#endif

/** @endcond */

/** The id for name_set_id of a table that is loaded with this PCID, which is below 4096. */
PT64_MEMBER uint64_t pt64_x86_64_id(unsigned pcid, bool has_invpcid)
{
    return (uint64_t)pcid | (has_invpcid ? PT64_X86_64_ID_INVPCID : 0);
}

/** @cond engine */

/* INVPCID types (SDM 2A, "INVPCID"). */
#define PT64_X86_64_INVPCID_ADDRESS 0U /**< one address of one PCID, except global pages */
#define PT64_X86_64_INVPCID_CONTEXT 1U /**< one PCID, except global pages */

/* 32-bit x86 executes these instructions too: see meta/i386.h. */
#if (defined(__x86_64__) || defined(__i386__)) && !defined(PT64_HOSTED)
#define PT64_X86_64_IS_NATIVE 1
#else
#define PT64_X86_64_IS_NATIVE 0
#endif

#define PT64_X86_64_EXECUTE(...) PT64_EXECUTE_IF(PT64_X86_64_IS_NATIVE, __VA_ARGS__)

PT64_MEMBER void pt64_x86_64_invlpg(pt64_vaddr_t vaddr)
{
    PT64_X86_64_EXECUTE("invlpg (%0)" : : "r"((uintptr_t)vaddr) : "memory");
}

PT64_MEMBER void pt64_x86_64_invpcid(uint64_t type, uint64_t pcid, pt64_vaddr_t vaddr)
{
    struct {
        uint64_t pcid;
        uint64_t vaddr;
    } descriptor = {pcid, vaddr};

    PT64_X86_64_EXECUTE("invpcid %0, %1" : : "m"(descriptor), "r"((uintptr_t)type) : "memory");
}

/** Whether CR3 holds a PCID. */
PT64_MEMBER bool pt64_x86_64_has_pcids(void)
{
    uintptr_t cr4 = 0;

    PT64_X86_64_EXECUTE("mov %%cr4, %0" : "=r"(cr4));
    return (cr4 & PT64_X86_64_CR4_PCIDE) != 0;
}

PT64_MEMBER uint64_t pt64_x86_64_current_pcid(void)
{
    uintptr_t cr3 = 0;

    PT64_X86_64_EXECUTE("mov %%cr3, %0" : "=r"(cr3));
    return cr3 & PT64_X86_64_CR3_PCID;
}

/**
 * A write of CR3 spares global pages and other PCIDs. A change of CR4.PGE spares nothing (SDM 3A,
 * 5.10.4.1 "Operations that Invalidate TLBs and Paging-Structure Caches").
 */
PT64_MEMBER void pt64_x86_64_invalidate_all(void)
{
    uintptr_t cr4 = 0;

    PT64_X86_64_EXECUTE("mov %%cr4, %0" : "=r"(cr4));
    if (cr4 & (PT64_X86_64_CR4_PGE | PT64_X86_64_CR4_PCIDE)) {
        PT64_X86_64_EXECUTE(
            "mov %0, %%cr4" : : "r"(cr4 ^ (uintptr_t)PT64_X86_64_CR4_PGE) : "memory");
        PT64_X86_64_EXECUTE("mov %0, %%cr4" : : "r"(cr4) : "memory");
    } else {
        uintptr_t cr3 = 0;

        PT64_X86_64_EXECUTE("mov %%cr3, %0\n\tmov %0, %%cr3" : "=r"(cr3) : : "memory");
    }
}

/** How a request is executed. */
enum pt64_x86_64_way {
    PT64_X86_64_BY_NOTHING, /**< it asks only for ordering, which stores have */
    PT64_X86_64_BY_INVLPG,  /**< each address under the current PCID, and global pages */
    PT64_X86_64_BY_INVPCID, /**< each address under the id, except global pages */
    PT64_X86_64_BY_CONTEXT, /**< all of the id, except global pages */
    PT64_X86_64_BY_ALL,     /**< all of every PCID */
};

/** Whether CR4.PCIDE is set, and the PCID in CR3. */
struct pt64_x86_64_pcids {
    bool are_used;
    uint64_t current;
};

/**
 * INVLPG drops an address under the current PCID. It drops cached walks under no other PCID,
 * whatever G is (5.10.4.1). So what several PCIDs may hold is invalidated under all of them.
 */
PT64_MEMBER enum pt64_x86_64_way pt64_x86_64_way_of(const struct pt64_flush *request,
                                                    struct pt64_x86_64_pcids pcids)
{
    if (!request->everything && request->count == 0)
        return PT64_X86_64_BY_NOTHING;
    if (!pcids.are_used)
        return request->everything ? PT64_X86_64_BY_ALL : PT64_X86_64_BY_INVLPG;
    if (request->id == PT64_NO_ID || request->global)
        return PT64_X86_64_BY_ALL;
    if (request->id & PT64_X86_64_ID_INVPCID)
        return request->everything ? PT64_X86_64_BY_CONTEXT : PT64_X86_64_BY_INVPCID;
    return request->everything || request->id != pcids.current ? PT64_X86_64_BY_ALL
                                                               : PT64_X86_64_BY_INVLPG;
}

/**
 * INVLPG and INVPCID drop the leaf and the cached walks of its address, so they serve for unlinked
 * nodes too (5.10.4.1).
 */
PT64_MEMBER void pt64_x86_64_invalidate_range(const struct pt64_flush_range *range,
                                              enum pt64_x86_64_way way, uint64_t pcid)
{
    for (uint64_t offset = 0; offset < range->bytes; offset += range->stride) {
        if (way == PT64_X86_64_BY_INVLPG)
            pt64_x86_64_invlpg(range->vaddr + offset);
        else
            pt64_x86_64_invpcid(PT64_X86_64_INVPCID_ADDRESS, pcid, range->vaddr + offset);
    }
}

PT64_MEMBER void pt64_x86_64_run(const struct pt64_flush *request, enum pt64_x86_64_way way)
{
    uint64_t pcid = request->id & PT64_X86_64_CR3_PCID;

    if (way == PT64_X86_64_BY_ALL)
        pt64_x86_64_invalidate_all();
    else if (way == PT64_X86_64_BY_CONTEXT)
        pt64_x86_64_invpcid(PT64_X86_64_INVPCID_CONTEXT, pcid, 0);
    else
        for (unsigned i = 0; i < request->count; i++)
            pt64_x86_64_invalidate_range(&request->ranges[i], way, pcid);
}

PT64_MEMBER void pt64_x86_64_flush(const struct pt64_flush *request)
{
    struct pt64_x86_64_pcids pcids = {pt64_x86_64_has_pcids(), pt64_x86_64_current_pcid()};

    pt64_x86_64_run(request, pt64_x86_64_way_of(request, pcids));
}

/** The page fault itself dropped the entry that caused it (5.10.4.1, page faults). */
PT64_MEMBER void pt64_x86_64_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
}

/** A full flush and its refills are cheaper than more INVLPG than this. Linux uses 33 too. */
#define PT64_X86_64_FLUSH_LIMIT 33

/*
 * The needs are those of SDM 3A, 5.10.4.2 and 5.10.4.3, in every paging mode. Entries that are not
 * present are never cached, so a new mapping needs nothing. A relaxed permission could be left to a
 * spurious fault. It is invalidated here, so that no access after a commit faults for it. A present
 * entry may be replaced directly by another of the same size: until the invalidation the CPU uses
 * either. A change of page size changes nothing else, or an entry that is not present and an
 * invalidation come in between (5.10.4.2: "if software changes the page size and any other
 * attribute"). CPUs that hold two sizes for an address have raised machine checks (CVE-2018-12207,
 * AMD erratum 383).
 */
#define PT64_X86_64_NEEDS             \
    {                                 \
        .created = PT64_NEED_NOTHING, \
        .linked = PT64_NEED_NOTHING,  \
        .relaxed = PT64_NEED_LEAF,    \
        .tightened = PT64_NEED_LEAF,  \
        .moved = PT64_NEED_LEAF,      \
        .resized = PT64_NEED_LEAF,    \
        .removed = PT64_NEED_LEAF,    \
        .unlinked = PT64_NEED_WALK,   \
    }

#define PT64_X86_64_LIMITS(levels_, leaf_levels_, vaddr_bits_, paddr_bits_, no_execute_) \
    {                                                                                    \
        .levels = (levels_),                                                             \
        .vaddr_bits = (vaddr_bits_),                                                     \
        .leaf_levels = (leaf_levels_),                                                   \
        .paddr_bits = (paddr_bits_),                                                     \
        .no_execute = (no_execute_),                                                     \
        .by_range = false,                                                               \
        .split = PT64_RESIZE_FLUSH,                                                      \
        .grow = PT64_RESIZE_BREAK,                                                       \
        .flush_limit = PT64_X86_64_FLUSH_LIMIT,                                          \
    }

#define PT64_X86_64_META(...)                     \
    {                                             \
        .architecture = PT64_X86_64_ARCHITECTURE, \
        .entry_bytes = 8,                         \
        .page_shift = 12,                         \
        .index_bits = 9,                          \
        .limits = __VA_ARGS__,                    \
        .space = PT64_SPACE_SIGN_EXTENDED,        \
        .needs_sink = false,                      \
        .break_to_move = false,                   \
        .root_is_held = false,                    \
        .root_paddr_bits = 0,                     \
        .needs = PT64_X86_64_NEEDS,               \
        .flush = pt64_x86_64_flush,               \
        .fix_fault = pt64_x86_64_fix_fault,       \
    }

/** Of EAX of CPUID.80000008H. A CPU that lacks the leaf, for which it is 0, has 36 bits. */
PT64_MEMBER unsigned pt64_x86_64_maxphyaddr(uint32_t sizes)
{
    unsigned bits = sizes & (uint32_t)PT64_X86_64_CPUID_MAXPHYADDR;

    return bits == 0 ? 36 : bits;
}

/** @endcond */

/**
 * The limits of a CPU, for pt64_x86_64_any.
 * @param cr4      CR4: five levels where LA57 is set. A kernel sets it while paging is off, on a
 *                 CPU with PT64_X86_64_CPUID_LA57.
 * @param features EDX of CPUID.80000001H, with NX and Page1GB. A kernel that does not set EFER.NXE
 *                 clears no_execute of the result.
 * @param sizes    EAX of CPUID.80000008H, with MAXPHYADDR. A kernel takes off paddr_bits what
 *                 memory encryption uses: SME (CPUID.8000001FH:EBX bits 11:6), TME-MK and TDX
 *                 (IA32_TME_ACTIVATE bits 35:32).
 */
PT64_MEMBER struct pt64_limits pt64_x86_64_limits(uint64_t cr4, uint32_t features, uint32_t sizes)
{
    bool is_la57 = (cr4 & PT64_X86_64_CR4_LA57) != 0;
    struct pt64_limits limits = PT64_X86_64_LIMITS(
        is_la57 ? 5U : 4U, features & PT64_X86_64_CPUID_PAGE1GB ? 3U : 2U, is_la57 ? 57U : 48U,
        pt64_x86_64_maxphyaddr(sizes), (features & PT64_X86_64_CPUID_NX) != 0);

    return limits;
}

/** Four levels, 48-bit addresses, pages of 4K, 2M and 1G (CPUID.80000001H:EDX bit 26, Page1GB). */
PT64_TRAIT struct pt64_meta pt64_x86_64_la48 =
    PT64_X86_64_META(PT64_X86_64_LIMITS(4, 3, 48, 52, true));
/** The same for CPUs without 1G pages. */
PT64_TRAIT struct pt64_meta pt64_x86_64_la48_no1g =
    PT64_X86_64_META(PT64_X86_64_LIMITS(4, 2, 48, 52, true));
/** Five levels, 57-bit addresses (CR4.LA57), pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_x86_64_la57 =
    PT64_X86_64_META(PT64_X86_64_LIMITS(5, 3, 57, 52, true));
/** Four or five levels, as the limits of the handler say: pt64_x86_64_limits makes them. */
PT64_TRAIT struct pt64_meta pt64_x86_64_any = PT64_X86_64_META({.levels = 0});

PT64_TRAITS_END

#endif

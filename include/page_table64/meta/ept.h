/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of Intel's extended page tables (EPT), and the value of the EPTP that switches a
 * table on. The addresses that a table translates are guest-physical ones.
 *
 * Source: Intel SDM volume 3C, 30.3 "The Extended Page Table Mechanism (EPT)", 30.4 "Caching
 * Translation Information", 31.3 "INVEPT" (chapters 29 and 30, or 28 and 30, in older revisions);
 * volume 3D, A.10.
 *
 * The id of a table is its EPTP, as pt64_ept_eptp makes it: with name_set_id a flush invalidates by
 * single-context INVEPT what this CPU holds under that root. Without an id, and for what several
 * tables share, it invalidates what the CPU holds under every EPTP.
 *
 * The library's flush executes INVEPT, which is undefined outside VMX operation: a CPU that has not
 * executed VMXON holds no translations of a guest. It reaches this CPU only. With several CPUs the
 * handler needs a flush: each CPU that has run the guest since executes it, with an interrupt if
 * it runs the guest now, otherwise before its next VM entry with this EPTP. Nothing less will do:
 * INVLPG, MOV to CR3 and INVVPID leave what is cached of these tables.
 */
#ifndef PAGE_TABLE64_META_EPT_H
#define PAGE_TABLE64_META_EPT_H

#include "../pte/ept.h"
#include "../regs/ept.h"

PT64_TRAITS_BEGIN

/**
 * The EPTP for a table with these limits at `root`, with its nodes in write-back memory
 * (PT64_EPT_CAP_WB). Also the table's id.
 * @param limits  pt64_ept_gpa48.limits, say, or what the handler tells
 * @param options PT64_EPT_EPTP_AD for pt64_ept_pte and pt64_ept_mbec_pte, on a CPU with
 *                PT64_EPT_CAP_AD; 0 for pt64_ept_noad_pte
 */
PT64_MEMBER uint64_t pt64_ept_eptp(const struct pt64_limits *limits, pt64_paddr_t root,
                                   uint64_t options)
{
    return root | PT64_EPT_EPTP_WB | (uint64_t)(limits->levels - 1) << PT64_EPT_EPTP_LENGTH_SHIFT |
           options;
}

/** The root in an EPTP. */
PT64_MEMBER pt64_paddr_t pt64_ept_eptp_root(uint64_t eptp)
{
    return eptp & PT64_EPT_EPTP_ROOT;
}

/** The number of levels that an EPTP asks for, 4 or 5 if it is valid. */
PT64_MEMBER unsigned pt64_ept_eptp_levels(uint64_t eptp)
{
    return ((unsigned)(eptp >> PT64_EPT_EPTP_LENGTH_SHIFT) & 7) + 1;
}

/** @cond engine */

/* INVEPT types (SDM 3C, "INVEPT"). */
#define PT64_EPT_INVEPT_CONTEXT 1U /**< what is cached for bits 51:12 of one EPTP */
#define PT64_EPT_INVEPT_ALL     2U /**< for every EPTP */

#if (defined(__x86_64__) || defined(__i386__)) && !defined(PT64_HOSTED)
#define PT64_EPT_IS_NATIVE 1
#else
#define PT64_EPT_IS_NATIVE 0
#endif

#define PT64_EPT_EXECUTE(...) PT64_EXECUTE_IF(PT64_EPT_IS_NATIVE, __VA_ARGS__)

/** False if the CPU lacks the type, or takes no such EPTP: then it has invalidated nothing. */
PT64_MEMBER bool pt64_ept_invept(uint64_t type, uint64_t eptp)
{
    struct {
        uint64_t eptp;
        uint64_t reserved;
    } descriptor = {eptp, 0};
    bool failed = false;

    PT64_EPT_EXECUTE("invept %1, %2\n\tsetbe %0" : "+q"(failed) : "m"(descriptor),
                     "r"((uintptr_t)type) : "cc", "memory");
    return !failed;
}

/** There is no invalidation by address, so a request of any range becomes one of everything. */
PT64_MEMBER void pt64_ept_flush(const struct pt64_flush *request)
{
    bool is_one = request->id != PT64_NO_ID && !request->global;

    if (!request->everything && request->count == 0)
        return;
    if (!is_one || !pt64_ept_invept(PT64_EPT_INVEPT_CONTEXT, request->id))
        (void)pt64_ept_invept(PT64_EPT_INVEPT_ALL, 0);
}

/** The EPT violation itself dropped what caused it (30.4.3.1). */
PT64_MEMBER void pt64_ept_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
}

/*
 * Nothing is cached from an entry that is not present or misconfigured (30.4.2), so a new page and
 * a new link need nothing. A permission that is added needs nothing: an EPT violation drops what it
 * used, and the guest's access is repeated. Every other change needs INVEPT (30.4.3.4 "Guidelines
 * for Use of the INVEPT Instruction": a permission cleared, another address, memory type, IPAT or
 * bit 7, an accessed or dirty flag cleared). A present entry may be replaced by another of the same
 * size. Sizes change as on x86-64, in the same TLBs: see meta/x86_64.h.
 */
#define PT64_EPT_NEEDS                \
    {                                 \
        .created = PT64_NEED_NOTHING, \
        .linked = PT64_NEED_NOTHING,  \
        .relaxed = PT64_NEED_NOTHING, \
        .tightened = PT64_NEED_LEAF,  \
        .moved = PT64_NEED_LEAF,      \
        .resized = PT64_NEED_LEAF,    \
        .removed = PT64_NEED_LEAF,    \
        .unlinked = PT64_NEED_WALK,   \
    }

/**
 * One INVEPT runs any request. What a request says of addresses is for the engine, which flushes
 * ahead of a change only where it must, and for a handler that can invalidate less.
 */
#define PT64_EPT_FLUSH_LIMIT 512

#define PT64_EPT_LIMITS(levels_, leaf_levels_, vaddr_bits_, paddr_bits_, execute_only_) \
    {                                                                                   \
        .levels = (levels_),                                                            \
        .vaddr_bits = (vaddr_bits_),                                                    \
        .leaf_levels = (leaf_levels_),                                                  \
        .paddr_bits = (paddr_bits_),                                                    \
        .no_execute = true,                                                             \
        .by_range = false,                                                              \
        .split = PT64_RESIZE_FLUSH,                                                     \
        .grow = PT64_RESIZE_BREAK,                                                      \
        .flush_limit = PT64_EPT_FLUSH_LIMIT,                                            \
        .execute_only = (execute_only_),                                                \
    }

#define PT64_EPT_META(...)                     \
    {                                          \
        .architecture = PT64_EPT_ARCHITECTURE, \
        .entry_bytes = 8,                      \
        .page_shift = 12,                      \
        .index_bits = 9,                       \
        .limits = __VA_ARGS__,                 \
        .space = PT64_SPACE_LOWER,             \
        .needs_sink = false,                   \
        .break_to_move = false,                \
        .root_is_held = false,                 \
        .root_paddr_bits = 0,                  \
        .needs = PT64_EPT_NEEDS,               \
        .flush = pt64_ept_flush,               \
        .fix_fault = pt64_ept_fix_fault,       \
    }

/** 1G pages come with 2M pages. */
PT64_MEMBER unsigned pt64_ept_leaf_levels(uint64_t capabilities)
{
    if (!(capabilities & PT64_EPT_CAP_2M))
        return 1;
    return capabilities & PT64_EPT_CAP_1G ? 3 : 2;
}

/** @endcond */

/**
 * The limits of a CPU, for pt64_ept_any, or narrower ones for the other geometries.
 * @param levels       4, or 5 on a CPU with PT64_EPT_CAP_5_LEVELS, for a guest whose physical
 *                     addresses have more than 48 bits
 * @param capabilities IA32_VMX_EPT_VPID_CAP
 * @param paddr_bits   MAXPHYADDR (CPUID.80000008H:EAX bits 7:0), less what memory encryption uses
 */
PT64_MEMBER struct pt64_limits pt64_ept_limits(unsigned levels, uint64_t capabilities,
                                               unsigned paddr_bits)
{
    struct pt64_limits limits =
        PT64_EPT_LIMITS(levels, pt64_ept_leaf_levels(capabilities), levels == 5 ? 57U : 48U,
                        paddr_bits, (capabilities & PT64_EPT_CAP_EXECUTE_ONLY) != 0);

    return limits;
}

/**
 * Four levels, 48-bit guest-physical addresses, pages of 4K, 2M and 1G, some of them only
 * executable. For CPUs that have all of these.
 */
PT64_TRAIT struct pt64_meta pt64_ept_gpa48 = PT64_EPT_META(PT64_EPT_LIMITS(4, 3, 48, 52, true));
/** Five levels, 57-bit guest-physical addresses, and the rest as pt64_ept_gpa48. */
PT64_TRAIT struct pt64_meta pt64_ept_gpa57 = PT64_EPT_META(PT64_EPT_LIMITS(5, 3, 57, 52, true));
/** Four levels, and no more than the first CPUs: pages of 4K and 2M, none only executable. */
PT64_TRAIT struct pt64_meta pt64_ept_gpa48_least =
    PT64_EPT_META(PT64_EPT_LIMITS(4, 2, 48, 52, false));
/** Four or five levels, as the limits of the handler say: pt64_ept_limits makes them. */
PT64_TRAIT struct pt64_meta pt64_ept_any = PT64_EPT_META({.levels = 0});

PT64_TRAITS_END

#endif

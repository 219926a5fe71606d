/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of RISC-V Sv39, Sv48 and Sv57, and the value of satp that switches a table on.
 *
 * Source: The RISC-V Instruction Set Manual volume II, Privileged Architecture, version 20250508,
 * chapter "Supervisor-Level ISA": "Supervisor Address Translation and Protection (satp) Register",
 * "Supervisor Memory-Management Fence Instruction", "Sv39" to "Sv57"; chapter "Svvptc".
 *
 * SFENCE.VMA reaches this hart only: on several harts give the handler a flush (SBI's remote fences
 * serve it). With rs2=x0 it reaches every ASID, and global pages. Writing satp orders nothing and
 * invalidates nothing: a kernel that loads a table without an ASID of its own, or with a used one,
 * executes SFENCE.VMA afterwards.
 */
#ifndef PAGE_TABLE64_META_RISCV_H
#define PAGE_TABLE64_META_RISCV_H

#include "../pte/riscv.h"

/* satp.MODE, table "Encoding of satp MODE field". A write of one that the hart lacks changes
 * nothing. */
#define PT64_RISCV_SATP_SV39 8U  /**< satp.MODE of pt64_riscv_sv39 */
#define PT64_RISCV_SATP_SV48 9U  /**< satp.MODE of pt64_riscv_sv48 */
#define PT64_RISCV_SATP_SV57 10U /**< satp.MODE of pt64_riscv_sv57 */

/** satp for a table at `root`: MODE is bits 63:60, ASID 59:44, PPN 43:0. */
PT64_INLINE uint64_t pt64_riscv_satp(unsigned mode, unsigned asid, pt64_paddr_t root)
{
    return (uint64_t)mode << 60 | (uint64_t)(asid & 0xffffU) << 44 | root >> 12;
}

/** The mode that a value of satp names: 0 is no translation. */
PT64_INLINE unsigned pt64_riscv_satp_mode(uint64_t satp)
{
    return (unsigned)(satp >> 60);
}

/** The root that a value of satp names, whatever its mode and ASID. */
PT64_INLINE pt64_paddr_t pt64_riscv_satp_root(uint64_t satp)
{
    return (satp & UINT64_C(0x00000fffffffffff)) << 12;
}

/** @cond engine */

#if defined(__riscv) && __riscv_xlen == 64 && !defined(PT64_HOSTED)

PT64_INLINE void pt64_riscv_sfence(pt64_vaddr_t vaddr)
{
    __asm__ volatile("sfence.vma %0, zero" : : "r"(vaddr) : "memory");
}

PT64_INLINE void pt64_riscv_sfence_all(void)
{
    __asm__ volatile("sfence.vma zero, zero" : : : "memory");
}

#else

PT64_INLINE void pt64_riscv_sfence(pt64_vaddr_t vaddr)
{
    (void)vaddr;
}

PT64_INLINE void pt64_riscv_sfence_all(void)
{
}

#endif

/**
 * SFENCE.VMA also orders the stores before it, so no other fence is needed, and one that orders
 * with nothing to invalidate is the same instruction. An address serves the whole page it lies in.
 */
PT64_INLINE void pt64_riscv_flush(const struct pt64_flush *request)
{
    if (request->everything || request->count == 0) {
        pt64_riscv_sfence_all();
        return;
    }
    for (unsigned i = 0; i < request->count; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];

        for (uint64_t offset = 0; offset < range->bytes; offset += range->stride)
            pt64_riscv_sfence(range->vaddr + offset);
    }
}

/** Past this many fences, which may each stop the hart, a full one is cheaper; as in Linux. */
#define PT64_RISCV_FLUSH_LIMIT 64

/*
 * Entries that are not valid may be cached, so a new one needs its fence; Svvptc promises that it
 * is seen in bounded time without, and that a fault until then is spurious: the kernel returns from
 * it. With an address the fence orders leaves only, so a table that is linked or unlinked needs the
 * whole one. A valid entry may be replaced by another directly: until the fence either may be used.
 */
#define PT64_RISCV_META(levels_, vaddr_bits_, created_, linked_) \
    {                                                            \
        .levels = (levels_),                                     \
        .page_shift = 12,                                        \
        .index_bits = 9,                                         \
        .root_index_bits = 9,                                    \
        .leaf_levels = (levels_),                                \
        .vaddr_bits = (vaddr_bits_),                             \
        .paddr_bits = 56,                                        \
        .space = PT64_SPACE_SIGN_EXTENDED,                       \
        .needs_sink = false,                                     \
        .break_to_move = false,                                  \
        .break_to_resize = false,                                \
        .needs =                                                 \
            {                                                    \
                .created = (created_),                           \
                .linked = (linked_),                             \
                .relaxed = PT64_NEED_LEAF,                       \
                .tightened = PT64_NEED_LEAF,                     \
                .moved = PT64_NEED_LEAF,                         \
                .resized = PT64_NEED_ALL,                        \
                .removed = PT64_NEED_LEAF,                       \
                .unlinked = PT64_NEED_ALL,                       \
            },                                                   \
        .flush_limit = PT64_RISCV_FLUSH_LIMIT,                   \
        .flush = pt64_riscv_flush,                               \
    }

/** @endcond */

PT64_TRAITS_BEGIN
/** Three levels, 39-bit addresses, pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv39 = PT64_RISCV_META(3, 39, PT64_NEED_LEAF, PT64_NEED_ALL);
/** Four levels, 48-bit addresses, pages up to 512G. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv48 = PT64_RISCV_META(4, 48, PT64_NEED_LEAF, PT64_NEED_ALL);
/** Five levels, 57-bit addresses, pages up to 256T. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv57 = PT64_RISCV_META(5, 57, PT64_NEED_LEAF, PT64_NEED_ALL);
/** pt64_riscv_sv39 where every hart has Svvptc: a new mapping needs no fence. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv39_svvptc =
    PT64_RISCV_META(3, 39, PT64_NEED_NOTHING, PT64_NEED_NOTHING);
/** pt64_riscv_sv48 where every hart has Svvptc. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv48_svvptc =
    PT64_RISCV_META(4, 48, PT64_NEED_NOTHING, PT64_NEED_NOTHING);
/** pt64_riscv_sv57 where every hart has Svvptc. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv57_svvptc =
    PT64_RISCV_META(5, 57, PT64_NEED_NOTHING, PT64_NEED_NOTHING);
PT64_TRAITS_END

#endif

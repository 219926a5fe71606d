/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of RISC-V Sv32, Sv39, Sv48 and Sv57, and the value of satp that switches a table
 * on. The same for the second stage of translation, the G-stage: Sv32x4, Sv39x4, Sv48x4 and Sv57x4,
 * and hgatp.
 *
 * Source: The RISC-V Instruction Set Manual volume II, Privileged Architecture, version 20250508,
 * chapter "Supervisor-Level ISA": "Supervisor Address Translation and Protection (satp) Register",
 * "Supervisor Memory-Management Fence Instruction", "Sv32" to "Sv57"; chapter "Svvptc".
 * For the G-stage: chapter "Hypervisor Extension", "Hypervisor Guest Address Translation and
 * Protection (hgatp) Register", "Hypervisor Memory-Management Fence Instructions" and "Two-Stage
 * Address Translation"; chapter "Svinval".
 *
 * SFENCE.VMA reaches this hart only. With several harts the handler needs a flush, which SBI's
 * remote fences can execute. The id of a table is its ASID. With the ASID in rs2 the fence spares
 * global pages and other ASIDs. With rs2=x0 it spares nothing. A write of satp orders nothing and
 * invalidates nothing. So a kernel that loads a table executes SFENCE.VMA afterwards, even for an
 * ASID that was never used, unless the hart has executed it since the table was built.
 *
 * The addresses of a G-stage table are guest physical ones, from 0 up, and the id of the table is
 * its VMID. All of this holds with HFENCE.GVMA in place of SFENCE.VMA, HINVAL.GVMA in place of
 * SINVAL.VMA and hgatp in place of satp. HFENCE.GVMA drops what is cached of both stages together
 * too, so that the guest's own translations need no HFENCE.VVMA when the G-stage changes. It takes
 * an address shifted right by 2. HS-mode executes it, with mstatus.TVM clear. On a hart that
 * switches between guests, vsatp is 0 while hgatp changes, or a guest's walk could use the other's
 * table.
 */
#ifndef PAGE_TABLE64_META_RISCV_H
#define PAGE_TABLE64_META_RISCV_H

#include "../pte/riscv.h"
#include "../pte/riscv_gstage.h"
#include "../regs/riscv.h"

PT64_TRAITS_BEGIN

/** satp of a hart whose SXLEN is 64: MODE is bits 63:60, ASID 59:44, PPN 43:0. */
PT64_MEMBER uint64_t pt64_riscv_satp(unsigned mode, unsigned asid, pt64_paddr_t root)
{
    return (uint64_t)mode << PT64_RISCV_SATP_MODE_SHIFT |
           (uint64_t)(asid & 0xffffU) << PT64_RISCV_SATP_ASID_SHIFT | root >> 12;
}

/** The mode in such a value of satp: 0 is no translation. */
PT64_MEMBER unsigned pt64_riscv_satp_mode(uint64_t satp)
{
    return (unsigned)(satp >> PT64_RISCV_SATP_MODE_SHIFT);
}

/** The root in such a value of satp, whatever its mode and ASID. */
PT64_MEMBER pt64_paddr_t pt64_riscv_satp_root(uint64_t satp)
{
    return (satp & PT64_RISCV_SATP_PPN) << 12;
}

/** satp of a hart whose SXLEN is 32: MODE is bit 31, ASID 30:22, PPN 21:0. */
PT64_MEMBER uint32_t pt64_riscv_satp32(unsigned mode, unsigned asid, pt64_paddr_t root)
{
    return (uint32_t)mode << PT64_RISCV_SATP32_MODE_SHIFT |
           (uint32_t)(asid & 0x1ffU) << PT64_RISCV_SATP32_ASID_SHIFT | (uint32_t)(root >> 12);
}

/** The mode in such a value of satp: 0 is no translation. */
PT64_MEMBER unsigned pt64_riscv_satp32_mode(uint32_t satp)
{
    return satp >> PT64_RISCV_SATP32_MODE_SHIFT;
}

/** The root in such a value of satp, whatever its mode and ASID. */
PT64_MEMBER pt64_paddr_t pt64_riscv_satp32_root(uint32_t satp)
{
    return (satp & PT64_RISCV_SATP32_PPN) << 12;
}

/**
 * hgatp of a hart whose HSXLEN is 64: MODE is bits 63:60, VMID 57:44, PPN 43:0. A hart may have
 * fewer bits of VMID, and drops the others.
 */
PT64_MEMBER uint64_t pt64_riscv_hgatp(unsigned mode, unsigned vmid, pt64_paddr_t root)
{
    return (uint64_t)mode << PT64_RISCV_HGATP_MODE_SHIFT |
           (uint64_t)(vmid & 0x3fffU) << PT64_RISCV_HGATP_VMID_SHIFT | root >> 12;
}

/** The mode in such a value of hgatp: 0 is no translation. */
PT64_MEMBER unsigned pt64_riscv_hgatp_mode(uint64_t hgatp)
{
    return (unsigned)(hgatp >> PT64_RISCV_HGATP_MODE_SHIFT);
}

/** The root in such a value of hgatp, whatever its mode and VMID. */
PT64_MEMBER pt64_paddr_t pt64_riscv_hgatp_root(uint64_t hgatp)
{
    return (hgatp & PT64_RISCV_HGATP_PPN) << 12;
}

/** hgatp of a hart whose HSXLEN is 32: MODE is bit 31, VMID 28:22, PPN 21:0. */
PT64_MEMBER uint32_t pt64_riscv_hgatp32(unsigned mode, unsigned vmid, pt64_paddr_t root)
{
    return (uint32_t)mode << PT64_RISCV_HGATP32_MODE_SHIFT |
           (uint32_t)(vmid & 0x7fU) << PT64_RISCV_HGATP32_VMID_SHIFT | (uint32_t)(root >> 12);
}

/** The mode in such a value of hgatp: 0 is no translation. */
PT64_MEMBER unsigned pt64_riscv_hgatp32_mode(uint32_t hgatp)
{
    return hgatp >> PT64_RISCV_HGATP32_MODE_SHIFT;
}

/** The root in such a value of hgatp, whatever its mode and VMID. */
PT64_MEMBER pt64_paddr_t pt64_riscv_hgatp32_root(uint32_t hgatp)
{
    return (hgatp & PT64_RISCV_HGATP32_PPN) << 12;
}

/** @cond engine */

#if defined(__riscv) && !defined(PT64_HOSTED)
#define PT64_RISCV_IS_NATIVE 1
#else
#define PT64_RISCV_IS_NATIVE 0
#endif

#define PT64_RISCV_EXECUTE(...) PT64_EXECUTE_IF(PT64_RISCV_IS_NATIVE, __VA_ARGS__)

/* Operands are cast to the size of a register. Where that is 32 bits, so is every address. */

/** A hart that sees a store after this fence sees the stores before it. */
PT64_MEMBER void pt64_riscv_publish(void)
{
    PT64_RISCV_EXECUTE("fence rw, rw" : : : "memory");
}

PT64_MEMBER void pt64_riscv_sfence(pt64_vaddr_t vaddr)
{
    PT64_RISCV_EXECUTE("sfence.vma %0, zero" : : "r"((uintptr_t)vaddr) : "memory");
}

PT64_MEMBER void pt64_riscv_sfence_all(void)
{
    PT64_RISCV_EXECUTE("sfence.vma zero, zero" : : : "memory");
}

PT64_MEMBER void pt64_riscv_sfence_asid(pt64_vaddr_t vaddr, uint64_t asid)
{
    PT64_RISCV_EXECUTE("sfence.vma %0, %1" : : "r"((uintptr_t)vaddr),
                       "r"((uintptr_t)asid) : "memory");
}

PT64_MEMBER void pt64_riscv_sfence_all_asid(uint64_t asid)
{
    PT64_RISCV_EXECUTE("sfence.vma zero, %0" : : "r"((uintptr_t)asid) : "memory");
}

/* Svinval, encoded for assemblers that do not know it: rs1 is the address, rs2 the ASID. */

PT64_MEMBER void pt64_riscv_sfence_w_inval(void)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x0c, x0, x0, x0" : : : "memory");
}

PT64_MEMBER void pt64_riscv_sinval(pt64_vaddr_t vaddr)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x0b, x0, %0, x0" : : "r"((uintptr_t)vaddr) : "memory");
}

PT64_MEMBER void pt64_riscv_sinval_asid(pt64_vaddr_t vaddr, uint64_t asid)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x0b, x0, %0, %1" : : "r"((uintptr_t)vaddr),
                       "r"((uintptr_t)asid) : "memory");
}

PT64_MEMBER void pt64_riscv_sfence_inval_ir(void)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x0c, x0, x0, x1" : : : "memory");
}

/**
 * Whether the request is for every ASID: rs2 must be x0 for global leaves, and for what tables
 * share.
 */
PT64_MEMBER bool pt64_riscv_is_of_all(const struct pt64_flush *request)
{
    return request->id == PT64_NO_ID || request->global;
}

/**
 * Whether the request invalidates nothing, and then publishes the stores. The hart that loads the
 * table executes its own fence.
 */
PT64_MEMBER bool pt64_riscv_is_only_published(const struct pt64_flush *request)
{
    if (request->everything || request->count > 0)
        return false;
    pt64_riscv_publish();
    return true;
}

/**
 * Runs a request of everything or of nothing, and returns whether it was one. SFENCE.VMA also
 * orders the stores before it.
 */
PT64_MEMBER bool pt64_riscv_is_fenced_whole(const struct pt64_flush *request)
{
    if (pt64_riscv_is_only_published(request))
        return true;
    if (request->everything && pt64_riscv_is_of_all(request))
        pt64_riscv_sfence_all();
    else if (request->everything)
        pt64_riscv_sfence_all_asid(request->id);
    return request->everything;
}

/** Executes a fence for each address. One address is enough for a whole page. */
PT64_MEMBER void pt64_riscv_flush(const struct pt64_flush *request)
{
    if (pt64_riscv_is_fenced_whole(request))
        return;
    for (unsigned i = 0; i < request->count; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];

        for (uint64_t offset = 0; offset < range->bytes; offset += range->stride) {
            if (pt64_riscv_is_of_all(request))
                pt64_riscv_sfence(range->vaddr + offset);
            else
                pt64_riscv_sfence_asid(range->vaddr + offset, request->id);
        }
    }
}

/** The same by Svinval: invalidations between two fences, which the hart may overlap. */
PT64_MEMBER void pt64_riscv_flush_by_svinval(const struct pt64_flush *request)
{
    if (pt64_riscv_is_fenced_whole(request))
        return;
    pt64_riscv_sfence_w_inval();
    for (unsigned i = 0; i < request->count; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];

        for (uint64_t offset = 0; offset < range->bytes; offset += range->stride) {
            if (pt64_riscv_is_of_all(request))
                pt64_riscv_sinval(range->vaddr + offset);
            else
                pt64_riscv_sinval_asid(range->vaddr + offset, request->id);
        }
    }
    pt64_riscv_sfence_inval_ir();
}

/** Executes the full fence for any request that invalidates. */
PT64_MEMBER void pt64_riscv_flush_fully(const struct pt64_flush *request)
{
    if (!pt64_riscv_is_only_published(request))
        pt64_riscv_sfence_all();
}

/** Executes the full fence: one with an address does not order the pointers on the way. */
PT64_MEMBER void pt64_riscv_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
    pt64_riscv_sfence_all();
}

/* ---- the fences of the G-stage ---- */

/* Encoded for assemblers that do not know them: rs1 is the operand, rs2 the VMID. */

PT64_MEMBER void pt64_riscv_hfence(uint64_t operand)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x31, x0, %0, x0" : : "r"((uintptr_t)operand) : "memory");
}

PT64_MEMBER void pt64_riscv_hfence_all(void)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x31, x0, x0, x0" : : : "memory");
}

PT64_MEMBER void pt64_riscv_hfence_vmid(uint64_t operand, uint64_t vmid)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x31, x0, %0, %1" : : "r"((uintptr_t)operand),
                       "r"((uintptr_t)vmid) : "memory");
}

PT64_MEMBER void pt64_riscv_hfence_all_vmid(uint64_t vmid)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x31, x0, x0, %0" : : "r"((uintptr_t)vmid) : "memory");
}

PT64_MEMBER void pt64_riscv_hinval(uint64_t operand)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x33, x0, %0, x0" : : "r"((uintptr_t)operand) : "memory");
}

PT64_MEMBER void pt64_riscv_hinval_vmid(uint64_t operand, uint64_t vmid)
{
    PT64_RISCV_EXECUTE(".insn r 0x73, 0, 0x33, x0, %0, %1" : : "r"((uintptr_t)operand),
                       "r"((uintptr_t)vmid) : "memory");
}

/** How these name a guest physical address: Sv32x4 has more of them than a register can hold. */
PT64_MEMBER uint64_t pt64_riscv_hfence_operand(pt64_vaddr_t address)
{
    return address >> 2;
}

/** pt64_riscv_is_fenced_whole for the G-stage. HFENCE.GVMA orders the stores before it as well. */
PT64_MEMBER bool pt64_riscv_gstage_is_fenced_whole(const struct pt64_flush *request)
{
    if (pt64_riscv_is_only_published(request))
        return true;
    if (request->everything && pt64_riscv_is_of_all(request))
        pt64_riscv_hfence_all();
    else if (request->everything)
        pt64_riscv_hfence_all_vmid(request->id);
    return request->everything;
}

/** pt64_riscv_flush for the G-stage. */
PT64_MEMBER void pt64_riscv_gstage_flush(const struct pt64_flush *request)
{
    if (pt64_riscv_gstage_is_fenced_whole(request))
        return;
    for (unsigned i = 0; i < request->count; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];

        for (uint64_t offset = 0; offset < range->bytes; offset += range->stride) {
            uint64_t operand = pt64_riscv_hfence_operand(range->vaddr + offset);

            if (pt64_riscv_is_of_all(request))
                pt64_riscv_hfence(operand);
            else
                pt64_riscv_hfence_vmid(operand, request->id);
        }
    }
}

/** pt64_riscv_flush_by_svinval for the G-stage. */
PT64_MEMBER void pt64_riscv_gstage_flush_by_svinval(const struct pt64_flush *request)
{
    if (pt64_riscv_gstage_is_fenced_whole(request))
        return;
    pt64_riscv_sfence_w_inval();
    for (unsigned i = 0; i < request->count; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];

        for (uint64_t offset = 0; offset < range->bytes; offset += range->stride) {
            uint64_t operand = pt64_riscv_hfence_operand(range->vaddr + offset);

            if (pt64_riscv_is_of_all(request))
                pt64_riscv_hinval(operand);
            else
                pt64_riscv_hinval_vmid(operand, request->id);
        }
    }
    pt64_riscv_sfence_inval_ir();
}

/** After a guest-page fault. The full fence: as pt64_riscv_fix_fault. */
PT64_MEMBER void pt64_riscv_gstage_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
    pt64_riscv_hfence_all();
}

/* ---- geometry ---- */

/**
 * A full fence is cheaper than more fences than this, each of which may stop the hart; as in Linux.
 */
#define PT64_RISCV_FLUSH_LIMIT 64

/*
 * Entries that are not valid may be cached, so a new entry needs a fence. With Svvptc the hart sees
 * a new entry in bounded time without a fence. A fault before that is spurious, and the kernel
 * returns from it. A fence with an address orders leaves only, so a node that is linked or unlinked
 * needs the full fence. A valid entry may be replaced directly by another: until the fence the hart
 * uses either.
 */
#define PT64_RISCV_LIMITS(levels_, vaddr_bits_, paddr_bits_, flush_limit_) \
    {                                                                      \
        .levels = (levels_),                                               \
        .vaddr_bits = (vaddr_bits_),                                       \
        .leaf_levels = (levels_),                                          \
        .paddr_bits = (paddr_bits_),                                       \
        .no_execute = true,                                                \
        .by_range = false,                                                 \
        .split = PT64_RESIZE_AT_ONCE,                                      \
        .grow = PT64_RESIZE_AT_ONCE,                                       \
        .flush_limit = (flush_limit_),                                     \
    }

#define PT64_RISCV_META(entry_bytes_, index_bits_, space_, created_, linked_, flush_, fix_fault_, \
                        ...)                                                                      \
    {                                                                                             \
        .architecture = PT64_RISCV_ARCHITECTURE,                                                  \
        .entry_bytes = (entry_bytes_),                                                            \
        .page_shift = 12,                                                                         \
        .index_bits = (index_bits_),                                                              \
        .limits = __VA_ARGS__,                                                                    \
        .space = (space_),                                                                        \
        .needs_sink = false,                                                                      \
        .break_to_move = false,                                                                   \
        .root_is_held = false,                                                                    \
        .root_paddr_bits = 0,                                                                     \
        .needs =                                                                                  \
            {                                                                                     \
                .created = (created_),                                                            \
                .linked = (linked_),                                                              \
                .relaxed = PT64_NEED_LEAF,                                                        \
                .tightened = PT64_NEED_LEAF,                                                      \
                .moved = PT64_NEED_LEAF,                                                          \
                .resized = PT64_NEED_ALL,                                                         \
                .removed = PT64_NEED_LEAF,                                                        \
                .unlinked = PT64_NEED_ALL,                                                        \
            },                                                                                    \
        .flush = (flush_),                                                                        \
        .fix_fault = (fix_fault_),                                                                \
    }

/** Sv39, Sv48 or Sv57. */
#define PT64_RISCV_WIDE(levels_, vaddr_bits_, created_, linked_, flush_, flush_limit_) \
    PT64_RISCV_META(8, 9, PT64_SPACE_SIGN_EXTENDED, created_, linked_, flush_,         \
                    pt64_riscv_fix_fault,                                              \
                    PT64_RISCV_LIMITS(levels_, vaddr_bits_, 56, flush_limit_))
/** Entries that are not valid may be cached. */
#define PT64_RISCV_FENCED(levels_, vaddr_bits_, flush_, flush_limit_) \
    PT64_RISCV_WIDE(levels_, vaddr_bits_, PT64_NEED_LEAF, PT64_NEED_ALL, flush_, flush_limit_)
/** With Svvptc. */
#define PT64_RISCV_SVVPTC(levels_, vaddr_bits_)                                                   \
    PT64_RISCV_WIDE(levels_, vaddr_bits_, PT64_NEED_NOTHING, PT64_NEED_NOTHING, pt64_riscv_flush, \
                    PT64_RISCV_FLUSH_LIMIT)

/** Sv39x4, Sv48x4 or Sv57x4: the root is four times as large. */
#define PT64_RISCV_GSTAGE(levels_, created_, linked_, flush_)          \
    PT64_RISCV_META(8, 9, PT64_SPACE_LOWER, created_, linked_, flush_, \
                    pt64_riscv_gstage_fix_fault,                       \
                    PT64_RISCV_LIMITS(levels_, 14 + 9 * (levels_), 56, PT64_RISCV_FLUSH_LIMIT))
/** Entries that are not valid may be cached. */
#define PT64_RISCV_GSTAGE_FENCED(levels_, flush_) \
    PT64_RISCV_GSTAGE(levels_, PT64_NEED_LEAF, PT64_NEED_ALL, flush_)
/** With Svvptc. */
#define PT64_RISCV_GSTAGE_SVVPTC(levels_) \
    PT64_RISCV_GSTAGE(levels_, PT64_NEED_NOTHING, PT64_NEED_NOTHING, pt64_riscv_gstage_flush)

/** @endcond */

/**
 * The limits of a table that is loaded with this satp.MODE: PT64_RISCV_SATP_SV39, _SV48 or _SV57.
 * For pt64_riscv_any. A hart has a mode if satp keeps it: a write with a mode that it lacks changes
 * nothing. It has the smaller ones of the three too.
 */
PT64_MEMBER struct pt64_limits pt64_riscv_limits(unsigned mode)
{
    unsigned levels = mode - PT64_RISCV_SATP_SV39 + 3;
    struct pt64_limits limits =
        PT64_RISCV_LIMITS(levels, 12 + 9 * levels, 56, PT64_RISCV_FLUSH_LIMIT);

    return limits;
}

/**
 * The same for hgatp.MODE: PT64_RISCV_HGATP_SV39X4, _SV48X4 or _SV57X4. For pt64_riscv_gstage_any.
 * A hart has a mode if hgatp reads back as it was written.
 */
PT64_MEMBER struct pt64_limits pt64_riscv_gstage_limits(unsigned mode)
{
    unsigned levels = mode - PT64_RISCV_HGATP_SV39X4 + 3;
    struct pt64_limits limits =
        PT64_RISCV_LIMITS(levels, 14 + 9 * levels, 56, PT64_RISCV_FLUSH_LIMIT);

    return limits;
}

/** Two levels, 32-bit addresses, pages of 4K and 4M: harts whose SXLEN is 32. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv32 =
    PT64_RISCV_META(4, 10, PT64_SPACE_LOWER, PT64_NEED_LEAF, PT64_NEED_ALL, pt64_riscv_flush,
                    pt64_riscv_fix_fault, PT64_RISCV_LIMITS(2, 32, 34, PT64_RISCV_FLUSH_LIMIT));
/** Three levels, 39-bit addresses, pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv39 =
    PT64_RISCV_FENCED(3, 39, pt64_riscv_flush, PT64_RISCV_FLUSH_LIMIT);
/** Four levels, 48-bit addresses, pages up to 512G. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv48 =
    PT64_RISCV_FENCED(4, 48, pt64_riscv_flush, PT64_RISCV_FLUSH_LIMIT);
/** Five levels, 57-bit addresses, pages up to 256T. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv57 =
    PT64_RISCV_FENCED(5, 57, pt64_riscv_flush, PT64_RISCV_FLUSH_LIMIT);
/** Sv39, Sv48 or Sv57, as the limits of the handler say: pt64_riscv_limits makes them. */
PT64_TRAIT struct pt64_meta pt64_riscv_any =
    PT64_RISCV_META(8, 9, PT64_SPACE_SIGN_EXTENDED, PT64_NEED_LEAF, PT64_NEED_ALL, pt64_riscv_flush,
                    pt64_riscv_fix_fault, {.levels = 0});
/** pt64_riscv_sv39 where every hart has Svvptc: a new mapping needs no fence. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv39_svvptc = PT64_RISCV_SVVPTC(3, 39);
/** pt64_riscv_sv48 where every hart has Svvptc. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv48_svvptc = PT64_RISCV_SVVPTC(4, 48);
/** pt64_riscv_sv57 where every hart has Svvptc. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv57_svvptc = PT64_RISCV_SVVPTC(5, 57);
/** pt64_riscv_sv39 where every hart has Svinval: a flush of several pages waits once. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv39_svinval =
    PT64_RISCV_FENCED(3, 39, pt64_riscv_flush_by_svinval, PT64_RISCV_FLUSH_LIMIT);
/**
 * pt64_riscv_sv39 for harts where a fence with an address or an ASID does not work, so that every
 * fence is the full one: SiFive erratum CIP-1200 (U74 and its relatives).
 */
PT64_TRAIT struct pt64_meta pt64_riscv_sv39_full_fence =
    PT64_RISCV_FENCED(3, 39, pt64_riscv_flush_fully, 0);

/**
 * The G-stage of a hart whose HSXLEN is 32: two levels, 34-bit guest physical addresses, a root of
 * 4096 entries (16 KiB), pages of 4K and 4M.
 */
PT64_TRAIT struct pt64_meta pt64_riscv_sv32x4 = PT64_RISCV_META(
    4, 10, PT64_SPACE_LOWER, PT64_NEED_LEAF, PT64_NEED_ALL, pt64_riscv_gstage_flush,
    pt64_riscv_gstage_fix_fault, PT64_RISCV_LIMITS(2, 34, 34, PT64_RISCV_FLUSH_LIMIT));
/**
 * The G-stage: three levels, 41-bit guest physical addresses, a root of 2048 entries (16 KiB),
 * pages of 4K, 2M and 1G.
 */
PT64_TRAIT struct pt64_meta pt64_riscv_sv39x4 =
    PT64_RISCV_GSTAGE_FENCED(3, pt64_riscv_gstage_flush);
/** Four levels, 50-bit addresses, pages up to 512G. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv48x4 =
    PT64_RISCV_GSTAGE_FENCED(4, pt64_riscv_gstage_flush);
/** Five levels, 59-bit addresses, pages up to 256T. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv57x4 =
    PT64_RISCV_GSTAGE_FENCED(5, pt64_riscv_gstage_flush);
/** Any of the three, as the limits of the handler say: pt64_riscv_gstage_limits makes them. */
PT64_TRAIT struct pt64_meta pt64_riscv_gstage_any =
    PT64_RISCV_META(8, 9, PT64_SPACE_LOWER, PT64_NEED_LEAF, PT64_NEED_ALL, pt64_riscv_gstage_flush,
                    pt64_riscv_gstage_fix_fault, {.levels = 0});
/** pt64_riscv_sv39x4 where every hart has Svvptc: a new mapping needs no fence. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv39x4_svvptc = PT64_RISCV_GSTAGE_SVVPTC(3);
/** pt64_riscv_sv48x4 where every hart has Svvptc. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv48x4_svvptc = PT64_RISCV_GSTAGE_SVVPTC(4);
/** pt64_riscv_sv57x4 where every hart has Svvptc. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv57x4_svvptc = PT64_RISCV_GSTAGE_SVVPTC(5);
/** pt64_riscv_sv39x4 where every hart has Svinval: a flush of several pages waits once. */
PT64_TRAIT struct pt64_meta pt64_riscv_sv39x4_svinval =
    PT64_RISCV_GSTAGE_FENCED(3, pt64_riscv_gstage_flush_by_svinval);

PT64_TRAITS_END

#endif

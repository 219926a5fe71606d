/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of AArch64 stage 1 with the 4 KiB granule, and the register values that switch a
 * table on.
 *
 * Source: Arm Architecture Reference Manual for A-profile, DDI 0487 (section numbers of issue M.b):
 * D8.1 "Address translation", D8.2 "Translation process", D8.16 "Translation Lookaside Buffers",
 * D8.17 "TLB maintenance"; the registers in D24.2 "General system control registers".
 *
 * The invalidations are broadcast in the Inner Shareable domain, so that several CPUs need nothing
 * else. The id of a table is its ASID. If the table has no id, or if the request is `global`, the
 * invalidations reach every ASID of the current VMID.
 *
 * A CPU that is to execute pages which another CPU has just mapped needs a context synchronization
 * event of its own: an ISB or an exception (D8.17, IWZCBG). The kernel invalidates an ASID (TLBI
 * ASIDE1IS) before it gives the ASID to another table. It sets SCTLR.M after MAIR, TCR, TTBR, DSB,
 * ISB, TLBI VMALLE1, DSB and ISB.
 */
#ifndef PAGE_TABLE64_META_AARCH64_H
#define PAGE_TABLE64_META_AARCH64_H

#include "../pte/aarch64.h"
#include "../regs/aarch64.h"

PT64_TRAITS_BEGIN

/* ---- register values ---- */

/** @cond engine */

/**
 * The bits of a physical address for a value of PARange, IPS or PS (D8.1.6, D8.1.7). The values
 * above 5 say more than 48: entries of the 4 KiB granule hold 48 (D8.1.7, RQQQSJ).
 */
PT64_MEMBER unsigned pt64_aarch64_paddr_bits(unsigned parange)
{
    static const unsigned char bits[] = {32, 36, 40, 42, 44, 48};

    return bits[parange < 5 ? parange : 5];
}

/** @endcond */

/**
 * TCR.IPS or PS: the smallest size that has paddr_bits. It should not be more than the CPU has
 * (D8.1.7, IPKBTM). It is at most 5, 48 bits: with 52 bits TTBR would hold some address bits in
 * another place (D24.2 "TTBR0_EL1").
 */
PT64_MEMBER uint64_t pt64_aarch64_tcr_ips(const struct pt64_limits *limits)
{
    unsigned ips = 0;

    while (ips < 5 && pt64_aarch64_paddr_bits(ips) < limits->paddr_bits)
        ips++;
    return ips;
}

/**
 * TCR_EL1 for the 4 KiB granule. Both halves have the width of the limits; PT64_AARCH64_TCR_EL1_4K
 * is for two widths. The limits are those of pt64_aarch64_limits even if the geometry has constant
 * ones: their paddr_bits is not that of the CPU. `options` are PT64_AARCH64_TCR_*. A half without
 * a table needs its EPD.
 */
PT64_MEMBER uint64_t pt64_aarch64_tcr_el1(const struct pt64_limits *limits, uint64_t options)
{
    return PT64_AARCH64_TCR_EL1_4K(limits->vaddr_bits, limits->vaddr_bits) |
           pt64_aarch64_tcr_ips(limits) << PT64_AARCH64_TCR_IPS_SHIFT | options;
}

/** The same for TCR_EL2 with HCR_EL2.E2H clear. `options` are PT64_AARCH64_TCR_EL2_*. */
PT64_MEMBER uint64_t pt64_aarch64_tcr_el2(const struct pt64_limits *limits, uint64_t options)
{
    return PT64_AARCH64_TCR_EL2_4K(limits->vaddr_bits) |
           pt64_aarch64_tcr_ips(limits) << PT64_AARCH64_TCR_EL2_PS_SHIFT | options;
}

/**
 * TTBR0_EL1, TTBR1_EL1 or TTBR0_EL2 for a table at `root`, which is aligned to its size and to
 * nothing more (D8.2.5.2). In TTBR0_EL2 the ASID is RES0.
 */
PT64_MEMBER uint64_t pt64_aarch64_ttbr(pt64_paddr_t root, unsigned asid)
{
    return root | (uint64_t)asid << PT64_AARCH64_TTBR_ASID_SHIFT;
}

/** The root in a value of TTBR, whatever its ASID and CnP. */
PT64_MEMBER pt64_paddr_t pt64_aarch64_ttbr_root(uint64_t ttbr)
{
    return ttbr & PT64_AARCH64_TTBR_BADDR;
}

/** @cond engine */

/* ---- the TLB ---- */

/**
 * The operand for one address (D8.17.5.1): ASID in bits 63:48, and VA[55:12] in bits 43:0 for every
 * granule. TTL, bits 47:44, is 0: any level.
 */
PT64_MEMBER uint64_t pt64_aarch64_tlbi_operand(pt64_vaddr_t vaddr, uint64_t asid)
{
    return ((vaddr >> 12) & UINT64_C(0x00000fffffffffff)) | asid << 48;
}

/**
 * The level hint of FEAT_TTL: the lookup level of the leaves, 3 for the smallest pages. It is 0
 * where they may be of any level. In the operand for one address, bits 47:46 beside it are 1, for 4
 * KiB (D8.17.5.1, D8.17.5.2).
 */
PT64_MEMBER uint64_t pt64_aarch64_lookup_level(const struct pt64_flush_range *range)
{
    if (range->tables)
        return 0;
    return range->stride == PT64_SIZE_4K ? 3 : range->stride == PT64_SIZE_2M ? 2 : 1;
}

/** What one range invalidation covers (FEAT_TLBIRANGE): (num + 1) << (5 * scale + 1) pages. */
struct pt64_aarch64_tlbi_range {
    unsigned scale; /**< at most 3 */
    unsigned num;   /**< at most 31 */
    uint64_t pages;
};

/**
 * The largest range invalidation that covers at most `pages`, of which there are 2 or more
 * (D8.17.5.2).
 */
PT64_MEMBER struct pt64_aarch64_tlbi_range pt64_aarch64_tlbi_range_of(uint64_t pages)
{
    struct pt64_aarch64_tlbi_range range = {3, 0, 0};
    uint64_t units;

    while (pages >> (5 * range.scale + 1) == 0)
        range.scale--;
    units = pages >> (5 * range.scale + 1);
    range.num = units > 32 ? 31 : (unsigned)units - 1;
    range.pages = ((uint64_t)range.num + 1) << (5 * range.scale + 1);
    return range;
}

/**
 * The operand for a range (D8.17.5.2): ASID 63:48, TG 47:46 (1: 4 KiB), SCALE 45:44, NUM 43:39, TTL
 * 38:37, VA[48:12] 36:0.
 */
PT64_MEMBER uint64_t pt64_aarch64_tlbi_range_operand(pt64_vaddr_t vaddr, uint64_t asid,
                                                     unsigned scale, unsigned num, uint64_t level)
{
    return (vaddr >> 12 & UINT64_C(0x0000001fffffffff)) | level << 37 | (uint64_t)num << 39 |
           (uint64_t)scale << 44 | UINT64_C(1) << 46 | asid << 48;
}

#if defined(__aarch64__) && !defined(PT64_HOSTED)
#define PT64_AARCH64_IS_NATIVE 1
#else
#define PT64_AARCH64_IS_NATIVE 0
#endif

#define PT64_AARCH64_EXECUTE(...) PT64_EXECUTE_IF(PT64_AARCH64_IS_NATIVE, __VA_ARGS__)

/** The walkers of all CPUs see the stores before this barrier. */
PT64_MEMBER void pt64_aarch64_publish(void)
{
    PT64_AARCH64_EXECUTE("dsb ishst" : : : "memory");
}

PT64_MEMBER void pt64_aarch64_complete(void)
{
    PT64_AARCH64_EXECUTE("dsb ish" : : : "memory");
}

PT64_MEMBER void pt64_aarch64_synchronize(void)
{
    PT64_AARCH64_EXECUTE("isb" : : : "memory");
}

/**
 * The forms with an L spare cached steps of the walk. The forms with AA match any ASID. The others
 * match one ASID, and global pages.
 */
PT64_MEMBER void pt64_aarch64_invalidate(uint64_t operand, bool tables, bool any_asid)
{
    if (tables && any_asid)
        PT64_AARCH64_EXECUTE("tlbi vaae1is, %0" : : "r"(operand) : "memory");
    else if (tables)
        PT64_AARCH64_EXECUTE("tlbi vae1is, %0" : : "r"(operand) : "memory");
    else if (any_asid)
        PT64_AARCH64_EXECUTE("tlbi vaale1is, %0" : : "r"(operand) : "memory");
    else
        PT64_AARCH64_EXECUTE("tlbi vale1is, %0" : : "r"(operand) : "memory");
}

/** TLBI RVAAE1IS and the like, written as SYS instructions for assemblers that do not know them. */
PT64_MEMBER void pt64_aarch64_invalidate_range(uint64_t operand, bool tables, bool any_asid)
{
    if (tables && any_asid)
        PT64_AARCH64_EXECUTE("sys #0, c8, c2, #3, %0" : : "r"(operand) : "memory");
    else if (tables)
        PT64_AARCH64_EXECUTE("sys #0, c8, c2, #1, %0" : : "r"(operand) : "memory");
    else if (any_asid)
        PT64_AARCH64_EXECUTE("sys #0, c8, c2, #7, %0" : : "r"(operand) : "memory");
    else
        PT64_AARCH64_EXECUTE("sys #0, c8, c2, #5, %0" : : "r"(operand) : "memory");
}

/** Invalidates all of one ASID, except global pages. */
PT64_MEMBER void pt64_aarch64_invalidate_asid(uint64_t operand)
{
    PT64_AARCH64_EXECUTE("tlbi aside1is, %0" : : "r"(operand) : "memory");
}

PT64_MEMBER void pt64_aarch64_invalidate_all(void)
{
    PT64_AARCH64_EXECUTE("tlbi vmalle1is" : : : "memory");
}

PT64_MEMBER void pt64_aarch64_el2_invalidate(uint64_t operand, bool tables)
{
    if (tables)
        PT64_AARCH64_EXECUTE("tlbi vae2is, %0" : : "r"(operand) : "memory");
    else
        PT64_AARCH64_EXECUTE("tlbi vale2is, %0" : : "r"(operand) : "memory");
}

PT64_MEMBER void pt64_aarch64_el2_invalidate_all(void)
{
    PT64_AARCH64_EXECUTE("tlbi alle2is" : : : "memory");
}

/** Which ASIDs a request is for: `any`, or the one in `asid`. */
struct pt64_aarch64_asids {
    bool any;
    uint64_t asid;
};

/**
 * The address forms for one ASID match global pages too, but only that ASID's cached walks to
 * global pages (D8.17.5.1). So what several tables share takes the form for any ASID.
 */
PT64_MEMBER struct pt64_aarch64_asids pt64_aarch64_asids_of(const struct pt64_flush *request)
{
    bool any = request->id == PT64_NO_ID || request->global;
    struct pt64_aarch64_asids asids = {any, any ? 0 : request->id & 0xffff};

    return asids;
}

PT64_MEMBER void pt64_aarch64_invalidate_each(const struct pt64_flush_range *range,
                                              struct pt64_aarch64_asids asids)
{
    for (uint64_t offset = 0; offset < range->bytes; offset += range->stride)
        pt64_aarch64_invalidate(pt64_aarch64_tlbi_operand(range->vaddr + offset, asids.asid),
                                range->tables, asids.any);
}

PT64_MEMBER void pt64_aarch64_el2_invalidate_each(const struct pt64_flush_range *range,
                                                  struct pt64_aarch64_asids asids)
{
    for (uint64_t offset = 0; offset < range->bytes; offset += range->stride)
        pt64_aarch64_el2_invalidate(pt64_aarch64_tlbi_operand(range->vaddr + offset, asids.asid),
                                    range->tables);
}

/** Invalidates one page, with its level where that is known. */
PT64_MEMBER void pt64_aarch64_invalidate_at_level(const struct pt64_flush_range *range,
                                                  pt64_vaddr_t vaddr,
                                                  struct pt64_aarch64_asids asids)
{
    uint64_t level = pt64_aarch64_lookup_level(range);
    uint64_t ttl = level == 0 ? 0 : (UINT64_C(4) | level) << 44;

    pt64_aarch64_invalidate(pt64_aarch64_tlbi_operand(vaddr, asids.asid) | ttl, range->tables,
                            asids.any);
}

/** A range invalidation covers pages of every size, and counts smallest pages. */
PT64_MEMBER void pt64_aarch64_invalidate_by_range(const struct pt64_flush_range *range,
                                                  struct pt64_aarch64_asids asids)
{
    uint64_t left = range->bytes >> 12;
    pt64_vaddr_t vaddr = range->vaddr;

    if (range->bytes == range->stride) {
        pt64_aarch64_invalidate_at_level(range, vaddr, asids);
        return;
    }
    while (left > 1) {
        struct pt64_aarch64_tlbi_range step = pt64_aarch64_tlbi_range_of(left);

        pt64_aarch64_invalidate_range(
            pt64_aarch64_tlbi_range_operand(vaddr, asids.asid, step.scale, step.num,
                                            pt64_aarch64_lookup_level(range)),
            range->tables, asids.any);
        vaddr += step.pages * PT64_SIZE_4K;
        left -= step.pages;
    }
    if (left == 1)
        pt64_aarch64_invalidate_at_level(range, vaddr, asids);
}

PT64_MEMBER void pt64_aarch64_invalidate_whole(struct pt64_aarch64_asids asids)
{
    if (asids.any)
        pt64_aarch64_invalidate_all();
    else
        pt64_aarch64_invalidate_asid(asids.asid << 48);
}

PT64_MEMBER void pt64_aarch64_el2_invalidate_whole(struct pt64_aarch64_asids asids)
{
    pt64_aarch64_el2_invalidate_all();
}

/**
 * The barriers are those of D8.17.1. The first completes the stores before the invalidation: a
 * walker could otherwise cache the old entry again. The second completes the invalidation on all
 * CPUs before what follows. After the third this CPU fetches no instruction through the old entry.
 * One address is enough for a whole page, even if the TLB holds it in parts (D8.17, RTVTYQ).
 */
PT64_MEMBER void pt64_aarch64_run(const struct pt64_flush *request,
                                  void (*invalidate)(const struct pt64_flush_range *range,
                                                     struct pt64_aarch64_asids asids),
                                  void (*invalidate_whole)(struct pt64_aarch64_asids asids))
{
    struct pt64_aarch64_asids asids = pt64_aarch64_asids_of(request);

    pt64_aarch64_publish();
    if (request->everything)
        invalidate_whole(asids);
    for (unsigned i = 0; i < request->count && !request->everything; i++)
        invalidate(&request->ranges[i], asids);
    if (request->everything || request->count > 0)
        pt64_aarch64_complete();
    pt64_aarch64_synchronize();
}

/** For execution at EL1, or at EL2 under HCR_EL2.{E2H,TGE}. */
PT64_MEMBER void pt64_aarch64_flush(const struct pt64_flush *request)
{
    pt64_aarch64_run(request, pt64_aarch64_invalidate_each, pt64_aarch64_invalidate_whole);
}

/** The same, where every CPU has FEAT_TLBIRANGE and FEAT_TTL (both from Armv8.4). */
PT64_MEMBER void pt64_aarch64_flush_by_range(const struct pt64_flush *request)
{
    pt64_aarch64_run(request, pt64_aarch64_invalidate_by_range, pt64_aarch64_invalidate_whole);
}

/* Otherwise gcc makes one function of the two below, which calls by a pointer. */
PT64_MEMBER void pt64_aarch64_flush_as_found(const struct pt64_flush *request)
    __attribute__((flatten));

/** One of the two, as the limits of the table say. */
PT64_MEMBER void pt64_aarch64_flush_as_found(const struct pt64_flush *request)
{
    if (request->by_range)
        pt64_aarch64_flush_by_range(request);
    else
        pt64_aarch64_flush(request);
}

/** For execution at EL2. */
PT64_MEMBER void pt64_aarch64_el2_flush(const struct pt64_flush *request)
{
    pt64_aarch64_run(request, pt64_aarch64_el2_invalidate_each, pt64_aarch64_el2_invalidate_whole);
}

/**
 * An entry that faults is not cached (D8.17, IWZCBG). But without FEAT_ETS2 a walk may have read
 * the entry before a store that this CPU already sees (D8.2.6.1, RNNFPF). A barrier and a
 * synchronization order the next walk after that store.
 */
PT64_MEMBER void pt64_aarch64_fix_fault(uint64_t id, pt64_vaddr_t vaddr)
{
    pt64_aarch64_complete();
    pt64_aarch64_synchronize();
}

/** A full flush is cheaper than more broadcasts than this, which all CPUs answer; as in Linux. */
#define PT64_AARCH64_FLUSH_LIMIT 512

/** In pages of 4 KiB: the most that one range invalidation covers; as in Linux. */
#define PT64_AARCH64_RANGE_FLUSH_LIMIT (1U << 21)

/* ---- geometries ---- */

/*
 * Entries that fault are never cached, so a new mapping needs only the barriers that let the
 * walkers see it (D8.17, IWZCBG). Another address, memory type, shareability or globality takes
 * break-before-make (D8.17.1, RWHZWS). So does another size without FEAT_BBML2. With FEAT_BBML2 the
 * size may change, if nothing else does.
 */
#define PT64_AARCH64_LIMITS(levels_, vaddr_bits_, paddr_bits_, resize_, by_range_) \
    {.levels = (levels_),                                                          \
     .vaddr_bits = (vaddr_bits_),                                                  \
     .leaf_levels = (levels_) < 3 ? (levels_) : 3,                                 \
     .paddr_bits = (paddr_bits_),                                                  \
     .no_execute = true,                                                           \
     .by_range = (by_range_),                                                      \
     .split = (resize_),                                                           \
     .grow = (resize_),                                                            \
     .flush_limit = (by_range_) ? PT64_AARCH64_RANGE_FLUSH_LIMIT : PT64_AARCH64_FLUSH_LIMIT}

/** The limits of a geometry for 48-bit addresses. */
#define PT64_AARCH64_4K48(resize_, by_range_) PT64_AARCH64_LIMITS(4, 48, 48, resize_, by_range_)

#define PT64_AARCH64_META(space_, flush_, ...)     \
    {                                              \
        .architecture = PT64_AARCH64_ARCHITECTURE, \
        .entry_bytes = 8,                          \
        .page_shift = 12,                          \
        .index_bits = 9,                           \
        .limits = __VA_ARGS__,                     \
        .space = (space_),                         \
        .needs_sink = false,                       \
        .break_to_move = true,                     \
        .root_is_held = false,                     \
        .root_paddr_bits = 0,                      \
        .needs =                                   \
            {                                      \
                .created = PT64_NEED_BARRIER,      \
                .linked = PT64_NEED_BARRIER,       \
                .relaxed = PT64_NEED_LEAF,         \
                .tightened = PT64_NEED_LEAF,       \
                .moved = PT64_NEED_LEAF,           \
                .resized = PT64_NEED_LEAF,         \
                .removed = PT64_NEED_LEAF,         \
                .unlinked = PT64_NEED_WALK,        \
            },                                     \
        .flush = (flush_),                         \
        .fix_fault = pt64_aarch64_fix_fault,       \
    }

/** One instruction for each address. */
#define PT64_AARCH64_PLAIN(space_, resize_) \
    PT64_AARCH64_META(space_, pt64_aarch64_flush, PT64_AARCH64_4K48(resize_, false))
/** With FEAT_TLBIRANGE. */
#define PT64_AARCH64_RANGES(space_)                        \
    PT64_AARCH64_META(space_, pt64_aarch64_flush_by_range, \
                      PT64_AARCH64_4K48(PT64_RESIZE_BREAK, true))
/** By what the CPU has. */
#define PT64_AARCH64_ANY(space_) \
    PT64_AARCH64_META(space_, pt64_aarch64_flush_as_found, {.levels = 0})

/** A field of an ID register. A value has all that lower values have. */
PT64_MEMBER unsigned pt64_aarch64_id_field(uint64_t id_register, unsigned shift)
{
    return (unsigned)(id_register >> shift) & 15;
}

/** BBM is the level of FEAT_BBML1, FEAT_BBML2 or FEAT_BBML3. At level 3 no conflict is reported. */
PT64_MEMBER enum pt64_resize pt64_aarch64_resize(uint64_t mmfr2, bool takes_conflicts)
{
    unsigned bbm = pt64_aarch64_id_field(mmfr2, PT64_AARCH64_MMFR2_BBM_SHIFT);

    return bbm > 2 || (bbm == 2 && takes_conflicts) ? PT64_RESIZE_FLUSH : PT64_RESIZE_BREAK;
}

/** TLB is 2 with FEAT_TLBIRANGE, TTL is 1 with FEAT_TTL. */
PT64_MEMBER bool pt64_aarch64_has_ranges(uint64_t isar0, uint64_t mmfr2)
{
    return pt64_aarch64_id_field(isar0, PT64_AARCH64_ISAR0_TLB_SHIFT) >= 2 &&
           pt64_aarch64_id_field(mmfr2, PT64_AARCH64_MMFR2_TTL_SHIFT) >= 1;
}

/** A level below the root translates nine bits. The root translates the rest, one to nine. */
PT64_MEMBER unsigned pt64_aarch64_levels(unsigned vaddr_bits)
{
    return (vaddr_bits - 12 + 8) / 9;
}

/** @endcond */

/** ID registers of a CPU, as MRS reads them. A CPU without one of them reads it as 0. */
struct pt64_aarch64_id_registers {
    uint64_t isar0; /**< ID_AA64ISAR0_EL1 */
    uint64_t mmfr0; /**< ID_AA64MMFR0_EL1 */
    uint64_t mmfr2; /**< ID_AA64MMFR2_EL1 */
};

/**
 * The limits of a table that CPUs with these registers walk: for pt64_aarch64_any and
 * pt64_aarch64_any_upper. If CPUs differ, each field of a register is the smallest of theirs.
 * @param vaddr_bits the width of addresses in this half: 25 to 48. With any other, name_create
 *        answers PT64_BAD_SIZE.
 * @param takes_conflicts whether the kernel handles TLB conflict aborts, or knows that its CPUs
 *        never report one: see pt64_aarch64_4k48_bbm2. If not, FEAT_BBML2 is not used. CPUs with
 *        FEAT_BBML3 never report one.
 */
PT64_MEMBER struct pt64_limits
pt64_aarch64_limits(const struct pt64_aarch64_id_registers *registers, unsigned vaddr_bits,
                    bool takes_conflicts)
{
    unsigned parange = pt64_aarch64_id_field(registers->mmfr0, PT64_AARCH64_MMFR0_PARANGE_SHIFT);
    unsigned levels = vaddr_bits < 25 || vaddr_bits > 48 ? 0 : pt64_aarch64_levels(vaddr_bits);
    bool by_range = pt64_aarch64_has_ranges(registers->isar0, registers->mmfr2);
    enum pt64_resize resize = pt64_aarch64_resize(registers->mmfr2, takes_conflicts);
    struct pt64_limits limits =
        PT64_AARCH64_LIMITS(levels, vaddr_bits, pt64_aarch64_paddr_bits(parange), resize, by_range);

    return limits;
}

/** TTBR0_EL1: 48-bit addresses from 0 up, pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48 =
    PT64_AARCH64_PLAIN(PT64_SPACE_LOWER, PT64_RESIZE_BREAK);
/**
 * TTBR1_EL1: the same, up to the last address. A CPU must not split, move or retype a block that
 * maps its own code, its stack, the guard or the table's nodes: the block is absent for a moment,
 * and the CPU needs it in between. See pt64_aarch64_4k48_upper_bbm2.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_upper =
    PT64_AARCH64_PLAIN(PT64_SPACE_UPPER, PT64_RESIZE_BREAK);
/**
 * TTBR0_EL1 where every CPU has FEAT_BBML2 (ID_AA64MMFR2_EL1.BBM at least 2): a split leaves no
 * moment in which a huge page is absent. Until the flush a CPU may report a TLB conflict abort
 * (D8.17.2, IHYQMB). The kernel handles it by TLBI VMALLE1 and a retry (D8.17.3), unless it knows
 * that its CPUs never report one. A guest's VMALLE1 does not end a conflict in stage 2: Linux uses
 * level 2 on a list of CPUs that never abort.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_bbm2 =
    PT64_AARCH64_PLAIN(PT64_SPACE_LOWER, PT64_RESIZE_FLUSH);
/** The same for TTBR1_EL1: for a kernel that splits blocks of its own linear map. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_upper_bbm2 =
    PT64_AARCH64_PLAIN(PT64_SPACE_UPPER, PT64_RESIZE_FLUSH);
/**
 * TTBR0_EL1 where every CPU has FEAT_TLBIRANGE (ID_AA64ISAR0_EL1.TLB is 2) and FEAT_TTL
 * (ID_AA64MMFR2_EL1.TTL is 1).
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_tlbirange = PT64_AARCH64_RANGES(PT64_SPACE_LOWER);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_upper_tlbirange =
    PT64_AARCH64_RANGES(PT64_SPACE_UPPER);
/** TTBR0_EL2 with HCR_EL2.E2H clear, for pt64_aarch64_el2_pte. This regime has no ASIDs. */
PT64_TRAIT struct pt64_meta pt64_aarch64_el2_4k48 = PT64_AARCH64_META(
    PT64_SPACE_LOWER, pt64_aarch64_el2_flush, PT64_AARCH64_4K48(PT64_RESIZE_BREAK, false));

/**
 * TTBR0_EL1 where the limits of the handler say how wide addresses are and what the CPU has:
 * pt64_aarch64_limits makes them.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_any = PT64_AARCH64_ANY(PT64_SPACE_LOWER);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_any_upper = PT64_AARCH64_ANY(PT64_SPACE_UPPER);

PT64_TRAITS_END

#endif

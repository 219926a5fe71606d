/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Geometry and TLB of AArch64 stage 1 with the granules of 4, 16 and 64 KiB, and the register
 * values that switch a table on.
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
 * The bits of a physical address for a value of PARange, IPS or PS (D8.1.6, D8.1.7). No entry holds
 * more than 52, which only some hold: see pt64_aarch64_entry_paddr_bits.
 */
PT64_MEMBER unsigned pt64_aarch64_paddr_bits(unsigned parange)
{
    static const unsigned char bits[] = {32, 36, 40, 42, 44, 48, 52};

    return bits[parange < 6 ? parange : 6];
}

/** The widest physical address that an entry of this geometry holds (D8.1.7, RQQQSJ). */
PT64_MEMBER unsigned pt64_aarch64_entry_paddr_bits(const struct pt64_meta *meta)
{
    return meta->architecture == PT64_AARCH64_ARCHITECTURE ? 48 : 52;
}

/** Whether the table is walked with TCR_ELx.DS set. */
PT64_MEMBER bool pt64_aarch64_has_ds(const struct pt64_meta *meta)
{
    return meta->architecture == PT64_AARCH64_LPA2_ARCHITECTURE;
}

/** TG0 for a granule (D24.2 "TCR_EL1"). */
PT64_MEMBER uint64_t pt64_aarch64_tg0(unsigned page_shift)
{
    return page_shift == 12 ? 0 : page_shift == 14 ? 2 : 1;
}

/** TG1, which has other values. */
PT64_MEMBER uint64_t pt64_aarch64_tg1(unsigned page_shift)
{
    return page_shift == 12 ? 2 : page_shift == 14 ? 1 : 3;
}

/** @endcond */

/**
 * TCR_EL1.IPS, or PS: the smallest size that has paddr_bits. It should not be more than the CPU has
 * (D8.1.7, IPKBTM). It is 6 for 52 bits, which only a geometry with FEAT_LPA or FEAT_LPA2 has.
 */
PT64_MEMBER uint64_t pt64_aarch64_tcr_ips(const struct pt64_limits *limits)
{
    unsigned ips = 0;

    while (ips < 6 && pt64_aarch64_paddr_bits(ips) < limits->paddr_bits)
        ips++;
    return ips;
}

/**
 * TCR_EL1 for the granule of the geometry, with DS for one of FEAT_LPA2. With HCR_EL2.E2H set,
 * TCR_EL2 is the same. Both halves have the width of the limits; PT64_AARCH64_TCR_EL1_4K and its
 * like are for two widths. The limits are those of pt64_aarch64_limits even if the geometry has
 * constant ones: their paddr_bits is not that of the CPU. `options` are PT64_AARCH64_TCR_*. A half
 * without a table needs its EPD.
 */
PT64_MEMBER uint64_t pt64_aarch64_tcr_el1(const struct pt64_meta *meta,
                                          const struct pt64_limits *limits, uint64_t options)
{
    uint64_t half = PT64_AARCH64_TCR_HALF(limits->vaddr_bits);

    return half | half << 16 | pt64_aarch64_tg0(meta->page_shift) << PT64_AARCH64_TCR_TG0_SHIFT |
           pt64_aarch64_tg1(meta->page_shift) << PT64_AARCH64_TCR_TG1_SHIFT |
           pt64_aarch64_tcr_ips(limits) << PT64_AARCH64_TCR_IPS_SHIFT |
           (pt64_aarch64_has_ds(meta) ? PT64_AARCH64_TCR_DS : 0) | options;
}

/**
 * The same for TCR_EL2 with HCR_EL2.E2H clear, and for TCR_EL3, which is laid out alike. `options`
 * are PT64_AARCH64_TCR_EL2_*.
 */
PT64_MEMBER uint64_t pt64_aarch64_tcr_el2(const struct pt64_meta *meta,
                                          const struct pt64_limits *limits, uint64_t options)
{
    return PT64_AARCH64_TCR_EL2_4K(limits->vaddr_bits) |
           pt64_aarch64_tg0(meta->page_shift) << PT64_AARCH64_TCR_TG0_SHIFT |
           pt64_aarch64_tcr_ips(limits) << PT64_AARCH64_TCR_EL2_PS_SHIFT |
           (pt64_aarch64_has_ds(meta) ? PT64_AARCH64_TCR_EL2_DS : 0) | options;
}

/**
 * TTBR0_EL1, TTBR1_EL1, TTBR0_EL2, TTBR1_EL2 or TTBR0_EL3 for a table at `root`, which is aligned
 * to its size and to nothing more (D8.2.5.2). Where IPS is 6 or DS is set, bits 51:48 of the root
 * are in bits 5:2, and a root is aligned to 64 bytes at least; the geometries of FEAT_LPA and
 * FEAT_LPA2 see to that. In a regime without ASIDs the ASID is RES0.
 */
PT64_MEMBER uint64_t pt64_aarch64_ttbr(pt64_paddr_t root, unsigned asid)
{
    return (root & PT64_AARCH64_TTBR_BADDR) | (root >> 46 & PT64_AARCH64_TTBR_BADDR_UPPER) |
           (uint64_t)asid << PT64_AARCH64_TTBR_ASID_SHIFT;
}

/** The root in a value of TTBR, whatever its ASID and CnP. IPS is at most 5, and DS is clear. */
PT64_MEMBER pt64_paddr_t pt64_aarch64_ttbr_root(uint64_t ttbr)
{
    return ttbr & PT64_AARCH64_TTBR_BADDR;
}

/** The same where IPS is 6 or DS is set. */
PT64_MEMBER pt64_paddr_t pt64_aarch64_ttbr_root_of_52_bits(uint64_t ttbr)
{
    return (ttbr & PT64_AARCH64_TTBR_BADDR_52) | (ttbr & PT64_AARCH64_TTBR_BADDR_UPPER) << 46;
}

/** @cond engine */

/* ---- the TLB ---- */

/** A full flush is cheaper than more broadcasts than this, which all CPUs answer; as in Linux. */
#define PT64_AARCH64_FLUSH_LIMIT 512

/** In smallest pages: the most that one range invalidation covers; as in Linux. */
#define PT64_AARCH64_RANGE_FLUSH_LIMIT (1U << 21)

/**
 * The operand for one address (D8.17.5.1): ASID in bits 63:48, and VA[55:12] in bits 43:0 for every
 * granule. TTL, bits 47:44, is 0: any level.
 */
PT64_MEMBER uint64_t pt64_aarch64_tlbi_operand(pt64_vaddr_t vaddr, uint64_t asid)
{
    return ((vaddr >> 12) & UINT64_C(0x00000fffffffffff)) | asid << 48;
}

/** The granule in the operand of an invalidation: 1 is 4 KiB, 2 is 16, 3 is 64 (D8.17.5). */
PT64_MEMBER uint64_t pt64_aarch64_tlbi_tg(unsigned page_shift)
{
    return (page_shift - 10) / 2;
}

/** What the operands of invalidations depend on: log2 of the granule, and TCR_ELx.DS. */
struct pt64_aarch64_granule {
    unsigned page_shift;
    bool has_ds;
};

/**
 * The level hint of FEAT_TTL: the lookup level of the leaves, 3 for the smallest pages. It is 0
 * where they may be of any level. That is also what is said of level 0, of which only the 4 KiB
 * granule with FEAT_LPA2 has leaves.
 */
PT64_MEMBER uint64_t pt64_aarch64_lookup_level(const struct pt64_flush_range *range,
                                               unsigned page_shift)
{
    unsigned index_bits = page_shift - 3;

    if (range->tables)
        return 0;
    for (unsigned level = 0; level < 3; level++)
        if (range->stride == (pt64_size_t)1 << (page_shift + level * index_bits))
            return 3 - level;
    return 0;
}

/** TTL in the operand for one address, 47:44: the granule and the level (D8.17.5.1). */
PT64_MEMBER uint64_t pt64_aarch64_ttl(unsigned page_shift, uint64_t level)
{
    return level == 0 ? 0 : (pt64_aarch64_tlbi_tg(page_shift) << 2 | level) << 44;
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

/** log2 of the units in which the operand for a range has its address. */
PT64_MEMBER unsigned pt64_aarch64_base_shift(struct pt64_aarch64_granule granule)
{
    return granule.has_ds ? 16 : granule.page_shift;
}

/**
 * The operand for a range (D8.17.5.2): ASID 63:48, TG 47:46, SCALE 45:44, NUM 43:39, TTL 38:37, and
 * in 36:0 the address in pages. With DS set it is in units of 64 KiB, whatever the granule.
 */
PT64_MEMBER uint64_t pt64_aarch64_tlbi_range_operand(struct pt64_aarch64_granule granule,
                                                     pt64_vaddr_t vaddr, uint64_t asid,
                                                     struct pt64_aarch64_tlbi_range range,
                                                     uint64_t level)
{
    uint64_t base = vaddr >> pt64_aarch64_base_shift(granule) & UINT64_C(0x0000001fffffffff);

    return base | level << 37 | (uint64_t)range.num << 39 | (uint64_t)range.scale << 44 |
           pt64_aarch64_tlbi_tg(granule.page_shift) << 46 | asid << 48;
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

PT64_MEMBER void pt64_aarch64_el3_invalidate(uint64_t operand, bool tables)
{
    if (tables)
        PT64_AARCH64_EXECUTE("tlbi vae3is, %0" : : "r"(operand) : "memory");
    else
        PT64_AARCH64_EXECUTE("tlbi vale3is, %0" : : "r"(operand) : "memory");
}

PT64_MEMBER void pt64_aarch64_el3_invalidate_all(void)
{
    PT64_AARCH64_EXECUTE("tlbi alle3is" : : : "memory");
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
                                              struct pt64_aarch64_asids asids,
                                              struct pt64_aarch64_granule granule)
{
    for (uint64_t offset = 0; offset < range->bytes; offset += range->stride)
        pt64_aarch64_invalidate(pt64_aarch64_tlbi_operand(range->vaddr + offset, asids.asid),
                                range->tables, asids.any);
}

/** In the EL2 regime there are no ASIDs. In EL2&0 the operand is for one, and for global pages. */
PT64_MEMBER void pt64_aarch64_el2_invalidate_each(const struct pt64_flush_range *range,
                                                  struct pt64_aarch64_asids asids,
                                                  struct pt64_aarch64_granule granule)
{
    for (uint64_t offset = 0; offset < range->bytes; offset += range->stride)
        pt64_aarch64_el2_invalidate(pt64_aarch64_tlbi_operand(range->vaddr + offset, asids.asid),
                                    range->tables);
}

PT64_MEMBER void pt64_aarch64_el3_invalidate_each(const struct pt64_flush_range *range,
                                                  struct pt64_aarch64_asids asids,
                                                  struct pt64_aarch64_granule granule)
{
    for (uint64_t offset = 0; offset < range->bytes; offset += range->stride)
        pt64_aarch64_el3_invalidate(pt64_aarch64_tlbi_operand(range->vaddr + offset, 0),
                                    range->tables);
}

/** Invalidates one page, with its level where that is known. */
PT64_MEMBER void pt64_aarch64_invalidate_at_level(const struct pt64_flush_range *range,
                                                  pt64_vaddr_t vaddr,
                                                  struct pt64_aarch64_asids asids,
                                                  unsigned page_shift)
{
    uint64_t level = pt64_aarch64_lookup_level(range, page_shift);

    pt64_aarch64_invalidate(pt64_aarch64_tlbi_operand(vaddr, asids.asid) |
                                pt64_aarch64_ttl(page_shift, level),
                            range->tables, asids.any);
}

/** Whether an invalidation for each page is the fewest: for one, and where a page is a range. */
PT64_MEMBER bool pt64_aarch64_goes_by_page(const struct pt64_flush_range *range,
                                           unsigned page_shift)
{
    return range->bytes == range->stride ||
           range->stride >> page_shift >= PT64_AARCH64_RANGE_FLUSH_LIMIT;
}

/** The largest step from `vaddr` on with `left` smallest pages to go. It returns its pages. */
PT64_MEMBER uint64_t pt64_aarch64_invalidate_step(const struct pt64_flush_range *range,
                                                  pt64_vaddr_t vaddr, uint64_t left,
                                                  struct pt64_aarch64_asids asids,
                                                  struct pt64_aarch64_granule granule)
{
    uint64_t unit = UINT64_C(1) << pt64_aarch64_base_shift(granule);
    uint64_t level = pt64_aarch64_lookup_level(range, granule.page_shift);
    struct pt64_aarch64_tlbi_range step;

    if (left == 1 || vaddr % unit != 0) {
        pt64_aarch64_invalidate_at_level(range, vaddr, asids, granule.page_shift);
        return 1;
    }
    step = pt64_aarch64_tlbi_range_of(left);
    pt64_aarch64_invalidate_range(
        pt64_aarch64_tlbi_range_operand(granule, vaddr, asids.asid, step, level), range->tables,
        asids.any);
    return step.pages;
}

/**
 * A range invalidation covers pages of every size, and counts smallest pages. Its address is a
 * multiple of its unit: single pages come before. All ranges but the last have at least 64 pages,
 * as the largest come first, so the next one has such an address too.
 */
PT64_MEMBER void pt64_aarch64_invalidate_by_range(const struct pt64_flush_range *range,
                                                  struct pt64_aarch64_asids asids,
                                                  struct pt64_aarch64_granule granule)
{
    uint64_t pages = range->bytes >> granule.page_shift;
    bool by_page = pt64_aarch64_goes_by_page(range, granule.page_shift);

    for (uint64_t done = 0; done < pages;) {
        pt64_vaddr_t vaddr = range->vaddr + (done << granule.page_shift);

        if (by_page) {
            pt64_aarch64_invalidate_at_level(range, vaddr, asids, granule.page_shift);
            done += range->stride >> granule.page_shift;
        } else {
            done += pt64_aarch64_invalidate_step(range, vaddr, pages - done, asids, granule);
        }
    }
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

PT64_MEMBER void pt64_aarch64_el3_invalidate_whole(struct pt64_aarch64_asids asids)
{
    pt64_aarch64_el3_invalidate_all();
}

/**
 * The barriers are those of D8.17.1. The first completes the stores before the invalidation: a
 * walker could otherwise cache the old entry again. The second completes the invalidation on all
 * CPUs before what follows. After the third this CPU fetches no instruction through the old entry.
 * One address is enough for a whole page, even if the TLB holds it in parts (D8.17, RTVTYQ).
 */
PT64_MEMBER void pt64_aarch64_run(const struct pt64_flush *request, bool everything,
                                  struct pt64_aarch64_granule granule,
                                  void (*invalidate)(const struct pt64_flush_range *range,
                                                     struct pt64_aarch64_asids asids,
                                                     struct pt64_aarch64_granule granule),
                                  void (*invalidate_whole)(struct pt64_aarch64_asids asids))
{
    struct pt64_aarch64_asids asids = pt64_aarch64_asids_of(request);

    pt64_aarch64_publish();
    if (everything)
        invalidate_whole(asids);
    for (unsigned i = 0; i < request->count && !everything; i++)
        invalidate(&request->ranges[i], asids, granule);
    if (everything || request->count > 0)
        pt64_aarch64_complete();
    pt64_aarch64_synchronize();
}

/** @endcond */

/**
 * For execution at EL1, or at EL2 under HCR_EL2.{E2H,TGE}, for tables of every granule: an
 * instruction for each page.
 */
PT64_MEMBER void pt64_aarch64_flush(const struct pt64_flush *request)
{
    struct pt64_aarch64_granule any = {0, false};

    pt64_aarch64_run(request, request->everything, any, pt64_aarch64_invalidate_each,
                     pt64_aarch64_invalidate_whole);
}

/** For execution at EL2, in the EL2 regime: HCR_EL2.E2H is clear. */
PT64_MEMBER void pt64_aarch64_el2_flush(const struct pt64_flush *request)
{
    struct pt64_aarch64_granule any = {0, false};

    pt64_aarch64_run(request, request->everything, any, pt64_aarch64_el2_invalidate_each,
                     pt64_aarch64_el2_invalidate_whole);
}

/**
 * For execution at EL2, in the EL2&0 regime: HCR_EL2.E2H is set, whatever TGE is. That regime has
 * no invalidation by address for any ASID, and none for all of one ASID (D8.17.5): what is of no
 * one ASID drops everything. With TGE set, pt64_aarch64_flush drops less.
 */
PT64_MEMBER void pt64_aarch64_el20_flush(const struct pt64_flush *request)
{
    bool any = request->id == PT64_NO_ID || request->global;
    struct pt64_aarch64_granule granule = {0, false};

    pt64_aarch64_run(request, request->everything || (any && request->count > 0), granule,
                     pt64_aarch64_el2_invalidate_each, pt64_aarch64_el2_invalidate_whole);
}

/** For execution at EL3, in the EL3 regime. */
PT64_MEMBER void pt64_aarch64_el3_flush(const struct pt64_flush *request)
{
    struct pt64_aarch64_granule any = {0, false};

    pt64_aarch64_run(request, request->everything, any, pt64_aarch64_el3_invalidate_each,
                     pt64_aarch64_el3_invalidate_whole);
}

/** @cond engine */

PT64_MEMBER void pt64_aarch64_run_by_range(const struct pt64_flush *request,
                                           struct pt64_aarch64_granule granule)
{
    pt64_aarch64_run(request, request->everything, granule, pt64_aarch64_invalidate_by_range,
                     pt64_aarch64_invalidate_whole);
}

/* Without flatten, gcc makes one function of the two ways, which calls by a pointer. */
#define PT64_AARCH64_FLUSH_BY_RANGE(granule_, page_shift_, has_ds_)                           \
    PT64_MEMBER void pt64_aarch64_flush_by_range_##granule_(const struct pt64_flush *request) \
    {                                                                                         \
        struct pt64_aarch64_granule granule = {page_shift_, has_ds_};                         \
                                                                                              \
        pt64_aarch64_run_by_range(request, granule);                                          \
    }                                                                                         \
    PT64_MEMBER void pt64_aarch64_flush_as_found_##granule_(const struct pt64_flush *request) \
        __attribute__((flatten));                                                             \
    PT64_MEMBER void pt64_aarch64_flush_as_found_##granule_(const struct pt64_flush *request) \
    {                                                                                         \
        if (request->by_range)                                                                \
            pt64_aarch64_flush_by_range_##granule_(request);                                  \
        else                                                                                  \
            pt64_aarch64_flush(request);                                                      \
    }

/*
 * pt64_aarch64_flush_by_range_4k and its like: pt64_aarch64_flush where every CPU has
 * FEAT_TLBIRANGE and FEAT_TTL (both from Armv8.4). pt64_aarch64_flush_as_found_4k and its like: the
 * one or the other, as the limits of the table say.
 */
PT64_AARCH64_FLUSH_BY_RANGE(4k, 12, false)
PT64_AARCH64_FLUSH_BY_RANGE(16k, 14, false)
PT64_AARCH64_FLUSH_BY_RANGE(64k, 16, false)
PT64_AARCH64_FLUSH_BY_RANGE(4k_lpa2, 12, true)
PT64_AARCH64_FLUSH_BY_RANGE(16k_lpa2, 14, true)

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

/* ---- geometries ---- */

/** A level below the root translates as many bits as a node has. The root translates the rest. */
#define PT64_AARCH64_LEVELS(page_shift_, vaddr_bits_) (((vaddr_bits_) - 4U) / ((page_shift_) - 3U))

/** `leaf_levels_` are those of a table of all levels. */
#define PT64_AARCH64_LIMITS(levels_, vaddr_bits_, leaf_levels_, paddr_bits_, resize_, by_range_) \
    {.levels = (levels_),                                                                        \
     .vaddr_bits = (vaddr_bits_),                                                                \
     .leaf_levels = (levels_) < (leaf_levels_) ? (levels_) : (leaf_levels_),                     \
     .paddr_bits = (paddr_bits_),                                                                \
     .no_execute = true,                                                                         \
     .by_range = (by_range_),                                                                    \
     .split = (resize_),                                                                         \
     .grow = (resize_),                                                                          \
     .flush_limit = (by_range_) ? PT64_AARCH64_RANGE_FLUSH_LIMIT : PT64_AARCH64_FLUSH_LIMIT}

/*
 * Entries that fault are never cached, so a new mapping needs only the barriers that let the
 * walkers see it (D8.17, IWZCBG). Another address, memory type, shareability or globality takes
 * break-before-make (D8.17.1, RWHZWS). So does another size without FEAT_BBML2. With FEAT_BBML2 the
 * size may change, if nothing else does.
 */
#define PT64_AARCH64_META(architecture_, page_shift_, root_bytes_, space_, flush_, ...) \
    {                                                                                   \
        .architecture = (architecture_),                                                \
        .entry_bytes = 8,                                                               \
        .page_shift = (page_shift_),                                                    \
        .index_bits = (page_shift_) - 3U,                                               \
        .limits = __VA_ARGS__,                                                          \
        .space = (space_),                                                              \
        .needs_sink = false,                                                            \
        .break_to_move = true,                                                          \
        .root_is_held = false,                                                          \
        .root_paddr_bits = 0,                                                           \
        .root_bytes = (root_bytes_),                                                    \
        .needs =                                                                        \
            {                                                                           \
                .created = PT64_NEED_BARRIER,                                           \
                .linked = PT64_NEED_BARRIER,                                            \
                .relaxed = PT64_NEED_LEAF,                                              \
                .tightened = PT64_NEED_LEAF,                                            \
                .moved = PT64_NEED_LEAF,                                                \
                .resized = PT64_NEED_LEAF,                                              \
                .removed = PT64_NEED_LEAF,                                              \
                .unlinked = PT64_NEED_WALK,                                             \
            },                                                                          \
        .flush = (flush_),                                                              \
        .fix_fault = pt64_aarch64_fix_fault,                                            \
    }

#define PT64_AARCH64_FOLDED_META(architecture_, page_shift_, root_bytes_, leaf_levels_,        \
                                 paddr_bits_, space_, vaddr_bits_, resize_, by_range_, flush_) \
    PT64_AARCH64_META(architecture_, page_shift_, root_bytes_, space_, flush_,                 \
                      PT64_AARCH64_LIMITS(PT64_AARCH64_LEVELS(page_shift_, vaddr_bits_),       \
                                          vaddr_bits_, leaf_levels_, paddr_bits_, resize_,     \
                                          by_range_))
#define PT64_AARCH64_FOUND_META(architecture_, page_shift_, root_bytes_, leaf_levels_, \
                                paddr_bits_, space_, flush_)                           \
    PT64_AARCH64_META(architecture_, page_shift_, root_bytes_, space_, flush_, {.levels = 0})

/** @endcond */

/**
 * @name A geometry in a line
 * A kind is the granule and how entries hold addresses: architecture, page_shift, the least bytes
 * of a root, levels that can hold a leaf, width of a physical address.
 * @{
 */
#define PT64_AARCH64_4K  PT64_AARCH64_ARCHITECTURE, 12, 0, 3, 48 /**< for pt64_aarch64_pte */
#define PT64_AARCH64_16K PT64_AARCH64_ARCHITECTURE, 14, 0, 2, 48 /**< for the same */
#define PT64_AARCH64_64K PT64_AARCH64_ARCHITECTURE, 16, 0, 2, 48 /**< for the same */
/** For pt64_aarch64_lpa_pte. */
#define PT64_AARCH64_64K_LPA  PT64_AARCH64_LPA_ARCHITECTURE, 16, 64, 3, 52
#define PT64_AARCH64_4K_LPA2  PT64_AARCH64_LPA2_ARCHITECTURE, 12, 64, 4, 52 /**< for _lpa2_pte */
#define PT64_AARCH64_16K_LPA2 PT64_AARCH64_LPA2_ARCHITECTURE, 14, 64, 3, 52 /**< for the same */

/* A way is whether one invalidation covers a range, and the flush. */
#define PT64_AARCH64_BY_ADDRESS        false, pt64_aarch64_flush      /**< EL1&0, every granule */
#define PT64_AARCH64_BY_ADDRESS_EL2    false, pt64_aarch64_el2_flush  /**< EL2 */
#define PT64_AARCH64_BY_ADDRESS_EL20   false, pt64_aarch64_el20_flush /**< EL2&0 */
#define PT64_AARCH64_BY_ADDRESS_EL3    false, pt64_aarch64_el3_flush  /**< EL3 */
#define PT64_AARCH64_BY_RANGE_4K       true, pt64_aarch64_flush_by_range_4k  /**< EL1&0 */
#define PT64_AARCH64_BY_RANGE_16K      true, pt64_aarch64_flush_by_range_16k /**< EL1&0 */
#define PT64_AARCH64_BY_RANGE_64K      true, pt64_aarch64_flush_by_range_64k /**< with FEAT_LPA too */
#define PT64_AARCH64_BY_RANGE_4K_LPA2  true, pt64_aarch64_flush_by_range_4k_lpa2  /**< EL1&0 */
#define PT64_AARCH64_BY_RANGE_16K_LPA2 true, pt64_aarch64_flush_by_range_16k_lpa2 /**< EL1&0 */

/**
 * A geometry: PT64_AARCH64_GEOMETRY(kind, space, vaddr_bits, resize, way). `resize` is
 * PT64_RESIZE_FLUSH where every CPU has FEAT_BBML2, see pt64_aarch64_4k48_bbm2, and otherwise
 * PT64_RESIZE_BREAK. A way by range is for CPUs with FEAT_TLBIRANGE and FEAT_TTL.
 *
 *     static const struct pt64_meta kernel_half = PT64_AARCH64_GEOMETRY(
 *         PT64_AARCH64_16K, PT64_SPACE_UPPER, 47, PT64_RESIZE_FLUSH, PT64_AARCH64_BY_RANGE_16K);
 */
#define PT64_AARCH64_GEOMETRY(...) PT64_AARCH64_FOLDED_META(__VA_ARGS__)
/** @} */

/** @cond engine */

/** The same with the limits of the handler: kind, space, flush. */
#define PT64_AARCH64_ANY(...) PT64_AARCH64_FOUND_META(__VA_ARGS__)

/** Of EL1&0, as most are: kind, space, vaddr_bits, way. */
#define PT64_AARCH64_LOWER(kind_, vaddr_bits_, way_) \
    PT64_AARCH64_GEOMETRY(kind_, PT64_SPACE_LOWER, vaddr_bits_, PT64_RESIZE_BREAK, way_)
#define PT64_AARCH64_UPPER(kind_, vaddr_bits_, way_) \
    PT64_AARCH64_GEOMETRY(kind_, PT64_SPACE_UPPER, vaddr_bits_, PT64_RESIZE_BREAK, way_)

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

/**
 * Whether the CPU has the granule of the geometry, and its addresses (D24.2 "ID_AA64MMFR0_EL1"):
 * TGran4 is 15 without the granule and 1 with FEAT_LPA2, TGran16 is 0 and 2, TGran64 15. Later
 * values have what these have.
 */
PT64_MEMBER bool pt64_aarch64_has_granule(const struct pt64_meta *meta, uint64_t mmfr0)
{
    bool has_ds = pt64_aarch64_has_ds(meta);
    unsigned field;

    if (meta->page_shift == 14)
        return pt64_aarch64_id_field(mmfr0, PT64_AARCH64_MMFR0_TGRAN16_SHIFT) >= (has_ds ? 2U : 1U);
    field = pt64_aarch64_id_field(mmfr0, meta->page_shift == 12 ? PT64_AARCH64_MMFR0_TGRAN4_SHIFT
                                                                : PT64_AARCH64_MMFR0_TGRAN64_SHIFT);
    return field < 8 && field >= (has_ds ? 1U : 0U);
}

/** VARange is 1 with FEAT_LVA, which widens addresses of the 64 KiB granule alone. */
PT64_MEMBER unsigned pt64_aarch64_most_vaddr_bits(const struct pt64_meta *meta, uint64_t mmfr2)
{
    bool has_lva = meta->page_shift == 16 &&
                   pt64_aarch64_id_field(mmfr2, PT64_AARCH64_MMFR2_VARANGE_SHIFT) >= 1;

    return has_lva || pt64_aarch64_has_ds(meta) ? 52 : 48;
}

/** Blocks of the largest size need TCR_ELx.DS, or 52-bit physical addresses (D8.3.1.2). */
PT64_MEMBER unsigned pt64_aarch64_leaf_levels(const struct pt64_meta *meta, unsigned paddr_bits)
{
    unsigned leaf_levels = meta->page_shift == 12 ? 3 : 2;

    if (meta->page_shift == 16)
        return leaf_levels + (paddr_bits == 52 ? 1 : 0);
    return leaf_levels + (pt64_aarch64_has_ds(meta) ? 1 : 0);
}

/** @endcond */

/** ID registers of a CPU, as MRS reads them. A CPU without one of them reads it as 0. */
struct pt64_aarch64_id_registers {
    uint64_t isar0; /**< ID_AA64ISAR0_EL1 */
    uint64_t mmfr0; /**< ID_AA64MMFR0_EL1 */
    uint64_t mmfr2; /**< ID_AA64MMFR2_EL1 */
};

/**
 * The limits of a table that CPUs with these registers walk: for pt64_aarch64_any and its like. If
 * CPUs differ, each field of a register is the smallest of theirs. If the CPU lacks the granule of
 * the geometry, FEAT_LPA2 for a geometry of that, or the width of addresses, name_create answers
 * PT64_BAD_SIZE.
 * @param vaddr_bits the width of addresses in this half: 25 to 48, or to 52 with FEAT_LVA or
 *        FEAT_LPA2.
 * @param takes_conflicts whether the kernel handles TLB conflict aborts, or knows that its CPUs
 *        never report one: see pt64_aarch64_4k48_bbm2. If not, FEAT_BBML2 is not used. CPUs with
 *        FEAT_BBML3 never report one.
 */
PT64_MEMBER struct pt64_limits
pt64_aarch64_limits(const struct pt64_meta *meta, const struct pt64_aarch64_id_registers *registers,
                    unsigned vaddr_bits, bool takes_conflicts)
{
    unsigned parange = pt64_aarch64_id_field(registers->mmfr0, PT64_AARCH64_MMFR0_PARANGE_SHIFT);
    unsigned cpu_bits = pt64_aarch64_paddr_bits(parange);
    unsigned entry_bits = pt64_aarch64_entry_paddr_bits(meta);
    unsigned paddr_bits = cpu_bits < entry_bits ? cpu_bits : entry_bits;
    bool fits = pt64_aarch64_has_granule(meta, registers->mmfr0) && vaddr_bits >= 25 &&
                vaddr_bits <= pt64_aarch64_most_vaddr_bits(meta, registers->mmfr2);
    unsigned levels = fits ? PT64_AARCH64_LEVELS(meta->page_shift, vaddr_bits) : 0;
    bool by_range = pt64_aarch64_has_ranges(registers->isar0, registers->mmfr2);
    enum pt64_resize resize = pt64_aarch64_resize(registers->mmfr2, takes_conflicts);
    struct pt64_limits limits =
        PT64_AARCH64_LIMITS(levels, vaddr_bits, pt64_aarch64_leaf_levels(meta, paddr_bits),
                            paddr_bits, resize, by_range);

    return limits;
}

/* ---- 4 KiB ---- */

/** TTBR0_EL1: 48-bit addresses from 0 up, pages of 4K, 2M and 1G. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48 =
    PT64_AARCH64_LOWER(PT64_AARCH64_4K, 48, PT64_AARCH64_BY_ADDRESS);
/**
 * TTBR1_EL1: the same, up to the last address. A CPU must not split, move or retype a block that
 * maps its own code, its stack, the guard or the table's nodes: the block is absent for a moment,
 * and the CPU needs it in between. See pt64_aarch64_4k48_upper_bbm2.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_4K, 48, PT64_AARCH64_BY_ADDRESS);
/**
 * TTBR0_EL1 where every CPU has FEAT_BBML2 (ID_AA64MMFR2_EL1.BBM at least 2): a split leaves no
 * moment in which a huge page is absent. Until the flush a CPU may report a TLB conflict abort
 * (D8.17.2, IHYQMB). The kernel handles it by TLBI VMALLE1 and a retry (D8.17.3), unless it knows
 * that its CPUs never report one. A guest's VMALLE1 does not end a conflict in stage 2: Linux uses
 * level 2 on a list of CPUs that never abort.
 *
 * PT64_AARCH64_GEOMETRY makes the like for other granules and widths.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_bbm2 = PT64_AARCH64_GEOMETRY(
    PT64_AARCH64_4K, PT64_SPACE_LOWER, 48, PT64_RESIZE_FLUSH, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1: for a kernel that splits blocks of its own linear map. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_upper_bbm2 = PT64_AARCH64_GEOMETRY(
    PT64_AARCH64_4K, PT64_SPACE_UPPER, 48, PT64_RESIZE_FLUSH, PT64_AARCH64_BY_ADDRESS);
/**
 * TTBR0_EL1 where every CPU has FEAT_TLBIRANGE (ID_AA64ISAR0_EL1.TLB is 2) and FEAT_TTL
 * (ID_AA64MMFR2_EL1.TTL is 1).
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_tlbirange =
    PT64_AARCH64_LOWER(PT64_AARCH64_4K, 48, PT64_AARCH64_BY_RANGE_4K);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k48_upper_tlbirange =
    PT64_AARCH64_UPPER(PT64_AARCH64_4K, 48, PT64_AARCH64_BY_RANGE_4K);
/** TTBR0_EL1: 39-bit addresses, three levels; blocks of 1G in the root. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k39 =
    PT64_AARCH64_LOWER(PT64_AARCH64_4K, 39, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k39_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_4K, 39, PT64_AARCH64_BY_ADDRESS);

/* ---- 16 KiB ---- */

/** TTBR0_EL1: 36-bit addresses, two levels; pages of 16K, blocks of 32M in the root. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k36 =
    PT64_AARCH64_LOWER(PT64_AARCH64_16K, 36, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k36_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_16K, 36, PT64_AARCH64_BY_ADDRESS);
/** TTBR0_EL1: 47-bit addresses, three levels; pages of 16K and 32M. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k47 =
    PT64_AARCH64_LOWER(PT64_AARCH64_16K, 47, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k47_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_16K, 47, PT64_AARCH64_BY_ADDRESS);
/** TTBR0_EL1 where every CPU has FEAT_TLBIRANGE and FEAT_TTL. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k47_tlbirange =
    PT64_AARCH64_LOWER(PT64_AARCH64_16K, 47, PT64_AARCH64_BY_RANGE_16K);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k47_upper_tlbirange =
    PT64_AARCH64_UPPER(PT64_AARCH64_16K, 47, PT64_AARCH64_BY_RANGE_16K);
/** TTBR0_EL1: 48-bit addresses, four levels, of which the root has two entries. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k48 =
    PT64_AARCH64_LOWER(PT64_AARCH64_16K, 48, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k48_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_16K, 48, PT64_AARCH64_BY_ADDRESS);

/* ---- 64 KiB ---- */

/** TTBR0_EL1: 42-bit addresses, two levels; pages of 64K, blocks of 512M in the root. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k42 =
    PT64_AARCH64_LOWER(PT64_AARCH64_64K, 42, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k42_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_64K, 42, PT64_AARCH64_BY_ADDRESS);
/** TTBR0_EL1: 48-bit addresses, three levels; pages of 64K and 512M. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k48 =
    PT64_AARCH64_LOWER(PT64_AARCH64_64K, 48, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k48_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_64K, 48, PT64_AARCH64_BY_ADDRESS);
/** TTBR0_EL1 where every CPU has FEAT_TLBIRANGE and FEAT_TTL. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k48_tlbirange =
    PT64_AARCH64_LOWER(PT64_AARCH64_64K, 48, PT64_AARCH64_BY_RANGE_64K);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k48_upper_tlbirange =
    PT64_AARCH64_UPPER(PT64_AARCH64_64K, 48, PT64_AARCH64_BY_RANGE_64K);

/* ---- 52-bit physical addresses ---- */

/**
 * TTBR0_EL1, 64 KiB granule, FEAT_LPA: 48-bit virtual and 52-bit physical addresses; pages of 64K,
 * 512M and 4T. For pt64_aarch64_lpa_pte and its like.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k48_lpa =
    PT64_AARCH64_LOWER(PT64_AARCH64_64K_LPA, 48, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k48_upper_lpa =
    PT64_AARCH64_UPPER(PT64_AARCH64_64K_LPA, 48, PT64_AARCH64_BY_ADDRESS);
/** TTBR0_EL1 with FEAT_LVA too: 52-bit virtual addresses, and otherwise the same. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k52 =
    PT64_AARCH64_LOWER(PT64_AARCH64_64K_LPA, 52, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k52_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_64K_LPA, 52, PT64_AARCH64_BY_ADDRESS);
/**
 * TTBR0_EL1 with TCR_EL1.DS set, FEAT_LPA2, 4 KiB granule: 52-bit virtual and physical addresses,
 * five levels; pages of 4K, 2M, 1G and 512G. For pt64_aarch64_lpa2_pte and its like.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k52 =
    PT64_AARCH64_LOWER(PT64_AARCH64_4K_LPA2, 52, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k52_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_4K_LPA2, 52, PT64_AARCH64_BY_ADDRESS);
/** TTBR0_EL1 where every CPU has FEAT_TLBIRANGE and FEAT_TTL. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k52_tlbirange =
    PT64_AARCH64_LOWER(PT64_AARCH64_4K_LPA2, 52, PT64_AARCH64_BY_RANGE_4K_LPA2);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k52_upper_tlbirange =
    PT64_AARCH64_UPPER(PT64_AARCH64_4K_LPA2, 52, PT64_AARCH64_BY_RANGE_4K_LPA2);
/** As pt64_aarch64_4k52 with the 16 KiB granule: four levels; pages of 16K, 32M and 64G. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k52 =
    PT64_AARCH64_LOWER(PT64_AARCH64_16K_LPA2, 52, PT64_AARCH64_BY_ADDRESS);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k52_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_16K_LPA2, 52, PT64_AARCH64_BY_ADDRESS);
/** TTBR0_EL1 where every CPU has FEAT_TLBIRANGE and FEAT_TTL. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k52_tlbirange =
    PT64_AARCH64_LOWER(PT64_AARCH64_16K_LPA2, 52, PT64_AARCH64_BY_RANGE_16K_LPA2);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k52_upper_tlbirange =
    PT64_AARCH64_UPPER(PT64_AARCH64_16K_LPA2, 52, PT64_AARCH64_BY_RANGE_16K_LPA2);

/* ---- other Exception levels ---- */

/** TTBR0_EL2 with HCR_EL2.E2H clear, for pt64_aarch64_el2_pte. This regime has no ASIDs. */
PT64_TRAIT struct pt64_meta pt64_aarch64_el2_4k48 =
    PT64_AARCH64_LOWER(PT64_AARCH64_4K, 48, PT64_AARCH64_BY_ADDRESS_EL2);
/** The same with 64 KiB pages and 52-bit addresses, for pt64_aarch64_el2_lpa_pte. */
PT64_TRAIT struct pt64_meta pt64_aarch64_el2_64k52 =
    PT64_AARCH64_LOWER(PT64_AARCH64_64K_LPA, 52, PT64_AARCH64_BY_ADDRESS_EL2);
/** The same with TCR_EL2.DS set, for pt64_aarch64_el2_lpa2_pte. */
PT64_TRAIT struct pt64_meta pt64_aarch64_el2_4k52 =
    PT64_AARCH64_LOWER(PT64_AARCH64_4K_LPA2, 52, PT64_AARCH64_BY_ADDRESS_EL2);
/**
 * TTBR0_EL2 with HCR_EL2.E2H set (FEAT_VHE): the EL2&0 regime, whose entries and ASIDs are those of
 * EL1&0: for pt64_aarch64_pte. Its flush holds whether HCR_EL2.TGE is set or a guest is loaded.
 * While TGE is set the geometries of EL1&0 serve as well, and drop less where the table has no id.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_el20_4k48 =
    PT64_AARCH64_LOWER(PT64_AARCH64_4K, 48, PT64_AARCH64_BY_ADDRESS_EL20);
/** The same for TTBR1_EL2. */
PT64_TRAIT struct pt64_meta pt64_aarch64_el20_4k48_upper =
    PT64_AARCH64_UPPER(PT64_AARCH64_4K, 48, PT64_AARCH64_BY_ADDRESS_EL20);
/** TTBR0_EL3, for pt64_aarch64_el2_pte. This regime has no ASIDs. */
PT64_TRAIT struct pt64_meta pt64_aarch64_el3_4k48 =
    PT64_AARCH64_LOWER(PT64_AARCH64_4K, 48, PT64_AARCH64_BY_ADDRESS_EL3);

/* ---- what is found at boot ---- */

/**
 * TTBR0_EL1 where the limits of the handler say how wide addresses are and what the CPU has:
 * pt64_aarch64_limits makes them. The 4 KiB granule, for pt64_aarch64_pte.
 */
PT64_TRAIT struct pt64_meta pt64_aarch64_any =
    PT64_AARCH64_ANY(PT64_AARCH64_4K, PT64_SPACE_LOWER, pt64_aarch64_flush_as_found_4k);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_any_upper =
    PT64_AARCH64_ANY(PT64_AARCH64_4K, PT64_SPACE_UPPER, pt64_aarch64_flush_as_found_4k);
/** The 16 KiB granule, for pt64_aarch64_pte. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k_any =
    PT64_AARCH64_ANY(PT64_AARCH64_16K, PT64_SPACE_LOWER, pt64_aarch64_flush_as_found_16k);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k_any_upper =
    PT64_AARCH64_ANY(PT64_AARCH64_16K, PT64_SPACE_UPPER, pt64_aarch64_flush_as_found_16k);
/** The 64 KiB granule, for pt64_aarch64_lpa_pte, on CPUs with and without FEAT_LPA. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k_any =
    PT64_AARCH64_ANY(PT64_AARCH64_64K_LPA, PT64_SPACE_LOWER, pt64_aarch64_flush_as_found_64k);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_64k_any_upper =
    PT64_AARCH64_ANY(PT64_AARCH64_64K_LPA, PT64_SPACE_UPPER, pt64_aarch64_flush_as_found_64k);
/** The 4 KiB granule with TCR_EL1.DS set, for pt64_aarch64_lpa2_pte, on CPUs with FEAT_LPA2. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k_lpa2_any =
    PT64_AARCH64_ANY(PT64_AARCH64_4K_LPA2, PT64_SPACE_LOWER, pt64_aarch64_flush_as_found_4k_lpa2);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_4k_lpa2_any_upper =
    PT64_AARCH64_ANY(PT64_AARCH64_4K_LPA2, PT64_SPACE_UPPER, pt64_aarch64_flush_as_found_4k_lpa2);
/** The 16 KiB granule likewise. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k_lpa2_any =
    PT64_AARCH64_ANY(PT64_AARCH64_16K_LPA2, PT64_SPACE_LOWER, pt64_aarch64_flush_as_found_16k_lpa2);
/** The same for TTBR1_EL1. */
PT64_TRAIT struct pt64_meta pt64_aarch64_16k_lpa2_any_upper =
    PT64_AARCH64_ANY(PT64_AARCH64_16K_LPA2, PT64_SPACE_UPPER, pt64_aarch64_flush_as_found_16k_lpa2);

PT64_TRAITS_END

#endif

/* SPDX-License-Identifier: MIT */
/* Entries that the library does not make: how it classifies those of adopted tables, and those that
 * it meets while a change is under way. */
#include "test.h"

#include <page_table64/pte/aarch64.h>
#include <page_table64/pte/armv7.h>

#define BIT(n) (UINT64_C(1) << (n))

/* Puts an entry in the place of a mapped page, and returns what was there. */
static uint64_t plant(struct test *t, uint64_t entry)
{
    pt64_slot_t *slot = leaf_slot(t, some_vaddr(t));
    uint64_t old = entry_in(t, slot);

    put_entry(t, slot, entry);
    return old;
}

static void map_one(struct test *t, pt64_flags_t flags)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), flags));
}

static pt64_flags_t queried(struct test *t)
{
    struct pt64_mapping page = {0, 0, 0, 0};

    expect_ok(query(t, some_vaddr(t), &page));
    return page.flags;
}

static bool is_hptw(const struct test *t)
{
    return t->oracle.format.hptw;
}

static bool is_plain_loongarch64(const struct test *t)
{
    return is_loongarch64(t) && !is_hptw(t);
}

static bool is_plain_riscv(const struct test *t)
{
    return is_riscv(t) && !t->oracle.format.svpbmt && !t->oracle.format.xuantie;
}

static bool is_standard_riscv(const struct test *t)
{
    return is_wide_riscv(t) && !t->oracle.format.xuantie;
}

static bool reserves_60_and_59(const struct test *t)
{
    return is_standard_riscv(t) && !t->oracle.format.svrsw60t59b;
}

static bool reserves_shadow_stacks(const struct test *t)
{
    return is_riscv(t) && !t->oracle.format.zicfiss;
}

static bool is_two_privileges(const struct test *t)
{
    return is_aarch64(t) && oracle_has_user(&t->oracle.format);
}

/* ---- dirty and not writable ---- */

/* The bit that stands for D in a page that is not writable. */
static uint64_t soft_dirt(const struct test *t)
{
    return t->oracle.format.arch == ORACLE_I386 ? BIT(11) : BIT(58);
}

/* SDM 3A, 5.6: with CR4.CET, R/W 0 and D 1 is a shadow-stack page. */
TEST_IF(is_x86, "needs x86", a_dirty_page_that_loses_write_permission_is_no_shadow_stack)
{
    uint64_t dirt = soft_dirt(t);

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        hardware_stores(t, some_vaddr(t));
        expect_ok(protect(t, some_vaddr(t), R));
        assert_true((leaf_at(t, some_vaddr(t)) & (BIT(1) | BIT(6))) == 0);
        expect_page(some_vaddr(t), some_paddr(t), size, R | PT64_ACCESSED | PT64_DIRTY);
        expect_ok(protect(t, some_vaddr(t), RW));
        assert_true((leaf_at(t, some_vaddr(t)) & (BIT(1) | BIT(6) | dirt)) == (BIT(1) | BIT(6)));
        expect_page(some_vaddr(t), some_paddr(t), size, RW | PT64_ACCESSED | PT64_DIRTY);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST_IF(is_x86, "needs x86", a_page_mapped_dirty_and_not_writable_is_no_shadow_stack)
{
    pt64_flags_t flags = RX | PT64_ACCESSED | PT64_DIRTY;
    uint64_t dirt = soft_dirt(t);

    map_one(t, flags);
    assert_true((leaf_at(t, some_vaddr(t)) & (BIT(5) | BIT(6) | dirt)) == (BIT(5) | dirt));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), flags);
}

static bool takes_shadow_stacks_for_pages(const struct test *t)
{
    return is_x86(t) && !t->oracle.format.cet;
}

/* A CPU without CET may have set D in an entry that had just lost R/W. */
TEST_IF(takes_shadow_stacks_for_pages, "needs x86 without shadow stacks",
        a_shadow_stack_is_none_after_the_next_change)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;
    uint64_t shadow = pte->leaf(limits, R, 0) | BIT(6);

    assert_int_equal(pte->decode(shadow, 0), R | PT64_DIRTY);
    assert_true(pte->protect(shadow, pte->leaf(limits, R, 0), 0) ==
                pte->leaf(limits, R | PT64_DIRTY, 0));
    assert_true(pte->protect(shadow, pte->leaf(limits, RX, 0), 0) ==
                pte->leaf(limits, RX | PT64_DIRTY, 0));
    assert_true(pte->clean(shadow, PT64_DIRTY, 0) == pte->leaf(limits, R, 0));
    assert_true(pte->clean(pte->leaf(limits, R | PT64_DIRTY, 0), PT64_DIRTY, 0) ==
                pte->leaf(limits, R, 0));
    assert_true(pte->clean(pte->leaf(limits, RW | PT64_DIRTY, 0), PT64_DIRTY, 0) ==
                pte->leaf(limits, RW, 0));
}

TEST_IF(is_x86, "needs x86", a_clean_page_may_be_written_by_the_cpu_though_it_is_not_writable)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    assert_true(pte->is_volatile(pte->leaf(limits, R | PT64_ACCESSED, 0), 0));
    assert_true(pte->is_volatile(pte->leaf(limits, RW | PT64_ACCESSED, 0), 0));
    assert_true(pte->is_volatile(pte->leaf(limits, R | PT64_DIRTY, 0), 0));
    assert_false(pte->is_volatile(pte->leaf(limits, R | PT64_ACCESSED | PT64_DIRTY, 0), 0));
    assert_false(pte->is_volatile(pte->leaf(limits, RW | PT64_ACCESSED | PT64_DIRTY, 0), 0));
}

/* LoongArch vol. 1, 5.4.3: the TLB allows stores by D. */
TEST_IF(is_hptw, "needs LoongArch's hardware walker",
        a_dirty_page_that_loses_write_permission_lets_no_store_pass)
{
    map_one(t, RW);
    hardware_stores(t, some_vaddr(t));
    expect_ok(protect(t, some_vaddr(t), R));
    assert_true((leaf_at(t, some_vaddr(t)) & (BIT(1) | BIT(8))) == 0);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | PT64_ACCESSED | PT64_DIRTY);
    expect_ok(protect(t, some_vaddr(t), RW));
    assert_true((leaf_at(t, some_vaddr(t)) & (BIT(1) | BIT(8) | BIT(9))) == (BIT(1) | BIT(8)));
}

/* Linux leaves D in a page that it made writable itself, and W in other pages. */
TEST_IF(is_hptw, "needs LoongArch's hardware walker",
        a_page_that_is_writable_by_d_alone_stays_writable_when_it_is_cleaned)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;
    uint64_t odd = (pte->leaf(limits, RW | PT64_DIRTY, 0) & ~BIT(8));

    assert_int_equal(pte->decode(odd, 0), RW | PT64_DIRTY);
    assert_true(pte->clean(odd, PT64_DIRTY, 0) == pte->leaf(limits, RW, 0));
}

TEST_IF(is_hptw, "needs LoongArch's hardware walker",
        the_walker_may_write_a_page_that_it_has_not_seen_accessed_or_written)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    assert_true(pte->is_volatile(pte->leaf(limits, R, 0), 0));
    assert_true(pte->is_volatile(pte->leaf(limits, RW | PT64_ACCESSED, 0), 0));
    assert_false(pte->is_volatile(pte->leaf(limits, R | PT64_ACCESSED, 0), 0));
    assert_false(pte->is_volatile(pte->leaf(limits, RW | PT64_ACCESSED | PT64_DIRTY, 0), 0));
}

/* ---- memory types that no flag encodes ---- */

/* PT64_AARCH64_MAIR_TAGGED_VALUE: index 0 is write-back, 1 Device-nGnRE, 2 non-cacheable and 4
 * tagged. The bytes that are 0 are Device-nGnRnE. */
TEST_IF(is_stage1, "needs AArch64 stage 1",
        an_attribute_index_without_a_flag_is_told_as_what_mair_makes_of_it)
{
    const pt64_flags_t strict = PT64_DEVICE | PT64_AARCH64_NGNRNE;
    const pt64_flags_t types[8] = {0,      PT64_DEVICE, PT64_UNCACHED, strict, PT64_AARCH64_TAGGED,
                                   strict, strict,      strict};

    map_one(t, RW);
    for (unsigned index = 0; index < 8; index++) {
        uint64_t old = plant(t, (leaf_at(t, some_vaddr(t)) & ~UINT64_C(0x1c)) | index << 2);

        assert_int_equal(queried(t), RW | types[index]);
        plant(t, old);
    }
}

/* PT64_X86_64_PAT_VALUE, from index 0: WB, WT, UC-, UC, WC, WT, UC-, UC. Write-through has no flag,
 * and is not ordinary memory. */
TEST_IF(is_x86, "needs x86", a_pat_index_without_a_flag_is_told_as_no_ordinary_memory)
{
    const pt64_flags_t types[8] = {0,
                                   PT64_UNCACHED,
                                   PT64_UNCACHED,
                                   PT64_DEVICE,
                                   PT64_WRITE_COMBINE,
                                   PT64_UNCACHED,
                                   PT64_UNCACHED,
                                   PT64_DEVICE};

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t leaf = t->s->pte->leaf(&t->s->meta->limits, RW, level);

        for (unsigned index = 0; index < 8; index++) {
            uint64_t bits = (uint64_t)(index & 3) << 3 | (uint64_t)(index >> 2)
                                                             << (level == 0 ? 7 : 12);

            assert_int_equal(t->s->pte->decode(leaf | bits, level), RW | types[index]);
        }
    }
}

/* LoongArch vol. 1, 5.3: MAT 3 is reserved. */
TEST_IF(is_loongarch64, "needs LoongArch",
        a_reserved_memory_access_type_is_told_as_no_ordinary_memory)
{
    uint64_t leaf = t->s->pte->leaf(&t->s->meta->limits, RW, 0);

    assert_int_equal(t->s->pte->decode(leaf | 0x30, 0), RW | PT64_DEVICE);
}

static bool has_ap_0(const struct test *t)
{
    return is_short(t) && !t->oracle.format.access_flag;
}

/* A leaf with AP[2:0] in the places of a small page, or of a section. */
static uint64_t with_ap(uint64_t leaf, unsigned ap, unsigned level)
{
    unsigned shift = level == 0 ? 4 : 10;

    leaf &= ~((UINT64_C(3) | 1 << 5) << shift);
    return leaf | ((uint64_t)(ap & 3) | (uint64_t)(ap >> 2) << 5) << shift;
}

/* ARMv7 ARM, B3.7.1: with AP[2:0] 010 privileged code alone may write. 110 is deprecated. */
TEST_IF(has_ap_0, "needs AP[2:0] of ARMv7", permissions_that_the_format_does_not_write_are_told)
{
    const pt64_flags_t told[] = {0, RW, R | PT64_USER, RWU, 0, R, R | PT64_USER, R | PT64_USER};

    for (unsigned level = 0; level < 2; level++) {
        for (unsigned ap = 0; ap < 8; ap++) {
            uint64_t data = with_ap(leaf_entry(t->s, some_paddr(t), RW, level), ap, level);
            uint64_t code = with_ap(leaf_entry(t->s, some_paddr(t), RX, level), ap, level);

            if (ap == 4) /* reserved */
                continue;
            assert_int_equal(t->s->pte->decode(data, level), told[ap]);
            assert_int_equal(t->s->pte->decode(code, level),
                             told[ap] == 0 ? 0 : told[ap] | PT64_EXECUTE);
        }
    }
}

/* B3.8.3: the index 0 is Strongly-ordered in PRRR. */
TEST_IF(is_short, "needs short descriptors", strongly_ordered_memory_is_told_as_a_device)
{
    for (unsigned level = 0; level < 2; level++) {
        uint64_t leaf = leaf_entry(t->s, some_paddr(t), RW | PT64_DEVICE, level) & ~BIT(2);

        assert_int_equal(t->s->pte->kind(&t->s->meta->limits, leaf, level), PT64_LEAF);
        assert_int_equal(t->s->pte->decode(leaf, level), RW | PT64_DEVICE);
    }
}

/* ---- what hardware may understand and the format does not ---- */

static void expect_unknown(const struct test *t, uint64_t entry, unsigned level)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    assert_int_equal(pte->kind(limits, entry, level), PT64_UNKNOWN);
    assert_true(pte->wrong(limits, entry, level, size_at(t, level)) != 0);
}

/* Svrsw60t59b: on a hart that has it, the bits belong to software. */
TEST_IF(reserves_60_and_59,
        "needs RISC-V with entries of 8 bytes, where bits 60 and 59 are reserved",
        a_page_with_bits_60_or_59_is_none_of_ours_and_its_slot_not_free)
{
    uint64_t leaf = t->s->pte->leaf(&t->s->meta->limits, RW, 0);

    expect_unknown(t, leaf | BIT(59), 0);
    expect_unknown(t, leaf | BIT(60), 0);
    expect_unknown(t, leaf | BIT(60) | BIT(59), 1);
}

/* "Shadow Stack (SS) pages" of Zicfiss: R and X clear, W set. */
TEST_IF(reserves_shadow_stacks, "needs RISC-V without Zicfiss",
        a_shadow_stack_page_is_none_of_ours_and_its_slot_not_free)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t address = t->s->pte->address(some_paddr(t), level);

        expect_unknown(t, address | 0x05, level);
        expect_unknown(t, address | 0xc5, level);
        expect_unknown(t, address | 0x0d, level);
    }
}

/* "Virtual Address Translation Process": a misaligned superpage, a pointer at level 0. */
TEST_IF(is_riscv, "needs RISC-V",
        a_superpage_that_is_not_aligned_and_a_pointer_at_the_bottom_are_not_free)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    expect_unknown(t, pte->leaf(limits, RW, 1) + pte->address(page_size(t), 1), 1);
    expect_unknown(t, pte->leaf(limits, RW, 2) + pte->address(huge_size(t), 2), 2);
    expect_unknown(t, pte->link(limits, some_paddr(t), 1), 0);
}

/* Hardware reads no other bit of an entry whose V is clear. */
TEST_IF(is_riscv, "needs RISC-V", an_entry_that_is_not_valid_is_free_whatever_else_it_holds)
{
    for (unsigned level = 0; level < 3; level++)
        for (unsigned bit = 1; bit < 64; bit++)
            assert_int_equal(t->s->pte->kind(&t->s->meta->limits, BIT(bit) | 0x6, level),
                             PT64_EMPTY);
}

/* Arm ARM, D8.3.1.2: the block encoding at lookup level 3 is reserved. */
TEST_IF(is_aarch64, "needs AArch64",
        a_block_at_the_last_level_is_none_of_ours_and_its_slot_not_free)
{
    expect_unknown(t, t->s->pte->leaf(&t->s->meta->limits, RW, 0) & ~BIT(1), 0);
    assert_int_equal(t->s->pte->kind(&t->s->meta->limits,
                                     t->s->pte->leaf(&t->s->meta->limits, RW, 0) & ~BIT(0), 0),
                     PT64_EMPTY);
}

static void expect_wrong(const struct test *t, enum pt64_kind kind, uint64_t bits, uint64_t entry,
                         unsigned level)
{
    const struct pt64_limits *limits = &t->s->meta->limits;

    assert_int_equal(t->s->pte->kind(limits, entry, level), kind);
    assert_true(t->s->pte->wrong(limits, entry, level, size_at(t, level)) == bits);
}

/* ARMv7 ARM, B3.5.1: large pages and supersections fill sixteen slots. Domains, NS, PXN and bit 9
 * are of first-level descriptors alone. */
TEST_IF(is_short, "needs short descriptors", what_a_small_page_cannot_say_is_none_of_ours)
{
    static const unsigned of_sections[] = {0, 5, 6, 7, 8, 9, 14, 18, 19};
    uint64_t page = leaf_entry(t->s, some_paddr(t), RW, 0);
    uint64_t section = leaf_entry(t->s, some_paddr(t), RW, 1);
    uint64_t link = link_entry(t->s, some_paddr(t), 1);

    expect_wrong(t, PT64_UNKNOWN, 1, (page & ~UINT64_C(3)) | 1, 0);
    expect_wrong(t, PT64_UNKNOWN, BIT(8), page | BIT(8), 0);
    for (unsigned i = 0; i < sizeof of_sections / sizeof of_sections[0]; i++)
        expect_wrong(t, PT64_UNKNOWN, BIT(of_sections[i]), section | BIT(of_sections[i]), 1);
    for (unsigned bit = 2; bit < 10; bit++)
        expect_wrong(t, PT64_UNKNOWN, BIT(bit), link | BIT(bit), 1);
    expect_wrong(t, PT64_LEAF, 0, page, 0);
    expect_wrong(t, PT64_LEAF, 0, section, 1);
    expect_wrong(t, PT64_LINK, 0, link, 1);
    /* Where the limits have no page of that size: the type. */
    assert_true(t->s->pte->wrong(&t->s->meta->limits, section, 1, 0) == 2);
    assert_true(t->s->pte->wrong(&t->s->meta->limits, link, 1, 0) == 0);
}

/* B3.8.3: what an index means is said by PRRR and NMRR, which have a type for three of them. 6 is
 * implementation defined. */
TEST_IF(is_short, "needs short descriptors", a_leaf_of_another_memory_type_is_none_of_ours)
{
    for (unsigned level = 0; level < 2; level++) {
        uint64_t leaf = leaf_entry(t->s, some_paddr(t), RW, level);
        uint64_t tex_0 = BIT(level == 0 ? 6 : 12);

        /* What is wrong is told by the type, which is XN too. */
        expect_wrong(t, PT64_UNKNOWN, leaf & 3, leaf & ~(tex_0 | BIT(2)), level); /* 2 */
        expect_wrong(t, PT64_UNKNOWN, leaf & 3, leaf & ~tex_0, level);            /* 3 */
        expect_wrong(t, PT64_UNKNOWN, leaf & 3, leaf & ~BIT(3), level);           /* 5 */
        expect_wrong(t, PT64_UNKNOWN, leaf & 3, leaf & ~BIT(2), level);           /* 6 */
    }
}

/* B3.7.1: reserved. */
TEST_IF(has_ap_0, "needs AP[2:0] of ARMv7", a_leaf_with_ap_100_is_none_of_ours)
{
    for (unsigned level = 0; level < 2; level++)
        expect_unknown(t, with_ap(leaf_entry(t->s, some_paddr(t), RW, level), 4, level), level);
}

/* Hardware reads nothing else of a descriptor of type 0. */
TEST_IF(is_short, "needs short descriptors", a_descriptor_of_type_0_is_free_whatever_else_it_holds)
{
    for (unsigned level = 0; level < 2; level++)
        for (unsigned bit = 2; bit < 32; bit++)
            assert_int_equal(t->s->pte->kind(&t->s->meta->limits, BIT(bit), level), PT64_EMPTY);
}

/* Linux without the hardware walker: V is set when the page is first accessed. */
TEST_IF(is_plain_loongarch64, "needs LoongArch without the hardware walker",
        a_page_that_is_present_and_not_valid_yet_is_not_a_free_slot)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++)
        expect_unknown(t, t->s->pte->leaf(&t->s->meta->limits, RW, level) & ~BIT(0), level);
}

/* With the hardware walker that is a page. An entry with V but without P is not. */
TEST_IF(is_hptw, "needs LoongArch's hardware walker",
        a_page_that_is_present_and_not_accessed_is_there)
{
    map_one(t, RW);
    assert_true((leaf_at(t, some_vaddr(t)) & 1) == 0);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    hardware_stores(t, some_vaddr(t));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW | PT64_ACCESSED | PT64_DIRTY);
    expect_unknown(t, t->s->pte->leaf(&t->s->meta->limits, RW | PT64_ACCESSED, 0) & ~BIT(7), 0);
}

/* The firmware of newer cores builds 1G pages: H in a directory above the lowest. */
TEST_IF(is_loongarch64, "needs LoongArch", a_huge_page_of_an_upper_directory_is_a_page)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    assert_int_equal(pte->kind(limits, pte->leaf(limits, RW, 1), 2), PT64_LEAF);
    assert_true(pte->wrong(limits, pte->leaf(limits, RW, 1), 2, 0) == BIT(6));
}

/* ---- a leaf that is broken until it is made anew ---- */

TEST(a_broken_leaf_is_no_page_and_links_nothing)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++) {
            uint64_t leaf = leaf_entry(t->s, some_paddr(t), flags, level);
            uint64_t broken;
            uint64_t mended;

            if (!can_say(t, flags))
                continue;
            broken = absent_form(t->s, leaf, level);
            mended = present_form(t->s, broken, level);
            assert_int_equal(t->s->pte->kind(&t->s->meta->limits, broken, level), PT64_EMPTY);
            assert_true(mended == (is_arm(t) ? leaf : 0));
        }
    }
}

/* 0, or what other software may keep in a free slot: Linux marks pages without access there, and
 * keeps swap entries. */
TEST(what_is_not_a_broken_leaf_is_not_mended)
{
    uint64_t leaf = leaf_entry(t->s, some_paddr(t), RW, 0);
    uint64_t type = is_short(t) ? 3 : 1;
    unsigned mark = is_short(t) ? 8 : 64; /* TEX[2], the one bit to spare */

    assert_true(present_form(t->s, 0, 0) == 0);
    assert_true(present_form(t->s, leaf, 0) == 0);
    assert_true(present_form(t->s, leaf & ~type, 0) == 0);
    for (unsigned bit = 1; bit < 8 * t->oracle.format.entry_bytes; bit++) {
        assert_true(present_form(t->s, leaf | BIT(bit), 0) == 0);
        if (bit == mark)
            continue;
        assert_true(present_form(t->s, BIT(bit), 0) == 0);
        assert_true(present_form(t->s, (leaf & ~type) | BIT(bit), 0) == 0);
    }
}

/* Software that made the table may have left a leaf broken. Readers take it for a page. */
TEST(a_leaf_that_was_left_broken_is_made_anew)
{
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    put_entry(t, leaf_slot(t, vaddr), absent_form(t->s, leaf_at(t, vaddr), 0));
    expect_ok(protect_region(t, vaddr, 2 * page_size(t), R));
    if (is_arm(t))
        expect_page(vaddr, some_paddr(t), page_size(t), R);
    else
        expect_hole(vaddr);
}

TEST(a_leaf_that_was_left_broken_goes_with_its_region)
{
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    expect_ok(map(t, vaddr + 5 * page_size(t), 0, page_size(t), RW));
    put_entry(t, leaf_slot(t, vaddr), absent_form(t->s, leaf_at(t, vaddr), 0));
    expect_ok(unmap_region(t, vaddr, 2 * page_size(t)));
    expect_hole(vaddr);
    expect(PT64_NOT_MAPPED, unmap(t, vaddr));
}

/* With FEAT_LPA2 the absent form of a leaf has no type bit to spare. */
static bool has_absent_types(const struct test *t)
{
    return is_arm(t) && !is_short(t) && !t->oracle.format.lpa2;
}

TEST_IF(has_absent_types, "needs long descriptors whose absent form has the type",
        a_link_that_is_not_present_is_no_broken_leaf)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;
    pt64_vaddr_t vaddr = some_vaddr(t);
    pt64_vaddr_t beside = vaddr + size_at(t, root_level(t));
    struct pt64_mapping page;

    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    for (unsigned level = 1; level <= root_level(t); level++) {
        pt64_vaddr_t at = level == root_level(t) ? beside : vaddr + size_at(t, level);

        put_entry(t, slot_of(t, at, level),
                  pte->absent(limits, pte->link(limits, some_paddr(t), level), level));
        expect(PT64_NOT_MAPPED, query(t, at, &page));
        expect_ok(map(t, at, some_paddr(t), page_size(t), RW));
        expect_page(at, some_paddr(t), page_size(t), RW);
    }
}

/* Vol. 1, 5.4.5: with H the walker fills its TLB with a huge page, here one that is not valid. */
TEST_IF(is_loongarch64, "needs LoongArch", a_broken_huge_page_is_h_alone)
{
    assert_true(t->s->pte->absent(&t->s->meta->limits,
                                  t->s->pte->leaf(&t->s->meta->limits, RW, 1) + huge_size(t),
                                  1) == BIT(6));
    assert_true(t->s->pte->absent(&t->s->meta->limits,
                                  t->s->pte->leaf(&t->s->meta->limits, RW, 0) + page_size(t),
                                  0) == 0);
}

/* ---- what a change is to the TLB ---- */

static void expect_change(const struct test *t, enum pt64_change change, uint64_t old, uint64_t now)
{
    for (unsigned level = 0; level < 2; level++)
        assert_int_equal(t->s->pte->change(old, now, level), change);
}

/* Of leaves with these flags. */
static void expect_told(const struct test *t, enum pt64_change change, pt64_flags_t old,
                        pt64_flags_t now)
{
    for (unsigned level = 0; level < 2; level++)
        assert_int_equal(t->s->pte->change(leaf_entry(t->s, some_paddr(t), old, level),
                                           leaf_entry(t->s, some_paddr(t), now, level), level),
                         change);
}

static void expect_changes(const struct test *t, enum pt64_change set, enum pt64_change cleared,
                           uint64_t leaf, uint64_t bits)
{
    expect_change(t, set, leaf & ~bits, leaf | bits);
    expect_change(t, cleared, leaf | bits, leaf & ~bits);
}

static uint64_t page_of(const struct test *t, pt64_flags_t flags)
{
    return leaf_entry(t->s, some_paddr(t), flags, 0);
}

static uint64_t some_page(const struct test *t)
{
    return page_of(t, RW);
}

/* By flags, on every format that can encode them. */
TEST(a_change_is_told_by_what_it_takes)
{
    pt64_flags_t known = flags_of(t);

    expect_told(t, PT64_UNCHANGED, RW, RW);
    expect_told(t, PT64_RELAXED, R, RW);
    expect_told(t, PT64_TIGHTENED, RW, R);
    if (row_applies(0, can_refuse_execution(t), NEEDS_NO_EXECUTE)) {
        expect_told(t, PT64_RELAXED, R, RX);
        expect_told(t, PT64_TIGHTENED, RX, R);
    }
    expect_told(t, PT64_TIGHTENED, RW, RX);
    for (unsigned level = 0; level < 2; level++) {
        pt64_paddr_t other = some_paddr(t) ^ size_at(t, level);

        assert_int_equal(t->s->pte->change(leaf_entry(t->s, some_paddr(t), RW, level),
                                           leaf_entry(t->s, other, RW, level), level),
                         PT64_MOVED);
    }
    if (known & PT64_USER) {
        expect_told(t, PT64_TIGHTENED, RW, RWU);
        expect_told(t, PT64_TIGHTENED, RWU, RW);
    }
    if (known & PT64_GLOBAL) {
        expect_told(t, PT64_MOVED, RW, RW | PT64_GLOBAL);
        expect_told(t, PT64_MOVED, RW | PT64_GLOBAL, RW);
    }
    if (has_memory_types(t)) {
        expect_told(t, PT64_MOVED, RW, RW | PT64_DEVICE);
        expect_told(t, PT64_MOVED, RW | PT64_UNCACHED, RW);
    }
    if (known & PT64_SOFT0)
        expect_told(t, PT64_UNCHANGED, RW, RW | PT64_SOFT0);
    if (known & PT64_SOFT1)
        expect_told(t, PT64_UNCHANGED, RW | PT64_SOFT1, RW);
}

/* The CPU may hold that a page was accessed or written. It would not set the flag again. */
TEST(accessed_and_dirty_taken_away_are_told)
{
    EACH_FLAG(flag, flags_of(t) & (PT64_ACCESSED | PT64_DIRTY))
    {
        expect_told(t, PT64_TIGHTENED, RW | flag, RW);
    }
}

/* x86 and AArch64 cache no translation whose accessed flag is clear, so it is like a new page.
 * RISC-V and LoongArch may cache one. */
TEST(accessed_gained_is_told_where_its_lack_may_be_cached)
{
    if (flags_of(t) & PT64_ACCESSED)
        expect_told(t, is_riscv(t) || is_loongarch64(t) ? PT64_RELAXED : PT64_CREATED, RW,
                    RW | PT64_ACCESSED);
}

/* Without PT64_WRITE a software bit holds dirty. */
TEST_IF(is_x86, "needs x86", a_bit_of_softwares_is_no_change_to_the_cpu_on_x86)
{
    expect_change(t, PT64_UNCHANGED, page_of(t, R), page_of(t, R | PT64_DIRTY));
    expect_change(t, PT64_UNCHANGED, page_of(t, R | PT64_DIRTY), page_of(t, R));
    expect_change(t, PT64_CREATED, some_page(t), page_of(t, RW | PT64_DIRTY));
    for (unsigned bit = 9; bit <= 11; bit++)
        expect_changes(t, PT64_UNCHANGED, PT64_UNCHANGED, some_page(t), BIT(bit));
    for (unsigned bit = 52; bit <= 58 && t->oracle.format.arch != ORACLE_I386; bit++)
        expect_changes(t, PT64_UNCHANGED, PT64_UNCHANGED, some_page(t), BIT(bit));
}

/* PWT, PCD and PAT: indices that decode alike are different memory types on other CPUs. */
TEST_IF(is_x86, "needs x86", a_memory_type_is_told_by_its_bits_on_x86)
{
    expect_changes(t, PT64_MOVED, PT64_MOVED, some_page(t), BIT(3));
    expect_changes(t, PT64_MOVED, PT64_MOVED, some_page(t), BIT(4));
    expect_changes(t, PT64_MOVED, PT64_MOVED, some_page(t), BIT(7));
    expect_change(t, PT64_MOVED, some_page(t) | BIT(3), some_page(t) | BIT(4));
    assert_int_equal(t->s->pte->change(t->s->pte->leaf(&t->s->meta->limits, RW, 1),
                                       t->s->pte->leaf(&t->s->meta->limits, RW, 1) | BIT(12), 1),
                     PT64_MOVED);
}

/* Bits 62:59 are the protection key, with 4-level and 5-level paging. Bit 63 is XD. */
TEST_IF(is_wide_x86, "needs x86 with entries of 8 bytes", a_key_and_xd_are_told_by_their_bits)
{
    if (row_applies(0, is_x86_64(t), "needs protection keys")) {
        expect_changes(t, PT64_TIGHTENED, PT64_TIGHTENED, some_page(t), BIT(59));
        expect_changes(t, PT64_TIGHTENED, PT64_TIGHTENED, some_page(t), BIT(62));
    }
    expect_changes(t, PT64_TIGHTENED, PT64_RELAXED, some_page(t), BIT(63));
}

/* PWT alone, in an adopted table, is WT to the CPUs that use it. protect makes it write-back, which
 * is a move. */
TEST_IF(is_x86, "needs x86", protecting_a_write_through_page_is_a_move)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;
    uint64_t old = some_page(t) | BIT(3);

    expect_change(t, PT64_MOVED, old, pte->protect(old, pte->leaf(limits, RW, 0), 0));
    expect_change(t, PT64_MOVED, old,
                  pte->protect(old, pte->leaf(limits, RW | PT64_UNCACHED, 0), 0));
}

/* D8.17, RWHZWS: shareability, attributes, and the address with NS. D8.7.1: Contiguous. */
TEST_IF(is_stage1, "needs AArch64 stage 1", what_takes_break_before_make_is_a_move)
{
    static const unsigned moves[] = {2, 3, 4, 5, 8, 9, 11, 48, 49, 52, 59, 62, 63};

    for (unsigned i = 0; i < sizeof moves / sizeof moves[0]; i++)
        expect_changes(t, PT64_MOVED, PT64_MOVED, some_page(t), BIT(moves[i]));
    for (unsigned index = 4; index < 8; index++)
        expect_change(t, PT64_MOVED, some_page(t) | 3 << 2,
                      (some_page(t) & ~UINT64_C(0x1c)) | index << 2);
    expect_changes(t, PT64_TIGHTENED, PT64_RELAXED, some_page(t), BIT(50)); /* GP */
    for (unsigned bit = 55; bit <= 58; bit++)
        expect_changes(t, PT64_UNCHANGED, PT64_UNCHANGED, some_page(t), BIT(bit));
}

static bool has_shareability(const struct test *t)
{
    return is_two_privileges(t) && !t->oracle.format.lpa2;
}

/* A page of an adopted table that is not shareable becomes shareable when it is protected. */
TEST_IF(has_shareability, "needs AArch64 with two privilege levels and shareability in the entry",
        protecting_a_page_that_is_not_shareable_is_a_move)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;
    uint64_t old = some_page(t) & ~UINT64_C(0x300);

    expect_change(t, PT64_MOVED, old, pte->protect(old, pte->leaf(limits, R, 0), 0));
}

/* RSW belongs to software where the platform decides the memory type. Otherwise the type is in the
 * upper bits. */
TEST_IF(is_riscv, "needs RISC-V", a_memory_type_is_a_move_where_the_hart_reads_it)
{
    bool typed = !is_plain_riscv(t);

    expect_changes(t, PT64_UNCHANGED, PT64_UNCHANGED, some_page(t), BIT(8));
    expect_changes(t, PT64_UNCHANGED, PT64_UNCHANGED, some_page(t), BIT(9));
    expect_change(t, typed ? PT64_MOVED : PT64_UNCHANGED, some_page(t),
                  page_of(t, RW | PT64_DEVICE));
    for (unsigned bit = t->oracle.format.svrsw60t59b ? 61 : 59; typed && bit < 64; bit++)
        expect_changes(t, PT64_MOVED, PT64_MOVED, some_page(t), BIT(bit));
}

/* LoongArch's bits: V 0, D 1, PLV 3:2, MAT 5:4, P 7, W 8, NR 61, NX 62, RPLV 63. Bits 11:9 belong
 * to software. */
TEST_IF(is_loongarch64, "needs LoongArch", what_a_change_is_on_loongarch64)
{
    expect_changes(t, PT64_RELAXED, PT64_TIGHTENED, some_page(t), BIT(0));
    expect_changes(t, PT64_RELAXED, PT64_TIGHTENED, some_page(t), BIT(1));
    expect_changes(t, PT64_RELAXED, PT64_TIGHTENED, some_page(t), BIT(8));
    expect_changes(t, PT64_TIGHTENED, PT64_TIGHTENED, some_page(t), BIT(2));
    expect_changes(t, PT64_MOVED, PT64_MOVED, some_page(t), BIT(4));
    expect_changes(t, PT64_MOVED, PT64_MOVED, some_page(t), BIT(6));
    expect_changes(t, PT64_MOVED, PT64_MOVED, some_page(t), BIT(12));
    expect_changes(t, PT64_UNCHANGED, PT64_UNCHANGED, some_page(t), BIT(9));
    expect_changes(t, PT64_UNCHANGED, PT64_UNCHANGED, some_page(t), BIT(11));
    expect_changes(t, PT64_TIGHTENED, PT64_RELAXED, some_page(t), BIT(61));
    expect_changes(t, PT64_TIGHTENED, PT64_RELAXED, some_page(t), BIT(62));
    expect_changes(t, PT64_TIGHTENED, PT64_RELAXED, some_page(t), BIT(63));
}

/* B3.10.1. TEX[1] belongs to software; the rest of the memory type, S, nG and the address take a
 * break. */
TEST_IF(is_short, "needs short descriptors", what_takes_a_break_of_a_short_descriptor_is_a_move)
{
    static const unsigned of_page[] = {2, 3, 6, 10, 11, 12};
    static const unsigned of_section[] = {2, 3, 12, 16, 17, 20};

    for (unsigned level = 0; level < 2; level++) {
        uint64_t leaf = leaf_entry(t->s, some_paddr(t), RW, level);
        uint64_t never = BIT(level == 0 ? 0 : 4);
        uint64_t tex_1 = BIT(level == 0 ? 7 : 13);

        for (unsigned i = 0; i < sizeof of_page / sizeof of_page[0]; i++) {
            uint64_t bit = BIT(level == 0 ? of_page[i] : of_section[i]);

            assert_int_equal(t->s->pte->change(leaf & ~bit, leaf | bit, level), PT64_MOVED);
            assert_int_equal(t->s->pte->change(leaf | bit, leaf & ~bit, level), PT64_MOVED);
        }
        assert_int_equal(t->s->pte->change(leaf, leaf & ~never, level), PT64_RELAXED);
        assert_int_equal(t->s->pte->change(leaf & ~never, leaf, level), PT64_TIGHTENED);
        assert_int_equal(t->s->pte->change(leaf, leaf | tex_1, level), PT64_UNCHANGED);
        assert_int_equal(t->s->pte->change(leaf | tex_1, leaf, level), PT64_UNCHANGED);
    }
}

TEST_IF(has_ap_0, "needs AP[2:0] of ARMv7", permissions_are_compared_by_what_they_grant)
{
    static const struct {
        unsigned old, now;
        enum pt64_change change;
    } rows[] = {
        {0, 1, PT64_RELAXED},   {1, 0, PT64_TIGHTENED}, {0, 5, PT64_RELAXED},
        {2, 3, PT64_RELAXED},   {3, 2, PT64_TIGHTENED}, {2, 7, PT64_TIGHTENED},
        {7, 2, PT64_RELAXED},   {6, 7, PT64_UNCHANGED}, {7, 6, PT64_UNCHANGED},
        {1, 2, PT64_TIGHTENED}, {2, 1, PT64_TIGHTENED}, /* what PL0 may access, PAN refuses */
    };

    for (unsigned level = 0; level < 2; level++) {
        uint64_t leaf = leaf_entry(t->s, some_paddr(t), RW, level);

        for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
            assert_int_equal(t->s->pte->change(with_ap(leaf, rows[i].old, level),
                                               with_ap(leaf, rows[i].now, level), level),
                             rows[i].change);
        assert_int_equal(
            t->s->pte->change(with_ap(leaf_entry(t->s, some_paddr(t), RX, level), 0, level),
                              with_ap(leaf_entry(t->s, some_paddr(t), R, level), 0, level), level),
            PT64_TIGHTENED);
    }
}

/* B3.7.2: XN holds for both privilege levels, PXN for the higher one. */
static bool is_lpae(const struct test *t)
{
    return is_armv7(t) && !is_short(t);
}

static bool is_lpae_stage1(const struct test *t)
{
    return is_lpae(t) && !t->oracle.format.stage2;
}

TEST_IF(is_lpae_stage1, "needs ARMv7's long descriptors of stage 1",
        execute_never_is_told_for_who_may_use_the_page)
{
    uint64_t user = page_of(t, RX | PT64_USER);
    uint64_t kernel = page_of(t, RX);

    assert_int_equal(t->s->pte->decode(user ^ BIT(53), 0), RX | PT64_USER);
    assert_int_equal(t->s->pte->decode(user | BIT(54), 0), R | PT64_USER);
    assert_int_equal(t->s->pte->decode(kernel | BIT(53), 0), R);
    assert_int_equal(t->s->pte->decode(kernel | BIT(54), 0), R);
    expect_change(t, PT64_TIGHTENED, kernel, kernel | BIT(53));
    expect_change(t, PT64_RELAXED, user, user & ~BIT(53));
}

/* B3.6.1: the output address has 40 bits. */
TEST_IF(is_lpae, "needs ARMv7's long descriptors", address_bits_beyond_the_cpus_are_wrong)
{
    for (unsigned bit = 40; bit < 52; bit++) {
        assert_true(t->s->pte->wrong(&t->s->meta->limits, some_page(t) | BIT(bit), 0,
                                     page_size(t)) == BIT(bit));
        assert_true(t->s->pte->leaf_address(some_page(t) | BIT(bit), 0) == some_paddr(t));
    }
}

/* ---- the same in calls ---- */

/* The level of the entry below. SDM 3A, 5.3: 32-bit paging reserves nothing but in a 4M page. */
static unsigned unknown_level(const struct test *t)
{
    return is_32_bit_paging(t) ? 1 : 0;
}

/* Of a second stage of VT-d: X, where execute requests are on. AMD-Vi: NextLevel 7, a page of
 * another size. Of a first stage: U/S clear, where privileged requests are on. */
static uint64_t unknown_of_device(const struct test *t, uint64_t page)
{
    if (t->oracle.format.first_stage)
        return page & ~BIT(2);
    return t->oracle.format.arch == ORACLE_VTD ? page | BIT(2) : page | UINT64_C(0xe00);
}

/* An entry that hardware may understand and the format does not, made from `page`. */
static uint64_t unknown_of(const struct test *t, uint64_t page)
{
    if (is_ept(t)) /* a memory type that is none */
        return page | BIT(3) | BIT(4) | BIT(5);
    if (is_npt(t)) /* U/S is clear, as GMET has it */
        return page & ~BIT(2);
    if (is_x86(t)) /* 5.4: 62:52 are reserved with PAE paging */
        return page | (is_32_bit_paging(t) ? BIT(21) : BIT(62));
    if (is_short(t))
        return (page & ~UINT64_C(3)) | 1; /* a large page */
    if (is_arm(t))
        return page & ~BIT(1); /* a block */
    if (is_riscv(t))
        return (page & ~UINT64_C(0xe)) | (t->oracle.format.zicfiss ? 0xc : 0x4); /* W without R */
    if (is_iommu(t))
        return unknown_of_device(t, page);
    return is_hptw(t) ? (page & ~BIT(7)) | 1 : page & ~BIT(0);
}

static bool has_unknown(const struct test *t)
{
    return !is_x86_64(t);
}

TEST_IF(has_unknown, "needs entries of which hardware understands more",
        what_is_not_understood_is_no_page_and_its_slot_not_free)
{
    unsigned level = unknown_level(t);
    uint64_t size = size_at(t, level);
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_mapping run = {0, 0, 0, 0};
    uint64_t unknown;
    uint64_t old;
    struct pt64_mapping page;

    expect_ok(map(t, vaddr, some_paddr(t), size, RW));
    old = leaf_at(t, vaddr);
    unknown = unknown_of(t, old);
    plant(t, unknown);
    expect(PT64_NOT_MAPPED, query(t, vaddr, &page));
    expect(PT64_ALREADY_MAPPED, map(t, vaddr, some_paddr(t), size, RW));
    expect(PT64_ALREADY_MAPPED, map_region(t, vaddr - size, 0, 3 * size, RW));
    expect(PT64_NOT_MAPPED, unmap(t, vaddr));
    expect(PT64_NOT_MAPPED, protect(t, vaddr, R));
    expect_ok(protect_region(t, vaddr, size, R));
    expect(PT64_NOT_MAPPED, next(t, 0, &run));
    assert_true(entry_in(t, slot_of(t, vaddr, level)) == unknown);
    expect_ok(unmap_region(t, vaddr, size));
    commit(t);
    assert_true(entry_in(t, slot_of(t, vaddr, level)) == unknown);
    put_entry(t, slot_of(t, vaddr, level), old);
    expect_page(vaddr, some_paddr(t), size, RW);
}

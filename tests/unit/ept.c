/* SPDX-License-Identifier: MIT */
/* EPT: misconfigurations, what is present, and the two modes of execution (SDM 3C, 30.3.2, 30.3.3).
 */
#include "test.h"

#include <page_table64/meta/ept.h>

#define BIT(n)    (UINT64_C(1) << (n))
#define NEEDS_EPT "needs EPT"

static enum pt64_kind kind_of(const struct test *t, uint64_t entry, unsigned level)
{
    return t->s->pte->kind(&t->s->meta->limits, entry, level);
}

static uint64_t wrong_of(const struct test *t, uint64_t entry, unsigned level)
{
    return t->s->pte->wrong(&t->s->meta->limits, entry, level,
                            level <= top_leaf_level(t) ? size_at(t, level) : 0);
}

static void expect_misconfigured(const struct test *t, uint64_t entry, unsigned level,
                                 uint64_t wrong)
{
    assert_int_equal(kind_of(t, entry, level), PT64_UNKNOWN);
    assert_true(wrong_of(t, entry, level) == wrong);
}

/* R 0, W 1, X 2; a 4K page of WB memory otherwise. 30.3.3.1: 010 and 110, and 100 if bit 0 of the
 * capabilities is clear. */
TEST_IF(is_ept, NEEDS_EPT, a_page_that_cannot_be_read_is_misconfigured_or_only_executable)
{
    bool has = !t->oracle.format.no_execute_only;

    for (unsigned level = 0; level <= 1; level++) {
        uint64_t page = 0x40000000 | 6 << 3 | (level > 0 ? BIT(7) : 0);

        expect_misconfigured(t, page | 2, level, 2);
        expect_misconfigured(t, page | 6, level, has ? 2 : 6);
        if (has) {
            assert_int_equal(kind_of(t, page | 4, level), PT64_LEAF);
            assert_true(wrong_of(t, page | 4, level) == 0);
        } else {
            expect_misconfigured(t, page | 4, level, 4);
        }
        for (uint64_t rights = 1; rights < 8; rights += 2)
            assert_int_equal(kind_of(t, page | rights, level), PT64_LEAF);
    }
    expect_misconfigured(t, 0x40000000 | 2, 1, 2);
}

TEST_IF(is_ept, NEEDS_EPT, a_memory_type_that_is_none_is_misconfigured)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t page = 0x40000007 | (level > 0 ? BIT(7) : 0);

        for (uint64_t type = 0; type < 8; type++) {
            if (type == 2 || type == 3 || type == 7)
                expect_misconfigured(t, page | type << 3, level, type << 3);
            else
                assert_int_equal(kind_of(t, page | type << 3, level), PT64_LEAF);
        }
    }
}

/* 6:3 of an entry that references a table; 7 where there are no pages. 11:8 and 63:52 are ignored.
 */
TEST_IF(is_ept, NEEDS_EPT, a_link_with_a_memory_type_is_misconfigured)
{
    for (unsigned level = 1; level <= root_level(t); level++) {
        for (unsigned bit = 3; bit <= 6; bit++)
            expect_misconfigured(t, 0x40000007 | BIT(bit), level, BIT(bit));
        for (unsigned bit = 8; bit < 64; bit = bit == 11 ? 52 : bit + 1)
            assert_int_equal(kind_of(t, 0x40000007 | BIT(bit), level), PT64_LINK);
    }
    assert_true(wrong_of(t, 0x40000007 | BIT(7), root_level(t)) == BIT(7));
}

/* There is no PAT bit: 20:12 or 29:12 of a huge page are reserved. */
TEST_IF(is_ept, NEEDS_EPT, bits_below_the_address_of_a_huge_page_are_wrong)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t below = size_at(t, level) - page_size(t);
        uint64_t page = 0x40000007 | 6 << 3 | BIT(7);

        assert_true(wrong_of(t, page, level) == 0);
        assert_true(wrong_of(t, page | below, level) == below);
        assert_true(wrong_of(t, page | page_size(t), level) == page_size(t));
    }
}

TEST_IF(is_ept, NEEDS_EPT, address_bits_beyond_those_of_the_cpu_are_misconfigured)
{
    struct pt64_limits limits = t->s->meta->limits;

    limits.paddr_bits = 46;
    assert_int_equal(t->s->pte->kind(&limits, 0x37 | BIT(45), 0), PT64_LEAF);
    assert_int_equal(t->s->pte->kind(&limits, 0x37 | BIT(46), 0), PT64_UNKNOWN);
    assert_int_equal(t->s->pte->kind(&limits, 7 | BIT(51), 1), PT64_UNKNOWN);
    assert_true(t->s->pte->wrong(&limits, 0x37 | BIT(46) | BIT(51), 0, PT64_SIZE_4K) ==
                (BIT(46) | BIT(51)));
}

/* Every other bit is ignored, and bit 10 without mode-based execute control. */
TEST_IF(is_ept, NEEDS_EPT, an_entry_that_allows_nothing_is_not_present)
{
    uint64_t rest = ~UINT64_C(0x407);

    for (unsigned level = 0; level <= root_level(t); level++) {
        assert_int_equal(kind_of(t, rest, level), PT64_EMPTY);
        assert_true(wrong_of(t, rest, level) == 0);
        assert_int_equal(kind_of(t, BIT(10), level) == PT64_EMPTY, !t->oracle.format.mbec);
    }
}

/* 57 verify guest paging, 58 paging write, 60 supervisor shadow stack, 61 sub-page permissions, 63
 * suppress #VE: ignored only while their controls are clear. */
TEST_IF(is_ept, NEEDS_EPT, no_page_has_bits_that_other_controls_give_a_meaning)
{
    const uint64_t controlled =
        UINT64_C(0xb600000000000000) | (t->oracle.format.mbec ? 0 : BIT(10));
    const struct pt64_limits *limits = &t->s->meta->limits;

    for (unsigned level = 0; level <= top_leaf_level(t); level++)
        for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++)
            if (can_say_to_hardware(t, flags))
                assert_true((t->s->pte->leaf(limits, flags, level) & controlled) == 0);
    assert_true((t->s->pte->link(limits, 0x40000000, 1) & controlled) == 0);
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), R | PT64_EPT_SUPPRESS_VE));
    assert_true((leaf_at(t, some_vaddr(t)) & controlled) == BIT(63));
}

/* CVE-2018-3646: neither is present to hardware, also with mode-based execute control. */
TEST_IF(is_ept, NEEDS_EPT, a_hidden_page_that_is_only_executable_comes_back_as_it_was)
{
    const struct pt64_pte *pte = t->s->pte;
    static const uint64_t rights[] = {1, 4, 5, 0x400, 0x401, 0x404, 0x405};

    for (unsigned i = 0; i < sizeof rights / sizeof rights[0]; i++) {
        uint64_t leaf = UINT64_C(0x8030000012345330) | rights[i];
        uint64_t hidden = pte->hide(leaf, 0);
        uint64_t mark;

        assert_true((hidden & 0x407) == 0);
        assert_true(pte->show(hidden, 0) == leaf);
        assert_false(pte->mark_of(hidden, 0, &mark));
    }
}

/* A mark's access is the hypervisor's: suppress #VE. */
TEST_IF(is_ept, NEEDS_EPT, an_access_to_a_mark_is_no_exception_of_the_guest)
{
    uint64_t mark = t->s->pte->mark(&t->s->meta->limits, 5, 0);

    assert_true((mark & BIT(63)) != 0 && (mark & 0x407) == 0);
    assert_true(t->s->pte->show(mark, 0) == 0);
    assert_true(t->s->pte->show(0, 0) == 0);
}

/* WT 4 and WP 5, of other software. */
TEST_IF(is_ept, NEEDS_EPT, a_type_without_a_flag_is_told_as_no_ordinary_memory)
{
    const struct pt64_pte *pte = t->s->pte;

    for (uint64_t type = 4; type <= 5; type++)
        for (uint64_t ipat = 0; ipat < 2; ipat++)
            assert_int_equal(pte->decode(0x12345003 | type << 3 | ipat << 6, 0),
                             RW | PT64_UNCACHED);
}

/* 30.4.3.4 "Guidelines for Use of the INVEPT Instruction". */
TEST_IF(is_ept, NEEDS_EPT, what_invept_is_for_is_told)
{
    const struct pt64_pte *pte = t->s->pte;
    bool has_notes = !t->oracle.format.no_ad;
    uint64_t page = 0x40000337 | (t->oracle.format.mbec ? BIT(10) : 0);

    for (unsigned bit = 0; bit < 3; bit++) {
        assert_int_equal(pte->change(page, page ^ BIT(bit), 0), PT64_TIGHTENED);
        assert_int_equal(pte->change(page ^ BIT(bit), page, 0), PT64_RELAXED);
    }
    for (unsigned bit = 3; bit < 7; bit++)
        assert_int_equal(pte->change(page, page ^ BIT(bit), 0), PT64_MOVED);
    for (unsigned bit = 8; bit < 10; bit++) {
        assert_int_equal(pte->change(page, page ^ BIT(bit), 0),
                         has_notes ? PT64_TIGHTENED : PT64_UNCHANGED);
        assert_int_equal(pte->change(page ^ BIT(bit), page, 0),
                         has_notes ? PT64_CREATED : PT64_UNCHANGED);
    }
    assert_int_equal(pte->change(page, page ^ BIT(10), 0),
                     t->oracle.format.mbec ? PT64_TIGHTENED : PT64_UNCHANGED);
    assert_int_equal(pte->change(page, page ^ BIT(12), 0), PT64_MOVED);
    assert_int_equal(pte->change(page, page ^ BIT(51), 0), PT64_MOVED);
    for (unsigned bit = 57; bit < 64; bit++)
        assert_int_equal(pte->change(page, page ^ BIT(bit), 0),
                         bit == 59 || bit == 62 ? PT64_UNCHANGED : PT64_TIGHTENED);
}

static bool has_modes(const struct test *t)
{
    return t->oracle.format.mbec;
}

#define NEEDS_MODES "needs mode-based execute control"
#define SUPERVISOR  (RX | PT64_EPT_NO_USER_EXECUTE)
#define USER_MODE   (RX | PT64_EPT_NO_SUPERVISOR_EXECUTE)

TEST_IF(has_modes, NEEDS_MODES, a_page_is_executed_by_both_modes_or_by_one)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RX));
    assert_true((leaf_at(t, some_vaddr(t)) & 0x404) == 0x404);
    expect_ok(protect(t, some_vaddr(t), SUPERVISOR));
    assert_true((leaf_at(t, some_vaddr(t)) & 0x404) == 4);
    expect_ok(protect(t, some_vaddr(t), USER_MODE));
    assert_true((leaf_at(t, some_vaddr(t)) & 0x404) == 0x400);
    expect_ok(protect(t, some_vaddr(t), R));
    assert_true((leaf_at(t, some_vaddr(t)) & 0x404) == 0);
    expect(PT64_BAD_FLAGS, protect(t, some_vaddr(t), R | PT64_EPT_NO_USER_EXECUTE));
    expect(PT64_BAD_FLAGS, protect(t, some_vaddr(t), SUPERVISOR | USER_MODE));
}

/* One mode gains what the other loses. */
TEST_IF(has_modes, NEEDS_MODES, a_change_between_the_modes_takes_something_away)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), SUPERVISOR));
    listen(t);
    expect_ok(protect(t, some_vaddr(t), USER_MODE));
    commit(t);
    assert_int_equal(flushes(t), 1);
    listen(t);
    expect_ok(protect(t, some_vaddr(t), RX));
    commit(t);
    assert_int_equal(flushes(t), 0);
}

TEST_IF(has_modes, NEEDS_MODES, change_region_gives_and_takes_one_mode)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RX));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_EPT_NO_SUPERVISOR_EXECUTE, 0));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), USER_MODE);
    expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), 0, PT64_EXECUTE));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), 0,
                            PT64_EXECUTE | PT64_EPT_NO_SUPERVISOR_EXECUTE));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R);
}

/* XU alone makes an entry present, and without R it is execute-only. */
TEST_IF(has_modes, NEEDS_MODES, xu_alone_makes_an_entry_present)
{
    assert_int_equal(kind_of(t, 0x12345430, 0), PT64_LEAF);
    assert_int_equal(t->s->pte->decode(0x12345430, 0),
                     PT64_EXECUTE | PT64_EPT_NO_SUPERVISOR_EXECUTE);
    expect_misconfigured(t, 0x12345432, 0, 2);
}

/* SPDX-License-Identifier: MIT */
/* Format flags, bits 16 to 31: exact in both directions, or refused. */
#include "test.h"

#include <page_table64/pte/loongarch64.h>
#include <page_table64/pte/riscv.h>

#define BIT(n) (UINT64_C(1) << (n))

static bool has_format_flags(const struct test *t)
{
    return format_flags(t) != 0;
}

#define NEEDS_FORMAT_FLAGS "needs format flags"

static pt64_flags_t format_sticky(const struct test *t)
{
    return format_sticky_of(&t->oracle.format);
}

static pt64_flags_t format_changeable(const struct test *t)
{
    return format_changeable_of(&t->oracle.format);
}

/* The portable flags of a page that is readable and can have the format's flag. */
static pt64_flags_t base_for(const struct test *t, pt64_flags_t flag)
{
    if (can_say(t, R | flag))
        return R;
    return can_say(t, RX | flag) ? RX : R | PT64_DEVICE;
}

/* Every subset of the format's flags, the empty one last. */
#define EACH_FORMAT_SET(own, t)                                   \
    for (pt64_flags_t own = format_flags(t), more = 1; more != 0; \
         more = own, own = (own - 1) & format_flags(t))

static const pt64_flags_t extras[] = {
    0,           PT64_GLOBAL | PT64_SOFT0,      PT64_SOFT1, PT64_ACCESSED | PT64_DIRTY,
    PT64_DEVICE, PT64_UNCACHED | PT64_ACCESSED,
};

static void expect_exact_or_refused(struct test *t, unsigned level, pt64_flags_t flags)
{
    uint64_t size = size_at(t, level);

    if (can_say(t, flags)) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, flags));
        expect_page(some_vaddr(t), some_paddr(t), size, flags);
        expect_ok(unmap(t, some_vaddr(t)));
    } else {
        expect(PT64_BAD_FLAGS, map(t, some_vaddr(t), some_paddr(t), size, flags));
    }
    expect_hole(some_vaddr(t));
}

TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS,
        every_set_of_format_flags_is_mapped_exactly_or_refused)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        EACH_FORMAT_SET(own, t)
        for (pt64_flags_t rights = 0; rights < 16; rights++)
            for (unsigned i = 0; i < sizeof extras / sizeof extras[0]; i++)
                expect_exact_or_refused(
                    t, level, own | extras[i] | (rights & 7) | (rights & 8 ? PT64_EXECUTE : 0));
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

TEST(flags_of_other_formats_are_refused)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    EACH_FORMAT_FLAG(flag, ~format_flags(t))
    {
        expect(PT64_BAD_FLAGS, map(t, some_vaddr(t) + page_size(t), 0, page_size(t), R | flag));
        expect(PT64_BAD_FLAGS, protect(t, some_vaddr(t), R | flag));
        expect(PT64_BAD_FLAGS, protect_region(t, some_vaddr(t), page_size(t), R | flag));
        expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), flag, 0));
        expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), 0, flag));
    }
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
}

TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS,
        protecting_keeps_format_flags_that_are_sticky_and_no_others)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++)
        EACH_FORMAT_FLAG(flag, format_flags(t))
        {
            uint64_t size = size_at(t, level);
            pt64_flags_t kept = flag & format_sticky(t);
            pt64_flags_t with = base_for(t, flag) | flag;

            expect_ok(map(t, some_vaddr(t), some_paddr(t), size, with));
            expect_ok(protect(t, some_vaddr(t), RW));
            expect_page(some_vaddr(t), some_paddr(t), size, RW | kept);
            expect_ok(protect(t, some_vaddr(t), with));
            expect_page(some_vaddr(t), some_paddr(t), size, with);
            expect_ok(protect_region(t, some_vaddr(t), size, RX));
            expect_page(some_vaddr(t), some_paddr(t), size, RX | kept);
            expect_ok(remap(t, some_vaddr(t), 0, with));
            expect_page(some_vaddr(t), 0, size, with);
            expect_ok(remap(t, some_vaddr(t), some_paddr(t), RW));
            expect_page(some_vaddr(t), some_paddr(t), size, RW | kept);
            expect_ok(unmap_region(t, some_vaddr(t), size));
            commit(t);
        }
}

/* Of any two sets: the second one's flags, and what is sticky in the first. */
TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS, protecting_makes_a_set_of_format_flags_of_two)
{
    const struct oracle_format *format = &t->oracle.format;

    EACH_FORMAT_SET(old, t)
    EACH_FORMAT_FLAG(flag, format_flags(t))
    {
        pt64_flags_t from = base_for(t, old) | old;
        pt64_flags_t to = base_for(t, flag) | flag;

        if (!can_say(t, from) || !can_say(t, format_protected(format, from, to)))
            continue;
        expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), from));
        expect_ok(protect(t, some_vaddr(t), to));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), format_protected(format, from, to));
        expect_ok(unmap(t, some_vaddr(t)));
    }
}

TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS, change_region_sets_and_clears_each_format_flag_alone)
{
    pt64_flags_t soft = flags_of(t) & (PT64_SOFT0 | PT64_SOFT1 | PT64_ACCESSED | PT64_DIRTY);

    for (unsigned level = 0; level <= top_leaf_level(t); level++)
        EACH_FORMAT_FLAG(flag, format_changeable(t))
        {
            uint64_t size = size_at(t, level);
            pt64_flags_t base = base_for(t, flag) | soft;

            expect_ok(map(t, some_vaddr(t), some_paddr(t), size, base));
            expect_ok(change_region(t, some_vaddr(t), size, flag, 0));
            expect_page(some_vaddr(t), some_paddr(t), size, base | flag);
            expect_ok(change_region(t, some_vaddr(t), size, 0, PT64_SOFT0));
            expect_page(some_vaddr(t), some_paddr(t), size, (base & ~PT64_SOFT0) | flag);
            expect_ok(change_region(t, some_vaddr(t), size, PT64_SOFT0, flag));
            expect_page(some_vaddr(t), some_paddr(t), size, base);
            expect_ok(unmap_region(t, some_vaddr(t), size));
            commit(t);
        }
}

/* A memory type, of which a format flag may be part, stays. */
TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS, a_change_of_permissions_keeps_format_flags)
{
    EACH_FORMAT_FLAG(flag, format_flags(t))
    {
        pt64_flags_t with = base_for(t, flag) | flag;
        pt64_flags_t then = can_say(t, with | PT64_WRITE) ? PT64_WRITE : PT64_ACCESSED;

        if (!can_say(t, with | then))
            continue;
        expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), with));
        expect_ok(change_region(t, some_vaddr(t), page_size(t), then, 0));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), with | then);
        expect_ok(change_region(t, some_vaddr(t), page_size(t), 0, then));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), with);
        expect_ok(unmap(t, some_vaddr(t)));
    }
}

TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS,
        change_region_refuses_a_format_flag_that_it_sets_and_clears_or_that_is_a_memory_type)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), R));
    EACH_FORMAT_FLAG(flag, format_flags(t))
    {
        expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), flag, flag));
        if (flag & format_changeable(t))
            continue;
        expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), flag, 0));
        expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), 0, flag));
    }
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R);
}

TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS, a_split_keeps_format_flags_beside_the_change)
{
    uint64_t page = page_size(t);

    EACH_FORMAT_FLAG(flag, format_flags(t))
    {
        pt64_flags_t with = base_for(t, flag) | flag;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), with));
        expect_ok(protect_region(t, some_vaddr(t), page, RW));
        expect_page(some_vaddr(t), some_paddr(t), page, RW | (flag & format_sticky(t)));
        expect_page(some_vaddr(t) + page, some_paddr(t) + page, page, with);
        expect_ok(unmap_region(t, some_vaddr(t), huge_size(t)));
        commit(t);
    }
}

static bool has_sticky_format_flags(const struct test *t)
{
    return format_sticky(t) != 0;
}

/* The page has what it is protected to, and keeps the rest. */
TEST_IF(has_sticky_format_flags, "needs format flags that protecting keeps",
        protecting_a_part_to_what_it_has_splits_nothing)
{
    pt64_flags_t flags = R | format_sticky(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), flags));
    expect_ok(protect_region(t, some_vaddr(t), page_size(t), R));
    expect_page(some_vaddr(t), some_paddr(t), huge_size(t), flags);
}

TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS, a_smaller_leaf_has_the_format_flags_of_the_huge_one)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    for (unsigned level = 1; level <= top_leaf_level(t); level++)
        EACH_FORMAT_FLAG(flag, format_flags(t))
    for (pt64_flags_t flags = flag; flags < flag + SETS_OF_FLAGS; flags++)
        if (can_say_to_hardware(t, flags))
            assert_int_equal(pt64_demote(pte, pte->leaf(limits, flags, level), level),
                             pte->leaf(limits, flags, level - 1));
}

TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS, a_hidden_page_keeps_its_format_flags)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++)
        EACH_FORMAT_FLAG(flag, format_flags(t))
        {
            uint64_t size = size_at(t, level);
            pt64_flags_t with = base_for(t, flag) | flag;

            expect_ok(map(t, some_vaddr(t), some_paddr(t), size, with));
            if (!can_say(t, with & ~PT64_ACCESS)) {
                expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), size, 0, PT64_ACCESS));
                expect_ok(unmap_region(t, some_vaddr(t), size));
                continue;
            }
            expect_ok(change_region(t, some_vaddr(t), size, 0, PT64_ACCESS & flags_of(t)));
            expect_page(some_vaddr(t), some_paddr(t), size, with & ~PT64_ACCESS);
            expect_ok(change_region(t, some_vaddr(t), size, with & PT64_ACCESS, 0));
            expect_page(some_vaddr(t), some_paddr(t), size, with);
            expect_ok(unmap_region(t, some_vaddr(t), size));
            commit(t);
        }
}

TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS, clone_region_clears_format_flags_in_both_tables)
{
    EACH_FORMAT_FLAG(flag, format_changeable(t))
    {
        pt64_flags_t base = base_for(t, flag);
        void *table = new_table(t);
        void *guard = new_guard(t, table);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), base | flag));
        expect_ok(t->s->clone_region(guard, t->guard, some_vaddr(t), page_size(t), 0, flag,
                                     ignore_page, NULL));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), base);
        expect_page_in(table, some_vaddr(t), some_paddr(t), page_size(t), base);
        end_table(t, table, guard);
        expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
        commit(t);
    }
}

TEST_IF(has_format_flags, NEEDS_FORMAT_FLAGS, a_change_to_format_flags_that_do_not_agree_is_refused)
{
    pt64_flags_t permissions = format_changeable(t) & ~format_sticky(t);
    unsigned refused = 0;

    EACH_FORMAT_FLAG(flag, permissions)
    for (pt64_flags_t right = 1; right != 0; right <<= 1) {
        pt64_flags_t base = base_for(t, flag);

        if (!(right & (PT64_PERMISSIONS | permissions)) || can_say(t, base | flag | right) ||
            !can_say(t, base | right))
            continue;
        refused++;
        expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), base | flag));
        expect(PT64_BAD_FLAGS, protect(t, some_vaddr(t), base | flag | right));
        expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), right, 0));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), base | flag);
        expect_ok(change_region(t, some_vaddr(t), page_size(t), right, flag));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), base | right);
        expect_ok(unmap(t, some_vaddr(t)));
    }
    /* EPT: a mode that may not execute agrees with every permission beside PT64_EXECUTE. */
    assert_true(refused > 0 || permissions == 0 || is_ept(t));
}

/* ---- RISC-V ---- */

static bool has_svrsw60t59b(const struct test *t)
{
    return t->oracle.format.svrsw60t59b;
}

static enum pt64_kind kind_of(const struct test *t, uint64_t entry, unsigned level)
{
    return t->s->pte->kind(&t->s->meta->limits, entry, level);
}

static uint64_t wrong_of(const struct test *t, uint64_t entry, unsigned level)
{
    return t->s->pte->wrong(&t->s->meta->limits, entry, level, size_at(t, level));
}

/* "Svrsw60t59b": hardware ignores bits 60 and 59 of every PTE. */
TEST_IF(has_svrsw60t59b, "needs Svrsw60t59b", bits_60_and_59_are_no_flaw_of_a_page_or_a_link)
{
    uint64_t link = link_entry(t->s, some_paddr(t), 1);
    uint64_t leaf = leaf_entry(t->s, some_paddr(t), RW, 1);

    for (uint64_t bits = BIT(59); bits <= (BIT(59) | BIT(60)); bits += BIT(59)) {
        assert_int_equal(kind_of(t, link | bits, 1), PT64_LINK);
        assert_int_equal(kind_of(t, leaf | bits, 1), PT64_LEAF);
        assert_true(wrong_of(t, link | bits, 1) == 0 && wrong_of(t, leaf | bits, 1) == 0);
        assert_true(t->s->pte->link_address(link | bits, 1) == some_paddr(t));
        assert_true(t->s->pte->leaf_address(leaf | bits, 1) == some_paddr(t));
        assert_int_equal(t->s->pte->change(leaf, leaf | bits, 1), PT64_UNCHANGED);
        assert_int_equal(t->s->pte->change(leaf | bits, leaf, 1), PT64_UNCHANGED);
    }
    assert_true(wrong_of(t, leaf | BIT(58), 1) == BIT(58));
    assert_true(wrong_of(t, leaf | BIT(58) | BIT(60), 1) == BIT(58));
    assert_int_equal(kind_of(t, leaf | BIT(63) | BIT(60), 1), PT64_UNKNOWN);
}

TEST_IF(has_svrsw60t59b, "needs Svrsw60t59b", a_link_with_bits_60_and_59_is_walked)
{
    struct pt64_flaw flaw;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    put_entry(t, slot_of(t, some_vaddr(t), root_level(t)),
              entry_in(t, slot_of(t, some_vaddr(t), root_level(t))) | BIT(59) | BIT(60));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
    expect_ok(t->s->check(t->table, 0, &flaw));
}

TEST_IF(has_svrsw60t59b, "needs Svrsw60t59b", soft_flags_ask_for_no_flush)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    listen(t);
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_RISCV_SOFT2, 0));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_RISCV_SOFT3, PT64_RISCV_SOFT2));
    commit(t);
    assert_int_equal(flushes(t), 0);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW | PT64_RISCV_SOFT3);
}

static bool has_zicfiss(const struct test *t)
{
    return t->oracle.format.zicfiss;
}

/* "Shadow Stack Memory Protection": xwr 010 only. 110 stays reserved. */
TEST_IF(has_zicfiss, "needs Zicfiss", only_write_alone_is_a_shadow_stack)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t address = t->s->pte->address(some_paddr(t), level);

        assert_int_equal(kind_of(t, address | 0x05, level), PT64_LEAF);
        assert_true(wrong_of(t, address | 0x05, level) == 0);
        assert_int_equal(t->s->pte->decode(address | 0xd5, level),
                         PT64_READ | PT64_RISCV_SHADOW_STACK | PT64_USER | PT64_ACCESSED |
                             PT64_DIRTY);
        assert_int_equal(kind_of(t, address | 0x0d, level), PT64_UNKNOWN);
        assert_true(wrong_of(t, address | 0x0d, level) == 0x04);
        assert_int_equal(kind_of(t, address | 0x05 | BIT(59), level), PT64_UNKNOWN);
        assert_true(wrong_of(t, address | 0x05 | BIT(59), level) == BIT(59));
        assert_int_equal(kind_of(t, address | 0x05 | BIT(61) | BIT(62), level), PT64_UNKNOWN);
    }
    assert_int_equal(kind_of(t, 0x05 | BIT(10), 1), PT64_UNKNOWN);
    assert_true(wrong_of(t, 0x05 | BIT(10), 1) == BIT(10));
}

/* Loads are allowed in both a shadow stack and a page that can be read. Ordinary stores and those
 * of SSPUSH exclude each other. */
TEST_IF(has_zicfiss, "needs Zicfiss", what_a_change_is_from_and_to_a_shadow_stack)
{
    uint64_t r = leaf_entry(t->s, some_paddr(t), R, 0);
    uint64_t rw = leaf_entry(t->s, some_paddr(t), RW, 0);
    uint64_t x = leaf_entry(t->s, some_paddr(t), PT64_EXECUTE, 0);
    uint64_t shadow = leaf_entry(t->s, some_paddr(t), R | PT64_RISCV_SHADOW_STACK, 0);
    enum pt64_change (*change)(uint64_t, uint64_t, unsigned) = t->s->pte->change;

    assert_int_equal(change(shadow, shadow, 0), PT64_UNCHANGED);
    assert_int_equal(change(r, shadow, 0), PT64_RELAXED);
    assert_int_equal(change(shadow, r, 0), PT64_TIGHTENED);
    assert_int_equal(change(rw, shadow, 0), PT64_TIGHTENED);
    assert_int_equal(change(shadow, rw, 0), PT64_TIGHTENED);
    assert_int_equal(change(x, shadow, 0), PT64_TIGHTENED);
    assert_int_equal(change(shadow, x, 0), PT64_TIGHTENED);
    assert_int_equal(change(shadow, shadow | BIT(6), 0), PT64_RELAXED);
    assert_int_equal(change(shadow, shadow | BIT(8), 0), PT64_UNCHANGED);
    assert_int_equal(change(shadow, shadow | BIT(4), 0), PT64_TIGHTENED);
    assert_int_equal(change(shadow, shadow | BIT(61), 0), PT64_MOVED);
    assert_int_equal(change(shadow, shadow + BIT(10), 0), PT64_MOVED);
}

/* SSPUSH sets D, as a store does. */
TEST_IF(has_zicfiss, "needs Zicfiss", a_shadow_stack_that_is_written_stays_one_when_it_is_cleaned)
{
    pt64_flags_t flags = R | PT64_RISCV_SHADOW_STACK;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), flags));
    assert_true(pt64_is_volatile(t->s->pte, leaf_at(t, some_vaddr(t)) | BIT(6), 0));
    put_entry(t, leaf_slot(t, some_vaddr(t)), leaf_at(t, some_vaddr(t)) | BIT(6) | BIT(7));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), flags | PT64_ACCESSED | PT64_DIRTY);
    expect_ok(t->s->test_and_clear_dirty(t->guard, some_vaddr(t), page_size(t), ignore_page, NULL));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), flags | PT64_ACCESSED);
}

/* Where W without R and X is a mark, a hidden shadow stack must be told from it. */
TEST_IF(has_zicfiss, "needs Zicfiss", a_hidden_shadow_stack_is_no_mark)
{
    pt64_entry_t leaf = leaf_entry(t->s, some_paddr(t), R | PT64_RISCV_SHADOW_STACK, 0);
    pt64_entry_t hidden = t->s->pte->hide(leaf, 0);
    uint64_t mark;

    assert_int_equal(kind_of(t, hidden, 0), PT64_EMPTY);
    assert_true(t->s->pte->show(hidden, 0) == leaf);
    assert_false(t->s->pte->mark_of(hidden, 0, &mark));
    assert_true(t->s->pte->show(t->s->pte->mark(&t->s->meta->limits, 5, 0), 0) == 0);
}

/* ---- LoongArch ---- */

static bool has_plv(const struct test *t)
{
    return t->oracle.format.plv;
}

/* Vol. 1, 7.5.3: MAT 3 has no flag. RPLV has one. */
TEST_IF(has_plv, "needs PLV1, PLV2 and RPLV",
        change_region_keeps_a_reserved_type_beside_format_flags)
{
    pt64_slot_t *slot;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), R | PT64_LOONGARCH64_PLV1));
    slot = leaf_slot(t, some_vaddr(t));
    put_entry(t, slot, entry_in(t, slot) | BIT(5));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_LOONGARCH64_RESTRICTED, 0));
    assert_true((entry_in(t, slot) & (BIT(63) | BIT(5) | BIT(4) | BIT(3) | BIT(2))) ==
                (BIT(63) | BIT(5) | BIT(4) | BIT(2)));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_LOONGARCH64_PLV2,
                            PT64_LOONGARCH64_RESTRICTED | PT64_LOONGARCH64_PLV1));
    assert_true((entry_in(t, slot) & (BIT(63) | BIT(5) | BIT(4) | BIT(3) | BIT(2))) ==
                (BIT(5) | BIT(4) | BIT(3)));
    put_entry(t, slot, entry_in(t, slot) & ~BIT(5));
}

/* SPDX-License-Identifier: MIT */
/* Format flags of x86: protection keys and shadow stacks: what format_flags.c does not ask of every
 * format. */
#include "test.h"

#include <page_table64/pte/x86_64.h>

static bool has_keys(const struct test *t)
{
    return is_x86_64(t);
}
#define NEEDS_KEYS "needs protection keys"

static bool has_shadow_stacks(const struct test *t)
{
    return t->oracle.format.cet;
}
#define NEEDS_SHADOW_STACKS "needs shadow stacks"

/* ---- protection keys ---- */

/* SDM 3A, 5.6.2: 62:59 are one number. */
TEST_IF(has_keys, NEEDS_KEYS, protecting_with_a_key_gives_the_page_that_key)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RWU | PT64_X86_64_PKEY(5)));
    for (unsigned key = 1; key < 16; key++) {
        expect_ok(protect(t, some_vaddr(t), RWU | PT64_X86_64_PKEY(key)));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), RWU | PT64_X86_64_PKEY(key));
        expect_ok(protect_region(t, some_vaddr(t), page_size(t), RWU | PT64_X86_64_PKEY(16 - key)));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), RWU | PT64_X86_64_PKEY(16 - key));
    }
    expect_ok(remap(t, some_vaddr(t), 0, RWU | PT64_X86_64_PKEY(6)));
    expect_page(some_vaddr(t), 0, page_size(t), RWU | PT64_X86_64_PKEY(6));
}

TEST_IF(has_keys, NEEDS_KEYS, change_region_gives_a_page_any_key)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), RWU | PT64_DIRTY));
        for (unsigned from = 0; from < 16; from++)
            for (unsigned to = 0; to < 16; to++) {
                expect_ok(change_region(t, some_vaddr(t), size_at(t, level), PT64_X86_64_PKEY(from),
                                        PT64_X86_64_PKEY(~from)));
                expect_ok(change_region(t, some_vaddr(t), size_at(t, level), PT64_X86_64_PKEY(to),
                                        PT64_X86_64_PKEY(~to)));
                expect_page(some_vaddr(t), some_paddr(t), size_at(t, level),
                            RWU | PT64_DIRTY | PT64_X86_64_PKEY(to));
            }
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

TEST_IF(has_keys, NEEDS_KEYS, a_key_is_read_back_from_flags)
{
    for (unsigned key = 0; key < 16; key++)
        assert_int_equal(PT64_X86_64_PKEY_OF(RWU | PT64_DIRTY | PT64_X86_64_PKEY(key)), key);
    assert_int_equal(PT64_X86_64_PKEY(16), 0);
}

/* ---- shadow stacks ---- */

#define SHADOW PT64_X86_64_SHADOW_STACK

/* SDM 3A, 5.6: R/W 0 and D 1. Bit 6 is D, bit 1 R/W. */
static bool is_shadow_stack(uint64_t entry)
{
    return (entry & 0x42) == 0x40;
}

static void expect_no_shadow_stack(struct test *t)
{
    assert_false(is_shadow_stack(leaf_at(t, some_vaddr(t))));
}

/* The moment at which a dirty page loses its write permission, by every call that takes it. */
TEST_IF(is_x86, "needs x86", a_dirty_page_that_is_write_protected_is_no_shadow_stack)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        for (unsigned way = 0; way < 3; way++) {
            expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
            hardware_stores(t, some_vaddr(t));
            if (way == 0)
                expect_ok(protect(t, some_vaddr(t), R));
            else if (way == 1)
                expect_ok(protect_region(t, some_vaddr(t), size, R));
            else
                expect_ok(change_region(t, some_vaddr(t), size, 0, PT64_WRITE));
            expect_no_shadow_stack(t);
            expect_page(some_vaddr(t), some_paddr(t), size, R | PT64_ACCESSED | PT64_DIRTY);
            expect_ok(change_region(t, some_vaddr(t), size, PT64_WRITE, 0));
            expect_page(some_vaddr(t), some_paddr(t), size, RW | PT64_ACCESSED | PT64_DIRTY);
            expect_ok(unmap_region(t, some_vaddr(t), size));
            commit(t);
        }
    }
}

TEST_IF(has_shadow_stacks, NEEDS_SHADOW_STACKS, a_dirty_shadow_stack_is_one_to_the_cpu)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), R | SHADOW | PT64_DIRTY));
    assert_true(is_shadow_stack(leaf_at(t, some_vaddr(t))));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), 0, PT64_DIRTY));
    expect_no_shadow_stack(t);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | SHADOW);
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_DIRTY, 0));
    assert_true(is_shadow_stack(leaf_at(t, some_vaddr(t))));
}

/* Copy-on-write of a shadow stack, and its end. */
TEST_IF(has_shadow_stacks, NEEDS_SHADOW_STACKS, a_shadow_stack_is_write_protected_by_its_flag)
{
    const pt64_flags_t dirty = R | PT64_USER | PT64_DIRTY;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), dirty | SHADOW));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), 0, SHADOW));
    expect_no_shadow_stack(t);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), dirty);
    expect_ok(change_region(t, some_vaddr(t), page_size(t), SHADOW, 0));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), dirty | SHADOW);
    expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), PT64_WRITE, 0));
    expect_ok(protect(t, some_vaddr(t), R | PT64_USER));
    expect_no_shadow_stack(t);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), dirty);
}

static void count_page(void *arg, const struct pt64_mapping *page)
{
    assert_true(page->flags & PT64_DIRTY);
    ++*(unsigned *)arg;
}

TEST_IF(has_shadow_stacks, NEEDS_SHADOW_STACKS, a_harvest_makes_a_shadow_stack_fault_once_more)
{
    unsigned count = 0;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), R | SHADOW | PT64_DIRTY));
    for (unsigned i = 0; i < 2; i++)
        expect_ok(
            t->s->test_and_clear_dirty(t->guard, some_vaddr(t), page_size(t), count_page, &count));
    assert_int_equal(count, 1);
    expect_no_shadow_stack(t);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | SHADOW);
}

/* Of an adopted table. Bit 57 is software's. */
TEST_IF(has_shadow_stacks, NEEDS_SHADOW_STACKS,
        a_shadow_stack_of_other_software_is_told_and_stays_one)
{
    pt64_slot_t *slot;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), R));
    slot = leaf_slot(t, some_vaddr(t));
    put_entry(t, slot, leaf_at(t, some_vaddr(t)) | 0x40);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | SHADOW | PT64_DIRTY);
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_USER, 0));
    assert_true(is_shadow_stack(leaf_at(t, some_vaddr(t))));
    put_entry(t, slot, entry_in(t, slot) & ~(UINT64_C(1) << 57));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), 0, PT64_DIRTY));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | PT64_USER | SHADOW);
}

static void expect_told(const struct test *t, enum pt64_change change, pt64_flags_t from,
                        pt64_flags_t to)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++)
        assert_int_equal(t->s->pte->change(leaf_entry(t->s, some_paddr(t), from, level),
                                           leaf_entry(t->s, some_paddr(t), to, level), level),
                         change);
}

/* A writable page and a shadow stack refuse each other's stores. */
TEST_IF(has_shadow_stacks, NEEDS_SHADOW_STACKS, what_a_change_of_a_shadow_stack_is)
{
    expect_told(t, PT64_TIGHTENED, R | SHADOW | PT64_DIRTY, R);
    expect_told(t, PT64_TIGHTENED, R | SHADOW | PT64_DIRTY, R | PT64_DIRTY);
    expect_told(t, PT64_TIGHTENED, R | SHADOW | PT64_DIRTY, R | SHADOW);
    expect_told(t, PT64_TIGHTENED, R | SHADOW | PT64_DIRTY, RW | PT64_DIRTY);
    expect_told(t, PT64_TIGHTENED, RW | PT64_DIRTY, R | SHADOW | PT64_DIRTY);
    expect_told(t, PT64_RELAXED, R, R | SHADOW | PT64_DIRTY);
    expect_told(t, PT64_RELAXED, R | SHADOW, R | SHADOW | PT64_DIRTY);
    expect_told(t, PT64_UNCHANGED, R | PT64_DIRTY, R | SHADOW);
    expect_told(t, PT64_MOVED, R | SHADOW | PT64_DIRTY, R | SHADOW | PT64_DIRTY | PT64_UNCACHED);
}

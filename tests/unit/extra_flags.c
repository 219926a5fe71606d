/* SPDX-License-Identifier: MIT */
/* Flags that only one format has: bits 16 to 31. extra_flags.h says what they mean. */
#include "test.h"

static bool has_extra_flags(const struct test *t)
{
    return extra_flags(&t->oracle.format) != 0;
}
#define NEEDS_EXTRA_FLAGS "needs flags besides those of types.h"

static bool has_sticky_ones(const struct test *t)
{
    return extra_sticky_flags(&t->oracle.format) != 0;
}
#define NEEDS_STICKY_ONES "needs flags besides those of types.h that protecting keeps"

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

/* The subset of the format's flags after `own`. It is 0 after the last. */
static pt64_flags_t next_extra(const struct test *t, pt64_flags_t own)
{
    pt64_flags_t all = extra_flags(&t->oracle.format);

    return (own - all) & all;
}

/* Sets of portable flags, not all of them: the format's flags go with many. */
#define SOME_SETS(flags) \
    for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags += flags < 8 ? 1 : 61)

static void try_extra(struct test *t, pt64_flags_t flags, unsigned level)
{
    pt64_vaddr_t vaddr = some_vaddr(t);

    if (can_say(t, flags)) {
        expect_ok(map(t, vaddr, some_paddr(t), size_at(t, level), flags));
        expect_page(vaddr, some_paddr(t), size_at(t, level), flags);
        expect_ok(unmap(t, vaddr));
    } else {
        expect(PT64_BAD_FLAGS, map(t, vaddr, some_paddr(t), size_at(t, level), flags));
    }
}

TEST_IF(has_extra_flags, NEEDS_EXTRA_FLAGS, every_flag_of_the_format_is_mapped_exactly_or_refused)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        pt64_flags_t own = 0;

        do {
            SOME_SETS(flags)
            try_extra(t, flags | own, level);
            own = next_extra(t, own);
        } while (own != 0);
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

TEST_IF(has_extra_flags, NEEDS_EXTRA_FLAGS, protect_makes_or_keeps_each_flag_of_the_format)
{
    const struct oracle_format *format = &t->oracle.format;
    pt64_flags_t old = 0;

    do {
        pt64_flags_t own = 0;

        do {
            SOME_SETS(flags)
            {
                pt64_flags_t before =
                    R | (old & PT64_AARCH64_NGNRNE && !is_x86_64(t) ? PT64_DEVICE : 0) | old;
                pt64_flags_t after = extra_protected(format, before, flags | own);

                if (!can_say(t, before) || !can_say(t, flags | own))
                    continue;
                expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), before));
                expect_ok(protect(t, some_vaddr(t), flags | own));
                expect_page(some_vaddr(t), some_paddr(t), page_size(t), after);
                expect_ok(unmap(t, some_vaddr(t)));
                flags += 97;
            }
            own = next_extra(t, own);
        } while (own != 0);
        old = next_extra(t, old);
    } while (old != 0);
}

TEST_IF(has_extra_flags, NEEDS_EXTRA_FLAGS, change_region_takes_what_the_format_names_and_no_types)
{
    pt64_flags_t changeable = extra_changeable_flags(&t->oracle.format);

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        pt64_flags_t now = R | (flags_of(t) & PT64_USER);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), now));
        EACH_EXTRA_FLAG(flag, EXTRA_FLAGS)
        {
            if (!(changeable & flag)) {
                expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), size_at(t, level), flag, 0));
                expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), size_at(t, level), 0, flag));
                continue;
            }
            expect_ok(change_region(t, some_vaddr(t), size_at(t, level), flag, 0));
            expect_page(some_vaddr(t), some_paddr(t), size_at(t, level), now | flag);
            expect_ok(change_region(t, some_vaddr(t), size_at(t, level), PT64_EXECUTE, 0));
            expect_page(some_vaddr(t), some_paddr(t), size_at(t, level), now | flag | PT64_EXECUTE);
            expect_ok(change_region(t, some_vaddr(t), size_at(t, level), now, flag | PT64_EXECUTE));
            if (can_refuse_execution(t))
                expect_page(some_vaddr(t), some_paddr(t), size_at(t, level), now);
        }
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

/* A change of permissions keeps the type, of which a flag of the format is part. */
TEST_IF(has_extra_flags, NEEDS_EXTRA_FLAGS, a_change_of_permissions_keeps_the_flags_of_the_format)
{
    EACH_EXTRA_FLAG(flag, extra_flags(&t->oracle.format))
    {
        pt64_flags_t flags = R | flag;

        flags |= can_say(t, flags) ? 0 : PT64_DEVICE;
        if (!can_say(t, flags) || !can_say(t, flags | PT64_WRITE))
            continue;
        expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), flags));
        expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_WRITE, 0));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), flags | PT64_WRITE);
        expect_ok(change_region(t, some_vaddr(t), page_size(t), 0, PT64_READ | PT64_WRITE));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), flags & ~PT64_READ);
        expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_READ, 0));
        expect_page(some_vaddr(t), some_paddr(t), page_size(t), flags);
        expect_ok(unmap(t, some_vaddr(t)));
    }
}

TEST_IF(has_sticky_ones, NEEDS_STICKY_ONES, protecting_and_moving_keep_sticky_flags_of_the_format)
{
    pt64_flags_t sticky = extra_sticky_flags(&t->oracle.format);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW | sticky));
    expect_ok(protect(t, vaddr, R));
    expect_page(vaddr, some_paddr(t), page_size(t), R | sticky);
    expect_ok(protect_region(t, vaddr, page_size(t), RX));
    expect_page(vaddr, some_paddr(t), page_size(t), RX | sticky);
    expect_ok(protect(t, vaddr, 0));
    expect_page(vaddr, some_paddr(t), page_size(t), sticky);
    expect_ok(remap(t, vaddr, 0, R));
    expect_page(vaddr, 0, page_size(t), R | sticky);
}

/* A part of a huge page has them too. */
TEST_IF(has_sticky_ones, NEEDS_STICKY_ONES, a_split_keeps_the_flags_of_the_format)
{
    pt64_flags_t sticky = extra_sticky_flags(&t->oracle.format);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, some_paddr(t), huge_size(t), RW | sticky));
    expect_ok(protect_region(t, vaddr, page_size(t), R));
    expect_page(vaddr, some_paddr(t), page_size(t), R | sticky);
    expect_page(vaddr + page_size(t), some_paddr(t) + page_size(t), page_size(t), RW | sticky);
}

TEST_IF(has_extra_flags, NEEDS_EXTRA_FLAGS, a_smaller_leaf_has_the_flags_of_the_format_too)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    for (unsigned level = 1; level <= top_leaf_level(t); level++)
        EACH_EXTRA_FLAG(flag, extra_flags(&t->oracle.format))
    for (pt64_flags_t flags = R; flags < SETS_OF_FLAGS; flags += 2)
        if (can_say_to_hardware(t, flags | flag))
            assert_int_equal(pt64_demote(pte, pte->leaf(limits, flags | flag, level), level),
                             pte->leaf(limits, flags | flag, level - 1));
}

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

/* ---- Arm ---- */

/* Arm ARM D8.17, RWHZWS, and ARMv7 ARM B3.10.1: another memory type takes break-before-make. */
TEST_IF(is_arm, "needs Arm", another_device_type_is_a_move)
{
    const pt64_flags_t strict = PT64_DEVICE | PT64_AARCH64_NGNRNE;

    expect_told(t, PT64_MOVED, RW | PT64_DEVICE, RW | strict);
    expect_told(t, PT64_MOVED, RW | strict, RW | PT64_DEVICE);
    if (row_applies(0, is_aarch64(t), "needs tags")) {
        expect_told(t, PT64_MOVED, RW, RW | PT64_AARCH64_TAGGED);
        expect_told(t, PT64_TIGHTENED, RX, RX | PT64_AARCH64_GUARDED);
        expect_told(t, PT64_RELAXED, RX | PT64_AARCH64_GUARDED, RX);
    }
}

static bool has_execute_only(const struct test *t)
{
    return is_aarch64(t) && !t->oracle.format.single_privilege;
}

/* D8.4.1: the kernel may read it all the same. */
TEST_IF(has_execute_only, "needs AArch64 with two privilege levels",
        a_page_that_a_user_may_only_execute_is_not_executed_or_written_by_the_kernel)
{
    struct oracle_page page;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), PT64_EXECUTE | PT64_USER));
    oracle_walk(&t->oracle, t->s->root(t->table), some_vaddr(t), &page, NULL);
    assert_true(page.user.execute && !page.user.read && !page.user.write);
    assert_true(page.kernel.read && !page.kernel.execute && !page.kernel.write);
    expect_told(t, PT64_TIGHTENED, R | PT64_USER | PT64_EXECUTE, PT64_EXECUTE | PT64_USER);
    expect_told(t, PT64_TIGHTENED, PT64_EXECUTE | PT64_USER, R);
}

/* No flag says that the kernel writes what a user only reads, or executes what it cannot read. */
TEST_IF(is_aarch64, "needs AArch64", permissions_that_take_indirection_are_refused)
{
    expect(PT64_BAD_FLAGS, map(t, some_vaddr(t), 0, page_size(t), PT64_EXECUTE));
    expect(PT64_BAD_FLAGS, map(t, some_vaddr(t), 0, page_size(t), PT64_WRITE | PT64_USER));
    expect(PT64_BAD_FLAGS,
           map(t, some_vaddr(t), 0, page_size(t), R | PT64_USER | (PT64_AARCH64_GUARDED << 1)));
}

static bool has_kernel_writes(const struct test *t)
{
    return is_armv7(t) && extra_has_kernel_writes(&t->oracle.format);
}

TEST_IF(has_kernel_writes, "needs AP[2:0] of ARMv7",
        a_page_that_the_kernel_alone_writes_and_users_read_is_told_by_its_rights)
{
    const pt64_flags_t flags = R | PT64_USER;

    expect_told(t, PT64_RELAXED, flags, flags | PT64_ARMV7_KERNEL_WRITES);
    expect_told(t, PT64_TIGHTENED, flags | PT64_ARMV7_KERNEL_WRITES, flags);
    expect_told(t, PT64_RELAXED, flags | PT64_ARMV7_KERNEL_WRITES, flags | PT64_WRITE);
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), flags | PT64_ARMV7_KERNEL_WRITES));
    expect_ok(protect(t, some_vaddr(t), flags));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), flags);
}

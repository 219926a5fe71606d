/* SPDX-License-Identifier: MIT */
/* Format flags of Arm: device types, execute-only pages: what
 * format_flags.c does not ask of every format. */
#include "test.h"

#include <page_table64/pte/aarch64.h>

static void expect_told(const struct test *t, enum pt64_change change, pt64_flags_t from,
                        pt64_flags_t to)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++)
        assert_int_equal(t->s->pte->change(leaf_entry(t->s, some_paddr(t), from, level),
                                           leaf_entry(t->s, some_paddr(t), to, level), level),
                         change);
}

/* Arm ARM D8.17, RWHZWS, and ARMv7 ARM B3.10.1: another memory type takes break-before-make. */
static bool has_two_devices(const struct test *t)
{
    return is_arm(t) && !is_short(t);
}

TEST_IF(has_two_devices, "needs AArch64 or long descriptors", another_device_type_is_a_move)
{
    const pt64_flags_t strict = PT64_DEVICE | PT64_AARCH64_NGNRNE;

    expect_told(t, PT64_MOVED, RW | PT64_DEVICE, RW | strict);
    expect_told(t, PT64_MOVED, RW | strict, RW | PT64_DEVICE);
    if (row_applies(0, is_stage1(t), "needs tags")) {
        expect_told(t, PT64_MOVED, RW, RW | PT64_AARCH64_TAGGED);
        expect_told(t, PT64_TIGHTENED, RX, RX | PT64_AARCH64_GUARDED);
        expect_told(t, PT64_RELAXED, RX | PT64_AARCH64_GUARDED, RX);
    }
}

static bool has_execute_only(const struct test *t)
{
    return is_aarch64(t) && oracle_has_user(&t->oracle.format);
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
TEST_IF(is_stage1, "needs AArch64 stage 1", permissions_that_take_indirection_are_refused)
{
    expect(PT64_BAD_FLAGS, map(t, some_vaddr(t), 0, page_size(t), PT64_EXECUTE));
    expect(PT64_BAD_FLAGS, map(t, some_vaddr(t), 0, page_size(t), PT64_WRITE | PT64_USER));
    expect(PT64_BAD_FLAGS,
           map(t, some_vaddr(t), 0, page_size(t), R | PT64_USER | (PT64_AARCH64_GUARDED << 1)));
}

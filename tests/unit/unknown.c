/* SPDX-License-Identifier: MIT */
/*
 * Slots of adopted tables whose entries are valid but not of the format: an extension's, or pages
 * at a level that has none. Hardware may understand them, so the library takes them neither for its
 * own pages nor for free slots.
 */
#include "test.h"

/* The level at which each format can have such an entry. */
static unsigned unknown_level(const struct test *t)
{
    return is_riscv(t) ? 0 : t->s->meta->limits.leaf_levels;
}

/*
 * RISC-V: W without R, the shadow stack of Zicfiss; with Zicfiss, W and X without R. Other formats:
 * a page of the level above the largest. That is 1G where a CPU has it and the geometry does not,
 * 512G with AArch64's FEAT_LPA2, and 1G on newer LoongArch cores.
 */
static uint64_t unknown_entry(const struct test *t)
{
    unsigned level = unknown_level(t);
    uint64_t leaf = leaf_entry(t->s, some_paddr(t), RW | (flags_of(t) & PT64_ACCESSED), level);

    if (is_riscv(t))
        return (leaf & ~UINT64_C(2)) | (t->oracle.format.zicfiss ? 8 : 0);
    return leaf;
}

/* Plants such an entry at `vaddr`, in a free slot of an existing node, and adopts the table. */
static pt64_slot_t *plant(struct test *t, pt64_vaddr_t vaddr)
{
    pt64_slot_t *planted = slot_of(t, vaddr, unknown_level(t));

    commit(t);
    put_entry(t, planted, unknown_entry(t));
    expect_ok(t->s->adopt(t->table, t->s->release(t->table), &t->arena));
    t->s->begin(t->guard, t->table);
    return planted;
}

static void remove_planted(struct test *t, pt64_slot_t *planted, uint64_t empty)
{
    put_entry(t, planted, empty);
    expect_ok(unmap_region(t, some_vaddr(t), size_at(t, root_level(t))));
    commit(t);
}

static bool has_unknown_level(const struct test *t)
{
    return unknown_level(t) < t->s->meta->limits.levels;
}

TEST_IF(has_unknown_level, "needs a level without pages", an_entry_that_is_not_known_stays)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t slot = size_at(t, unknown_level(t));
    uint64_t entry = unknown_entry(t);
    struct pt64_mapping found;
    struct pt64_flaw flaw;
    pt64_slot_t *planted;
    uint64_t empty;

    expect_ok(map(t, vaddr ^ slot, some_paddr(t), page, RW));
    empty = entry_in(t, slot_of(t, vaddr, unknown_level(t)));
    planted = plant(t, vaddr);
    expect(PT64_NOT_MAPPED, query(t, vaddr, &found));
    expect(PT64_ALREADY_MAPPED, map(t, vaddr, 0, page, RW));
    expect(PT64_ALREADY_MAPPED, map_region(t, vaddr, 0, page, RW));
    if (slot >= huge_size(t))
        expect(PT64_ALREADY_MAPPED, map(t, vaddr, 0, huge_size(t), RW));
    expect(PT64_NOT_MAPPED, unmap(t, vaddr));
    expect(PT64_NOT_MAPPED, protect(t, vaddr, R));
    expect(PT64_NOT_MAPPED, remap(t, vaddr, 0, R));
    expect_ok(protect_region(t, vaddr, slot, R));
    expect_ok(unmap_region(t, vaddr, slot));
    assert_true(entry_in(t, planted) == entry);
    /* The node that holds the entry stays too. */
    expect_ok(unmap_region(t, vaddr & ~(size_at(t, root_level(t)) - 1), size_at(t, root_level(t))));
    commit(t);
    assert_true(entry_in(t, planted) == entry);
    expect(PT64_CORRUPT, t->s->check(t->table, 0, &flaw));
    assert_int_equal(flaw.kind, PT64_FLAW_RESERVED);
    assert_true(flaw.vaddr == vaddr && flaw.entry == entry);
    remove_planted(t, planted, empty);
}

static void count_pages(void *arg, const struct pt64_mapping *page)
{
    (void)page;
    ++*(size_t *)arg;
}

TEST_IF(has_unknown_level, "needs a level without pages",
        unmap_pages_neither_removes_nor_reports_what_is_not_known)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t root_slot = size_at(t, root_level(t));
    size_t reported = 0;
    pt64_slot_t *planted;
    uint64_t empty;

    expect_ok(map(t, vaddr ^ size_at(t, unknown_level(t)), some_paddr(t), page_size(t), RW));
    empty = entry_in(t, slot_of(t, vaddr, unknown_level(t)));
    planted = plant(t, vaddr);
    expect_ok(
        t->s->unmap_pages(t->guard, vaddr & ~(root_slot - 1), root_slot, count_pages, &reported));
    assert_true(reported <= 1); /* the page may be in another slot of the root */
    assert_true(entry_in(t, planted) == unknown_entry(t));
    expect_ok(
        t->s->unmap_pages(t->guard, vaddr, size_at(t, unknown_level(t)), count_pages, &reported));
    assert_true(entry_in(t, planted) == unknown_entry(t));
    remove_planted(t, planted, empty);
}

static enum pt64_walk count_visits(void *arg, const struct pt64_visit *visit)
{
    assert_true(visit->kind == PT64_LEAF || visit->kind == PT64_LINK);
    *(size_t *)arg += visit->kind == PT64_LEAF ? 1 : 0;
    return PT64_WALK_ON;
}

TEST_IF(has_unknown_level, "needs a level without pages", walks_pass_what_is_not_known)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_mapping run;
    size_t leaves = 0;
    pt64_slot_t *planted;
    uint64_t empty;

    expect_ok(map(t, vaddr ^ size_at(t, unknown_level(t)), some_paddr(t), page_size(t), RW));
    empty = entry_in(t, slot_of(t, vaddr, unknown_level(t)));
    planted = plant(t, vaddr);
    expect_ok(t->s->walk(t->table, count_visits, &leaves));
    assert_int_equal(leaves, 1);
    expect_ok(next(t, 0, &run));
    assert_true(run.vaddr != vaddr);
    remove_planted(t, planted, empty);
}

/* The step from the last frame that an entry can encode carries into the bits above its address. */
TEST(a_run_ends_at_the_last_physical_page)
{
    struct pt64_mapping run;

    plant_step_past_the_end(t);
    expect_ok(next(t, some_vaddr(t), &run));
    assert_true(run.vaddr == some_vaddr(t) && run.size == page_size(t));
    remove_step_past_the_end(t);
}

TEST(a_run_of_huge_pages_ends_at_the_last_physical_page)
{
    pt64_paddr_t top = ((pt64_paddr_t)1 << t->s->meta->limits.paddr_bits) - 2 * huge_size(t);
    struct pt64_mapping run;

    expect_ok(map_region(t, some_vaddr(t), top, 2 * huge_size(t), RW));
    expect_ok(next(t, some_vaddr(t), &run));
    assert_true(run.paddr == top && run.size == 2 * huge_size(t));
}

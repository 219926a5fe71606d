/* SPDX-License-Identifier: MIT */
/* Hidden pages: the library has them, nobody can access them, and hardware sees nothing. */
#include "test.h"

#define BIT(n) (UINT64_C(1) << (n))

/* No permission, and whatever else the format has. */
static pt64_flags_t hidden_flags(const struct test *t)
{
    pt64_flags_t flags = 0;

    EACH_FLAG(flag, PT64_USER | PT64_GLOBAL | PT64_SOFT0 | PT64_SOFT1)
    flags |= can_say(t, flags | flag) ? flag : 0;
    return flags;
}

static void expect_no_flush(struct test *t)
{
    commit(t);
    assert_int_equal(flushes(t), 0);
}

/* ---- there and back ---- */

TEST(a_page_that_loses_every_permission_comes_back_as_it_was)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        pt64_flags_t rest = hidden_flags(t);
        uint64_t size = size_at(t, level);
        uint64_t before;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW | rest));
        hardware_stores(t, some_vaddr(t));
        before = leaf_at(t, some_vaddr(t));
        expect_ok(protect(t, some_vaddr(t), rest & PT64_USER));
        expect_page(some_vaddr(t), some_paddr(t), size, rest | stored_flags(t));
        expect_ok(protect(t, some_vaddr(t), RW | (rest & PT64_USER)));
        expect_page(some_vaddr(t), some_paddr(t), size, RW | rest | stored_flags(t));
        assert_true(leaf_at(t, some_vaddr(t)) == before);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(a_hidden_page_keeps_its_memory_type)
{
    const pt64_flags_t types[] = {PT64_DEVICE, PT64_UNCACHED, PT64_WRITE_COMBINE};

    for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!row_applies(i, can_say(t, RW | types[i]), "needs the memory type"))
            continue;
        expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), types[i]));
        expect_page(some_vaddr(t), some_paddr(t), huge_size(t), types[i]);
        expect_ok(change_region(t, some_vaddr(t), huge_size(t), R, 0));
        expect_page(some_vaddr(t), some_paddr(t), huge_size(t), R | types[i]);
        expect_ok(unmap(t, some_vaddr(t)));
    }
}

/* The edges split huge pages; a hidden one too, when a part of it is shown. */
TEST(a_region_is_hidden_and_shown_in_part)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t page = page_size(t);
        uint64_t size = size_at(t, level);
        pt64_vaddr_t vaddr = some_vaddr(t);
        pt64_paddr_t paddr = some_paddr(t);

        expect_ok(map(t, vaddr, paddr, size, RW));
        expect_ok(protect_region(t, vaddr, size - page, 0));
        expect_run(vaddr, {vaddr, paddr, size - page, 0});
        expect_page(vaddr + size - page, paddr + size - page, page, RW);
        expect_ok(protect_region(t, vaddr + size - page, page, 0));
        expect_run(vaddr, {vaddr, paddr, size, 0});
        expect_ok(protect_region(t, vaddr + page, page, R));
        expect_page(vaddr, paddr, page, 0);
        expect_page(vaddr + page, paddr + page, page, R);
        expect_run(vaddr + 2 * page, {vaddr + 2 * page, paddr + 2 * page, size - 2 * page, 0});
        expect_ok(unmap_region(t, vaddr, size));
        commit(t);
    }
}

TEST(a_hidden_huge_page_is_split_where_a_part_of_it_is_shown)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t page = page_size(t);
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, 0));
        commit(t);
        expect_ok(protect_region(t, some_vaddr(t) + page, page, RW));
        commit(t);
        expect_page(some_vaddr(t), some_paddr(t), page, 0);
        expect_page(some_vaddr(t) + page, some_paddr(t) + page, page, RW);
        expect_run(some_vaddr(t) + 2 * page,
                   {some_vaddr(t) + 2 * page, some_paddr(t) + 2 * page, size - 2 * page, 0});
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(hidden_pages_among_others_are_changed_with_them)
{
    uint64_t page = page_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);
    pt64_paddr_t paddr = some_paddr(t);

    for (unsigned i = 0; i < 30; i++)
        expect_ok(map(t, vaddr + i * page, paddr + i * page, page, i % 10 < 4 ? 0 : RW));
    expect_ok(protect_region(t, vaddr + page, 28 * page, R));
    expect_page(vaddr, paddr, page, 0);
    expect_run(vaddr + page, {vaddr + page, paddr + page, 28 * page, R});
    expect_page(vaddr + 29 * page, paddr + 29 * page, page, RW);
    expect_ok(change_region(t, vaddr, 30 * page, 0, R | PT64_WRITE));
    if (can_refuse_execution(t))
        expect_run(vaddr, {vaddr, paddr, 30 * page, 0});
}

TEST(a_hidden_page_moves_to_another_frame)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(remap(t, some_vaddr(t), 0, 0));
    expect_page(some_vaddr(t), 0, page_size(t), 0);
    expect_ok(remap(t, some_vaddr(t), some_paddr(t), 0));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), 0);
    expect_ok(remap(t, some_vaddr(t), 0, RX));
    expect_page(some_vaddr(t), 0, page_size(t), RX);
}

static pt64_paddr_t reversed_frame(void *arg, pt64_vaddr_t vaddr)
{
    struct test *t = arg;

    return some_paddr(t) + 7 * page_size(t) - (vaddr - some_vaddr(t));
}

TEST(map_pages_maps_hidden_pages)
{
    uint64_t page = page_size(t);
    const pt64_size_t limits[] = {PT64_SIZE_ANY, page};

    for (unsigned i = 0; i < 2; i++) {
        expect_ok(
            t->s->map_pages(t->guard, some_vaddr(t), reversed_frame, t, 8 * page, 0, limits[i]));
        for (unsigned k = 0; k < 8; k++)
            expect_page(some_vaddr(t) + k * page, some_paddr(t) + (7 - k) * page, page, 0);
        expect_ok(unmap_region(t, some_vaddr(t), 8 * page));
    }
}

/* ---- what others see ---- */

TEST(what_is_hidden_is_not_free)
{
    uint64_t page = page_size(t);

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, 0));
    expect_ok(map(t, some_vaddr(t) + huge_size(t), some_paddr(t), huge_size(t), 0));
    expect(PT64_ALREADY_MAPPED, map(t, some_vaddr(t), 0, page, RW));
    expect(PT64_ALREADY_MAPPED, map_region(t, some_vaddr(t), 0, huge_size(t), RW));
    expect(PT64_MAPPED_TO_HUGE_PAGE, map(t, some_vaddr(t) + huge_size(t), 0, page, RW));
    expect(PT64_MAPPED_TO_HUGE_PAGE, unmap(t, some_vaddr(t) + huge_size(t) + page));
    expect_page(some_vaddr(t), some_paddr(t), page, 0);
    expect_ok(unmap(t, some_vaddr(t)));
    expect_hole(some_vaddr(t));
}

static enum pt64_walk count_hidden(void *arg, const struct pt64_visit *visit)
{
    *(unsigned *)arg += visit->kind == PT64_HIDDEN && visit->slot.flags == 0;
    return PT64_WALK_ON;
}

TEST(walk_tells_a_hidden_page_by_its_kind)
{
    unsigned count = 0;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(map(t, some_vaddr(t) + page_size(t), some_paddr(t), page_size(t), 0));
    expect_ok(t->s->walk(t->table, count_hidden, &count));
    assert_int_equal(count, 1);
}

static void add_page(void *arg, const struct pt64_mapping *page)
{
    struct pt64_mapping *last = arg;

    assert_int_equal(page->flags, last->flags);
    last->vaddr = page->vaddr;
    last->paddr = page->paddr;
    last->size += page->size;
}

TEST(unmap_pages_reports_hidden_pages)
{
    struct pt64_mapping last = {0, 0, 0, hidden_flags(t)};

    expect_ok(map(t, some_vaddr(t), some_paddr(t), huge_size(t), hidden_flags(t)));
    expect_ok(map(t, some_vaddr(t) + huge_size(t), some_paddr(t), page_size(t), hidden_flags(t)));
    expect_ok(t->s->unmap_pages(t->guard, some_vaddr(t), 2 * huge_size(t), add_page, &last));
    assert_true(last.vaddr == some_vaddr(t) + huge_size(t));
    assert_true(last.paddr == some_paddr(t));
    assert_true(last.size == huge_size(t) + page_size(t));
    expect_hole(some_vaddr(t));
}

/* ---- flushes ---- */

TEST(hiding_a_page_flushes_it)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), RW));
        listen(t);
        expect_ok(protect(t, some_vaddr(t), 0));
        commit(t);
        assert_int_equal(flushes(t), 1);
        assert_true(covers(&t->arena.events[0].request, some_vaddr(t), size_at(t, level)));
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

/* No TLB holds an entry that is not present, but LoongArch's: as invalid, whatever else it says. */
TEST(what_is_hidden_changes_and_goes_without_a_flush)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(map(t, some_vaddr(t) + page_size(t), some_paddr(t), page_size(t), RW));
    listen(t);
    expect_ok(map(t, some_vaddr(t) + 2 * page_size(t), some_paddr(t), page_size(t), 0));
    expect_no_flush(t);
    expect_ok(protect(t, some_vaddr(t) + 2 * page_size(t), hidden_flags(t)));
    expect_no_flush(t);
    expect_ok(remap(t, some_vaddr(t) + 2 * page_size(t), 0, 0));
    expect_no_flush(t);
    expect_ok(unmap(t, some_vaddr(t) + 2 * page_size(t)));
    expect_no_flush(t);
}

static bool has_accessed(const struct test *t)
{
    return (flags_of(t) & PT64_ACCESSED) != 0;
}

TEST_IF(has_accessed, "needs an accessed flag", harvesting_hidden_pages_needs_no_flush)
{
    struct pt64_mapping last = {0, 0, 0, PT64_ACCESSED};

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), PT64_ACCESSED));
    listen(t);
    expect_ok(
        t->s->test_and_clear_accessed(t->guard, some_vaddr(t), page_size(t), add_page, &last));
    assert_true(last.paddr == some_paddr(t));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), 0);
    expect_no_flush(t);
}

/* Arm ARM D8.17: the old translation of a page must be gone before another frame is seen there. */
static bool breaks_to_move(const struct test *t)
{
    return is_arm(t);
}

TEST_IF(breaks_to_move, "needs break-before-make",
        a_page_is_flushed_between_hiding_it_and_showing_another_frame)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    listen(t);
    expect_ok(remap(t, some_vaddr(t), 0, 0));
    assert_int_equal(flushes(t), 0);
    expect_ok(protect(t, some_vaddr(t), RW));
    assert_int_equal(flushes(t), 1);
    expect_page(some_vaddr(t), 0, page_size(t), RW);
    expect_ok(remap(t, some_vaddr(t), some_paddr(t), 0));
    expect_ok(protect_region(t, some_vaddr(t), 2 * page_size(t), RW));
    assert_int_equal(flushes(t), 2);
}

/* ---- the L1 Terminal Fault ---- */

/* CVE-2018-3620: a CPU may read the L1 data cache at the address in an entry without P. Bits 51:12
 * are the address (SDM 3A, 5.5.4); memory is below the topmost bit. */
TEST_IF(inverts_addresses, NEEDS_INVERSE, what_is_hidden_shows_no_address_of_memory)
{
    uint64_t top = BIT(t->s->meta->limits.paddr_bits - 1);

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        for (pt64_paddr_t frame = 0; frame < top; frame = frame == 0 ? size : frame * 2) {
            uint64_t entry;

            expect_ok(map(t, some_vaddr(t), frame, size, 0));
            entry = entry_in(t, slot_of(t, some_vaddr(t), level));
            assert_true(!is_present(t, entry) && (entry & top) != 0);
            expect_page(some_vaddr(t), frame, size, 0);
            expect_ok(unmap(t, some_vaddr(t)));
        }
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST_IF(inverts_addresses, NEEDS_INVERSE,
        a_page_in_the_upper_half_of_the_addresses_cannot_be_hidden)
{
    uint64_t page = page_size(t);
    pt64_paddr_t top = BIT(t->s->meta->limits.paddr_bits - 1);
    struct snapshot before;

    expect_ok(map_region(t, some_vaddr(t), top - 8 * page, 16 * page, RW));
    commit(t);
    snapshot_take(t, &before);
    expect(PT64_BAD_ADDRESS, map(t, some_vaddr(t) + huge_size(t), top, page, 0));
    expect(PT64_BAD_ADDRESS, map_region(t, some_vaddr(t) + huge_size(t), top - page, 2 * page, 0));
    expect(PT64_BAD_ADDRESS, remap(t, some_vaddr(t), top, 0));
    expect(PT64_BAD_FLAGS, protect(t, some_vaddr(t) + 8 * page, 0));
    expect(PT64_BAD_FLAGS, protect_region(t, some_vaddr(t), 16 * page, 0));
    expect(PT64_BAD_FLAGS,
           change_region(t, some_vaddr(t), 16 * page, 0, PT64_READ | PT64_WRITE | PT64_EXECUTE));
    expect_unchanged(&before);
    snapshot_free(&before);
    expect_ok(protect_region(t, some_vaddr(t), 8 * page, 0));
    expect_run(some_vaddr(t), {some_vaddr(t), top - 8 * page, 8 * page, 0});
}

/* ---- entries that are not the library's ---- */

/* Absent entries of other software, also some that would be hidden pages or marks of ours. */
static const uint64_t *foreign_entries(struct test *t)
{
    static uint64_t entries[4];

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), 0));
    entries[0] = entry_in(t, slot_of(t, some_vaddr(t), 0));
    expect_ok(unmap(t, some_vaddr(t)));
    expect_ok(t->s->mark(t->guard, some_vaddr(t), page_size(t), 5, NULL));
    entries[1] = entry_in(t, slot_of(t, some_vaddr(t), 0));
    expect_ok(unmap(t, some_vaddr(t)));
    entries[2] = UINT64_C(0x55550000);
    entries[3] = UINT64_C(0x00100000);
    return entries;
}

TEST(an_absent_entry_of_an_adopted_table_is_neither_free_nor_a_page)
{
    const uint64_t *entries = foreign_entries(t);
    pt64_paddr_t root;

    expect_ok(map(t, some_vaddr(t) + page_size(t), some_paddr(t), page_size(t), RW));
    commit(t);
    root = t->s->release(t->table);
    expect_ok(t->s->adopt(t->table, root, &t->arena));
    t->s->begin(t->guard, t->table);
    for (unsigned i = 0; i < 4; i++) {
        pt64_slot_t *slot = slot_of(t, some_vaddr(t), 0);
        struct pt64_flaw flaw;
        uint64_t mark;

        put_entry(t, slot, entries[i]);
        expect_hole(some_vaddr(t));
        expect(PT64_NOT_MAPPED, t->s->mark_of(t->table, some_vaddr(t), &mark));
        expect(PT64_ALREADY_MAPPED, map(t, some_vaddr(t), 0, page_size(t), RW));
        expect(PT64_NOT_MAPPED, unmap(t, some_vaddr(t)));
        expect_ok(unmap_region(t, some_vaddr(t), page_size(t)));
        expect_ok(protect_region(t, some_vaddr(t), page_size(t), R));
        assert_true(entry_in(t, slot) == entries[i]);
        expect_ok(t->s->check(t->table, 0, &flaw));
    }
    put_entry(t, slot_of(t, some_vaddr(t), 0), 0);
}

static bool is_lpa2(const struct test *t)
{
    return t->oracle.format.lpa2;
}

/* With FEAT_LPA2 a hidden page turns bit 58, which software may have set, to tell what it is. */
TEST_IF(is_lpa2, "needs FEAT_LPA2", a_hidden_page_keeps_bit_58)
{
    const struct pt64_pte *pte = t->s->pte;

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        pt64_entry_t leaf =
            pte->leaf(&t->s->meta->limits, R, level) + pte->address(some_paddr(t), level);
        pt64_entry_t set = leaf | (pt64_entry_t)1 << 58;

        assert_true(pte->show(pte->hide(leaf, level), level) == leaf);
        assert_true(pte->show(pte->hide(set, level), level) == set);
    }
}

TEST(an_adopted_table_takes_no_hidden_pages_and_no_marks)
{
    pt64_paddr_t root;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    commit(t);
    root = t->s->release(t->table);
    expect_ok(t->s->adopt(t->table, root, &t->arena));
    t->s->begin(t->guard, t->table);
    expect(PT64_BAD_FLAGS, map(t, some_vaddr(t) + page_size(t), 0, page_size(t), 0));
    expect(PT64_BAD_FLAGS, protect(t, some_vaddr(t), 0));
    expect(PT64_BAD_FLAGS, protect_region(t, some_vaddr(t), page_size(t), 0));
    expect(PT64_BAD_FLAGS,
           change_region(t, some_vaddr(t), page_size(t), 0, PT64_READ | PT64_WRITE | PT64_EXECUTE));
    expect(PT64_BAD_FLAGS, t->s->mark(t->guard, some_vaddr(t), page_size(t), 5, NULL));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
}

TEST(a_table_that_is_taken_back_has_its_hidden_pages_and_marks)
{
    pt64_paddr_t root;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), 0));
    expect_ok(t->s->mark(t->guard, some_vaddr(t) + page_size(t), page_size(t), 5, NULL));
    commit(t);
    root = t->s->release(t->table);
    expect_ok(t->s->readopt(t->table, root, &t->arena));
    t->s->begin(t->guard, t->table);
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), 0);
    expect_mark(some_vaddr(t) + page_size(t), 5);
    expect_ok(unmap_region(t, some_vaddr(t), 2 * page_size(t)));
}

TEST(check_names_an_absent_entry_that_the_table_cannot_have)
{
    struct pt64_flaw flaw;
    pt64_slot_t *slot;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(map(t, some_vaddr(t) + page_size(t), some_paddr(t), page_size(t), 0));
    expect_ok(t->s->check(t->table, 0, &flaw));
    slot = slot_of(t, some_vaddr(t), 0);
    put_entry(t, slot, UINT64_C(0x00100000));
    expect(PT64_CORRUPT, t->s->check(t->table, 0, &flaw));
    assert_true(flaw.vaddr == some_vaddr(t));
    put_entry(t, slot, 0);
}

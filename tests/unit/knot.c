/* SPDX-License-Identifier: MIT */
/*
 * Adopted tables in which a node is linked twice, linked below itself, or linked where none can be.
 * Changing and destroying them ends, frees nothing that is linked more than once, and touches no
 * frame after it was freed.
 */
#include <page_table64.h>

#include "test.h"

static struct pt64_meta knot_meta;
static struct pt64_pte knot_pte;
static size_t freed_again;
static bool forgets; /* the handler does not know which frames were freed */
static size_t freed;

static void knot_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    freed++;
    if (forgets)
        return;
    if (arena_is_live(ctx, frame, bytes))
        arena_free_frame(ctx, frame, bytes);
    else
        freed_again++;
}

/* Any address in a live frame, as if all memory were mapped. */
static void *knot_phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    return arena_word(ctx, frame);
}

static const struct pt64_handler knot_handler = {
    arena_alloc_frame, knot_free_frame, knot_phys_to_virt, arena_flush, NULL, NULL};

PT64_DEFINE_(knot, knot_meta, knot_pte, knot_handler, 0);

static bool has_root_like_tables(const struct test *t)
{
    return pt64_root_index_bits(t->s->meta, &t->s->meta->limits) == t->s->meta->index_bits;
}

static bool has_large_tables(const struct test *t)
{
    return table_bytes(t) > 4096 && !t->oracle.format.lpa && root_level(t) > 1;
}

/* A node of level 1 may be the root, which may be smaller than other nodes. */
static bool has_whole_nodes_at_level_1(const struct test *t)
{
    return has_three_levels(t) || has_root_like_tables(t);
}

/* ---- building ---- */

static pt64_paddr_t new_frame(struct test *t, size_t bytes)
{
    pt64_paddr_t frame = arena_alloc_frame(&t->arena, bytes);

    for (size_t i = 0; i < bytes / t->oracle.format.entry_bytes; i++)
        put_entry(t, slot_in(t, frame, i), 0);
    return frame;
}

static pt64_paddr_t new_root(struct test *t)
{
    knot_meta = *t->s->meta;
    knot_pte = *t->s->pte;
    freed_again = 0;
    forgets = false;
    freed = 0;
    test_forgive_leaks(t);
    return new_frame(t, root_bytes(t));
}

static void put(struct test *t, pt64_paddr_t table, size_t index, uint64_t entry)
{
    put_entry(t, slot_in(t, table, index), entry);
}

/* `level` is that of the node `table`. */
static void put_link(struct test *t, unsigned level, pt64_paddr_t table, size_t index,
                     pt64_paddr_t below)
{
    put(t, table, index, link_entry(t->s, below, level));
}

/* A chain of nodes from the root's second slot down to a node at level 1, which is returned. The
 * way to some_vaddr(t) leads through it, by its slot first_slot(t). */
static pt64_paddr_t put_chain(struct test *t, pt64_paddr_t root)
{
    pt64_paddr_t table = root;

    for (unsigned level = root_level(t); level > 1; level--) {
        pt64_paddr_t below = new_frame(t, table_bytes(t));

        put_link(t, level, table, level == root_level(t) ? 1 : 0, below);
        table = below;
    }
    return table;
}

static size_t first_slot(const struct test *t)
{
    return has_three_levels(t) ? 0 : 1;
}

/* The slot at level 1 on the way to `vaddr`. The nodes above it must exist. */
static pt64_slot_t *knot_level_1_slot(struct test *t, const knot_t *table, pt64_vaddr_t vaddr)
{
    pt64_paddr_t frame = knot_root(table);

    for (unsigned level = root_level(t);; level--) {
        size_t index = (size_t)(vaddr / size_at(t, level)) % entries_at(t, level);
        pt64_slot_t *slot = slot_in(t, frame, index);

        if (level == 1)
            return slot;
        frame = t->s->pte->link_address(entry_in(t, slot), level);
    }
}

static bool is_live(struct test *t, pt64_paddr_t table)
{
    return arena_is_live(&t->arena, table, table_bytes(t));
}

/* ---- freed once ---- */

TEST_IF(has_root_like_tables, "needs a root of the size of a table",
        a_root_that_is_linked_below_itself_is_freed_once)
{
    pt64_paddr_t root = new_root(t);
    knot_t table;

    put_link(t, root_level(t), root, 1, root);
    put_link(t, root_level(t), root, 2, new_frame(t, table_bytes(t)));
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_destroy(&table);
    assert_false(is_live(t, root));
    assert_int_equal(freed_again, 0);
}

/* What is linked more than once stays, whether the whole table goes or a region. The rest goes. */
static void expect_circle_left(struct test *t, bool by_unmapping)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t circle = put_chain(t, root);
    pt64_paddr_t other = new_frame(t, table_bytes(t));
    knot_t table;
    knot_guard_t guard;

    put_link(t, 1, circle, 3, circle);
    put_link(t, root_level(t), root, 2, other);
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    if (by_unmapping)
        expect_ok(knot_unmap_region(&guard, some_vaddr(t), 2 * size_at(t, root_level(t))));
    knot_commit(&guard);
    knot_destroy(&table);
    assert_true(is_live(t, circle));
    assert_false(is_live(t, other));
    assert_false(is_live(t, root));
    assert_int_equal(freed_again, 0);
}

TEST_IF(has_three_levels, NEEDS_THREE_LEVELS, a_table_that_is_linked_below_itself_is_left)
{
    expect_circle_left(t, true);
    expect_circle_left(t, false);
}

/* The first entry then looks like that of a sink. */
TEST_IF(has_root_like_tables, "needs a root of as many slots as other tables",
        a_root_whose_first_slot_links_it_is_no_sink)
{
    pt64_paddr_t root = new_root(t);
    struct half halves[2];
    knot_t table;
    knot_guard_t guard;

    halves_of(t, halves);
    put_link(t, root_level(t), root, 0, root);
    put_link(t, root_level(t), root, 1, root);
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect(PT64_ALREADY_MAPPED, knot_map(&guard, halves[0].first, 0, page_size(t), RW));
    knot_commit(&guard);
    knot_destroy(&table);
    assert_int_equal(freed, bare_frames(t));
    assert_int_equal(freed_again, 0);
}

/* All memory stays readable, as in a linear map. Many paths then lead to the nodes of a circle. */
TEST_IF(has_root_like_tables, "needs a root of as many slots as other tables",
        a_root_of_many_links_is_freed_once_where_all_memory_can_be_read)
{
    pt64_paddr_t root = new_root(t);
    knot_t table;

    for (size_t i = 0; i < 5; i++)
        put_link(t, root_level(t), root, 3 * i + 1, root);
    expect_ok(knot_adopt(&table, root, &t->arena));
    forgets = true;
    knot_destroy(&table);
    assert_int_equal(freed, bare_frames(t));
}

/* In Linux every empty slot of a directory leads to one invalid table (LoongArch, MIPS). */
static pt64_paddr_t put_invalid_tables(struct test *t, pt64_paddr_t root)
{
    pt64_paddr_t above = put_chain(t, root);
    pt64_paddr_t invalid = new_frame(t, table_bytes(t));

    for (size_t i = 0; i < entries_at(t, 1); i++)
        put_link(t, 1, above, i, invalid);
    return invalid;
}

static void fail_on_page(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    fail_msg("a page at %llx is reported", (unsigned long long)page->vaddr);
}

TEST(a_table_that_is_linked_many_times_is_not_changed)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t invalid = put_invalid_tables(t, root);
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    struct pt64_mapping found;
    knot_t table;
    knot_guard_t guard;

    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect(PT64_ALREADY_MAPPED, knot_map(&guard, vaddr + page, 0, page, RW));
    expect(PT64_ALREADY_MAPPED, knot_map_region(&guard, vaddr, 0, 3 * page, RW, PT64_SIZE_ANY));
    expect(PT64_ALREADY_MAPPED, knot_map(&guard, vaddr, 0, huge_size(t), RW));
    expect(PT64_NOT_MAPPED, knot_unmap(&guard, vaddr + page, NULL));
    expect(PT64_NOT_MAPPED, knot_protect(&guard, vaddr + page, R));
    expect_ok(knot_unmap_region(&guard, vaddr, size_at(t, root_level(t))));
    expect_ok(knot_unmap_pages(&guard, vaddr, size_at(t, root_level(t)), fail_on_page, NULL));
    expect_ok(knot_protect_region(&guard, vaddr, huge_size(t), R));
    knot_commit(&guard);
    assert_true(is_live(t, invalid));
    for (size_t i = 0; i < entries_at(t, 0); i++)
        assert_true(entry_in(t, slot_in(t, invalid, i)) == 0);
    expect(PT64_NOT_MAPPED, knot_query(&table, vaddr + huge_size(t) + page, &found));
    if (has_three_levels(t))
        expect_ok(knot_map(&guard, vaddr + size_at(t, root_level(t)), 0, page, RW));
    knot_commit(&guard);
    knot_destroy(&table);
    assert_true(is_live(t, invalid));
    assert_int_equal(freed_again, 0);
}

/* The second link is in another node, where it is the only one. */
TEST(a_table_that_is_linked_from_afar_is_not_changed)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t above = put_chain(t, root);
    pt64_paddr_t twice = new_frame(t, table_bytes(t));
    pt64_paddr_t far = new_frame(t, table_bytes(t));
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    pt64_paddr_t table_at_2 = root;
    unsigned level = root_level(t);
    knot_t table;
    knot_guard_t guard;

    for (; level > 2; level--) {
        pt64_paddr_t below = new_frame(t, table_bytes(t));

        put_link(t, level, table_at_2, level == root_level(t) ? 3 : 0, below);
        table_at_2 = below;
    }
    put_link(t, level, table_at_2, root_level(t) <= 2 ? 3 : 0, root_level(t) == 1 ? twice : far);
    put_link(t, 1, far, 9, twice);
    put_link(t, 1, above, first_slot(t), twice);
    put(t, twice, 7, leaf_entry(t->s, some_paddr(t), RW, 0));
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect(PT64_ALREADY_MAPPED, knot_map(&guard, vaddr, 0, page, RW));
    expect_ok(knot_unmap_region(&guard, vaddr, huge_size(t)));
    expect_ok(knot_unmap_pages(&guard, vaddr, huge_size(t), fail_on_page, NULL));
    expect_ok(knot_map(&guard, vaddr + huge_size(t), 0, page, RW));
    knot_commit(&guard);
    knot_destroy(&table);
    assert_true(is_live(t, twice));
    assert_int_equal(freed_again, 0);
}

/* A region call handles several slots at a time. */
TEST(a_table_that_is_linked_twice_is_left_beside_a_huge_page)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t above = put_chain(t, root);
    size_t first = first_slot(t);
    pt64_paddr_t twice = new_frame(t, table_bytes(t));
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_mapping found;
    knot_t table;
    knot_guard_t guard;

    put(t, above, first, leaf_entry(t->s, some_paddr(t), RW, 1));
    put_link(t, 1, above, first + 1, twice);
    put(t, above, first + 2, leaf_entry(t->s, some_paddr(t), RW, 1));
    put_link(t, 1, above, first + 5, twice);
    put(t, twice, 7, leaf_entry(t->s, some_paddr(t), RW, 0));
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect_ok(knot_protect_region(&guard, vaddr, 3 * huge_size(t), R));
    expect_ok(knot_unmap_region(&guard, vaddr, 3 * huge_size(t)));
    knot_commit(&guard);
    assert_true(is_live(t, twice));
    expect(PT64_NOT_MAPPED, knot_query(&table, vaddr, &found));
    expect(PT64_NOT_MAPPED, knot_query(&table, vaddr + 2 * huge_size(t), &found));
    expect_ok(knot_query(&table, vaddr + 5 * huge_size(t) + 7 * page_size(t), &found));
    assert_int_equal(found.flags & PT64_WRITE, PT64_WRITE);
    knot_destroy(&table);
    assert_true(is_live(t, twice));
    assert_int_equal(freed_again, 0);
}

/* The lender links the node as well. That link is in the lender's part, where the borrower removes
 * nothing. */
TEST_IF(has_three_levels, NEEDS_THREE_LEVELS,
        a_borrower_that_is_destroyed_leaves_the_links_of_its_lender)
{
    uint64_t slot = size_at(t, root_level(t));
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t above = put_chain(t, root);
    pt64_paddr_t twice = new_frame(t, table_bytes(t));
    pt64_vaddr_t lent = some_vaddr(t) + slot;
    knot_t table;
    knot_t lender;
    knot_guard_t guard;
    pt64_slot_t *link;

    expect_ok(knot_create(&lender, &t->arena));
    knot_begin(&guard, &lender);
    expect_ok(knot_map(&guard, lent + 2 * huge_size(t), some_paddr(t), page_size(t), RW));
    expect_ok(knot_pin(&guard, lent, slot));
    knot_commit(&guard);
    put_link(t, 1, above, 0, twice);
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect_ok(knot_copy_from(&guard, &lender, lent, slot));
    knot_commit(&guard);
    link = knot_level_1_slot(t, &lender, lent + huge_size(t));
    put_entry(t, link, link_entry(t->s, twice, 1));
    knot_destroy(&table);
    assert_true(entry_in(t, link) == link_entry(t->s, twice, 1));
    assert_true(is_live(t, twice));
    assert_int_equal(freed_again, 0);
}

/* A node with only one link left is an ordinary node. */
TEST(an_adopted_table_of_one_link_is_freed_when_it_is_empty)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t above = put_chain(t, root);
    pt64_paddr_t once = new_frame(t, table_bytes(t));
    knot_t table;
    knot_guard_t guard;

    put_link(t, 1, above, first_slot(t), once);
    put(t, once, 7, leaf_entry(t->s, some_paddr(t), RW, 0));
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect_ok(knot_map(&guard, some_vaddr(t), 0, page_size(t), RW));
    expect_ok(knot_unmap_region(&guard, some_vaddr(t), huge_size(t)));
    knot_commit(&guard);
    assert_false(is_live(t, once));
    knot_destroy(&table);
    assert_int_equal(freed_again, 0);
}

/* Linux and Windows on x86 reach the page tables themselves by a slot that links the root. The
 * nodes beside that slot are linked once. */
TEST_IF(has_root_like_tables, "needs a root of as many slots as other tables",
        beside_a_recursive_slot_pages_come_and_go)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t above = put_chain(t, root);
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_mapping found;
    knot_t table;
    knot_guard_t guard;

    put_link(t, root_level(t), root, 3, root);
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect_ok(knot_map(&guard, vaddr, some_paddr(t), page_size(t), RW));
    expect_ok(knot_query(&table, vaddr, &found));
    expect(PT64_ALREADY_MAPPED, knot_map(&guard, vaddr + 2 * size_at(t, root_level(t)),
                                         some_paddr(t), page_size(t), RW));
    expect_ok(knot_unmap_region(&guard, vaddr, huge_size(t)));
    expect(PT64_NOT_MAPPED, knot_query(&table, vaddr, &found));
    knot_commit(&guard);
    assert_int_equal(is_live(t, above), root_level(t) == 1);
    knot_destroy(&table);
    assert_int_equal(freed_again, 0);
}

/* A region that begins with a huge page is emptied as far as its pages go. */
TEST(a_shared_table_behind_a_huge_page_stays)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t above = put_chain(t, root);
    size_t first = first_slot(t);
    pt64_paddr_t twice = new_frame(t, table_bytes(t));
    uint64_t leaf = leaf_entry(t->s, some_paddr(t), RW, 0);
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_mapping found;
    knot_t table;
    knot_guard_t guard;

    put(t, above, first, leaf_entry(t->s, some_paddr(t), RW, 1));
    put_link(t, 1, above, first + 1, twice);
    put_link(t, 1, above, first + 9, twice);
    put(t, twice, 7, leaf);
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect_ok(knot_unmap_region(&guard, vaddr, 4 * huge_size(t)));
    knot_commit(&guard);
    expect(PT64_NOT_MAPPED, knot_query(&table, vaddr, &found));
    assert_true(is_live(t, twice));
    assert_true(entry_in(t, slot_in(t, twice, 7)) == leaf);
    expect_ok(knot_query(&table, vaddr + huge_size(t) + 7 * page_size(t), &found));
    knot_destroy(&table);
    assert_true(is_live(t, twice));
    assert_int_equal(freed_again, 0);
}

/* ---- sharing ---- */

/* A borrower would link the node a third time, and a pin would keep a node that is not this slot's
 * alone. */
TEST_IF(has_many_root_slots, NEEDS_MANY_ROOT_SLOTS, a_root_slot_that_is_linked_twice_is_not_shared)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t twice = new_frame(t, table_bytes(t));
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t slot = size_at(t, root_level(t));
    knot_t lender;
    knot_t table;
    knot_guard_t guard;

    put_link(t, root_level(t), root, 1, twice);
    put_link(t, root_level(t), root, 2, twice);
    put_link(t, root_level(t), root, 3, new_frame(t, table_bytes(t)));
    expect_ok(knot_create(&lender, &t->arena));
    knot_begin(&guard, &lender);
    expect_ok(knot_map(&guard, vaddr, some_paddr(t), page_size(t), RW));
    expect_ok(knot_map(&guard, vaddr + 2 * slot, some_paddr(t), page_size(t), RW));
    expect_ok(knot_pin(&guard, vaddr, 3 * slot));
    knot_commit(&guard);
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect(PT64_ALREADY_MAPPED, knot_pin(&guard, vaddr, slot));
    expect(PT64_ALREADY_MAPPED, knot_pin(&guard, vaddr + slot, 2 * slot));
    expect(PT64_ALREADY_MAPPED, knot_copy_from(&guard, &lender, vaddr, slot));
    expect_ok(knot_copy_from(&guard, &lender, vaddr + 2 * slot, slot));
    expect_ok(knot_pin(&guard, vaddr + 3 * slot, slot));
    knot_commit(&guard);
    knot_destroy(&table);
    /* In a table that the library built, each link is the only one. */
    knot_begin(&guard, &lender);
    expect_ok(knot_map(&guard, vaddr + 3 * slot, some_paddr(t), page_size(t), RW));
    expect_ok(knot_unmap_region(&guard, vaddr + 3 * slot, slot));
    expect(PT64_NOT_MAPPED, knot_unmap(&guard, vaddr + 3 * slot, NULL));
    knot_commit(&guard);
    knot_destroy(&lender);
    assert_true(is_live(t, twice));
    assert_int_equal(freed_again, 0);
}

/* ---- nothing else is freed ---- */

/* Arm ARM D8.2.6, LoongArch 5.4.5: a page table is aligned to its size. */
TEST_IF(has_large_tables, "needs three levels, and bits of links between 4 KiB and a table",
        a_link_that_is_not_aligned_leads_nowhere)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t table_frame = put_chain(t, root);
    pt64_paddr_t target = new_frame(t, table_bytes(t));
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_mapping page;
    knot_t table;
    knot_guard_t guard;

    put_link(t, 1, table_frame, 1, target + 4096);
    put_link(t, root_level(t), root, 2, target + 4096);
    put(t, table_frame, 4, leaf_entry(t->s, some_paddr(t), RW, 1));
    put_link(t, 1, table_frame, 5, target + 4096);
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect(PT64_BAD_ADDRESS, knot_query(&table, vaddr + huge_size(t), &page));
    expect(PT64_BAD_ADDRESS, knot_next(&table, vaddr, UINT64_MAX, &page));
    expect(PT64_BAD_ADDRESS,
           knot_map(&guard, vaddr + huge_size(t), some_paddr(t), page_size(t), RW));
    expect_ok(knot_unmap_region(&guard, vaddr, 3 * size_at(t, root_level(t))));
    knot_commit(&guard);
    knot_destroy(&table);
    assert_true(is_live(t, target));
    assert_int_equal(freed_again, 0);
}

/* The node that is emptied is also the one above it. Its link is gone before it is unlinked. An
 * empty slot then seems to link physical 0, which belongs to another table. */
TEST_IF(has_whole_nodes_at_level_1, "needs a node of level 1 that is as large as one of level 0",
        an_emptied_table_that_held_its_own_link_frees_nobody_else)
{
    struct test own;
    pt64_paddr_t root;
    pt64_paddr_t both;
    knot_t table;
    knot_guard_t guard;

    test_begin(&own, t->s, ARENA_FROM_ZERO);
    root = new_root(&own);
    both = put_chain(&own, root);
    put_link(&own, 1, both, first_slot(&own) + 5, both);
    put(&own, both, first_slot(&own) + 7, leaf_entry(own.s, some_paddr(&own), RW, 0));
    expect_ok(knot_adopt(&table, root, &own.arena));
    knot_begin(&guard, &table);
    expect_ok(knot_unmap_region(&guard, some_vaddr(&own) + 5 * huge_size(&own) + page_size(&own),
                                huge_size(&own) - page_size(&own)));
    knot_commit(&guard);
    knot_destroy(&table);
    assert_int_equal(freed_again, 0);
    /* The table that was made first has its root at 0, or elsewhere if an empty slot cannot read as
     * 0. */
    assert_true(arena_is_live(&own.arena, own.s->root(own.table), root_bytes(&own)));
    test_end(&own);
}

/* ---- what was planned ---- */

/*
 * Privileged ISA, "Virtual Address Translation Process": a RISC-V leaf is a leaf at every level.
 * Suppose a node is linked below itself, and a page is mapped through it in the slot of that very
 * link: the page would become a huge page. At level 0 the link is a pointer, at which hardware
 * faults, and the slot is not free.
 */
TEST_IF(is_riscv, "needs RISC-V", a_link_that_is_met_at_the_last_level_is_not_mapped_over)
{
    pt64_paddr_t root = new_root(t);
    pt64_paddr_t both = put_chain(t, root);
    size_t slot = first_slot(t) + 5;
    pt64_vaddr_t vaddr = some_vaddr(t) + 5 * huge_size(t) + slot * page_size(t);
    struct pt64_mapping page;
    knot_t table;
    knot_guard_t guard;

    put_link(t, 1, both, slot, both);
    expect_ok(knot_adopt(&table, root, &t->arena));
    knot_begin(&guard, &table);
    expect(PT64_ALREADY_MAPPED, knot_map(&guard, vaddr, some_paddr(t), page_size(t), RW));
    expect(PT64_NOT_MAPPED, knot_query(&table, vaddr, &page));
    expect(PT64_NOT_MAPPED, knot_unmap(&guard, vaddr, NULL));
    expect(PT64_NOT_MAPPED, knot_protect(&guard, vaddr, R));
    knot_commit(&guard);
    knot_destroy(&table);
    assert_int_equal(freed_again, 0);
}

/* A table in which nothing is linked twice. */
TEST(a_page_that_was_planned_for_is_split)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct pt64_mapping found;
    knot_t table;
    knot_guard_t guard;

    expect_ok(knot_adopt(&table, new_root(t), &t->arena));
    knot_begin(&guard, &table);
    expect_ok(knot_map(&guard, vaddr, some_paddr(t), huge_size(t), RW));
    expect_ok(knot_protect_region(&guard, vaddr, page_size(t), R));
    expect_ok(knot_map(&guard, vaddr + huge_size(t), some_paddr(t), huge_size(t), RW));
    expect_ok(knot_unmap_region(&guard, vaddr + huge_size(t) + page_size(t), page_size(t)));
    expect_ok(knot_query(&table, vaddr, &found));
    assert_int_equal(found.flags, R);
    expect_ok(knot_query(&table, vaddr + page_size(t), &found));
    assert_int_equal(found.flags, RW);
    expect(PT64_NOT_MAPPED, knot_query(&table, vaddr + huge_size(t) + page_size(t), &found));
    knot_commit(&guard);
    knot_destroy(&table);
    assert_int_equal(freed_again, 0);
}

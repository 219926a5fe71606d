/* SPDX-License-Identifier: MIT */
/* Tables are created, adopted, released and destroyed. */
#include "test.h"

#include <stdlib.h>

/* Every call on a table without a root. None does harm, and none succeeds. */
static void expect_harmless(struct test *t, void *table)
{
    void *guard = new_guard(t, table);
    struct pt64_mapping page;
    pt64_paddr_t paddr = some_paddr(t);
    size_t frames = t->arena.live;

    assert_true(t->s->root(table) == PT64_NO_FRAME);
    assert_int_not_equal(t->s->query(table, some_vaddr(t), &page), PT64_OK);
    assert_int_not_equal(t->s->translate(table, some_vaddr(t), &paddr), PT64_OK);
    assert_int_not_equal(t->s->next(table, 0, UINT64_MAX, &page), PT64_OK);
    assert_int_not_equal(t->s->walk(table, NULL, NULL), PT64_OK);
    assert_int_not_equal(t->s->map(guard, some_vaddr(t), 0, page_size(t), RW), PT64_OK);
    assert_int_not_equal(t->s->map_region(guard, some_vaddr(t), 0, page_size(t), RW, PT64_SIZE_ANY),
                         PT64_OK);
    assert_int_not_equal(
        t->s->map_pages(guard, some_vaddr(t), same_frame, &paddr, page_size(t), RW, page_size(t)),
        PT64_OK);
    assert_int_not_equal(t->s->unmap(guard, some_vaddr(t), NULL), PT64_OK);
    assert_int_not_equal(t->s->protect(guard, some_vaddr(t), R), PT64_OK);
    assert_int_not_equal(t->s->remap(guard, some_vaddr(t), 0, R), PT64_OK);
    assert_int_not_equal(t->s->unmap_region(guard, some_vaddr(t), page_size(t)), PT64_OK);
    assert_int_not_equal(t->s->protect_region(guard, some_vaddr(t), page_size(t), R), PT64_OK);
    assert_int_not_equal(t->s->change_region(guard, some_vaddr(t), page_size(t), 0, PT64_WRITE),
                         PT64_OK);
    assert_int_not_equal(t->s->copy_from(guard, t->table, some_vaddr(t), size_at(t, root_level(t))),
                         PT64_OK);
    assert_int_not_equal(t->s->copy_from(t->guard, table, some_vaddr(t), size_at(t, root_level(t))),
                         PT64_OK);
    t->s->commit(guard);
    t->s->ignore(guard);
    t->s->destroy(table);
    assert_true(t->s->release(table) == PT64_NO_FRAME);
    assert_true(t->s->root(table) == PT64_NO_FRAME);
    assert_int_equal(t->arena.live, frames);
    end_table(t, table, guard);
}

TEST(create_takes_a_root_and_no_more)
{
    assert_true(arena_is_live(&t->arena, t->s->root(t->table), root_bytes(t)));
    assert_int_equal(t->arena.live, bare_frames(t));
    assert_int_equal(arena_count(&t->arena, ARENA_ALLOC), bare_frames(t));
    expect_sound();
}

TEST(create_without_memory_leaves_a_table_that_does_no_harm)
{
    for (size_t room = 0; room < bare_frames(t); room++) {
        void *table = test_table(t);
        size_t live = t->arena.live;

        t->arena.allocations_left = room;
        expect(PT64_NO_MEMORY, t->s->create(table, &t->arena));
        t->arena.allocations_left = SIZE_MAX;
        assert_int_equal(t->arena.live, live);
        expect_harmless(t, table);
    }
}

/* create overwrites the table, whatever was in it. */
TEST(create_does_not_read_the_table)
{
    unsigned char *table = test_table(t);

    for (size_t i = 0; i < t->s->table_size; i++)
        table[i] = 0xa5;
    expect_ok(t->s->create(table, &t->arena));
    assert_true(t->s->root(table) != t->s->root(t->table));
    end_table(t, table, NULL);
}

TEST(destroy_frees_every_frame)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    uint64_t page = page_size(t);

    for (unsigned level = 0; level <= root_level(t); level++)
        expect_ok(t->s->map_region(guard, some_vaddr(t) + apart(t, level, 7), some_paddr(t) + page,
                                   3 * page, RW, PT64_SIZE_ANY));
    expect_ok(t->s->map(guard, some_vaddr(t) + huge_size(t), 0, huge_size(t), RW));
    t->s->commit(guard);
    end_table(t, table, guard);
    assert_int_equal(t->arena.live, bare_frames(t));
}

TEST(a_destroyed_table_does_no_harm)
{
    void *table = new_table(t);

    t->s->destroy(table);
    assert_int_equal(t->arena.live, bare_frames(t));
    expect_harmless(t, table);
}

TEST(release_gives_the_root_up_and_frees_nothing)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    pt64_paddr_t root = t->s->root(table);
    size_t live;

    expect_ok(t->s->map(guard, some_vaddr(t), some_paddr(t), page_size(t), RW));
    t->s->commit(guard);
    live = t->arena.live;
    assert_int_equal(t->s->release(table), root);
    assert_int_equal(t->arena.live, live);
    expect_harmless(t, table);
    free(guard);
    table = test_table(t);
    for (size_t i = 0; i < t->s->table_size; i++)
        ((unsigned char *)table)[i] = 0;
    expect_ok(t->s->readopt(table, root, &t->arena));
    end_table(t, table, NULL);
}

TEST(adopt_takes_over_what_was_released)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    uint64_t page = page_size(t);
    pt64_paddr_t root;
    size_t live;

    expect_ok(t->s->map(guard, some_vaddr(t), some_paddr(t), page, RW));
    expect_ok(t->s->map(guard, some_vaddr(t) + huge_size(t), 0, huge_size(t), RX));
    t->s->commit(guard);
    root = t->s->release(table);
    live = t->arena.live;
    expect_ok(t->s->adopt(table, root, &t->arena));
    /* An existing sink is found again. */
    assert_int_equal(t->arena.live, live);
    assert_int_equal(t->s->root(table), root);
    t->s->begin(guard, table);
    expect_page_in(table, some_vaddr(t), some_paddr(t), page, RW);
    expect_page_in(table, some_vaddr(t) + huge_size(t), 0, huge_size(t), RX);
    expect_ok(t->s->map(guard, some_vaddr(t) + page, 0, page, R));
    expect_ok(t->s->unmap_region(guard, some_vaddr(t) + huge_size(t), page));
    expect_hole_in(table, some_vaddr(t) + huge_size(t));
    expect_page_in(table, some_vaddr(t) + huge_size(t) + page, page, page, RX);
    end_table(t, table, guard);
    assert_int_equal(t->arena.live, bare_frames(t));
}

/* What fills a slot of the root with few nodes, of which some formats have 8192 of 64 KiB. */
static uint64_t size_that_fills_a_root_slot(const struct test *t)
{
    return top_leaf_level(t) == root_level(t) ? size_at(t, root_level(t)) : page_size(t);
}

TEST(a_released_table_that_is_all_in_use_can_be_taken_back)
{
    uint64_t size = size_that_fills_a_root_slot(t);
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    uint64_t slot = size_at(t, root_level(t));
    pt64_paddr_t root;

    /* One page in each slot of the root: no empty slot of the root shows a sink. */
    for (unsigned i = 0; i < count; i++)
        for (pt64_vaddr_t at = halves[i].first;; at += slot) {
            expect_ok(t->s->map(guard, at, 0, size, RW));
            if (at + (slot - 1) == halves[i].last)
                break;
        }
    t->s->commit(guard);
    root = t->s->release(table);
    expect_ok(t->s->readopt(table, root, &t->arena));
    expect_page_in(table, halves[0].first, 0, size, RW);
    t->s->begin(guard, table);
    for (unsigned i = 0; i < count; i++)
        expect_ok(t->s->unmap_region(guard, halves[i].first, halves[i].last - halves[i].first + 1));
    t->s->commit(guard);
    expect_hole_in(table, halves[0].first);
    end_table(t, table, guard);
    /* If there is a sink, only the empty slots, which are gone, could have led to the old one. */
    assert_true(t->arena.live == bare_frames(t) || is_loongarch64(t));
    test_forgive_leaks(t);
}

TEST(one_empty_slot_of_the_root_shows_the_sink)
{
    const size_t slots[] = {0, 1, entries_at(t, root_level(t)) - 1};
    uint64_t size = size_that_fills_a_root_slot(t);
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    uint64_t slot = size_at(t, root_level(t));

    for (unsigned i = 0; i < 3; i++) {
        void *table = new_table(t);
        void *guard = new_guard(t, table);
        size_t live;
        size_t index = 0;

        for (unsigned h = 0; h < count; h++)
            for (uint64_t at = 0; at <= halves[h].last - halves[h].first; at += slot)
                if (index++ != slots[i])
                    expect_ok(t->s->map(guard, halves[h].first + at, 0, size, RW));
        t->s->commit(guard);
        live = t->arena.live;
        expect_ok(t->s->readopt(table, t->s->release(table), &t->arena));
        assert_int_equal(t->arena.live, live);
        end_table(t, table, guard);
        assert_int_equal(t->arena.live, bare_frames(t));
    }
}

/* A struct that was only zeroed, in .bss or within another, is no table. It is not a table at
 * physical 0. */
TEST(a_zeroed_table_is_none)
{
    unsigned char *table = test_table(t);

    for (size_t i = 0; i < t->s->table_size; i++)
        table[i] = 0;
    expect_harmless(t, table);
}

static void move(const struct test *t, void *to, void *from)
{
    for (size_t i = 0; i < t->s->table_size; i++) {
        ((unsigned char *)to)[i] = ((unsigned char *)from)[i];
        ((unsigned char *)from)[i] = 0;
    }
}

TEST(a_table_can_be_moved_while_no_guard_is_open)
{
    void *first = new_table(t);
    void *second = test_table(t);
    void *guard = new_guard(t, first);

    expect_ok(t->s->map(guard, some_vaddr(t), some_paddr(t), page_size(t), RW));
    t->s->commit(guard);
    move(t, second, first);
    t->s->begin(guard, second);
    expect_ok(t->s->map(guard, some_vaddr(t) + page_size(t), 0, page_size(t), R));
    expect_page_in(second, some_vaddr(t), some_paddr(t), page_size(t), RW);
    expect_page_in(second, some_vaddr(t) + page_size(t), 0, page_size(t), R);
    expect_harmless(t, first);
    end_table(t, second, guard);
    assert_int_equal(t->arena.live, bare_frames(t));
}

static bool has_narrow_root_register(const struct test *t)
{
    return is_x86(t) && t->oracle.format.root_bits == 2;
}

/* SDM 3A, 5.4.1: CR3 has the 27 bits 31:5 of the address of the PDPTEs. */
TEST_IF(has_narrow_root_register, "needs a register that holds fewer bits than an entry",
        a_frame_too_high_for_the_register_is_no_root)
{
    void *table = test_table(t);
    size_t live = t->arena.live;

    t->arena.strangers_expected = true;
    t->arena.lie = UINT64_C(1) << 32;
    expect(PT64_NO_MEMORY, t->s->create(table, &t->arena));
    assert_true(t->arena.lie == PT64_NO_FRAME);
    assert_true(t->s->root(table) == PT64_NO_FRAME);
    expect(PT64_BAD_ADDRESS, t->s->adopt(table, UINT64_C(1) << 32, &t->arena));
    t->arena.strangers_expected = false;
    assert_int_equal(t->arena.live, live);
}

TEST(adopt_refuses_what_can_be_no_root)
{
    void *table = test_table(t);
    size_t live = t->arena.live;

    expect(PT64_NOT_ALIGNED, t->s->adopt(table, t->s->root(t->table) + 8, &t->arena));
    assert_true(t->s->root(table) == PT64_NO_FRAME);
    expect(PT64_BAD_ADDRESS,
           t->s->adopt(table, UINT64_C(1) << t->oracle.format.paddr_bits, &t->arena));
    assert_true(t->s->root(table) == PT64_NO_FRAME);
    t->arena.strangers_expected = true;
    expect(PT64_BAD_ADDRESS, t->s->adopt(table, 64 * table_bytes(t), &t->arena));
    t->arena.strangers_expected = false;
    assert_int_not_equal(t->s->adopt(table, PT64_NO_FRAME, &t->arena), PT64_OK);
    assert_int_equal(t->arena.live, live);
    expect_harmless(t, table);
}

/* An adopted table may link memory that this CPU cannot read. */
TEST(a_table_out_of_memory_is_a_bad_address)
{
    uint64_t page = page_size(t);
    unsigned root = root_level(t);
    pt64_slot_t *slot;
    uint64_t link;
    struct pt64_mapping run;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page, RW));
    slot = slot_of(t, some_vaddr(t), root);
    link = entry_in(t, slot);
    put_entry(t, slot, link_entry(t->s, 64 * table_bytes(t), root));
    t->arena.strangers_expected = true;
    t->s->begin(t->guard, t->table);
    expect(PT64_BAD_ADDRESS, query(t, some_vaddr(t), &run));
    expect(PT64_BAD_ADDRESS, unmap(t, some_vaddr(t)));
    expect(PT64_BAD_ADDRESS, map(t, some_vaddr(t), 0, page, R));
    expect(PT64_BAD_ADDRESS, map_region(t, some_vaddr(t), 0, 2 * page, R));
    expect(PT64_BAD_ADDRESS, protect(t, some_vaddr(t), R));
    expect(PT64_BAD_ADDRESS, remap(t, some_vaddr(t), 0, R));
    expect(PT64_BAD_ADDRESS, unmap_region(t, some_vaddr(t), page));
    expect(PT64_BAD_ADDRESS, protect_region(t, some_vaddr(t), page, R));
    expect(PT64_BAD_ADDRESS, change_region(t, some_vaddr(t), page, 0, PT64_WRITE));
    expect(PT64_BAD_ADDRESS, next(t, some_vaddr(t), &run));
    t->arena.strangers_expected = false;
    put_entry(t, slot, link);
    t->s->begin(t->guard, t->table);
    expect_page(some_vaddr(t), some_paddr(t), page, RW);
}

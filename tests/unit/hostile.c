/* SPDX-License-Identifier: MIT */
/*
 * Adopted tables in memory that goes away. From some moment on, or for a moment, phys_to_virt
 * answers NULL for every frame but those that the table allocated itself. Every call must end, and
 * touch nothing that it was not given.
 */
#include <page_table64.h>

#include "test.h"

static struct pt64_meta hostile_meta;
static struct pt64_pte hostile_pte;

/* For how many more visits memory is there, and from which address on the frames are the table's
 * own. */
static struct {
    size_t visits;
    size_t allocations; /* the allocation after this many more takes all memory away */
    size_t absences;    /* visits that find memory gone before it returns; 0: it does not return */
    size_t absent;      /* how many of these visits there were */
    pt64_paddr_t own;
} memory;

static void *hostile_phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    /* What was taken for a node, and freed, is no memory any more. */
    if (memory.absences > 0 && arena_word(ctx, frame) == NULL)
        return NULL;
    if (frame < memory.own) {
        if (memory.visits == 0) {
            if (++memory.absent == memory.absences)
                memory.visits = SIZE_MAX;
            return NULL;
        }
        memory.visits--;
    }
    return arena_phys_to_virt(ctx, frame);
}

static pt64_paddr_t hostile_alloc_frame(void *ctx, size_t bytes)
{
    if (memory.allocations-- == 0)
        memory.visits = 0;
    return arena_alloc_frame(ctx, bytes);
}

static void hostile_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    if (memory.absences == 0 || arena_is_live(ctx, frame, bytes))
        arena_free_frame(ctx, frame, bytes);
}

static const struct pt64_handler hostile_handler = {
    hostile_alloc_frame, hostile_free_frame, hostile_phys_to_virt, arena_flush, NULL, NULL};

PT64_DEFINE_(hostile, hostile_meta, hostile_pte, hostile_handler, 0);

/* An empty slot may lead to the sink of another table. */
static void put_foreign_sink(struct test *t, pt64_paddr_t root)
{
    void *other = new_table(t);
    void *guard = new_guard(t, other);

    put_entry(t, slot_in(t, root, 5), entry_in(t, slot_in(t, t->s->release(other), 0)));
    end_table(t, other, guard);
}

/* Pages of each size, nodes without pages, and a page far away at the end of a node. */
static pt64_paddr_t build(struct test *t)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    uint64_t page = page_size(t);
    pt64_vaddr_t far = vaddr + (has_three_levels(t) ? size_at(t, root_level(t)) : 7 * huge_size(t));
    pt64_paddr_t root;

    expect_ok(
        t->s->map_region(guard, vaddr + page, some_paddr(t) + page, 2 * page, RW, PT64_SIZE_ANY));
    expect_ok(t->s->map(guard, vaddr + huge_size(t), some_paddr(t), huge_size(t), RW));
    expect_ok(t->s->map(guard, vaddr + 2 * huge_size(t), some_paddr(t), page, RW));
    expect_ok(t->s->unmap(guard, vaddr + 2 * huge_size(t), NULL));
    expect_ok(t->s->map(guard, vaddr + 4 * huge_size(t), some_paddr(t), page, RW));
    expect_ok(t->s->map(guard, vaddr + 6 * huge_size(t) - page, some_paddr(t), page, RW));
    expect_ok(t->s->map(guard, far, some_paddr(t), page, RW));
    t->s->commit(guard);
    root = t->s->release(table);
    end_table(t, table, guard);
    if (t->s->meta->needs_sink)
        put_foreign_sink(t, root);
    return root;
}

static enum pt64_walk go_on(void *arg, const struct pt64_visit *visit)
{
    ++*(size_t *)arg;
    (void)visit;
    return PT64_WALK_ON;
}

static pt64_paddr_t frame_of(void *arg, pt64_vaddr_t vaddr)
{
    return *(const pt64_paddr_t *)arg + (vaddr & 0xffff0000);
}

/* Makes the n-th call. False if there is none. */
static bool make_call(struct test *t, hostile_t *table, hostile_guard_t *guard, unsigned n,
                      pt64_status_t *status)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    uint64_t slot = size_at(t, root_level(t));
    pt64_paddr_t paddr = some_paddr(t);
    struct pt64_mapping run;
    struct pt64_flaw flaw;
    size_t visits = 0;
    hostile_t *other;

    switch (n) {
    case 0:
        *status = hostile_query(table, vaddr + page, &run);
        return true;
    case 1:
        *status = hostile_translate(table, vaddr + huge, &paddr);
        return true;
    case 2:
        *status = hostile_next(table, 0, UINT64_MAX, &run);
        return true;
    case 3:
        *status = hostile_walk(table, go_on, &visits);
        return true;
    case 4:
        *status = hostile_check(table, 0, &flaw);
        return true;
    case 5:
        *status = hostile_map(guard, vaddr + 8 * page, paddr, page, RW);
        return true;
    case 6:
        *status =
            hostile_map_region(guard, vaddr + 3 * page, paddr, huge - 3 * page, RW, PT64_SIZE_ANY);
        return true;
    case 7:
        *status = hostile_map_region(guard, vaddr + 2 * huge, paddr, 2 * huge, RW, PT64_SIZE_ANY);
        return true;
    case 8:
        *status = hostile_map_pages(guard, vaddr + 4 * page, frame_of, &paddr, 2 * page, RW,
                                    PT64_SIZE_ANY);
        return true;
    case 9:
        *status = hostile_unmap(guard, vaddr + page, NULL);
        return true;
    case 10:
        *status = hostile_unmap_region(guard, vaddr, 2 * slot);
        return true;
    case 11:
        *status = hostile_unmap_region(guard, vaddr + 2 * page, huge);
        return true;
    case 12:
        *status = hostile_protect(guard, vaddr + huge, R);
        return true;
    case 13:
        *status = hostile_protect_region(guard, vaddr, 2 * slot, R);
        return true;
    case 14:
        *status = hostile_protect_region(guard, vaddr + huge + page, huge, R);
        return true;
    case 15:
        *status = hostile_remap(guard, vaddr + page, paddr + 7 * page, RW);
        return true;
    case 16:
        *status = hostile_flags() & PT64_ACCESSED
                      ? hostile_test_and_clear_accessed(guard, vaddr, 2 * slot, ignore_page, NULL)
                      : PT64_OK;
        return true;
    case 17:
        other = (hostile_t *)t->table;
        *status = hostile_copy_from(guard, other, vaddr + 2 * slot, slot);
        return true;
    case 18:
        *status = hostile_map_region(guard, vaddr + 5 * huge - 2 * page, paddr, 4 * page, RW,
                                     PT64_SIZE_ANY);
        return true;
    case 19:
        *status = hostile_pin(guard, vaddr + 2 * slot, slot);
        if (*status == PT64_OK)
            *status = hostile_map(guard, vaddr + 2 * slot, paddr, page, RW);
        return true;
    case 20: /* the slot with the link to the other table's sink */
        *status = hostile_pin(guard, vaddr + apart(t, root_level(t), 4), slot);
        return true;
    case 21:
        *status = hostile_unmap_region(guard, vaddr + huge + page, slot - huge);
        return true;
    case 22: /* where the root can hold a page: the borrowers' copies of it would stay */
        if (top_leaf_level(t) < root_level(t))
            return true;
        *status = hostile_map(guard, vaddr + 2 * slot, 0, slot, RW);
        if (*status == PT64_OK)
            *status = hostile_pin(guard, vaddr + 2 * slot, slot);
        if (*status == PT64_OK)
            *status = hostile_unmap(guard, vaddr + 2 * slot, NULL);
        *status = *status == PT64_BORROWED ? PT64_OK : PT64_CORRUPT;
        return true;
    case 23:
        *status = hostile_unmap_pages(guard, vaddr + page, 2 * slot - page, ignore_page, NULL);
        return true;
    default:
        return false;
    }
}

/* Makes the n-th call with memory for so many visits. False if there is no such call. */
static bool make_call_within(struct test *t, unsigned n, size_t visits, size_t allocations)
{
    pt64_paddr_t root = build(t);
    pt64_status_t status = PT64_OK;
    hostile_t table;
    hostile_guard_t guard;
    bool is_made;

    memory.own = t->arena.next;
    memory.visits = SIZE_MAX;
    memory.allocations = SIZE_MAX;
    expect_ok(hostile_adopt(&table, root, &t->arena));
    hostile_begin(&guard, &table);
    memory.visits = visits;
    memory.absent = 0;
    memory.allocations = allocations;
    is_made = make_call(t, &table, &guard, n, &status);
    hostile_commit(&guard);
    memory.allocations = SIZE_MAX;
    /* If memory never went away, the call must succeed. */
    if (is_made && memory.visits > 0 && memory.absences == 0)
        expect_ok(status);
    memory.visits = visits;
    memory.absent = 0;
    hostile_destroy(&table);
    return is_made;
}

/* Whether the engine takes the same path through both: they differ in addresses and bits alone. How
 * many entries it writes in a row (additive_bits) is no visit to memory. */
static bool is_of_one_kind(const struct subject *a, const struct subject *b)
{
    return a->meta->entry_bytes == b->meta->entry_bytes &&
           a->meta->needs_sink == b->meta->needs_sink &&
           a->meta->break_to_move == b->meta->break_to_move &&
           a->meta->root_is_held == b->meta->root_is_held &&
           a->meta->limits.split == b->meta->limits.split &&
           a->meta->limits.grow == b->meta->limits.grow;
}

#define NEEDS_FIRST_OF_ITS_KIND "needs a way through the engine that no format before has"

static bool is_first_of_its_kind(const struct test *t)
{
    for (size_t i = 0; subjects[i] != t->s; i++)
        if (is_of_one_kind(subjects[i], t->s))
            return false;
    return true;
}

TEST_IF(is_first_of_its_kind, NEEDS_FIRST_OF_ITS_KIND, calls_on_memory_that_goes_away_end)
{
    hostile_meta = *t->s->meta;
    hostile_pte = *t->s->pte;
    test_forgive_leaks(t);
    for (unsigned n = 0; make_call_within(t, n, SIZE_MAX, SIZE_MAX); n++)
        for (size_t visits = 0; visits < 24; visits++)
            make_call_within(t, n, visits, SIZE_MAX);
}

/* The allocator is called between the pass that looks and the pass that changes. */
TEST_IF(is_first_of_its_kind, NEEDS_FIRST_OF_ITS_KIND, calls_whose_allocations_take_memory_away_end)
{
    hostile_meta = *t->s->meta;
    hostile_pte = *t->s->pte;
    test_forgive_leaks(t);
    for (unsigned n = 0; make_call_within(t, n, SIZE_MAX, SIZE_MAX); n++)
        for (size_t allocations = 0; allocations < 3; allocations++)
            make_call_within(t, n, SIZE_MAX, allocations);
}

/* What was taken for empty may hold a node now, and the other way round. */
TEST_IF(is_first_of_its_kind, NEEDS_FIRST_OF_ITS_KIND,
        calls_on_memory_that_is_gone_for_a_moment_end)
{
    hostile_meta = *t->s->meta;
    hostile_pte = *t->s->pte;
    test_forgive_leaks(t);
    memory.absences = 1;
    for (unsigned n = 0; make_call_within(t, n, SIZE_MAX, SIZE_MAX); n++)
        for (size_t visits = 0; visits < 24; visits++)
            make_call_within(t, n, visits, SIZE_MAX);
    memory.absences = 0;
}

/* The nodes of a table that is the library's own are read once more after the flush. */
TEST_IF(is_first_of_its_kind, NEEDS_FIRST_OF_ITS_KIND, reports_from_memory_that_goes_away_end)
{
    hostile_meta = *t->s->meta;
    hostile_pte = *t->s->pte;
    test_forgive_leaks(t);
    for (size_t visits = 0; visits < 40; visits++) {
        pt64_paddr_t root = build(t);
        hostile_t table = {.table = {.after_root = 0}};
        hostile_guard_t guard;
        pt64_status_t status;

        memory.own = t->arena.next;
        memory.visits = SIZE_MAX;
        memory.allocations = SIZE_MAX;
        expect_ok(hostile_readopt(&table, root, &t->arena));
        hostile_begin(&guard, &table);
        memory.visits = visits;
        status = hostile_unmap_pages(&guard, some_vaddr(t), 2 * size_at(t, root_level(t)),
                                     ignore_page, NULL);
        assert_true(status == PT64_OK || status == PT64_BAD_ADDRESS);
        hostile_commit(&guard);
        hostile_destroy(&table);
    }
    memory.visits = SIZE_MAX;
}

/* ---- links ---- */

/*
 * A node at level 1 links itself, so it is also a node at level 0. Its links are out of sight for a
 * moment, and the library takes it for linked once. It is emptied, of its own link too. An empty
 * slot then seems to link physical 0, which belongs to another table.
 */
static void empty_a_circle(struct test *t, size_t visits)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    size_t own = pt64_index(t->s->meta, &t->s->meta->limits, vaddr, 1) + 5;
    void *built = new_table(t);
    void *built_guard = new_guard(t, built);
    pt64_status_t status;
    pt64_paddr_t circle;
    pt64_paddr_t root;
    hostile_t table;
    hostile_guard_t guard;

    expect_ok(t->s->map(built_guard, vaddr + 7 * huge_size(t), some_paddr(t), huge_size(t), RW));
    t->s->commit(built_guard);
    root = t->s->release(built);
    end_table(t, built, built_guard);
    circle = root;
    for (unsigned level = root_level(t); level > 1; level--)
        circle = t->s->pte->link_address(
            entry_in(t,
                     slot_in(t, circle, pt64_index(t->s->meta, &t->s->meta->limits, vaddr, level))),
            level);
    for (size_t i = 0; i < entries_at(t, 1); i++)
        put_entry(t, slot_in(t, circle, i), i == own ? link_entry(t->s, circle, 1) : 0);
    memory.own = t->arena.next;
    memory.visits = SIZE_MAX;
    expect_ok(hostile_adopt(&table, root, &t->arena));
    hostile_begin(&guard, &table);
    memory.visits = visits;
    memory.absent = 0;
    status = hostile_unmap_region(&guard, vaddr + 5 * huge_size(t) + page_size(t),
                                  huge_size(t) - page_size(t));
    assert_true(status == PT64_OK || status == PT64_BAD_ADDRESS);
    memory.visits = SIZE_MAX;
    hostile_commit(&guard);
    hostile_destroy(&table);
}

static bool is_first_with_root_like_tables(const struct test *t)
{
    return is_first_of_its_kind(t) &&
           pt64_root_index_bits(t->s->meta, &t->s->meta->limits) == t->s->meta->index_bits;
}

TEST_IF(is_first_with_root_like_tables, NEEDS_FIRST_OF_ITS_KIND,
        an_emptied_circle_that_passed_for_no_circle_frees_nobody_else)
{
    hostile_meta = *t->s->meta;
    hostile_pte = *t->s->pte;
    memory.allocations = SIZE_MAX;
    memory.absences = 2;
    for (size_t visits = 0; visits < 64; visits++) {
        struct test own;

        test_begin(&own, t->s, ARENA_FROM_ZERO);
        test_forgive_leaks(&own);
        empty_a_circle(&own, visits);
        assert_true(arena_is_live(&own.arena, own.s->root(own.table), root_bytes(&own)));
        test_end(&own);
    }
    memory.absences = 0;
}

/* ---- roots ---- */

#define LENT 20 /* more nodes than a guard holds */

/* LENT root slots that link nodes without pages. */
static pt64_paddr_t build_empty_tables(struct test *t)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    pt64_paddr_t root;

    for (unsigned i = 0; i < LENT; i++) {
        pt64_vaddr_t vaddr = some_vaddr(t) + i * size_at(t, root_level(t));

        expect_ok(t->s->map(guard, vaddr, some_paddr(t), page_size(t), RW));
        expect_ok(t->s->unmap(guard, vaddr, NULL));
    }
    t->s->commit(guard);
    root = t->s->release(table);
    end_table(t, table, guard);
    return root;
}

/* How many of the visits that memory lasts for are left after the call. */
static size_t borrow_within(struct test *t, size_t visits)
{
    pt64_paddr_t root = build_empty_tables(t);
    pt64_status_t status;
    size_t left;
    hostile_t table;
    hostile_guard_t guard;

    memory.own = t->arena.next;
    memory.visits = SIZE_MAX;
    expect_ok(hostile_adopt(&table, root, &t->arena));
    hostile_begin(&guard, &table);
    memory.visits = visits;
    status = hostile_copy_from(&guard, (const hostile_t *)t->table, some_vaddr(t),
                               LENT * size_at(t, root_level(t)));
    left = memory.visits;
    memory.visits = SIZE_MAX;
    hostile_ignore(&guard);
    hostile_destroy(&table);
    if (left > 0)
        expect_ok(status);
    return left;
}

static bool is_first_with_slots(const struct test *t)
{
    return is_first_of_its_kind(t) && has_many_root_slots(t);
}

TEST_IF(is_first_with_slots, NEEDS_FIRST_OF_ITS_KIND ", and many root slots",
        borrowing_ends_where_a_root_goes_away)
{
    size_t visits;

    hostile_meta = *t->s->meta;
    hostile_pte = *t->s->pte;
    memory.allocations = SIZE_MAX;
    test_forgive_leaks(t);
    for (unsigned i = 0; i < LENT; i++)
        expect_ok(
            map(t, some_vaddr(t) + i * size_at(t, root_level(t)), some_paddr(t), page_size(t), RW));
    expect_ok(t->s->pin(t->guard, some_vaddr(t), LENT * size_at(t, root_level(t))));
    visits = SIZE_MAX - borrow_within(t, SIZE_MAX);
    /* The last visits are to the slots that are being borrowed. */
    for (size_t i = 1; i < visits; i *= 2)
        assert_true(borrow_within(t, visits - i) == 0);
}

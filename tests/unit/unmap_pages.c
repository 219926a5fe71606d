/* SPDX-License-Identifier: MIT */
/* unmap_pages: which pages it reports, with which flags, and that no CPU uses them any more. */
#include "test.h"

#define PAGES 25000

/* Pages in the order of their addresses: those that are mapped, or those that were reported. */
struct pages {
    struct pt64_mapping all[PAGES];
    size_t count;
};

static struct pages expected;

/* What a report looks at. */
struct reports {
    struct test *t;
    struct pages pages;
    bool frees; /* the frames go back to the allocator at once */
};

static struct reports reports;

static void add(struct pages *pages, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,
                pt64_flags_t flags)
{
    assert_true(pages->count < PAGES);
    pages->all[pages->count++] = (struct pt64_mapping){vaddr, paddr, size, flags};
}

/* Maps a page that is to be reported. */
static void lay(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,
                pt64_flags_t flags)
{
    expect_ok(map(t, vaddr, paddr, size, flags));
    add(&expected, vaddr, paddr, size, flags);
}

static void lay_row(struct test *t, pt64_vaddr_t vaddr, unsigned count)
{
    uint64_t page = page_size(t);

    for (unsigned i = 0; i < count; i++)
        lay(t, vaddr + i * page, some_paddr(t) + i * page, page, RW);
}

/* The same, and hardware stores through it. */
static void lay_stored(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size)
{
    lay(t, vaddr, paddr, size, RW);
    hardware_stores(t, vaddr);
    expected.all[expected.count - 1].flags |= stored_flags(t);
}

/* Whether a flush of the page ran since the events were cleared. */
static bool is_flushed(struct test *t, const struct pt64_mapping *page)
{
    for (size_t i = 0; i < t->arena.event_count; i++) {
        const struct arena_event *event = &t->arena.events[i];

        if (event->kind == ARENA_FLUSH && covers(&event->request, page->vaddr, page->size))
            return true;
    }
    return false;
}

static void take_report(void *arg, const struct pt64_mapping *page)
{
    struct test *t = reports.t;

    assert_ptr_equal(arg, &reports);
    expect_hole(page->vaddr);
    assert_true(is_flushed(t, page));
    add(&reports.pages, page->vaddr, page->paddr, page->size, page->flags);
    if (reports.frees)
        arena_free_frame(&t->arena, page->paddr, page->size);
}

static pt64_status_t unmap_pages(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes)
{
    reports.t = t;
    reports.pages.count = 0;
    return t->s->unmap_pages(t->guard, vaddr, bytes, take_report, &reports);
}

/* Starts a test: nothing is mapped and nothing pending. */
static void start(struct test *t)
{
    (void)t;
    expected.count = 0;
    reports.frees = false;
}

static void expect_reports(void)
{
    assert_int_equal(reports.pages.count, expected.count);
    for (size_t i = 0; i < expected.count; i++) {
        const struct pt64_mapping *page = &reports.pages.all[i];

        assert_true(page->vaddr == expected.all[i].vaddr);
        assert_true(page->paddr == expected.all[i].paddr);
        assert_true(page->size == expected.all[i].size);
        assert_int_equal(page->flags, expected.all[i].flags);
    }
}

/* ---- which pages ---- */

TEST(unmap_pages_reports_each_page_with_its_size_and_flags)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);

    start(t);
    lay(t, vaddr, some_paddr(t), page, RX);
    lay(t, vaddr + 3 * page, some_paddr(t) + 7 * page, page, can_say(t, RWU) ? RWU : R);
    lay_stored(t, vaddr + 4 * page, some_paddr(t) + 5 * page, page);
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        if (3 * size > size_at(t, root_level(t)))
            continue;
        lay_stored(t, vaddr + size, some_paddr(t) + 2 * size, size);
        lay(t, vaddr + 2 * size, some_paddr(t), size, R);
    }
    lay(t, vaddr + size_at(t, root_level(t)) - page, 0, page, R | DEVICE);
    listen(t);
    expect_ok(unmap_pages(t, vaddr, size_at(t, root_level(t))));
    expect_reports();
    commit(t);
    expect_tables(0);
}

/* The node stays for its other pages. */
TEST(unmap_pages_spares_its_neighbours)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);

    start(t);
    expect_ok(map_region(t, vaddr, some_paddr(t), 4 * page, RX));
    expect_ok(map(t, vaddr + 9 * page, 0, page, RW));
    expected.count = 0;
    add(&expected, vaddr + page, some_paddr(t) + page, page, RX);
    add(&expected, vaddr + 2 * page, some_paddr(t) + 2 * page, page, RX);
    lay(t, vaddr + 6 * page, some_paddr(t), page, RW);
    listen(t);
    expect_ok(unmap_pages(t, vaddr + page, 2 * page));
    assert_int_equal(reports.pages.count, 2);
    expect_page(vaddr, some_paddr(t), page, RX);
    expect_page(vaddr + 3 * page, some_paddr(t) + 3 * page, page, RX);
    expected.all[0] = (struct pt64_mapping){vaddr + 3 * page, some_paddr(t) + 3 * page, page, RX};
    expected.all[1] = expected.all[2];
    expected.count = 2;
    expect_ok(unmap_pages(t, vaddr + 3 * page, 5 * page));
    expect_reports();
    expect_page(vaddr + 9 * page, 0, page, RW);
    expect_tables(root_level(t));
}

/* The largest pages that fit the range: no more is split than the edges need. */
static void expect_pieces(const struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                          uint64_t bytes, unsigned top, pt64_flags_t flags)
{
    for (uint64_t done = 0; done < bytes;) {
        unsigned level = top;

        while ((vaddr + done) % size_at(t, level) != 0 || bytes - done < size_at(t, level))
            level--;
        add(&expected, vaddr + done, paddr + done, size_at(t, level), flags);
        done += size_at(t, level);
    }
}

TEST(unmap_pages_reports_the_pieces_of_a_page_that_an_edge_cuts)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);

    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        start(t);
        expect_ok(map(t, vaddr, some_paddr(t), size, RW));
        hardware_stores(t, vaddr);
        listen(t);
        expect_ok(unmap_pages(t, vaddr + page, size - 3 * page));
        expect_pieces(t, vaddr + page, some_paddr(t) + page, size - 3 * page, level - 1,
                      RW | stored_flags(t));
        expect_reports();
        expect_page(vaddr, some_paddr(t), page, RW | stored_flags(t));
        expect_page(vaddr + size - 2 * page, some_paddr(t) + size - 2 * page, page,
                    RW | stored_flags(t));
        expect_ok(unmap_region(t, vaddr, size));
        commit(t);
        expect_tables(0);
    }
}

TEST(unmap_pages_goes_up_over_nodes_and_pages_of_every_level)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    uint64_t page = page_size(t);

    start(t);
    for (unsigned i = 0; i < count; i++) {
        pt64_vaddr_t first = halves[i].first;

        lay(t, first, some_paddr(t), page, RW);
        for (unsigned level = 0; level <= root_level(t); level++)
            lay(t, first + apart(t, level, 5), some_paddr(t), page, RX);
        lay(t, halves[i].last + 1 - page, 0, page, R);
    }
    listen(t);
    for (unsigned i = 0, next = 0; i < count; i++) {
        expect_ok(unmap_pages(t, halves[i].first, halves[i].last - halves[i].first + 1));
        for (size_t k = 0; k < reports.pages.count; k++, next++)
            assert_true(reports.pages.all[k].vaddr == expected.all[next].vaddr);
        assert_int_equal(next, expected.count / count * (i + 1));
    }
    commit(t);
    expect_tables(0);
}

/* ---- the flush ---- */

/* The left edge, whole nodes, the right edge; and the commit flushes nothing again. */
TEST(unmap_pages_of_several_nodes_takes_one_flush)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    start(t);
    expect_ok(map(t, vaddr, 0, page, RW));
    expect_ok(map(t, vaddr + 4 * huge + 20 * page, 0, page, RW));
    lay_row(t, vaddr + huge - 3 * page, 3);
    lay_row(t, vaddr + huge, 30);
    lay_row(t, vaddr + 2 * huge + 5 * page, 3);
    lay(t, vaddr + 3 * huge, some_paddr(t), huge, RW);
    lay_row(t, vaddr + 4 * huge, 3);
    listen(t);
    expect_ok(unmap_pages(t, vaddr + page, 4 * huge + 3 * page));
    expect_reports();
    assert_int_equal(flushes(t), 1);
    commit(t);
    assert_int_equal(flushes(t), 1);
    expect_page(vaddr, 0, page, RW);
    expect_page(vaddr + 4 * huge + 20 * page, 0, page, RW);
}

TEST(unmap_pages_of_many_pages_takes_few_flushes)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    unsigned count = (unsigned)entries_at(t, 0) - 1;

    if (count > 500)
        count = 500;
    start(t);
    lay_row(t, vaddr, count);
    expect_ok(map(t, vaddr + huge_size(t) - page_size(t), 0, page_size(t), RW));
    listen(t);
    expect_ok(unmap_pages(t, vaddr, count * page_size(t)));
    expect_reports();
    assert_true(flushes(t) <= count / 11 + 1);
}

TEST(unmap_pages_of_many_nodes_takes_few_flushes)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);

    start(t);
    for (unsigned i = 0; i < 60; i++) {
        lay(t, vaddr + i * huge_size(t) + i * page, some_paddr(t) + i * page, page, RX);
        lay_stored(t, vaddr + i * huge_size(t) + 70 * page, some_paddr(t), page);
    }
    listen(t);
    expect_ok(unmap_pages(t, vaddr, 60 * huge_size(t)));
    expect_reports();
    assert_true(flushes(t) <= 60 / 10 + 1);
    commit(t);
    expect_tables(0);
}

TEST(unmap_pages_reports_what_hardware_sets_until_the_flush)
{
    for (unsigned level = 0; level < root_level(t) && level <= top_leaf_level(t); level++) {
        pt64_vaddr_t vaddr = some_vaddr(t) + size_at(t, level);
        struct late_store store;

        start(t);
        lay(t, vaddr, some_paddr(t), size_at(t, level), RW);
        expected.all[0].flags |= stored_flags(t);
        listen(t);
        arm_late_store(t, &store, vaddr);
        expect_ok(unmap_pages(t, some_vaddr(t), size_at(t, root_level(t))));
        t->arena.on_flush = NULL;
        assert_true(store.is_done);
        expect_reports();
        commit(t);
    }
}

struct emptied {
    struct test *t;
    pt64_slot_t *slot;
    bool was_empty;
};

static void look_in_flush(void *arg, const struct pt64_flush *request)
{
    struct emptied *emptied = arg;

    (void)request;
    emptied->was_empty = entry_in(emptied->t, emptied->slot) == 0;
}

/* Hardware writes no entry that is not present. So the leaf is final before the flush. */
TEST(unmap_pages_empties_a_slot_before_the_flush)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct emptied emptied = {.t = t};

    start(t);
    lay_stored(t, vaddr, some_paddr(t), page_size(t));
    expect_ok(map(t, vaddr + page_size(t), 0, page_size(t), RW));
    emptied.slot = leaf_slot(t, vaddr);
    listen(t);
    t->arena.on_flush = look_in_flush;
    t->arena.on_flush_arg = &emptied;
    expect_ok(unmap_pages(t, vaddr, page_size(t)));
    t->arena.on_flush = NULL;
    assert_true(emptied.was_empty);
    expect_reports();
}

TEST(unmap_pages_of_nothing_flushes_nothing)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);

    start(t);
    expect_ok(map(t, vaddr, some_paddr(t), page, RW));
    listen(t);
    expect_ok(unmap(t, vaddr));
    expect_ok(unmap_pages(t, vaddr + page, 0));
    expect_ok(unmap_pages(t, vaddr + page, 5 * page));
    expect_ok(unmap_pages(t, vaddr + huge_size(t), 2 * huge_size(t)));
    expect_reports();
    assert_int_equal(flushes(t), 0);
    commit(t);
    assert_int_equal(flushes(t), 1);
    expect_tables(0);
}

/* The guard cannot know how it will end. */
TEST(unmap_pages_flushes_though_the_guard_is_ignored_later)
{
    start(t);
    lay_row(t, some_vaddr(t), 3);
    listen(t);
    expect_ok(unmap_pages(t, some_vaddr(t), huge_size(t)));
    expect_reports();
    t->s->ignore(t->guard);
    assert_int_equal(flushes(t), 1);
    expect_tables(0);
}

/* ---- what the guard has gathered before ---- */

TEST(unmap_pages_reports_nothing_that_was_unmapped_before)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t huge = huge_size(t);
    uint64_t page = page_size(t);

    for (unsigned before = 1; before <= PT64_RETIRED; before++) {
        start(t);
        for (unsigned i = 0; i < before; i++)
            expect_ok(map(t, vaddr + i * huge, some_paddr(t), page, RW));
        for (unsigned i = 0; i < 20; i++)
            lay(t, vaddr + (20 + i) * huge + i * page, some_paddr(t) + i * page, page, RX);
        listen(t);
        for (unsigned i = 0; i < before; i++)
            expect_ok(unmap_region(t, vaddr + i * huge, huge));
        expect_ok(unmap_pages(t, vaddr + 20 * huge, 20 * huge));
        expect_reports();
        commit(t);
        expect_tables(0);
    }
}

TEST(unmap_pages_leaves_the_guard_fit_for_use)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);

    start(t);
    lay_row(t, vaddr, 3);
    listen(t);
    expect_ok(unmap_pages(t, vaddr, huge_size(t)));
    expect_reports();
    expect_ok(map(t, vaddr + page, some_paddr(t), page, R));
    expect_ok(map(t, vaddr + 2 * page, 0, page, RX));
    expect_page(vaddr + page, some_paddr(t), page, R);
    expect_ok(unmap(t, vaddr + page));
    commit(t);
    expect_page(vaddr + 2 * page, 0, page, RX);
    expect_tables(root_level(t));
}

/* ---- frames ---- */

/*
 * The pages are frames of the arena, which notes a frame that is freed twice, and fills what was
 * freed. Another node of the table then takes such a frame.
 */
TEST(unmap_pages_lets_a_report_free_the_frame)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    start(t);
    expect_ok(map(t, vaddr, some_paddr(t), page, RX));
    for (unsigned i = 1; i < 50; i++)
        lay(t, vaddr + i * page, arena_alloc_frame(&t->arena, page), page, RW);
    for (unsigned i = 1; i < 20; i++)
        lay(t, vaddr + i * huge, arena_alloc_frame(&t->arena, page), page, RW);
    listen(t);
    reports.frees = true;
    expect_ok(unmap_pages(t, vaddr + page, 20 * huge - page));
    expect_reports();
    commit(t);
    expect_tables(root_level(t));
    if (table_bytes(t) == page)
        t->arena.recycled = expected.all[60].paddr;
    expect_ok(map(t, vaddr + 3 * huge, some_paddr(t), page, RW));
    expect_page(vaddr + 3 * huge, some_paddr(t), page, RW);
}

TEST(unmap_pages_without_memory_reports_nothing)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    struct snapshot before;

    start(t);
    expect_ok(map(t, vaddr, some_paddr(t), huge_size(t), RW));
    expect_ok(map(t, vaddr + huge_size(t), some_paddr(t), page, RW));
    listen(t);
    snapshot_take(t, &before);
    t->arena.allocations_left = 0;
    expect(PT64_NO_MEMORY, unmap_pages(t, vaddr + page, 2 * huge_size(t)));
    t->arena.allocations_left = SIZE_MAX;
    expect_unchanged(&before);
    expect_reports();
    snapshot_free(&before);
}

TEST(unmap_pages_of_a_bad_range_reports_nothing)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);

    start(t);
    expect_ok(map(t, vaddr, some_paddr(t), page, RW));
    expect(PT64_NOT_ALIGNED, unmap_pages(t, vaddr + 1, page));
    expect(PT64_NOT_ALIGNED, unmap_pages(t, vaddr, page + 1));
    expect(PT64_BAD_ADDRESS, unmap_pages(t, vaddr, 0 - page));
    expect_reports();
    expect_page(vaddr, some_paddr(t), page, RW);
}

/* ---- sharing ---- */

static void *borrower_of(struct test *t, pt64_vaddr_t vaddr, void **guard)
{
    void *table = new_table(t);

    *guard = new_guard(t, table);
    expect_ok(t->s->copy_from(*guard, t->table, vaddr, size_at(t, root_level(t))));
    t->s->commit(*guard);
    return table;
}

TEST(unmap_pages_keeps_the_node_of_a_pinned_slot)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t slot = size_at(t, root_level(t));
    uint64_t page = page_size(t);
    void *guard;
    void *table;

    start(t);
    expect_ok(t->s->pin(t->guard, vaddr, slot));
    lay_row(t, vaddr - page, 1);
    lay_row(t, vaddr + 2 * page, 3);
    lay_stored(t, vaddr + slot - page, 0, page);
    lay(t, vaddr + slot + 5 * page, some_paddr(t), page, RX);
    listen(t);
    table = borrower_of(t, vaddr, &guard);
    arena_clear_events(&t->arena);
    expect_ok(unmap_pages(t, vaddr - page, 2 * slot));
    expect_reports();
    commit(t);
    expect_tables(1 + bare_frames(t));
    expect_ok(map(t, vaddr, some_paddr(t), page, RW));
    commit(t);
    expect_page_in(table, vaddr, some_paddr(t), page, RW);
    end_table(t, table, guard);
}

TEST(unmap_pages_of_a_slot_on_loan_is_refused)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t slot = size_at(t, root_level(t));
    void *guard;
    void *table;

    start(t);
    expect_ok(map(t, vaddr, some_paddr(t), page_size(t), RW));
    expect_ok(t->s->pin(t->guard, vaddr, slot));
    listen(t);
    table = borrower_of(t, vaddr, &guard);
    expect_ok(t->s->map(guard, vaddr - page_size(t), some_paddr(t), page_size(t), RW));
    reports.t = t;
    reports.pages.count = 0;
    expect(PT64_BORROWED,
           t->s->unmap_pages(guard, vaddr - page_size(t), 2 * page_size(t), take_report, &reports));
    expect_reports();
    expect_page_in(table, vaddr - page_size(t), some_paddr(t), page_size(t), RW);
    end_table(t, table, guard);
    expect_page(vaddr, some_paddr(t), page_size(t), RW);
}

/* ---- adopted tables ---- */

TEST(unmap_pages_empties_an_adopted_table)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);

    start(t);
    lay_stored(t, vaddr, some_paddr(t), huge);
    lay_row(t, vaddr + huge, 60);
    for (unsigned i = 2; i < 30; i++)
        lay(t, vaddr + i * huge + i * page, some_paddr(t) + i * page, page, RX);
    lay(t, vaddr + 31 * huge, some_paddr(t), huge, RX);
    commit(t);
    expect_ok(t->s->adopt(t->table, t->s->release(t->table), &t->arena));
    t->s->begin(t->guard, t->table);
    arena_clear_events(&t->arena);
    expect_ok(unmap_pages(t, vaddr, 32 * huge));
    expect_reports();
    assert_true(flushes(t) <= 90 / 6);
    commit(t);
    expect_tables(0);
}

/* The slot of a huge page that was broken and not made: a callback did not say the same twice. */
TEST_IF(is_loongarch64, "needs LoongArch",
        unmap_pages_empties_the_place_of_a_huge_page_and_does_not_report_it)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t huge = huge_size(t);
    uint64_t empty;

    start(t);
    lay(t, vaddr + huge, some_paddr(t), huge, RW);
    expect_ok(map(t, vaddr + 5 * huge, some_paddr(t), huge, RX));
    empty = entry_in(t, slot_of(t, vaddr, 1));
    put_entry(t, slot_of(t, vaddr, 1), absent_form(t->s, leaf_at(t, vaddr + huge), 1));
    listen(t);
    expect_ok(unmap_pages(t, vaddr, 2 * huge));
    expect_reports();
    assert_true(entry_in(t, slot_of(t, vaddr, 1)) == empty);
}

/* Where the absent form of a leaf keeps the page, a broken leaf is one that is being changed. */
static void break_leaf(struct test *t, pt64_vaddr_t vaddr)
{
    put_entry(t, leaf_slot(t, vaddr), absent_form(t->s, leaf_at(t, vaddr), 0));
}

TEST(unmap_pages_reports_a_leaf_that_was_left_broken)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    uint64_t bytes[] = {huge_size(t), 2 * page};

    for (unsigned i = 0; i < 2; i++) {
        start(t);
        expect_ok(map(t, vaddr, some_paddr(t), page, RX));
        if (is_arm(t))
            add(&expected, vaddr, some_paddr(t), page, RX);
        lay_stored(t, vaddr + page, some_paddr(t), page);
        expect_ok(map(t, vaddr + huge_size(t), 0, page, RW));
        listen(t);
        break_leaf(t, vaddr);
        expect_ok(unmap_pages(t, vaddr, bytes[i]));
        expect_reports();
        expect_ok(unmap_region(t, vaddr + huge_size(t), huge_size(t)));
        commit(t);
    }
}

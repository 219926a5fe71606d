/* SPDX-License-Identifier: MIT */
/* Pages that become smaller or larger, and break-before-make. */
#include "scene.h"

static void smaller_pages_say_first_what_the_huge_one_said(void)
{
    struct session session;

    map_huge(home(), known(RW | AD));
    ALONE(do_protect_region(&alone, home() + size_at(0), size_at(0), R));
    ALONE(do_protect_region(&alone, home() + 3 * size_at(0), size_at(0), RX));
    map_huge(home() + size_at(1), known(RW | AD));
    session_begin(&session, space());
    DONE(do_unmap_region(&session, home() + size_at(1) + size_at(0), 2 * size_at(0)));
    DONE(do_map(&session, home() + size_at(1) + size_at(0), frame(7), size_at(0), known(RW | AD)));
    DONE(do_remap(&session, home() + size_at(1) + 4 * size_at(0), frame(8), R));
    session_commit(&session);
}

/* A region with a huge page across each of its edges. */
static void both_edges_are_split_before_anything_changes(void)
{
    uint64_t page = size_at(0);

    ALONE(do_map_region(&alone, home(), frame(0), 3 * size_at(1), known(RW | AD), PT64_SIZE_ANY));
    ALONE(do_protect_region(&alone, home() + size_at(1) - 2 * page, size_at(1) + 4 * page, R));
    space_check(space());
    ALONE(do_unmap_region(&alone, home(), 3 * size_at(1)));
    ALONE(do_map_region(&alone, home(), frame(0), 3 * size_at(1), known(RW | AD), PT64_SIZE_ANY));
    ALONE(do_unmap_region(&alone, home() + size_at(1) - 2 * page, size_at(1) + 4 * page));
    space_check(space());
}

static void small_pages_are_gone_before_a_huge_one_comes(void)
{
    struct session session;

    map_pages(home(), 4, known(RW | AD));
    session_begin(&session, space());
    DONE(do_unmap_region(&session, home(), size_at(1)));
    DONE(do_map(&session, home(), frame(0), size_at(1), known(RW | AD)));
    session_commit(&session);
    session_begin(&session, space());
    DONE(do_unmap(&session, home()));
    DONE(do_map_region(&session, home(), frame(5), 5 * size_at(0), known(RW | AD), size_at(0)));
    DONE(do_unmap_region(&session, home(), size_at(1)));
    DONE(do_map(&session, home(), frame(5), size_at(1), known(RX | AD)));
    session_commit(&session);
    map_pages(home() + size_at(1), 4, known(RW | AD));
    ALONE(do_unmap_region(&alone, home() + size_at(1), size_at(1)));
    map_huge(home() + size_at(1), known(RW | AD));
}

/* Any CPU may have looked there before. On LoongArch it has cached a pair of smallest pages. */
static void a_huge_page_comes_where_nothing_was(void)
{
    for (unsigned i = 0; i < 4; i++)
        map_huge(home() + i * size_at(1), RW);
    ALONE(do_map_region(&alone, home() + stretch(), frame(0), 4 * size_at(1), RW, PT64_SIZE_ANY));
    for (unsigned i = 0; i < 4; i++)
        ALONE(do_unmap(&alone, home() + i * size_at(1)));
    map_pages(home(), 2, RW);
    ALONE(do_unmap_region(&alone, home(), size_at(1)));
    map_huge(home(), RW);
    ALONE(do_protect_region(&alone, home() + size_at(0), size_at(0), R));
    ALONE(do_unmap_region(&alone, home(), stretch() * 2));
}

/* The machine fails on any other store, and on any allocation. */
static void nothing_comes_between_break_and_make(void)
{
    struct session session;

    SKIP_UNLESS(machine.rules.break_to_move, "needs breaking before making");
    map_huge(home(), known(RW | AD));
    map_pages(home() + size_at(1), 24, known(RW | AD));
    session_begin(&session, space());
    DONE(do_protect_region(&session, home() + size_at(0), size_at(0), R));
    DONE(
        do_protect_region(&session, home() + size_at(1), 24 * size_at(0), RW | known(PT64_DEVICE)));
    DONE(do_remap(&session, home() + size_at(1), frame(3), RW));
    DONE(do_protect_region(&session, home() + size_at(1) - 3 * size_at(0), 9 * size_at(0),
                           RW | known(PT64_UNCACHED)));
    session_commit(&session);
    MODEL_CHECK(machine.broken[machine.writer] == 0, "a page that was broken has not come back");
}

static void a_huge_page_that_holds_the_tables_is_never_absent(void)
{
    uint64_t holes;

    SKIP_UNLESS(!machine.rules.break_to_resize, "needs sizes that change directly");
    map_huge(home(), known(RW | AD));
    map_huge(home() + size_at(1), known(RW | AD));
    holes = machine.holes;
    ALONE(do_protect_region(&alone, home() + size_at(1) - size_at(0), 2 * size_at(0), R));
    ALONE(do_protect_region(&alone, home() + 3 * size_at(0), size_at(0), RX));
    MODEL_CHECK(machine.holes == holes, "a page was absent while its huge page was split");
}

static void a_page_that_is_global_no_more_comes_by_way_of_a_flush(void)
{
    struct session session;

    SKIP_UNLESS(world.format->pte->flags & PT64_GLOBAL, "needs global pages beside others");
    map_pages(home(), 2, known(RW | AD | PT64_GLOBAL));
    session_begin(&session, space());
    DONE(do_unmap(&session, home()));
    DONE(do_map(&session, home(), frame(0), size_at(0), known(RW | AD)));
    session_commit(&session);
}

/* Hardware loads and stores while the sizes change, and the guard has changes of before. */
static void smaller_pages_become_one_that_says_the_same(void)
{
    struct session session;

    map_pages(home(), (unsigned)(size_at(1) / size_at(0)), known(RW | AD));
    ALONE(do_collapse(&alone, home(), size_at(1)));
    ALONE(do_protect_region(&alone, home() + size_at(0), size_at(0), R));
    ALONE(do_protect_region(&alone, home(), size_at(1), RW));
    ALONE(do_collapse(&alone, home(), size_at(1)));
    space_check(space());
    session_begin(&session, space());
    DONE(do_map_region(&session, home() + size_at(1), frame(1), size_at(1), RW, size_at(0)));
    DONE(do_collapse(&session, home() + size_at(1), size_at(1)));
    DONE(do_protect_region(&session, home(), size_at(0), R));
    DONE(do_protect_region(&session, home(), size_at(1), R));
    DONE(do_collapse(&session, home(), size_at(1)));
    session_commit(&session);
    space_check(space());
}

static void what_differs_keeps_its_size(void)
{
    struct session session;
    uint64_t last = home() + size_at(1) - size_at(0);

    map_pages(home(), (unsigned)(size_at(1) / size_at(0)), RW);
    session_begin(&session, space());
    DONE(do_protect(&session, last, R));
    REFUSED(PT64_BAD_FLAGS, do_collapse(&session, home(), size_at(1)));
    DONE(do_remap(&session, last, frame(20), RW));
    REFUSED(PT64_NOT_ALIGNED, do_collapse(&session, home(), size_at(1)));
    DONE(do_unmap(&session, last));
    REFUSED(PT64_NOT_MAPPED, do_collapse(&session, home(), size_at(1)));
    session_commit(&session);
    space_check(space());
}

const struct scenario scenarios_sizes[] = {
    SCENARIO(smaller_pages_say_first_what_the_huge_one_said),
    SCENARIO(both_edges_are_split_before_anything_changes),
    SCENARIO(small_pages_are_gone_before_a_huge_one_comes),
    SCENARIO(a_huge_page_comes_where_nothing_was),
    SCENARIO(nothing_comes_between_break_and_make),
    SCENARIO(a_huge_page_that_holds_the_tables_is_never_absent),
    SCENARIO(a_page_that_is_global_no_more_comes_by_way_of_a_flush),
    SCENARIO(smaller_pages_become_one_that_says_the_same),
    SCENARIO(what_differs_keeps_its_size),
    SCENARIOS_END,
};

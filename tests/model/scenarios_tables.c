/* SPDX-License-Identifier: MIT */
/* Nodes, and the memory that they are in. */
#include "scene.h"

static void a_change_that_changes_nothing_takes_no_frame(void)
{
    map_huge(home(), known(RW | AD));
    machine.allocations_left = 0;
    ALONE(do_protect_region(&alone, home() + size_at(0), size_at(0), RW));
    ALONE(do_unmap_region(&alone, home() + stretch(), size_at(1)));
    machine.allocations_left = SIZE_MAX;
}

static void a_region_that_is_emptied_gives_its_tables_back(void)
{
    size_t frames = machine.frames_ours;

    map_pages(home() + size_at(1) - 2 * size_at(0), 5, RW);
    ALONE(do_unmap_region(&alone, home() + size_at(1) - 2 * size_at(0), 5 * size_at(0)));
    MODEL_CHECK(machine.frames_ours == frames, "%zu tables are left", machine.frames_ours - frames);
}

static void a_huge_page_takes_the_place_of_an_empty_table(void)
{
    map_pages(home(), 3, RW);
    for (unsigned i = 0; i < 3; i++)
        ALONE(do_unmap(&alone, home() + i * size_at(0)));
    map_huge(home(), RW);
}

static void a_huge_page_takes_the_place_of_a_table_emptied_under_the_same_guard(void)
{
    struct session session;

    map_pages(home(), 3, known(RW | AD));
    session_begin(&session, space());
    for (unsigned i = 0; i < 3; i++)
        DONE(do_unmap(&session, home() + i * size_at(0)));
    DONE(do_map(&session, home(), frame(1), size_at(1), known(RW | AD)));
    session_commit(&session);
}

static void frames_wait_for_the_flush(void)
{
    map_pages(home(), 8, known(RW | AD));
    ALONE(do_unmap_region(&alone, home(), size_at(1)));
    map_pages(home(), 8, known(RW | AD));
    ALONE(do_unmap_region(&alone, home(), stretch()));
}

/* More nodes than a guard holds, far apart, so that one flush request cannot cover them all. */
static void a_guard_without_room_flushes_early(void)
{
    struct session session;

    session_begin(&session, space());
    for (unsigned i = 0; i < PT64_RETIRED + 4; i++)
        DONE(do_map(&session, home() + 2 * i * size_at(1), frame(i), size_at(0), known(RW | AD)));
    session_commit(&session);
    session_begin(&session, space());
    for (unsigned i = 0; i < PT64_RETIRED + 4; i++)
        DONE(do_unmap_region(&session, home() + 2 * i * size_at(1), size_at(0)));
    session_commit(&session);
}

static void runs_end_where_frames_do_not_follow(void)
{
    uint64_t end;
    struct pt64_mapping run;

    map_pages(home(), 2, RW);
    ALONE(do_map(&alone, home() + 2 * size_at(0), frame(5), size_at(0), RW));
    DONE(typed_next(&space()->table, home(), UINT64_MAX, &run));
    end = home() + 2 * size_at(0);
    MODEL_CHECK(run.vaddr + run.size <= end, "a run goes on where the frames do not");
}

static void a_table_is_full_before_it_is_linked(void)
{
    for (unsigned i = 0; i < 8; i++)
        ALONE(do_map(&alone, home() + i * (size_at(1) + size_at(0)), frame(i), size_at(0), RW));
    ALONE(do_map_region(&alone, home() + stretch() - size_at(0), frame(1), size_at(1), RW,
                        size_at(0)));
}

const struct scenario scenarios_tables[] = {
    SCENARIO(a_change_that_changes_nothing_takes_no_frame),
    SCENARIO(a_region_that_is_emptied_gives_its_tables_back),
    SCENARIO(a_huge_page_takes_the_place_of_an_empty_table),
    SCENARIO(a_huge_page_takes_the_place_of_a_table_emptied_under_the_same_guard),
    SCENARIO(frames_wait_for_the_flush),
    SCENARIO(a_guard_without_room_flushes_early),
    SCENARIO(runs_end_where_frames_do_not_follow),
    SCENARIO(a_table_is_full_before_it_is_linked),
    SCENARIOS_END,
};

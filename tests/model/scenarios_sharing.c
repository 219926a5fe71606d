/* SPDX-License-Identifier: MIT */
/* Root slots that are on loan to another table. */
#include "scene.h"

/* Creates and loads the other table, with the root slot of home() on loan. */
static void lend_home(void)
{
    struct session session;

    ALONE(do_pin(&alone, home(), root_slot()));
    DONE(space_create(other_space()));
    if (machine.has_ids && other_space()->id == PT64_NO_ID)
        space_name(other_space());
    space_load(other_space());
    session_begin(&session, other_space());
    DONE(do_copy_from(&session, space(), home(), root_slot()));
    session_commit(&session);
}

static void a_borrower_frees_nothing_of_the_lender(void)
{
    struct session session;
    size_t frames;

    map_pages(home(), 4, known(RW | AD));
    frames = machine.frames_ours;
    lend_home();
    session_begin(&session, other_space());
    REFUSED(PT64_BORROWED, do_unmap(&session, home()));
    REFUSED(PT64_BORROWED, do_unmap_region(&session, home(), size_at(1)));
    REFUSED(PT64_BORROWED, do_protect(&session, home(), R));
    REFUSED(PT64_BORROWED,
            do_map(&session, home() + root_slot() - size_at(0), frame(2), size_at(0), R));
    session_commit(&session);
    ALONE(do_protect(&alone, home(), R));
    space_destroy(other_space());
    MODEL_CHECK(machine.frames_ours == frames, "the borrower freed what it had borrowed");
    ALONE(do_unmap(&alone, home()));
}

static void an_empty_table_gives_way_to_a_loan(void)
{
    struct session session;

    map_pages(home(), 4, known(RW | AD));
    ALONE(do_pin(&alone, home(), root_slot()));
    DONE(space_create(other_space()));
    space_load(other_space());
    session_begin(&session, other_space());
    DONE(do_map(&session, home(), frame(3), size_at(0), known(RW | AD)));
    DONE(do_unmap(&session, home()));
    DONE(do_copy_from(&session, space(), home(), root_slot()));
    session_commit(&session);
}

/* A slot that is in use and not pinned could be unlinked under the borrower. */
static void only_what_is_pinned_is_lent(void)
{
    struct session session;

    map_pages(home(), 4, known(RW | AD));
    DONE(space_create(other_space()));
    space_load(other_space());
    session_begin(&session, other_space());
    REFUSED(PT64_BORROWED, do_copy_from(&session, space(), home(), root_slot()));
    DONE(do_copy_from(&session, space(), home() + root_slot(), root_slot()));
    session_commit(&session);
    session_begin(&session, space());
    REFUSED(PT64_NOT_ALIGNED, do_pin(&session, home() + size_at(0), root_slot()));
    REFUSED(PT64_NOT_ALIGNED, do_pin(&session, home(), root_slot() / 2));
    session_commit(&session);
}

static void a_pinned_part_outlives_its_pages(void)
{
    lend_home();
    for (unsigned round = 0; round < 3; round++) {
        map_pages(home(), 4, known(RW | AD));
        for (unsigned i = 0; i < 4; i++)
            ALONE(do_unmap(&alone, home() + i * size_at(0)));
        map_pages(home() + root_slot() - size_at(1), 3, known(RW | AD));
        ALONE(do_unmap_region(&alone, home(), root_slot()));
        if (root_slot() == size_at(1))
            continue;
        map_huge(home(), known(RW | AD));
        ALONE(do_unmap(&alone, home()));
    }
    space_check(space());
}

/* The flush is for every id by which a CPU may have the table loaded. */
static void what_is_lent_is_flushed_for_every_id(void)
{
    lend_home();
    map_pages(home(), 8, known(RW | AD));
    ALONE(do_protect(&alone, home(), R));
    ALONE(do_remap(&alone, home() + size_at(0), frame(6), RW));
    ALONE(do_unmap_region(&alone, home() + 2 * size_at(0), 2 * size_at(0)));
    map_pages(home() + size_at(1), 3, known(RW | AD));
    ALONE(do_unmap_region(&alone, home() + size_at(1), size_at(1)));
    map_huge(home() + size_at(1), known(RW | AD));
    ALONE(do_protect_region(&alone, home() + size_at(1) + size_at(0), size_at(0), R));
    ALONE(do_unmap_region(&alone, home(), root_slot()));
}

static void a_pinned_page_of_the_root_stays_as_it_is(void)
{
    struct session session;

    SKIP_UNLESS(world.format->meta->limits.leaf_levels == world.format->meta->limits.levels,
                "needs pages in the root");
    ALONE(do_map(&alone, home(), 0, root_slot(), known(RW | AD)));
    lend_home();
    session_begin(&session, space());
    REFUSED(PT64_BORROWED, do_unmap(&session, home()));
    REFUSED(PT64_BORROWED, do_protect(&session, home(), R));
    REFUSED(PT64_BORROWED, do_remap(&session, home(), root_slot(), RW));
    REFUSED(PT64_BORROWED, do_unmap_region(&session, home(), size_at(0)));
    REFUSED(PT64_BORROWED, do_protect_region(&session, home() - root_slot(), 2 * root_slot(), R));
    if (world.format->pte->flags & PT64_DIRTY)
        REFUSED(PT64_BORROWED, do_harvest(&session, home(), size_at(0), PT64_DIRTY));
    session_commit(&session);
    session_begin(&session, space());
    DONE(do_pin(&session, home() + root_slot(), root_slot()));
    REFUSED(PT64_BORROWED, do_map(&session, home() + root_slot(), 0, root_slot(), RW));
    session_commit(&session);
}

static void a_table_keeps_its_loans_when_it_changes_hands(void)
{
    struct session session;
    size_t frames;

    map_pages(home(), 4, known(RW | AD));
    frames = machine.frames_ours;
    lend_home();
    space_change_hands(other_space());
    session_begin(&session, other_space());
    REFUSED(PT64_BORROWED, do_unmap_region(&session, home(), size_at(1)));
    session_commit(&session);
    space_change_hands(space());
    ALONE(do_unmap_region(&alone, home(), root_slot()));
    map_pages(home(), 4, known(RW | AD));
    space_destroy(other_space());
    MODEL_CHECK(machine.frames_ours == frames, "the borrower freed what it had borrowed");
}

const struct scenario scenarios_sharing[] = {
    SCENARIO(a_borrower_frees_nothing_of_the_lender),
    SCENARIO(an_empty_table_gives_way_to_a_loan),
    SCENARIO(only_what_is_pinned_is_lent),
    SCENARIO(a_pinned_part_outlives_its_pages),
    SCENARIO(what_is_lent_is_flushed_for_every_id),
    SCENARIO(a_pinned_page_of_the_root_stays_as_it_is),
    SCENARIO(a_table_keeps_its_loans_when_it_changes_hands),
    SCENARIOS_END,
};

/* SPDX-License-Identifier: MIT */
/* A table is cloned while CPUs use it. */
#include "scene.h"

/* Clones what is in the range, as fork does. */
static pt64_status_t fork_range(struct session *clone, struct session *source, uint64_t vaddr,
                                uint64_t bytes)
{
    return do_clone_region(clone, source, vaddr, bytes, known(PT64_SOFT0), PT64_WRITE);
}

static void begin_both(struct session *clone, struct session *source)
{
    session_begin(source, space());
    session_begin(clone, other_space());
}

/* CPUs load the clone when none can write any more what it shares. */
static void end_both(struct session *clone, struct session *source)
{
    session_commit(source);
    session_ignore(clone);
    space_load(other_space());
}

static void fork_home(uint64_t bytes)
{
    struct session clone;
    struct session source;

    DONE(space_create(other_space()));
    begin_both(&clone, &source);
    DONE(fork_range(&clone, &source, home(), bytes));
    end_both(&clone, &source);
}

static void what_is_cloned_is_written_by_nobody_who_has_not_asked(void)
{
    map_pages(home(), 8, known(RW | AD));
    ALONE(do_map(&alone, home() + 9 * size_at(0), frame(1), size_at(0), known(RW)));
    map_huge(home() + size_at(1), known(RW | AD));
    fork_home(2 * size_at(1));
    MODEL_CHECK(space()->reference.count == other_space()->reference.count,
                "the clone does not have all pages");
}

/* Hardware uses the first pages at every moment, and has set no flag in them when a clone begins.
 */
static void a_clone_takes_no_flag_from_its_source_that_hardware_sets(void)
{
    struct session clone;
    struct session source;

    for (unsigned i = 0; i < 4; i++)
        ALONE(do_map(&alone, home() + i * size_at(0), frame(i), size_at(0),
                     known(i % 2 == 0 ? RW : RW | PT64_EXECUTE)));
    map_huge(home() + size_at(1), known(RW));
    DONE(space_create(other_space()));
    for (unsigned round = 0; round < 24; round++) {
        ALONE(do_change_region(&alone, home(), 2 * size_at(1), PT64_WRITE, known(AD)));
        begin_both(&clone, &source);
        DONE(fork_range(&clone, &source, home(), 2 * size_at(1)));
        DONE(do_unmap_region(&clone, home(), 2 * size_at(1)));
        session_commit(&source);
        session_ignore(&clone);
    }
}

static void what_an_edge_cuts_is_split_before_it_is_cloned(void)
{
    struct session clone;
    struct session source;

    map_huge(home(), known(RW | AD));
    map_huge(home() + size_at(1), known(RW | AD));
    DONE(space_create(other_space()));
    begin_both(&clone, &source);
    DONE(fork_range(&clone, &source, home() + size_at(0), size_at(1)));
    end_both(&clone, &source);
}

static void a_clone_without_memory_changes_neither_table(void)
{
    struct session clone;
    struct session source;
    pt64_status_t status = PT64_NO_MEMORY;

    map_pages(home() + size_at(1), 4, known(RW | AD));
    map_huge(home(), known(RW | AD));
    DONE(space_create(other_space()));
    begin_both(&clone, &source);
    for (size_t room = 0; status != PT64_OK; room++) {
        machine.allocations_left = room;
        status = fork_range(&clone, &source, home() + size_at(0), size_at(1) + 2 * size_at(0));
    }
    machine.allocations_left = SIZE_MAX;
    end_both(&clone, &source);
}

/* The clone is flushed by its own id, and for every id if pages of the source are global. */
static void a_clone_is_changed_like_any_other_table(void)
{
    struct session session;

    map_pages(home(), 4, known(RW | AD | PT64_GLOBAL));
    fork_home(size_at(1));
    session_begin(&session, other_space());
    DONE(do_protect(&session, home(), known(R | AD)));
    DONE(do_remap(&session, home() + size_at(0), frame(2), known(RW | AD)));
    DONE(do_unmap_region(&session, home() + 2 * size_at(0), 2 * size_at(0)));
    session_commit(&session);
    ALONE(do_unmap_region(&alone, home(), size_at(1)));
    space_destroy(other_space());
}

const struct scenario scenarios_clones[] = {
    SCENARIO(what_is_cloned_is_written_by_nobody_who_has_not_asked),
    SCENARIO(a_clone_takes_no_flag_from_its_source_that_hardware_sets),
    SCENARIO(what_an_edge_cuts_is_split_before_it_is_cloned),
    SCENARIO(a_clone_without_memory_changes_neither_table),
    SCENARIO(a_clone_is_changed_like_any_other_table),
    SCENARIOS_END,
};

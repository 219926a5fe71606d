/* SPDX-License-Identifier: MIT */
/* Guards within guards, beside guards, and calls that fail. */
#include "scene.h"

static struct session *outer;

static void map_what_the_outer_guard_broke(void *arg)
{
    struct session inner;

    (void)arg;
    machine.on_alloc = NULL;
    session_begin(&inner, space());
    DONE(do_map(&inner, home(), frame(9), size_at(0), known(RW | AD)));
    session_commit(&inner);
    machine.guard = outer->number;
}

static void an_inner_guard_respects_what_an_outer_one_broke(void)
{
    struct session session;

    map_pages(home(), 4, known(RW | AD));
    session_begin(&session, space());
    outer = &session;
    DONE(do_unmap(&session, home()));
    machine.on_alloc = map_what_the_outer_guard_broke;
    DONE(do_map(&session, home() + stretch(), frame(5), size_at(0), known(RW | AD)));
    session_commit(&session);
}

static void unmap_the_same(void *arg)
{
    struct session inner;

    (void)arg;
    machine.on_alloc = NULL;
    session_begin(&inner, space());
    DONE(do_unmap_region(&inner, home(), stretch()));
    session_commit(&inner);
    machine.guard = outer->number;
}

/* The allocator unmaps what the call was about to change, to make room for itself. */
static void an_allocator_may_change_the_table(void)
{
    struct session session;

    map_huge(home(), known(RW | AD));
    map_pages(home() + size_at(1), 2, known(RW | AD));
    session_begin(&session, space());
    outer = &session;
    machine.on_alloc = unmap_the_same;
    DONE(do_unmap_region(&session, home() + size_at(0), size_at(0)));
    session_commit(&session);
    map_huge(home(), known(RW | AD));
    session_begin(&session, space());
    machine.on_alloc = unmap_the_same;
    DONE(do_protect_region(&session, home() + size_at(0), size_at(0), R));
    session_commit(&session);
    map_pages(home(), 2, known(RW | AD));
    session_begin(&session, space());
    machine.on_alloc = unmap_the_same;
    DONE(do_map_region(&session, home() + size_at(1), frame(1), size_at(1), RW, size_at(0)));
    session_commit(&session);
}

/* Guards of one thread in turn. Each answers for its own changes. */
static void guards_take_turns(void)
{
    struct session first;
    struct session second;

    map_pages(home(), 8, known(RW | AD));
    session_begin(&first, space());
    session_begin(&second, space());
    DONE(do_unmap(&first, home()));
    DONE(do_unmap_region(&second, home() + 2 * size_at(0), 2 * size_at(0)));
    DONE(do_map(&first, home() + size_at(1), frame(6), size_at(0), RW));
    DONE(do_protect(&second, home() + 5 * size_at(0), R));
    DONE(do_unmap_region(&second, home(), size_at(1)));
    session_commit(&first);
    DONE(do_map(&second, home() + size_at(1) + size_at(0), frame(6), size_at(0), RW));
    session_commit(&second);
}

static void ignoring_a_guard_frees_and_does_not_flush(void)
{
    struct session session;
    size_t frames = machine.frames_ours;

    space_unload(space());
    session_begin(&session, space());
    DONE(do_map_region(&session, home(), frame(1), 2 * size_at(1), RW, size_at(0)));
    DONE(do_unmap_region(&session, home(), 2 * size_at(1)));
    DONE(do_map(&session, home(), frame(1), size_at(1), RW));
    DONE(do_unmap_region(&session, home() + size_at(0), size_at(0)));
    DONE(do_unmap_region(&session, home(), size_at(1)));
    session_ignore(&session);
    MODEL_CHECK(machine.frames_ours == frames, "tables are left");
    space_load(space());
}

static void a_call_that_runs_out_of_frames_changes_nothing(void)
{
    struct session session;

    map_huge(home(), known(RW | AD));
    map_pages(home() + size_at(1) + size_at(0), 2, known(RW | AD));
    session_begin(&session, space());
    for (size_t frames = 0; frames < 6; frames++) {
        machine.allocations_left = frames;
        (void)do_unmap_region(&session, home() + size_at(0), 2 * size_at(0));
        machine.allocations_left = frames;
        (void)do_protect_region(&session, home() + 4 * size_at(0), size_at(0), R);
        machine.allocations_left = frames;
        (void)do_map_region(&session, home() + 2 * size_at(1), frame(2), stretch() - size_at(1), RW,
                            PT64_SIZE_ANY);
        machine.allocations_left = frames;
        (void)do_map_region(&session, home() + stretch() * 3 - size_at(0), frame(2), 2 * size_at(0),
                            RW, size_at(0));
    }
    machine.allocations_left = SIZE_MAX;
    session_commit(&session);
}

const struct scenario scenarios_guards[] = {
    SCENARIO(an_inner_guard_respects_what_an_outer_one_broke),
    SCENARIO(an_allocator_may_change_the_table),
    SCENARIO(guards_take_turns),
    SCENARIO(ignoring_a_guard_frees_and_does_not_flush),
    SCENARIO(a_call_that_runs_out_of_frames_changes_nothing),
    SCENARIOS_END,
};

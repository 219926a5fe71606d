/* SPDX-License-Identifier: MIT */
/* What is flushed, when, and how much of it. */
#include "scene.h"

#include "cost.h"

static void a_new_page_costs_what_the_architecture_asks(void)
{
    struct cost *cost = &costs[machine.rules.format.arch];
    struct cost before;

    SKIP_UNLESS(is_x86() || is_arm() || machine.rules.validity_arrives,
                "needs new pages that cost no invalidation");
    /* A link in a root that CPUs hold is another matter. */
    if (machine.rules.holds_root)
        map_pages(home() + size_at(1), 1, RW);
    before = *cost;
    map_pages(home(), 3, RW);
    if (!is_arm())
        MODEL_CHECK(cost->requests == before.requests, "a new page costs a flush");
    else
        MODEL_CHECK(cost->barriers == before.barriers + 1 &&
                        cost->by_address == before.by_address &&
                        cost->of_everything == before.of_everything,
                    "a new page costs more than barriers");
}

static void another_address_comes_by_way_of_a_flush(void)
{
    map_pages(home(), 2, known(RW | AD));
    ALONE(do_remap(&alone, home(), frame(4), RW));
    map_huge(home() + size_at(1), known(RW | AD));
    ALONE(do_remap(&alone, home() + size_at(1), frame(4), RW));
}

static void another_memory_type_comes_by_way_of_a_flush(void)
{
    map_pages(home(), 4, known(RW | AD));
    map_huge(home() + size_at(1), known(RW | AD));
    ALONE(do_protect(&alone, home(), RW | known(PT64_DEVICE)));
    ALONE(do_protect_region(&alone, home(), 4 * size_at(0), RW | known(PT64_UNCACHED)));
    ALONE(do_protect(&alone, home() + size_at(1), RW | known(PT64_DEVICE)));
}

static void a_global_page_comes_by_way_of_a_flush(void)
{
    map_pages(home(), 2, known(RW | AD));
    ALONE(do_protect(&alone, home(), known(RW | PT64_GLOBAL)));
}

/* One alone, of a page that every CPU may hold. Nothing else tells that the page is another. */
static void a_flag_of_the_format_comes_and_goes_by_way_of_a_flush(void)
{
    pt64_flags_t flags = known(RW | AD) & ~PT64_WRITE;
    pt64_flags_t own = world.format->pte->changeable;

    SKIP_UNLESS(own != 0, "needs flags of the format that change");
    map_pages(home(), 1, flags);
    for (pt64_flags_t flag = (pt64_flags_t)1 << 16; flag != 0; flag <<= 1) {
        if (!(own & flag) || !reference_can_encode(&space()->reference, flags | flag, 0))
            continue;
        ALONE(do_change_region(&alone, home(), size_at(0), flag, 0));
        ALONE(do_change_region(&alone, home(), size_at(0), 0, flag));
    }
}

static void another_size_comes_by_way_of_a_flush(void)
{
    map_huge(home(), known(RW | AD));
    ALONE(do_unmap_region(&alone, home() + size_at(0), size_at(0)));
    ALONE(do_unmap_region(&alone, home(), size_at(1)));
    map_huge(home(), known(RW | AD));
}

static void a_page_made_where_one_was_broken_comes_after_the_flush(void)
{
    struct session session;

    map_pages(home(), 4, known(RW | AD));
    session_begin(&session, space());
    DONE(do_unmap(&session, home()));
    DONE(do_map(&session, home(), frame(9), size_at(0), known(RW | AD)));
    DONE(do_unmap_region(&session, home(), size_at(1)));
    DONE(do_map(&session, home(), frame(3), size_at(1), known(RW | AD)));
    DONE(do_unmap(&session, home()));
    DONE(do_map_region(&session, home(), frame(5), 3 * size_at(0), known(RW | AD), size_at(0)));
    session_commit(&session);
}

/* LoongArch caches pairs and invalid entries. RISC-V may cache invalid entries. */
static void a_page_is_seen_where_an_invalid_entry_was_cached(void)
{
    map_pages(home(), 1, RW);
    ALONE(do_map(&alone, home() + size_at(0), frame(1), size_at(0), RW));
    ALONE(do_map(&alone, home() + 5 * size_at(0), frame(1), size_at(0), RW));
    ALONE(do_unmap(&alone, home() + size_at(0)));
    ALONE(do_map(&alone, home() + size_at(0), frame(2), size_at(0), RW));
    map_huge(home() + size_at(1), RW);
    ALONE(do_unmap(&alone, home() + size_at(1)));
    map_huge(home() + size_at(1), RW);
    ALONE(do_map_region(&alone, home() + 3 * size_at(1) - size_at(0), frame(2), 3 * size_at(0), RW,
                        PT64_SIZE_ANY));
}

static void an_unlinked_table_leaves_no_cached_step(void)
{
    map_pages(home(), 1, known(RW | AD));
    ALONE(do_unmap(&alone, home()));
    ALONE(do_unmap_region(&alone, home(), stretch()));
    map_pages(home(), 2, known(RW | AD));
    ALONE(do_unmap_region(&alone, home(), size_at(world.format->meta->limits.levels - 1)));
    map_pages(home(), 2, known(RW | AD));
}

static void a_flush_covers_what_was_there(void)
{
    map_huge(home(), known(RW | AD));
    map_pages(home() + size_at(1), 40, known(RW | AD));
    ALONE(do_unmap_region(&alone, home() + 7 * size_at(0), size_at(1) + 9 * size_at(0)));
    ALONE(do_protect_region(&alone, home() + 2 * size_at(0), size_at(1) + 20 * size_at(0), R));
    ALONE(do_unmap_region(&alone, home(), 2 * size_at(1)));
}

static void ranges_far_apart_are_all_flushed(void)
{
    struct session session;

    for (unsigned i = 0; i < 10; i++)
        map_pages(home() + i * 3 * size_at(1), 3, known(RW | AD));
    session_begin(&session, space());
    for (unsigned i = 0; i < 10; i++)
        DONE(do_unmap(&session, home() + i * 3 * size_at(1) + (i % 3) * size_at(0)));
    session_commit(&session);
    session_begin(&session, space());
    for (unsigned i = 10; i-- > 7;)
        DONE(do_protect(&session, home() + i * 3 * size_at(1) + ((i + 1) % 3) * size_at(0), R));
    session_commit(&session);
}

static void a_region_is_one_flush(void)
{
    uint64_t flushes;

    map_pages(home() + size_at(1) - 20 * size_at(0), 40, known(RW | AD));
    flushes = machine.flushes;
    ALONE(do_protect_region(&alone, home() + size_at(1) - 20 * size_at(0), 40 * size_at(0), R));
    MODEL_CHECK(machine.flushes == flushes + 1, "protecting a region is %llu flushes",
                (unsigned long long)(machine.flushes - flushes));
    flushes = machine.flushes;
    ALONE(do_unmap_region(&alone, home() + size_at(1) - 20 * size_at(0), 40 * size_at(0)));
    MODEL_CHECK(machine.flushes == flushes + 1, "unmapping a region is %llu flushes",
                (unsigned long long)(machine.flushes - flushes));
}

static void breaking_a_region_is_not_a_flush_a_page(void)
{
    uint64_t flushes;

    map_pages(home(), 16, known(RW | AD));
    flushes = machine.flushes;
    ALONE(do_protect_region(&alone, home(), 16 * size_at(0), RW | known(PT64_DEVICE)));
    MODEL_CHECK(machine.flushes <= flushes + 2, "another memory type for 16 pages is %llu flushes",
                (unsigned long long)(machine.flushes - flushes));
}

static void a_commit_without_changes_does_nothing(void)
{
    struct session session;
    uint64_t flushes;

    map_pages(home(), 2, known(RW | AD));
    flushes = machine.flushes;
    session_begin(&session, space());
    DONE(do_protect(&session, home(), RW));
    DONE(do_unmap_region(&session, home() + stretch(), size_at(1)));
    session_commit(&session);
    MODEL_CHECK(machine.flushes == flushes, "nothing changed, and was flushed");
}

/* LoongArch's walker does not check directories: every empty slot leads to the sink. */
static void an_empty_directory_leads_nowhere(void)
{
    map_pages(home(), 1, RW);
    ALONE(do_unmap_region(&alone, home(), size_at(1)));
    map_huge(home(), RW);
    ALONE(do_unmap_region(&alone, home() + size_at(0), size_at(0)));
    ALONE(do_unmap_region(&alone, home(), size_at(1)));
    ALONE(do_unmap_region(&alone, home(), size_at(world.format->meta->limits.levels - 1)));
}

/* Links come and go in each way. The CPUs hold the root's entries until they load them again. */
static void a_change_of_the_root_reaches_the_registers(void)
{
    pt64_flags_t flags = known(RW | AD | PT64_GLOBAL);
    uint64_t next = home() + root_slot();

    SKIP_UNLESS(machine.rules.holds_root, "needs CPUs that hold a root in registers");
    map_pages(home(), 2, flags);
    ALONE(do_map(&alone, next, frame(2), size_at(1), flags));
    ALONE(do_unmap_region(&alone, home(), root_slot()));
    map_pages(home(), 2, flags);
    ALONE(do_unmap_region(&alone, home(), 2 * root_slot()));
    ALONE(do_pin(&alone, next, root_slot()));
    ALONE(do_map_region(&alone, next - size_at(0), frame(3), 2 * size_at(0), flags, size_at(0)));
}

const struct scenario scenarios_tlb[] = {
    SCENARIO(a_new_page_costs_what_the_architecture_asks),
    SCENARIO(another_address_comes_by_way_of_a_flush),
    SCENARIO(another_memory_type_comes_by_way_of_a_flush),
    SCENARIO(a_global_page_comes_by_way_of_a_flush),
    SCENARIO(a_flag_of_the_format_comes_and_goes_by_way_of_a_flush),
    SCENARIO(another_size_comes_by_way_of_a_flush),
    SCENARIO(a_page_made_where_one_was_broken_comes_after_the_flush),
    SCENARIO(a_page_is_seen_where_an_invalid_entry_was_cached),
    SCENARIO(an_unlinked_table_leaves_no_cached_step),
    SCENARIO(a_flush_covers_what_was_there),
    SCENARIO(ranges_far_apart_are_all_flushed),
    SCENARIO(a_region_is_one_flush),
    COST(breaking_a_region_is_not_a_flush_a_page),
    SCENARIO(a_commit_without_changes_does_nothing),
    SCENARIO(an_empty_directory_leads_nowhere),
    SCENARIO(a_change_of_the_root_reaches_the_registers),
    SCENARIOS_END,
};

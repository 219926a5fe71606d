/* SPDX-License-Identifier: MIT */
/*
 * Traps that page-table code has fallen into, one by one, over every format. The machine and the
 * world judge all the while; what stands here brings the situation about, and checks what only it
 * can know.
 */
#include "scenarios.h"

#include <stdio.h>
#include <string.h>

#include "cost.h"
#include "world.h"

#define R   PT64_READ
#define RW  (PT64_READ | PT64_WRITE)
#define RX  (PT64_READ | PT64_EXECUTE)
#define RWU (PT64_READ | PT64_WRITE | PT64_USER)
#define AD  (PT64_ACCESSED | PT64_DIRTY)

/* ---- the scene ---- */

static struct space *space(void)
{
    return &world.spaces[0];
}

static uint64_t size_at(unsigned level)
{
    return rules_size(&machine.rules, level);
}

/* An address at the start of a slot of every level that pages have. */
static uint64_t home(void)
{
    const struct pt64_meta *meta = world.format->meta;
    uint64_t first = meta->space == PT64_SPACE_UPPER ? UINT64_MAX << meta->vaddr_bits : 0;

    return first + size_at(meta->levels - 1) * 3;
}

/* A frame at the start of a page of every size but the greatest. */
static uint64_t frame(unsigned index)
{
    return (uint64_t)(index + 1) * size_at(2);
}

/* Those of `flags` that the format knows, which must be something it can say. */
static pt64_flags_t known(pt64_flags_t flags)
{
    return flags & world.format->pte->flags;
}

static bool is_arch(enum oracle_arch arch)
{
    return machine.rules.format.arch == arch;
}

#define DONE(call) MODEL_CHECK((call) == PT64_OK, "%s is refused", #call)
#define REFUSED(status, call) \
    MODEL_CHECK((call) == (status), "%s does not answer %s", #call, #status)

/* One call under a guard of its own. */
#define ALONE(call)                     \
    do {                                \
        struct session alone;           \
                                        \
        session_begin(&alone, space()); \
        DONE(call);                     \
        session_commit(&alone);         \
    } while (0)

static void map_pages(uint64_t vaddr, unsigned count, pt64_flags_t flags)
{
    ALONE(do_map_region(&alone, vaddr, frame(0), count * size_at(0), flags, false));
}

static void map_huge(uint64_t vaddr, pt64_flags_t flags)
{
    ALONE(do_map(&alone, vaddr, frame(0), size_at(1), flags));
}

/* ---- tables and memory: traps 14 to 19 ---- */

static void a_change_that_changes_nothing_takes_no_frame(void)
{
    map_huge(home(), known(RW | AD));
    machine.allocations_left = 0;
    ALONE(do_protect_region(&alone, home() + size_at(0), size_at(0), RW));
    ALONE(do_unmap_region(&alone, home() + size_at(2), size_at(1)));
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
    ALONE(do_unmap_region(&alone, home(), size_at(2)));
}

/* More tables than a guard holds, from far apart, so that no flush request does for all. */
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

static void a_borrower_frees_nothing_of_the_lender(void)
{
    struct space *other = &world.spaces[1];
    uint64_t slot = size_at(world.format->meta->levels - 1);
    struct session session;
    size_t frames;

    map_pages(home(), 4, known(RW | AD));
    frames = machine.frames_ours;
    DONE(space_create(other));
    space_load(other);
    session_begin(&session, other);
    DONE(do_copy_from(&session, space(), home(), slot));
    REFUSED(PT64_BORROWED, do_unmap(&session, home()));
    REFUSED(PT64_BORROWED, do_unmap_region(&session, home(), size_at(1)));
    REFUSED(PT64_BORROWED, do_protect(&session, home(), R));
    REFUSED(PT64_BORROWED, do_map(&session, home() + size_at(1), frame(2), size_at(0), R));
    session_commit(&session);
    ALONE(do_protect(&alone, home(), R));
    space_destroy(other);
    MODEL_CHECK(machine.frames_ours == frames, "the borrower freed what it had borrowed");
    ALONE(do_unmap(&alone, home()));
}

static void an_empty_table_gives_way_to_a_loan(void)
{
    struct space *other = &world.spaces[1];
    uint64_t slot = size_at(world.format->meta->levels - 1);
    struct session session;

    map_pages(home(), 4, known(RW | AD));
    DONE(space_create(other));
    space_load(other);
    session_begin(&session, other);
    DONE(do_map(&session, home(), frame(3), size_at(0), known(RW | AD)));
    DONE(do_unmap(&session, home()));
    DONE(do_copy_from(&session, space(), home(), slot));
    session_commit(&session);
}

static void runs_end_where_frames_do_not_follow(void)
{
    uint64_t end;
    struct pt64_mapping run;

    map_pages(home(), 2, RW);
    ALONE(do_map(&alone, home() + 2 * size_at(0), frame(5), size_at(0), RW));
    DONE(typed_next(&space()->table, home(), &run));
    end = home() + 2 * size_at(0);
    MODEL_CHECK(run.vaddr + run.size <= end, "a run goes on where the frames do not");
}

static void a_table_is_full_before_it_is_linked(void)
{
    for (unsigned i = 0; i < 8; i++)
        ALONE(do_map(&alone, home() + i * (size_at(1) + size_at(0)), frame(i), size_at(0), RW));
    ALONE(do_map_region(&alone, home() + size_at(2) - size_at(0), frame(1), size_at(1), RW, false));
}

/* ---- entries: traps 20 to 28 ---- */

static void a_page_without_permissions_is_mapped(void)
{
    struct session session;

    session_begin(&session, space());
    if (world.format->pte->can_encode(0, 0)) {
        DONE(do_map(&session, home(), frame(0), size_at(0), 0));
        REFUSED(PT64_ALREADY_MAPPED, do_map(&session, home(), frame(1), size_at(0), RW));
        DONE(do_protect(&session, home(), RW));
        DONE(do_protect(&session, home(), 0));
    } else {
        DONE(do_map(&session, home(), frame(0), size_at(0), RW));
        REFUSED(PT64_BAD_FLAGS, do_protect(&session, home(), 0));
        REFUSED(PT64_BAD_FLAGS, do_protect_region(&session, home(), size_at(0), 0));
    }
    DONE(do_unmap(&session, home()));
    session_commit(&session);
}

static void writable_without_readable_is_refused_where_it_is_reserved(void)
{
    struct session session;

    session_begin(&session, space());
    DONE(do_map(&session, home(), frame(0), size_at(0), RW));
    if (!is_arch(ORACLE_LOONGARCH64))
        REFUSED(PT64_BAD_FLAGS, do_protect(&session, home(), PT64_WRITE));
    session_commit(&session);
}

static const pt64_flags_t kinds[] = {
    RW | PT64_GLOBAL, RW | PT64_DEVICE,      R | PT64_UNCACHED, RW | PT64_WRITE_COMBINE,
    RX | PT64_SOFT0,  RWU | PT64_SOFT1,      RX | AD,           RW | AD | PT64_GLOBAL,
    RWU | AD,         RW | PT64_DEVICE | AD,
};

static void a_split_page_says_what_the_huge_one_said(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        uint64_t vaddr = home() + i * size_at(1);

        map_huge(vaddr, known(kinds[i]));
        ALONE(do_unmap_region(&alone, vaddr + 3 * size_at(0), 2 * size_at(0)));
        ALONE(do_protect_region(&alone, vaddr + 9 * size_at(0), 2 * size_at(0), R));
        space_check(space());
    }
}

static void a_page_of_the_next_size_is_split_twice(void)
{
    if (world.format->meta->leaf_levels < 3)
        return;
    ALONE(do_map(&alone, home(), frame(1), size_at(2), known(RW | AD | PT64_GLOBAL)));
    ALONE(do_protect_region(&alone, home() + size_at(1) + size_at(0), size_at(0), R));
    space_check(space());
    ALONE(do_unmap_region(&alone, home() + size_at(0), size_at(1)));
    space_check(space());
}

/* Where the architecture lets an entry change directly, no access faults for the change. */
static void a_change_of_permissions_is_never_an_absence(void)
{
    uint64_t holes;

    map_pages(home(), 8, known(RW | AD));
    map_huge(home() + size_at(1), known(RW | AD));
    holes = machine.holes;
    ALONE(do_protect(&alone, home(), R));
    ALONE(do_protect(&alone, home(), RX));
    ALONE(do_protect_region(&alone, home(), 8 * size_at(0), RW));
    ALONE(do_protect(&alone, home() + size_at(1), R));
    MODEL_CHECK(machine.holes == holes, "a page was absent for a moment");
}

static void a_split_is_an_absence_only_where_it_must_be(void)
{
    uint64_t holes;

    map_huge(home(), known(RW | AD));
    holes = machine.holes;
    ALONE(do_protect_region(&alone, home() + size_at(0), size_at(0), R));
    if (!machine.rules.break_to_resize)
        MODEL_CHECK(machine.holes == holes, "a huge page was absent while it was split");
}

/* Hardware sets flags at every moment of these. */
static void no_flag_is_lost_that_hardware_sets_meanwhile(void)
{
    for (unsigned round = 0; round < 12; round++) {
        map_pages(home(), 4, RW);
        ALONE(do_protect(&alone, home(), R));
        ALONE(do_protect(&alone, home(), known(RWU)));
        ALONE(do_protect_region(&alone, home(), 3 * size_at(0), RX));
        ALONE(do_protect_region(&alone, home(), 3 * size_at(0), RW));
        ALONE(do_remap(&alone, home(), frame(7), RW));
        ALONE(do_unmap(&alone, home()));
        ALONE(do_unmap_region(&alone, home(), size_at(1)));
        map_huge(home(), RW);
        ALONE(do_protect_region(&alone, home() + 2 * size_at(0), size_at(0), R));
        space_check(space());
        ALONE(do_unmap_region(&alone, home(), size_at(1)));
    }
}

static void what_is_harvested_is_reported_once(void)
{
    struct session session;

    map_pages(home(), 12, RW);
    map_huge(home() + size_at(1), RW);
    for (unsigned round = 0; round < 12; round++)
        for (unsigned dirty = 0; dirty < 2; dirty++) {
            pt64_flags_t flag = dirty ? PT64_DIRTY : PT64_ACCESSED;

            session_begin(&session, space());
            if (world.format->pte->flags & flag)
                DONE(do_harvest(&session, home(), 2 * size_at(1), flag));
            else
                REFUSED(PT64_BAD_FLAGS, do_harvest(&session, home(), size_at(1), flag));
            session_commit(&session);
        }
}

/* Bits that hardware ignores and the library has no name for. */
static uint64_t foreign_bits(void)
{
    const struct pt64_pte *pte = world.format->pte;
    uint64_t entry = pte->leaf(RW, 0);
    uint64_t bits = oracle_software_bits(&machine.rules.format) & ~entry;
    uint64_t foreign = 0;

    for (unsigned bit = 0; bit < 64; bit++)
        if (bits >> bit & 1 && pte->decode(entry, 0) == pte->decode(entry | UINT64_C(1) << bit, 0))
            foreign |= UINT64_C(1) << bit;
    return foreign;
}

/* The word that maps an address, as walkers see it. */
static uint64_t *word_at(uint64_t vaddr)
{
    size_t at = machine.roots[space()->root].frame;
    unsigned level = rules_root_level(&machine.rules);

    machine_complete_stores();
    for (;;) {
        size_t word = at * machine.words + (size_t)rules_index(&machine.rules, vaddr, level);
        struct rules_entry entry;

        machine_decode(machine.seen[word], level, &entry);
        if (entry.kind != RULES_TABLE)
            return &machine.seen[word];
        at = machine_frame_of(entry.next);
        level--;
    }
}

static void add_bits(uint64_t vaddr, uint64_t bits)
{
    uint64_t *seen = word_at(vaddr);

    *seen |= bits;
    machine.stored[seen - machine.seen] |= bits;
}

#define HAS_BITS(vaddr, bits) \
    MODEL_CHECK((*word_at(vaddr) & (bits)) == (bits), "software's bits are lost at %s", #vaddr)

static void software_bits_survive_every_change(void)
{
    uint64_t bits = foreign_bits();

    map_pages(home(), 2, known(RW | AD));
    map_huge(home() + size_at(1), known(RW | AD));
    add_bits(home(), bits);
    add_bits(home() + size_at(1), bits);
    ALONE(do_protect(&alone, home(), R));
    HAS_BITS(home(), bits);
    ALONE(do_protect_region(&alone, home(), 2 * size_at(0), RW));
    HAS_BITS(home(), bits);
    ALONE(do_remap(&alone, home(), frame(3), R));
    HAS_BITS(home(), bits);
    ALONE(do_protect_region(&alone, home() + size_at(1) + size_at(0), size_at(0), R));
    HAS_BITS(home() + size_at(1), bits);
    HAS_BITS(home() + size_at(1) + size_at(0), bits);
}

static void named_software_bits_and_global_survive_protecting(void)
{
    pt64_flags_t kept = known(PT64_SOFT0 | PT64_SOFT1 | PT64_GLOBAL | AD);

    map_pages(home(), 2, RW | kept);
    ALONE(do_protect(&alone, home(), R));
    ALONE(do_protect_region(&alone, home(), 2 * size_at(0), RX));
}

static void permissions_reach_the_hardware(void)
{
    static const pt64_flags_t sets[] = {R, RW, RX, RW | PT64_USER, RX | PT64_USER};
    struct oracle oracle = {machine.rules.format, {machine_read_seen, NULL}};

    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        pt64_flags_t flags = known(sets[i] | AD);
        uint64_t vaddr = home() + i * size_at(0);
        struct oracle_page page;
        const struct oracle_access *who = flags & PT64_USER ? &page.user : &page.kernel;

        ALONE(do_map(&alone, vaddr, frame(0), size_at(0), flags));
        machine_complete_stores();
        MODEL_CHECK(oracle_walk(&oracle, typed_root(&space()->table), vaddr, &page, NULL) ==
                            ORACLE_PAGE &&
                        who->write == ((flags & PT64_WRITE) != 0) &&
                        who->execute == ((flags & PT64_EXECUTE) != 0) && who->read,
                    "hardware allows other things than flags %#x", flags);
        MODEL_CHECK(!is_arch(ORACLE_AARCH64) || !(flags & PT64_USER) || !page.kernel.execute,
                    "the kernel could execute a user's page");
    }
}

static void device_memory_is_not_executable_where_that_is_unsafe(void)
{
    struct session session;

    session_begin(&session, space());
    if (is_arch(ORACLE_AARCH64))
        REFUSED(PT64_BAD_FLAGS, do_map(&session, home(), frame(0), size_at(0), RX | PT64_DEVICE));
    session_commit(&session);
}

/* ---- the TLB: traps 29 to 34 ---- */

static void a_new_page_costs_what_the_architecture_asks(void)
{
    struct cost *cost = &costs[machine.rules.format.arch];
    struct cost before = *cost;

    map_pages(home(), 3, RW);
    if (is_arch(ORACLE_X86_64) || machine.rules.validity_arrives)
        MODEL_CHECK(cost->requests == before.requests, "a new page costs a flush");
    if (is_arch(ORACLE_AARCH64))
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
    ALONE(do_protect(&alone, home(), RW | PT64_DEVICE));
    ALONE(do_protect_region(&alone, home(), 4 * size_at(0), RW | PT64_UNCACHED));
    ALONE(do_protect(&alone, home() + size_at(1), RW | PT64_DEVICE));
}

static void a_global_page_comes_by_way_of_a_flush(void)
{
    map_pages(home(), 2, known(RW | AD));
    ALONE(do_protect(&alone, home(), known(RW | PT64_GLOBAL)));
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
    DONE(do_map_region(&session, home(), frame(5), 3 * size_at(0), known(RW | AD), false));
    session_commit(&session);
}

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
    DONE(do_map(&session, home() + size_at(2), frame(5), size_at(0), known(RW | AD)));
    session_commit(&session);
}

static void unmap_the_same(void *arg)
{
    struct session inner;

    (void)arg;
    machine.on_alloc = NULL;
    session_begin(&inner, space());
    DONE(do_unmap_region(&inner, home(), size_at(2)));
    session_commit(&inner);
    machine.guard = outer->number;
}

/* The allocator gives itself room by unmapping what the call was about to change. */
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
    DONE(do_map_region(&session, home() + size_at(1), frame(1), size_at(1), RW, false));
    session_commit(&session);
}

/* Guards of one thread, one after the other; each answers for its own changes. */
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

/* LoongArch caches pairs, and invalid entries; RISC-V may cache invalid entries. */
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
                        true));
}

static void an_unlinked_table_leaves_no_cached_step(void)
{
    map_pages(home(), 1, known(RW | AD));
    ALONE(do_unmap(&alone, home()));
    ALONE(do_unmap_region(&alone, home(), size_at(2)));
    map_pages(home(), 2, known(RW | AD));
    ALONE(do_unmap_region(&alone, home(), size_at(world.format->meta->levels - 1)));
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
    ALONE(do_protect_region(&alone, home(), 16 * size_at(0), RW | PT64_DEVICE));
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
    DONE(do_unmap_region(&session, home() + size_at(2), size_at(1)));
    session_commit(&session);
    MODEL_CHECK(machine.flushes == flushes, "nothing changed, and was flushed");
}

static void ignoring_a_guard_frees_and_does_not_flush(void)
{
    struct session session;
    size_t frames = machine.frames_ours;

    space_unload(space());
    session_begin(&session, space());
    DONE(do_map_region(&session, home(), frame(1), 2 * size_at(1), RW, false));
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
        (void)do_map_region(&session, home() + 2 * size_at(1), frame(2), size_at(2) - size_at(1),
                            RW, true);
        machine.allocations_left = frames;
        (void)do_map_region(&session, home() + size_at(2) * 3 - size_at(0), frame(2),
                            2 * size_at(0), RW, false);
    }
    machine.allocations_left = SIZE_MAX;
    session_commit(&session);
}

/* A walker that does not check directories, as LoongArch's: every empty slot leads to the sink. */
static void an_empty_directory_leads_nowhere(void)
{
    map_pages(home(), 1, RW);
    ALONE(do_unmap_region(&alone, home(), size_at(1)));
    map_huge(home(), RW);
    ALONE(do_unmap_region(&alone, home() + size_at(0), size_at(0)));
    ALONE(do_unmap_region(&alone, home(), size_at(1)));
    ALONE(do_unmap_region(&alone, home(), size_at(world.format->meta->levels - 1)));
}

/* ---- running them ---- */

struct scenario {
    const char *name;
    void (*run)(void);
    bool of_cost; /* what it finds is slow, not wrong */
};

#define SCENARIO(name) {#name, name, false},
#define COST(name)     {#name, name, true},

static const struct scenario scenarios[] = {
    SCENARIO(a_change_that_changes_nothing_takes_no_frame) SCENARIO(
        a_region_that_is_emptied_gives_its_tables_back)
        SCENARIO(a_huge_page_takes_the_place_of_an_empty_table) SCENARIO(
            a_huge_page_takes_the_place_of_a_table_emptied_under_the_same_guard)
            SCENARIO(frames_wait_for_the_flush) SCENARIO(a_guard_without_room_flushes_early) SCENARIO(
                a_borrower_frees_nothing_of_the_lender) SCENARIO(an_empty_table_gives_way_to_a_loan)
                SCENARIO(runs_end_where_frames_do_not_follow) SCENARIO(
                    a_table_is_full_before_it_is_linked) SCENARIO(a_page_without_permissions_is_mapped)
                    SCENARIO(writable_without_readable_is_refused_where_it_is_reserved) SCENARIO(
                        a_split_page_says_what_the_huge_one_said) SCENARIO(a_page_of_the_next_size_is_split_twice)
                        SCENARIO(a_change_of_permissions_is_never_an_absence) SCENARIO(
                            a_split_is_an_absence_only_where_it_must_be)
                            SCENARIO(no_flag_is_lost_that_hardware_sets_meanwhile) SCENARIO(
                                what_is_harvested_is_reported_once) SCENARIO(software_bits_survive_every_change)
                                SCENARIO(named_software_bits_and_global_survive_protecting) SCENARIO(
                                    permissions_reach_the_hardware) SCENARIO(device_memory_is_not_executable_where_that_is_unsafe)
                                    SCENARIO(a_new_page_costs_what_the_architecture_asks) SCENARIO(
                                        another_address_comes_by_way_of_a_flush)
                                        SCENARIO(another_memory_type_comes_by_way_of_a_flush) SCENARIO(
                                            a_global_page_comes_by_way_of_a_flush)
                                            SCENARIO(another_size_comes_by_way_of_a_flush) SCENARIO(
                                                a_page_made_where_one_was_broken_comes_after_the_flush)
                                                SCENARIO(an_inner_guard_respects_what_an_outer_one_broke) SCENARIO(
                                                    an_allocator_may_change_the_table) SCENARIO(guards_take_turns)
                                                    SCENARIO(a_page_is_seen_where_an_invalid_entry_was_cached) SCENARIO(
                                                        an_unlinked_table_leaves_no_cached_step)
                                                        SCENARIO(a_flush_covers_what_was_there) SCENARIO(
                                                            ranges_far_apart_are_all_flushed)
                                                            SCENARIO(a_region_is_one_flush) COST(
                                                                breaking_a_region_is_not_a_flush_a_page)
                                                                SCENARIO(
                                                                    a_commit_without_changes_does_nothing)
                                                                    SCENARIO(
                                                                        ignoring_a_guard_frees_and_does_not_flush)
                                                                        SCENARIO(
                                                                            a_call_that_runs_out_of_frames_changes_nothing)
                                                                            SCENARIO(
                                                                                an_empty_directory_leads_nowhere)};

/* With hardware that never stirs, that does at every moment, and some between. */
#define ROUNDS 6

static void run_once(const struct scenario *scenario, const struct format *format, unsigned round)
{
    static const unsigned distances[ROUNDS] = {0, 1, 1, 2, 5, 20};

    world_start(format, round + 1, round % 2 == 0, distances[round]);
    DONE(space_create(space()));
    space_load(space());
    scenario->run();
    for (size_t i = 0; i < WORLD_SPACES; i++)
        if (world.spaces[i].is_used)
            space_check(&world.spaces[i]);
    world_end();
}

static bool run_scenario(const struct scenario *scenario, const struct format *format)
{
    static volatile unsigned round;

    for (round = 0; round < ROUNDS; round++) {
        if (setjmp(model_failed) != 0) {
            printf("not ok - %s: %s\n    round %u: %s\n", scenario->name, format->id, round,
                   model_failure);
            return false;
        }
        run_once(scenario, format, round);
    }
    printf("ok - %s: %s\n", scenario->name, format->id);
    return true;
}

static bool is_named(const char *name, char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return count == 0;
}

bool scenarios_hunt(const struct format *format)
{
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        if (!scenarios[i].of_cost && !run_scenario(&scenarios[i], format))
            return true;
    return false;
}

bool scenarios_run(int count, char *const *names)
{
    bool passed = true;

    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        for (size_t j = 0; j < format_count; j++)
            if (is_named(scenarios[i].name, names, count))
                passed &= run_scenario(&scenarios[i], &formats[j]);
    return passed;
}

/* SPDX-License-Identifier: MIT */
/* What an entry holds, and what becomes of it. */
#include "scene.h"

#include "mmu.h"

static void a_page_without_permissions_is_mapped(void)
{
    struct session session;

    session_begin(&session, space());
    DONE(do_map(&session, home(), frame(0), size_at(0), 0));
    REFUSED(PT64_ALREADY_MAPPED, do_map(&session, home(), frame(1), size_at(0), RW));
    DONE(do_protect(&session, home(), RW));
    DONE(do_protect(&session, home(), 0));
    DONE(do_unmap(&session, home()));
    session_commit(&session);
}

/* Of an IOMMU, but for entries of x86-64. */
static bool has_write_alone(void)
{
    return oracle_is_iommu(&machine.rules.format) && !machine.rules.format.first_stage;
}

static void writable_without_readable_is_refused_where_it_is_reserved(void)
{
    struct session session;

    SKIP_UNLESS(!is_arch(ORACLE_LOONGARCH64) && !machine.rules.format.stage2 && !has_write_alone(),
                "needs writable without readable to be reserved");
    session_begin(&session, space());
    DONE(do_map(&session, home(), frame(0), size_at(0), RW));
    REFUSED(PT64_BAD_FLAGS, do_protect(&session, home(), PT64_WRITE));
    session_commit(&session);
}

static void a_split_page_says_what_the_huge_one_said(void)
{
    const pt64_flags_t kinds[] = {
        RW | PT64_GLOBAL, RW | PT64_DEVICE,      R | PT64_UNCACHED, RW | PT64_WRITE_COMBINE,
        RX | PT64_SOFT0,  RWU | PT64_SOFT1,      RX | AD,           RW | AD | PT64_GLOBAL,
        RWU | AD,         RW | PT64_DEVICE | AD,
    };

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
    SKIP_UNLESS(world.format->meta->limits.leaf_levels >= 3, "needs pages of three sizes");
    ALONE(do_map(&alone, home(), frame(1), size_at(2), known(RW | AD | PT64_GLOBAL)));
    ALONE(do_protect_region(&alone, home() + size_at(1) + size_at(0), size_at(0), R));
    space_check(space());
    ALONE(do_unmap_region(&alone, home() + size_at(0), size_at(1)));
    space_check(space());
}

/* Where the architecture lets an entry change directly, no access faults because of the change. */
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

    SKIP_UNLESS(!machine.rules.break_to_resize, "needs sizes that change directly");
    map_huge(home(), known(RW | AD));
    holes = machine.holes;
    ALONE(do_protect_region(&alone, home() + size_at(0), size_at(0), R));
    ALONE(do_unmap_region(&alone, home() + 2 * size_at(0), size_at(0)));
    MODEL_CHECK(machine.holes == holes + 1, "a huge page was absent while it was split");
}

/* Hardware sets flags at every moment of these changes. */
static void no_flag_is_lost_that_hardware_sets_meanwhile(void)
{
    for (unsigned round = 0; round < 12; round++) {
        map_pages(home(), 4, RW);
        ALONE(do_protect(&alone, home(), R));
        ALONE(do_protect(&alone, home(), 0));
        ALONE(do_protect(&alone, home(), known(RWU)));
        ALONE(do_protect_region(&alone, home(), 3 * size_at(0), RX));
        ALONE(do_protect_region(&alone, home(), 3 * size_at(0), RW));
        ALONE(do_change_region(&alone, home(), 3 * size_at(0), known(PT64_SOFT0), PT64_WRITE));
        ALONE(do_change_region(&alone, home(), 3 * size_at(0), PT64_WRITE, known(PT64_SOFT0)));
        ALONE(do_remap(&alone, home(), frame(7), RW));
        ALONE(do_unmap(&alone, home()));
        ALONE(do_mark(&alone, home() + size_at(0), size_at(0), 5));
        ALONE(do_unmap_region(&alone, home(), size_at(1)));
        map_huge(home(), RW);
        ALONE(do_protect_region(&alone, home() + 2 * size_at(0), size_at(0), R));
        space_check(space());
        ALONE(do_unmap_region(&alone, home(), size_at(1)));
    }
}

/* All under one guard, so that flushes that are due are still pending. */
static void what_is_hidden_or_marked_is_gone_before_another_page_comes(void)
{
    struct session session;

    map_pages(home(), 12, RW);
    map_huge(home() + size_at(1), RW);
    session_begin(&session, space());
    DONE(do_protect_region(&session, home(), 4 * size_at(0), 0));
    DONE(do_remap(&session, home(), frame(40), 0));
    DONE(do_remap(&session, home() + size_at(0), frame(41), RW));
    DONE(do_remap(&session, home() + 2 * size_at(0), frame(42), 0));
    DONE(do_protect_region(&session, home(), 4 * size_at(0), RW));
    for (unsigned i = 4; i < 8; i++) {
        DONE(do_mark(&session, home() + i * size_at(0), size_at(0), i));
        DONE(do_map_marked(&session, home() + i * size_at(0), frame(50 + i), size_at(0), RW, i));
    }
    DONE(do_protect_region(&session, home() + size_at(1) + size_at(0), size_at(0), 0));
    DONE(do_protect_region(&session, home() + size_at(1), size_at(1), 0));
    DONE(do_unmap_region(&session, home() + size_at(1), size_at(1)));
    DONE(do_mark(&session, home() + size_at(1), size_at(1), 3));
    DONE(do_map_marked(&session, home() + size_at(1), 0, size_at(1), RW, 3));
    session_commit(&session);
    space_check(space());
    ALONE(do_protect(&alone, home() + size_at(1), 0));
    ALONE(do_protect_region(&alone, home() + size_at(1) + size_at(0), size_at(0), RW));
    ALONE(do_unmap_pages(&alone, home(), 2 * size_at(1)));
}

/* Pages of nodes that stay and of nodes that go whole, while hardware sets flags in both until the
 * flush. The world checks at each report that no CPU uses the page. */
static void what_is_unmapped_is_reported_when_no_cpu_uses_it(void)
{
    for (unsigned round = 0; round < 2; round++) {
        struct session session;

        map_pages(home(), 40, RW);
        map_huge(home() + size_at(1), RW);
        ALONE(do_unmap_pages(&alone, home() + 3 * size_at(0), size_at(1)));
        map_pages(home() + 2 * size_at(1), 3, RW);
        ALONE(do_unmap_pages(&alone, home(), 2 * size_at(1)));
        for (unsigned i = 3; i < 24; i++)
            map_pages(home() + i * size_at(1), 2, RW);
        session_begin(&session, space());
        DONE(do_unmap_region(&session, home() + 2 * size_at(1), 3 * size_at(1)));
        DONE(do_unmap_pages(&session, home() + 4 * size_at(1), 19 * size_at(1) + size_at(0)));
        DONE(do_map(&session, home() + 4 * size_at(1), frame(3), size_at(0), RW));
        DONE(do_unmap_pages(&session, home(), 24 * size_at(1)));
        session_commit(&session);
    }
}

static uint64_t touched;
static void (*note_request)(const struct pt64_flush *request);

/* CPUs use the page once more before they run the request. */
static void touch_before_the_flush(const struct pt64_flush *request)
{
    bool busy = machine.busy;

    note_request(request);
    machine.busy = true;
    for (unsigned i = 0; i < 64; i++)
        mmu_access(space()->root, touched);
    machine.busy = busy;
}

/* A step of the walk is cached, so that a CPU reaches a leaf that it has not used before. */
static void a_flag_that_is_set_in_an_unlinked_node_is_reported(void)
{
    touched = home();
    for (unsigned round = 0; round < 12; round++) {
        map_pages(home(), 3, RW);
        for (unsigned i = 0; i < 64; i++)
            mmu_access(space()->root, home() + 2 * size_at(0));
        note_request = machine.on_request;
        machine.on_request = touch_before_the_flush;
        ALONE(do_unmap_pages(&alone, home(), size_at(1)));
        machine.on_request = note_request;
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

/* Hardware may set the flags again at once. */
static void a_change_of_flags_takes_what_it_names_and_nothing_else(void)
{
    uint64_t bytes = 2 * size_at(1);

    map_pages(home(), 12, RW);
    map_huge(home() + size_at(1), RW);
    for (unsigned round = 0; round < 12; round++) {
        ALONE(do_change_region(&alone, home(), bytes, known(PT64_SOFT1), PT64_WRITE));
        ALONE(do_change_region(&alone, home(), bytes, 0, known(PT64_ACCESSED)));
        ALONE(do_change_region(&alone, home(), bytes, PT64_WRITE, known(PT64_DIRTY | PT64_SOFT1)));
        space_check(space());
    }
}

/* Bits that hardware ignores and the library has no flag for. */
static uint64_t foreign_bits(void)
{
    const struct pt64_pte *pte = world.format->pte;
    const struct pt64_limits *limits = &world.format->meta->limits;
    uint64_t entry = pte->leaf(limits, RW, 0);
    uint64_t bits = oracle_software_bits(&machine.rules.format, 0) & ~entry;
    uint64_t foreign = 0;

    /* Not the bit that marks a broken page. */
    if (pte->absent != NULL)
        bits &= ~pte->absent(limits, entry, 0);
    for (unsigned bit = 0; bit < 64; bit++)
        if (bits >> bit & 1 && pte->decode(entry, 0) == pte->decode(entry | UINT64_C(1) << bit, 0))
            foreign |= UINT64_C(1) << bit;
    return foreign;
}

static void add_bits(uint64_t vaddr, uint64_t bits)
{
    uint64_t *word = word_at(vaddr);

    poke(word, *word | bits);
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
    ALONE(do_change_region(&alone, home(), 2 * size_at(0), known(PT64_SOFT0), PT64_WRITE));
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
    const pt64_flags_t sets[] = {R, RW, RX, RW | PT64_USER, RX | PT64_USER};
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
        MODEL_CHECK(!has_long_descriptors() || !(flags & PT64_USER) || !page.kernel.execute,
                    "the kernel could execute a user's page");
    }
}

static void device_memory_is_not_executable_where_that_is_unsafe(void)
{
    struct session session;

    SKIP_UNLESS(is_arm(), "needs speculative fetches");
    session_begin(&session, space());
    REFUSED(PT64_BAD_FLAGS, do_map(&session, home(), frame(0), size_at(0), RX | PT64_DEVICE));
    session_commit(&session);
}

const struct scenario scenarios_entries[] = {
    SCENARIO(a_page_without_permissions_is_mapped),
    SCENARIO(writable_without_readable_is_refused_where_it_is_reserved),
    SCENARIO(a_split_page_says_what_the_huge_one_said),
    SCENARIO(a_page_of_the_next_size_is_split_twice),
    SCENARIO(a_change_of_permissions_is_never_an_absence),
    SCENARIO(a_split_is_an_absence_only_where_it_must_be),
    SCENARIO(no_flag_is_lost_that_hardware_sets_meanwhile),
    SCENARIO(what_is_hidden_or_marked_is_gone_before_another_page_comes),
    SCENARIO(what_is_unmapped_is_reported_when_no_cpu_uses_it),
    SCENARIO(a_flag_that_is_set_in_an_unlinked_node_is_reported),
    SCENARIO(what_is_harvested_is_reported_once),
    SCENARIO(a_change_of_flags_takes_what_it_names_and_nothing_else),
    SCENARIO(software_bits_survive_every_change),
    SCENARIO(named_software_bits_and_global_survive_protecting),
    SCENARIO(permissions_reach_the_hardware),
    SCENARIO(device_memory_is_not_executable_where_that_is_unsafe),
    SCENARIOS_END,
};

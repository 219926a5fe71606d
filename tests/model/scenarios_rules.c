/* SPDX-License-Identifier: MIT */
/* What the hardware demands of contents, requests, identifiers and types, and of entries that the
 * library does not know. */
#include <string.h>

#include "cost.h"
#include "scene.h"

#include "../support/format_flags.h"

/* Every call that makes a page reachable, in nodes that exist and in new ones. do_map and its like
 * write the contents just before. */
static void what_is_in_a_page_is_seen_before_the_page(void)
{
    struct session session;

    map_pages(home(), 3, RW);
    session_begin(&session, space());
    DONE(do_map(&session, home() + 4 * size_at(0), frame(2), size_at(0), RW));
    DONE(do_map(&session, home() + size_at(1), frame(3), size_at(1), RW));
    DONE(
        do_map_region(&session, home() + 6 * size_at(0), frame(4), 9 * size_at(0), RW, size_at(0)));
    DONE(do_map_region(&session, home() + 2 * size_at(1), frame(4), 2 * size_at(1), RW,
                       PT64_SIZE_ANY));
    DONE(do_remap(&session, home(), frame(5), RW));
    DONE(do_map_region(&session, home() + stretch() - size_at(0), frame(6), 3 * size_at(0), RW,
                       size_at(0)));
    session_commit(&session);
}

/* The end of the last page cannot be computed. The halves are not adjacent. */
static void the_last_page_and_the_first_are_flushed_apart(void)
{
    const struct pt64_meta *meta = world.format->meta;
    uint64_t first = first_address();
    uint64_t last =
        (meta->space == PT64_SPACE_LOWER ? UINT64_C(1) << meta->limits.vaddr_bits : 0) - size_at(0);
    uint64_t middle = first + (UINT64_C(1) << (meta->limits.vaddr_bits - 1));
    uint64_t after = meta->space == PT64_SPACE_SIGN_EXTENDED
                         ? UINT64_MAX << (meta->limits.vaddr_bits - 1)
                         : middle;
    const uint64_t places[] = {last, first, middle - size_at(0), after};
    struct session session;

    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            ALONE(do_map(&alone, places[i], frame((unsigned)i), size_at(0), known(RW | AD)));
        session_begin(&session, space());
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            if (round == 0)
                DONE(do_unmap(&session, places[i]));
            else
                DONE(do_unmap_region(&session, places[i], size_at(0)));
        session_commit(&session);
    }
}

/* ---- identifiers ---- */

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Tables with an id and without one, pages that are global and pages that are not, and whole
 * subtrees of both. */
static void a_flush_reaches_every_id_that_it_must(void)
{
    SKIP_UNLESS(machine.rules.has_ids, "needs identifiers");
    if (machine.has_ids && space()->id == PT64_NO_ID) {
        space_unload(space());
        space_name(space());
        space_load(space());
    }
    for (unsigned round = 0; round < 2; round++) {
        pt64_flags_t flags = known(RW | AD | (round > 0 ? PT64_GLOBAL : 0));

        map_pages(home(), 6, flags);
        ALONE(do_protect(&alone, home(), R));
        ALONE(do_unmap(&alone, home() + size_at(0)));
        ALONE(do_unmap_region(&alone, home() + 2 * size_at(0), 2 * size_at(0)));
        ALONE(do_unmap_region(&alone, home(), size_at(1)));
        map_huge(home(), flags);
        ALONE(do_protect_region(&alone, home() + size_at(0), size_at(0), R));
        map_pages(home() + 6 * size_at(1), 6, flags);
        ALONE(do_unmap_region(&alone, home(), larger(root_slot(), stretch())));
        for (unsigned i = 0; i < 10; i++)
            map_pages(home() + i * 3 * size_at(1), 3, flags);
        ALONE(do_unmap_region(&alone, home(), larger(root_slot(), stretch())));
    }
}

/* ---- what ended, and what only began ---- */

static void what_only_began_interrupts_nobody(void)
{
    uint64_t interrupts;

    SKIP_UNLESS(!machine.rules.broadcasts, "needs interrupts to reach other CPUs");
    interrupts = machine.interrupts;
    map_pages(home(), 6, RW);
    ALONE(do_map(&alone, home() + stretch(), frame(2), size_at(0), RW));
    ALONE(do_map(&alone, home() + 8 * size_at(0), frame(2), size_at(0), R));
    ALONE(do_protect(&alone, home() + 8 * size_at(0), RW));
    MODEL_CHECK(machine.interrupts == interrupts, "other CPUs are interrupted for new pages");
    ALONE(do_unmap(&alone, home() + 3 * size_at(0)));
    MODEL_CHECK(machine.interrupts == interrupts + 1, "other CPUs are not told of a page's end");
}

/* The ledger and the other CPU's TLB check that the repair suffices. */
static void a_cpu_that_was_not_told_faults_once(void)
{
    uint64_t barriers;
    uint64_t synchronizations;

    map_pages(home(), 4, R);
    ALONE(do_map(&alone, home() + 5 * size_at(0), frame(2), size_at(0), RW));
    ALONE(do_protect(&alone, home(), RW));
    ALONE(do_map(&alone, home() + stretch(), frame(3), size_at(0), RW));
    barriers = machine.barriers;
    synchronizations = machine.synchronizations;
    typed_fix_fault(&space()->table, home());
    /* R_NNFPF: without FEAT_ETS2 a fault may be older than the entry that it finds. */
    MODEL_CHECK(!is_arm() ||
                    (machine.barriers > barriers && machine.synchronizations > synchronizations),
                "a CPU that faults for what is there waits for no walk and synchronizes nothing");
}

static void a_table_that_nobody_was_told_of_is_there_when_it_is_loaded(void)
{
    struct session session;

    space_unload(space());
    session_begin(&session, space());
    DONE(do_map_region(&session, home(), frame(1), 5 * size_at(0), RW, size_at(0)));
    DONE(do_map(&session, home() + size_at(1), frame(1), size_at(1), RW));
    DONE(do_protect(&session, home(), R));
    session_ignore(&session);
    space_load(space());
    MODEL_CHECK(machine.buffered == 0, "a walker does not see what was built");
}

/* ---- how much is executed ---- */

static void check_broadcasts(uint64_t before, const char *what, uint64_t bytes)
{
    uint64_t count = costs[ORACLE_AARCH64].by_address - before;

    MODEL_CHECK(count <= 8, "%s %llu GiB of huge pages is %llu broadcasts", what,
                (unsigned long long)(bytes >> 30), (unsigned long long)count);
}

/* The smallest huge pages, in entries that stay and in nodes that go. No CPU walks them, so that
 * only the count is checked. */
static void a_range_of_huge_pages_is_a_handful_of_broadcasts(void)
{
    SKIP_UNLESS(strstr(world.format->id, "tlbirange") != NULL, "needs invalidations by range");
    machine.moment_distance = 0;
    space_unload(space());
    for (unsigned shift = 32; shift <= 36; shift += 2) {
        uint64_t bytes = UINT64_C(1) << shift;
        uint64_t before;
        struct session session;

        session_begin(&session, space());
        DONE(typed_map_region(&session.guard, home(), size_at(1), bytes, RW, PT64_SIZE_ANY));
        session_ignore(&session);
        session_begin(&session, space());
        before = costs[ORACLE_AARCH64].by_address;
        DONE(typed_protect_region(&session.guard, home(), bytes, R));
        session_commit(&session);
        check_broadcasts(before, "protecting", bytes);
        session_begin(&session, space());
        before = costs[ORACLE_AARCH64].by_address;
        DONE(typed_unmap_region(&session.guard, home(), bytes));
        session_commit(&session);
        check_broadcasts(before, "unmapping", bytes);
    }
}

static void every_fence_is_the_full_one(void)
{
    SKIP_UNLESS(machine.rules.only_full_fences, "needs every fence to be the full one");
    map_pages(home(), 6, RW);
    ALONE(do_protect(&alone, home(), R));
    ALONE(do_unmap(&alone, home()));
    ALONE(do_unmap_region(&alone, home(), size_at(1)));
    map_huge(home(), RW);
    typed_fix_fault(&space()->table, home());
}

/* ---- entries that are not the library's ---- */

/* Puts an entry in the place of a page, as other software would, and tells the reference. */
static bool put(uint64_t vaddr, uint64_t entry)
{
    const struct pt64_pte *pte = world.format->pte;
    const struct pt64_limits *limits = &world.format->meta->limits;
    struct pt64_mapping *page = reference_page(&space()->reference, vaddr);
    struct rules_entry decoded;

    rules_decode(&machine.rules, entry, 0, &decoded);
    if (decoded.kind != RULES_LEAF || pte->kind(limits, entry, 0) != PT64_LEAF)
        return false;
    poke(word_at(vaddr), entry);
    page->flags = pte->decode(entry, 0);
    MODEL_CHECK(decoded.page.type == ORACLE_WRITE_BACK ||
                    (page->flags & (PT64_MEMORY_TYPES | format_flags_of(&machine.rules.format))),
                "entry %#llx is told as normal memory, and is not", (unsigned long long)entry);
    return true;
}

static void check_is_ours(uint64_t vaddr, pt64_flags_t flags)
{
    struct rules_entry wanted;
    struct rules_entry got;

    rules_decode(&machine.rules, world.format->pte->leaf(&world.format->meta->limits, flags, 0), 0,
                 &wanted);
    rules_decode(&machine.rules, *word_at(vaddr), 0, &got);
    MODEL_CHECK(got.kind == RULES_LEAF && got.odd == NULL && got.page.type == wanted.page.type,
                "a page of another type keeps it");
}

/* The bits that select the type of a smallest page, up to the first 0. */
static const unsigned *type_bits(void)
{
    static const unsigned x86[] = {3, 4, 7, 0};            /* PWT, PCD, PAT */
    static const unsigned arm_short[] = {2, 3, 6, 10, 0};  /* B, C, TEX[0], S */
    static const unsigned arm_long[] = {2, 3, 4, 8, 9, 0}; /* AttrIndx, SH */
    static const unsigned arm_lpa2[] = {2, 3, 4, 0};       /* AttrIndx; SH is in TCR */

    if (is_x86())
        return x86;
    if (machine.rules.format.lpa2)
        return arm_lpa2;
    return has_long_descriptors() ? arm_long : arm_short;
}

static uint64_t with_type(uint64_t entry, unsigned number)
{
    const unsigned *bits = type_bits();

    for (unsigned i = 0; bits[i] != 0; i++)
        entry = (entry & ~(UINT64_C(1) << bits[i])) | (uint64_t)(number >> i & 1) << bits[i];
    return entry;
}

/* Only of what the library may store: other software's shareability is no fault of a change. */
static void change_flags_alone(uint64_t vaddr)
{
    uint64_t before = *word_at(vaddr);
    struct rules_entry entry;

    rules_decode(&machine.rules, before, 0, &entry);
    if (entry.odd != NULL)
        return;
    ALONE(do_change_region(&alone, vaddr, size_at(0), 0, PT64_WRITE));
    MODEL_CHECK(((*word_at(vaddr) ^ before) & with_type(0, 31)) == 0,
                "a change of flags gives a page another type");
}

/* Entries that decode alike and differ. Each of them becomes the library's, but for a change of
 * flags, which leaves the type alone. */
static void a_type_that_reads_like_another_is_another(void)
{
    uint64_t entry;
    unsigned count = 0;

    SKIP_UNLESS(is_x86() || is_arm(), "needs types that have several encodings");
    entry = world.format->pte->leaf(&world.format->meta->limits, known(RW | AD), 0) |
            world.format->pte->address(frame(0), 0);
    for (unsigned i = 0; i < 32; i++) {
        static const pt64_flags_t types[] = {0, PT64_DEVICE, PT64_UNCACHED};
        uint64_t odd = with_type(entry, i);

        for (size_t j = 0; j < sizeof types / sizeof *types; j++) {
            uint64_t vaddr = home() + count * size_at(0);

            ALONE(do_map(&alone, vaddr, frame(0), size_at(0), known(RW | AD)));
            if (!put(vaddr, odd)) {
                ALONE(do_unmap(&alone, vaddr));
                continue;
            }
            count++;
            change_flags_alone(vaddr);
            ALONE(do_protect(&alone, vaddr, known(RW | types[j])));
            check_is_ours(vaddr, known(RW | types[j]));
        }
    }
    MODEL_CHECK(count > 8, "the format takes none of them for a page");
}

static void a_page_that_is_not_writable_is_not_dirty_to_the_hardware(void)
{
    SKIP_UNLESS(machine.rules.dirty_needs_writable, "needs shadow stacks");
    map_pages(home(), 4, RW | AD);
    ALONE(do_protect(&alone, home(), R));
    ALONE(do_protect(&alone, home(), RW));
    ALONE(do_protect_region(&alone, home(), 4 * size_at(0), RX));
    ALONE(do_map(&alone, home() + stretch(), frame(1), size_at(0), RX | AD));
    map_huge(home() + size_at(1), RW | AD);
    ALONE(do_protect(&alone, home() + size_at(1), R));
    ALONE(do_protect_region(&alone, home() + size_at(1) + size_at(0), size_at(0), RX));
    ALONE(do_harvest(&alone, home(), 2 * size_at(1), PT64_DIRTY));
    ALONE(do_protect_region(&alone, home(), 4 * size_at(0), RW));
}

static void a_page_that_nobody_has_used_is_there(void)
{
    struct session session;

    machine.moment_distance = 0;
    map_pages(home(), 2, RW);
    session_begin(&session, space());
    REFUSED(PT64_ALREADY_MAPPED, do_map(&session, home(), frame(2), size_at(0), RW));
    session_commit(&session);
    MODEL_CHECK(*word_at(home()) != 0, "a page is nowhere");
}

/* A valid entry of an extension that the format does not use, and its slot. */
struct stranger {
    uint64_t vaddr;
    uint64_t size;
    uint64_t entry;
};

static bool has_pages_in_the_root(void)
{
    return world.format->meta->limits.leaf_levels == world.format->meta->limits.levels;
}

/* In the topmost node that has such entries. */
static struct stranger stranger_on_high(void)
{
    struct stranger stranger = {home(), root_slot(), 0};

    switch (machine.rules.format.arch) {
    case ORACLE_X86_64: /* PS in the root node */
        stranger.entry = 0x83;
        break;
    case ORACLE_NPT:
        stranger.entry = 0x87;
        break;
    case ORACLE_EPT: /* bit 7 in the root node */
        stranger.entry = 0xb7;
        break;
    case ORACLE_I386: /* reserved bits of a huge page */
        stranger.size = size_at(1);
        stranger.entry = machine.rules.holds_root ? UINT64_C(1) << 62 | 0x83 : 1 << 21 | 0x83;
        break;
    case ORACLE_AARCH64: /* a block at a level without blocks */
        stranger.size = has_pages_in_the_root() ? size_at(0) : root_slot();
        stranger.entry = 0x701;
        break;
    case ORACLE_ARMV7: /* a supersection */
        stranger.entry = has_long_descriptors() ? 0 : 0x50402;
        break;
    case ORACLE_RISCV: /* W without R: a shadow stack of Zicfiss, or reserved if X is set too */
        stranger.entry = 0xc5;
        if (world.format->pte->kind(&world.format->meta->limits, 0xc5, 0) == PT64_LEAF)
            stranger.entry = 0xcd;
        break;
    case ORACLE_VTD: /* execute requests; a privileged request */
        stranger.entry = machine.rules.format.first_stage ? 0x63 : 0x87;
        break;
    case ORACLE_AMDVI: /* a page of another size */
        stranger.entry = machine.rules.format.first_stage ? 0x63 : UINT64_C(0x6000000000000e01);
        break;
    case ORACLE_LOONGARCH64: /* a huge page in the topmost directory; P without V in a page table */
    default:
        stranger.size = has_pages_in_the_root() ? size_at(0) : root_slot();
        stranger.entry = has_pages_in_the_root() ? 0x1d2 : 0x1d3;
        break;
    }
    return stranger;
}

static void check_stays(const struct stranger *stranger)
{
    struct session session;
    uint64_t *word = word_at(stranger->vaddr);
    size_t frames = machine.frames_ours;
    struct pt64_mapping page;

    poke(word, stranger->entry);
    session_begin(&session, space());
    REFUSED(PT64_NOT_MAPPED, typed_query(&space()->table, stranger->vaddr, &page));
    REFUSED(PT64_ALREADY_MAPPED,
            typed_map(&session.guard, stranger->vaddr, frame(0), size_at(0), RW));
    REFUSED(PT64_ALREADY_MAPPED, typed_map_region(&session.guard, stranger->vaddr, frame(0),
                                                  2 * size_at(0), RW, PT64_SIZE_ANY));
    (void)!typed_unmap(&session.guard, stranger->vaddr, &page);
    (void)!typed_unmap_region(&session.guard, stranger->vaddr, stranger->size);
    (void)!typed_protect_region(&session.guard, stranger->vaddr, stranger->size, R);
    session_commit(&session);
    MODEL_CHECK(*word == stranger->entry && machine.frames_ours == frames,
                "an entry that is not understood became %#llx", (unsigned long long)*word);
}

static void an_entry_that_is_not_understood_stays(void)
{
    struct stranger stranger = stranger_on_high();
    uint64_t *word;
    uint64_t empty;

    SKIP_UNLESS(stranger.entry != 0, "needs an entry that hardware alone understands");
    machine.moment_distance = 0;
    if (stranger.size < root_slot())
        map_pages(home() + stranger.size, 1, RW);
    word = word_at(stranger.vaddr);
    empty = *word;
    check_stays(&stranger);
    poke(word, empty);
    if (!is_arch(ORACLE_RISCV))
        return;
    /* Svrsw60t59b at the last level. */
    map_pages(home() + size_at(0), 1, RW);
    stranger = (struct stranger){home(), size_at(0), UINT64_C(0xc7) | UINT64_C(1) << 59};
    word = word_at(home());
    if (world.format->pte->kind(&world.format->meta->limits, stranger.entry, 0) == PT64_UNKNOWN)
        check_stays(&stranger);
    poke(word, 0);
}

/* Two slots of a directory that link one node, as Linux links its invalid_pte_table. */
static void a_table_that_is_linked_twice_is_nobodys_to_change(void)
{
    uint64_t next = home() + size_at(1);
    struct session session;
    uint64_t *first;
    uint64_t *second;
    uint64_t entry;
    uint64_t empty;
    pt64_paddr_t root;

    machine.moment_distance = 0;
    map_pages(home(), 2, known(RW | AD));
    first = word_at(home()) - rules_index(&machine.rules, home(), 0);
    second = word_at(next);
    empty = *second;
    entry =
        world.format->pte->link(&world.format->meta->limits,
                                machine_paddr((size_t)(first - machine.seen) / machine.words), 1);
    /* The table is adopted. */
    root = typed_release(&space()->table);
    poke(second, entry);
    DONE(typed_adopt(&space()->table, root, NULL));
    if (space()->id != PT64_NO_ID)
        typed_set_id(&space()->table, space()->id);
    session_begin(&session, space());
    REFUSED(PT64_ALREADY_MAPPED,
            typed_map(&session.guard, home() + 5 * size_at(0), frame(3), size_at(0), RW));
    REFUSED(PT64_ALREADY_MAPPED,
            typed_map(&session.guard, next + 5 * size_at(0), frame(3), size_at(0), RW));
    (void)!typed_unmap_region(&session.guard, next, size_at(1));
    session_commit(&session);
    MODEL_CHECK(first[5] == 0 && first[0] != 0 && *second == entry,
                "a table that two slots link was changed by way of one");
    root = typed_release(&space()->table);
    poke(second, empty);
    DONE(typed_readopt(&space()->table, root, NULL));
    if (space()->id != PT64_NO_ID)
        typed_set_id(&space()->table, space()->id);
}

const struct scenario scenarios_rules[] = {
    SCENARIO(what_is_in_a_page_is_seen_before_the_page),
    SCENARIO(the_last_page_and_the_first_are_flushed_apart),
    SCENARIO(a_flush_reaches_every_id_that_it_must),
    SCENARIO(what_only_began_interrupts_nobody),
    SCENARIO(a_cpu_that_was_not_told_faults_once),
    SCENARIO(a_table_that_nobody_was_told_of_is_there_when_it_is_loaded),
    SCENARIO(a_range_of_huge_pages_is_a_handful_of_broadcasts),
    SCENARIO(every_fence_is_the_full_one),
    SCENARIO(a_type_that_reads_like_another_is_another),
    SCENARIO(a_page_that_is_not_writable_is_not_dirty_to_the_hardware),
    SCENARIO(a_page_that_nobody_has_used_is_there),
    SCENARIO(an_entry_that_is_not_understood_stays),
    SCENARIO(a_table_that_is_linked_twice_is_nobodys_to_change),
    SCENARIOS_END,
};

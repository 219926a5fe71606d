/* SPDX-License-Identifier: MIT */
/* What happens to the caches when walkers see another entry, and break-before-make. */
#include "machine.h"

#include "fail.h"
#include "ledger.h"
#include "reader.h"

struct newcomer {
    const struct place *place;
    const struct rules_entry *entry;
    uint64_t size;
    bool was_empty; /* whether walkers saw an empty slot there until now */
};

static bool overlaps(const struct remnant *old, const struct newcomer *new)
{
    return old->root == new->place->root &&
           old->vaddr < new->place->vaddr + new->size &&new->place->vaddr < old->vaddr + old->size;
}

/* ---- AArch64: RDDMVT, RWHZWS ---- */

/* A leaf where the caches may hold a translation of another size, or another change that RWHZWS
 * lists. */
static bool must_be_broken(const struct remnant *old, const struct newcomer *new)
{
    uint64_t common;

    if (old->kind == REMNANT_EMPTY)
        return false;
    if (old->kind == REMNANT_TABLE)
        return machine.rules.break_to_resize && old->level == new->place->level;
    if (machine.rules.break_to_resize && old->level != new->place->level)
        return true;
    common = old->vaddr > new->place->vaddr ? old->vaddr : new->place->vaddr;
    return rules_is_moved(&machine.rules, &old->page, old->page.paddr + (common - old->vaddr),
                          &new->entry->page, new->entry->page.paddr + (common - new->place->vaddr));
}

/* ---- x86-64: SDM 3A, 5.10.4.2 ---- */

static bool is_same_access(const struct oracle_access *a, const struct oracle_access *b)
{
    return a->read == b->read && a->write == b->write && a->execute == b->execute;
}

static bool is_copy(const struct oracle_page *a, const struct oracle_page *b)
{
    return a->type == b->type && a->global == b->global && is_same_access(&a->kernel, &b->kernel) &&
           is_same_access(&a->user, &b->user) && a->key == b->key &&
           rules_is_shadow_stack(&machine.rules, a) == rules_is_shadow_stack(&machine.rules, b);
}

/* Small pages may be cached beside a huge one if they are exact copies of it. A huge page must not
 * be cached beside small ones. */
static bool clashes_in_size(const struct remnant *old, const struct newcomer *new)
{
    const struct oracle_page *page = &new->entry->page;

    if (old->kind != REMNANT_LEAF || old->level == new->place->level)
        return false;
    return old->level < new->place->level || !is_copy(&old->page, page) ||
           old->page.paddr + (new->place->vaddr - old->vaddr) != page->paddr;
}

/* ---- LoongArch: volume 1, 5.4.1 and 5.4.3 ---- */

static bool may_be_cached(const struct remnant *old, const struct newcomer *new)
{
    uint64_t bytes = old->size < new->size ? old->size : new->size;

    if (old->kind == REMNANT_LEAF)
        return old->level < new->place->level;
    if (old->kind != REMNANT_EMPTY || old->is_huge)
        return false;
    return ledger_holds_pairs(old, old->vaddr > new->place->vaddr ? old->vaddr : new->place->vaddr,
                              bytes);
}

/* A huge page where a CPU may hold a pair of smallest pages, also that of an empty slot. */
static bool matches_twice(const struct remnant *old, const struct newcomer *new)
{
    return new->place->level > 0 && may_be_cached(old, new);
}

static bool conflicts_with_leaf(const struct remnant *old, const void *arg)
{
    const struct newcomer *new = arg;

    if (!overlaps(old, new))
        return false;
    if (machine.rules.break_to_move)
        return must_be_broken(old, new);
    if (machine.rules.resize_alone)
        return clashes_in_size(old, new);
    return machine.rules.no_double_match && matches_twice(old, new);
}

/* A node where caches may hold a block. On LoongArch: where they may hold the hole of a huge page's
 * size. */
static bool conflicts_with_table(const struct remnant *old, const void *arg)
{
    const struct newcomer *new = arg;

    if (!overlaps(old, new) || old->level < new->place->level)
        return false;
    return (machine.rules.break_to_resize && old->kind == REMNANT_LEAF) ||
           (machine.rules.no_double_match && old->is_huge && new->was_empty);
}

static void check_make(const struct place *place, const struct rules_entry *entry, bool was_empty);

static void check_make_below(const struct place *place, uint64_t next)
{
    size_t frame = machine_frame_of(next);

    for (size_t i = 0; i < machine.frames[frame].entries; i++) {
        uint64_t value = machine.stored[frame * machine.words + i];
        struct place below = {
            .word = frame * machine.words + i,
            .level = place->level - 1,
            .root = place->root,
            .vaddr = place->vaddr + ((uint64_t)i << rules_shift(&machine.rules, place->level - 1))};
        struct rules_entry entry;

        if (value == 0)
            continue;
        machine_decode(value, below.level, &entry);
        check_make(&below, &entry, false);
    }
}

static const char *demand(void)
{
    return machine.rules.break_to_move  ? "break-before-make"
           : machine.rules.resize_alone ? "a size changes together with something else"
                                        : "two entries of the TLB for one address";
}

/* Checks what is made against what the caches may still hold in its place. */
static void check_make(const struct place *place, const struct rules_entry *entry, bool was_empty)
{
    struct newcomer new = {place, entry, rules_size(&machine.rules, place->level), was_empty};
    const struct remnant *old = NULL;

    if (entry->kind == RULES_LEAF)
        old = ledger_find(conflicts_with_leaf, &new);
    else if (entry->kind == RULES_TABLE)
        old = ledger_find(conflicts_with_table, &new);
    MODEL_CHECK(old == NULL,
                "%s: %#llx (level %u) is made while a CPU may hold the old %s of %#llx (level %u)",
                demand(), (unsigned long long)place->vaddr, place->level,
                old == NULL                  ? ""
                : old->kind == REMNANT_TABLE ? "table"
                : old->kind == REMNANT_LEAF  ? "page"
                                             : "hole",
                old != NULL ? (unsigned long long)old->vaddr : 0, old != NULL ? old->level : 0);
    if (entry->kind == RULES_TABLE)
        check_make_below(place, entry->next);
}

static bool judges_makes(void)
{
    return machine.rules.break_to_move || machine.rules.resize_alone ||
           machine.rules.no_double_match;
}

static void check_target(const struct place *place, uint64_t next)
{
    size_t frame = machine_frame_of(next);

    MODEL_CHECK(frame < MACHINE_FRAMES && machine.frames[frame].state == FRAME_OURS,
                "walkers of %#llx are led to %#llx, which is no table",
                (unsigned long long)place->vaddr, (unsigned long long)next);
    for (size_t i = 0; i < machine.buffered; i++)
        MODEL_CHECK(machine.buffer[i].place.word / machine.words != frame ||
                        machine.buffer[i].is_linked,
                    "walkers of %#llx are led to a table that they do not see filled",
                    (unsigned long long)place->vaddr);
}

void judge_change(const struct place *place, uint64_t old, uint64_t new, unsigned guard)
{
    struct rules_entry before;
    struct rules_entry after;
    struct place seen = *place;

    reader_note_change();
    machine_decode(old, place->level, &before);
    machine_decode(new, place->level, &after);
    if (before.kind == RULES_LEAF && after.kind == RULES_EMPTY)
        machine.holes++;
    if (after.kind == RULES_TABLE)
        check_target(place, after.next);
    /* A slot on loan is cached under every id that has it. */
    for (seen.root = machine_next_root_to(place, 0); seen.root < MACHINE_ROOTS;
         seen.root = machine_next_root_to(place, seen.root + 1)) {
        ledger_add(&seen, &before, &after, guard);
        if (judges_makes() && after.kind != RULES_EMPTY && ledger_count() > 0)
            check_make(&seen, &after, before.kind == RULES_EMPTY);
    }
}

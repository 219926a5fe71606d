/* SPDX-License-Identifier: MIT */
/* What becomes of the caches when walkers see another entry, and break-before-make. */
#include "machine.h"

#include "fail.h"
#include "ledger.h"
#include "reader.h"

struct newcomer {
    const struct place *place;
    const struct rules_entry *entry;
    uint64_t size;
};

static bool overlaps(const struct remnant *old, const struct newcomer *new)
{
    return old->root == new->place->root &&
           old->vaddr < new->place->vaddr + new->size &&new->place->vaddr < old->vaddr + old->size;
}

/* A leaf where the caches may hold a translation of another size, or what else RWHZWS lists. */
static bool conflicts_with_leaf(const struct remnant *old, const void *arg)
{
    const struct newcomer *new = arg;
    uint64_t common;

    if (old->kind == REMNANT_EMPTY || !overlaps(old, new))
        return false;
    if (old->kind == REMNANT_TABLE)
        return machine.rules.break_to_resize && old->level == new->place->level;
    if (machine.rules.break_to_resize && old->level != new->place->level)
        return true;
    common = old->vaddr > new->place->vaddr ? old->vaddr : new->place->vaddr;
    return rules_is_moved(&machine.rules, &old->page, old->page.paddr + (common - old->vaddr),
                          &new->entry->page, new->entry->page.paddr + (common - new->place->vaddr));
}

/* A table where they may hold a block. */
static bool conflicts_with_table(const struct remnant *old, const void *arg)
{
    const struct newcomer *new = arg;

    return machine.rules.break_to_resize && old->kind == REMNANT_LEAF && overlaps(old, new) &&
           old->level >= new->place->level;
}

static void check_break(const struct place *place, const struct rules_entry *entry);

static void check_break_below(const struct place *place, uint64_t next)
{
    size_t frame = machine_frame_of(next);

    for (size_t i = 0; i < machine.words; i++) {
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
        check_break(&below, &entry);
    }
}

/* RDDMVT: the old entry is invalid, and invalidated, before the new one is written. */
static void check_break(const struct place *place, const struct rules_entry *entry)
{
    struct newcomer new = {place, entry, rules_size(&machine.rules, place->level)};
    const struct remnant *old = NULL;

    if (entry->kind == RULES_LEAF)
        old = ledger_find(conflicts_with_leaf, &new);
    else if (entry->kind == RULES_TABLE)
        old = ledger_find(conflicts_with_table, &new);
    MODEL_CHECK(old == NULL,
                "break-before-make: %#llx (level %u) is made while a CPU may hold the old %s of "
                "%#llx (level %u)",
                (unsigned long long)place->vaddr, place->level,
                old != NULL && old->kind == REMNANT_TABLE ? "table" : "page",
                old != NULL ? (unsigned long long)old->vaddr : 0, old != NULL ? old->level : 0);
    if (entry->kind == RULES_TABLE)
        check_break_below(place, entry->next);
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

    reader_note_change();
    machine_decode(old, place->level, &before);
    machine_decode(new, place->level, &after);
    if (before.kind == RULES_LEAF && after.kind == RULES_EMPTY)
        machine.holes++;
    if (after.kind == RULES_TABLE)
        check_target(place, after.next);
    ledger_add(place, &before, &after, guard);
    if (machine.rules.break_to_move && after.kind != RULES_EMPTY && ledger_count() > 0)
        check_break(place, &after);
}

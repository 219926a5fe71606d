/* SPDX-License-Identifier: MIT */
/* Which frames are nodes of which root, at which level, in program order. */
#include "machine.h"

#include "fail.h"

bool machine_is_sink(size_t index)
{
    struct frame *frame = &machine.frames[index];

    if (machine.rules.checks_directories)
        return false;
    if (frame->judged != frame->stored) {
        frame->judged = frame->stored;
        frame->is_sink = true;
        for (size_t i = 0; i < frame->entries; i++)
            frame->is_sink &= machine.stored[index * machine.words + i] == machine_paddr(index);
    }
    return frame->is_sink;
}

void machine_decode(uint64_t value, unsigned level, struct rules_entry *entry)
{
    size_t frame;

    rules_decode(&machine.rules, value, level, entry);
    if (entry->kind != RULES_TABLE || machine.rules.checks_directories)
        return;
    frame = machine_frame_of(entry->next);
    if (frame < MACHINE_FRAMES && machine.frames[frame].state == FRAME_OURS &&
        machine_is_sink(frame))
        entry->kind = RULES_EMPTY;
}

static bool links_to(size_t word, size_t target)
{
    struct rules_entry entry;
    const struct frame *frame = &machine.frames[word / machine.words];

    rules_decode(&machine.rules, machine.stored[word], frame->level, &entry);
    return frame->level > 0 && entry.kind == RULES_TABLE && entry.next == machine_paddr(target);
}

bool machine_is_reachable(size_t index)
{
    const struct frame *frame = &machine.frames[index];

    if (frame->is_root)
        return true;
    for (unsigned i = 0; i < frame->parent_count; i++) {
        size_t above = frame->parents[i] / machine.words;

        if (machine.frames[above].state == FRAME_OURS && machine.frames[above].was_linked &&
            links_to(frame->parents[i], index) && machine_is_reachable(above))
            return true;
    }
    return false;
}

static uint64_t slot_vaddr(const struct frame *frame, size_t slot)
{
    uint64_t offset = (uint64_t)slot << rules_shift(&machine.rules, frame->level);

    return frame->is_root ? rules_extend(&machine.rules, offset) : frame->vaddr + offset;
}

bool machine_place(size_t word, struct place *place)
{
    size_t index = word / machine.words;
    const struct frame *frame = &machine.frames[index];

    if (!machine_is_reachable(index))
        return false;
    place->word = word;
    place->level = frame->level;
    place->root = frame->root;
    place->vaddr = slot_vaddr(frame, word % machine.words);
    return true;
}

/*
 * What an entry may hold at which the walker stops: anything, at a level that has pages. On
 * LoongArch bit 6 is set above level 0, or it would be a link. A CPU with the L1 Terminal Fault
 * reads the cache at the address in an entry of x86 that is not present (CVE-2018-3620): no memory
 * is there if the topmost bit is set. Entries of 4 bytes have no such bit.
 */
static bool is_empty_entry(uint64_t value, unsigned level)
{
    const struct oracle_format *format = &machine.rules.format;
    bool is_x86 = format->arch == ORACLE_X86_64 || format->arch == ORACLE_I386 ||
                  format->arch == ORACLE_EPT || format->arch == ORACLE_NPT;

    if (value == 0)
        return true;
    if (!machine.rules.checks_directories && level > 0 && !oracle_bit(value, 6))
        return true;
    if (machine.mended != NULL && machine.mended(value, level) != 0)
        return true;
    return level < format->leaf_levels &&
           (!is_x86 || format->entry_bytes == 4 || oracle_bit(value, format->paddr_bits - 1));
}

static void check_leaf(const struct rules_entry *entry, uint64_t value, const struct place *place)
{
    MODEL_CHECK(entry->odd == NULL || (machine.rules.dirty_needs_writable && !machine.has_cet),
                "entry %#llx for %#llx: %s", (unsigned long long)value,
                (unsigned long long)place->vaddr, entry->odd);
}

void links_check_entry(const struct rules_entry *entry, uint64_t value, const struct place *place)
{
    MODEL_CHECK(entry->kind != RULES_RESERVED, "entry %#llx for %#llx: %s",
                (unsigned long long)value, (unsigned long long)place->vaddr, entry->why);
    if (entry->kind == RULES_LEAF)
        check_leaf(entry, value, place);
    else if (entry->kind == RULES_EMPTY)
        MODEL_CHECK(is_empty_entry(value, place->level), "an empty slot for %#llx holds %#llx",
                    (unsigned long long)place->vaddr, (unsigned long long)value);
}

static void add_parent(struct frame *frame, size_t target, size_t word)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < frame->parent_count; i++)
        if (frame->parents[i] != word && links_to(frame->parents[i], target))
            frame->parents[kept++] = frame->parents[i];
    MODEL_CHECK(kept < FRAME_PARENTS, "a table is linked from more places than the model expects");
    frame->parents[kept++] = word;
    frame->parent_count = kept;
}

static size_t table_frame(uint64_t next, uint64_t vaddr)
{
    size_t frame = machine_frame_of(next);

    MODEL_CHECK(frame < MACHINE_FRAMES && next == machine_paddr(frame) &&
                    machine.frames[frame].state == FRAME_OURS,
                "the walk of %#llx leads to %#llx, which is no table", (unsigned long long)vaddr,
                (unsigned long long)next);
    return frame;
}

/* A node and the nodes below it become part of a root. */
static void join(size_t index, const struct place *above, bool is_ordered)
{
    struct frame *frame = &machine.frames[index];
    const uint64_t *words = &machine.stored[index * machine.words];

    MODEL_CHECK(frame->entries == rules_entries(&machine.rules, above->level - 1),
                "the table for %#llx has %zu entries", (unsigned long long)above->vaddr,
                frame->entries);
    MODEL_CHECK(frame->written == frame->entries,
                "the table for %#llx is linked before it is filled",
                (unsigned long long)above->vaddr);
    MODEL_CHECK(is_ordered || frame->stored <= machine.ordered,
                "the table for %#llx is linked by a store that may overtake those that filled it",
                (unsigned long long)above->vaddr);
    frame->was_linked = true;
    frame->level = above->level - 1;
    frame->root = above->root;
    frame->vaddr = above->vaddr;
    for (size_t i = 0; i < frame->entries; i++) {
        struct place place = {.word = index * machine.words + i,
                              .level = frame->level,
                              .root = frame->root,
                              .vaddr = slot_vaddr(frame, i)};
        struct rules_entry entry;

        if (words[i] == 0 && machine.rules.checks_directories)
            continue;
        machine_decode(words[i], frame->level, &entry);
        links_check_entry(&entry, words[i], &place);
        if (entry.kind != RULES_TABLE)
            continue;
        add_parent(&machine.frames[table_frame(entry.next, place.vaddr)],
                   table_frame(entry.next, place.vaddr), place.word);
        join(table_frame(entry.next, place.vaddr), &place, is_ordered);
    }
}

void links_add(const struct place *place, uint64_t next, bool is_ordered)
{
    size_t target = table_frame(next, place->vaddr);
    bool was_reachable = machine_is_reachable(target);

    add_parent(&machine.frames[target], target, place->word);
    if (!was_reachable || !machine.frames[target].was_linked)
        join(target, place, is_ordered);
}

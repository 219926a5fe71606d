/* SPDX-License-Identifier: MIT */
#include "ledger.h"

#include <string.h>

#include "fail.h"

#define LEDGER_ROOM 16384

static struct remnant remnants[LEDGER_ROOM];
static size_t count;

static void remove_at(size_t index)
{
    remnants[index] = remnants[--count];
}

void ledger_forget_root(unsigned root)
{
    for (size_t i = count; i-- > 0;)
        if (remnants[i].root == root)
            remove_at(i);
}

size_t ledger_count(void)
{
    return count;
}

/* ---- what becomes a remnant ---- */

static void add(const struct remnant *remnant)
{
    for (size_t i = 0; i < count; i++)
        if (remnants[i].vaddr == remnant->vaddr && remnants[i].kind == remnant->kind &&
            remnants[i].level == remnant->level && remnants[i].root == remnant->root &&
            remnants[i].guard == remnant->guard && remnants[i].frame == remnant->frame &&
            remnants[i].page.entry == remnant->page.entry && remnants[i].above == remnant->above) {
            remnants[i].time = remnant->time;
            return;
        }
    MODEL_CHECK(count < LEDGER_ROOM, "more changes wait for a flush than the model has room for");
    remnants[count++] = *remnant;
}

static struct remnant remnant_at(const struct place *place, enum remnant_kind kind, unsigned guard)
{
    struct remnant remnant;

    memset(&remnant, 0, sizeof remnant);
    remnant.kind = kind;
    remnant.vaddr = place->vaddr;
    remnant.size = rules_size(&machine.rules, place->level);
    remnant.level = place->level;
    remnant.root = place->root;
    remnant.guard = guard;
    remnant.time = machine.time;
    return remnant;
}

static void add_leaf(const struct place *place, const struct rules_entry *entry, unsigned guard)
{
    struct remnant remnant = remnant_at(place, REMNANT_LEAF, guard);

    if (machine.rules.needs_accessed && !entry->page.accessed)
        return;
    remnant.page = entry->page;
    add(&remnant);
}

/* LoongArch caches what a walk ends in, so an empty directory entry is one empty pair after the
 * other. */
static void add_empty(const struct place *place, bool above, unsigned guard)
{
    struct remnant remnant = remnant_at(place, REMNANT_EMPTY, guard);

    if (!machine.rules.caches_invalid)
        return;
    remnant.above = above;
    add(&remnant);
}

static void add_subtree(const struct place *place, uint64_t next, unsigned guard);

static void add_table(const struct place *place, uint64_t next, unsigned guard)
{
    struct remnant remnant = remnant_at(place, REMNANT_TABLE, guard);

    remnant.frame = machine_frame_of(next);
    if (remnant.frame == MACHINE_FRAMES)
        return;
    if (machine.rules.caches_walks)
        add(&remnant);
    add_subtree(place, next, guard);
}

static void add_subtree(const struct place *place, uint64_t next, unsigned guard)
{
    size_t frame = machine_frame_of(next);

    for (size_t i = 0; i < machine.words; i++) {
        struct place below = {
            .word = frame * machine.words + i,
            .level = place->level - 1,
            .root = place->root,
            .vaddr = place->vaddr + ((uint64_t)i << rules_shift(&machine.rules, place->level - 1))};
        struct rules_entry entry;

        if (machine.seen[below.word] == 0)
            continue;
        machine_decode(machine.seen[below.word], below.level, &entry);
        if (entry.kind == RULES_LEAF)
            add_leaf(&below, &entry, guard);
        else if (entry.kind == RULES_TABLE)
            add_table(&below, entry.next, guard);
    }
}

void ledger_add(const struct place *place, const struct rules_entry *entry,
                const struct rules_entry *now, unsigned guard)
{
    switch (entry->kind) {
    case RULES_LEAF:
        add_leaf(place, entry, guard);
        break;
    case RULES_TABLE:
        add_table(place, entry->next, guard);
        if (now->kind == RULES_LEAF)
            add_empty(place, false, guard);
        break;
    case RULES_EMPTY:
        add_empty(place, now->kind == RULES_TABLE, guard);
        break;
    case RULES_RESERVED:
    default:
        break;
    }
}

/* ---- what ends them ---- */

size_t ledger_drop(ledger_drops *drops, struct span span)
{
    size_t dropped = 0;

    for (size_t i = count; i-- > 0;) {
        if (!drops(&remnants[i], span))
            continue;
        remove_at(i);
        dropped++;
    }
    return dropped;
}

/* ---- LoongArch: the pairs that were invalidated, of all those that an empty slot may be ---- */

#define PAIR_ROOM 65536

static struct {
    uint64_t vaddr;
    uint64_t time; /* 0: nothing is here */
} pairs[PAIR_ROOM];
static size_t pair_count;

static size_t pair_slot(uint64_t vaddr)
{
    size_t slot = (size_t)((vaddr >> 13) * UINT64_C(0x9e3779b97f4a7c15) >> 40) % PAIR_ROOM;

    while (pairs[slot].time != 0 && pairs[slot].vaddr != vaddr)
        slot = (slot + 1) % PAIR_ROOM;
    return slot;
}

static void forget_pairs(void)
{
    if (pair_count > 0)
        memset(pairs, 0, sizeof pairs);
    pair_count = 0;
}

size_t ledger_drop_pair(uint64_t vaddr)
{
    uint64_t first = vaddr & ~(rules_size(&machine.rules, 0) * 2 - 1);
    size_t slot = pair_slot(first);
    size_t touched = 0;

    for (size_t i = 0; i < count; i++)
        touched += remnants[i].kind == REMNANT_EMPTY && first - remnants[i].vaddr < remnants[i].size
                       ? 1
                       : 0;
    pair_count += pairs[slot].time == 0 ? 1 : 0;
    MODEL_CHECK(pair_count < PAIR_ROOM / 2, "more pairs than the model has room for");
    pairs[slot].vaddr = first;
    pairs[slot].time = machine.time;
    return touched;
}

static bool is_pair_dropped(const struct remnant *remnant, uint64_t vaddr)
{
    return pairs[pair_slot(vaddr & ~(rules_size(&machine.rules, 0) * 2 - 1))].time >= remnant->time;
}

static bool are_pairs_dropped(const struct remnant *remnant, uint64_t vaddr, uint64_t bytes)
{
    if (machine.rules.format.arch != ORACLE_LOONGARCH64)
        return false;
    for (uint64_t offset = 0; offset < bytes; offset += rules_size(&machine.rules, 0))
        if (!is_pair_dropped(remnant, vaddr + offset))
            return false;
    return true;
}

size_t ledger_drop_all(void)
{
    size_t dropped = count;

    count = 0;
    forget_pairs();
    return dropped;
}

const struct remnant *ledger_find(bool (*satisfies)(const struct remnant *remnant, const void *arg),
                                  const void *arg)
{
    for (size_t i = 0; i < count; i++)
        if (satisfies(&remnants[i], arg))
            return &remnants[i];
    return NULL;
}

void ledger_check_use(size_t frame, const char *used)
{
    MODEL_CHECK(machine.frames[frame].unlinked <= machine.completed,
                "frame %#llx is %s while walkers may not have seen that it was unlinked",
                (unsigned long long)machine_paddr(frame), used);
    for (size_t i = 0; i < count; i++)
        MODEL_CHECK(remnants[i].kind != REMNANT_TABLE || remnants[i].frame != frame,
                    "frame %#llx is %s while a CPU may have cached that the walk of %#llx leads "
                    "there",
                    (unsigned long long)machine_paddr(frame), used,
                    (unsigned long long)remnants[i].vaddr);
}

void ledger_start(void)
{
    (void)ledger_drop_all();
}

/* ---- whether a remnant agrees with memory ---- */

/* What walkers find for `vaddr` at `level`, or at a leaf or an empty slot above it. */
static void look_up(unsigned root, uint64_t vaddr, unsigned level, struct rules_entry *entry)
{
    size_t frame = machine.roots[root].frame;
    unsigned at = rules_root_level(&machine.rules);

    for (;;) {
        size_t word = frame * machine.words + (size_t)rules_index(&machine.rules, vaddr, at);

        machine_decode(machine.seen[word], at, entry);
        if (entry->kind != RULES_TABLE || at == level)
            return;
        frame = machine_frame_of(entry->next);
        MODEL_CHECK(frame < MACHINE_FRAMES, "the walk of %#llx leads out of memory",
                    (unsigned long long)vaddr);
        at--;
    }
}

static bool is_same_access(const struct oracle_access *a, const struct oracle_access *b)
{
    return a->read == b->read && a->write == b->write && a->execute == b->execute;
}

/* Whether a CPU that uses `old` for `vaddr` does what it would do by `now`. */
static bool serves(const struct remnant *old, const struct oracle_page *now, uint64_t vaddr)
{
    const struct oracle_page *page = &old->page;

    if (page->paddr + (vaddr - old->vaddr) != now->paddr + (vaddr & (now->size - 1)) ||
        page->type != now->type || page->global != now->global)
        return false;
    if (!is_same_access(&page->kernel, &now->kernel) || !is_same_access(&page->user, &now->user))
        return false;
    if ((page->accessed && !now->accessed) || (page->dirty && !now->dirty))
        return false;
    return !machine.rules.faults_on_clear ||
           (page->accessed == now->accessed && page->dirty == now->dirty);
}

static bool leaf_agrees(const struct remnant *old, uint64_t vaddr, unsigned level)
{
    struct rules_entry now;
    uint64_t step;

    look_up(old->root, vaddr, level, &now);
    if (now.kind == RULES_LEAF)
        return serves(old, &now.page, vaddr);
    if (now.kind != RULES_TABLE)
        return false;
    step = rules_size(&machine.rules, level - 1);
    for (uint64_t offset = 0; offset < rules_size(&machine.rules, level); offset += step)
        if (!leaf_agrees(old, vaddr + offset, level - 1))
            return false;
    return true;
}

static bool empty_agrees(const struct remnant *old, uint64_t vaddr, unsigned level)
{
    struct rules_entry now;
    uint64_t step;

    look_up(old->root, vaddr, level, &now);
    if (now.kind == RULES_LEAF)
        return are_pairs_dropped(old, vaddr, rules_size(&machine.rules, level));
    if (now.kind != RULES_TABLE)
        return true;
    step = rules_size(&machine.rules, level - 1);
    for (uint64_t offset = 0; offset < rules_size(&machine.rules, level); offset += step)
        if (!empty_agrees(old, vaddr + offset, level - 1))
            return false;
    return true;
}

static bool table_agrees(const struct remnant *old)
{
    struct rules_entry now;

    look_up(old->root, old->vaddr, old->level, &now);
    return now.kind == RULES_TABLE && now.page.level == old->level &&
           machine_frame_of(now.next) == old->frame;
}

static bool agrees(const struct remnant *remnant)
{
    switch (remnant->kind) {
    case REMNANT_LEAF:
        return leaf_agrees(remnant, remnant->vaddr, remnant->level);
    case REMNANT_TABLE:
        return table_agrees(remnant);
    case REMNANT_EMPTY:
    default:
        return empty_agrees(remnant, remnant->vaddr, remnant->level);
    }
}

void ledger_check_commit(unsigned guard)
{
    static const char *const names[] = {"translation", "cached step of the walk",
                                        "cached invalid entry"};

    for (size_t i = count; i-- > 0;) {
        if (remnants[i].guard != guard)
            continue;
        MODEL_CHECK(agrees(&remnants[i]), "after the commit a stale %s of %#llx (level %u) is left",
                    names[remnants[i].kind], (unsigned long long)remnants[i].vaddr,
                    remnants[i].level);
        remove_at(i);
    }
    if (count == 0)
        forget_pairs();
}

/* SPDX-License-Identifier: MIT */
#include "mmu.h"

#include <string.h>

#include "fail.h"

#define TLB_ENTRIES  48
#define WALK_ENTRIES 12

struct tlb_entry {
    bool is_used;
    bool is_valid; /* the entry was: an invalid one is a cached fault */
    unsigned root;
    uint64_t vaddr;
    uint64_t size;
    struct oracle_page page;
};

/* A step of a walk: the table at `level` for the addresses of `size` from `vaddr` on. */
struct walk_entry {
    bool is_used;
    unsigned root;
    unsigned level;
    uint64_t vaddr;
    uint64_t size;
    size_t frame;
};

static struct tlb_entry tlb[TLB_ENTRIES];
static struct walk_entry walks[WALK_ENTRIES];

void mmu_start(void)
{
    mmu_drop_all();
}

void mmu_drop_all(void)
{
    memset(tlb, 0, sizeof tlb);
    mmu_drop_walks();
}

void mmu_drop_walks(void)
{
    memset(walks, 0, sizeof walks);
}

void mmu_forget_root(unsigned root)
{
    for (size_t i = 0; i < TLB_ENTRIES; i++)
        tlb[i].is_used &= tlb[i].root != root;
    for (size_t i = 0; i < WALK_ENTRIES; i++)
        walks[i].is_used &= walks[i].root != root;
}

static bool covers(uint64_t vaddr, uint64_t size, uint64_t address)
{
    return address - vaddr < size;
}

static bool meets(uint64_t vaddr, uint64_t size, uint64_t other, uint64_t bytes)
{
    return covers(vaddr, size, other) || covers(other, bytes, vaddr);
}

void mmu_drop_leaves(uint64_t vaddr, uint64_t bytes)
{
    for (size_t i = 0; i < TLB_ENTRIES; i++)
        tlb[i].is_used &= !meets(tlb[i].vaddr, tlb[i].size, vaddr, bytes);
}

void mmu_drop_steps(uint64_t vaddr, uint64_t bytes)
{
    for (size_t i = 0; i < WALK_ENTRIES; i++)
        walks[i].is_used &= !meets(walks[i].vaddr, walks[i].size, vaddr, bytes);
}

void mmu_check_free(size_t frame)
{
    for (size_t i = 0; i < WALK_ENTRIES; i++)
        MODEL_CHECK(!walks[i].is_used || walks[i].frame != frame,
                    "frame %#llx is freed while a walk cache leads there for %#llx",
                    (unsigned long long)machine_paddr(frame), (unsigned long long)walks[i].vaddr);
}

/* ---- walking ---- */

struct cursor {
    unsigned root;
    unsigned level;
    uint64_t vaddr;
    size_t frame;
};

static struct cursor start_walk(unsigned root, uint64_t vaddr, bool with_caches)
{
    struct cursor cursor = {root, rules_root_level(&machine.rules), vaddr,
                            machine.roots[root].frame};

    for (size_t i = 0; i < WALK_ENTRIES && with_caches; i++)
        if (walks[i].is_used && walks[i].root == root && walks[i].level < cursor.level &&
            covers(walks[i].vaddr, walks[i].size, vaddr) && dice_one_in(&machine.dice, 2)) {
            cursor.level = walks[i].level;
            cursor.frame = walks[i].frame;
        }
    return cursor;
}

static struct place place_of(const struct cursor *cursor)
{
    struct place place = {.word = cursor->frame * machine.words +
                                  (size_t)rules_index(&machine.rules, cursor->vaddr, cursor->level),
                          .level = cursor->level,
                          .root = cursor->root,
                          .vaddr =
                              cursor->vaddr & ~(rules_size(&machine.rules, cursor->level) - 1)};

    return place;
}

static uint64_t read_entry(const struct cursor *cursor, const struct place *place)
{
    size_t word = place->word;

    MODEL_CHECK(cursor->frame < MACHINE_FRAMES, "a walk of %#llx leads out of memory",
                (unsigned long long)cursor->vaddr);
    MODEL_CHECK(machine.frames[cursor->frame].state == FRAME_OURS,
                "a walk of %#llx leads through a frame that was freed",
                (unsigned long long)cursor->vaddr);
    MODEL_CHECK(machine.is_written[word / 64] >> word % 64 & 1 &&
                    machine.seen[word] != MACHINE_FRESH,
                "a walk of %#llx leads through a table that is not filled",
                (unsigned long long)cursor->vaddr);
    return machine.seen[word];
}

static void remember_walk(const struct cursor *cursor)
{
    uint64_t size = rules_size(&machine.rules, cursor->level + 1);
    struct walk_entry entry = {.is_used = true,
                               .root = cursor->root,
                               .level = cursor->level,
                               .vaddr = cursor->vaddr & ~(size - 1),
                               .size = size,
                               .frame = cursor->frame};

    if (machine.rules.caches_walks)
        walks[dice_below(&machine.dice, WALK_ENTRIES)] = entry;
}

static void remember_leaf(const struct place *place, const struct rules_entry *entry,
                          uint64_t vaddr)
{
    bool is_valid = entry->kind == RULES_LEAF;
    uint64_t size = machine.rules.format.arch == ORACLE_LOONGARCH64 && !is_valid
                        ? rules_size(&machine.rules, 0)
                        : rules_size(&machine.rules, place->level);
    struct tlb_entry cached = {.is_used = true,
                               .is_valid = is_valid,
                               .root = place->root,
                               .vaddr = vaddr & ~(size - 1),
                               .size = size,
                               .page = entry->page};

    if (is_valid || machine.rules.caches_invalid)
        tlb[dice_below(&machine.dice, TLB_ENTRIES)] = cached;
}

/* SDM 3A, 5.8: each entry that a translation used. */
static void mark_table(const struct place *place, uint64_t value)
{
    uint64_t marked = rules_with_accessed(&machine.rules, value);

    if (machine.rules.sets_accessed_above && marked != value)
        machine_update(place, marked, false, false);
}

/* Sets what the CPU sets. False if it faults instead. */
static bool mark_leaf(const struct place *place, uint64_t value, bool is_store,
                      struct rules_entry *entry)
{
    bool may_write = entry->page.kernel.write || entry->page.user.write;
    bool accessed = !entry->page.accessed;
    bool dirty = is_store && may_write && !entry->page.dirty;

    if ((accessed && machine.rules.format.arch != ORACLE_LOONGARCH64 &&
         !machine.rules.sets_accessed))
        return false;
    accessed &= machine.rules.sets_accessed;
    dirty &= machine.rules.sets_dirty;
    if (!accessed && !dirty)
        return true;
    value = accessed ? rules_with_accessed(&machine.rules, value) : value;
    value = dirty ? rules_with_dirty(&machine.rules, value) : value;
    machine_update(place, value, accessed, dirty);
    machine_decode(value, place->level, entry);
    return true;
}

static void walk(unsigned root, uint64_t vaddr, bool is_store)
{
    struct cursor cursor = start_walk(root, vaddr, true);

    for (;;) {
        struct place place = place_of(&cursor);
        uint64_t value = read_entry(&cursor, &place);
        struct rules_entry entry;

        machine_decode(value, place.level, &entry);
        MODEL_CHECK(entry.kind != RULES_RESERVED, "a walk of %#llx finds: %s",
                    (unsigned long long)vaddr, entry.why);
        if (entry.kind == RULES_TABLE) {
            mark_table(&place, value);
            cursor.level--;
            cursor.frame = machine_frame_of(entry.next);
            remember_walk(&cursor);
            continue;
        }
        if (entry.kind == RULES_EMPTY || mark_leaf(&place, value, is_store, &entry))
            remember_leaf(&place, &entry, vaddr);
        return;
    }
}

/* A store by a translation that the TLB holds clean goes to memory again. */
static bool is_served(unsigned root, uint64_t vaddr, bool is_store)
{
    for (size_t i = 0; i < TLB_ENTRIES; i++)
        if (tlb[i].is_used && tlb[i].root == root && covers(tlb[i].vaddr, tlb[i].size, vaddr))
            return !is_store || tlb[i].page.dirty;
    return false;
}

void mmu_access(unsigned root, uint64_t vaddr)
{
    bool is_store = dice_one_in(&machine.dice, 2);

    if (!oracle_is_vaddr(&machine.rules.format, vaddr) || is_served(root, vaddr, is_store))
        return;
    walk(root, vaddr, is_store);
}

/* ---- whether the caches agree with memory ---- */

static void check_tlb_entry(const struct tlb_entry *cached)
{
    struct cursor cursor = start_walk(cached->root, cached->vaddr, false);
    struct rules_entry entry;

    for (;;) {
        struct place place = place_of(&cursor);

        machine_decode(read_entry(&cursor, &place), place.level, &entry);
        if (entry.kind != RULES_TABLE)
            break;
        cursor.level--;
        cursor.frame = machine_frame_of(entry.next);
    }
    if (cached->is_valid)
        MODEL_CHECK(entry.kind == RULES_LEAF &&
                        entry.page.paddr + (cached->vaddr & (entry.page.size - 1)) ==
                            cached->page.paddr &&
                        entry.page.type == cached->page.type,
                    "the TLB uses a stale translation of %#llx", (unsigned long long)cached->vaddr);
    else
        MODEL_CHECK(entry.kind == RULES_EMPTY, "the TLB faults at %#llx, which is mapped",
                    (unsigned long long)cached->vaddr);
}

static void check_walk_entry(const struct walk_entry *cached)
{
    struct cursor cursor = start_walk(cached->root, cached->vaddr, false);

    while (cursor.level > cached->level) {
        struct place place = place_of(&cursor);
        struct rules_entry entry;

        machine_decode(read_entry(&cursor, &place), place.level, &entry);
        MODEL_CHECK(entry.kind == RULES_TABLE, "a walk cache leads on at %#llx, where a walk ends",
                    (unsigned long long)cached->vaddr);
        cursor.level--;
        cursor.frame = machine_frame_of(entry.next);
    }
    MODEL_CHECK(cursor.frame == cached->frame, "a walk cache leads astray at %#llx",
                (unsigned long long)cached->vaddr);
}

void mmu_check(void)
{
    for (size_t i = 0; i < TLB_ENTRIES; i++)
        if (tlb[i].is_used)
            check_tlb_entry(&tlb[i]);
    for (size_t i = 0; i < WALK_ENTRIES; i++)
        if (walks[i].is_used)
            check_walk_entry(&walks[i]);
}

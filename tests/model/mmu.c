/* SPDX-License-Identifier: MIT */
#include "mmu.h"

#include <string.h>

#include "fail.h"

#define TLB_ENTRIES  48
#define WALK_ENTRIES 12

/* A cached invalid entry is a cached fault. */
struct tlb_entry {
    bool is_used;
    unsigned root;
    struct remnant what;
};

/* A step of a walk: the node below the slot that `what` is about. */
struct walk_entry {
    bool is_used;
    unsigned root;
    struct remnant what;
};

#define HELD_ENTRIES 4

/* The registers that hold the entries of a root (PAE paging). */
struct registers {
    bool is_used;
    unsigned root;
    uint64_t entries[HELD_ENTRIES];
};

static struct tlb_entry tlb[MACHINE_CPUS][TLB_ENTRIES];
static struct walk_entry walks[MACHINE_CPUS][WALK_ENTRIES];
static struct registers held[MACHINE_CPUS];

void mmu_start(void)
{
    memset(tlb, 0, sizeof tlb);
    memset(walks, 0, sizeof walks);
    memset(held, 0, sizeof held);
}

static bool is_executing(unsigned cpu)
{
    return machine.rules.broadcasts || machine.cpu == cpu;
}

size_t mmu_drop(ledger_drops *drops, const struct aim *aim)
{
    size_t dropped = 0;

    for (unsigned cpu = 0; cpu < MACHINE_CPUS; cpu++) {
        if (!is_executing(cpu))
            continue;
        for (size_t i = 0; i < TLB_ENTRIES; i++)
            if (tlb[cpu][i].is_used && drops(&tlb[cpu][i].what, aim)) {
                tlb[cpu][i].is_used = false;
                dropped++;
            }
        for (size_t i = 0; i < WALK_ENTRIES; i++)
            if (walks[cpu][i].is_used && drops(&walks[cpu][i].what, aim)) {
                walks[cpu][i].is_used = false;
                dropped++;
            }
    }
    return dropped;
}

static bool drops_any(const struct remnant *remnant, const struct aim *aim)
{
    (void)remnant;
    (void)aim;
    return true;
}

size_t mmu_drop_all(void)
{
    return mmu_drop(drops_any, NULL);
}

static bool covers(const struct remnant *remnant, uint64_t address)
{
    return address - remnant->vaddr < remnant->size;
}

void mmu_forget_address(unsigned root, uint64_t vaddr)
{
    for (size_t i = 0; i < TLB_ENTRIES; i++)
        tlb[machine.cpu][i].is_used &=
            tlb[machine.cpu][i].root != root || !covers(&tlb[machine.cpu][i].what, vaddr);
    for (size_t i = 0; i < WALK_ENTRIES; i++)
        walks[machine.cpu][i].is_used &=
            walks[machine.cpu][i].root != root || !covers(&walks[machine.cpu][i].what, vaddr);
}

void mmu_forget_root(unsigned root)
{
    for (unsigned cpu = 0; cpu < MACHINE_CPUS; cpu++) {
        for (size_t i = 0; i < TLB_ENTRIES; i++)
            tlb[cpu][i].is_used &= tlb[cpu][i].root != root;
        for (size_t i = 0; i < WALK_ENTRIES; i++)
            walks[cpu][i].is_used &= walks[cpu][i].root != root;
        held[cpu].is_used &= held[cpu].root != root;
    }
}

/* ---- the registers of a root ---- */

/* SDM 3A, 5.4.1: reserved bits in an entry that is present are a general-protection exception. */
static void load_registers(unsigned cpu, unsigned root)
{
    unsigned level = rules_root_level(&machine.rules);

    held[cpu].is_used = true;
    held[cpu].root = root;
    for (size_t i = 0; i < HELD_ENTRIES; i++) {
        uint64_t value = machine.seen[machine.roots[root].frame * machine.words + i];
        struct rules_entry entry;

        machine_decode(value, level, &entry);
        MODEL_CHECK(entry.kind != RULES_RESERVED, "MOV to CR3 finds in entry %zu: %s", i,
                    entry.why);
        held[cpu].entries[i] = value;
    }
}

void mmu_enter(unsigned cpu, unsigned root)
{
    if (machine.rules.holds_root && (!held[cpu].is_used || held[cpu].root != root))
        load_registers(cpu, root);
}

unsigned mmu_root_of(unsigned cpu)
{
    return held[cpu].is_used ? held[cpu].root : MACHINE_ROOTS;
}

void mmu_load_root(void)
{
    if (held[machine.cpu].is_used)
        load_registers(machine.cpu, held[machine.cpu].root);
}

void mmu_check_free(size_t frame)
{
    for (unsigned cpu = 0; cpu < MACHINE_CPUS; cpu++)
        for (size_t i = 0; i < WALK_ENTRIES; i++)
            MODEL_CHECK(!walks[cpu][i].is_used || walks[cpu][i].what.frame != frame,
                        "frame %#llx is freed while a walk cache leads there for %#llx",
                        (unsigned long long)machine_paddr(frame),
                        (unsigned long long)walks[cpu][i].what.vaddr);
}

/* ---- walking ---- */

struct cursor {
    unsigned cpu;
    unsigned root;
    unsigned level;
    uint64_t vaddr;
    size_t frame;
};

static struct cursor start_walk(unsigned cpu, unsigned root, uint64_t vaddr, bool with_caches)
{
    struct cursor cursor = {cpu, root, rules_root_level(&machine.rules), vaddr,
                            machine.roots[root].frame};

    for (size_t i = 0; i < WALK_ENTRIES && with_caches; i++) {
        const struct walk_entry *entry = &walks[cpu][i];

        if (entry->is_used && entry->root == root && entry->what.level <= cursor.level &&
            covers(&entry->what, vaddr) && dice_one_in(&machine.dice, 2)) {
            cursor.level = entry->what.level - 1;
            cursor.frame = entry->what.frame;
        }
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

/* What the CPU's registers hold of an entry. A CPU that uses another root loads them. */
static uint64_t read_register(const struct cursor *cursor)
{
    mmu_enter(cursor->cpu, cursor->root);
    return held[cursor->cpu].entries[rules_index(&machine.rules, cursor->vaddr, cursor->level)];
}

/* What is in memory. */
static uint64_t read_memory(const struct cursor *cursor, const struct place *place)
{
    size_t word = place->word;

    MODEL_CHECK(cursor->frame < MACHINE_FRAMES, "a walk of %#llx leads out of memory",
                (unsigned long long)cursor->vaddr);
    MODEL_CHECK(machine.frames[cursor->frame].state == FRAME_OURS,
                "a walk of %#llx leads through a frame that was freed",
                (unsigned long long)cursor->vaddr);
    MODEL_CHECK(machine.is_written[word / 64] >> word % 64 & 1 &&
                    machine.seen[word] != machine_fill(MACHINE_FRESH),
                "a walk of %#llx leads through a table that is not filled",
                (unsigned long long)cursor->vaddr);
    return machine.seen[word];
}

static uint64_t read_entry(const struct cursor *cursor, const struct place *place)
{
    return rules_is_held(&machine.rules, cursor->level) ? read_register(cursor)
                                                        : read_memory(cursor, place);
}

static struct remnant remnant_of(enum remnant_kind kind, unsigned root, uint64_t vaddr,
                                 unsigned level)
{
    struct remnant remnant;

    memset(&remnant, 0, sizeof remnant);
    remnant.kind = kind;
    remnant.id = machine.roots[root].id;
    remnant.level = level;
    remnant.size = rules_size(&machine.rules, level);
    remnant.vaddr = vaddr & ~(remnant.size - 1);
    remnant.root = root;
    return remnant;
}

static void remember_walk(const struct cursor *cursor)
{
    struct walk_entry entry = {
        true, cursor->root,
        remnant_of(REMNANT_TABLE, cursor->root, cursor->vaddr, cursor->level + 1)};

    entry.what.frame = cursor->frame;
    if (machine.rules.caches_walks)
        walks[cursor->cpu][dice_below(&machine.dice, WALK_ENTRIES)] = entry;
}

/* A huge page in the TLB must not cover the address of a small one that is also there, valid or
 * not. */
static void check_double_match(unsigned cpu, const struct tlb_entry *new)
{
    for (size_t i = 0; i < TLB_ENTRIES; i++) {
        const struct tlb_entry *old = &tlb[cpu][i];

        MODEL_CHECK(!machine.rules.no_double_match || !old->is_used || old->root != new->root ||
                        old->what.size >= new->what.size || !covers(&new->what, old->what.vaddr),
                    "the TLB holds a huge page at %#llx and a small one at %#llx",
                    (unsigned long long)new->what.vaddr, (unsigned long long)old->what.vaddr);
    }
}

static void remember_leaf(unsigned cpu, const struct place *place, const struct rules_entry *entry,
                          uint64_t vaddr)
{
    bool is_valid = entry->kind == RULES_LEAF;
    bool is_hole = rules_is_huge_hole(&machine.rules, entry->page.entry, place->level);
    bool is_pair = machine.rules.format.arch == ORACLE_LOONGARCH64 && !is_valid && !is_hole;
    struct tlb_entry cached = {true, place->root,
                               remnant_of(is_valid ? REMNANT_LEAF : REMNANT_EMPTY, place->root,
                                          vaddr, is_pair ? 0 : place->level)};

    cached.what.is_huge = is_hole;
    cached.what.page = entry->page;
    if (is_valid)
        check_double_match(cpu, &cached);
    if (is_valid || machine.rules.caches_invalid)
        tlb[cpu][dice_below(&machine.dice, TLB_ENTRIES)] = cached;
}

/* SDM 3A, 5.8: the CPU sets A in each entry that a translation used. */
static void mark_table(const struct place *place, uint64_t value)
{
    uint64_t marked = rules_with_accessed(&machine.rules, value);

    if (machine.rules.sets_accessed_above && marked != value &&
        !rules_is_held(&machine.rules, place->level))
        machine_update(place, marked, false, false);
}

static bool was_writable(const struct remnant *old, const void *arg)
{
    const struct place *place = arg;

    return old->kind == REMNANT_LEAF && old->root == place->root && old->vaddr == place->vaddr &&
           old->level == place->level && (old->page.kernel.write || old->page.user.write);
}

/* A CPU without CET may set D by a translation from before the page was read-only. */
static bool may_store(const struct place *place, const struct rules_entry *entry)
{
    return entry->page.kernel.write || entry->page.user.write ||
           (machine.rules.dirty_needs_writable && !machine.has_cet &&
            ledger_find(was_writable, place) != NULL);
}

/* Sets what the CPU sets. Returns false if the CPU faults instead. */
static bool mark_leaf(const struct place *place, uint64_t value, bool is_store,
                      struct rules_entry *entry)
{
    bool may_write = is_store && may_store(place, entry);
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

static void walk(unsigned cpu, unsigned root, uint64_t vaddr, bool is_store)
{
    struct cursor cursor = start_walk(cpu, root, vaddr, true);

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
            remember_leaf(cpu, &place, &entry, vaddr);
        return;
    }
}

/* A store by a translation that the TLB holds as clean walks memory again. */
static bool is_served(unsigned cpu, unsigned root, uint64_t vaddr, bool is_store)
{
    for (size_t i = 0; i < TLB_ENTRIES; i++)
        if (tlb[cpu][i].is_used && tlb[cpu][i].root == root && covers(&tlb[cpu][i].what, vaddr))
            return !is_store || tlb[cpu][i].what.page.dirty ||
                   (machine.rules.no_double_match && !machine.rules.sets_dirty);
    return false;
}

void mmu_access(unsigned root, uint64_t vaddr)
{
    unsigned cpu = (unsigned)dice_below(&machine.dice, MACHINE_CPUS);
    bool is_store = dice_one_in(&machine.dice, 2);

    if (!oracle_is_vaddr(&machine.rules.format, vaddr) || is_served(cpu, root, vaddr, is_store))
        return;
    walk(cpu, root, vaddr, is_store);
}

/* ---- whether the caches agree with memory ---- */

static void fault(unsigned cpu, unsigned root, uint64_t vaddr)
{
    machine.cpu = cpu;
    machine.current_root = root;
    machine_fault(root, vaddr);
    machine.cpu = MACHINE_THIS_CPU;
}

/* The CPU that changes tables must see at once what began. Another CPU may fault for it once. */
static void check_hole(unsigned cpu, struct tlb_entry *cached, const struct rules_entry *entry)
{
    if (entry->kind == RULES_EMPTY)
        return;
    if (cpu == MACHINE_OTHER_CPU)
        fault(cpu, cached->root, cached->what.vaddr);
    MODEL_CHECK(cpu == MACHINE_OTHER_CPU && !cached->is_used,
                "the TLB faults at %#llx, which is mapped%s",
                (unsigned long long)cached->what.vaddr,
                cpu == MACHINE_OTHER_CPU ? ", and again after the repair" : "");
}

static void check_tlb_entry(unsigned cpu, struct tlb_entry *cached)
{
    const struct remnant *what = &cached->what;
    struct cursor cursor = start_walk(cpu, cached->root, what->vaddr, false);
    struct rules_entry entry;

    for (;;) {
        struct place place = place_of(&cursor);

        machine_decode(read_memory(&cursor, &place), place.level, &entry);
        if (entry.kind != RULES_TABLE)
            break;
        cursor.level--;
        cursor.frame = machine_frame_of(entry.next);
    }
    if (what->kind != REMNANT_LEAF)
        check_hole(cpu, cached, &entry);
    else
        MODEL_CHECK(entry.kind == RULES_LEAF &&
                        entry.page.paddr + (what->vaddr & (entry.page.size - 1)) ==
                            what->page.paddr &&
                        entry.page.type == what->page.type,
                    "the TLB uses a stale translation of %#llx", (unsigned long long)what->vaddr);
}

static void check_walk_entry(unsigned cpu, const struct walk_entry *cached)
{
    const struct remnant *what = &cached->what;
    struct cursor cursor = start_walk(cpu, cached->root, what->vaddr, false);

    while (cursor.level >= what->level) {
        struct place place = place_of(&cursor);
        struct rules_entry entry;

        machine_decode(read_memory(&cursor, &place), place.level, &entry);
        MODEL_CHECK(entry.kind == RULES_TABLE, "a walk cache leads on at %#llx, where a walk ends",
                    (unsigned long long)what->vaddr);
        cursor.level--;
        cursor.frame = machine_frame_of(entry.next);
    }
    MODEL_CHECK(cursor.frame == what->frame, "a walk cache leads astray at %#llx",
                (unsigned long long)what->vaddr);
}

/* A register that agrees with memory, or that lacks a link. */
static void check_register(unsigned cpu, uint64_t value, size_t index)
{
    unsigned level = rules_root_level(&machine.rules);
    uint64_t vaddr = index << rules_shift(&machine.rules, level);
    struct rules_entry is;
    struct rules_entry was;

    machine_decode(machine.seen[machine.roots[held[cpu].root].frame * machine.words + index], level,
                   &is);
    machine_decode(value, level, &was);
    if (is.kind == was.kind && (is.kind != RULES_TABLE || is.next == was.next))
        return;
    MODEL_CHECK(was.kind == RULES_EMPTY, "a register leads to a node that is unlinked, at %#llx",
                (unsigned long long)vaddr);
    MODEL_CHECK(cpu == MACHINE_OTHER_CPU, "a register lacks the node that is linked at %#llx",
                (unsigned long long)vaddr);
}

static void check_registers(unsigned cpu)
{
    for (size_t i = 0; i < HELD_ENTRIES; i++)
        check_register(cpu, held[cpu].entries[i], i);
}

void mmu_check(void)
{
    for (unsigned cpu = 0; cpu < MACHINE_CPUS; cpu++) {
        if (held[cpu].is_used)
            check_registers(cpu);
        for (size_t i = 0; i < TLB_ENTRIES; i++)
            if (tlb[cpu][i].is_used)
                check_tlb_entry(cpu, &tlb[cpu][i]);
        for (size_t i = 0; i < WALK_ENTRIES; i++)
            if (walks[cpu][i].is_used)
                check_walk_entry(cpu, &walks[cpu][i]);
    }
}

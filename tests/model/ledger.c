/* SPDX-License-Identifier: MIT */
#include "ledger.h"

#include <string.h>

#include "fail.h"

#define LEDGER_ROOM 65536

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
            remnants[i].page.entry == remnant->page.entry && remnants[i].above == remnant->above &&
            remnants[i].is_huge == remnant->is_huge && remnants[i].id == remnant->id) {
            remnants[i].time = remnant->time;
            remnants[i].cpus = remnant->cpus;
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
    remnant.cpus = MACHINE_ALL_CPUS;
    remnant.id = machine.roots[place->root].id;
    remnant.vaddr = place->vaddr;
    remnant.size = rules_size(&machine.rules, place->level);
    remnant.level = place->level;
    remnant.root = place->root;
    remnant.guard = guard;
    remnant.is_held = kind != REMNANT_LEAF && rules_is_held(&machine.rules, place->level);
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

/* LoongArch caches the entry that a walk ends in. An empty directory entry is therefore a row of
 * empty pairs. */
static void add_empty(const struct place *place, bool above, bool is_huge, unsigned guard)
{
    struct remnant remnant = remnant_at(place, REMNANT_EMPTY, guard);

    if (!machine.rules.caches_invalid && !remnant.is_held)
        return;
    remnant.above = above;
    remnant.is_huge = is_huge;
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

    for (size_t i = 0; i < machine.frames[frame].entries; i++) {
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
    bool was_huge_hole = rules_is_huge_hole(&machine.rules, entry->page.entry, place->level);
    bool is_huge_hole = rules_is_huge_hole(&machine.rules, now->page.entry, place->level);

    switch (entry->kind) {
    case RULES_LEAF:
        add_leaf(place, entry, guard);
        break;
    case RULES_TABLE:
        add_table(place, entry->next, guard);
        if (now->kind == RULES_LEAF || is_huge_hole)
            add_empty(place, false, false, guard);
        break;
    case RULES_EMPTY:
        add_empty(place, now->kind == RULES_TABLE, was_huge_hole, guard);
        break;
    case RULES_RESERVED:
    default:
        break;
    }
}

/* ---- what drops them ---- */

static unsigned executing(void)
{
    return machine.rules.broadcasts ? MACHINE_ALL_CPUS : 1U << machine.cpu;
}

/* No invalidation changes a register. While one holds a link, walks fill the caches from there. */
static bool is_out_of_reach(const struct remnant *remnant)
{
    if (remnant->is_held)
        return true;
    for (size_t i = 0; i < count && machine.rules.holds_root; i++)
        if (remnants[i].is_held && remnants[i].kind == REMNANT_TABLE &&
            remnants[i].root == remnant->root && remnants[i].cpus & executing() &&
            remnant->vaddr - remnants[i].vaddr < remnants[i].size)
            return true;
    return false;
}

static void drop_at(size_t index)
{
    remnants[index].cpus &= ~executing();
    if (remnants[index].cpus == 0)
        remove_at(index);
}

size_t ledger_drop(ledger_drops *drops, const struct aim *aim)
{
    size_t dropped = 0;

    for (size_t i = count; i-- > 0;) {
        if (!(remnants[i].cpus & executing()) || !drops(&remnants[i], aim) ||
            is_out_of_reach(&remnants[i]))
            continue;
        drop_at(i);
        dropped++;
    }
    return dropped;
}

size_t ledger_load_root(void)
{
    size_t dropped = 0;

    for (size_t i = count; i-- > 0;) {
        if (!(remnants[i].cpus & executing()) || !remnants[i].is_held)
            continue;
        drop_at(i);
        dropped++;
    }
    return dropped;
}

void ledger_forget_address(unsigned root, uint64_t vaddr)
{
    for (size_t i = count; i-- > 0;) {
        if (remnants[i].root != root || vaddr - remnants[i].vaddr >= remnants[i].size ||
            remnants[i].is_held)
            continue;
        drop_at(i);
    }
}

/* ---- LoongArch: which pairs of an empty slot were invalidated ---- */

#define PAIR_ROOM 65536

static struct {
    uint64_t vaddr;
    uint64_t id;                  /* MACHINE_UNNAMED: any id */
    uint64_t times[MACHINE_CPUS]; /* 0: never; if all are 0, the element is unused */
} pairs[PAIR_ROOM];
static size_t used_pairs[PAIR_ROOM / 2];
static size_t pair_count;

static bool is_unused(size_t slot)
{
    for (unsigned cpu = 0; cpu < MACHINE_CPUS; cpu++)
        if (pairs[slot].times[cpu] != 0)
            return false;
    return true;
}

static size_t pair_slot(uint64_t vaddr, uint64_t id)
{
    uint64_t key = (vaddr >> 13) * UINT64_C(0x9e3779b97f4a7c15) + id * UINT64_C(0xd1b54a32d192ed03);
    size_t slot = (size_t)(key >> 40) % PAIR_ROOM;

    while (!is_unused(slot) && (pairs[slot].vaddr != vaddr || pairs[slot].id != id))
        slot = (slot + 1) % PAIR_ROOM;
    return slot;
}

static void forget_pairs(void)
{
    while (pair_count > 0)
        memset(&pairs[used_pairs[--pair_count]], 0, sizeof *pairs);
}

static uint64_t pair_of(uint64_t vaddr)
{
    return vaddr & ~(rules_size(&machine.rules, 0) * 2 - 1);
}

static bool is_row_of_pairs(const struct remnant *remnant)
{
    return remnant->kind == REMNANT_EMPTY && !remnant->is_huge;
}

size_t ledger_drop_pair(uint64_t vaddr, const struct aim *aim)
{
    uint64_t id = aim->any_id ? MACHINE_UNNAMED : aim->id;
    size_t slot = pair_slot(pair_of(vaddr), id);
    size_t touched = 0;

    for (size_t i = 0; i < count; i++)
        touched += is_row_of_pairs(&remnants[i]) && remnants[i].cpus & executing() &&
                           pair_of(vaddr) - remnants[i].vaddr < remnants[i].size
                       ? 1
                       : 0;
    if (is_unused(slot)) {
        MODEL_CHECK(pair_count < PAIR_ROOM / 2, "more pairs than the model has room for");
        used_pairs[pair_count++] = slot;
    }
    pairs[slot].vaddr = pair_of(vaddr);
    pairs[slot].id = id;
    pairs[slot].times[machine.cpu] = machine.time;
    return touched;
}

/* Stores count from 1, so that a drop before the first store differs from no drop. */
static bool is_dropped_as(const struct remnant *remnant, uint64_t vaddr, uint64_t id, unsigned cpu)
{
    uint64_t time = pairs[pair_slot(pair_of(vaddr), id)].times[cpu];

    return time != 0 && time >= remnant->time;
}

static bool is_pair_dropped(const struct remnant *remnant, uint64_t vaddr, unsigned cpu)
{
    return !(remnant->cpus >> cpu & 1) || is_dropped_as(remnant, vaddr, MACHINE_UNNAMED, cpu) ||
           (remnant->id != MACHINE_UNNAMED && is_dropped_as(remnant, vaddr, remnant->id, cpu));
}

static bool are_pairs_dropped(const struct remnant *remnant, uint64_t vaddr, uint64_t bytes,
                              unsigned cpu)
{
    if (!(remnant->cpus >> cpu & 1))
        return true;
    if (machine.rules.format.arch != ORACLE_LOONGARCH64 || !is_row_of_pairs(remnant))
        return false;
    for (uint64_t offset = 0; offset < bytes; offset += rules_size(&machine.rules, 0))
        if (!is_pair_dropped(remnant, vaddr + offset, cpu))
            return false;
    return true;
}

bool ledger_holds_pairs(const struct remnant *remnant, uint64_t vaddr, uint64_t bytes)
{
    for (unsigned cpu = 0; cpu < MACHINE_CPUS; cpu++)
        if (!are_pairs_dropped(remnant, vaddr, bytes, cpu))
            return true;
    return false;
}

static bool drops_any(const struct remnant *remnant, const struct aim *aim)
{
    (void)remnant;
    (void)aim;
    return true;
}

size_t ledger_drop_all(void)
{
    size_t dropped = ledger_drop(drops_any, NULL);

    if (count == 0)
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
    count = 0;
    forget_pairs();
}

/* ---- whether a remnant agrees with memory ---- */

/* What walkers find for `vaddr` at `level`, or the leaf or empty slot above it. */
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

static bool is_within(const struct oracle_access *a, const struct oracle_access *b)
{
    return (!a->read || b->read) && (!a->write || b->write) && (!a->execute || b->execute);
}

/* What happens to a CPU that uses `old` for `vaddr` when memory says `now`. Either nothing is
 * different, or it faults where it need not, or it does what it must not. */
enum fare {
    FARES_WELL,
    FAULTS,
    STRAYS,
};

/* Rights that no access of these machines shows: the stores of a shadow stack, those of the levels
 * between the kernel's and the user's, those by a protection key, and branches into a page. */
static bool strays_by_format_flags(const struct oracle_page *page, const struct oracle_page *now)
{
    const struct rules *rules = &machine.rules;

    return (rules_is_shadow_stack(rules, page) && !rules_is_shadow_stack(rules, now)) ||
           page->plv != now->plv || (!page->restricted && now->restricted) ||
           page->key != now->key || (!page->guarded && now->guarded);
}

static enum fare fare_of(const struct remnant *old, const struct oracle_page *now, uint64_t vaddr)
{
    const struct oracle_page *page = &old->page;

    if (page->paddr + (vaddr - old->vaddr) != now->paddr + (vaddr & (now->size - 1)) ||
        page->type != now->type || page->global != now->global)
        return STRAYS;
    if (!is_within(&page->kernel, &now->kernel) || !is_within(&page->user, &now->user) ||
        strays_by_format_flags(page, now))
        return STRAYS;
    if ((page->accessed && !now->accessed) || (page->dirty && !now->dirty))
        return STRAYS;
    if (!is_same_access(&page->kernel, &now->kernel) || !is_same_access(&page->user, &now->user))
        return FAULTS;
    return machine.rules.faults_on_clear &&
                   (page->accessed != now->accessed || page->dirty != now->dirty)
               ? FAULTS
               : FARES_WELL;
}

/* The worst that a remnant does on a CPU, and the first address at which it does so. */
struct verdict {
    const struct remnant *old;
    unsigned cpu;
    enum fare fare;
    uint64_t vaddr;
};

static void note_fare(struct verdict *verdict, enum fare fare, uint64_t vaddr)
{
    if (fare <= verdict->fare)
        return;
    verdict->fare = fare;
    verdict->vaddr = vaddr;
}

/* What appears outside of the range of the guard is for another one to make good. */
static bool is_of_guard(unsigned guard, uint64_t vaddr)
{
    const struct machine_range *range = &machine.ranges[guard];

    return range->bytes == 0 || vaddr - range->vaddr < range->bytes;
}

static void judge_below(struct verdict *verdict, uint64_t vaddr, unsigned level);

static void judge_slot(struct verdict *verdict, uint64_t vaddr, unsigned level)
{
    const struct remnant *old = verdict->old;
    struct rules_entry now;

    look_up(old->root, vaddr, level, &now);
    if (now.kind == RULES_TABLE)
        judge_below(verdict, vaddr, level);
    else if (old->kind == REMNANT_LEAF)
        note_fare(verdict, now.kind == RULES_LEAF ? fare_of(old, &now.page, vaddr) : STRAYS, vaddr);
    else if (now.kind == RULES_LEAF && is_of_guard(old->guard, vaddr) &&
             !are_pairs_dropped(old, vaddr, rules_size(&machine.rules, level), verdict->cpu))
        note_fare(verdict, FAULTS, vaddr);
}

static void judge_below(struct verdict *verdict, uint64_t vaddr, unsigned level)
{
    uint64_t step = rules_size(&machine.rules, level - 1);

    for (uint64_t offset = 0; offset < rules_size(&machine.rules, level) && verdict->fare < STRAYS;
         offset += step)
        judge_slot(verdict, vaddr + offset, level - 1);
}

static bool table_agrees(const struct remnant *old)
{
    struct rules_entry now;

    look_up(old->root, old->vaddr, old->level, &now);
    return now.kind == RULES_TABLE && now.page.level == old->level &&
           machine_frame_of(now.next) == old->frame;
}

/* Whether a register of the CPU lacks a link, to a node that may have no leaves yet. */
static bool misses_link(const struct remnant *old, unsigned cpu)
{
    struct rules_entry now;

    if (!old->is_held || old->kind != REMNANT_EMPTY || !(old->cpus >> cpu & 1))
        return false;
    look_up(old->root, old->vaddr, old->level, &now);
    return now.kind == RULES_TABLE;
}

static struct verdict judge(const struct remnant *remnant, unsigned cpu)
{
    struct verdict verdict = {remnant, cpu, FARES_WELL, remnant->vaddr};

    if (!(remnant->cpus >> cpu & 1))
        return verdict;
    if (remnant->kind == REMNANT_TABLE)
        verdict.fare = table_agrees(remnant) ? FARES_WELL : STRAYS;
    else if (cpu == machine_writer_cpu() && misses_link(remnant, cpu))
        verdict.fare = FAULTS;
    else
        judge_slot(&verdict, remnant->vaddr, remnant->level);
    return verdict;
}

/* A CPU that was not told what only began faults, and does what a kernel would do. */
static void fault_on(unsigned cpu, unsigned root, uint64_t vaddr)
{
    unsigned before = machine.cpu;
    unsigned current = machine.current_root;

    machine.cpu = cpu;
    machine.current_root = root;
    machine_fault(root, vaddr);
    machine.cpu = before;
    machine.current_root = current;
}

static bool is_at(const struct remnant *remnant, unsigned root, uint64_t vaddr)
{
    return remnant->root == root && vaddr - remnant->vaddr < remnant->size;
}

/* Whether a CPU may fault for what was there, although it has executed the request. */
static bool may_fault_here(const struct remnant *remnant)
{
    return machine.rules.faults_for_permissions && remnant->kind == REMNANT_LEAF;
}

static void check_repaired(unsigned cpu, unsigned root, uint64_t vaddr)
{
    struct rules_entry now;

    look_up(root, vaddr, 0, &now);
    for (size_t i = 0; i < count; i++) {
        struct verdict verdict = {&remnants[i], cpu, FARES_WELL, vaddr};

        if (!is_at(&remnants[i], root, vaddr) || remnants[i].kind == REMNANT_TABLE ||
            !(remnants[i].cpus >> cpu & 1))
            continue;
        judge_slot(&verdict, vaddr & ~(now.page.size - 1), now.page.level);
        /* A remnant that the fault was not about may wait for the commit of its own guard. */
        MODEL_CHECK(verdict.fare != FAULTS,
                    "a CPU faults at %#llx for what was there, and again after the repair",
                    (unsigned long long)vaddr);
    }
}

/* LoongArch: an invalid entry of a huge page's size, where small pages may be by now. */
static bool may_clash(const struct remnant *remnant)
{
    struct rules_entry now;

    if (!remnant->is_huge)
        return false;
    look_up(remnant->root, remnant->vaddr, remnant->level, &now);
    return !rules_is_huge_hole(&machine.rules, now.page.entry, remnant->level);
}

/* A CPU drops some remnants to make room for others. */
static void forget_some(void)
{
    for (size_t i = count; i-- > 0;)
        if (remnants[i].cpus == 1U << MACHINE_OTHER_CPU && !remnants[i].is_huge &&
            (count > LEDGER_ROOM / 4 || dice_one_in(&machine.dice, 4)))
            remove_at(i);
}

/* Whether the writer's CPU misses a link to a page in the bytes from `vaddr` on. */
static bool misses_page(const struct remnant *remnant, uint64_t vaddr, uint64_t bytes)
{
    uint64_t step = rules_size(&machine.rules, 0);

    for (uint64_t at = vaddr; at - vaddr < bytes; at += step) {
        struct rules_entry now;

        if (!is_at(remnant, remnant->root, at))
            continue;
        look_up(remnant->root, at, 0, &now);
        if (now.kind == RULES_LEAF && !are_pairs_dropped(remnant, at, step, machine_writer_cpu()))
            return true;
    }
    return false;
}

void ledger_check_joined(unsigned guard, uint64_t vaddr, uint64_t bytes, uint64_t since)
{
    for (size_t i = 0; i < count; i++)
        MODEL_CHECK(remnants[i].kind != REMNANT_EMPTY || remnants[i].guard == guard ||
                        remnants[i].time <= since || !(remnants[i].above || remnants[i].is_held) ||
                        !misses_page(&remnants[i], vaddr, bytes),
                    "after the commit the CPU may hold that %#llx (level %u) has no node, where "
                    "another writer has linked one",
                    (unsigned long long)remnants[i].vaddr, remnants[i].level);
}

#define REPAIRS 4

void ledger_check_commit(unsigned guard)
{
    static const char *const names[] = {"translation", "cached step of the walk",
                                        "cached invalid entry"};
    struct {
        unsigned root;
        uint64_t vaddr;
    } faults[REPAIRS];
    size_t fault_count = 0;
    unsigned writer = machine_writer_cpu();
    unsigned other = MACHINE_OTHER_CPU - writer;

    for (size_t i = count; i-- > 0;) {
        struct verdict here;
        struct verdict there;

        if (remnants[i].guard != guard)
            continue;
        here = judge(&remnants[i], writer);
        there = judge(&remnants[i], other);
        MODEL_CHECK(
            (here.fare == FARES_WELL || (here.fare == FAULTS && may_fault_here(&remnants[i]))) &&
                there.fare != STRAYS,
            "after the commit a stale %s of %#llx (level %u) is left%s%s", names[remnants[i].kind],
            (unsigned long long)remnants[i].vaddr, remnants[i].level,
            remnants[i].is_held ? " in a register" : "",
            here.fare == FARES_WELL ? " on another CPU" : "");
        if (there.fare == FAULTS && fault_count < REPAIRS) {
            faults[fault_count].root = remnants[i].root;
            faults[fault_count++].vaddr = there.vaddr;
        }
        if (may_clash(&remnants[i]))
            continue;
        remnants[i].cpus &= (here.fare == FAULTS ? 1U << writer : 0) |
                            (there.fare == FARES_WELL && !misses_link(&remnants[i], other) &&
                                     !(machine.has_writers && remnants[i].above)
                                 ? 0
                                 : 1U << other);
        if (remnants[i].cpus == 0)
            remove_at(i);
    }
    if (machine.has_writers)
        return;
    for (size_t i = 0; i < fault_count; i++) {
        fault_on(other, faults[i].root, faults[i].vaddr);
        check_repaired(other, faults[i].root, faults[i].vaddr);
        if (!machine.rules.faults_for_permissions)
            continue;
        fault_on(writer, faults[i].root, faults[i].vaddr);
        check_repaired(writer, faults[i].root, faults[i].vaddr);
    }
    forget_some();
    if (count == 0)
        forget_pairs();
}

/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "ledger.h"
#include "mmu.h"
#include "published.h"
#include "reader.h"

struct machine machine;

uint64_t machine_fill(uint64_t pattern)
{
    return machine.rules.format.entry_bytes == 4 ? (uint32_t)pattern : pattern;
}

static void fill_frame(size_t frame, uint64_t pattern)
{
    size_t first = frame * machine.words;

    for (size_t i = first; i < first + machine.frames[frame].entries; i++) {
        machine.stored[i] = machine_fill(pattern);
        machine.seen[i] = machine_fill(pattern);
        machine.is_written[i / 64] &= ~(UINT64_C(1) << i % 64);
        machine.broken[machine.writer] -= machine.is_broken[i / 64] >> i % 64 & 1;
        machine.is_broken[i / 64] &= ~(UINT64_C(1) << i % 64);
    }
    published_forget(first, machine.frames[frame].entries);
}

/* What runs have in common: it is as large as the largest of them needs. */
static struct {
    size_t words;
    uint64_t bytes;
    char *window;
    uint64_t *stored;
    uint64_t *seen;
    uint64_t *is_written;
    uint64_t *is_broken;
} room;

static void *resize(void *old, size_t bytes)
{
    void *new = realloc(old, bytes);

    if (new == NULL)
        abort();
    return new;
}

static void make_room(size_t words, uint64_t bytes)
{
    if (bytes > room.bytes) {
        room.bytes = bytes;
        room.window = resize(room.window, bytes);
    }
    if (words > room.words) {
        room.words = words;
        room.stored = resize(room.stored, words * sizeof *room.stored);
        room.seen = resize(room.seen, words * sizeof *room.seen);
        room.is_written = resize(room.is_written, words / 8);
        room.is_broken = resize(room.is_broken, words / 8);
    }
    memset(room.is_written, 0, words / 8);
    memset(room.is_broken, 0, words / 8);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Frames lie in the upper half of what entries can address. Where a root must lie below, some
 * frames lie on either side of the limit. */
static uint64_t base_of(const struct rules *rules, uint64_t stride)
{
    uint64_t root_end = UINT64_C(1) << rules->root_paddr_bits;

    return rules->root_paddr_bits < rules->format.paddr_bits
               ? root_end - MACHINE_FRAMES / 2 * stride
               : root_end / 2;
}

void machine_start(const struct rules *rules, uint64_t seed)
{
    unsigned root = rules_root_level(rules);

    memset(&machine, 0, sizeof machine);
    machine.rules = *rules;
    machine.dice = dice_from(seed);
    machine.words = larger(rules_entries(rules, 0), rules_entries(rules, root));
    machine.stride = larger(rules_table_bytes(rules, 0), rules_table_bytes(rules, root));
    machine.stride = larger(machine.stride, rules->node_alignment);
    machine.base = base_of(rules, machine.stride);
    make_room(machine.words * MACHINE_FRAMES, machine.stride * MACHINE_FRAMES);
    machine.window = room.window;
    machine.stored = room.stored;
    machine.seen = room.seen;
    machine.is_written = room.is_written;
    machine.is_broken = room.is_broken;
    machine.allocations_left = SIZE_MAX;
    machine.current_root = MACHINE_ROOTS;
    machine.source = MACHINE_ROOTS;
    machine.has_ids = rules->has_ids && dice_one_in(&machine.dice, 2);
    machine.has_invpcid = machine.has_ids && dice_one_in(&machine.dice, 2);
    machine.has_pge = rules->holds_root && dice_one_in(&machine.dice, 2);
    machine.cr4_loads_root = rules->holds_root && dice_one_in(&machine.dice, 2);
    machine.has_cet =
        rules->format.cet || (rules->dirty_needs_writable && dice_one_in(&machine.dice, 2));
    machine.spares_other_walks = dice_one_in(&machine.dice, 2);
    ledger_start();
    published_start(machine.words * MACHINE_FRAMES);
    mmu_start();
    reader_start();
}

/* ---- moments ---- */

void machine_announce(enum machine_access access, const pt64_slot_t *slot)
{
    if (machine.on_access != NULL)
        machine.on_access(access, slot);
}

static void moment(void)
{
    if (machine.busy || machine.moment_distance == 0 || machine.fuse-- > 0)
        return;
    machine.busy = true;
    machine.on_moment();
    machine.busy = false;
    machine.fuse = (unsigned)dice_below(&machine.dice, UINT64_C(2) * machine.moment_distance);
}

/* ---- frames ---- */

static uint64_t offset_of(size_t frame)
{
    return frame * machine.stride + machine.frames[frame].offset;
}

uint64_t machine_paddr(size_t frame)
{
    return machine.base + offset_of(frame);
}

void *machine_virt(size_t frame)
{
    return machine.window + offset_of(frame);
}

/* The word at an offset from the first frame. */
static size_t word_at(uint64_t offset)
{
    uint64_t frame = offset / machine.stride;
    uint64_t word;

    if (frame >= MACHINE_FRAMES || offset < offset_of((size_t)frame))
        return MACHINE_NO_WORD;
    word = (offset - offset_of((size_t)frame)) / machine.rules.format.entry_bytes;
    return word < machine.frames[frame].entries ? (size_t)(frame * machine.words + word)
                                                : MACHINE_NO_WORD;
}

size_t machine_frame_of(uint64_t paddr)
{
    size_t word = paddr < machine.base ? MACHINE_NO_WORD : word_at(paddr - machine.base);

    return word == MACHINE_NO_WORD ? MACHINE_FRAMES : word / machine.words;
}

size_t machine_word_of(const pt64_slot_t *slot)
{
    uint64_t offset = (uint64_t)((const char *)slot - machine.window);

    return offset % machine.rules.format.entry_bytes == 0 ? word_at(offset) : MACHINE_NO_WORD;
}

static size_t frame_given(uint64_t paddr)
{
    size_t frame = machine_frame_of(paddr);

    MODEL_CHECK(frame < MACHINE_FRAMES && paddr == machine_paddr(frame), "%#llx is no frame",
                (unsigned long long)paddr);
    MODEL_CHECK(machine.frames[frame].state == FRAME_OURS, "access to frame %#llx, which was freed",
                (unsigned long long)paddr);
    return frame;
}

/* Where a page is broken, the code and the nodes of the CPU that breaks it may be. */
static void check_window(bool is_allowed, const char *what)
{
    MODEL_CHECK(is_allowed, "%s while a page is broken that is to come back", what);
}

/* Where there are two sizes, that of a root may be the smaller one. */
static bool is_size_of_root(size_t bytes)
{
    return bytes == rules_table_bytes(&machine.rules, rules_root_level(&machine.rules));
}

static void check_size(size_t bytes, const char *what)
{
    MODEL_CHECK(is_size_of_root(bytes) || bytes == rules_table_bytes(&machine.rules, 0),
                "a frame of %zu bytes is %s", bytes, what);
}

/* The frame of a root may be larger than the root (LoongArch 7.5.5). */
static size_t entries_of(size_t bytes)
{
    unsigned root = rules_root_level(&machine.rules);

    return is_size_of_root(bytes) && bytes != rules_table_bytes(&machine.rules, 0)
               ? (size_t)rules_entries(&machine.rules, root)
               : bytes / machine.rules.format.entry_bytes;
}

static bool may_hold(size_t frame, size_t bytes)
{
    uint64_t end = machine.base + (frame + 1) * machine.stride;

    return machine.frames[frame].state != FRAME_OURS &&
           (!is_size_of_root(bytes) || (end - 1) >> machine.rules.root_paddr_bits == 0);
}

static size_t find_free_frame(size_t bytes)
{
    size_t start = (size_t)dice_below(&machine.dice, MACHINE_FRAMES);

    for (size_t i = 0; i < MACHINE_FRAMES; i++) {
        size_t frame = (start + i) % MACHINE_FRAMES;

        if (may_hold(frame, bytes))
            return frame;
    }
    return MACHINE_FRAMES;
}

pt64_paddr_t machine_alloc_frame(void *ctx, size_t bytes)
{
    size_t frame;

    (void)ctx;
    machine_announce(MACHINE_ALLOC, NULL);
    check_size(bytes, "asked for");
    check_window(machine.broken[machine.writer] == 0, "a frame is asked for");
    if (machine.on_alloc != NULL)
        machine.on_alloc(machine.on_alloc_arg);
    frame = machine.allocations_left == 0 ? MACHINE_FRAMES : find_free_frame(bytes);
    if (frame == MACHINE_FRAMES) {
        machine.refusals++;
        return PT64_NO_FRAME;
    }
    if (machine.allocations_left != SIZE_MAX)
        machine.allocations_left--;
    memset(&machine.frames[frame], 0, sizeof machine.frames[frame]);
    machine.frames[frame].state = FRAME_OURS;
    machine.frames[frame].writer = machine.writer;
    machine.frames[frame].bytes = bytes;
    machine.frames[frame].entries = entries_of(bytes);
    /* A small frame is aligned to its size, and to no more. */
    machine.frames[frame].offset =
        machine.allocations++ * larger(bytes, machine.rules.node_alignment) % machine.stride;
    machine.frames_ours++;
    fill_frame(frame, MACHINE_FRESH);
    return machine_paddr(frame);
}

/* The stores that wait for a freed frame go out unseen: no CPU walks there. */
static void drop_waiting(size_t frame)
{
    size_t kept = 0;

    for (size_t i = 0; i < machine.buffered; i++)
        if (machine.buffer[i].place.word / machine.words != frame)
            machine.buffer[kept++] = machine.buffer[i];
    machine.buffered = kept;
}

void machine_free_frame(void *ctx, pt64_paddr_t paddr, size_t bytes)
{
    size_t frame;

    (void)ctx;
    machine_announce(MACHINE_FREE, NULL);
    frame = frame_given(paddr);
    MODEL_CHECK(bytes == machine.frames[frame].bytes, "a frame is freed as %zu bytes", bytes);
    MODEL_CHECK(!machine_is_reachable(frame), "frame %#llx is freed while it is linked",
                (unsigned long long)paddr);
    reader_finish();
    ledger_check_use(frame, "freed");
    mmu_check_free(frame);
    drop_waiting(frame);
    machine.frames[frame].state = FRAME_FREED;
    machine.frames_ours--;
    fill_frame(frame, MACHINE_FREED);
}

void *machine_phys_to_virt(void *ctx, pt64_paddr_t paddr)
{
    (void)ctx;
    if (reader_is_running())
        return reader_phys_to_virt(paddr);
    return machine_virt(frame_given(paddr));
}

/* ---- roots ---- */

unsigned machine_add_root(pt64_paddr_t paddr)
{
    size_t frame = frame_given(paddr);

    MODEL_CHECK(machine.frames[frame].entries ==
                    rules_entries(&machine.rules, rules_root_level(&machine.rules)),
                "a root of %zu entries", machine.frames[frame].entries);
    for (unsigned i = 0; i < MACHINE_ROOTS; i++) {
        if (machine.roots[i].used)
            continue;
        machine.roots[i] = (struct machine_root){
            .frame = frame, .used = true, .id = machine.has_ids ? MACHINE_UNNAMED : 0};
        machine.frames[frame].is_root = true;
        machine.frames[frame].was_linked = true;
        machine.frames[frame].level = rules_root_level(&machine.rules);
        machine.frames[frame].root = i;
        return i;
    }
    model_fail("more roots than the machine has room for");
}

void machine_forget_root(unsigned root)
{
    machine.frames[machine.roots[root].frame].is_root = false;
    machine.roots[root].used = false;
}

/* RISC-V: a kernel executes SFENCE.VMA after it has written satp. It also orders its stores. */
void machine_load_root(unsigned root)
{
    if (machine.rules.format.arch == ORACLE_RISCV)
        machine_complete_stores();
    MODEL_CHECK(!machine.rules.weak_stores || machine.frames_changed <= machine.completed,
                "a table is loaded, and walkers may not see what was stored in it");
    machine_complete_stores();
    machine.synchronized = machine.time;
    machine.roots[root].loaded = true;
    mmu_enter(MACHINE_THIS_CPU, root);
}

void machine_unload_root(unsigned root)
{
    machine_complete_stores();
    machine.roots[root].loaded = false;
    ledger_forget_root(root);
    mmu_forget_root(root);
}

void machine_set_id(unsigned root, uint64_t id)
{
    machine.roots[root].id = id;
}

unsigned machine_any_loaded_root(void)
{
    unsigned start = (unsigned)dice_below(&machine.dice, MACHINE_ROOTS);

    for (unsigned i = 0; i < MACHINE_ROOTS; i++) {
        unsigned root = (start + i) % MACHINE_ROOTS;

        if (machine.roots[root].used && machine.roots[root].loaded)
            return root;
    }
    return MACHINE_ROOTS;
}

/* The node that a root's slot for an address links, as walkers see it. */
static size_t table_below_root(unsigned root, uint64_t vaddr)
{
    unsigned level = rules_root_level(&machine.rules);
    struct rules_entry entry;

    machine_decode(machine.seen[machine.roots[root].frame * machine.words +
                                (size_t)rules_index(&machine.rules, vaddr, level)],
                   level, &entry);
    return entry.kind == RULES_TABLE ? machine_frame_of(entry.next) : MACHINE_FRAMES;
}

static bool leads_to(unsigned root, const struct place *place)
{
    size_t table;

    if (!machine.roots[root].used || !machine.roots[root].loaded)
        return false;
    if (root == place->root)
        return true;
    if (place->level == rules_root_level(&machine.rules) || !machine.roots[place->root].used)
        return false;
    table = table_below_root(root, place->vaddr);
    return table != MACHINE_FRAMES && table == table_below_root(place->root, place->vaddr);
}

unsigned machine_next_root_to(const struct place *place, unsigned from)
{
    unsigned root = from;

    while (root < MACHINE_ROOTS && !leads_to(root, place))
        root++;
    return root;
}

void machine_fault(unsigned root, uint64_t vaddr)
{
    if (machine.rules.faults_forget) {
        mmu_forget_address(root, vaddr);
        ledger_forget_address(root, vaddr);
    }
    if (machine.on_fault != NULL)
        machine.on_fault(root, vaddr);
}

/* ---- the contents of pages ---- */

void machine_write_contents(uint64_t paddr, uint64_t bytes)
{
    struct contents contents = {paddr, bytes, ++machine.time};

    if (machine.content_count == MACHINE_CONTENTS)
        machine.content_count--;
    machine.contents[machine.content_count++] = contents;
}

/* Whether the page was mapped already, or is only broken and comes back. */
static bool is_there(uint64_t old, const struct oracle_page *page, unsigned level)
{
    uint64_t mended = machine.mended != NULL ? machine.mended(old, level) : 0;
    struct rules_entry before;

    machine_decode(mended != 0 ? mended : old, level, &before);
    return before.kind == RULES_LEAF && before.page.paddr == page->paddr;
}

static void check_contents(const struct rules_entry *entry, const struct place *place, uint64_t old)
{
    const struct oracle_page *page = &entry->page;

    if (is_there(old, page, place->level))
        return;
    for (size_t i = 0; i < machine.content_count && machine.rules.weak_stores; i++)
        MODEL_CHECK(machine.contents[i].paddr >= page->paddr + page->size ||
                        page->paddr >= machine.contents[i].paddr + machine.contents[i].bytes,
                    "a walker may see the page at %#llx before what was written into it",
                    (unsigned long long)place->vaddr);
}

/* ---- reading ---- */

static size_t word_of(const pt64_slot_t *slot, unsigned bytes)
{
    size_t word = machine_word_of(slot);

    MODEL_CHECK(bytes == machine.rules.format.entry_bytes, "access to an entry of %u bytes", bytes);
    MODEL_CHECK(word != MACHINE_NO_WORD, "access outside of all frames");
    MODEL_CHECK(machine.frames[word / machine.words].state == FRAME_OURS,
                "access to a frame that was freed");
    return word;
}

pt64_entry_t machine_load(const pt64_slot_t *slot, unsigned bytes)
{
    if (reader_is_running())
        return reader_load(slot);
    machine_announce(MACHINE_LOAD, slot);
    moment();
    return machine.stored[word_of(slot, bytes)];
}

/* Eight bytes hold one entry, or two. */
static bool read_view(const uint64_t *view, uint64_t paddr, uint64_t *bytes)
{
    size_t frame = machine_frame_of(paddr);
    unsigned size = machine.rules.format.entry_bytes;
    size_t word;

    if (frame == MACHINE_FRAMES || machine.frames[frame].state != FRAME_OURS)
        return false;
    word = word_at(paddr - machine.base);
    *bytes = 0;
    for (unsigned i = 0; i < sizeof *bytes / size; i++)
        *bytes |= rules_as_ours(&machine.rules, view[word + i], machine.frames[frame].level)
                  << 8 * size * i;
    return true;
}

bool machine_read_seen(void *ctx, uint64_t paddr, uint64_t *word)
{
    (void)ctx;
    return read_view(machine.seen, paddr, word);
}

bool machine_read_stored(void *ctx, uint64_t paddr, uint64_t *word)
{
    (void)ctx;
    return read_view(machine.stored, paddr, word);
}

/* ---- stores ---- */

static void let_out(size_t index)
{
    struct pending_store store = machine.buffer[index];
    uint64_t old = machine.seen[store.place.word];

    memmove(&machine.buffer[index], &machine.buffer[index + 1],
            (machine.buffered - index - 1) * sizeof store);
    machine.buffered--;
    machine.seen[store.place.word] = store.value;
    machine.sights += store.is_linked && old != store.value ? 1 : 0;
    if (store.is_linked && old != store.value &&
        machine_next_root_to(&store.place, 0) < MACHINE_ROOTS)
        judge_change(&store.place, old, store.value, store.guard);
}

void machine_order_stores(void)
{
    while (machine.buffered > 0)
        let_out(0);
    machine.ordered = machine.time;
    machine.content_count = 0;
}

void machine_order(void)
{
    machine_announce(MACHINE_ORDER, NULL);
    moment();
    machine_order_stores();
}

void machine_complete_stores(void)
{
    machine_order_stores();
    machine.completed = machine.time;
}

/* Stores to one word keep their order. */
void machine_leak_store(void)
{
    size_t index;
    size_t word;

    if (machine.buffered == 0)
        return;
    index = (size_t)dice_below(&machine.dice, machine.buffered);
    word = machine.buffer[index].place.word;
    for (size_t i = 0; i < index; i++)
        if (machine.buffer[i].place.word == word)
            index = i;
    let_out(index);
}

/* Where validity arrives by itself, a store that makes an entry valid need not have arrived. */
static bool must_arrive(const struct place *place, uint64_t old)
{
    struct rules_entry entry;

    if (!machine.rules.validity_arrives)
        return true;
    machine_decode(old, place->level, &entry);
    return entry.kind != RULES_EMPTY;
}

static bool is_same_access(const struct oracle_access *a, const struct oracle_access *b)
{
    return a->read == b->read && a->write == b->write && a->execute == b->execute;
}

/* A flag that hardware sets by itself may also be set by software. */
static bool is_flag_kept(bool old, bool new, bool sets)
{
    return old == new || (new && sets);
}

/* Whether the change shows only in bits that hardware does not read. */
static bool is_same_page(uint64_t old, uint64_t new, unsigned level)
{
    struct rules_entry before;
    struct rules_entry after;

    machine_decode(old, level, &before);
    machine_decode(new, level, &after);
    return before.kind == RULES_LEAF && after.kind == RULES_LEAF &&
           before.page.paddr == after.page.paddr && before.page.type == after.page.type &&
           before.page.global == after.page.global &&
           is_flag_kept(before.page.accessed, after.page.accessed, machine.rules.sets_accessed) &&
           is_flag_kept(before.page.dirty, after.page.dirty, machine.rules.sets_dirty) &&
           is_same_access(&before.page.kernel, &after.page.kernel) &&
           is_same_access(&before.page.user, &after.page.user) &&
           rules_is_shadow_stack(&machine.rules, &before.page) ==
               rules_is_shadow_stack(&machine.rules, &after.page) &&
           before.page.key == after.page.key && before.page.guarded == after.page.guarded &&
           before.page.plv == after.page.plv && before.page.restricted == after.page.restricted;
}

static bool has_leaf(uint64_t table, unsigned level)
{
    size_t frame = machine_frame_of(table);
    size_t entries = frame < MACHINE_FRAMES ? machine.frames[frame].entries : 0;

    for (size_t i = 0; i < entries; i++) {
        struct rules_entry entry;

        if (machine.stored[frame * machine.words + i] == 0)
            continue;
        machine_decode(machine.stored[frame * machine.words + i], level, &entry);
        if (entry.kind == RULES_LEAF ||
            (entry.kind == RULES_TABLE && has_leaf(entry.next, level - 1)))
            return true;
    }
    return false;
}

/* Walkers find nothing in an entry that is not present, and nothing in a node without leaves.
 * Caches may tell entries of two sizes apart. */
static bool is_as_empty(uint64_t old, uint64_t new, unsigned level)
{
    struct rules_entry before;
    struct rules_entry after;

    machine_decode(old, level, &before);
    machine_decode(new, level, &after);
    if (before.kind == RULES_EMPTY && after.kind == RULES_EMPTY)
        return rules_is_huge_hole(&machine.rules, old, level) ==
               rules_is_huge_hole(&machine.rules, new, level);
    return before.kind == RULES_EMPTY && after.kind == RULES_TABLE &&
           !has_leaf(after.next, level - 1);
}

/* The guard by which the slot is changed. */
static unsigned guard_at(const struct place *place)
{
    return place->root == machine.source ? machine.source_guard : machine.guard;
}

static void note_change(const struct place *place, uint64_t old, uint64_t new)
{
    struct rules_entry entry;

    if (old == new || machine_next_root_to(place, 0) == MACHINE_ROOTS)
        return;
    if (must_arrive(place, old) && !is_same_page(old, new, place->level) &&
        !is_as_empty(old, new, place->level))
        machine.changed[guard_at(place)] = machine.time;
    machine_decode(old, place->level, &entry);
    if (entry.kind == RULES_TABLE && machine_frame_of(entry.next) < MACHINE_FRAMES)
        machine.frames[machine_frame_of(entry.next)].unlinked = machine.time;
}

/* The format's absent form says that a page is broken and comes back. */
static bool is_broken(const struct place *place, uint64_t value, const struct rules_entry *entry)
{
    return entry->kind == RULES_EMPTY && machine.mended != NULL &&
           machine.mended(value, place->level) != 0;
}

/* From the first break to the last make no node is filled and none is linked. Other pages of the
 * region may change, and so may the pages that come back. */
static void note_window(size_t word, bool was_broken, bool is_broken_now, bool is_page)
{
    uint64_t bit = UINT64_C(1) << word % 64;

    check_window(machine.broken[machine.writer] == 0 || was_broken || is_broken_now || is_page,
                 "a table is filled or linked");
    if (is_broken_now)
        machine.is_broken[word / 64] |= bit;
    else
        machine.is_broken[word / 64] &= ~bit;
    machine.broken[machine.writer] += (size_t)is_broken_now - (size_t)was_broken;
}

/* Whether a walker may read what changes there: not bits that hardware ignores, nor how a node that
 * was unlinked is taken apart. */
static bool is_read(const struct place *place, bool is_linked, const struct frame *frame,
                    uint64_t old, uint64_t new)
{
    return is_linked ? !is_same_page(old, new, place->level) : !frame->was_linked;
}

/* A store in program order. */
static bool store_in_order(size_t word, uint64_t value, bool is_ordered, struct place *place)
{
    struct frame *frame = &machine.frames[word / machine.words];
    uint64_t bit = UINT64_C(1) << word % 64;
    bool is_linked = machine_place(word, place);
    uint64_t old = machine.stored[word];
    struct rules_entry entry;

    bool was_broken = (machine.is_broken[word / 64] & bit) != 0;

    place->word = word;
    machine_decode(value, is_linked ? place->level : 0, &entry);
    note_window(word, was_broken, is_linked && is_broken(place, value, &entry),
                is_linked && entry.kind == RULES_LEAF);
    if (!is_linked && frame->was_linked)
        ledger_check_use(word / machine.words, "written");
    machine.time++;
    if (!is_linked || old == value) {
        machine.stored[word] = value;
    } else {
        links_check_entry(&entry, value, place);
        if (entry.kind == RULES_LEAF)
            check_contents(&entry, place, old);
        note_change(place, old, value);
        machine.stored[word] = value;
        if (entry.kind == RULES_TABLE) {
            links_add(place, entry.next, is_ordered);
            published_check("linked");
        }
        if (machine.on_change != NULL)
            machine.on_change(place, old, value);
    }
    frame->stored = machine.time;
    if (is_read(place, is_linked, frame, old, value)) {
        machine.frames_changed = machine.time;
        if (!is_linked || !is_as_empty(old, value, place->level))
            machine.stored_by[is_linked ? guard_at(place) : machine.guard] = machine.time;
    }
    frame->written += machine.is_written[word / 64] & bit ? 0 : 1;
    machine.is_written[word / 64] |= bit;
    published_note(word);
    reader_note_change();
    return is_linked;
}

static void store(size_t word, uint64_t value, bool is_ordered)
{
    struct pending_store pending = {.value = value};

    MODEL_CHECK(machine.rules.format.entry_bytes == 8 || value >> 32 == 0,
                "an entry of four bytes is %#llx", (unsigned long long)value);
    if (is_ordered)
        machine_order_stores();
    pending.is_linked = store_in_order(word, value, is_ordered, &pending.place);
    pending.guard = pending.is_linked ? guard_at(&pending.place) : machine.guard;
    pending.time = machine.time;
    if (machine.buffered == MACHINE_BUFFER)
        machine_leak_store();
    machine.buffer[machine.buffered++] = pending;
    if (!machine.rules.weak_stores)
        machine_complete_stores();
}

void machine_store(pt64_slot_t *slot, unsigned bytes, pt64_entry_t entry)
{
    machine_announce(MACHINE_STORE, slot);
    moment();
    store(word_of(slot, bytes), entry, !machine.rules.weak_stores);
    moment();
}

void machine_store_leaf(pt64_slot_t *slot, unsigned bytes, pt64_entry_t entry)
{
    machine_announce(MACHINE_STORE, slot);
    moment();
    store(word_of(slot, bytes), entry, true);
    moment();
}

void machine_store_link(pt64_slot_t *slot, unsigned bytes, pt64_entry_t entry)
{
    machine_announce(MACHINE_STORE, slot);
    moment();
    store(word_of(slot, bytes), entry, true);
    moment();
}

/* Reads and writes at the point of coherence: the result has what the CPU set until then. */
pt64_entry_t machine_exchange(pt64_slot_t *slot, unsigned bytes, pt64_entry_t entry)
{
    size_t word;
    pt64_entry_t old;

    machine_announce(MACHINE_EXCHANGE, slot);
    word = word_of(slot, bytes);
    moment();
    machine_order_stores();
    old = machine.stored[word];
    store(word, entry, true);
    machine_order_stores();
    moment();
    return old;
}

bool machine_compare_exchange(pt64_slot_t *slot, unsigned bytes, pt64_entry_t *expected,
                              pt64_entry_t entry)
{
    size_t word;
    bool is_equal;

    machine_announce(MACHINE_EXCHANGE, slot);
    word = word_of(slot, bytes);
    moment();
    machine_order_stores();
    is_equal = machine.stored[word] == *expected;
    if (is_equal) {
        store(word, entry, true);
        machine_order_stores();
    } else {
        *expected = machine.stored[word];
    }
    moment();
    return is_equal;
}

static bool is_waiting(size_t word)
{
    for (size_t i = 0; i < machine.buffered; i++)
        if (machine.buffer[i].place.word == word)
            return true;
    return false;
}

/* A waiting store overwrites what the CPU sets in the meantime. */
void machine_update(const struct place *place, uint64_t entry, bool accessed, bool dirty)
{
    machine.seen[place->word] = entry;
    if (!is_waiting(place->word))
        machine.stored[place->word] = entry;
    if (machine.on_update != NULL)
        machine.on_update(place, entry, accessed, dirty);
}

void machine_check_arrived(unsigned guard)
{
    published_check("committed");
    MODEL_CHECK(machine.changed[guard] <= machine.completed,
                "at a commit a change may not have reached the walkers: no barrier");
    MODEL_CHECK(!machine.rules.needs_synchronization ||
                    machine.changed[guard] <= machine.synchronized,
                "at a commit fetches may not have seen a change: no context synchronization");
}

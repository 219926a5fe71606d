/* SPDX-License-Identifier: MIT */
/*
 * A table small enough to prove whole calls about: nodes of two entries, in an array of words.
 * Every access to an entry must be to a node that the handler has given out and not taken back.
 *
 * Smaller nodes have no other code: what a call does at the edges of a node, it does here too. What
 * only nodes of more entries reach (blocks of eight entries, runs of more than two pages) is not
 * proved.
 */
#ifndef TESTS_PROOF_TINY_H
#define TESTS_PROOF_TINY_H

#define PT64_HOSTED
#define PT64_CUSTOM_ENTRY_ACCESS
#include <page_table64/traits.h>

#include "proof.h"
#include "variant.h"

#ifndef TABLES
#define TABLES 1U
#endif

/* The frames that one call may take from a table's own, besides those of its nodes. */
#ifndef SPARE_FRAMES
#define SPARE_FRAMES (2 * (LEVELS - 1))
#endif

#define ENTRIES     2U
#define ENTRY_BYTES (1U << ENTRY_SHIFT)
#define PAGE        ((pt64_size_t)1 << PAGE_BITS)
#define BELOW       (1U << (LEVELS - 1))   /* smallest pages of a root slot */
#define PAGES       (ROOT_ENTRIES * BELOW) /* smallest pages that a table translates */
#define ROOT_FRAMES (ROOT_ENTRIES / ENTRIES)
#define NODES       (ROOT_FRAMES + ROOT_ENTRIES * (BELOW - 1) + SINKS) /* of a full table */
#define OWN_FRAMES  (NODES + SPARE_FRAMES)
#define FRAMES      (TABLES * OWN_FRAMES) /* each table has its own */

static pt64_entry_t words[FRAMES * ENTRIES];
static bool is_taken[FRAMES];            /* the handler has given it out */
static bool is_walkable[TABLES][FRAMES]; /* a walker of the table may still come to it */
static unsigned level_of[FRAMES];        /* the level of a node that a walker may come to */
static bool was_taken[FRAMES];           /* before the call */
static unsigned next_frame[TABLES];      /* that it gives out */
static bool may_fail;                    /* the handler may have no frame */
static bool has_failed;                  /* it had none */
static bool is_planned;                  /* a clone may ask for none any more */
static bool is_using;                    /* the handler uses the table itself */
static bool is_stale[TABLES]; /* a CPU may hold what a slot of it does not say any more */

static pt64_paddr_t frame_at(unsigned index)
{
    return (pt64_paddr_t)(index + 1) << PAGE_BITS;
}

/* The first of its frames. */
static unsigned root_of(unsigned t)
{
    return t * OWN_FRAMES;
}

static bool is_root(uint64_t index)
{
    bool is_root = false;

    for (unsigned t = 0; t < TABLES; t++)
        is_root |= index == root_of(t);
    return is_root;
}

/* The node that has it. A root may have more words than other nodes, and takes several frames. */
static unsigned node_of(size_t word)
{
    unsigned index = (unsigned)(word / ENTRIES);

    for (unsigned t = 0; t < TABLES; t++)
        if (index - root_of(t) < ROOT_FRAMES)
            return root_of(t);
    return index;
}

/* FRAMES or more if there is no such frame. */
static uint64_t index_of(pt64_paddr_t frame)
{
    return (frame & (PAGE - 1)) == 0 ? (frame >> PAGE_BITS) - 1 : FRAMES;
}

/* Arrays are read and written by constants, so that the prover has each element by itself. */
static bool is_given(uint64_t index)
{
    bool is_given = false;

    for (unsigned i = 0; i < FRAMES; i++)
        is_given |= i == index && is_taken[i];
    return is_given;
}

/* ---- access to entries ---- */

/* How many entries a node has: a power of two. */
static unsigned entries_of(uint64_t index)
{
    return is_root(index) ? ROOT_ENTRIES : ENTRIES;
}

static unsigned entries_at(unsigned level)
{
    return level == LEVELS - 1 ? ROOT_ENTRIES : ENTRIES;
}

/* A node is seen at its physical address: what leads to an entry is a number to the prover. */
static size_t word_of(const pt64_slot_t *slot)
{
    uint64_t address = (uint64_t)slot;
    uint64_t index = index_of(address & ~(PAGE - 1));
    uint64_t offset = address & (PAGE - 1);

    CLAIM(is_given(index) && (offset & ~(uint64_t)((entries_of(index) - 1) * ENTRY_BYTES)) == 0);
    return index * ENTRIES + (offset >> ENTRY_SHIFT & (ROOT_ENTRIES - 1));
}

static pt64_entry_t as_wide_as_a_word(pt64_entry_t entry)
{
    return ENTRY_BYTES == 4 ? (uint32_t)entry : entry;
}

static pt64_entry_t word_at(size_t word)
{
    pt64_entry_t entry = 0;

    for (unsigned i = 0; i < FRAMES * ENTRIES; i++)
        if (i == word)
            entry = words[i];
    return entry;
}

static void note_change(size_t word, pt64_entry_t entry);
static void note_link(size_t word, pt64_entry_t entry);
static void note_page(void);
static void use_table(void);

PT64_INLINE pt64_entry_t pt64_load(const struct pt64_meta *meta, const pt64_slot_t *slot)
{
    (void)meta;
    return word_at(word_of(slot));
}

PT64_INLINE pt64_entry_t pt64_load_link(const struct pt64_meta *meta, const pt64_slot_t *slot)
{
    return pt64_load(meta, slot);
}

PT64_INLINE void pt64_store(const struct pt64_meta *meta, pt64_slot_t *slot, pt64_entry_t entry)
{
    size_t word = word_of(slot);

    (void)meta;
    entry = as_wide_as_a_word(entry);
    note_page();
    note_change(word, entry);
    for (unsigned i = 0; i < FRAMES * ENTRIES; i++)
        if (i == word)
            words[i] = entry;
    note_link(word, entry);
    note_page();
}

PT64_INLINE void pt64_store_link(const struct pt64_meta *meta, pt64_slot_t *slot,
                                 pt64_entry_t entry)
{
    pt64_store(meta, slot, entry);
}

PT64_INLINE void pt64_store_leaf(const struct pt64_meta *meta, pt64_slot_t *slot,
                                 pt64_entry_t entry)
{
    pt64_store(meta, slot, entry);
}

PT64_INLINE void pt64_order_stores(void)
{
}

PT64_INLINE pt64_entry_t pt64_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t entry)
{
    pt64_entry_t old = pt64_load(meta, slot);

    pt64_store(meta, slot, entry);
    return old;
}

PT64_INLINE bool pt64_compare_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t *expected, pt64_entry_t entry)
{
    pt64_entry_t old = pt64_load(meta, slot);
    bool is_expected = old == *expected;

    *expected = old;
    if (is_expected)
        pt64_store(meta, slot, entry);
    return is_expected;
}

#include <page_table64.h>
#include FORMAT_HEADER

#include "everything.h"

static const struct pt64_pte *const pte = &FORMAT;

/* ---- the operating system ---- */

/*
 * The handler has frames for a while, then none. A frame that came back is not given out again. Its
 * ctx is the number of the table, which has its own frames.
 */
static pt64_paddr_t alloc_frame(void *ctx, size_t bytes)
{
    unsigned t = (unsigned)(uint64_t)ctx;
    unsigned index;

    CLAIM(bytes == entries_of(next_frame[t]) * ENTRY_BYTES);
    CLAIM(!is_planned);
    GIVEN(!is_planned);
    if (USES_TABLE && may_fail && !is_using) {
        is_using = true;
        use_table();
        is_using = false;
    }
    has_failed = has_failed || (may_fail && nondet_bool());
    if (has_failed)
        return PT64_NO_FRAME;
    index = next_frame[t];
    CLAIM(index < root_of(t) + OWN_FRAMES);
    for (unsigned i = 0; i < FRAMES; i++)
        if (i == index)
            is_taken[i] = true;
    next_frame[t] = index + (is_root(index) ? ROOT_FRAMES : 1);
    return frame_at(index);
}

/* No frame comes back twice, nor while a walker may come to it. */
static void free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    uint64_t index = index_of(frame);

    (void)ctx;
    CLAIM(bytes == entries_of(index) * ENTRY_BYTES);
    CLAIM(is_given(index));
    for (unsigned i = 0; i < FRAMES; i++)
        if (i == index) {
            for (unsigned t = 0; t < TABLES; t++)
                CLAIM(!is_walkable[t][i]);
            is_taken[i] = false;
        }
}

static void *phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    uint64_t index = index_of(frame);

    (void)ctx;
    return is_given(index) ? (void *)frame : NULL;
}

static void flush(void *ctx, const struct pt64_flush *request);

static const struct pt64_handler handler = {
    .alloc_frame = alloc_frame,
    .free_frame = free_frame,
    .phys_to_virt = phys_to_virt,
    .flush = flush,
};

/* Which addresses a request names is proved by no call here: gathering.c and requests.c have that.
 */
static const struct pt64_meta tiny = {
    .entry_bytes = ENTRY_BYTES,
    .page_shift = PAGE_BITS,
    .index_bits = 1,
    .limits = {.levels = LEVELS,
               .vaddr_bits = PAGE_BITS + LEVELS + ROOT_BITS - 1,
               .leaf_levels = LEVELS,
               .paddr_bits = PADDR_BITS,
               .no_execute = true,
               .split = RESIZE,
               .grow = RESIZE,
               .flush_limit = 8},
    .space = SPACE,
    .needs_sink = SINKS > 0,
    .break_to_move = BREAKING != 0,
    .needs = NEEDS_EVERYTHING,
};

DEFINE(pt, tiny, FORMAT, handler);

static pt_t table;

/* ---- what a table says ---- */

/* What is at a smallest page: nothing, a page or a part of one, hidden or not, or a mark. */
struct seen {
    bool is_there;
    pt64_paddr_t paddr; /* or the mark */
    pt64_flags_t flags;
    unsigned level;
    pt64_entry_t entry;
};

static bool is_link(pt64_entry_t entry, unsigned level)
{
    return level > 0 && pte->kind(&tiny.limits, entry, level) == PT64_LINK;
}

/* The frame that an entry links, by its index. */
static uint64_t linked(pt64_entry_t entry, unsigned level)
{
    return index_of(pte->link_address(entry, level));
}

/* The entry where a walk from a root to page `page` ends, and its level. */
static pt64_entry_t walk_from(unsigned root, unsigned page, unsigned *level)
{
    uint64_t node = root;

    for (*level = LEVELS - 1;; --*level) {
        unsigned slot = page >> *level & (entries_at(*level) - 1);
        pt64_entry_t entry = word_at(node * ENTRIES + slot);

        if (!is_link(entry, *level))
            return entry;
        node = linked(entry, *level);
        if (node >= FRAMES)
            return 0;
    }
}

static pt64_entry_t walk(unsigned page, unsigned *level)
{
    return walk_from(0, page, level);
}

static struct seen see_from(unsigned root, unsigned page)
{
    struct seen seen = {.is_there = false};
    pt64_entry_t entry = walk_from(root, page, &seen.level);
    bool is_leaf = pte->kind(&tiny.limits, entry, seen.level) == PT64_LEAF;
    pt64_entry_t leaf = is_leaf ? entry : pte->show(entry, seen.level);

    seen.entry = entry;
    if (leaf != 0) {
        seen.is_there = true;
        seen.flags = pte->decode(leaf, seen.level) & (is_leaf ? ~(pt64_flags_t)0 : ~PT64_ACCESS);
        seen.paddr = pte->leaf_address(leaf, seen.level) + (page & ((1U << seen.level) - 1)) * PAGE;
    } else if (entry != 0 && pte->mark_of(entry, seen.level, &seen.paddr)) {
        seen.is_there = true;
        seen.flags = PT64_MARK;
    }
    return seen;
}

static struct seen see(unsigned page)
{
    return see_from(0, page);
}

/* To the bit. Where nothing is, it does not matter how far the walk goes. */
static bool is_same(struct seen now, struct seen then)
{
    return now.is_there == then.is_there &&
           (!now.is_there || (now.level == then.level && now.entry == then.entry));
}

/* The same page, perhaps by smaller leaves. */
static bool says_the_same(struct seen now, struct seen then)
{
    return now.is_there == then.is_there &&
           (!now.is_there ||
            (now.level <= then.level && now.paddr == then.paddr && now.flags == then.flags));
}

/* The flags that a page keeps although protecting it to `flags` does not name them. */
static pt64_flags_t kept_by(pt64_flags_t flags)
{
    return (PT64_STICKY | pte->sticky) & ~(flags & pte->number ? pte->number : 0);
}

static pt64_vaddr_t vaddr_of(unsigned page)
{
    bool is_upper = SPACE != PT64_SPACE_LOWER && page >= PAGES / 2;

    return (is_upper ? (pt64_vaddr_t)page - PAGES : page) << PAGE_BITS;
}

/* ---- frames ---- */

static bool is_in_root(size_t word)
{
    return is_root(node_of(word));
}

static pt64_paddr_t sink_of(unsigned t)
{
    return frame_at(root_of(t) + ROOT_FRAMES);
}

/* Where there is a sink, a walker follows what does not end its walk. A sink says nothing. */
static bool may_be_held(size_t word, pt64_entry_t entry)
{
    return (entry & PRESENT) != 0 ||
           (SINKS > 0 && is_in_root(word) && (entry & ENDS_WALK) == 0 && entry != sink_of(0));
}

/* Whether a CPU that has seen `old` may act by it in another way than by `now`. */
static bool is_told_apart(size_t word, pt64_entry_t old, pt64_entry_t now)
{
    return may_be_held(word, old) && ((old ^ now) & ~IGNORED & ~(now & SET_BY_WALKERS)) != 0;
}

/* What a walker has seen it may hold, until a flush of everything. */
static void note_change(size_t word, pt64_entry_t entry)
{
    bool is_other = is_told_apart(word, word_at(word), entry);

    for (unsigned t = 0; t < TABLES; t++) {
        bool is_seen = false;

        for (unsigned i = 0; i < FRAMES; i++)
            is_seen |= i == node_of(word) && is_walkable[t][i];
        is_stale[t] |= is_seen && is_other;
    }
}

/* A node of a table is at this level. 0 if it is none, or has no links. */
static unsigned level_in(unsigned t, uint64_t node)
{
    unsigned level = 0;

    if (LEVELS == 2)
        return node == root_of(t) ? 1 : 0;
    for (unsigned i = 0; i < FRAMES; i++)
        level |= i == node && is_walkable[t][i] ? level_of[i] : 0;
    return level;
}

/* Walkers come by the entry to the node that it links. */
static void come_by(unsigned t, pt64_entry_t entry, unsigned level)
{
    for (unsigned i = 0; i < FRAMES; i++)
        if (is_link(entry, level) && linked(entry, level) == i) {
            is_walkable[t][i] = true;
            if (LEVELS > 2)
                level_of[i] = level - 1;
        }
}

/* A walker that does not check links comes to a node by each. */
static void note_link(size_t word, pt64_entry_t entry)
{
    CLAIM(SINKS == 0 || !is_in_root(word) || (entry & ENDS_WALK) != 0 ||
          is_given(linked(entry, LEVELS - 1)));
    for (unsigned t = 0; t < TABLES; t++) {
        unsigned level = level_in(t, node_of(word));

        come_by(t, entry, level);
        if (LEVELS > 2 && level == 2 && is_link(entry, 2))
            for (unsigned k = 0; k < ENTRIES; k++)
                come_by(t, word_at(linked(entry, 2) * ENTRIES + k), 1);
    }
}

static unsigned probe;    /* the page that is looked at */
static pt64_entry_t held; /* what a CPU may hold of it since the last flush; 0 if nothing */
static unsigned held_level;

/* What a CPU holds of a page and what it finds now differ in nothing that makes them conflict. */
static void note_page(void)
{
    pt64_entry_t entry;
    unsigned level;

    if (BREAKING == 0 || !is_walkable[0][root_of(0)])
        return;
    entry = walk(probe, &level);
    if (pte->kind(&tiny.limits, entry, level) != PT64_LEAF)
        return;
    CLAIM(held == 0 || (held_level == level && ((held ^ entry) & BREAKING) == 0));
    held = entry;
    held_level = level;
}

/* Which frames the nodes in `above` link, at their level. */
static void find_below(const bool *above, unsigned level, bool *below)
{
    for (unsigned i = 0; i < FRAMES; i++)
        below[i] = false;
    for (unsigned i = 0; i < FRAMES * ENTRIES; i++)
        for (unsigned k = 0; k < FRAMES; k++)
            below[k] |=
                above[node_of(i)] && is_link(words[i], level) && linked(words[i], level) == k;
}

/* Which frames a walk from a root comes to, besides those that are found already. */
static void find_nodes(unsigned root, bool *is_found)
{
    bool at[LEVELS][FRAMES];

    for (unsigned i = 0; i < FRAMES; i++) {
        at[LEVELS - 1][i] = i == root;
        is_found[i] |= i == root;
    }
    for (unsigned level = LEVELS - 1; level > 0; level--) {
        find_below(at[level], level, at[level - 1]);
        for (unsigned i = 0; i < FRAMES; i++)
            is_found[i] |= at[level - 1][i];
    }
}

/* After a flush of everything a walker comes only to what is linked. */
static void flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    for (unsigned t = 0; t < TABLES; t++)
        if (request->everything && request->root == frame_at(root_of(t))) {
            for (unsigned i = 0; i < FRAMES; i++)
                is_walkable[t][i] = false;
            find_nodes(root_of(t), is_walkable[t]);
            is_stale[t] = false;
            held = t == 0 ? 0 : held;
        }
}

/* Each frame that is given out is a node of a table, and each node is given out. */
static void no_frame_is_lost(void)
{
    bool is_node[FRAMES] = {false};

    for (unsigned t = 0; t < TABLES; t++) {
        find_nodes(root_of(t), is_node);
        is_node[SINKS > 0 ? root_of(t) + ROOT_FRAMES : root_of(t)] = true;
    }
    for (unsigned i = 0; i < FRAMES; i++)
        CLAIM(is_taken[i] == is_node[i]);
}

/* ---- any table ---- */

static pt64_entry_t any_page(unsigned level)
{
    pt64_flags_t flags = nondet_u32();
    pt64_paddr_t paddr = nondet_u64();

    GIVEN(pte->can_encode(&tiny.limits, flags, level));
    GIVEN(paddr >> PADDR_BITS == 0 && (paddr & ((PAGE << level) - 1)) == 0);
    return pte->leaf(&tiny.limits, flags, level) + pte->address(paddr, level);
}

/* An empty slot leads to the sink, if there is one. */
static pt64_entry_t empty(unsigned t, unsigned level)
{
    return SINKS > 0 && level > 0 ? pte->link(&tiny.limits, sink_of(t), level) : 0;
}

/* What a slot of table `t` may hold, but for a link. In an adopted table only pages are told. */
static pt64_entry_t any_entry(unsigned t, unsigned level)
{
    unsigned what = nondet_u32() & (IS_ADOPTED ? 1 : 3);
    pt64_entry_t entry = what == 0 ? empty(t, level) : any_page(level);
    pt64_flags_t hidden = PT64_READ;

    if (what == 2) {
        GIVEN((pte->decode(entry, level) & PT64_ACCESS) == hidden);
        GIVEN(pte->leaf_address(entry, level) >> (PADDR_BITS - pte->hidden_bits) == 0);
        entry = pte->hide(entry, level);
    }
    if (what == 3) {
        entry = pte->mark(&tiny.limits, nondet_u64(), level);
        GIVEN(entry != 0);
    }
    return entry;
}

/* A slot may hold a link or not. LINKED says which where the call begins: a bit for each table. */
static bool is_linked(unsigned t, unsigned index, unsigned k)
{
#ifdef LINKED
    if (index == root_of(t) && k == FIRST / ENTRIES)
        return (LINKED >> t & 1) != 0;
#endif
    (void)t;
    (void)index;
    (void)k;
    return nondet_bool();
}

/* The frames of nodes are numbered by their places in the tree: a node has those below it after it.
 */
static void any_node(unsigned t, unsigned index, unsigned level)
{
    level_of[index] = level;
    for (unsigned k = 0; k < entries_at(level); k++) {
        unsigned skipped = level == LEVELS - 1 ? ROOT_FRAMES + SINKS : 1;
        unsigned below = index + skipped + k * ((1U << level) - 1);

        words[index * ENTRIES + k] = any_entry(t, level);
        if (level > 0 && is_linked(t, index, k)) {
            words[index * ENTRIES + k] = pte->link(&tiny.limits, frame_at(below), level);
            is_taken[below] = true;
            is_walkable[t][below] = true;
            any_node(t, below, level - 1);
        }
    }
}

static void any_nodes(pt_t *of, unsigned t)
{
    next_frame[t] = root_of(t);
    may_fail = false;
    (void)!pt_create(of, (void *)(uint64_t)t);
    any_node(t, root_of(t), LEVELS - 1);
    if (IS_ADOPTED)
        CLAIM(pt_adopt(of, frame_at(root_of(t)), (void *)(uint64_t)t) == PT64_OK);
    is_walkable[t][root_of(t)] = true;
    next_frame[t] = root_of(t) + NODES;
}

static void any_table(void)
{
    for (unsigned i = 0; i < FRAMES * ENTRIES; i++)
        words[i] = as_wide_as_a_word(nondet_u64());
    any_nodes(&table, 0);
    is_stale[0] = false;
    may_fail = true;
}

#endif

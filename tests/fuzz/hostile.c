/* SPDX-License-Identifier: MIT */
/*
 * The bytes are tables of other software, or overwritten ones, and calls on them. The address
 * sanitizer knows what is no frame, and what was freed. phys_to_virt knows only frames. After a
 * number of questions it answers for none of the strange frames, because these may link each other
 * in circles. Every call must end, stay within the frames, free none of them twice, and free none
 * that the table still links elsewhere.
 */
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "report.h"
#include "support/arena.h"

#define STRANGE   12   /* frames of the tables that were there, from physical 0 on */
#define GIVEN     64   /* frames that the library is given besides, each number once */
#define QUESTIONS 120  /* for all calls that read, together */
#define SEARCHES  1000 /* for each call that changes, and searches for second links */
#define CALLS     12

#define MOST_WORDS (INPUT_NODE_BYTES / sizeof(uint64_t))
#define GAP_WORDS  8

struct frame {
    bool live;
    const void *freed_by; /* the table that freed it, or NULL */
    size_t bytes;
    uint64_t words[MOST_WORDS];
    uint64_t gap[GAP_WORDS];
};

static struct {
    struct frame strange[STRANGE];
    struct frame given[GIVEN];
    size_t given_count;
    size_t given_limit;
    size_t first_given; /* its number: tables that were built before cannot know it */
    const struct subject *s;
    size_t root_bytes; /* of a root node */
    size_t node_bytes; /* of another node */
    size_t bytes;      /* of the larger one: a frame is at a multiple of that */
    size_t left_to_readers;
    size_t questions; /* how many more are answered */
    bool changes;     /* the call changes the table */
    bool refused;     /* a question of such a call got no answer */
} memory;

/* Slots: twelve nodes of most formats, or the root of ARMv7's short descriptors and eight nodes. */
const size_t search_limit = 6144;

/* ---- the handler, with the arena's function names ---- */

static void open_frame(struct frame *frame, size_t bytes)
{
    frame->live = true;
    frame->freed_by = NULL;
    frame->bytes = bytes;
    __asan_poison_memory_region(frame->words, sizeof frame->words + sizeof frame->gap);
    __asan_unpoison_memory_region(frame->words, bytes);
}

static void close_frame(struct frame *frame)
{
    frame->live = false;
    __asan_poison_memory_region(frame->words, sizeof frame->words + sizeof frame->gap);
}

/* NULL if there has never been such a frame. */
static struct frame *frame_at(pt64_paddr_t paddr)
{
    size_t number = (size_t)(paddr / memory.bytes);

    /* An address within a node is none: a node read there would extend into the next one. */
    if (paddr % memory.node_bytes != 0)
        abort();
    if (paddr % memory.bytes != 0)
        return NULL;
    if (number < STRANGE)
        return &memory.strange[number];
    if (number - memory.first_given < memory.given_count)
        return &memory.given[number - memory.first_given];
    return NULL;
}

static bool is_node_bytes(size_t bytes)
{
    return bytes == memory.root_bytes || bytes == memory.node_bytes;
}

pt64_paddr_t arena_alloc_frame(void *ctx, size_t bytes)
{
    (void)ctx;
    if (!is_node_bytes(bytes))
        abort();
    if (memory.given_count == memory.given_limit)
        return PT64_NO_FRAME;
    open_frame(&memory.given[memory.given_count], bytes);
    memset(memory.given[memory.given_count].words, ARENA_FRESH_WORD & 0xff, bytes);
    return (memory.first_given + memory.given_count++) * memory.bytes;
}

static bool is_strange(const struct frame *frame)
{
    return frame >= memory.strange && frame < memory.strange + STRANGE;
}

/* Whether the frame can be a node of so many bytes. A strange frame can be any. */
static bool is_node_of(const struct frame *frame, size_t bytes)
{
    return is_strange(frame) ? is_node_bytes(bytes) : bytes == frame->bytes;
}

static uint64_t entry_in(const struct frame *frame, size_t index)
{
    size_t bytes = memory.s->meta->entry_bytes;
    uint64_t entry = 0;

    memcpy(&entry, (const char *)frame->words + index * bytes, bytes);
    return entry;
}

static void put_entry(struct frame *frame, size_t index, uint64_t entry)
{
    size_t bytes = memory.s->meta->entry_bytes;

    memcpy((char *)frame->words + index * bytes, &entry, bytes);
}

/* The nodes that a search has seen, by level. */
struct seen {
    const struct subject *s;
    pt64_paddr_t wanted;
    bool frames[PT64_MAX_LEVELS][STRANGE + GIVEN];
};

/* Whether the entry links what looks like a sink, which belongs to no table. */
static bool is_sink(const struct subject *s, uint64_t entry, unsigned level)
{
    pt64_paddr_t paddr = s->pte->link_address(entry, level);
    const struct frame *frame = paddr % memory.bytes == 0 ? frame_at(paddr) : NULL;

    return s->meta->needs_sink && frame != NULL && frame->live && entry_in(frame, 0) == entry;
}

/* Whether a walk from the node at `paddr`, at `level`, finds a link to the wanted frame. */
static bool leads_to(struct seen *seen, pt64_paddr_t paddr, unsigned level)
{
    const struct frame *frame = paddr % memory.bytes == 0 ? frame_at(paddr) : NULL;
    bool *was_seen;

    if (frame == NULL || !frame->live || level == 0)
        return false;
    was_seen = &seen->frames[level][is_strange(frame) ? frame - memory.strange
                                                      : STRANGE + (frame - memory.given)];
    if (*was_seen)
        return false;
    *was_seen = true;
    for (size_t i = 0; i < pt64_node_entries(seen->s->meta, &seen->s->meta->limits, level); i++) {
        uint64_t entry = entry_in(frame, i);

        if (seen->s->pte->kind(&seen->s->meta->limits, entry, level) != PT64_LINK ||
            is_sink(seen->s, entry, level))
            continue;
        if (seen->s->pte->link_address(entry, level) == seen->wanted ||
            leads_to(seen, seen->s->pte->link_address(entry, level), level - 1))
            return true;
    }
    return false;
}

/* Whether a table that has borrowed nothing links the frame. */
static bool is_linked(const struct pt64_table *table, pt64_paddr_t paddr)
{
    struct seen seen = {.s = memory.s, .wanted = paddr};

    if (table->borrowed != 0 || table->not_share_map != 0)
        return false;
    return leads_to(&seen, pt64_root_of(table), memory.s->meta->limits.levels - 1);
}

void arena_free_frame(void *ctx, pt64_paddr_t paddr, size_t bytes)
{
    struct frame *frame = frame_at(paddr);

    if (frame == NULL || !is_node_of(frame, bytes) || frame->freed_by == ctx)
        abort();
    if (is_strange(frame) && !memory.refused && is_linked(ctx, paddr))
        abort();
    close_frame(frame);
    frame->freed_by = ctx;
}

void *arena_phys_to_virt(void *ctx, pt64_paddr_t paddr)
{
    struct frame *frame = frame_at(paddr);

    (void)ctx;
    if (frame == NULL || !frame->live)
        return NULL;
    if (frame >= memory.given && frame < memory.given + GIVEN)
        return frame->words;
    if (memory.questions == 0) {
        memory.refused |= memory.changes;
        return NULL;
    }
    memory.questions--;
    return frame->words;
}

void arena_flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

/* What is published is in a frame that is live. */
void arena_publish(void *ctx, const void *start, size_t bytes)
{
    (void)ctx;
    if (__asan_region_is_poisoned((void *)(uintptr_t)start, bytes) != NULL)
        abort();
}

/* ---- tables from bytes ---- */

static uint64_t digest(const struct input *input)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < input->left; i++)
        hash = (hash ^ input->bytes[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return hash;
}

/* The entry that links a frame at one of the levels above 0. */
static uint64_t link_to(const struct subject *s, size_t frame, unsigned level)
{
    return link_entry(s, frame * memory.bytes, 1 + level % (s->meta->limits.levels - 1));
}

/* A physical address that the format has. */
static pt64_paddr_t some_paddr(const struct subject *s, uint8_t number)
{
    return ((uint64_t)number << 30) & (((uint64_t)1 << s->meta->limits.paddr_bits) - 1);
}

/* A page that can be read, and executed where no entry refuses that. */
static pt64_flags_t readable(const struct subject *s)
{
    bool can_refuse = s->pte->can_encode(&s->meta->limits, PT64_READ, 0);

    return can_refuse ? PT64_READ : PT64_READ | PT64_EXECUTE;
}

/* The entry in every slot where nothing else is planted. */
static uint64_t background_of(const struct subject *s, uint8_t byte)
{
    switch (byte % 4) {
    case 1:
        return link_to(s, (byte >> 2) % STRANGE, byte >> 6);
    case 2:
        return byte * UINT64_C(0x0101010101010101);
    default:
        return 0;
    }
}

static void lay_frames(const struct subject *s, struct input *input)
{
    uint8_t options = input_byte(input);
    uint64_t background;

    memory.s = s;
    memory.root_bytes = pt64_node_bytes(s->meta, &s->meta->limits, s->meta->limits.levels - 1);
    memory.node_bytes = pt64_node_bytes(s->meta, &s->meta->limits, 0);
    memory.bytes = input_node_bytes(s);
    background = background_of(s, input_byte(input));
    memory.changes = false;
    memory.questions = QUESTIONS;
    memory.refused = false;
    memory.first_given = 0x10000 + (digest(input) >> 48);
    memory.given_count = 0;
    memory.given_limit = options & 0x80 ? options & 15 : GIVEN;
    for (size_t i = 0; i < STRANGE; i++) {
        open_frame(&memory.strange[i], memory.bytes);
        for (size_t k = 0; k < memory.bytes / s->meta->entry_bytes; k++)
            put_entry(&memory.strange[i], k, background);
    }
}

/* Four bytes are an entry: where it is, and what it links or holds. Eight more bytes may give all
 * of it. */
static void plant(const struct subject *s, struct input *input)
{
    struct frame *frame = &memory.strange[input_byte(input) % STRANGE];
    uint8_t index = input_byte(input);
    uint8_t kind = input_byte(input);
    uint8_t target = input_byte(input);
    size_t slots = memory.bytes / s->meta->entry_bytes;
    size_t slot = kind & 0x80 ? slots - 1 - index % slots : index % slots;

    switch (kind % 4) {
    case 0:
        put_entry(frame, slot, link_to(s, target % (STRANGE + 1), kind >> 2));
        break;
    case 1:
        put_entry(frame, slot,
                  leaf_entry(s, some_paddr(s, target), readable(s) | PT64_WRITE,
                             target % s->meta->limits.leaf_levels));
        break;
    case 2:
        put_entry(frame, slot, link_to(s, target % STRANGE, kind >> 2) ^ input_bytes(input, 8));
        break;
    default:
        put_entry(frame, slot, input_bytes(input, 8));
        break;
    }
}

/* ---- calls ---- */

struct game {
    const struct subject *s;
    struct input *input;
    void *table;
    void *guard;
    void *other; /* the lender for copy_from */
    void *other_guard;
};

static enum pt64_walk go_on(void *arg, const struct pt64_visit *visit)
{
    const uint8_t *skipped = arg;

    return visit->level > 0 && (visit->entry >> 12 & 15) == *skipped ? PT64_WALK_SKIP
                                                                     : PT64_WALK_ON;
}

static void ignore_page(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    (void)page;
}

static pt64_paddr_t name_frame(void *arg, pt64_vaddr_t vaddr)
{
    return *(const pt64_paddr_t *)arg + (vaddr & 0xff00000);
}

static uint64_t slot_size(const struct game *game, unsigned level)
{
    const struct pt64_meta *meta = game->s->meta;

    return (uint64_t)1 << (meta->page_shift + meta->index_bits * (level % meta->limits.levels));
}

/* Chooses one or two slots on the way down. The others are the first of their nodes. */
static pt64_vaddr_t some_vaddr(struct game *game)
{
    const struct pt64_meta *meta = game->s->meta;
    uint64_t space = (uint64_t)1 << meta->limits.vaddr_bits;
    uint64_t offset = 0;
    bool is_upper;

    for (int i = 0; i < 2; i++) {
        uint8_t place = input_byte(game->input);
        uint64_t steps = (uint64_t)(int8_t)input_byte(game->input);

        offset += steps * slot_size(game, place & 7);
    }
    offset &= space - 1;
    is_upper = meta->space == PT64_SPACE_UPPER ||
               (meta->space == PT64_SPACE_SIGN_EXTENDED && offset >= space / 2);
    return is_upper ? offset - space : offset;
}

static pt64_status_t read_table(struct game *game, uint8_t kind, pt64_vaddr_t vaddr)
{
    const struct subject *s = game->s;
    struct pt64_mapping page;
    struct pt64_flaw flaw;
    pt64_paddr_t paddr;
    uint8_t skipped = kind >> 4;

    switch (kind % 7) {
    case 0:
        if (kind & 0x80)
            return s->test_accessed(game->table, vaddr & ~UINT64_C(0xffff), UINT64_C(1) << 32,
                                    ignore_page, NULL);
        return s->query(game->table, vaddr, &page);
    case 1:
        return s->translate(game->table, vaddr, &paddr);
    case 2:
        return s->next(game->table, vaddr, UINT64_MAX, &page);
    case 3:
        return s->walk(game->table, go_on, &skipped);
    case 4:
        return s->check(game->table, kind >> 7, &flaw);
    case 5:
        report_dump(s, game->table);
        return PT64_OK;
    default:
        report_explain(s, game->table, vaddr);
        return PT64_OK;
    }
}

static pt64_status_t change_page(struct game *game, uint8_t kind, pt64_vaddr_t vaddr)
{
    const struct subject *s = game->s;
    pt64_paddr_t paddr = some_paddr(s, kind);
    pt64_flags_t flags = readable(s);
    struct pt64_mapping page;

    switch (kind % 4) {
    case 0:
        return s->map(game->guard, vaddr, paddr, slot_size(game, kind >> 6), flags | PT64_WRITE);
    case 1:
        return s->unmap(game->guard, vaddr, &page);
    case 2:
        return s->protect(game->guard, vaddr, kind & 0x40 ? flags : flags | PT64_DEVICE);
    default:
        return s->remap(game->guard, vaddr, paddr, flags);
    }
}

static pt64_status_t change_region(struct game *game, uint8_t kind, pt64_vaddr_t vaddr)
{
    const struct subject *s = game->s;
    uint8_t length = input_byte(game->input);
    uint64_t bytes = (length & 31) * slot_size(game, length >> 5);
    uint64_t page = slot_size(game, 0);
    uint64_t few = bytes < 1100 * page ? bytes : 1100 * page;
    pt64_paddr_t paddr = kind & 0x80 ? vaddr & 0x3fffffff : page;
    pt64_flags_t flags = readable(s) | (kind & 0x40 ? PT64_DEVICE : 0) |
                         (kind & 0x20 ? game->s->flags() & PT64_GLOBAL : 0);

    switch (kind % 8) {
    case 0:
        if (kind & 0x80)
            return kind & 0x40 ? s->collapse(game->guard, vaddr, slot_size(game, length >> 5))
                               : s->populate(game->guard, vaddr, few, slot_size(game, 0));
        return s->unmap_region(game->guard, vaddr, bytes);
    case 1:
        return s->unmap_pages(game->guard, vaddr, bytes, ignore_page, NULL);
    case 2:
        if (kind & 0x80)
            return s->change_region(game->guard, vaddr, bytes, 0,
                                    kind & 0x40 ? PT64_WRITE : s->flags() & PT64_DIRTY);
        return s->protect_region(game->guard, vaddr, bytes, flags);
    case 3:
        return s->map_region(game->guard, vaddr, paddr, few, flags, PT64_SIZE_ANY);
    case 4:
        return s->map_pages(game->guard, vaddr, name_frame, &paddr, few, flags, PT64_SIZE_ANY);
    case 5:
        return kind & 0x40
                   ? s->test_and_clear_accessed(game->guard, vaddr, bytes, ignore_page, NULL)
                   : s->test_and_clear_dirty(game->guard, vaddr, bytes, ignore_page, NULL);
    case 6:
        return s->pin(kind & 0x40 ? game->guard : game->other_guard, vaddr, bytes);
    default:
        return s->copy_from(game->guard, game->other, vaddr, bytes);
    }
}

static void end_changes(struct game *game, uint8_t kind)
{
    const struct subject *s = game->s;

    if (kind & 1)
        s->commit(game->guard);
    else
        s->ignore(game->guard);
    if (!(kind & 2))
        return;
    s->set_id(game->table, kind >> 4);
    (void)s->readopt(game->table, s->release(game->table), game->table);
    s->begin(game->guard, game->table);
}

/* How many questions of the next call are answered. A call that reads goes in circles for long. */
static void allow_questions(bool changes)
{
    if (!memory.changes)
        memory.left_to_readers = memory.questions;
    memory.changes = changes;
    memory.questions = changes ? SEARCHES : memory.left_to_readers;
}

/* Makes a call, and ignores its answer. */
static void make_call(struct game *game)
{
    uint8_t group = input_byte(game->input);
    uint8_t kind = input_byte(game->input);
    pt64_vaddr_t vaddr = some_vaddr(game);
    pt64_status_t status = PT64_OK;

    allow_questions(group % 4 != 0);
    switch (group % 4) {
    case 0:
        status = read_table(game, kind, vaddr);
        break;
    case 1:
        status = change_page(game, kind, vaddr);
        break;
    case 2:
        status = change_region(game, kind, vaddr);
        break;
    default:
        end_changes(game, kind);
        break;
    }
    (void)status;
}

static bool take(struct game *game, void *table, unsigned root)
{
    return game->s->adopt(table, root % STRANGE * memory.bytes, table) == PT64_OK;
}

static void make_calls(struct game *game)
{
    const struct subject *s = game->s;
    uint8_t root = input_byte(game->input);

    allow_questions(true);
    if (!take(game, game->other, root >> 4) || !take(game, game->table, root & 15))
        return;
    s->begin(game->guard, game->table);
    s->begin(game->other_guard, game->other);
    for (int calls = 0; game->input->left > 0 && calls < CALLS; calls++)
        make_call(game);
    allow_questions(true);
    s->commit(game->guard);
    s->commit(game->other_guard);
    s->destroy(game->table);
    allow_questions(true);
    s->destroy(game->other);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct pt64_table tables[2];
    static struct pt64_guard guards[2];
    struct input input = {bytes, size};
    const struct subject *s = subjects[input_subject(&input)];
    struct game game = {s, &input, &tables[0], &guards[0], &tables[1], &guards[1]};
    unsigned entries = input_byte(&input) % 64;

    s->select(s);
    lay_frames(s, &input);
    while (entries-- > 0 && input.left > 0)
        plant(s, &input);
    make_calls(&game);
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "scene.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/ledger.h"
#include "model/published.h"
#include "model/reader.h"
#include "model/world.h"

#include "coroutine.h"

/* Of the tiny tables: the most levels, and log2 of the entries of a node. */
#define LEVELS     3
#define INDEX_BITS 3
/* The ranges begin in this slot of the root. */
#define FIRST_SLOT 1
/* Frames of one look are this far from those of another. Every huge page fits, of hardware too. */
#define LOOK_BYTES (UINT64_C(1) << 25)

#define PROBES 4 /* addresses of each writer that are watched */

/* A call that took frames: its plan was made before. */
struct taking {
    pt64_vaddr_t vaddr;
    uint64_t bytes;
    uint64_t time;
};

struct writer {
    const struct program *program;
    typed_guard_t guard;
    pt64_vaddr_t vaddr;
    uint64_t bytes;
    pt64_vaddr_t probes[PROBES];
    size_t allocations;
    bool was_refused;
    /* What its range maps: after each call since the last commit, and after the one under way. */
    struct reference states[PROGRAM_CALLS + 2];
    size_t state_count;
    bool is_calling;
    bool has_taken; /* the call under way */
    uint64_t took;
    struct taking takings[PROGRAM_CALLS]; /* since the last commit */
    size_t taking_count;
    struct explore_step next;
};

static struct {
    struct scene_choice choice;
    struct pt64_meta meta;
    struct format format;
    unsigned count;
    struct writer writers[EXPLORE_PROCESSES];
    struct space *space;
    struct space *source; /* of clones; NULL if there are none */
    typed_guard_t source_guard;
    typed_t record; /* the table as the writers find it: they write nothing there */
    struct dice dice;
    bool is_running;
    uint64_t sights; /* of walkers, as of the last look around */
    uint64_t looks;
} scene;

static uint64_t page_size(void)
{
    return rules_size(&machine.rules, 0);
}

/* ---- references ---- */

static void copy_reference(struct reference *to, const struct reference *from)
{
    struct pt64_mapping *pages = to->pages;
    size_t room = to->room;

    if (room < from->count + 1) {
        room = from->count + 16;
        pages = realloc(pages, room * sizeof *pages);
        if (pages == NULL)
            abort();
    }
    *to = *from;
    to->pages = pages;
    to->room = room;
    if (from->count > 0)
        memcpy(pages, from->pages, from->count * sizeof *pages);
}

static struct reference *newest(struct writer *writer)
{
    return &writer->states[writer->state_count - 1];
}

/* The state that the call under way leads to. */
static struct reference *coming(struct writer *writer)
{
    return &writer->states[writer->state_count];
}

static void forget_states(struct writer *writer)
{
    if (writer->state_count > 1)
        copy_reference(&writer->states[0], newest(writer));
    writer->state_count = 1;
}

/* ---- what others see ---- */

static bool is_as_in(const struct reference *state, pt64_vaddr_t vaddr,
                     const struct oracle_page *found)
{
    const struct pt64_mapping *page = reference_page(state, vaddr);
    bool is_absent = page == NULL || reference_is_absent(page);

    if (found == NULL || is_absent)
        return found == NULL && is_absent;
    return found->paddr + (vaddr - found->vaddr) == page->paddr + (vaddr - page->vaddr) &&
           scene.format.pte->decode(found->entry, found->level) == page->flags;
}

/* Whether pages may be absent between two states. */
static bool breaks(const struct writer *writer)
{
    return writer->is_calling &&
           (scene.meta.break_to_move || scene.meta.limits.grow >= PT64_RESIZE_BREAK);
}

/* Where stores wait, walkers may see any state since the last commit. */
static void check_sight(struct writer *writer, pt64_vaddr_t vaddr, const struct oracle_page *found)
{
    size_t first = machine.rules.weak_stores ? 0 : writer->state_count - 1;
    size_t end = writer->state_count + (writer->is_calling ? 1 : 0);

    if (found == NULL && breaks(writer))
        return;
    for (size_t i = first; i < end; i++)
        if (is_as_in(&writer->states[i], vaddr, found))
            return;
    model_fail("a walker sees at %#llx what never was: %#llx", (unsigned long long)vaddr,
               found == NULL ? 0 : (unsigned long long)found->entry);
}

static void watch(struct writer *writer, pt64_vaddr_t vaddr)
{
    struct oracle oracle = {machine.rules.format, {machine_read_seen, NULL}};
    struct oracle_page page;
    const char *why = NULL;
    enum oracle_outcome outcome =
        oracle_walk(&oracle, typed_root(&scene.space->table), vaddr, &page, &why);

    /* LoongArch: the sink is met above the last level. */
    MODEL_CHECK(outcome != ORACLE_DEFECT || !machine.rules.checks_directories,
                "a walk of %#llx meets a defect: %s", (unsigned long long)vaddr, why);
    check_sight(writer, vaddr, outcome == ORACLE_PAGE ? &page : NULL);
}

static pt64_vaddr_t any_probe(void)
{
    return scene.writers[dice_below(&scene.dice, scene.count)]
        .probes[dice_below(&scene.dice, PROBES)];
}

/* After a step that walkers see: each probe by a walk, and one by a query without a lock. */
static void look_around(void)
{
    if (machine.sights == scene.sights)
        return;
    scene.sights = machine.sights;
    for (unsigned i = 0; i < scene.count; i++)
        for (size_t k = 0; k < PROBES; k++)
            watch(&scene.writers[i], scene.writers[i].probes[k]);
    reader_step(scene.space, any_probe());
    if (scene.choice.distance == 0)
        reader_finish();
}

/* ---- what a writer may touch ---- */

static bool owns(const struct writer *writer, pt64_vaddr_t vaddr, uint64_t bytes)
{
    uint64_t before = vaddr - writer->vaddr;

    return before < writer->bytes && bytes <= writer->bytes - before;
}

static bool meets(const struct writer *writer, pt64_vaddr_t vaddr, uint64_t bytes)
{
    return vaddr - writer->vaddr < writer->bytes || writer->vaddr - vaddr < bytes;
}

/* A node that no walker reaches from its root any more, or not yet. */
static void check_hidden(const struct writer *writer, size_t index)
{
    const struct frame *frame = &machine.frames[index];

    if (frame->state != FRAME_OURS || frame->root != scene.space->root)
        return;
    if (frame->was_linked)
        MODEL_CHECK(owns(writer, frame->vaddr, rules_size(&machine.rules, frame->level + 1)),
                    "a writer is in the node of %#llx, which another has unlinked",
                    (unsigned long long)frame->vaddr);
    else
        MODEL_CHECK(frame->writer == machine.writer, "a writer is in a frame of another");
}

/* Whether the slot is one that parts of several ranges share. The others of a table are each one
 * writer's. */
static bool is_shared(const struct writer *writer, size_t word)
{
    struct place place;
    uint64_t bytes;

    if (word == MACHINE_NO_WORD)
        return false;
    if (!machine_place(word, &place)) {
        check_hidden(writer, word / machine.words);
        return false;
    }
    if (place.root != scene.space->root)
        return false;
    bytes = rules_size(&machine.rules, place.level);
    MODEL_CHECK(meets(writer, place.vaddr, bytes),
                "a writer touches the slot of %#llx (level %u), which is another's",
                (unsigned long long)place.vaddr, place.level);
    return !owns(writer, place.vaddr, bytes);
}

static void on_access(enum machine_access access, const pt64_slot_t *slot)
{
    struct writer *writer = &scene.writers[machine.writer];
    size_t word = slot == NULL ? MACHINE_NO_WORD : machine_word_of(slot);
    bool stops;

    if (!scene.is_running)
        return;
    look_around();
    if (access == MACHINE_ALLOC && !writer->has_taken) {
        writer->has_taken = true;
        writer->took = machine.time;
    }
    stops = is_shared(writer, word) && (access != MACHINE_PUBLISH || scene.choice.at_publish);
    if (scene.choice.distance != 0)
        stops = dice_one_in(&scene.dice, stops ? 2 : scene.choice.distance);
    if (!stops)
        return;
    writer->next = (struct explore_step){.writes = access != MACHINE_LOAD, .object = word};
    coroutine_yield();
}

/* ---- calls ---- */

static pt64_flags_t flags_of(enum look look)
{
    return look == LOOK_OTHER ? PT64_READ : PT64_READ | PT64_WRITE;
}

static pt64_paddr_t frames_of(const struct writer *writer, enum look look)
{
    uint64_t number = (uint64_t)(writer - scene.writers) * 2 + (look == LOOK_OTHER ? 1 : 0);

    return (number + 1) * LOOK_BYTES;
}

static pt64_vaddr_t block_of(const struct writer *writer)
{
    uint64_t huge = rules_size(&machine.rules, 1);

    return (writer->vaddr + huge - 1) & ~(huge - 1);
}

static bool has_block(const struct writer *writer)
{
    return owns(writer, block_of(writer), rules_size(&machine.rules, 1));
}

static void place_call(const struct writer *writer, enum part part, struct call *call)
{
    call->vaddr = writer->vaddr;
    call->bytes = page_size();
    if (part == PART_ALL) {
        call->bytes = writer->bytes;
    } else if (part == PART_LAST) {
        call->vaddr += writer->bytes - page_size();
    } else if (part == PART_BEFORE) {
        call->vaddr -= page_size();
    } else if (part == PART_BEHIND) {
        call->vaddr += writer->bytes;
    } else if (part == PART_BLOCK) {
        call->vaddr = block_of(writer);
        call->bytes = rules_size(&machine.rules, 1);
    }
}

static struct call call_of(const struct writer *writer, const struct line *line)
{
    struct call call = {.kind = line->kind, .max_size = PT64_SIZE_ANY, .allocations = SIZE_MAX};

    place_call(writer, line->part, &call);
    /* Hardware has no address bits for huge pages of this size, but for the first one of a look. */
    if (line->look == LOOK_SMALL || call.bytes > 2 * rules_size(&machine.rules, 1))
        call.max_size = page_size();
    call.paddr = frames_of(writer, line->look);
    /* A region begins in the frame that makes it grow into huge pages. */
    if (line->part != PART_FIRST && line->part != PART_BEFORE)
        call.paddr += (call.vaddr - block_of(writer)) & (LOOK_BYTES - 1);
    call.flags = flags_of(line->look);
    call.swaps = 1;
    call.mark = 5;
    if (call.kind == CALL_CHANGE_REGION) {
        call.flags = 0;
        call.clear = PT64_WRITE;
    }
    return call;
}

static void digest(uint64_t *reports, const struct pt64_mapping *page)
{
    const uint64_t words[] = {page->vaddr, page->paddr, page->size, page->flags};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        *reports = (*reports ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        *reports ^= *reports >> 29;
    }
}

static void note_removed(void *arg, const struct pt64_mapping *page)
{
    digest(arg, page);
}

/* The frame may be used for something else from now on. */
static void on_removed(void *arg, const struct pt64_mapping *page)
{
    ledger_check_commit(machine.guard);
    digest(arg, page);
}

static void ignore_report(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    (void)page;
}

static pt64_paddr_t swapped_frame(void *arg, pt64_vaddr_t vaddr)
{
    const struct call *call = arg;

    return call_frame(call, (vaddr - call->vaddr) / page_size(), page_size());
}

static pt64_status_t clone(typed_guard_t *guard, const struct call *call)
{
    pt64_status_t status;

    typed_begin(&scene.source_guard, &scene.source->table);
    status = typed_clone_region(guard, &scene.source_guard, call->vaddr, call->bytes, 0, 0,
                                ignore_report, NULL);
    typed_commit(&scene.source_guard);
    return status;
}

static void call_typed(struct call *c, typed_guard_t *guard, struct call_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    switch ((unsigned)c->kind) {
    case CALL_MAP:
        answer->status = typed_map(guard, c->vaddr, c->paddr, c->bytes, c->flags);
        break;
    case CALL_UNMAP:
        answer->status = typed_unmap(guard, c->vaddr, &answer->removed);
        break;
    case CALL_PROTECT:
        answer->status = typed_protect(guard, c->vaddr, c->flags);
        break;
    case CALL_REMAP:
        answer->status = typed_remap(guard, c->vaddr, c->paddr, c->flags);
        break;
    case CALL_MAP_REGION:
        answer->status =
            typed_map_region(guard, c->vaddr, c->paddr, c->bytes, c->flags, c->max_size);
        break;
    case CALL_MAP_PAGES:
        answer->status =
            typed_map_pages(guard, c->vaddr, swapped_frame, c, c->bytes, c->flags, c->max_size);
        break;
    case CALL_UNMAP_REGION:
        answer->status = typed_unmap_region(guard, c->vaddr, c->bytes);
        break;
    case CALL_UNMAP_PAGES:
        answer->status = typed_unmap_pages(guard, c->vaddr, c->bytes, on_removed, &answer->reports);
        break;
    case CALL_PROTECT_REGION:
        answer->status = typed_protect_region(guard, c->vaddr, c->bytes, c->flags);
        break;
    case CALL_CHANGE_REGION:
        answer->status = typed_change_region(guard, c->vaddr, c->bytes, c->flags, c->clear);
        break;
    case CALL_MARK:
        answer->status = typed_mark(guard, c->vaddr, c->bytes, c->mark, &answer->removed);
        break;
    case CALL_MAP_MARKED:
        answer->status = typed_map_marked(guard, c->vaddr, c->paddr, c->bytes, c->flags, c->mark);
        break;
    case CALL_POPULATE:
        answer->status = typed_populate(guard, c->vaddr, c->bytes, page_size());
        break;
    case CALL_COLLAPSE:
        answer->status = typed_collapse(guard, c->vaddr, c->bytes);
        break;
    case LINE_CLONE:
        answer->status = clone(guard, c);
        break;
    default:
        abort();
    }
    if (answer->status != PT64_OK)
        answer->failed_at = typed_failed_at(guard);
}

static void clone_reference(struct reference *to)
{
    const struct reference *from = &scene.source->reference;

    for (size_t i = 0; i < from->count; i++)
        (void)reference_map(to, from->pages[i].vaddr, from->pages[i].paddr, from->pages[i].size,
                            from->pages[i].flags);
}

/* What the call must answer. The state that it leads to is then the one that is coming. */
static void expect_call(struct writer *writer, const struct call *call, pt64_status_t refusal,
                        struct call_answer *expected)
{
    struct reference *state = coming(writer);

    copy_reference(state, newest(writer));
    memset(expected, 0, sizeof *expected);
    if (refusal != PT64_OK) {
        expected->status = refusal;
        expected->failed_at = call->vaddr;
    } else if ((unsigned)call->kind == LINE_CLONE) {
        clone_reference(state);
    } else if (call->kind == CALL_UNMAP_PAGES) {
        expected->status = reference_unmap_pages(state, call->vaddr, call->bytes, note_removed,
                                                 &expected->reports);
    } else {
        call_reference(call, state, NULL, expected);
    }
}

/* Whether the call failed because the writer has no more frames. Then nothing has changed. */
static bool is_refused(struct writer *writer, const struct call_answer *answer,
                       const struct call_answer *expected)
{
    if (answer->status != PT64_NO_MEMORY || expected->status != PT64_OK)
        return false;
    MODEL_CHECK(machine.allocations_left == 0, "a call runs out of memory that there is");
    writer->was_refused = true;
    return true;
}

static void note_taking(struct writer *writer, const struct call *call)
{
    struct taking taking = {call->vaddr, call->bytes, writer->took};

    if (writer->has_taken)
        writer->takings[writer->taking_count++] = taking;
}

static void make_call(struct writer *writer, typed_guard_t *guard, const struct line *line)
{
    struct call call = call_of(writer, line);
    struct call_answer expected;
    struct call_answer answer;

    expect_call(writer, &call, line->refusal, &expected);
    writer->has_taken = false;
    writer->is_calling = true;
    call_typed(&call, guard, &answer);
    look_around();
    writer->is_calling = false;
    if (is_refused(writer, &answer, &expected))
        return;
    MODEL_CHECK(call_is_same_answer(&answer, &expected),
                "call %u of %#llx, %#llx bytes, answers %d at %#llx instead of %d at %#llx",
                (unsigned)call.kind, (unsigned long long)call.vaddr, (unsigned long long)call.bytes,
                (int)answer.status, (unsigned long long)answer.failed_at, (int)expected.status,
                (unsigned long long)expected.failed_at);
    writer->state_count++;
    if (answer.status == PT64_OK)
        note_taking(writer, &call);
}

/* ---- writers ---- */

/* A walker that does not snoop finds every page of the writer: each entry on the way is published,
 * whoever stored it. */
static void check_published(const struct reference *state)
{
    for (size_t i = 0; i < state->count; i++) {
        size_t frame = machine.roots[scene.space->root].frame;
        unsigned level = rules_root_level(&machine.rules);
        struct rules_entry entry = {.kind = RULES_TABLE};

        for (; entry.kind == RULES_TABLE && frame < MACHINE_FRAMES; level--) {
            size_t word = frame * machine.words +
                          (size_t)rules_index(&machine.rules, state->pages[i].vaddr, level);

            MODEL_CHECK(!published_is_waiting(word),
                        "after the commit an entry on the way to %#llx (level %u) is not published",
                        (unsigned long long)state->pages[i].vaddr, level);
            machine_decode(machine.stored[word], level, &entry);
            frame = machine_frame_of(entry.next);
        }
    }
}

static void commit(struct writer *writer)
{
    unsigned number = (unsigned)(writer - scene.writers);

    typed_commit(&writer->guard);
    MODEL_CHECK(memcmp(&scene.record, &scene.space->table, sizeof scene.record) == 0,
                "a writer has written to the record of the table");
    machine_check_arrived(number);
    if (machine.rules.validity_arrives)
        machine_complete_stores();
    look_around();
    ledger_check_commit(number);
    check_published(newest(writer));
    for (size_t i = 0; i < writer->taking_count; i++)
        ledger_check_joined(number, writer->takings[i].vaddr, writer->takings[i].bytes,
                            writer->takings[i].time);
    writer->taking_count = 0;
    forget_states(writer);
}

static bool is_end(const struct line *line)
{
    return line->kind == CALL_MAP && line->look == LOOK_NONE;
}

static void write_program(unsigned number)
{
    struct writer *writer = &scene.writers[number];

    typed_begin_range(&writer->guard, &scene.space->table, writer->vaddr, writer->bytes);
    for (size_t i = 0; i < PROGRAM_CALLS && !is_end(&writer->program->lines[i]); i++) {
        if (writer->program->lines[i].kind == CALL_COMMIT)
            commit(writer);
        else
            make_call(writer, &writer->guard, &writer->program->lines[i]);
    }
    commit(writer);
}

void scene_run(unsigned number, struct explore_step *next)
{
    struct writer *writer = &scene.writers[number];

    machine.writer = number;
    machine.guard = number;
    machine.cpu = machine_writer_cpu();
    machine.allocations_left = writer->allocations;
    if (!coroutine_resume(number))
        writer->next = (struct explore_step){.is_over = true};
    writer->allocations = machine.allocations_left;
    *next = writer->next;
}

/* ---- a run ---- */

/* `few` of the format's levels, with few slots in each node. */
static void shrink(const struct format *format, struct rules *rules)
{
    struct pt64_limits *limits = &scene.meta.limits;
    unsigned root_bits;

    MODEL_CHECK(rules_of(format->id, format->memory_types, false, rules), "%s is no format",
                format->id);
    scene.meta = *format->meta;
    scene.meta.index_bits = INDEX_BITS;
    scene.meta.root_bytes = 0;
    limits->levels = limits->levels < LEVELS ? limits->levels : LEVELS;
    limits->leaf_levels = 2;
    root_bits = rules->format.root_bits < INDEX_BITS ? rules->format.root_bits : INDEX_BITS;
    limits->vaddr_bits = scene.meta.page_shift + INDEX_BITS * (limits->levels - 1) + root_bits;
    rules->format.index_bits = INDEX_BITS;
    rules->format.root_bits = root_bits;
    rules->format.levels = limits->levels;
    rules->format.leaf_levels = limits->leaf_levels;
    rules->format.vaddr_bits = limits->vaddr_bits;
    rules->node_alignment = UINT64_C(1) << scene.meta.page_shift;
    scene.format = *format;
    scene.format.meta = &scene.meta;
}

static pt64_vaddr_t edge_of(const struct layout *layout, unsigned edge)
{
    unsigned root = rules_root_level(&machine.rules);

    return (FIRST_SLOT + layout->first[edge].slots) * rules_size(&machine.rules, root) +
           layout->first[edge].huge_pages * rules_size(&machine.rules, 1) +
           layout->first[edge].pages * page_size();
}

static void place_writer(unsigned number)
{
    const struct layout *layout = scene.choice.layout;
    struct writer *writer = &scene.writers[number];

    writer->program = scene.choice.programs[number];
    writer->vaddr = edge_of(layout, number);
    writer->bytes = edge_of(layout, number + 1) - writer->vaddr;
    machine.ranges[number] = (struct machine_range){writer->vaddr, writer->bytes};
    writer->allocations = scene.choice.allocations[number];
    writer->was_refused = false;
    writer->is_calling = false;
    writer->state_count = 1;
    writer->taking_count = 0;
    writer->probes[0] = writer->vaddr;
    writer->probes[1] = writer->vaddr + page_size();
    writer->probes[2] = writer->vaddr + writer->bytes - page_size();
    writer->probes[3] = has_block(writer) ? block_of(writer) : writer->vaddr;
    reference_fini(&writer->states[0]);
    reference_init(&writer->states[0], &scene.meta, scene.format.pte);
}

static void on_fault(unsigned root, uint64_t vaddr)
{
    if (root == scene.space->root)
        typed_fix_fault(&scene.space->table, vaddr);
}

static void start_world(void)
{
    struct rules rules;

    for (size_t i = 0; i < WORLD_SPACES; i++)
        reference_fini(&world.spaces[i].reference);
    memset(&world, 0, sizeof world);
    shrink(scene.choice.format, &rules);
    world.format = &scene.format;
    world.dice = dice_from(scene.choice.seed);
    typed_select(&scene.format);
    machine_start(&rules, scene.choice.seed);
    machine.mended = scene.format.pte->present;
    machine.on_access = on_access;
    machine.on_fault = on_fault;
}

static void prepare(unsigned number)
{
    struct writer *writer = &scene.writers[number];
    struct session session;

    session_begin(&session, scene.space);
    machine.guard = session.number;
    for (size_t i = 0; i < PROGRAM_CALLS && !is_end(&writer->program->before[i]); i++)
        make_call(writer, &session.guard, &writer->program->before[i]);
    session_commit(&session);
    forget_states(writer);
    writer->taking_count = 0;
}

static bool clones(const struct program *program)
{
    return program->lines[0].kind == LINE_CLONE;
}

static void prepare_source(const struct writer *writer)
{
    struct space *source = &world.spaces[1];
    struct session session;
    pt64_status_t status;

    MODEL_CHECK(space_create(source) == PT64_OK, "no source of clones");
    session_begin(&session, source);
    status = typed_map_region(&session.guard, writer->vaddr, frames_of(writer, LOOK_ONE),
                              writer->bytes, flags_of(LOOK_ONE), page_size());
    MODEL_CHECK(status == PT64_OK &&
                    reference_map_region(&source->reference, writer->vaddr,
                                         frames_of(writer, LOOK_ONE), writer->bytes,
                                         flags_of(LOOK_ONE), page_size()) == PT64_OK,
                "the source of clones is not mapped");
    session_commit(&session);
    scene.source = source;
}

void scene_start(struct explore_step *next)
{
    scene.is_running = false;
    start_world();
    scene.dice = dice_from(scene.choice.seed + 1);
    scene.count = scene.choice.layout->writers;
    scene.space = &world.spaces[0];
    scene.source = NULL;
    MODEL_CHECK(space_create(scene.space) == PT64_OK, "no table");
    space_load(scene.space);
    for (unsigned i = 0; i < scene.count; i++)
        place_writer(i);
    for (unsigned i = 0; i < scene.count; i++)
        prepare(i);
    for (unsigned i = 0; i < scene.count; i++)
        if (clones(scene.writers[i].program))
            prepare_source(&scene.writers[i]);
    memcpy(&scene.record, &scene.space->table, sizeof scene.record);
    machine.has_writers = true;
    scene.sights = machine.sights;
    scene.is_running = true;
    for (unsigned i = 0; i < scene.count; i++) {
        coroutine_make(i, write_program);
        scene_run(i, &next[i]);
    }
}

/* ---- the end ---- */

static void unite(void)
{
    struct reference *all = &scene.space->reference;

    for (unsigned i = 0; i < scene.count; i++) {
        const struct reference *part = newest(&scene.writers[i]);

        all->room = all->count + part->count + 1;
        all->pages = realloc(all->pages, all->room * sizeof *all->pages);
        if (all->pages == NULL)
            abort();
        if (part->count > 0)
            memcpy(all->pages + all->count, part->pages, part->count * sizeof *all->pages);
        all->count += part->count;
    }
}

/* Every frame is in a table, but for a sink. */
static void check_frames(void)
{
    for (size_t frame = 0; frame < MACHINE_FRAMES; frame++)
        MODEL_CHECK(machine.frames[frame].state != FRAME_OURS || machine_is_reachable(frame) ||
                        machine_is_sink(frame),
                    "frame %#llx is lost", (unsigned long long)machine_paddr(frame));
}

/* A guard on the table takes down what is left, empty nodes too. */
static void take_down(void)
{
    uint64_t slot = rules_size(&machine.rules, rules_root_level(&machine.rules));
    struct session session;

    machine.has_writers = false;
    memset(machine.ranges, 0, sizeof machine.ranges);
    session_begin(&session, scene.space);
    MODEL_CHECK(typed_unmap_region(&session.guard, FIRST_SLOT * slot, 2 * slot) == PT64_OK,
                "what is left cannot be unmapped");
    session_commit(&session);
    MODEL_CHECK(scene.source != NULL || machine.frames_ours <= 2,
                "%zu frames are left in an empty table", machine.frames_ours);
    world_end();
}

void scene_end(void)
{
    scene.is_running = false;
    machine.writer = 0;
    machine.cpu = 0;
    machine.allocations_left = SIZE_MAX;
    reader_finish();
    unite();
    space_check(scene.space);
    check_frames();
    take_down();
}

/* ---- choices ---- */

bool scene_is_possible(const struct scene_choice *choice)
{
    struct rules rules;
    unsigned cloning = 0;

    shrink(choice->format, &rules);
    machine.rules = rules;
    for (unsigned i = 0; i < choice->layout->writers; i++) {
        struct writer writer = {.vaddr = edge_of(choice->layout, i)};

        writer.bytes = edge_of(choice->layout, i + 1) - writer.vaddr;
        if (choice->programs[i]->needs_block && !has_block(&writer))
            return false;
        cloning += clones(choice->programs[i]) ? 1 : 0;
    }
    return cloning <= 1;
}

void scene_choose(const struct scene_choice *choice)
{
    scene.choice = *choice;
}

bool scene_was_refused(unsigned writer)
{
    return scene.writers[writer].was_refused;
}

void scene_print(const struct scene_choice *choice)
{
    printf("    %s, %s, seed %" PRIu64, choice->format->id, choice->layout->name, choice->seed);
    if (choice->distance != 0)
        printf(", interrupted once in %u accesses", choice->distance);
    for (unsigned i = 0; i < choice->layout->writers; i++) {
        printf("; %s", choice->programs[i]->name);
        if (choice->allocations[i] != SIZE_MAX)
            printf(", with %zu frames", choice->allocations[i]);
    }
    printf("\n");
}

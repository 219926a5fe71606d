/* SPDX-License-Identifier: MIT */
/*
 * threads <format> <changes> [seed [writers]]: one writer changes a table, or two do, each by a
 * guard on a range of its own. Meanwhile readers on other CPUs query and walk it without a lock, as
 * the design allows. What they see of a page must be what the model had for it at some moment
 * between their beginning and their end.
 *
 * Frames go back to the allocator when no reader can be in them any more. It writes them with plain
 * stores before it hands them out again, as a kernel does. So a thread sanitizer notices a reader
 * that is led into a node that is not filled yet, or is no longer part of the table.
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "model/dice.h"
#include "support/arena.h"
#include "support/call.h"
#include "support/oracle.h"

#define READERS 2
#define WRITERS 2
#define FRAMES  256
#define SLOTS   4 /* huge pages in which everything happens */
#define PLACES  8 /* pages of each that readers look at */
#define PROBES  (SLOTS * PLACES)
#define STATES  512 /* how many of the newest changes are kept */

/* ---- what the table was at each moment ---- */

/* All atomic, because readers read while the writer goes on. A reader that is overtaken discards
 * what it read. */
struct state {
    uint64_t paddr[PROBES]; /* page address, with the flags in the low bits; ABSENT: none */
};

#define ABSENT UINT64_MAX

/* Who changes the probes from `first` up to `end`, and what these were. */
struct writer {
    pthread_t thread;
    struct dice dice;
    size_t first;
    size_t end;
    pt64_vaddr_t vaddr; /* of its range */
    uint64_t bytes;
    uint64_t changes;
    struct reference reference;
    struct state states[STATES]; /* number n at n % STATES */
    uint64_t moment; /* 2 n: the range is in state n; 2 n + 1: on its way from n to n + 1 */
    struct pt64_guard guard;
};

static struct {
    const struct subject *s;
    struct oracle_format format;
    pt64_vaddr_t probes[PROBES];
    bool over;
    struct pt64_table table;
    struct writer writers[WRITERS];
    size_t writer_count;
} world;

static struct writer *writer_of(size_t probe)
{
    return probe < world.writers[0].end ? &world.writers[0] : &world.writers[1];
}

static void fail(const char *why, pt64_vaddr_t vaddr)
{
    printf("# %s: %s at %#" PRIx64 "\n", world.s->name, why, vaddr);
    fflush(stdout);
    _Exit(1);
}

static uint64_t digest_of(const struct pt64_mapping *page, pt64_vaddr_t vaddr)
{
    uint64_t offset = (vaddr - page->vaddr) & ~(oracle_page_size(&world.format, 0) - 1);

    /* Flags are fewer bits than an address within a page has, and frames are at low addresses. */
    return page->paddr + offset + page->flags;
}

static void note_state(struct writer *writer, uint64_t number)
{
    struct state *state = &writer->states[number % STATES];

    for (size_t i = writer->first; i < writer->end; i++) {
        struct pt64_mapping page;
        bool is_mapped = reference_query(&writer->reference, world.probes[i], &page) == PT64_OK;

        __atomic_store_n(&state->paddr[i], is_mapped ? digest_of(&page, world.probes[i]) : ABSENT,
                         __ATOMIC_RELAXED);
    }
}

/* ---- readers come and go ---- */

struct reader {
    pthread_t thread;
    struct dice dice;
    uint64_t visits; /* odd: it is in the table */
    uint64_t looks;
    uint64_t beside;         /* how many looks while something changed */
    uint64_t late;           /* how many looks that too many changes overtook */
    uint64_t first[WRITERS]; /* the moments when it began */
};

static struct reader readers[READERS];

static void enter(struct reader *reader)
{
    __atomic_fetch_add(&reader->visits, 1, __ATOMIC_ACQ_REL);
    for (size_t i = 0; i < world.writer_count; i++)
        reader->first[i] = __atomic_load_n(&world.writers[i].moment, __ATOMIC_ACQUIRE);
}

static void leave(struct reader *reader)
{
    __atomic_fetch_add(&reader->visits, 1, __ATOMIC_ACQ_REL);
}

/* Waits until every reader has left. Adding 0 orders this with the readers' additions. */
static void wait_for_readers(void)
{
    for (size_t i = 0; i < READERS; i++) {
        uint64_t visits = __atomic_fetch_add(&readers[i].visits, 0, __ATOMIC_ACQ_REL);

        while ((visits & 1) != 0 && __atomic_load_n(&readers[i].visits, __ATOMIC_ACQUIRE) == visits)
            sched_yield();
    }
}

/* ---- the handler, with the arena's function names: only writers allocate and free ---- */

static struct {
    unsigned char *bytes;
    pt64_paddr_t base; /* of the first frame */
    size_t size;       /* of a frame: the largest node fills it */
    size_t free[FRAMES];
    size_t free_count;
    size_t resting[FRAMES]; /* freed, but readers may be in them */
    size_t resting_count;
} memory;

static pthread_mutex_t memory_lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned char *frame_bytes(size_t frame)
{
    return memory.bytes + frame * memory.size;
}

static void reclaim(void)
{
    wait_for_readers();
    while (memory.resting_count > 0) {
        size_t frame = memory.resting[--memory.resting_count];

        memset(frame_bytes(frame), ARENA_FREED_WORD & 0xff, memory.size);
        memory.free[memory.free_count++] = frame;
    }
}

pt64_paddr_t arena_alloc_frame(void *ctx, size_t bytes)
{
    size_t frame;

    (void)ctx;
    pthread_mutex_lock(&memory_lock);
    if (memory.free_count == 0)
        reclaim();
    if (memory.free_count == 0 || bytes > memory.size)
        abort();
    frame = memory.free[--memory.free_count];
    pthread_mutex_unlock(&memory_lock);
    memset(frame_bytes(frame), ARENA_FRESH_WORD & 0xff, memory.size);
    return memory.base + frame * memory.size;
}

void arena_free_frame(void *ctx, pt64_paddr_t paddr, size_t bytes)
{
    (void)ctx;
    pthread_mutex_lock(&memory_lock);
    if (bytes > memory.size || memory.resting_count == FRAMES)
        abort();
    memory.resting[memory.resting_count++] = (size_t)((paddr - memory.base) / memory.size);
    pthread_mutex_unlock(&memory_lock);
}

void *arena_phys_to_virt(void *ctx, pt64_paddr_t paddr)
{
    uint64_t frame = (paddr - memory.base) / memory.size;

    (void)ctx;
    if (paddr < memory.base || frame >= FRAMES || paddr % memory.size != 0)
        fail("a walk leads to what is no frame", paddr);
    return frame_bytes((size_t)frame);
}

void arena_flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

void arena_publish(void *ctx, const void *start, size_t bytes)
{
    uintptr_t offset = (uintptr_t)start - (uintptr_t)memory.bytes;

    (void)ctx;
    if (offset >= memory.size * FRAMES || offset % memory.size + bytes > memory.size)
        fail("what is published is in no frame", offset);
}

static void begin_memory(void)
{
    size_t root = oracle_table_bytes(&world.format, world.format.levels - 1);
    size_t node = oracle_table_bytes(&world.format, 0);

    memory.size = root > node ? root : node;
    memory.base = arena_base_from_roots(world.format.paddr_bits, 1, root, memory.size);
    memory.bytes = aligned_alloc(memory.size, memory.size * FRAMES);
    if (memory.bytes == NULL)
        abort();
    for (size_t frame = FRAMES; frame-- > 0;)
        memory.free[memory.free_count++] = frame;
}

/* ---- the writer ---- */

static uint64_t page_size(void)
{
    return oracle_page_size(&world.format, 0);
}

static uint64_t huge_size(void)
{
    return oracle_page_size(&world.format, 1);
}

/* The address of the probes. A node at level 1 ends after it, with half of the probes before the
 * end, unless that is the root. */
static pt64_vaddr_t first_vaddr(void)
{
    unsigned root = world.format.levels - 1;
    uint64_t end = root > 1 ? 3 * oracle_page_size(&world.format, root) : SLOTS * huge_size();
    uint64_t offset = end - SLOTS / 2 * huge_size();

    return world.format.half == ORACLE_UPPER_HALF ? offset | ~(uint64_t)0 << world.format.vaddr_bits
                                                  : offset;
}

static void place_probes(void)
{
    uint64_t pages = huge_size() / page_size();
    const uint64_t places[PLACES] = {0, 1, 2, 7, pages / 2, pages - 8, pages - 2, pages - 1};

    for (size_t i = 0; i < PROBES; i++)
        world.probes[i] =
            first_vaddr() + i / PLACES * huge_size() + places[i % PLACES] * page_size();
}

static pt64_flags_t some_flags(struct dice *dice)
{
    static const pt64_flags_t sets[] = {
        PT64_READ,
        PT64_READ | PT64_WRITE,
        PT64_READ | PT64_WRITE | PT64_USER,
        PT64_READ | PT64_EXECUTE,
        PT64_READ | PT64_WRITE | PT64_GLOBAL,
        PT64_READ | PT64_WRITE | PT64_DEVICE,
        0, /* hidden */
    };
    size_t count = sizeof sets / sizeof *sets;

    /* Where a TLB holds invalid entries by their size, a hidden huge page is split by way of an
     * empty slot, which a reader is told. No state of the model is like that. */
    if (world.s->meta->limits.grow == PT64_RESIZE_BREAK_EMPTY)
        count--;
    return sets[dice_below(dice, count)] |
           (dice_one_in(dice, 2) ? world.s->flags() & (PT64_ACCESSED | PT64_DIRTY) : 0);
}

/* Write-protection, and flags that hardware and software set. */
static void some_change(struct dice *dice, struct call *call)
{
    pt64_flags_t known =
        PT64_WRITE | (world.s->flags() & (PT64_ACCESSED | PT64_DIRTY | PT64_SOFT0));

    call->flags = (pt64_flags_t)dice_roll(dice) & known;
    call->clear = (pt64_flags_t)dice_roll(dice) & known & ~call->flags;
}

/* Where the slot is empty until the huge page is made, a reader is told so. No state of the model
 * is like that. */
static void some_collapse(struct call *call)
{
    const struct pt64_meta *meta = world.s->meta;

    if (meta->limits.grow >= PT64_RESIZE_BREAK && !meta->break_to_move) {
        call->kind = CALL_PROTECT_REGION;
        return;
    }
    call->vaddr &= ~(huge_size() - 1);
    call->bytes = huge_size();
}

/* A call that reaches beyond the writer's range changes a page of it instead. */
static void keep_within(const struct writer *writer, struct call *call)
{
    uint64_t before = call->vaddr - writer->vaddr;

    if (before < writer->bytes && call->bytes <= writer->bytes - before)
        return;
    if (call->kind == CALL_COLLAPSE)
        call->kind = CALL_UNMAP_REGION;
    call->vaddr = world.probes[writer->first];
    call->bytes = page_size();
}

static struct call some_call(struct writer *writer)
{
    struct dice *dice = &writer->dice;
    size_t probes = writer->end - writer->first;
    static const enum call_kind kinds[] = {
        CALL_MAP,           CALL_MAP,          CALL_UNMAP,       CALL_PROTECT,
        CALL_REMAP,         CALL_MAP_REGION,   CALL_MAP_REGION,  CALL_MAP_PAGES,
        CALL_UNMAP_REGION,  CALL_UNMAP_REGION, CALL_UNMAP_PAGES, CALL_PROTECT_REGION,
        CALL_CHANGE_REGION, CALL_POPULATE,     CALL_COLLAPSE};
    struct call call = {.kind = kinds[dice_below(dice, sizeof kinds / sizeof *kinds)],
                        .allocations = SIZE_MAX};
    size_t first = writer->first + (size_t)dice_below(dice, probes);
    size_t last = writer->first + (size_t)dice_below(dice, probes);
    bool is_huge = dice_one_in(dice, 2);

    call.vaddr = world.probes[first < last ? first : last];
    if (is_huge)
        call.vaddr &= ~(huge_size() - 1);
    call.bytes = world.probes[first < last ? last : first] + page_size() - call.vaddr;
    if (call.kind == CALL_MAP || dice_one_in(dice, 3))
        call.bytes = is_huge ? huge_size() : page_size();
    call.max_size = dice_one_in(dice, 4) ? page_size() : PT64_SIZE_ANY;
    call.swaps = (unsigned)dice_below(dice, 4);
    call.flags = some_flags(dice);
    if (call.kind == CALL_POPULATE)
        call.max_size = page_size();
    if (call.kind == CALL_COLLAPSE)
        some_collapse(&call);
    if (call.kind == CALL_CHANGE_REGION)
        some_change(dice, &call);
    keep_within(writer, &call);
    call.paddr = (call.vaddr - first_vaddr()) + (1 + dice_below(dice, 8)) * SLOTS * huge_size();
    return call;
}

/* The next state is announced before the table changes, and its end afterwards. */
static void change(struct writer *writer, uint64_t number)
{
    struct call call = some_call(writer);
    struct call_answer expected;
    struct call_answer answer;

    call_reference(&call, &writer->reference, NULL, &expected);
    note_state(writer, number + 1);
    __atomic_store_n(&writer->moment, 2 * number + 1, __ATOMIC_RELEASE);
    call_subject(&call, world.s, &writer->guard, NULL, &answer);
    if (!call_is_same_answer(&answer, &expected))
        fail("a call answers otherwise than the model", call.vaddr);
    __atomic_store_n(&writer->moment, 2 * number + 2, __ATOMIC_RELEASE);
    if (dice_one_in(&writer->dice, 4))
        world.s->commit(&writer->guard);
}

static void *write_on(void *arg)
{
    struct writer *writer = arg;

    for (uint64_t number = 0; number < writer->changes; number++)
        change(writer, number);
    return NULL;
}

/* ---- the readers ---- */

/* Whether a state agrees with what was seen, in the bits of the mask. */
static bool is_seen(uint64_t was, uint64_t seen, uint64_t mask)
{
    return (was == ABSENT || seen == ABSENT) ? was == seen : ((was ^ seen) & mask) == 0;
}

/* Checks that a page was so at some moment since the reader began. A page that is broken before it
 * is made again is read as it was. */
static void check_bits(struct reader *reader, size_t probe, uint64_t seen, uint64_t mask)
{
    struct writer *writer = writer_of(probe);
    uint64_t began = reader->first[writer - world.writers];
    uint64_t now = __atomic_load_n(&writer->moment, __ATOMIC_RELAXED);
    uint64_t first = began / 2;
    uint64_t last = (now + 1) / 2;
    bool was_so = false;

    reader->looks++;
    reader->beside += began != now || (now & 1) != 0 ? 1 : 0;
    for (uint64_t number = first; number <= last && last - first < STATES / 2; number++) {
        const struct state *state = &writer->states[number % STATES];

        was_so |= is_seen(__atomic_load_n(&state->paddr[probe], __ATOMIC_RELAXED), seen, mask);
    }
    /* Meanwhile the states that it looked at may have given way to newer ones. */
    now = __atomic_load_n(&writer->moment, __ATOMIC_ACQUIRE);
    if ((now + 1) / 2 - first >= STATES / 2)
        reader->late++;
    else if (!was_so)
        fail("a reader sees what never was", world.probes[probe]);
}

static void check_probe(struct reader *reader, size_t probe, uint64_t seen)
{
    check_bits(reader, probe, seen, UINT64_MAX);
}

static void query_one(struct reader *reader)
{
    size_t probe = (size_t)dice_below(&reader->dice, PROBES);
    pt64_vaddr_t vaddr = world.probes[probe];
    struct pt64_mapping page;
    pt64_status_t status;

    status = world.s->query(&world.table, vaddr, &page);
    if (status != PT64_OK && status != PT64_NOT_MAPPED)
        fail("a query without a lock fails", vaddr);
    if (status == PT64_OK &&
        (vaddr - page.vaddr >= page.size || ((page.vaddr | page.paddr) & (page.size - 1)) != 0))
        fail("a query without a lock finds no page", vaddr);
    check_probe(reader, probe, status == PT64_OK ? digest_of(&page, vaddr) : ABSENT);
}

static void translate_one(struct reader *reader)
{
    size_t probe = (size_t)dice_below(&reader->dice, PROBES);
    pt64_paddr_t paddr;
    pt64_status_t status = world.s->translate(&world.table, world.probes[probe], &paddr);

    if (status != PT64_OK && status != PT64_NOT_MAPPED)
        fail("a translation without a lock fails", world.probes[probe]);
    check_bits(reader, probe, status == PT64_OK ? paddr : ABSENT, ~(page_size() - 1));
}

/* Every probe in the run was mapped so, and every probe before the run was not mapped. */
static void next_run(struct reader *reader)
{
    size_t from = (size_t)dice_below(&reader->dice, PROBES);
    struct pt64_mapping run = {0, 0, 0, 0};
    pt64_status_t status = world.s->next(&world.table, world.probes[from], UINT64_MAX, &run);

    if (status == PT64_NOT_MAPPED)
        run.vaddr = world.probes[PROBES - 1] + 1;
    else if (status != PT64_OK)
        fail("a search without a lock fails", world.probes[from]);
    for (size_t probe = from; probe < PROBES; probe++) {
        pt64_vaddr_t vaddr = world.probes[probe];

        if (vaddr < run.vaddr)
            check_probe(reader, probe, ABSENT);
        else if (vaddr - run.vaddr < run.size)
            check_probe(reader, probe, digest_of(&run, vaddr));
    }
}

static enum pt64_walk visit(void *arg, const struct pt64_visit *visit)
{
    if (visit->kind != PT64_LINK)
        for (size_t probe = 0; probe < PROBES; probe++)
            if (world.probes[probe] - visit->slot.vaddr < visit->slot.size)
                check_probe(arg, probe, digest_of(&visit->slot, world.probes[probe]));
    return PT64_WALK_ON;
}

static void walk_all(struct reader *reader)
{
    if (world.s->walk(&world.table, visit, reader) != PT64_OK)
        fail("a walk without a lock fails", 0);
}

static void note_flagged(void *arg, const struct pt64_mapping *page)
{
    for (size_t probe = 0; probe < PROBES; probe++)
        if (world.probes[probe] - page->vaddr < page->size)
            check_probe(arg, probe, digest_of(page, world.probes[probe]));
}

static void look_for_flag(struct reader *reader)
{
    bool is_dirty = dice_one_in(&reader->dice, 2);
    pt64_flags_t flag = is_dirty ? PT64_DIRTY : PT64_ACCESSED;
    pt64_status_t status = (is_dirty ? world.s->test_dirty : world.s->test_accessed)(
        &world.table, world.probes[0], SLOTS * huge_size(), note_flagged, reader);

    if (status != (world.s->flags() & flag ? PT64_OK : PT64_BAD_FLAGS))
        fail("a look at flags without a lock fails", world.probes[0]);
}

static void *read_on(void *arg)
{
    struct reader *reader = arg;

    while (!__atomic_load_n(&world.over, __ATOMIC_RELAXED)) {
        uint64_t choice = dice_below(&reader->dice, 64);

        enter(reader);
        if (choice == 0)
            walk_all(reader);
        else if (choice == 1)
            look_for_flag(reader);
        else if (choice < 16)
            next_run(reader);
        else if (choice < 24)
            translate_one(reader);
        else
            query_one(reader);
        leave(reader);
    }
    return NULL;
}

/* ---- all of it ---- */

/* Two ranges meet in the middle of a huge page, so that their writers share nodes of each level. */
static void begin_writer(size_t index, uint64_t seed)
{
    struct writer *writer = &world.writers[index];
    bool is_last = index + 1 == world.writer_count;

    writer->dice = dice_from(seed + 100 * index);
    writer->first = index == 0 ? 0 : world.writers[index - 1].end;
    writer->end = is_last ? PROBES : PLACES + PLACES / 2;
    writer->vaddr = index == 0 ? first_vaddr() : world.probes[writer->first];
    writer->bytes =
        (is_last ? first_vaddr() + SLOTS * huge_size() : world.probes[writer->end]) - writer->vaddr;
    reference_init(&writer->reference, world.s->meta, world.s->pte);
    note_state(writer, 0);
    if (world.writer_count == 1)
        world.s->begin(&writer->guard, &world.table);
    else
        world.s->begin_range(&writer->guard, &world.table, writer->vaddr, writer->bytes);
}

static void begin(const struct subject *s, uint64_t changes, uint64_t seed, size_t writers)
{
    world.s = s;
    world.writer_count = writers;
    if (s->select != NULL)
        s->select(s);
    if (!oracle_parse(s->name, &world.format))
        abort();
    begin_memory();
    place_probes();
    if (s->create(&world.table, NULL) != PT64_OK)
        abort();
    for (size_t i = 0; i < writers; i++) {
        world.writers[i].changes = changes / writers;
        begin_writer(i, seed);
    }
}

static void start(pthread_t *thread, void *(*body)(void *arg), void *arg)
{
    if (pthread_create(thread, NULL, body, arg) != 0)
        abort();
}

static void run(uint64_t seed)
{
    for (size_t i = 0; i < READERS; i++) {
        readers[i].dice = dice_from(seed + 1 + i);
        start(&readers[i].thread, read_on, &readers[i]);
    }
    for (size_t i = 0; i < world.writer_count; i++)
        start(&world.writers[i].thread, write_on, &world.writers[i]);
    for (size_t i = 0; i < world.writer_count; i++)
        pthread_join(world.writers[i].thread, NULL);
    __atomic_store_n(&world.over, true, __ATOMIC_RELAXED);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(readers[i].thread, NULL);
}

static void end_writers(void)
{
    for (size_t i = 0; i < world.writer_count; i++) {
        world.s->commit(&world.writers[i].guard);
        reference_fini(&world.writers[i].reference);
    }
    world.s->destroy(&world.table);
    if (memory.free_count + memory.resting_count != FRAMES)
        fail("frames are lost", 0);
    free(memory.bytes);
}

static void end(uint64_t changes, uint64_t seed)
{
    uint64_t looks = 0;
    uint64_t beside = 0;
    uint64_t late = 0;

    for (size_t i = 0; i < READERS; i++) {
        looks += readers[i].looks;
        beside += readers[i].beside;
        late += readers[i].late;
    }
    end_writers();
    printf("# %s: %" PRIu64 " changes, %" PRIu64 " looks, %" PRIu64
           " of them beside a change, %" PRIu64 " not judged, seed %" PRIu64 ", writers %zu\n",
           world.s->name, changes, looks, beside, late, seed, world.writer_count);
}

int main(int argc, char **argv)
{
    const struct subject *s = NULL;
    uint64_t changes = argc > 2 ? strtoull(argv[2], NULL, 0) : 0;
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 0) : 1;
    size_t writers = argc > 4 ? strtoul(argv[4], NULL, 0) : 1;

    for (size_t i = 0; argc > 2 && subjects[i] != NULL; i++)
        if (strcmp(subjects[i]->name, argv[1]) == 0)
            s = subjects[i];
    if (s == NULL || writers < 1 || writers > WRITERS) {
        fprintf(stderr, "usage: threads <format> <changes> [seed [writers]]\n");
        return 2;
    }
    begin(s, changes, seed, writers);
    run(seed);
    end(changes, seed);
    return 0;
}

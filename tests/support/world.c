/* SPDX-License-Identifier: MIT */
#include "world.h"

#include "format_flags.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static bool wrong(struct world *world, const char *format,
                                                        ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(world->why, sizeof world->why, format, arguments);
    va_end(arguments);
    return false;
}

static void *allocate(size_t bytes)
{
    void *memory = calloc(1, bytes);

    if (memory == NULL)
        abort();
    return memory;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

/* ---- making ---- */

/* Makes one more space. */
static void begin_space(struct world *world)
{
    struct world_space *space = &world->spaces[world->count++];

    space->reference.count = 0;
    space->reference.pin_count = 0;
    space->reference.is_adopted = false;
    space->swept_bytes = 0;
    space->id = PT64_NO_ID;
    space->is_global = false;
    if (world->s->create(space->table, &world->pool) != PT64_OK)
        abort();
    world->s->begin(space->guard, space->table);
}

void world_restart(struct world *world)
{
    pool_reset(&world->pool);
    world->count = 0;
    world->at = 0;
    world->is_cloned = false;
    begin_space(world);
}

void world_begin_other(struct world *world)
{
    if (world->count == 1)
        begin_space(world);
}

void world_end_other(struct world *world)
{
    struct world_space *other = &world->spaces[--world->count];

    world->s->commit(other->guard);
    world->s->destroy(other->table);
    world->is_cloned = false;
}

void world_begin(struct world *world, const struct subject *subject)
{
    memset(world, 0, sizeof *world);
    world->s = subject;
    if (subject->select != NULL)
        subject->select(subject);
    if (!oracle_parse(subject->name, &world->format)) {
        fprintf(stderr, "the oracle does not know %s\n", subject->name);
        exit(2);
    }
    if (subject->memory_types != 0)
        world->format.memory_types = subject->memory_types;
    world->flags = subject->flags();
    world->level_shift = subject->meta->index_bits;
    pool_init(&world->pool, oracle_table_bytes(&world->format, world->format.levels - 1),
              oracle_table_bytes(&world->format, 0), world->format.paddr_bits);
    for (unsigned i = 0; i < 2; i++) {
        reference_init(&world->spaces[i].reference, subject->meta, subject->pte);
        world->spaces[i].table = allocate(subject->table_size);
        world->spaces[i].guard = allocate(subject->guard_size);
    }
    world_restart(world);
}

void world_end(struct world *world)
{
    for (unsigned i = 0; i < 2; i++) {
        reference_fini(&world->spaces[i].reference);
        free(world->spaces[i].table);
        free(world->spaces[i].guard);
    }
    pool_fini(&world->pool);
}

static struct pt64_table *table_of(const struct world_space *space)
{
    return space->table;
}

static void copy_reference(struct reference *to, const struct reference *from)
{
    if (from->count > to->room) {
        to->room = from->count * 2;
        to->pages = realloc(to->pages, to->room * sizeof *to->pages);
        if (to->pages == NULL)
            abort();
    }
    to->count = from->count;
    if (from->count > 0)
        memcpy(to->pages, from->pages, from->count * sizeof *to->pages);
    to->pin_count = from->pin_count;
    memcpy(to->pins, from->pins, from->pin_count * sizeof *to->pins);
    to->is_adopted = from->is_adopted;
}

/* Converts pointers into one world's memory to pointers into the other's. */
static void move_path(struct world *to, struct pt64_guard *guard, const struct world *from)
{
    struct pt64_path *path = &guard->path;

    for (unsigned level = path->level; level < from->s->meta->limits.levels; level++) {
        const unsigned char *entries = (const unsigned char *)path->nodes[level];

        path->nodes[level] = (pt64_slot_t *)(to->pool.memory + (entries - from->pool.memory));
    }
}

static void copy_space(struct world *to, const struct world *from, unsigned index)
{
    struct world_space *copy = &to->spaces[index];
    const struct world_space *space = &from->spaces[index];

    copy_reference(&copy->reference, &space->reference);
    copy->swept = space->swept;
    copy->swept_bytes = space->swept_bytes;
    copy->id = space->id;
    copy->is_global = space->is_global;
    memcpy(copy->table, space->table, from->s->table_size);
    memcpy(copy->guard, space->guard, from->s->guard_size);
    table_of(copy)->ctx = &to->pool;
    copy->guard->table = table_of(copy);
    move_path(to, copy->guard, from);
}

void world_copy(struct world *to, const struct world *from)
{
    pool_copy(&to->pool, &from->pool);
    for (unsigned i = 0; i < from->count; i++)
        copy_space(to, from, i);
    to->count = from->count;
    to->at = from->at;
    to->is_cloned = from->is_cloned;
}

uint64_t world_page_size(const struct world *world, unsigned level)
{
    return oracle_page_size(&world->format, level);
}

/* ---- entries ---- */

/* The place of an entry in a node. Entries are little-endian, as this machine is. */
static unsigned char *slot_of(const struct world *world, size_t frame, uint64_t index)
{
    return pool_node(&world->pool, frame) + index * world->format.entry_bytes;
}

static uint64_t entry_in(const struct world *world, const unsigned char *slot)
{
    uint64_t entry = 0;

    memcpy(&entry, slot, world->format.entry_bytes);
    return entry;
}

static uint64_t entry_at(const struct world *world, size_t frame, uint64_t index)
{
    return entry_in(world, slot_of(world, frame, index));
}

/* What hardware makes of an entry, whatever is above it. */
static struct oracle_step step_at(const struct world *world, uint64_t entry, unsigned level)
{
    const struct oracle_limits none = {.no_write = false};
    struct oracle_step step;

    oracle_step(&world->format, entry, level, &none, &step);
    return step;
}

/* ---- hardware ---- */

/* The place of the entry that ends the walk of `vaddr`, which is mapped by a page of `size`. */
static unsigned char *leaf_slot(struct world *world, pt64_vaddr_t vaddr, pt64_size_t size)
{
    uint64_t table = pt64_root_of(table_of(world_space(world)));

    for (unsigned level = world->format.levels - 1;; level--) {
        uint64_t index = vaddr / world_page_size(world, level) &
                         (oracle_table_entries(&world->format, level) - 1);
        unsigned char *slot = slot_of(world, pool_frame_of(&world->pool, table), index);

        if (world_page_size(world, level) == size)
            return slot;
        table = step_at(world, entry_in(world, slot), level).next;
    }
}

/* ARMv7: the access flag of a leaf, which the handler of the fault sets. B3.6.1: AF of a long
 * descriptor is bit 10. B3.5.1: AP[0] of a small page is bit 4, and of a section bit 10. */
static uint64_t armv7_access_flag(const struct oracle_format *format, bool is_page)
{
    if (format->entry_bytes == 8)
        return 0x400;
    if (!format->access_flag)
        return 0;
    return is_page ? 0x10 : 0x400;
}

/* VT-d, second stage: A is bit 8, D bit 9. Otherwise 5 and 6. */
static uint64_t iommu_notes(const struct oracle_format *format, bool stores)
{
    bool is_second = format->arch == ORACLE_VTD && !format->first_stage;

    if (!format->device_ad && !format->first_stage)
        return 0;
    return (stores ? UINT64_C(3) : UINT64_C(1)) << (is_second ? 8 : 5);
}

/* A leaf after hardware has set bits. On AArch64 it clears one to say that the page is dirty. */
static uint64_t set_by_hardware(const struct oracle_format *format, uint64_t leaf, bool is_page,
                                bool stores)
{
    switch (format->arch) {
    case ORACLE_X86_64: /* SDM 3A, 5.8: A is bit 5, D bit 6 */
    case ORACLE_I386:
    case ORACLE_NPT:
        return leaf | (stores ? 0x60 : 0x20);
    case ORACLE_EPT: /* SDM 3C, 30.3.5: A is bit 8, D bit 9, if bit 6 of the EPTP is set */
        return format->no_ad ? leaf : leaf | (stores ? 0x300 : 0x100);
    case ORACLE_AARCH64: /* D8.5: AF is bit 10, with TCR.HA; AP[2] bit 7, with TCR.HD;
                             at stage 2 it is S2AP[1] */
        leaf |= 0x400;
        if (!format->hafdbs || !stores)
            return leaf;
        return format->stage2 ? leaf | 0x80 : leaf & ~UINT64_C(0x80);
    case ORACLE_RISCV: /* Svadu: A is bit 6, D bit 7 */
        return leaf | (stores ? 0xc0 : 0x40);
    case ORACLE_LOONGARCH64: /* volume 1, 5.4.5: V is bit 0, D bit 1, with PWCH.HPTW_En */
        return format->hptw ? leaf | (stores ? 0x3 : 0x1) : leaf;
    case ORACLE_VTD:
    case ORACLE_AMDVI:
        return leaf | iommu_notes(format, stores);
    case ORACLE_ARMV7:
    default:
        return leaf | armv7_access_flag(format, is_page);
    }
}

static void store(struct world *world, pt64_vaddr_t vaddr)
{
    struct pt64_mapping *page = reference_page(&world_space(world)->reference, vaddr);
    bool stores = page != NULL && (page->flags & PT64_WRITE) != 0;
    unsigned char *slot;
    uint64_t leaf;

    if (page == NULL || reference_is_absent(page))
        return;
    slot = leaf_slot(world, vaddr, page->size);
    leaf = set_by_hardware(&world->format, entry_in(world, slot),
                           page->size == world_page_size(world, 0), stores);
    memcpy(slot, &leaf, world->format.entry_bytes);
    page->flags |= world->flags & (stores ? PT64_ACCESSED | PT64_DIRTY : PT64_ACCESSED);
}

/* ---- calls ---- */

/* If a call is wrong in two ways, no rule says which of the two it reports. */
static bool is_wrong_both_ways(struct world *world, const struct call *call, pt64_status_t answer,
                               pt64_status_t expected)
{
    return call->kind == CALL_MAP && answer == PT64_BAD_FLAGS && expected == PT64_BAD_ADDRESS &&
           !reference_can_encode(&world_space(world)->reference, call->flags, 0);
}

/* A call on the table itself. */
static void call_table(struct world *world, const struct call *call, struct call_answer *answer)
{
    const struct subject *s = world->s;
    struct world_space *space = world_space(world);

    memset(answer, 0, sizeof *answer);
    s->commit(space->guard);
    if (call->kind == CALL_SET_ID)
        s->set_id(space->table, call->paddr);
    else if (call->kind == CALL_READOPT)
        answer->status = s->readopt(space->table, s->release(space->table), &world->pool);
    else
        answer->status = s->adopt(space->table, s->release(space->table), &world->pool);
    s->begin(space->guard, space->table);
}

/* Whether such a call, if it succeeds, makes the table's flushes apply to every id. */
static bool makes_global(const struct call *call)
{
    switch (call->kind) {
    case CALL_MAP:
    case CALL_PROTECT:
    case CALL_REMAP:
    case CALL_MAP_MARKED:
        return (call->flags & PT64_GLOBAL) != 0;
    case CALL_MAP_REGION:
    case CALL_MAP_PAGES:
    case CALL_PROTECT_REGION:
        return (call->flags & PT64_GLOBAL) != 0 && call->bytes > 0;
    case CALL_PIN:
        return call->bytes > 0;
    case CALL_READOPT:
    case CALL_ADOPT:
        return true;
    default:
        return false;
    }
}

/* What the newest request says of its table. `id` and `was_global` are from before the call. */
static bool check_request(struct world *world, const struct world_space *space, uint64_t id,
                          bool was_global)
{
    const struct pt64_flush *request = &world->pool.request;

    if (request->root != pt64_root_of(table_of(space)))
        return wrong(world, "a flush of the root %#" PRIx64, request->root);
    if (request->id != id)
        return wrong(world, "a flush of the id %#" PRIx64 " instead of %#" PRIx64, request->id, id);
    if (was_global && !request->global)
        return wrong(world, "a flush of one id, where every id may have what it is of");
    return space->is_global || !request->global ||
           wrong(world, "a flush of every id without a need");
}

/* Notes what a call that succeeded means for later flushes. */
static void note_ids(struct world *world, const struct call *call)
{
    struct world_space *space = world_space(world);

    if (makes_global(call))
        space->is_global = true;
    if (call->kind == CALL_CLONE && call->bytes > 0)
        world_other(world)->is_global |= space->is_global;
    if (call->kind == CALL_SET_ID)
        space->id = call->paddr;
    if (call->kind == CALL_ADOPT)
        space->id = PT64_NO_ID;
}

/* The same, and checks the call's own flush: of the table, or of its clone. */
static bool note_flushes(struct world *world, const struct call *call, pt64_status_t status,
                         size_t flushes)
{
    const struct world_space *flushed = world_space(world);
    uint64_t id;
    bool was_global;

    if (world->is_cloned && pt64_root_of(table_of(flushed)) != world->pool.request.root)
        flushed = world_other(world);
    id = flushed->id;
    was_global = flushed->is_global;
    if (status == PT64_OK)
        note_ids(world, call);
    return world->pool.flushes == flushes || check_request(world, flushed, id, was_global);
}

/* Whether the request asks every CPU to drop the bytes. */
static bool is_flushed(const struct pt64_flush *request, pt64_vaddr_t first, pt64_vaddr_t last)
{
    for (unsigned i = 0; i < request->count; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];

        if (range->ended && range->vaddr <= first && range->vaddr + (range->bytes - 1) >= last)
            return true;
    }
    return request->everything && request->ended;
}

/* Whether the request asks for nothing outside of the bytes. */
static bool is_flush_within(const struct pt64_flush *request, pt64_vaddr_t first, pt64_vaddr_t last)
{
    for (unsigned i = 0; i < request->count; i++)
        if (request->ranges[i].vaddr < first ||
            request->ranges[i].vaddr + (request->ranges[i].bytes - 1) > last)
            return false;
    return !request->everything || first <= last;
}

/* Whether a clone changes a page of its source, or splits it. */
static bool changes_source(const struct call *call, const struct pt64_mapping *page)
{
    const pt64_flags_t kept = PT64_ACCESSED | PT64_DIRTY;
    pt64_flags_t flags = (page->flags & ~(call->clear & ~kept)) | (call->flags & ~kept);
    pt64_vaddr_t end = call->vaddr + (call->bytes - 1);
    pt64_vaddr_t page_end = page->vaddr + (page->size - 1);
    bool is_cut = page->vaddr < call->vaddr || page_end > end;

    return page_end >= call->vaddr && page->vaddr <= end && (page->flags & PT64_MARK) == 0 &&
           (flags != page->flags || is_cut);
}

/* Whether what such a page loses is flushed, where it is in the range. */
static bool is_loss_flushed(const struct call *call, const struct pt64_mapping *page,
                            const struct pt64_flush *request)
{
    pt64_flags_t lost = page->flags & call->clear & (PT64_ACCESS | PT64_USER);
    pt64_vaddr_t end = call->vaddr + (call->bytes - 1);
    pt64_vaddr_t page_end = page->vaddr + (page->size - 1);

    return lost == 0 || reference_is_absent(page) ||
           is_flushed(request, page->vaddr < call->vaddr ? call->vaddr : page->vaddr,
                      page_end > end ? end : page_end);
}

/*
 * After a clone, before the model makes it: the source's guard, which had nothing pending, asks for
 * a flush of each page that lost a permission, and of nothing but what lies among the pages that
 * changed or were split.
 */
static bool check_clone_flush(struct world *world, const struct call *call)
{
    const struct reference *source = &world_space(world)->reference;
    const struct pt64_guard *guard = world_space(world)->guard;
    const struct pt64_flush none = {.count = 0};
    const struct pt64_flush *request = pt64_is_pending(guard) ? &guard->flush : &none;
    pt64_vaddr_t first = UINT64_MAX;
    pt64_vaddr_t last = 0;

    for (size_t i = 0; i < source->count; i++) {
        const struct pt64_mapping *page = &source->pages[i];

        if (!changes_source(call, page))
            continue;
        first = page->vaddr < first ? page->vaddr : first;
        last = page->vaddr + (page->size - 1);
        if (!is_loss_flushed(call, page, request))
            return wrong(world, "a clone asks for no flush of %#" PRIx64, page->vaddr);
    }
    return is_flush_within(request, first, last) ||
           wrong(world, "a clone asks for a flush of what did not change");
}

/* The model knows nothing of frames. */
static bool check_refused(struct world *world, const struct call *call,
                          const struct call_answer *answer)
{
    if (answer->status != PT64_NO_MEMORY)
        return wrong(world, "an allocation failed, and the call answered: %s",
                     pt64_status_name(answer->status));
    return answer->failed_at - call->vaddr < call->bytes ||
           wrong(world, "an allocation failed, at %#" PRIx64, answer->failed_at);
}

static bool unmaps_range(const struct call *call)
{
    return call->kind == CALL_UNMAP_REGION || call->kind == CALL_UNMAP_PAGES;
}

/*
 * What is not present belongs to nobody in an adopted table. The model does not know such entries:
 * with any, the table is taken back instead.
 */
static struct call adjusted(struct world *world, const struct call *call)
{
    struct call made = *call;

    if (call->kind == CALL_ADOPT && reference_has_absent(&world_space(world)->reference))
        made.kind = CALL_READOPT;
    return made;
}

/* The side of the table. */
static void make_call(struct world *world, const struct call *call, struct call_answer *answer)
{
    world->pool.allocations_left = call->allocations;
    world->pool.refused = 0;
    if (call->kind == CALL_STORE)
        store(world, call->vaddr);
    if (call_is_of_table(call))
        call_table(world, call, answer);
    else
        call_subject(call, world->s, world_space(world)->guard, world_other(world)->guard, answer);
    world->pool.allocations_left = SIZE_MAX;
    world->is_cloned = call->kind == CALL_CLONE;
    world_other(world)->swept_bytes = 0;
    world_space(world)->swept = call->vaddr;
    world_space(world)->swept_bytes =
        unmaps_range(call) && answer->status == PT64_OK ? call->bytes : 0;
    if (call->kind == CALL_SWITCH)
        world->at ^= 1;
}

/* The side of the model, and what the two answered. */
static bool compare_call(struct world *world, const struct call *call,
                         const struct call_answer *answer)
{
    struct call_answer expected;

    call_reference(call, &world_space(world)->reference, &world_other(world)->reference, &expected);
    if (is_wrong_both_ways(world, call, answer->status, expected.status))
        return true;
    if (answer->status != expected.status)
        return wrong(world, "the call answered: %s, the model: %s",
                     pt64_status_name(answer->status), pt64_status_name(expected.status));
    return call_is_same_answer(answer, &expected) ||
           wrong(world,
                 "what the call told differs from what the model tells; it failed at %#" PRIx64
                 " instead of %#" PRIx64,
                 answer->failed_at, expected.failed_at);
}

bool world_call(struct world *world, const struct call *given, pt64_status_t *status, bool *refused)
{
    const struct call call = adjusted(world, given);
    struct call_answer answer;
    size_t flushes = world->pool.flushes;
    size_t frames;
    bool is_flush_new = call.kind == CALL_CLONE && !pt64_is_pending(world_space(world)->guard);

    if (call.kind == CALL_CLONE || call.kind == CALL_SWITCH)
        world_begin_other(world);
    frames = world->pool.live_count;
    make_call(world, &call, &answer);
    *status = answer.status;
    *refused = world->pool.refused > 0;
    if (!note_flushes(world, &call, answer.status, flushes))
        return false;
    if (answer.status != PT64_OK && world->pool.live_count > frames)
        return wrong(world, "a call that failed kept a frame");
    if (*refused)
        return check_refused(world, &call, &answer);
    if (is_flush_new && answer.status == PT64_OK && call.bytes > 0 &&
        world->pool.flushes == flushes && !check_clone_flush(world, &call))
        return false;
    return compare_call(world, &call, &answer);
}

/* ---- entries ---- */

/* What was seen on the way through all nodes. */
struct survey {
    struct world *world;
    const struct world_space *space; /* whose nodes they are */
    size_t pages;                    /* pages of the model that were met so far */
    size_t tables;
    bool reached[POOL_FRAMES];
    size_t reached_count;
};

static enum oracle_type portable_type_of(const struct oracle_format *format, pt64_flags_t flags)
{
    if (oracle_is_iommu(format) ||
        (format->arch == ORACLE_RISCV && !format->svpbmt && !format->xuantie))
        return ORACLE_BY_PLATFORM;
    if (flags & PT64_DEVICE)
        return ORACLE_DEVICE;
    if (flags & PT64_UNCACHED)
        return ORACLE_UNCACHED;
    return flags & PT64_WRITE_COMBINE ? ORACLE_WRITE_COMBINING : ORACLE_WRITE_BACK;
}

static enum oracle_type type_of(const struct oracle_format *format, pt64_flags_t flags)
{
    return format_type(format, flags, portable_type_of(format, flags));
}

static bool is_access(struct oracle_access access, pt64_flags_t flags)
{
    return access.read == ((flags & PT64_READ) != 0) &&
           access.write == ((flags & PT64_WRITE) != 0) &&
           access.execute == ((flags & PT64_EXECUTE) != 0);
}

/* The difference between what hardware makes of a page and what its flags say, or NULL. */
static const char *find_fault(const struct world *world, const struct oracle_page *page,
                              pt64_flags_t flags)
{
    bool is_aarch64 = world->format.arch == ORACLE_AARCH64;
    bool is_user = (flags & PT64_USER) != 0;

    if (!is_access(page->user, format_user_access(&world->format, flags)))
        return "unprivileged permissions";
    if (!is_user && !is_access(page->kernel, format_kernel_access(&world->format, flags)))
        return "privileged permissions";
    if (format_flags_seen(&world->format, page) != (flags & format_flags_of(&world->format)))
        return "format flags";
    if (is_user && page->kernel.execute && (is_aarch64 || world->format.arch == ORACLE_RISCV))
        return "the kernel may execute a user page";
    if (page->type != type_of(&world->format, flags))
        return "memory type";
    if ((world->flags & PT64_GLOBAL) && page->global != ((flags & PT64_GLOBAL) != 0))
        return "global";
    if ((world->flags & PT64_ACCESSED) && page->accessed != ((flags & PT64_ACCESSED) != 0))
        return "accessed";
    /* AArch64 has a dirty state only for pages that can be written. */
    if ((world->flags & PT64_DIRTY) && (page->kernel.write || !is_aarch64) &&
        page->dirty != ((flags & PT64_DIRTY) != 0))
        return "dirty";
    return NULL;
}

static bool survey_leaf(struct survey *survey, struct oracle_page *page, pt64_entry_t entry,
                        unsigned level, pt64_vaddr_t vaddr)
{
    struct world *world = survey->world;
    const struct pt64_mapping *expected = &survey->space->reference.pages[survey->pages];
    const char *fault;

    if (survey->pages++ == survey->space->reference.count)
        return wrong(world, "a page at %#" PRIx64 " that the model does not have", vaddr);
    if (vaddr != expected->vaddr || page->paddr != expected->paddr ||
        world_page_size(world, level) != expected->size)
        return wrong(world,
                     "a page %#" PRIx64 " -> %#" PRIx64 " at level %u, in the model %#" PRIx64
                     " -> %#" PRIx64 ", %#" PRIx64 " bytes",
                     vaddr, page->paddr, level, expected->vaddr, expected->paddr, expected->size);
    fault = find_fault(world, page, expected->flags);
    if (fault != NULL)
        return wrong(world, "entry %#" PRIx64 " at %#" PRIx64 " with flags %#x: %s", entry, vaddr,
                     expected->flags, fault);
    return true;
}

/* An entry at which hardware stops, and that is not empty: a hidden page or a mark. */
static bool survey_absent(struct survey *survey, pt64_entry_t entry, unsigned level,
                          pt64_vaddr_t vaddr)
{
    struct world *world = survey->world;
    const struct pt64_mapping *expected = &survey->space->reference.pages[survey->pages];

    return (survey->pages++ < survey->space->reference.count && vaddr == expected->vaddr &&
            world_page_size(world, level) == expected->size && reference_is_absent(expected)) ||
           wrong(world, "entry %#" PRIx64 " at %#" PRIx64 " is neither empty nor valid", entry,
                 vaddr);
}

static bool reach(struct survey *survey, uint64_t paddr, size_t *frame)
{
    struct world *world = survey->world;

    *frame = pool_frame_of(&world->pool, paddr);
    if (*frame == POOL_FRAMES || paddr % world->pool.bytes != 0 || world->pool.live[*frame] == 0)
        return wrong(world, "the table at %#" PRIx64 " is in no live frame", paddr);
    if (survey->reached[*frame])
        return wrong(world, "the frame at %#" PRIx64 " is reached twice", paddr);
    survey->reached[*frame] = true;
    survey->reached_count++;
    return true;
}

/* The address of a slot, as the CPU uses it. */
static pt64_vaddr_t vaddr_at(const struct world *world, uint64_t offset)
{
    pt64_vaddr_t ones = ~(pt64_vaddr_t)0 << world->format.vaddr_bits;
    bool is_upper =
        world->format.half == ORACLE_UPPER_HALF ||
        (world->format.half == ORACLE_BOTH_HALVES && offset >> (world->format.vaddr_bits - 1) != 0);

    return is_upper ? offset | ones : offset;
}

static bool is_pinned(const struct survey *survey, pt64_vaddr_t vaddr)
{
    const struct world *world = survey->world;
    uint64_t slot = world_page_size(world, world->format.levels - 1);

    for (size_t i = 0; i < survey->space->reference.pin_count; i++)
        if (survey->space->reference.pins[i] == (vaddr & ~(slot - 1)))
            return true;
    return false;
}

/* Whether the newest call should have retired the node: it met the node and left it empty, or
 * covers it. */
static bool is_left_over(const struct survey *survey, uint64_t base, unsigned level, size_t entries)
{
    const struct world *world = survey->world;
    const struct world_space *space = survey->space;
    pt64_vaddr_t vaddr = vaddr_at(world, base);
    uint64_t size = world_page_size(world, level) << world->level_shift;
    bool meets = space->swept - vaddr < size || vaddr - space->swept < space->swept_bytes;
    bool covers = vaddr - space->swept < space->swept_bytes &&
                  space->swept_bytes - (vaddr - space->swept) >= size;

    if (level + 2 == world->format.levels && is_pinned(survey, vaddr))
        return false;
    return level + 1 < world->format.levels && space->swept_bytes > 0 &&
           ((meets && entries == 0) || covers);
}

static bool survey_table(struct survey *survey, uint64_t paddr, unsigned level, uint64_t base,
                         bool is_linked);

/* An entry that is not the entry of an empty slot. */
static bool survey_entry(struct survey *survey, uint64_t entry, unsigned level, uint64_t offset,
                         bool is_linked)
{
    struct world *world = survey->world;
    pt64_vaddr_t vaddr = vaddr_at(world, offset);
    struct oracle_step step = step_at(world, entry, level);

    if (step.kind == ORACLE_TABLE)
        return survey_table(survey, step.next, level - 1, offset, is_linked);
    if (!is_linked)
        return true;
    if (step.kind == ORACLE_LEAF)
        return survey_leaf(survey, &step.page, entry, level, vaddr);
    if (step.kind != ORACLE_RESERVED)
        return survey_absent(survey, entry, level, vaddr);
    return wrong(world, "entry %#" PRIx64 " at %#" PRIx64 ": %s", entry, vaddr, step.why);
}

/* A node and all below it. `is_linked`: a walker gets there, so that the model knows its pages. */
static bool survey_table(struct survey *survey, uint64_t paddr, unsigned level, uint64_t base,
                         bool is_linked)
{
    struct world *world = survey->world;
    uint64_t entries = oracle_table_entries(&world->format, level);
    uint64_t sink = pt64_sink_of(table_of(survey->space));
    uint64_t empty = level > 0 && sink != PT64_NO_FRAME ? sink : 0;
    size_t used = 0;
    size_t frame;

    if (!reach(survey, paddr, &frame))
        return false;
    survey->tables++;
    for (uint64_t i = 0; i < entries; i++) {
        uint64_t entry = entry_at(world, frame, i);

        if (entry == empty)
            continue;
        used++;
        if (!survey_entry(survey, entry, level, base + i * world_page_size(world, level),
                          is_linked))
            return false;
    }
    if (is_linked && is_left_over(survey, base, level, used))
        return wrong(world, "an empty table is left at %#" PRIx64, vaddr_at(world, base));
    return true;
}

static bool survey_sink(struct survey *survey)
{
    struct world *world = survey->world;
    uint64_t sink = pt64_sink_of(table_of(survey->space));
    size_t frame;

    if (sink == PT64_NO_FRAME)
        return true;
    if (!reach(survey, sink, &frame))
        return false;
    for (uint64_t i = 0; i < oracle_table_entries(&world->format, 0); i++)
        if (entry_at(world, frame, i) != sink)
            return wrong(world, "the sink leads elsewhere");
    return true;
}

/* The subtrees that the guard holds until its commit. */
static bool survey_retired(struct survey *survey)
{
    const struct pt64_guard *guard = survey->space->guard;

    for (unsigned i = 0; i < pt64_retired_count(guard); i++) {
        uint64_t paddr = guard->retired[i] & ~(uint64_t)(survey->world->pool.bytes - 1);

        if (!survey_table(survey, paddr, (unsigned)(guard->retired[i] - paddr), 0, false))
            return false;
    }
    return true;
}

/* All nodes of one table, and all that it maps. */
static bool survey_space(struct survey *survey)
{
    struct world *world = survey->world;
    const struct pt64_table *table = table_of(survey->space);

    survey->pages = 0;
    if (!survey_table(survey, pt64_root_of(table), world->format.levels - 1, 0, true) ||
        !survey_sink(survey) || !survey_retired(survey))
        return false;
    /* The frame of a map of shared root slots has no link. */
    if (table->not_share_map != 0)
        survey->reached_count++;
    return survey->pages == survey->space->reference.count ||
           wrong(world, "%zu pages, in the model %zu", survey->pages,
                 survey->space->reference.count);
}

bool world_check_entries(struct world *world)
{
    struct survey survey = {.world = world};

    if (world->pool.defect != NULL)
        return wrong(world, "%s", world->pool.defect);
    for (unsigned i = 0; i < world->count; i++) {
        survey.space = &world->spaces[i];
        if (!survey_space(&survey))
            return false;
    }
    return survey.reached_count == world->pool.live_count ||
           wrong(world, "%zu frames are live, %zu are part of a table or retired",
                 world->pool.live_count, survey.reached_count);
}

/* ---- readers ---- */

static bool is_same(const struct pt64_mapping *a, const struct pt64_mapping *b)
{
    return a->vaddr == b->vaddr && a->paddr == b->paddr && a->size == b->size &&
           a->flags == b->flags;
}

/* `*end` is that of the run, or 0 if there is none. */
static bool check_run(struct world *world, const struct world_space *space, pt64_vaddr_t from,
                      pt64_vaddr_t last, pt64_vaddr_t *end)
{
    struct pt64_mapping run = {0, 0, 0, 0};
    struct pt64_mapping expected = {0, 0, 0, 0};
    pt64_status_t status = world->s->next(space->table, from, last, &run);

    *end = run.vaddr + run.size;
    if (status == reference_next(&space->reference, from, last, &expected) &&
        is_same(&run, &expected))
        return true;
    return wrong(world,
                 "next from %#" PRIx64 " to %#" PRIx64 ": %s %#" PRIx64 " -> %#" PRIx64
                 ", %#" PRIx64 " bytes",
                 from, last, pt64_status_name(status), run.vaddr, run.paddr, run.size);
}

/* Every run; and for each probe the run from there to the next one. */
static bool check_next(struct world *world, const struct world_space *space,
                       const pt64_vaddr_t *probes, size_t count)
{
    pt64_vaddr_t from = 0;
    pt64_vaddr_t end;

    do
        if (!check_run(world, space, from, UINT64_MAX, &from))
            return false;
    while (from != 0);
    for (size_t i = 0; i < count; i++)
        if (!check_run(world, space, probes[i], probes[(i + 1) % count], &end))
            return false;
    return true;
}

struct visits {
    const struct reference *reference;
    size_t pages;
    size_t open; /* nodes with a visit before, and none after yet */
    bool wrong;
};

static enum pt64_walk visit(void *arg, const struct pt64_visit *visit)
{
    struct visits *visits = arg;

    if (visit->kind == PT64_LINK)
        visits->open += visit->after ? SIZE_MAX : 1;
    else if (visits->pages == visits->reference->count ||
             !is_same(&visits->reference->pages[visits->pages++], &visit->slot))
        visits->wrong = true;
    return visits->wrong ? PT64_WALK_STOP : PT64_WALK_ON;
}

static bool check_walk(struct world *world, const struct world_space *space)
{
    struct visits visits = {.reference = &space->reference};
    pt64_status_t status = world->s->walk(space->table, visit, &visits);

    if (status != PT64_OK || visits.wrong || visits.pages != space->reference.count ||
        visits.open != 0)
        return wrong(world, "walk shows something else than the model: %s",
                     pt64_status_name(status));
    return true;
}

static void digest_page(void *arg, const struct pt64_mapping *page)
{
    uint64_t *digest = arg;

    *digest = mix(mix(mix(mix(*digest, page->vaddr), page->paddr), page->size), page->flags);
}

/* The pages around an address that were accessed, and those that are dirty. */
static bool check_looks(struct world *world, const struct world_space *space, pt64_vaddr_t vaddr)
{
    const struct subject *s = world->s;
    uint64_t page = world_page_size(world, 0);
    uint64_t bytes = world_page_size(world, 1);
    uint64_t got = 0;
    uint64_t wanted = 0;
    pt64_status_t accessed;
    pt64_status_t dirty;

    vaddr = (vaddr & ~(page - 1)) - bytes / 2;
    accessed = s->test_accessed(space->table, vaddr, bytes, digest_page, &got);
    dirty = s->test_dirty(space->table, vaddr, bytes, digest_page, &got);
    if (accessed ==
            reference_test(&space->reference, vaddr, bytes, PT64_ACCESSED, digest_page, &wanted) &&
        dirty ==
            reference_test(&space->reference, vaddr, bytes, PT64_DIRTY, digest_page, &wanted) &&
        got == wanted)
        return true;
    return wrong(world, "a look at accessed and dirty from %#" PRIx64 " on: %s, %s", vaddr,
                 pt64_status_name(accessed), pt64_status_name(dirty));
}

static bool check_query(struct world *world, const struct world_space *space, pt64_vaddr_t vaddr)
{
    struct pt64_mapping page = {0, 0, 0, 0};
    struct pt64_mapping expected = {0, 0, 0, 0};
    pt64_paddr_t paddr = 0;
    pt64_status_t status = world->s->query(space->table, vaddr, &page);
    pt64_status_t translated = world->s->translate(space->table, vaddr, &paddr);

    if (status != reference_query(&space->reference, vaddr, &expected) || translated != status ||
        !is_same(&page, &expected))
        return wrong(world, "query of %#" PRIx64 ": %s", vaddr, pt64_status_name(status));
    if (status == PT64_OK && paddr != page.paddr + (vaddr - page.vaddr))
        return wrong(world, "translate of %#" PRIx64 " gives %#" PRIx64, vaddr, paddr);
    return true;
}

static bool check_readers(struct world *world, const struct world_space *space,
                          const pt64_vaddr_t *probes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!check_query(world, space, probes[i]))
            return false;
    return check_next(world, space, probes, count) && check_walk(world, space) &&
           (count == 0 || check_looks(world, space, probes[0]));
}

bool world_check_readers(struct world *world, const pt64_vaddr_t *probes, size_t count)
{
    return check_readers(world, world_space(world), probes, count) &&
           (!world->is_cloned || check_readers(world, world_other(world), probes, count));
}

static bool check_flaws(struct world *world, const struct world_space *space)
{
    struct pt64_flaw flaw;

    return world->s->check(space->table, 0, &flaw) == PT64_OK ||
           wrong(world, "check: %s", pt64_flaw_name(flaw.kind));
}

bool world_check_flaws(struct world *world)
{
    return check_flaws(world, world_space(world)) &&
           (!world->is_cloned || check_flaws(world, world_other(world)));
}

/* ---- the end ---- */

/* The lowest pinned page in the `bytes` from `first` on, or NULL. It cannot be unmapped. */
static const struct pt64_mapping *first_fixed(const struct world *world,
                                              const struct world_space *space, pt64_vaddr_t first,
                                              uint64_t bytes)
{
    uint64_t slot = world_page_size(world, world->format.levels - 1);
    const struct pt64_mapping *lowest = NULL;

    for (size_t i = 0; i < space->reference.pin_count; i++) {
        pt64_vaddr_t vaddr = space->reference.pins[i];
        const struct pt64_mapping *page = reference_page(&space->reference, vaddr);

        if (vaddr - first < bytes && page != NULL && page->size == slot &&
            (lowest == NULL || page->vaddr < lowest->vaddr))
            lowest = page;
    }
    return lowest;
}

/* Unmaps all that can be unmapped, and adds the pages that cannot to `*fixed`. */
static bool unmap_half(struct world *world, const struct world_space *space, pt64_vaddr_t first,
                       uint64_t bytes, size_t *fixed)
{
    const struct pt64_mapping *page;
    pt64_status_t status = PT64_OK;

    while (status == PT64_OK && (page = first_fixed(world, space, first, bytes)) != NULL) {
        uint64_t before = page->vaddr - first;

        ++*fixed;
        status = world->s->unmap_region(space->guard, first, before);
        if (status == PT64_OK &&
            world->s->unmap_region(space->guard, first, bytes) != PT64_BORROWED)
            return wrong(world, "a pinned page can be unmapped");
        first += before + page->size;
        bytes -= before + page->size;
    }
    if (status == PT64_OK)
        status = world->s->unmap_region(space->guard, first, bytes);
    return status == PT64_OK || wrong(world, "unmapping everything: %s", pt64_status_name(status));
}

/* Unmaps all of a table that can be unmapped. Adds the frames that it keeps to `*kept`. */
static bool unmap_space(struct world *world, const struct world_space *space, size_t *kept)
{
    uint64_t half = (uint64_t)1 << (world->format.vaddr_bits - 1);
    size_t fixed = 0;

    if (!unmap_half(world, space, vaddr_at(world, 0), half, &fixed) ||
        !unmap_half(world, space, vaddr_at(world, half), half, &fixed))
        return false;
    world->s->commit(space->guard);
    /* The root node, and the nodes of pinned slots. */
    *kept += 1 + space->reference.pin_count - fixed;
    *kept += pt64_sink_of(table_of(space)) != PT64_NO_FRAME ? 1 : 0;
    /* A map of shared root slots. */
    *kept += table_of(space)->not_share_map != 0 ? 1 : 0;
    return true;
}

bool world_check_end(struct world *world)
{
    size_t kept = 0;

    for (unsigned i = 0; i < world->count; i++)
        if (!unmap_space(world, &world->spaces[i], &kept))
            return false;
    if (world->pool.live_count != kept)
        return wrong(world, "%zu frames are left in tables that are empty, instead of %zu",
                     world->pool.live_count, kept);
    for (unsigned i = 0; i < world->count; i++)
        world->s->destroy(world->spaces[i].table);
    if (world->pool.live_count != 0)
        return wrong(world, "%zu frames are left of tables that were destroyed",
                     world->pool.live_count);
    return world->pool.defect == NULL || wrong(world, "%s", world->pool.defect);
}

/* ---- digests ---- */

/* Four chains side by side: a node has four words or more. */
static uint64_t mix_node(uint64_t hash, const unsigned char *node, size_t bytes)
{
    const uint64_t *words = (const uint64_t *)(const void *)node;
    uint64_t chains[4] = {hash, hash + 1, hash + 2, hash + 3};

    for (size_t i = 0; i < bytes / sizeof *words; i += 4)
        for (size_t k = 0; k < 4; k++)
            chains[k] = mix(chains[k], words[i + k]);
    for (size_t k = 0; k < 4; k++)
        hash = mix(hash, chains[k]);
    return hash;
}

/* Of the path, only what the next call can use. */
static uint64_t mix_path(uint64_t hash, const struct world *world, const struct world_space *space)
{
    const struct pt64_path *path = &space->guard->path;
    bool is_current = table_of(space)->epoch == space->guard->epoch;
    unsigned end = path->is_lone ? 1 : world->s->meta->limits.levels;

    if (!is_current || path->level >= world->s->meta->limits.levels)
        return mix(hash, PT64_MAX_LEVELS);
    hash = mix(hash, path->level);
    hash = mix(hash,
               path->vaddr >> (world->format.page_bits + world->level_shift * (path->level + 1)));
    for (unsigned level = path->level; level < end; level++)
        hash =
            mix(hash, (uint64_t)((const unsigned char *)path->nodes[level] - world->pool.memory));
    return mix(hash, path->is_lone);
}

static uint64_t mix_request(uint64_t hash, const struct pt64_flush *request)
{
    hash = mix(hash, (uint64_t)request->everything | (uint64_t)request->ended << 1 |
                         (uint64_t)request->global << 2 | (uint64_t)request->count << 3);
    for (unsigned i = 0; i < request->count; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];

        hash = mix(mix(mix(hash, range->vaddr), range->bytes), range->stride);
        hash = mix(hash, (uint64_t)range->ended | (uint64_t)range->tables << 1);
    }
    return hash;
}

/* Of the request, what is pending. */
static uint64_t mix_guard(uint64_t hash, const struct pt64_guard *guard)
{
    hash = mix(hash, guard->state);
    if (guard->state & PT64_HAS_LEAF)
        hash = mix(mix(hash, guard->leaf), guard->flags);
    if (pt64_is_pending(guard)) {
        hash = mix(hash, (uint64_t)guard->begun | (uint64_t)guard->ended << 32);
        hash = mix_request(hash, &guard->flush);
    }
    for (unsigned i = 0; i < pt64_retired_count(guard); i++)
        hash = mix(hash, guard->retired[i]);
    return hash;
}

static uint64_t mix_table(uint64_t hash, const struct pt64_table *table)
{
    hash = mix(mix(mix(hash, table->after_root), table->not_sink), table->not_id);
    hash = mix(hash, (uint64_t)table->history | (uint64_t)table->is_adopted << 1);
    for (size_t i = 0; i < PT64_SHARED_RUNS; i++)
        hash = mix(mix(hash, table->shared[i].first), table->shared[i].end);
    hash = mix(mix(hash, table->borrowed), table->not_share_map);
    return hash;
}

static uint64_t mix_space(uint64_t hash, const struct world *world, const struct world_space *space)
{
    hash = mix_table(hash, table_of(space));
    return mix_guard(mix_path(hash, world, space), space->guard);
}

uint64_t world_hash(const struct world *world)
{
    uint64_t hash = world->at;

    for (size_t frame = 0; frame < world->pool.used; frame++)
        if (world->pool.live[frame] != 0)
            hash =
                mix_node(mix(hash, frame), pool_node(&world->pool, frame), world->pool.live[frame]);
    for (unsigned i = 0; i < world->count; i++)
        hash = mix_space(hash, world, &world->spaces[i]);
    return hash;
}

static uint64_t mix_reference(uint64_t hash, const struct world_space *space)
{
    const struct reference *reference = &space->reference;

    hash = mix(mix(mix(hash, space->id), space->is_global), reference->count);
    for (size_t i = 0; i < reference->pin_count; i++)
        hash += mix(1, reference->pins[i]); /* in any order */
    for (size_t i = 0; i < reference->count; i++) {
        const struct pt64_mapping *page = &reference->pages[i];

        hash = mix(mix(mix(mix(hash, page->vaddr), page->paddr), page->size), page->flags);
    }
    return hash;
}

uint64_t world_hash_reference(const struct world *world)
{
    uint64_t hash = 0;

    for (unsigned i = 0; i < world->count; i++)
        hash = mix_reference(hash, &world->spaces[i]);
    return hash;
}

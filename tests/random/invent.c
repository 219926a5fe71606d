/* SPDX-License-Identifier: MIT */
#include "story.h"

/* Ranges with more pages than this make a story long and no better. */
#define MANY_PAGES 1100
#define PLACES     3

/* Where a story takes place. Calls at unrelated places find nothing. */
struct scene {
    const struct pt64_meta *meta;
    struct dice *dice;
    pt64_vaddr_t places[PLACES];
    pt64_paddr_t frames[PLACES];
};

static uint64_t below(struct scene *scene, uint64_t sides)
{
    return dice_below(scene->dice, sides);
}

static bool one_in(struct scene *scene, uint64_t sides)
{
    return dice_one_in(scene->dice, sides);
}

static uint64_t size_of(const struct pt64_meta *meta, unsigned level)
{
    return (uint64_t)1 << (meta->page_shift + meta->index_bits * level);
}

static unsigned some_level(struct scene *scene, unsigned levels)
{
    /* Low levels more often. */
    return (unsigned)below(scene, 1 + below(scene, levels));
}

/* An address of the space: any, or at an end of a half. */
static pt64_vaddr_t some_place(struct scene *scene)
{
    const struct pt64_meta *meta = scene->meta;
    uint64_t space = (uint64_t)1 << meta->limits.vaddr_bits;
    uint64_t offset = dice_roll(scene->dice) & (space - 1);
    unsigned level = some_level(scene, meta->limits.levels);
    bool is_upper;

    if (one_in(scene, 3)) {
        const uint64_t ends[] = {0, space / 2, space};

        offset = (ends[below(scene, 3)] - below(scene, 2) * size_of(meta, level)) & (space - 1);
    }
    offset &= ~(size_of(meta, level) - 1);
    is_upper = meta->space == PT64_SPACE_UPPER ||
               (meta->space == PT64_SPACE_SIGN_EXTENDED && offset >= space / 2);
    return is_upper ? offset - space : offset;
}

static pt64_paddr_t some_frames(struct scene *scene)
{
    const struct pt64_meta *meta = scene->meta;
    uint64_t memory = (uint64_t)1 << meta->limits.paddr_bits;
    uint64_t top = size_of(meta, meta->limits.leaf_levels - 1);

    if (one_in(scene, 4))
        return memory - 2 * top;
    return dice_roll(scene->dice) & (memory - 1) & ~(top - 1);
}

static void set_scene(struct scene *scene, const struct subject *s, struct dice *dice)
{
    scene->meta = s->meta;
    scene->dice = dice;
    for (size_t i = 0; i < PLACES; i++) {
        scene->places[i] = some_place(scene);
        scene->frames[i] = some_frames(scene);
    }
}

/* A set of flags, which the format can often encode. */
static pt64_flags_t some_flags(struct scene *scene, pt64_flags_t known)
{
    static const pt64_flags_t common[] = {
        PT64_READ | PT64_WRITE,
        PT64_READ,
        PT64_READ | PT64_EXECUTE,
        PT64_READ | PT64_WRITE | PT64_USER,
        PT64_READ | PT64_WRITE | PT64_DEVICE,
        0,
    };
    pt64_flags_t flags = common[below(scene, sizeof common / sizeof *common)];

    if (one_in(scene, 3))
        flags |= known & ~PT64_MEMORY_TYPES & (pt64_flags_t)dice_roll(scene->dice);
    if (one_in(scene, 12))
        flags = (pt64_flags_t)dice_roll(scene->dice) & 0x1fff;
    return flags;
}

/* A slot near one of the places, and a length from there on. */
static void some_range(struct scene *scene, struct call *call)
{
    size_t place = (size_t)below(scene, PLACES);
    unsigned level = some_level(scene, scene->meta->limits.levels);
    unsigned length_level = some_level(scene, scene->meta->limits.leaf_levels + 1);
    uint64_t distance = (below(scene, 5) - 2) * size_of(scene->meta, level);

    if (one_in(scene, 3))
        distance += (below(scene, 3) - 1) * size_of(scene->meta, 0);
    call->vaddr = scene->places[place] + distance;
    call->paddr = scene->frames[place] + distance;
    if (length_level >= scene->meta->limits.levels)
        length_level = scene->meta->limits.levels - 1;
    call->bytes = (1 + below(scene, 3)) * size_of(scene->meta, length_level);
    if (one_in(scene, 3))
        call->bytes += (below(scene, 3) - 1) * size_of(scene->meta, 0);
    if (one_in(scene, 4))
        call->paddr += size_of(scene->meta, some_level(scene, scene->meta->limits.leaf_levels));
    if (one_in(scene, 40))
        call->vaddr += 1 + below(scene, size_of(scene->meta, 0));
    if (one_in(scene, 40))
        call->bytes -= 1 + below(scene, size_of(scene->meta, 0));
}

/* Keeps the number of pages within bounds. */
static void bound(struct scene *scene, struct call *call)
{
    uint64_t page = size_of(scene->meta, 0);
    uint64_t top = size_of(scene->meta, scene->meta->limits.leaf_levels - 1);
    uint64_t largest = call->max_size > top ? top : call->max_size;
    bool fits = call->kind == CALL_MAP_REGION && largest > page &&
                (call->vaddr ^ call->paddr) % largest == 0;
    uint64_t most = largest == top ? 4 * top : MANY_PAGES * largest;

    if (!fits && call->bytes > MANY_PAGES * page)
        call->bytes = (1 + below(scene, MANY_PAGES)) * page;
    if (fits && call->bytes > most)
        call->bytes = most;
}

/* Whole root slots, and frames for pages of that size. */
static void some_root_slots(struct scene *scene, struct call *call)
{
    uint64_t slot = size_of(scene->meta, scene->meta->limits.levels - 1);

    if (!one_in(scene, 3))
        call->vaddr = scene->places[0];
    call->vaddr &= ~(slot - 1);
    call->paddr &= ~(slot - 1);
    call->bytes = (1 + below(scene, call->kind == CALL_MAP ? 1 : 2)) * slot;
}

/* More often if the root can hold pages: these cannot be changed while they are pinned. */
static bool is_of_root_slots(struct scene *scene, enum call_kind kind)
{
    if (kind == CALL_PIN)
        return !one_in(scene, 8);
    return scene->meta->limits.leaf_levels == scene->meta->limits.levels && one_in(scene, 10);
}

static enum call_kind some_kind(struct scene *scene)
{
    static const enum call_kind often[] = {
        CALL_MAP,         CALL_MAP_REGION,     CALL_UNMAP_REGION,
        CALL_UNMAP_PAGES, CALL_PROTECT_REGION, CALL_CHANGE_REGION,
        CALL_STORE,       CALL_MARK,           CALL_POPULATE,
        CALL_COLLAPSE,    CALL_CLONE};
    enum call_kind kind;

    if (one_in(scene, 2))
        return often[below(scene, sizeof often / sizeof *often)];
    kind = (enum call_kind)below(scene, CALL_KINDS);
    /* Adopting ends pins, and the unlinking of many nodes at a time. So it is rare. */
    return kind == CALL_ADOPT && !one_in(scene, 8) ? CALL_PIN : kind;
}

/* Flags to set and to clear, which the call can often take. */
static void some_change(struct scene *scene, struct call *call, pt64_flags_t known)
{
    pt64_flags_t flags = known & ((PT64_CHANGEABLE & ~PT64_READ) | UINT32_C(0xffff0000));

    if (one_in(scene, 8))
        flags = PT64_CHANGEABLE;
    call->flags =
        flags & (pt64_flags_t)dice_roll(scene->dice) & (pt64_flags_t)dice_roll(scene->dice);
    call->clear = flags & (pt64_flags_t)dice_roll(scene->dice) & ~call->flags;
    if (one_in(scene, 12))
        call->clear |= (pt64_flags_t)1 << below(scene, 13);
}

/* Often what fork does: whole huge pages, and what is between them, lose PT64_WRITE. */
static void some_fork(struct scene *scene, struct call *call, pt64_flags_t known)
{
    uint64_t size = size_of(scene->meta, some_level(scene, scene->meta->limits.leaf_levels));

    if (one_in(scene, 2)) {
        some_change(scene, call, known);
        return;
    }
    call->flags = known & PT64_SOFT0;
    call->clear = PT64_WRITE;
    call->vaddr &= ~(size - 1);
    call->bytes = (1 + below(scene, 8)) * size;
}

/* The largest page that a call may use, or now and then what is no page size. */
static pt64_size_t some_max_size(struct scene *scene)
{
    static const pt64_size_t bad[] = {0, 1, 3};

    if (one_in(scene, 40))
        return bad[below(scene, sizeof bad / sizeof *bad)];
    if (one_in(scene, 4))
        return size_of(scene->meta, (unsigned)below(scene, scene->meta->limits.leaf_levels));
    return one_in(scene, 4) ? size_of(scene->meta, 0) : PT64_SIZE_ANY;
}

/* A range for pages of a size, which takes a few nodes. */
static void some_nodes(struct scene *scene, struct call *call)
{
    pt64_size_t size =
        size_of(scene->meta, (unsigned)below(scene, scene->meta->limits.leaf_levels));
    uint64_t most = 6 * (size << scene->meta->index_bits);

    if (!one_in(scene, 20)) {
        call->vaddr &= ~(size - 1);
        call->bytes = (call->bytes < size ? size : call->bytes) & ~(size - 1);
    }
    if (call->bytes > most)
        call->bytes = most;
    /* Of a smaller size, the same number of bytes would take more nodes than a call can visit. */
    if (!one_in(scene, 20))
        call->max_size = size;
    else if (call->max_size < size)
        call->bytes = call->max_size;
}

/* The slot of a huge page. */
static void some_huge_slot(struct scene *scene, struct call *call)
{
    pt64_size_t size =
        size_of(scene->meta, 1 + (unsigned)below(scene, scene->meta->limits.leaf_levels - 1));

    if (!one_in(scene, 12))
        call->bytes = size;
    if (!one_in(scene, 12))
        call->vaddr &= ~(size - 1);
}

static void some_call(struct scene *scene, struct call *call, pt64_flags_t known)
{
    *call = (struct call){.kind = some_kind(scene), .allocations = SIZE_MAX};
    some_range(scene, call);
    call->flags = some_flags(scene, known);
    if (call->kind == CALL_CHANGE_REGION)
        some_change(scene, call, known);
    if (call->kind == CALL_CLONE)
        some_fork(scene, call, known);
    call->mark = below(scene, 4);
    call->max_size = some_max_size(scene);
    call->swaps = one_in(scene, 2) ? (unsigned)below(scene, 4) : 0;
    if (one_in(scene, 5))
        call->allocations = (size_t)below(scene, 5);
    if ((call->kind == CALL_MAP || call->kind == CALL_MARK || call->kind == CALL_MAP_MARKED) &&
        !one_in(scene, 12))
        call->bytes = size_of(scene->meta, some_level(scene, scene->meta->limits.leaf_levels));
    if (is_of_root_slots(scene, call->kind))
        some_root_slots(scene, call);
    if (call->kind == CALL_POPULATE)
        some_nodes(scene, call);
    if (call->kind == CALL_COLLAPSE)
        some_huge_slot(scene, call);
    if (call->kind == CALL_MAP_REGION || call->kind == CALL_MAP_PAGES)
        bound(scene, call);
    if (call->kind == CALL_SET_ID)
        call->paddr = one_in(scene, 4) ? PT64_NO_ID : below(scene, 4096);
}

/* Makes the first two calls map and pin a page of the root's size, which then cannot be changed. */
static void pin_page(struct scene *scene, struct call *calls)
{
    uint64_t slot = size_of(scene->meta, scene->meta->limits.levels - 1);
    pt64_vaddr_t vaddr = scene->places[0] & ~(slot - 1);

    calls[0] = (struct call){CALL_MAP, .flags = PT64_READ | PT64_WRITE, .vaddr = vaddr,
                             .bytes = slot, .allocations = SIZE_MAX};
    calls[1] = (struct call){CALL_PIN, .vaddr = vaddr, .bytes = slot, .allocations = SIZE_MAX};
}

void story_invent(struct story *story, const struct subject *s, struct dice *dice)
{
    struct scene scene;

    if (s->select != NULL)
        s->select(s);
    story->s = s;
    story->why[0] = 0;
    set_scene(&scene, s, dice);
    story->count = 8 + (size_t)below(&scene, STORY_CALLS - 8);
    for (size_t i = 0; i < story->count; i++)
        some_call(&scene, &story->calls[i], s->flags());
    if (s->meta->limits.leaf_levels == s->meta->limits.levels && one_in(&scene, 4))
        pin_page(&scene, story->calls);
}

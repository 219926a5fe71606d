/* SPDX-License-Identifier: MIT */
/*
 * What a guard asks for when something changes: of every geometry, with any needs and limits, and
 * whatever the guard gathered before. An empty guard is sound, and gathering keeps it so.
 *
 * What becomes of the request is proved by requests.c. Here the two functions that change it only
 * note what they are asked for.
 */
#include <page_table64/guard.h>

#include "everything.h"
#include "requests.h"

static const struct pt64_handler handler;
static struct pt64_table table;

static void gather_range(struct pt64_guard *guard, enum pt64_change change, pt64_vaddr_t vaddr,
                         uint64_t count, unsigned level);

static const struct pt64_ops ops = {.gather_range = gather_range};
static const struct pt64_traits traits = {.meta = &meta, .handler = &handler, .ops = &ops};

static void gather_range(struct pt64_guard *guard, enum pt64_change change, pt64_vaddr_t vaddr,
                         uint64_t count, unsigned level)
{
    pt64_gather_range(&traits, guard, change, vaddr, count, level);
}

/* ---- any hardware ---- */

static enum pt64_need any_need(void)
{
    unsigned need = nondet_u32();

    GIVEN(need <= PT64_NEED_ALL);
    return (enum pt64_need)need;
}

static enum pt64_resize any_resize(void)
{
    unsigned resize = nondet_u32();

    GIVEN(resize <= PT64_RESIZE_BREAK_EMPTY);
    return (enum pt64_resize)resize;
}

/* A permission that is there now needs no more than one that is gone. */
static void any_needs(struct pt64_needs *needs)
{
    needs->created = any_need();
    needs->linked = any_need();
    needs->relaxed = any_need();
    needs->tightened = any_need();
    needs->moved = any_need();
    needs->resized = any_need();
    needs->removed = any_need();
    needs->unlinked = any_need();
    GIVEN(needs->relaxed <= needs->tightened);
}

static void any_limits(struct pt64_limits *of)
{
    of->by_range = nondet_bool();
    of->split = any_resize();
    of->grow = any_resize();
    of->flush_limit = nondet_u32();
}

static void any_hardware(void)
{
    any_geometry(&meta);
    any_needs(&meta.needs);
    any_limits(&meta.limits);
    meta.break_to_move = nondet_bool();
    meta.root_is_held = nondet_bool();
}

/* ---- any change ---- */

struct change {
    enum pt64_change kind;
    pt64_vaddr_t vaddr; /* in the first of the slots */
    uint64_t slots;
    unsigned level;
};

static void any_change(struct change *change)
{
    unsigned kind = nondet_u32();
    unsigned shift;

    change->kind = (enum pt64_change)kind;
    change->vaddr = nondet_u64();
    change->slots = nondet_u64();
    change->level = any_level(limits);
    shift = slot_shift(change->level);
    GIVEN(kind <= PT64_UNLINKED);
    GIVEN(change->slots <= UINT64_C(1) << (limits->vaddr_bits - shift));
    GIVEN(is_range(change->vaddr >> shift << shift, change->slots << shift));
}

static void gather(struct pt64_guard *guard, const struct change *change)
{
    pt64_gather(&traits, guard, change->kind, change->vaddr, change->slots, change->level);
}

static enum pt64_need need_of_kind(enum pt64_change kind)
{
    const enum pt64_need needs[] = {
        PT64_NEED_NOTHING,  meta.needs.created,   meta.needs.linked,
        meta.needs.relaxed, meta.needs.tightened, meta.needs.moved,
        meta.needs.resized, meta.needs.removed,   meta.needs.unlinked,
    };

    return needs[kind];
}

/* A permission that a huge page gains ends something too where sizes change alone. */
static bool is_gain_an_end(const struct change *change)
{
    return change->kind == PT64_RELAXED && change->level > 0 && limits->split == PT64_RESIZE_FLUSH;
}

static bool ends(const struct change *change)
{
    return change->kind >= PT64_TIGHTENED || is_gain_an_end(change);
}

static enum pt64_need need_of(const struct change *change)
{
    if (meta.root_is_held && change->level == limits->levels - 1)
        return PT64_NEED_ALL;
    return is_gain_an_end(change) ? meta.needs.tightened : need_of_kind(change->kind);
}

/* What the change needs, if it needs an invalidation by address. */
static struct pt64_flush_range range_of(const struct change *change)
{
    unsigned shift = slot_shift(change->level);
    struct pt64_flush_range range = {
        .vaddr = change->vaddr >> shift << shift,
        .bytes = change->slots << shift,
        .stride = slot_size(change->level),
        .ended = ends(change),
        .tables = need_of(change) >= PT64_NEED_WALK,
    };

    return range;
}

/* ---- what is asked for ---- */

static bool is_noted; /* a range was added to the request */
static struct pt64_flush_range noted;

void note_range(struct pt64_flush *request, const struct pt64_flush_range *range)
{
    (void)request;
    is_noted = true;
    noted = *range;
}

void note_everything(struct pt64_flush *request, bool ended)
{
    request->everything = true;
    request->ended |= ended;
}

/* ---- any guard ---- */

/*
 * No count exceeds the limit. Unless everything is asked for, both together do not. What is not
 * pending says nothing.
 */
static bool is_sound(const struct pt64_guard *guard)
{
    const struct pt64_flush *request = &guard->flush;
    uint64_t both = (uint64_t)guard->ended + guard->begun;

    return !pt64_is_pending(guard) ||
           (guard->ended <= limits->flush_limit && guard->begun <= limits->flush_limit &&
            (request->everything || both <= limits->flush_limit) &&
            request->by_range == limits->by_range && is_consistent(request));
}

static void any_guard(struct pt64_guard *guard)
{
    guard->table = &table;
    guard->state = nondet_u32();
    guard->ended = nondet_u32();
    guard->begun = nondet_u32();
    any_request(&guard->flush);
    GIVEN(is_sound(guard));
}

#define ANY_CHANGE_BY_ANY_GUARD()       \
    PT64_UNSET struct pt64_guard guard; \
    PT64_UNSET struct change change;    \
    struct pt64_guard before;           \
                                        \
    any_hardware();                     \
    any_guard(&guard);                  \
    any_change(&change);                \
    before = guard

void proof_an_empty_guard_is_sound(void)
{
    PT64_UNSET struct pt64_guard guard;

    any_hardware();
    any_guard(&guard);
    if (nondet_bool())
        pt64_begin(&guard, &table);
    else
        pt64_reset_flush(&guard);
    CLAIM(!pt64_is_pending(&guard) && is_sound(&guard));
    CLAIM(!pt64_has_stale_of(&guard, ~0U));
    END_OF_PROOF();
}

/* Nothing is taken back: the request is empty at first, and then the notes alone change it. */
void proof_gathering_keeps_a_guard_sound(void)
{
    ANY_CHANGE_BY_ANY_GUARD();
    gather(&guard, &change);
    CLAIM(is_sound(&guard));
    CLAIM(!is_noted || is_sound_range(&noted));
    CLAIM((before.state & ~guard.state) == 0);
    if (pt64_is_pending(&before)) {
        CLAIM(guard.flush.count == before.flush.count);
        CLAIM(guard.flush.everything || !before.flush.everything);
        CLAIM(guard.flush.ended || !before.flush.ended);
    } else if (pt64_is_pending(&guard)) {
        CLAIM(guard.flush.count == 0);
    }
    END_OF_PROOF();
}

void proof_what_a_change_needs_is_asked_for(void)
{
    struct pt64_flush_range range;
    enum pt64_need need;

    ANY_CHANGE_BY_ANY_GUARD();
    range = range_of(&change);
    need = need_of(&change);
    gather(&guard, &change);
    CLAIM(need < PT64_NEED_BARRIER || pt64_is_pending(&guard));
    CLAIM(need < PT64_NEED_LEAF || asks_for_everything(&guard.flush, range.ended) ||
          (is_noted && is_same_range(&noted, &range)));
    CLAIM(need < PT64_NEED_ALL || asks_for_everything(&guard.flush, range.ended));
    END_OF_PROOF();
}

/* What only began asks nothing of others, and what needs no invalidation asks for none. */
void proof_no_more_is_asked_for(void)
{
    enum pt64_need need;

    ANY_CHANGE_BY_ANY_GUARD();
    need = need_of(&change);
    gather(&guard, &change);
    CLAIM(need > PT64_NEED_NOTHING || guard.state == before.state);
    CLAIM(need > PT64_NEED_BARRIER || !is_noted);
    GIVEN(pt64_is_pending(&before));
    CLAIM(need > PT64_NEED_BARRIER || guard.flush.everything == before.flush.everything);
    CLAIM(ends(&change) || guard.flush.ended == before.flush.ended);
    CLAIM(ends(&change) || !is_noted || !noted.ended);
    END_OF_PROOF();
}

/* The slots of a range are counted, unless everything is asked for. By is_sound, within the limit.
 */
void proof_what_is_asked_for_is_counted(void)
{
    ANY_CHANGE_BY_ANY_GUARD();
    GIVEN(pt64_is_pending(&before) && !limits->by_range);
    gather(&guard, &change);
    GIVEN(is_noted);
    CLAIM(guard.ended == before.ended + (ends(&change) ? change.slots : 0));
    CLAIM(guard.begun == before.begun + (ends(&change) ? 0 : change.slots) ||
          (guard.flush.everything && guard.begun == before.begun));
    END_OF_PROOF();
}

/* ---- short ways ---- */

/* It is for a loss of one smallest page, which needs an invalidation in every format. */
void proof_the_first_loss_is_gathered_as_any_other(void)
{
    ANY_CHANGE_BY_ANY_GUARD();
    GIVEN(!pt64_is_pending(&guard) && change.kind >= PT64_TIGHTENED);
    GIVEN(change.level == 0 && change.slots == 1 && change.vaddr % slot_size(0) == 0);
    GIVEN(need_of(&change) >= PT64_NEED_LEAF);
    if (pt64_gather_first(&traits, &guard, change.kind, change.vaddr)) {
        gather(&before, &change);
        CLAIM(guard.ended == before.ended && guard.begun == before.begun);
        CLAIM(!guard.flush.everything && !before.flush.everything && !guard.flush.ended);
        CLAIM(guard.flush.by_range == before.flush.by_range && guard.flush.count == 1);
        CLAIM(is_noted && is_same_range(&guard.flush.ranges[0], &noted));
    }
    CLAIM(guard.state == before.state);
    END_OF_PROOF();
}

/* The proofs of calls gather by this. */
void proof_everything_is_asked_for_as_gathered(void)
{
    ANY_CHANGE_BY_ANY_GUARD();
    meta.needs = (struct pt64_needs)NEEDS_EVERYTHING;
    meta.root_is_held = false;
    ask_for_everything(&traits, &guard, change.kind, change.vaddr, change.slots, change.level);
    gather(&before, &change);
    CLAIM(guard.state == before.state && !is_noted);
    GIVEN(pt64_is_pending(&guard));
    CLAIM(guard.flush.everything == before.flush.everything);
    CLAIM(guard.flush.ended || !before.flush.ended);
    END_OF_PROOF();
}

#include "all_proofs.h"

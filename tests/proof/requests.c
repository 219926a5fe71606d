/* SPDX-License-Identifier: MIT */
/*
 * What a request asks for, whatever it asked for before: of every geometry. Gathering changes a
 * request by these functions alone: see gathering.c.
 */
#include "requests.h"

static void any_sound_request(struct pt64_flush *request)
{
    any_geometry(&meta);
    any_request(request);
    GIVEN(is_sound_request(request));
}

void proof_everything_is_all_that_was_asked_for(void)
{
    PT64_UNSET struct pt64_flush request;
    struct pt64_flush before;
    struct pt64_flush_range range;
    bool ended = nondet_bool();

    any_sound_request(&request);
    before = request;
    pt64_request_everything(&request, ended);
    CLAIM(asks_for_everything(&request, ended || before.ended));
    CLAIM(request.ended == (ended || before.ended));
    CLAIM(is_consistent(&request));
    range = any_range();
    CLAIM(!has(&request, &range) || (has(&before, &range) && is_allowed(&request, &range)));
    range = any_range_of(&before);
    CLAIM(asks_for(&request, &range));
    END_OF_PROOF();
}

/* Whether all of a part is invalidated, by the same steps. */
static bool contains(const struct pt64_flush_range *range, const struct pt64_flush_range *part)
{
    return part->vaddr >= range->vaddr &&
           part->vaddr + (part->bytes - 1) <= range->vaddr + (range->bytes - 1) &&
           range->stride == part->stride && (range->ended || !part->ended) &&
           (range->tables || !part->tables);
}

#define ANY_RANGE_FOR_ANY_REQUEST()              \
    PT64_UNSET struct pt64_flush request;        \
    struct pt64_flush_range added = any_range(); \
    struct pt64_flush before;                    \
                                                 \
    any_sound_request(&request);                 \
    GIVEN(is_sound_range(&added));               \
    before = request

/* Which one is the newest does not matter to how it is continued: here it is the only one. */
void proof_a_range_continues_another(void)
{
    PT64_UNSET struct pt64_flush request;
    struct pt64_flush_range added = any_range();
    struct pt64_flush_range other = any_range();

    any_geometry(&meta);
    GIVEN(is_sound_range(&added) && is_sound_range(&other));
    request.count = 1;
    request.ranges[0] = other;
    GIVEN(pt64_request_coalesce(&request, &added));
    CLAIM(request.count == 1 && request.ranges[0].ended == added.ended);
    CLAIM(contains(&request.ranges[0], &added) && contains(&request.ranges[0], &other));
    CLAIM(is_sound_range(&request.ranges[0]));
    END_OF_PROOF();
}

void proof_only_the_newest_is_continued(void)
{
    unsigned i = nondet_u32();

    ANY_RANGE_FOR_ANY_REQUEST();
    GIVEN(pt64_request_coalesce(&request, &added));
    CLAIM(request.count == before.count && request.everything == before.everything);
    CLAIM(request.ended == before.ended);
    GIVEN(i < PT64_FLUSH_RANGES && i + 1 < request.count);
    CLAIM(is_same_range(&request.ranges[i], &before.ranges[i]));
    END_OF_PROOF();
}

/* One that continues none. Its request was not one of everything by which it is asked for. */
static void add(struct pt64_flush *request, const struct pt64_flush_range *added)
{
    struct pt64_flush other = *request;

    GIVEN(!pt64_request_coalesce(&other, added));
    GIVEN(!pt64_request_is_whole(request, added->ended));
    pt64_request_add(request, added);
}

void proof_a_range_is_added(void)
{
    struct pt64_flush_range range;

    ANY_RANGE_FOR_ANY_REQUEST();
    add(&request, &added);
    CLAIM(asks_for(&request, &added));
    CLAIM(!before.everything || asks_for_everything(&request, before.ended));
    range = any_range_of(&before);
    CLAIM(asks_for(&request, &range));
    END_OF_PROOF();
}

/* What only began asks nothing of others. */
void proof_no_other_range_is_added(void)
{
    struct pt64_flush_range range;

    ANY_RANGE_FOR_ANY_REQUEST();
    add(&request, &added);
    CLAIM(is_consistent(&request));
    CLAIM(added.ended || request.ended == before.ended);
    range = any_range_of(&request);
    CLAIM(is_allowed(&request, &range));
    CLAIM(has(&before, &range) || is_same_range(&range, &added));
    END_OF_PROOF();
}

/* Each range is of what ended, and was there. */
void proof_others_are_asked_for_what_ended(void)
{
    PT64_UNSET struct pt64_flush request;
    PT64_UNSET struct pt64_flush others;
    struct pt64_flush_range range;
    bool has_any;

    any_sound_request(&request);
    has_any = pt64_flush_for_others(&request, &others);
    CLAIM(others.root == request.root && others.id == request.id);
    CLAIM(others.global == request.global && is_consistent(&others));
    CLAIM(others.everything == asks_for_everything(&request, true));
    range = any_range();
    CLAIM(has(&others, &range) == (range.ended && has(&request, &range)));
    CLAIM(has_any || (!others.everything && !has(&others, &range)));
    CLAIM(!has_any || others.everything || others.count > 0);
    END_OF_PROOF();
}

#include "all_proofs.h"

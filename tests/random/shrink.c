/* SPDX-License-Identifier: MIT */
#include "story.h"

#include <string.h>

/* Takes the other story if something is wrong in it too. */
static bool accept(struct story *story, struct story *other)
{
    if (story_tell(other))
        return false;
    other->count = other->made;
    *story = *other;
    return true;
}

static bool remove_calls(struct story *story, size_t length)
{
    bool shrunk = false;

    for (size_t first = 0; first + length <= story->count;) {
        struct story other = *story;

        memmove(&other.calls[first], &other.calls[first + length],
                (other.count - first - length) * sizeof *other.calls);
        other.count -= length;
        if (accept(story, &other))
            shrunk = true;
        else
            first += length;
    }
    return shrunk;
}

/* Makes a call plainer in the n-th way. False if there are no more ways. */
static bool simplify(struct call *call, unsigned n, const struct pt64_meta *meta)
{
    uint64_t page = (uint64_t)1 << meta->page_shift;
    uint64_t huge = page << meta->index_bits;

    switch (n) {
    case 0:
        call->allocations = SIZE_MAX;
        break;
    case 1:
        call->flags = PT64_READ | PT64_WRITE;
        break;
    case 2:
        call->flags = PT64_READ;
        break;
    case 3:
        call->swaps = 0;
        break;
    case 4:
        call->max_size = PT64_SIZE_ANY;
        break;
    case 5:
        call->bytes = page;
        break;
    case 6:
        call->bytes = huge;
        break;
    case 7:
        call->bytes = (call->bytes / 2 + page - 1) & ~(page - 1);
        break;
    case 8:
        call->bytes -= page;
        break;
    case 9:
        call->paddr = 0;
        break;
    case 10:
        call->vaddr &= ~(huge - 1);
        break;
    case 11:
        call->vaddr &= ~(page - 1);
        break;
    case 12:
        call->kind = call->kind == CALL_MAP_PAGES ? CALL_MAP_REGION : call->kind;
        break;
    case 13:
        call->kind = call->kind == CALL_MAP_REGION ? CALL_MAP : call->kind;
        break;
    case 14:
        call->kind = call->kind == CALL_UNMAP_PAGES ? CALL_UNMAP_REGION : call->kind;
        break;
    case 15:
        call->allocations -= call->allocations > 0 && call->allocations != SIZE_MAX;
        break;
    case 16:
        call->clear = 0;
        break;
    case 17:
        call->clear &= call->clear - 1;
        break;
    case 18:
        call->flags &= call->flags - 1;
        break;
    case 19:
        call->kind = call->kind == CALL_CLONE ? CALL_CHANGE_REGION : call->kind;
        break;
    default:
        return false;
    }
    return true;
}

static bool simplify_calls(struct story *story)
{
    bool shrunk = false;

    for (size_t i = 0; i < story->count; i++) {
        for (unsigned n = 0;; n++) {
            struct story other = *story;

            if (!simplify(&other.calls[i], n, story->s->meta))
                break;
            if (memcmp(&other.calls[i], &story->calls[i], sizeof other.calls[i]) == 0)
                continue;
            if (accept(story, &other))
                shrunk = true;
            if (i >= story->count)
                return shrunk;
        }
    }
    return shrunk;
}

/* Moves all calls to the second root slot, where addresses are short. */
static void move_down(struct story *story)
{
    unsigned root_shift = story->s->meta->page_shift +
                          story->s->meta->index_bits * (story->s->meta->limits.levels - 1);
    uint64_t root_slot = (uint64_t)1 << root_shift;
    struct story other = *story;

    for (size_t i = 0; i < other.count; i++)
        other.calls[i].vaddr += root_slot - (story->calls[0].vaddr & ~(root_slot - 1));
    accept(story, &other);
}

void story_shrink(struct story *story)
{
    /* A round tells the story hundreds of times. After this many rounds a story is short enough. */
    unsigned rounds = 12;
    bool shrunk = true;

    story->count = story->made;
    while (shrunk && rounds-- > 0) {
        shrunk = false;
        for (size_t length = story->count / 2; length > 0; length /= 2)
            shrunk |= remove_calls(story, length);
        shrunk |= simplify_calls(story);
    }
    move_down(story);
    /* `why` and `made` are still those of the last story that was tried. */
    (void)story_tell(story);
}

/* SPDX-License-Identifier: MIT */
#include "both.h"

/* ---- the walk ---- */

/** The address of the entry that the walk reads at `level`. */
static pt64_paddr_t entry_address(const struct both *both, unsigned level)
{
    const struct format *format = both->half->format;
    const struct pt64_trace *trace = &both->trace;
    size_t index = pt64_index(format->meta, format->limits, trace->vaddr, level);
    pt64_paddr_t table = level >= trace->level
                             ? trace->steps[level].table
                             : format->pte->link_address(trace->steps[level + 1].entry, level + 1);

    return table + index * format->meta->entry_bytes;
}

/** By a word of the image, in which an entry of 4 bytes may be the second. */
static bool is_in_image(const struct both *both, const struct placement *placement)
{
    pt64_paddr_t word = pt64_align_down(placement->host, sizeof(pt64_entry_t));

    return placement->is_mapped &&
           image_bytes(&both->nested->host, word, sizeof(pt64_entry_t)) != NULL;
}

/** A node that is not there at all ends the trace above it, and an entry that is not reads as 0. */
static void place_entries(struct both *both)
{
    const struct pt64_trace *trace = &both->trace;
    unsigned end = trace->end == PT64_END_LOST ? trace->level - 1 : trace->level;

    both->last = trace->limits->levels;
    do {
        struct placement *placement = &both->entries[--both->last];

        nested_place(both->nested, entry_address(both, both->last), placement);
        both->is_cut = both->last < trace->level || !is_in_image(both, placement);
    } while (!both->is_cut && both->last > end);
}

static void place_page(struct both *both)
{
    const struct format *format = both->half->format;
    struct pt64_traits traits = {.meta = format->meta, .pte = format->pte};

    pt64_describe_traced(&traits, format->terms, &both->trace, &both->page);
    nested_place(both->nested, both->page.paddr + (both->trace.vaddr - both->page.vaddr),
                 &both->memory);
}

void both_trace(struct both *both, struct space *space, const struct half *half, pt64_vaddr_t vaddr)
{
    both->nested = &space->nested;
    both->layout = space->layout;
    both->half = half;
    space_trace(space, half, vaddr, &both->trace);
    place_entries(both);
    both->has_page = !both->is_cut && both->trace.end == PT64_END_LEAF;
    if (both->has_page)
        place_page(both);
}

/* ---- verdicts ---- */

bool both_can_judge(const struct both *both)
{
    return !both->is_cut || !both->entries[both->last].is_mapped;
}

/** Returns false if the second stage refuses. Of conditions the first one counts. */
static bool take_verdict(struct outcome *outcome, struct pt64_verdict verdict)
{
    if (verdict.faults)
        outcome->stage = 2;
    if (verdict.faults || outcome->second.why == NULL)
        outcome->second = verdict;
    return !verdict.faults;
}

/** Whether the walker may do that to the guest's entry at `level`. */
static bool judge_entry(const struct both *both, unsigned level, pt64_flags_t access,
                        const char *update, struct outcome *outcome)
{
    if (take_verdict(outcome, nested_judge(both->nested, &both->entries[level], access, 0)))
        return true;
    outcome->entry = level;
    outcome->update = update;
    return false;
}

static bool judge_reads(const struct both *both, struct outcome *outcome)
{
    for (unsigned level = both->trace.limits->levels; level > both->last; level--)
        if (!judge_entry(both, level - 1, both_reads_as(both, level - 1), NULL, outcome))
            return false;
    return true;
}

static bool judge_updates(const struct both *both, pt64_flags_t access, struct outcome *outcome)
{
    for (unsigned level = both->trace.limits->levels; level > both->last; level--) {
        const char *update = both_update(both, level - 1, access);

        if (update != NULL && !judge_entry(both, level - 1, PT64_WRITE, update, outcome))
            return false;
    }
    return true;
}

/**
 * Hardware asks the guest's tables first, then the second stage about the flags that it changes in
 * them, and then about the page. Of the last two the Arm ARM allows the other order.
 */
struct outcome both_judge(const struct both *both, pt64_flags_t access)
{
    const struct format *format = both->half->format;
    struct outcome outcome = {0, PT64_MAX_LEVELS, NULL, pt64_allows(), pt64_allows()};

    if (!judge_reads(both, &outcome))
        return outcome;
    outcome.first = format->terms->judge(format->meta, &both->trace, access);
    if (outcome.first.faults || !both->has_page) {
        outcome.stage = 1;
        return outcome;
    }
    if (judge_updates(both, access, &outcome))
        (void)take_verdict(&outcome,
                           nested_judge(both->nested, &both->memory, access, both->page.flags));
    return outcome;
}

/** What refuses a read too refuses it for another reason. */
const char *both_fault(const struct both *both, const struct outcome *outcome)
{
    struct pt64_verdict read;

    if (outcome->entry == PT64_MAX_LEVELS)
        return NULL;
    read = nested_judge(both->nested, &both->entries[outcome->entry], PT64_READ, 0);
    return read.faults ? NULL : both->nested->fault;
}

pt64_flags_t both_flags(const struct both *both)
{
    static const pt64_flags_t permissions[] = {PT64_READ, PT64_WRITE, PT64_EXECUTE};
    pt64_flags_t flags = both->page.flags;

    for (size_t i = 0; i < sizeof(permissions) / sizeof(permissions[0]); i++)
        if (both_judge(both, permissions[i] | (flags & PT64_USER)).stage == 2)
            flags &= ~permissions[i];
    return flags;
}

/* SPDX-License-Identifier: MIT */
/*
 * Cloning: any table, and any other whose pages it clones. Both are guarded, and CPUs may have both
 * loaded.
 */
#define TABLES       2U
#define SPARE_FRAMES 1U /* of each table: alloc_frame claims that no more are taken */
#include "call.h"

#define SOURCE  OWN_FRAMES /* its root */
#define HISTORY (PT64_ACCESSED | PT64_DIRTY)

static pt_t source;
static pt_guard_t source_guard;
static struct seen source_before;

static bool is_ending; /* the guards are being committed */

static unsigned reports; /* of the page that is looked at */
static pt64_flags_t reported_flags;

static void any_clone(void)
{
    any_call();
    any_nodes(&source, 1);
    is_stale[1] = false;
    pt_begin(&source_guard, &source);
    may_fail = RUNS_OUT;
    look_before();
    source_before = see_from(SOURCE, probe);
}

/* It is reported as it is in the clone. */
static void report(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    if (!tells_of_probe(page, source_before))
        return;
    reports++;
    reported_flags = page->flags;
}

/*
 * What was in the source is in both. A mark is in both as it was. Of what hardware has set, the
 * source keeps all, and the clone has only what it is given.
 */
static void is_cloned(struct seen now, struct seen source_now, pt64_flags_t set, pt64_flags_t clear)
{
    CLAIM(!before.is_there && now.is_there && source_now.is_there);
    CLAIM(now.level == source_now.level && source_now.level <= source_before.level);
    CLAIM(now.paddr == source_before.paddr && source_now.paddr == source_before.paddr);
    CLAIM(reports == 1 && reported_flags == now.flags);
    if (source_before.flags == PT64_MARK) {
        CLAIM(now.flags == PT64_MARK && source_now.flags == PT64_MARK);
        return;
    }
    CLAIM(now.flags == ((source_before.flags & ~(clear | HISTORY)) | set));
    CLAIM(source_now.flags == ((source_before.flags & ~(clear & ~HISTORY)) | (set & ~HISTORY)));
}

void proof_clone_region(void)
{
    pt64_flags_t set = nondet_u32();
    pt64_flags_t clear = nondet_u32();
    pt64_status_t status;
    struct seen source_now;
    struct seen now;

    any_clone();
    status = pt_clone_region(&guard, &source_guard, vaddr_of(first), count * PAGE, set, clear,
                             report, NULL);
    now = see(probe);
    source_now = see_from(SOURCE, probe);
    if (status != PT64_OK) {
        nothing_has_changed();
        CLAIM(is_same(source_now, source_before));
    } else if (is_in_range(probe) && source_before.is_there) {
        is_cloned(now, source_now, set, clear);
    } else {
        CLAIM(is_same(now, before) && says_the_same(source_now, source_before));
        CLAIM(!is_in_range(probe) || !source_now.is_there);
    }
    CLAIM(reports == (status == PT64_OK && is_in_range(probe) && source_before.is_there));
    is_ending = true;
    pt_commit(&source_guard);
    end_call();
    END_OF_PROOF();
}

/*
 * ---- what the prover is given in the place of functions, as in call.h ----
 *
 * Where no call comes to, as a claim says, the prover need not go on.
 */

/* In this geometry nothing that is pending is in the way of what a call writes. */
void flush_at_end(const struct pt64_traits *traits, struct pt64_guard *of)
{
    CLAIM(is_ending);
    GIVEN(is_ending);
    if (pt64_is_pending(of))
        pt64_run_pending(traits, of);
}

/*
 * In the runs @refused nothing is looked at from where the source is changed first. Those are the
 * calls that got all their frames, as if the handler never ran out of them: the runs @served_...
 */
void never_refused(const struct pt64_traits *traits, struct pt64_clone *clone)
{
    (void)traits;
    (void)clone;
    CLAIM(!has_failed);
    GIVEN(false);
}

/* A clone does this once it is planned. From then on it asks for no frames: see alloc_frame. */
void note_planned(struct pt64_table *of, unsigned what)
{
    is_planned = true;
    of->history |= (uint8_t)what;
}

/* No guard is for a range of its table. */
bool never_ranged(const struct pt64_guard *of)
{
    CLAIM((of->state & PT64_RANGED) == 0);
    return false;
}

/* In this geometry a huge page takes the place of nodes at once. */
void never_vacate(const struct pt64_traits *traits, struct pt64_guard *of,
                  struct pt64_progress *progress, struct pt64_chunk *chunk)
{
    (void)traits;
    (void)of;
    (void)progress;
    (void)chunk;
    CLAIM(false);
    GIVEN(false);
}

/* Each frame of the handler is memory, and aligned. */
bool always_usable(const struct pt64_traits *traits, const struct pt64_table *of,
                   pt64_paddr_t frame, unsigned level)
{
    (void)traits;
    (void)of;
    (void)level;
    CLAIM(is_given(index_of(frame)) && frame >> PADDR_BITS == 0);
    return true;
}

bool always_linkable(const struct pt64_traits *traits, const struct pt64_table *of,
                     pt64_paddr_t frame, unsigned level)
{
    (void)traits;
    (void)of;
    CLAIM(level == LEVELS - 1 || is_link(pte->link(&tiny.limits, frame, level + 1), level + 1));
    return true;
}

/* In the range of one page none is like another. */
size_t none_alike(const struct pt64_meta *meta, pt64_slot_t *slots, size_t most, pt64_entry_t like,
                  pt64_entry_t mask)
{
    (void)meta;
    (void)slots;
    (void)like;
    (void)mask;
    CLAIM(most == 0);
    return 0;
}

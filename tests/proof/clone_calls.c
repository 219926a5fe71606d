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
    commit(&source_guard);
    end_call();
    END_OF_PROOF();
}

/* ---- what the prover is given in the place of functions, as in call.h ---- */

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

/* SPDX-License-Identifier: MIT */
/* Calls for a range. Pages that an edge of it cuts are split, and say the same by smaller ones. */
#include "causes.h"

/* The level of the page that is mapped at the probe, if the first page has this frame. */
static unsigned level_of_run(pt64_paddr_t paddr)
{
    pt64_paddr_t frame = paddr + ((probe & ~1U) - first) * PAGE;

    return !is_cut(probe, 1) && (frame & (2 * PAGE - 1)) == 0;
}

void proof_map_region(void)
{
    pt64_paddr_t paddr = nondet_u64();
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_map_region(&guard, vaddr_of(first), paddr, count * PAGE, flags, PT64_SIZE_ANY);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (is_in_range(probe)) {
        CLAIM(!before.is_there && now.is_there && now.flags == flags);
        CLAIM(now.paddr == paddr + (probe - first) * PAGE);
    } else {
        CLAIM(is_same(now, before));
    }
    status_is_due(status, bad_flags_of_region(flags) | bad_frames(paddr, flags),
                  anything_is_there(before, level_of_run(paddr)) | no_frame(lacks_node(before)));
    end_call();
    END_OF_PROOF();
}

void proof_unmap_region(void)
{
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_unmap_region(&guard, vaddr_of(first), count * PAGE);
    now = see(probe);
    if (status != PT64_OK)
        nothing_has_changed();
    else if (is_in_range(probe))
        CLAIM(!now.is_there);
    else
        CLAIM(says_the_same(now, before));
    status_is_due(status, 0, cut_mark(probe, before) | no_frame(splits(probe, before)));
    end_call();
    END_OF_PROOF();
}

/* The page at the probe is to have these flags: a smaller one, if an edge splits it. */
static unsigned bad_update(pt64_flags_t flags)
{
    bool is_split = splits(probe, before) && flags != before.flags;

    return bad_result(flags, before, is_split ? 0 : before.level) | no_frame(is_split);
}

void proof_protect_region(void)
{
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_protect_region(&guard, vaddr_of(first), count * PAGE, flags);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (is_in_range(probe) && before.is_there && before.flags != PT64_MARK) {
        CLAIM(now.is_there && now.paddr == before.paddr);
        CLAIM((now.flags & ~kept_by(flags)) == (flags & ~kept_by(flags)));
        CLAIM(((before.flags & kept_by(flags)) & ~now.flags) == 0);
    } else {
        CLAIM(says_the_same(now, before));
    }
    status_is_due(status, bad_flags_of_region(flags), bad_update(protected_to(flags, before)));
    end_call();
    END_OF_PROOF();
}

void proof_change_region(void)
{
    pt64_flags_t set = nondet_u32();
    pt64_flags_t clear = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_change_region(&guard, vaddr_of(first), count * PAGE, set, clear);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (is_in_range(probe) && before.is_there && before.flags != PT64_MARK) {
        CLAIM(now.is_there && now.paddr == before.paddr && now.level <= before.level);
        CLAIM(now.flags == ((before.flags & ~clear) | set));
    } else {
        CLAIM(says_the_same(now, before));
    }
    status_is_due(status, bad_change(set, clear), bad_update((before.flags & ~clear) | set));
    end_call();
    END_OF_PROOF();
}

static unsigned reports; /* of the page that is looked at */

/* What is reported is as it was before the call. */
static void report(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    if (!tells_of_probe(page, before))
        return;
    reports++;
    CLAIM(before.is_there && page->flags == before.flags);
}

/* A huge page is one page: its other half may be all of it that is in the range. */
static bool overlaps_range(unsigned page, unsigned level)
{
    return is_in_range(page) || (level > 0 && is_in_range(page ^ 1));
}

static void harvest(pt64_flags_t flag)
{
    pt64_vaddr_t vaddr;
    struct seen now;
    bool has_flag;

    any_call();
    vaddr = vaddr_of(first);
    has_flag = (before.flags & flag) && before.is_there && overlaps_range(probe, before.level);
    CLAIM((flag == PT64_DIRTY
               ? pt_test_and_clear_dirty(&guard, vaddr, count * PAGE, report, NULL)
               : pt_test_and_clear_accessed(&guard, vaddr, count * PAGE, report, NULL)) == PT64_OK);
    now = see(probe);
    CLAIM(reports == has_flag);
    if (has_flag) {
        CLAIM(now.is_there && now.paddr == before.paddr && now.level == before.level);
        CLAIM(now.flags == (before.flags & ~flag));
    } else {
        CLAIM(is_same(now, before));
    }
    end_call();
}

void proof_test_and_clear_accessed(void)
{
    harvest(PT64_ACCESSED);
    END_OF_PROOF();
}

void proof_test_and_clear_dirty(void)
{
    harvest(PT64_DIRTY);
    END_OF_PROOF();
}

void proof_populate(void)
{
    pt64_status_t status;
    unsigned level;

    any_call();
    status = pt_populate(&guard, vaddr_of(first), count * PAGE, PAGE);
    (void)walk(probe, &level);
    if (status != PT64_OK)
        nothing_has_changed();
    CLAIM(is_same(see(probe), before));
    CLAIM(status != PT64_OK || !is_in_range(probe) || level == 0);
    status_is_due(status, 0, larger_is_there(before, 0) | no_frame(lacks_node(before)));
    end_call();
    END_OF_PROOF();
}

static pt64_paddr_t frames[PAGES];

static pt64_paddr_t frame_of(void *arg, pt64_vaddr_t vaddr)
{
    (void)arg;
    return frames[(vaddr >> PAGE_BITS) % PAGES];
}

/* The same where the frames are named. */
static unsigned level_of_frames(void)
{
    pt64_paddr_t frame = frames[probe & ~1U];

    return !is_cut(probe, 1) && (frame & (2 * PAGE - 1)) == 0 && frames[probe | 1] == frame + PAGE;
}

void proof_map_pages(void)
{
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_call();
    for (unsigned i = 0; i < PAGES; i++)
        frames[i] = nondet_u64();
    status =
        pt_map_pages(&guard, vaddr_of(first), frame_of, NULL, count * PAGE, flags, PT64_SIZE_ANY);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (is_in_range(probe)) {
        CLAIM(!before.is_there && now.is_there && now.flags == flags);
        CLAIM(now.paddr == frames[probe]);
    } else {
        CLAIM(is_same(now, before));
    }
    status_is_due(status, bad_flags_of_region(flags),
                  bad_frame(frames[probe], 0, flags) |
                      anything_is_there(before, level_of_frames()) | no_frame(lacks_node(before)));
    end_call();
    END_OF_PROOF();
}

/* No CPU uses a page any more when it is reported. */
static void report_unused(void *arg, const struct pt64_mapping *page)
{
    CLAIM(!is_stale[0]);
    report(arg, page);
}

void proof_unmap_pages(void)
{
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_unmap_pages(&guard, vaddr_of(first), count * PAGE, report_unused, NULL);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
        CLAIM(reports == 0);
    } else if (is_in_range(probe)) {
        CLAIM(!now.is_there && reports == before.is_there);
    } else {
        CLAIM(says_the_same(now, before) && reports == 0);
    }
    status_is_due(status, 0, cut_mark(probe, before) | no_frame(splits(probe, before)));
    end_call();
    END_OF_PROOF();
}

/* What hardware sets in a page: the parts of a huge page may differ in it. */
#define BY_HARDWARE (PT64_ACCESSED | PT64_DIRTY)

/* Why the page at the probe is no part of a huge page. `other` is next to it. */
static unsigned unlike_first(struct seen other)
{
    pt64_flags_t both = before.flags | (other.flags & BY_HARDWARE);
    struct seen start = probe == first ? before : other;

    if (!is_page(before) || before.level > 0)
        return 0;
    return why(PT64_NOT_ALIGNED, before.paddr != start.paddr + (probe - first) * PAGE ||
                                     (start.paddr & (2 * PAGE - 1)) != 0) |
           why(PT64_BAD_FLAGS, ((before.flags ^ start.flags) & ~BY_HARDWARE) != 0) |
           bad_flags(both, 1);
}

/*
 * The smaller pages may differ in what hardware has set: the huge page has all of it. The first
 * page that is no part of one is told.
 */
void proof_collapse(void)
{
    pt64_status_t status;
    unsigned causes;
    struct seen other;
    struct seen now;

    any_call();
    other = see(probe ^ 1);
    status = pt_collapse(&guard, vaddr_of(first), count * PAGE);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (is_in_range(probe)) {
        CLAIM(before.is_there && now.is_there && now.level == 1 && now.paddr == before.paddr);
        CLAIM(now.flags == (before.flags | other.flags) && now.flags != PT64_MARK);
    } else {
        CLAIM(is_same(now, before));
    }
    causes = no_page(before) | unlike_first(other);
    status_is_due(status, 0, causes);
    CLAIM(status == PT64_OK || probe >= page_of_failure() || !is_in_range(probe) || causes == 0);
    end_call();
    END_OF_PROOF();
}

/* Where nothing is, there is a node then. */
void proof_pin(void)
{
    pt64_status_t status;
    unsigned level;

    any_call();
    status = pt_pin(&guard, vaddr_of(first), count * PAGE);
    (void)walk(probe, &level);
    if (status != PT64_OK)
        nothing_has_changed();
    CLAIM(is_same(see(probe), before));
    CLAIM(status != PT64_OK || !is_in_range(probe) || level == 0 || before.is_there);
    status_is_due(status, 0, no_frame(before.level > 0 && !before.is_there));
    end_call();
    END_OF_PROOF();
}

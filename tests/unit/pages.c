/* SPDX-License-Identifier: MIT */
/* Pages whose frames a callback names. */
#include "test.h"

#include <stdlib.h>

/* Frames of a region: consecutive from `base` on, except for one page. */
struct frames {
    pt64_vaddr_t vaddr;
    uint64_t bytes;
    pt64_paddr_t base;
    pt64_vaddr_t odd_page;
    pt64_paddr_t odd_frame;
    uint64_t page;
    size_t calls;
    bool astray; /* was asked for an address that is no page of the region */
};

static pt64_paddr_t name_frame(void *arg, pt64_vaddr_t vaddr)
{
    struct frames *frames = arg;

    frames->calls++;
    frames->astray |= vaddr < frames->vaddr || vaddr - frames->vaddr >= frames->bytes ||
                      vaddr % frames->page != 0;
    return vaddr == frames->odd_page ? frames->odd_frame : frames->base + (vaddr - frames->vaddr);
}

static struct frames frames_of(const struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t base,
                               uint64_t bytes)
{
    return (struct frames){
        .vaddr = vaddr, .bytes = bytes, .base = base, .odd_page = UINT64_MAX, .page = page_size(t)};
}

static pt64_status_t map_frames(struct test *t, struct frames *frames, pt64_size_t max_size)
{
    return t->s->map_pages(t->guard, frames->vaddr, name_frame, frames, frames->bytes, RW,
                           max_size);
}

TEST(map_pages_maps_what_the_callback_names)
{
    uint64_t page = page_size(t);
    struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t), 5 * page);

    frames.odd_page = some_vaddr(t) + 2 * page;
    frames.odd_frame = 7 * page;
    expect_ok(map_frames(t, &frames, PT64_SIZE_ANY));
    for (uint64_t i = 0; i < 5; i++)
        expect_page(some_vaddr(t) + i * page, i == 2 ? 7 * page : some_paddr(t) + i * page, page,
                    RW);
    assert_false(frames.astray);
}

TEST(map_pages_makes_huge_pages_of_frames_that_follow_each_other)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    pt64_vaddr_t start = some_vaddr(t) + huge - page;
    struct frames frames = frames_of(t, start, some_paddr(t) + huge - page, 2 * huge + 2 * page);

    expect_ok(map_frames(t, &frames, PT64_SIZE_ANY));
    expect_page(start, some_paddr(t) + huge - page, page, RW);
    expect_page(some_vaddr(t) + huge, some_paddr(t) + huge, huge, RW);
    expect_page(some_vaddr(t) + 2 * huge, some_paddr(t) + 2 * huge, huge, RW);
    expect_page(some_vaddr(t) + 3 * huge, some_paddr(t) + 3 * huge, page, RW);
    assert_false(frames.astray);
}

TEST(map_pages_makes_no_huge_page_of_scattered_frames)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    const uint64_t odd[] = {0, page, huge / 2, huge - page};

    for (unsigned i = 0; i < 4; i++) {
        struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t), 2 * huge);

        frames.odd_page = some_vaddr(t) + odd[i];
        frames.odd_frame = page;
        expect_ok(map_frames(t, &frames, PT64_SIZE_ANY));
        expect_page(frames.odd_page, page, page, RW);
        expect_page(some_vaddr(t) + huge - page,
                    odd[i] == huge - page ? page : some_paddr(t) + huge - page, page, RW);
        expect_page(some_vaddr(t) + huge, some_paddr(t) + huge, huge, RW);
        expect_ok(unmap_region(t, some_vaddr(t), 2 * huge));
        commit(t);
        expect_tables(0);
    }
}

/* The frames are consecutive, but the first is not aligned to a huge page. */
TEST(map_pages_makes_no_huge_page_of_misaligned_frames)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t) + page, huge);

    expect_ok(map_frames(t, &frames, PT64_SIZE_ANY));
    expect_page(some_vaddr(t), some_paddr(t) + page, page, RW);
    expect_page(some_vaddr(t) + huge - page, some_paddr(t) + huge, page, RW);
}

TEST(map_pages_without_huge_pages_makes_none)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t), huge + page);

    expect_ok(map_frames(t, &frames, page_size(t)));
    expect_page(some_vaddr(t), some_paddr(t), page, RW);
    expect_page(some_vaddr(t) + huge, some_paddr(t) + huge, page, RW);
    expect_run(0, {some_vaddr(t), some_paddr(t), huge + page, RW});
    expect_tables(root_level(t) - 1 + 2);
}

/* The callback is asked for each smallest page. */
static bool has_three_small_page_sizes(const struct test *t)
{
    return top_leaf_level(t) >= 2 && size_at(t, 2) <= PT64_SIZE_1G;
}

/* The frames of a page of the third size become pages of the second. */
TEST_IF(has_three_small_page_sizes, "needs three page sizes up to 1G",
        map_pages_makes_no_page_above_its_limit)
{
    struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t), size_at(t, 2));
    struct oracle_survey survey;

    expect_ok(map_frames(t, &frames, huge_size(t)));
    oracle_survey(&t->oracle, t->s->root(t->table), &survey);
    assert_int_equal(survey.page_count, size_at(t, 2) / huge_size(t));
    for (size_t i = 0; i < survey.page_count; i++)
        assert_int_equal(survey.pages[i].size, huge_size(t));
    oracle_survey_free(&survey);
    expect_run(0, {frames.vaddr, some_paddr(t), size_at(t, 2), RW});
}

static pt64_paddr_t not_to_be_asked(void *arg, pt64_vaddr_t vaddr)
{
    (void)arg;
    (void)vaddr;
    fail();
    return PT64_NO_FRAME;
}

TEST(map_pages_with_a_limit_that_is_no_page_size_asks_for_no_frame)
{
    const pt64_size_t bad[] = {0, true, 3, 2 * page_size(t), PT64_SIZE_ANY - 1};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect(PT64_BAD_SIZE, t->s->map_pages(t->guard, some_vaddr(t), not_to_be_asked, NULL,
                                              2 * huge_size(t), RW, bad[i]));
    expect_tables(0);
}

TEST(map_pages_may_name_a_frame_twice)
{
    uint64_t page = page_size(t);
    struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t), 2 * page);

    frames.odd_page = some_vaddr(t) + page;
    frames.odd_frame = some_paddr(t);
    expect_ok(map_frames(t, &frames, PT64_SIZE_ANY));
    expect_page(some_vaddr(t), some_paddr(t), page, RW);
    expect_page(some_vaddr(t) + page, some_paddr(t), page, RW);
}

TEST(map_pages_with_a_frame_that_cannot_be_maps_nothing)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    const uint64_t odd[] = {0, page, huge, 2 * huge - page};

    for (unsigned i = 0; i < 4; i++) {
        struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t), 2 * huge);

        frames.odd_page = some_vaddr(t) + odd[i];
        frames.odd_frame = page / 2;
        expect(PT64_NOT_ALIGNED, map_frames(t, &frames, PT64_SIZE_ANY));
        expect(PT64_NOT_ALIGNED, map_frames(t, &frames, page_size(t)));
        frames.odd_frame = UINT64_C(1) << t->oracle.format.paddr_bits;
        expect(PT64_BAD_ADDRESS, map_frames(t, &frames, PT64_SIZE_ANY));
        expect(PT64_BAD_ADDRESS, map_frames(t, &frames, page_size(t)));
        frames.odd_frame = PT64_NO_FRAME;
        assert_int_not_equal(map_frames(t, &frames, PT64_SIZE_ANY), PT64_OK);
        expect_tables(0);
        expect_hole(some_vaddr(t));
        expect_hole(some_vaddr(t) + 2 * huge - page);
    }
}

/* The last frame that is asked for is wrong. Nothing was there before, and nothing came in between.
 */
TEST(map_pages_that_fails_late_is_as_if_it_had_not_been)
{
    uint64_t page = page_size(t);
    struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t), huge_size(t) + 3 * page);

    frames.odd_page = frames.vaddr + frames.bytes - page;
    frames.odd_frame = page / 2;
    listen(t);
    expect(PT64_NOT_ALIGNED, map_frames(t, &frames, page));
    expect_tables(0);
    commit(t);
    assert_int_equal(flushes(t), 0);
    expect(PT64_NOT_ALIGNED, map_frames(t, &frames, page));
    frames.odd_frame = frames.base;
    expect_ok(map_frames(t, &frames, page));
    expect_page(frames.odd_page, frames.base, page, RW);
    expect_run(0, {frames.vaddr, frames.base, frames.bytes - page, RW});
    commit(t);
    expect_sound();
}

/* A new range is under one slot of the root: the pages of each node take one question more at most.
 */
TEST_IF(has_three_levels, "needs three levels", map_pages_asks_for_each_frame_of_a_new_range_once)
{
    uint64_t page = page_size(t);
    struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t), 2 * huge_size(t));

    expect_ok(map_frames(t, &frames, page));
    assert_in_range(frames.calls, frames.bytes / page, frames.bytes / page + 4);
    expect_run(0, {frames.vaddr, frames.base, frames.bytes, RW});
}

TEST(map_pages_over_a_page_maps_nothing)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    struct frames frames = frames_of(t, some_vaddr(t), some_paddr(t), 2 * huge);
    struct snapshot before;

    expect_ok(map(t, some_vaddr(t) + 2 * huge - page, 0, page, RX));
    snapshot_take(t, &before);
    expect(PT64_ALREADY_MAPPED, map_frames(t, &frames, PT64_SIZE_ANY));
    expect(PT64_ALREADY_MAPPED, map_frames(t, &frames, page_size(t)));
    expect_unchanged(&before);
    snapshot_free(&before);
}

/* ---- a callback that changes its mind ---- */

/* Answers one way for `steady` calls, and another way from then on. */
enum change {
    TO_SCATTERED,
    TO_MISALIGNED,
    TO_TOO_WIDE,
    TO_CONTIGUOUS,
    CHANGES,
};

struct fickle {
    struct frames frames;
    size_t steady;
    enum change change;
};

static pt64_paddr_t name_fickly(void *arg, pt64_vaddr_t vaddr)
{
    struct fickle *fickle = arg;
    uint64_t page = fickle->frames.page;
    pt64_paddr_t frame = name_frame(&fickle->frames, vaddr);
    pt64_paddr_t scattered = frame ^ page;
    bool is_steady = fickle->frames.calls <= fickle->steady;

    switch (fickle->change) {
    case TO_SCATTERED:
        return is_steady ? frame : scattered;
    case TO_MISALIGNED:
        return is_steady ? frame : frame + 8;
    case TO_TOO_WIDE:
        return is_steady ? frame : PT64_NO_FRAME - page + 1;
    case TO_CONTIGUOUS:
    case CHANGES:
    default:
        return is_steady ? scattered : frame;
    }
}

/* Every page of the region maps one of the two frames that its callback named. */
static void expect_named_frames(struct test *t, const struct frames *frames)
{
    for (uint64_t done = 0; done < frames->bytes; done += frames->page) {
        pt64_paddr_t paddr;

        expect_ok(t->s->translate(t->table, frames->vaddr + done, &paddr));
        assert_true(paddr == frames->base + done ||
                    paddr == ((frames->base + done) ^ frames->page));
    }
}

static void try_fickle(struct test *t, struct fickle fickle, pt64_size_t max_size)
{
    pt64_vaddr_t vaddr = fickle.frames.vaddr;
    uint64_t bytes = fickle.frames.bytes;
    struct pt64_mapping run;
    pt64_status_t status;

    status = t->s->map_pages(t->guard, vaddr, name_fickly, &fickle, bytes, RW, max_size);
    if (status == PT64_OK) {
        expect_named_frames(t, &fickle.frames);
        expect_ok(unmap_region(t, vaddr, bytes));
    } else {
        assert_true(status == PT64_BAD_ADDRESS ||
                    (status == PT64_NOT_ALIGNED && fickle.change == TO_MISALIGNED));
        expect(PT64_NOT_MAPPED, next(t, 0, &run));
    }
    commit(t);
    expect_tables(0);
    expect_sound();
}

/* Whatever the callback answers, and whenever it changes, the region is mapped as a whole or not at
 * all. */
TEST(map_pages_with_a_callback_that_changes_its_mind)
{
    uint64_t page = page_size(t);
    uint64_t huge = huge_size(t);
    struct fickle fickle = {.frames = frames_of(t, some_vaddr(t) + huge - page,
                                                some_paddr(t) + huge - page, huge + 3 * page)};
    size_t calls;

    expect_ok(map_frames(t, &fickle.frames, PT64_SIZE_ANY));
    calls = fickle.frames.calls;
    expect_ok(unmap_region(t, fickle.frames.vaddr, fickle.frames.bytes));
    commit(t);
    for (unsigned change = 0; change < CHANGES; change++) {
        for (size_t steady = 0; steady <= calls;
             steady += steady < 12 || calls - steady < 12 ? 1 : calls / 12) {
            fickle.frames.calls = 0;
            fickle.steady = steady;
            fickle.change = (enum change)change;
            try_fickle(t, fickle, PT64_SIZE_ANY);
            try_fickle(t, fickle, page_size(t));
        }
    }
}

/* One huge page was planned, which takes no node. The small pages that come instead have none. */
TEST(map_pages_that_needs_more_tables_than_planned_fails_cleanly)
{
    uint64_t huge = huge_size(t);
    struct fickle fickle = {.frames = frames_of(t, some_vaddr(t), some_paddr(t), huge),
                            .change = TO_SCATTERED};
    size_t calls;

    expect_ok(map_frames(t, &fickle.frames, PT64_SIZE_ANY));
    expect_page(some_vaddr(t), some_paddr(t), huge, RW);
    calls = fickle.frames.calls;
    expect_ok(unmap_region(t, some_vaddr(t), huge));
    commit(t);
    for (size_t steady = calls / 2; steady < calls; steady += calls / 20) {
        fickle.frames.calls = 0;
        fickle.steady = steady;
        try_fickle(t, fickle, PT64_SIZE_ANY);
    }
}

/* In the last pass the callback names an impossible frame for the n-th huge page. The slots then
 * hold what they held before, beside a page that stays. */
TEST(huge_pages_that_a_callback_takes_back_leave_nothing)
{
    uint64_t huge = huge_size(t);
    struct fickle fickle = {.frames = frames_of(t, some_vaddr(t), some_paddr(t), 4 * huge),
                            .change = TO_MISALIGNED};
    uint64_t empty;
    size_t calls;

    expect_ok(map(t, some_vaddr(t) + 6 * huge, 0, huge, RX));
    commit(t);
    empty = entry_in(t, slot_of(t, some_vaddr(t), 1));
    expect_ok(map_frames(t, &fickle.frames, PT64_SIZE_ANY));
    calls = fickle.frames.calls;
    expect_ok(unmap_region(t, some_vaddr(t), 4 * huge));
    commit(t);
    for (unsigned nth = 0; nth < 4; nth++) {
        uint64_t each = huge / page_size(t);

        fickle.frames.calls = 0;
        fickle.steady = calls - (4 - nth) * (each + 1);
        expect(PT64_NOT_ALIGNED, t->s->map_pages(t->guard, fickle.frames.vaddr, name_fickly,
                                                 &fickle, fickle.frames.bytes, RW, PT64_SIZE_ANY));
        commit(t);
        for (unsigned i = 0; i < 4; i++)
            assert_true(entry_in(t, slot_of(t, some_vaddr(t) + i * huge, 1)) == empty);
        expect_sound();
    }
    expect_page(some_vaddr(t) + 6 * huge, 0, huge, RX);
}

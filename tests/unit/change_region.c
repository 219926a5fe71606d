/* SPDX-License-Identifier: MIT */
/* change_region: flags are added to and taken from whatever is mapped. */
#include "test.h"

#define BIT(n) (UINT64_C(1) << (n))

/* define.h: what the call may name, as far as the format has it. */
#define NAMEABLE                                                                                   \
    (PT64_READ | PT64_WRITE | PT64_EXECUTE | PT64_USER | PT64_ACCESSED | PT64_DIRTY | PT64_SOFT0 | \
     PT64_SOFT1)

#define HISTORY (PT64_ACCESSED | PT64_DIRTY)

static pt64_flags_t named(const struct test *t)
{
    return flags_of(t) & NAMEABLE;
}

static pt64_flags_t changed(pt64_flags_t flags, pt64_flags_t set, pt64_flags_t clear)
{
    return (flags & ~clear) | set;
}

static pt64_vaddr_t page_at(const struct test *t, unsigned i)
{
    return some_vaddr(t) + i * page_size(t);
}

static pt64_paddr_t frame_at(const struct test *t, unsigned i)
{
    return some_paddr(t) + i * page_size(t);
}

/* The smallest pages, side by side, each with its own flags. */
static void map_each(struct test *t, const pt64_flags_t *flags, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        expect_ok(map(t, page_at(t, i), frame_at(t, i), page_size(t), flags[i]));
}

static void expect_each(struct test *t, const pt64_flags_t *flags, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        expect_page(page_at(t, i), frame_at(t, i), page_size(t), flags[i]);
}

/* ---- what becomes of a page ---- */

static unsigned level_of(const struct test *t, uint64_t size)
{
    unsigned level = 0;

    while (size_at(t, level) != size)
        level++;
    return level;
}

/* Makes the change, which the format can say or not, to the page at some_vaddr. */
static pt64_flags_t try_change(struct test *t, uint64_t size, pt64_flags_t flags, pt64_flags_t set,
                               pt64_flags_t clear)
{
    pt64_flags_t after = changed(flags, set, clear);
    pt64_slot_t *slot = slot_of(t, some_vaddr(t), level_of(t, size));
    uint64_t before = entry_in(t, slot);

    if (can_say(t, after)) {
        expect_ok(change_region(t, some_vaddr(t), size, set, clear));
        expect_page(some_vaddr(t), some_paddr(t), size, after);
        return after;
    }
    expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), size, set, clear));
    assert_true(entry_in(t, slot) == before);
    return flags;
}

/* From page to page as the flags of the one before lead. */
TEST(change_region_sets_and_clears_each_flag_of_each_page)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        for (pt64_flags_t flags = level; flags < SETS_OF_FLAGS; flags += 11) {
            pt64_flags_t now = flags;

            if (!can_say(t, flags))
                continue;
            expect_ok(map(t, some_vaddr(t), some_paddr(t), size, flags));
            EACH_FLAG(flag, named(t))
            {
                now = try_change(t, size, now, flag, 0);
                now = try_change(t, size, now, 0, flag);
                now = try_change(t, size, now, flags & flag, ~flags & flag);
            }
            expect_ok(unmap(t, some_vaddr(t)));
        }
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(change_region_sets_some_flags_and_clears_others)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        pt64_flags_t now = RW;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        for (pt64_flags_t set = 0; set < SETS_OF_FLAGS; set += 61)
            for (pt64_flags_t clear = set % 101; clear < SETS_OF_FLAGS; clear += 101)
                now = try_change(t, size, now, set & named(t), clear & ~set & named(t));
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* Unlike protect_region, which takes no sticky flag. */
TEST(change_region_takes_what_protect_region_keeps)
{
    pt64_flags_t sticky = named(t) & PT64_STICKY;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW | sticky));
    expect_ok(protect_region(t, some_vaddr(t), page_size(t), R));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | sticky);
    expect_ok(change_region(t, some_vaddr(t), page_size(t), 0, sticky));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R);
}

TEST(change_region_keeps_what_it_does_not_name)
{
    const pt64_flags_t types[] = {0, PT64_DEVICE, PT64_UNCACHED, PT64_WRITE_COMBINE};

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
            pt64_flags_t flags = RW | types[i];

            EACH_FLAG(flag, PT64_STICKY)
            flags |= can_say(t, flags | flag) ? flag : 0;
            if (!row_applies(i, can_say(t, flags), "needs words for the flags"))
                continue;
            expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), flags));
            (void)try_change(t, size_at(t, level), flags, 0, PT64_WRITE);
            (void)try_change(t, size_at(t, level), flags & ~PT64_WRITE, PT64_WRITE, 0);
            expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
            commit(t);
        }
    }
}

TEST(each_page_of_a_changed_region_becomes_what_its_format_flags_make_of_it)
{
    pt64_flags_t soft = named(t) & PT64_SOFT0;
    pt64_flags_t user = named(t) & PT64_USER;
    pt64_flags_t history = named(t) & HISTORY;
    const pt64_flags_t before[] = {RW,           R,  RW | user, RX | PT64_WRITE,
                                   RW | history, RX, RW,        R | soft,
                                   RW | soft,    RW, RW,        R | history};
    pt64_flags_t after[sizeof before / sizeof before[0]];
    unsigned count = sizeof before / sizeof before[0];

    for (unsigned i = 0; i < count; i++)
        after[i] = i > 0 && i + 1 < count ? changed(before[i], soft, PT64_WRITE) : before[i];
    map_each(t, before, count);
    expect_ok(change_region(t, page_at(t, 1), (count - 2) * page_size(t), soft, PT64_WRITE));
    expect_each(t, after, count);
}

/* The flags of many pages alike are changed in blocks. */
TEST(many_pages_alike_are_changed_like_few)
{
    pt64_flags_t history = named(t) & HISTORY;

    for (unsigned count = 1; count <= 40; count += 3) {
        for (unsigned round = 0; round < 2; round++) {
            pt64_flags_t flags = RW | (round > 0 ? history : 0);

            expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t),
                                       (count + 1) * page_size(t), flags, page_size(t)));
            expect_ok(change_region(t, some_vaddr(t), count * page_size(t), 0, PT64_WRITE));
            expect_run(some_vaddr(t),
                       {some_vaddr(t), some_paddr(t), count * page_size(t), flags & ~PT64_WRITE});
            expect_page(page_at(t, count), frame_at(t, count), page_size(t), flags);
            expect_ok(unmap_region(t, some_vaddr(t), (count + 1) * page_size(t)));
            commit(t);
        }
    }
}

TEST(change_region_keeps_bits_that_software_put_there)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t foreign = foreign_bits(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), RW));
        put_entry(t, leaf_slot(t, some_vaddr(t)), leaf_at(t, some_vaddr(t)) | foreign);
        EACH_FLAG(flag, named(t))
        {
            pt64_flags_t after = changed(RW, flag, 0);

            if (can_say(t, after))
                expect_ok(change_region(t, some_vaddr(t), size_at(t, level), flag, 0));
            if (can_say(t, after & ~flag))
                expect_ok(
                    change_region(t, some_vaddr(t), size_at(t, level), RW & ~flag, flag & ~RW));
            assert_true((leaf_at(t, some_vaddr(t)) & foreign) == foreign);
        }
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

/*
 * The bits that make another kind of memory of a leaf of ordinary memory, for which there is no
 * flag. SDM 3A, 13.12.4: PWT alone is WT. Arm ARM D8.6 (ARMv7 ARM B3.8): another index of MAIR, and
 * outer shareable; B3.5.1: S of a small page is bit 10, of a section bit 16. C906 user manual: B.
 * LoongArch volume 1, 7.5.3: MAT 3, and RPLV, by which the kernel may not access what user code
 * may.
 */
static uint64_t odd_memory(const struct test *t, unsigned level)
{
    if (is_x86(t))
        return BIT(3);
    if (is_ept(t)) /* SDM 3C, 30.3.7: WB 6 becomes WT 4 */
        return BIT(4);
    if (is_short(t))
        return level == 0 ? BIT(10) : BIT(16);
    if (is_arm(t)) /* with FEAT_LPA2 there is no SH */
        return BIT(2) | BIT(3) | (t->s->pte->additive_bits == 0 ? BIT(8) : 0);
    if (is_loongarch64(t))
        return BIT(5) | (t->oracle.format.plv ? 0 : BIT(63));
    return t->oracle.format.xuantie ? BIT(61) : 0;
}

static bool has_odd_memory(const struct test *t)
{
    return odd_memory(t, 0) != 0;
}

/* Only the bits change by which a writable page differs from one that is not. */
TEST_IF(has_odd_memory, "needs memory that no flag names",
        change_region_keeps_a_memory_type_that_no_flag_names)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        uint64_t odd = odd_memory(t, level);
        uint64_t writable = leaf_entry(t->s, some_paddr(t), RW, level);
        uint64_t refusing = leaf_entry(t->s, some_paddr(t), R, level);
        pt64_slot_t *slot;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        slot = leaf_slot(t, some_vaddr(t));
        put_entry(t, slot, writable ^ odd);
        expect_ok(change_region(t, some_vaddr(t), size, 0, PT64_WRITE));
        assert_true(entry_in(t, slot) == (refusing ^ odd));
        expect_ok(change_region(t, some_vaddr(t), size, PT64_WRITE, 0));
        assert_true(entry_in(t, slot) == (writable ^ odd));
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

static bool takes_shadow_stacks_for_pages(const struct test *t)
{
    return is_x86(t) && !t->oracle.format.cet;
}

/* SDM 3A, 5.6: with CR4.CET, R/W 0 and D 1 is a shadow stack. It is dirty and not writable. */
TEST_IF(takes_shadow_stacks_for_pages, "needs x86 without shadow stacks",
        a_change_to_flags_that_a_page_has_keeps_every_bit)
{
    uint64_t shadow = leaf_entry(t->s, some_paddr(t), R, 0) | BIT(6);
    pt64_slot_t *slot;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), R));
    slot = leaf_slot(t, some_vaddr(t));
    put_entry(t, slot, shadow);
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_READ | PT64_DIRTY, PT64_WRITE));
    assert_true(entry_in(t, slot) == shadow);
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_SOFT0, PT64_WRITE));
    assert_true(entry_in(t, slot) == (shadow | BIT(9)));
    expect_ok(change_region(t, some_vaddr(t), page_size(t), 0, PT64_DIRTY | PT64_SOFT0));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R);
}

/* Arm ARM, B2 "Device memory": no table of the library has such a page, other software's may. */
TEST_IF(is_arm, "needs Arm", a_page_that_could_not_be_made_may_stay_unchanged)
{
    uint64_t odd;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), R | PT64_DEVICE));
    odd = leaf_at(t, some_vaddr(t)) ^ leaf_entry(t->s, 0, R, 0) ^ leaf_entry(t->s, 0, RX, 0);
    put_entry(t, leaf_slot(t, some_vaddr(t)), odd);
    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_EXECUTE, PT64_WRITE));
    assert_true(leaf_at(t, some_vaddr(t)) == odd);
    expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), PT64_WRITE, 0));
    assert_true(leaf_at(t, some_vaddr(t)) == odd);
    expect_ok(change_region(t, some_vaddr(t), page_size(t), 0, PT64_EXECUTE));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), R | PT64_DEVICE);
}

/* Software that made the table may have left a leaf broken. Readers take it for a page. */
TEST(a_leaf_that_was_left_broken_is_made_anew_and_changed)
{
    const pt64_flags_t before[] = {RW, RW, R};

    map_each(t, before, 3);
    put_entry(t, leaf_slot(t, page_at(t, 1)), absent_form(t->s, leaf_at(t, page_at(t, 1)), 0));
    expect_ok(change_region(t, some_vaddr(t), 3 * page_size(t), 0, PT64_WRITE));
    expect_page(page_at(t, 0), frame_at(t, 0), page_size(t), R);
    expect_page(page_at(t, 2), frame_at(t, 2), page_size(t), R);
    if (is_arm(t))
        expect_page(page_at(t, 1), frame_at(t, 1), page_size(t), R);
    else
        expect_hole(page_at(t, 1));
}

/* ---- what is refused ---- */

static void expect_refused(struct test *t, pt64_flags_t set, pt64_flags_t clear)
{
    uint64_t before = leaf_at(t, some_vaddr(t));

    expect(PT64_BAD_FLAGS, change_region(t, some_vaddr(t), page_size(t), set, clear));
    expect(PT64_BAD_FLAGS, change_region(t, page_at(t, 2), page_size(t), set, clear));
    assert_true(leaf_at(t, some_vaddr(t)) == before);
}

/* Whatever is mapped: a page, or nothing. */
TEST(change_region_refuses_flags_that_are_not_its_own)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    for (pt64_flags_t flag = 1; flag != 0; flag <<= 1) {
        if (flag & (named(t) | format_changeable_of(&t->oracle.format)))
            continue;
        expect_refused(t, flag, 0);
        expect_refused(t, 0, flag);
        expect_refused(t, PT64_WRITE, flag);
    }
}

TEST(change_region_refuses_a_flag_that_it_sets_and_clears)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    EACH_FLAG(flag, named(t))
    {
        expect_refused(t, flag, flag);
        expect_refused(t, flag | PT64_WRITE, flag);
        expect_refused(t, flag, flag | PT64_WRITE);
    }
}

TEST(change_region_of_no_bytes_asks_for_nothing)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(change_region(t, some_vaddr(t), 0, 0, PT64_WRITE));
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
}

/* A change of one flag that the format can say of one page and not of another. */
struct refusal {
    pt64_flags_t set;
    pt64_flags_t clear;
    pt64_flags_t good; /* 0: it refuses all pages that it would change */
    pt64_flags_t bad;
};

static bool finds_refusal(const struct test *t, pt64_flags_t set, pt64_flags_t clear,
                          struct refusal *refusal)
{
    *refusal = (struct refusal){set, clear, 0, 0};
    for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++) {
        pt64_flags_t after = changed(flags, set, clear);

        if (!can_say(t, flags) || after == flags)
            continue;
        if (can_say(t, after))
            refusal->good = flags;
        else
            refusal->bad = flags;
    }
    return refusal->bad != 0;
}

static bool refuses_some(const struct test *t)
{
    struct refusal refusal;

    return finds_refusal(t, 0, PT64_READ, &refusal);
}

/* The page that is refused is the last of all: the others, and the huge page at the edge, are not
 * touched before it is found. */
static void try_refusal(struct test *t, const struct refusal *refusal)
{
    uint64_t huge = huge_size(t);
    pt64_vaddr_t last = some_vaddr(t) + 2 * huge;
    struct snapshot before;

    if (refusal->good != 0) {
        expect_ok(map(t, some_vaddr(t), some_paddr(t), huge, refusal->good));
        expect_ok(map_region(t, some_vaddr(t) + huge, 0, 5 * page_size(t), refusal->good));
    }
    expect_ok(map(t, last, 0, page_size(t), refusal->bad));
    if (refusal->good != 0)
        expect_ok(map(t, last + page_size(t), 0, page_size(t), refusal->good));
    commit(t);
    arena_clear_events(&t->arena);
    snapshot_take(t, &before);
    expect_failure(
        PT64_BAD_FLAGS, last,
        change_region(t, page_at(t, 1), 2 * huge + page_size(t), refusal->set, refusal->clear));
    commit(t);
    expect_unchanged(&before);
    assert_int_equal(t->arena.event_count, 0);
    snapshot_free(&before);
    expect_ok(unmap_region(t, some_vaddr(t), 3 * huge));
    commit(t);
}

TEST_IF(refuses_some, "needs pages that the format cannot say",
        a_page_that_cannot_be_said_leaves_the_region_unchanged)
{
    struct refusal refusal;

    EACH_FLAG(flag, named(t))
    {
        if (finds_refusal(t, flag, 0, &refusal))
            try_refusal(t, &refusal);
        if (finds_refusal(t, 0, flag, &refusal))
            try_refusal(t, &refusal);
    }
}

/* The pages alike are skipped when the flags are checked, and not the page behind them. */
TEST_IF(refuses_some, "needs pages that the format cannot say",
        a_page_that_cannot_be_changed_is_found_among_many)
{
    struct refusal refusal;

    assert_true(finds_refusal(t, 0, PT64_READ, &refusal));
    for (unsigned bad = 0; bad < 20; bad++) {
        expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), 20 * page_size(t),
                                   refusal.good != 0 ? refusal.good : refusal.bad, page_size(t)));
        if (refusal.good != 0) {
            expect_ok(unmap(t, page_at(t, bad)));
            expect_ok(map(t, page_at(t, bad), frame_at(t, bad), page_size(t), refusal.bad));
        }
        expect_failure(PT64_BAD_FLAGS, page_at(t, refusal.good != 0 ? bad : 0),
                       change_region(t, some_vaddr(t), 20 * page_size(t), 0, PT64_READ));
        expect_page(page_at(t, bad), frame_at(t, bad), page_size(t), refusal.bad);
        expect_ok(unmap_region(t, some_vaddr(t), 20 * page_size(t)));
        commit(t);
    }
}

/* ---- huge pages ---- */

TEST(change_region_splits_a_huge_page_where_something_changes)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        uint64_t page = page_size(t);
        pt64_vaddr_t vaddr = some_vaddr(t);
        pt64_paddr_t paddr = some_paddr(t);

        expect_ok(map(t, vaddr, paddr, size, RW | (named(t) & PT64_SOFT0)));
        expect_ok(change_region(t, vaddr + page, page, 0, PT64_WRITE | (named(t) & PT64_SOFT0)));
        commit(t);
        expect_page(vaddr, paddr, page, RW | (named(t) & PT64_SOFT0));
        expect_page(vaddr + page, paddr + page, page, R);
        expect_run(vaddr + 2 * page, {vaddr + 2 * page, paddr + 2 * page, size - 2 * page,
                                      RW | (named(t) & PT64_SOFT0)});
        expect_ok(unmap_region(t, vaddr, size));
        commit(t);
    }
}

TEST(change_region_takes_no_frame_where_nothing_changes)
{
    uint64_t huge = huge_size(t);
    struct snapshot before;

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 2 * huge, R));
    commit(t);
    arena_clear_events(&t->arena);
    snapshot_take(t, &before);
    expect_ok(change_region(t, page_at(t, 1), huge, 0, PT64_WRITE));
    expect_ok(change_region(t, page_at(t, 1), page_size(t), PT64_READ, 0));
    expect_ok(change_region(t, page_at(t, 1), page_size(t), 0, 0));
    commit(t);
    expect_unchanged(&before);
    assert_int_equal(t->arena.event_count, 0);
    snapshot_free(&before);
}

/* The edges lie in pages of which one changes and one does not. */
TEST(change_region_splits_the_one_edge_that_changes)
{
    uint64_t huge = huge_size(t);
    uint64_t page = page_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    for (unsigned upper = 0; upper < 2; upper++) {
        expect_ok(map(t, vaddr, some_paddr(t), huge, upper ? R : RW));
        expect_ok(map(t, vaddr + huge, some_paddr(t), huge, upper ? RW : R));
        expect_ok(change_region(t, vaddr + huge - page, 2 * page, 0, PT64_WRITE));
        expect_page(vaddr + (upper ? 0 : huge), some_paddr(t), huge, R);
        expect_page(vaddr + (upper ? huge : huge - page), some_paddr(t) + (upper ? 0 : huge - page),
                    page, R);
        expect_page(vaddr + (upper ? huge + page : 0), some_paddr(t) + (upper ? page : 0), page,
                    RW);
        expect_ok(unmap_region(t, vaddr, 2 * huge));
        commit(t);
    }
}

TEST(huge_pages_inside_a_changed_region_stay_huge)
{
    uint64_t huge = huge_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map_region(t, vaddr, some_paddr(t), 4 * huge, RW));
    expect_ok(change_region(t, vaddr + huge, 2 * huge, 0, PT64_WRITE));
    expect_page(vaddr, some_paddr(t), huge, RW);
    expect_page(vaddr + huge, some_paddr(t) + huge, huge, R);
    expect_page(vaddr + 2 * huge, some_paddr(t) + 2 * huge, huge, R);
    expect_page(vaddr + 3 * huge, some_paddr(t) + 3 * huge, huge, RW);
}

TEST(a_split_that_finds_no_frame_leaves_the_region_unchanged)
{
    uint64_t huge = huge_size(t);
    struct snapshot before;

    expect_ok(map_region(t, some_vaddr(t), some_paddr(t), 2 * huge, RW));
    commit(t);
    snapshot_take(t, &before);
    for (size_t room = 0; room < 2; room++) {
        t->arena.allocations_left = room;
        expect(PT64_NO_MEMORY, change_region(t, page_at(t, 1), huge, 0, PT64_WRITE));
        t->arena.allocations_left = SIZE_MAX;
        expect_unchanged(&before);
    }
    snapshot_free(&before);
}

/* ---- where nothing is mapped ---- */

TEST(a_change_of_the_flags_of_nothing_is_no_error)
{
    uint64_t slot = size_at(t, root_level(t));

    expect_ok(change_region(t, some_vaddr(t), page_size(t), PT64_WRITE, 0));
    expect_tables(0);
    expect_ok(map(t, some_vaddr(t) + slot - page_size(t), some_paddr(t), page_size(t), RW));
    expect_ok(map(t, page_at(t, 5), some_paddr(t), page_size(t), RW));
    expect_ok(change_region(t, some_vaddr(t), slot, 0, PT64_WRITE));
    expect_page(page_at(t, 5), some_paddr(t), page_size(t), R);
    expect_page(some_vaddr(t) + slot - page_size(t), some_paddr(t), page_size(t), R);
    expect_hole(page_at(t, 4));
    expect_hole(page_at(t, 6));
}

TEST(the_flags_of_a_whole_half_are_changed)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);

    for (unsigned i = 0; i < count; i++) {
        pt64_vaddr_t last = halves[i].last - page_size(t) + 1;

        expect_ok(map(t, halves[i].first, 0, page_size(t), RW));
        expect_ok(map(t, last, 0, page_size(t), RW));
        expect_ok(
            change_region(t, halves[i].first, halves[i].last - halves[i].first + 1, 0, PT64_WRITE));
        expect_page(halves[i].first, 0, page_size(t), R);
        expect_page(last, 0, page_size(t), R);
    }
}

/* ---- what is flushed ---- */

/* The one request of the commit. */
static const struct pt64_flush *heard(struct test *t)
{
    commit(t);
    assert_int_equal(t->arena.event_count, 1);
    assert_int_equal(t->arena.events[0].kind, ARENA_FLUSH);
    return &t->arena.events[0].request;
}

/* Pages 2, 3 and 6 of ten change. */
static void expect_heard_of_three(struct test *t, pt64_flags_t before, pt64_flags_t clear)
{
    const struct pt64_flush *request;

    expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), 10 * page_size(t),
                               before & ~clear, page_size(t)));
    expect_ok(change_region(t, page_at(t, 2), 2 * page_size(t), clear, 0));
    expect_ok(change_region(t, page_at(t, 6), page_size(t), clear, 0));
    listen(t);
    expect_ok(change_region(t, some_vaddr(t), 10 * page_size(t), 0, clear));
    request = heard(t);
    assert_false(request->everything);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(covers(request, page_at(t, i), page_size(t)), i == 2 || i == 3 || i == 6);
    expect_ok(unmap_region(t, some_vaddr(t), 10 * page_size(t)));
    commit(t);
}

/* Where hardware reads the flag. A harvest invalidates a page that lost it, and so does this. */
TEST_IF(flushes_by_address, "needs invalidation by address",
        pages_that_a_change_takes_a_flag_from_are_invalidated_alone)
{
    const pt64_flags_t flags[] = {PT64_WRITE, PT64_EXECUTE, PT64_USER, PT64_ACCESSED, PT64_DIRTY};

    for (unsigned i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (row_applies(i,
                        can_say(t, (RW | flags[i]) & ~(flags[i] & granted)) &&
                            (flags[i] & named(t) & ~granted) != 0,
                        "needs the flag"))
            expect_heard_of_three(t, RW | flags[i], flags[i]);
}

/* doc/flushing.h: other CPUs need not be told of what only began. */
TEST_IF(flushes_added_permissions, NEEDS_ADDED_PERMISSIONS,
        a_permission_that_a_change_adds_only_began)
{
    struct pt64_flush others;

    expect_ok(t->s->map_region(t->guard, some_vaddr(t), some_paddr(t), 4 * page_size(t), R,
                               page_size(t)));
    listen(t);
    expect_ok(change_region(t, some_vaddr(t), 4 * page_size(t), PT64_WRITE, 0));
    assert_false(pt64_flush_for_others(heard(t), &others));
    arena_clear_events(&t->arena);
    expect_ok(change_region(t, some_vaddr(t), 4 * page_size(t), 0, PT64_WRITE));
    assert_true(pt64_flush_for_others(heard(t), &others));
    for (unsigned i = 0; i < 4; i++)
        assert_true(covers(&others, page_at(t, i), page_size(t)));
}

TEST(changes_of_software_flags_and_of_nothing_ask_for_no_flush)
{
    pt64_flags_t soft = named(t) & (PT64_SOFT0 | PT64_SOFT1);
    pt64_flags_t history = named(t) & HISTORY;

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, R | history));
        listen(t);
        expect_ok(change_region(t, some_vaddr(t), size, soft, 0));
        expect_page(some_vaddr(t), some_paddr(t), size, R | history | soft);
        expect_ok(change_region(t, some_vaddr(t), size, R | history, PT64_WRITE));
        expect_ok(change_region(t, some_vaddr(t), size, 0, soft));
        expect_page(some_vaddr(t), some_paddr(t), size, R | history);
        commit(t);
        assert_int_equal(t->arena.event_count, 0);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* ---- what hardware does meanwhile ---- */

TEST(change_region_keeps_what_hardware_set)
{
    pt64_flags_t set = stored_flags(t);

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, RW));
        hardware_stores(t, some_vaddr(t));
        expect_ok(change_region(t, some_vaddr(t), size, 0, PT64_WRITE));
        expect_page(some_vaddr(t), some_paddr(t), size, R | set);
        expect_ok(change_region(t, some_vaddr(t), size, PT64_WRITE, 0));
        expect_page(some_vaddr(t), some_paddr(t), size, RW | set);
        expect_ok(change_region(t, some_vaddr(t), size, 0, set));
        expect_page(some_vaddr(t), some_paddr(t), size, RW);
        hardware_stores(t, some_vaddr(t));
        expect_page(some_vaddr(t), some_paddr(t), size, RW | set);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

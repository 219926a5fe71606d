/* SPDX-License-Identifier: MIT */
/* Which addresses and sizes are accepted, and which are refused. */
#include "test.h"

TEST(geometry_is_that_of_the_manual)
{
    const struct oracle_format *manual = &t->oracle.format;
    const struct pt64_meta *meta = t->s->meta;

    assert_int_equal(meta->limits.levels, manual->levels);
    assert_int_equal(meta->page_shift, manual->page_bits);
    assert_int_equal(meta->index_bits, manual->index_bits);
    assert_int_equal(pt64_root_index_bits(meta, &meta->limits), manual->root_bits);
    assert_int_equal(meta->limits.leaf_levels, manual->leaf_levels);
    assert_int_equal(meta->limits.vaddr_bits, manual->vaddr_bits);
    assert_int_equal(meta->limits.paddr_bits, manual->paddr_bits);
    assert_int_equal(meta->needs_sink, is_loongarch64(t));
}

TEST(first_and_last_page_of_each_half_can_be_mapped)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);

    for (unsigned i = 0; i < count; i++) {
        pt64_vaddr_t last = halves[i].last - page_size(t) + 1;

        expect_ok(map(t, halves[i].first, some_paddr(t), page_size(t), R));
        expect_ok(map(t, last, some_paddr(t) + page_size(t), page_size(t), RW));
        expect_page(halves[i].first, some_paddr(t), page_size(t), R);
        expect_page(last, some_paddr(t) + page_size(t), page_size(t), RW);
    }
}

TEST(largest_pages_fit_both_ends_of_each_half)
{
    uint64_t size = size_at(t, top_leaf_level(t));
    struct half halves[2];
    unsigned count = halves_of(t, halves);

    for (unsigned i = 0; i < count; i++) {
        expect_ok(map_region(t, halves[i].first, 0, size, R));
        expect_ok(map_region(t, halves[i].last - size + 1, size, size, R));
        expect_page(halves[i].first, 0, size, R);
        expect_page(halves[i].last - size + 1, size, size, R);
    }
}

/* Every call that takes an address. */
static void expect_bad_vaddr(struct test *t, pt64_vaddr_t vaddr)
{
    pt64_paddr_t frame = some_paddr(t);
    uint64_t size = page_size(t);
    struct pt64_mapping page;
    pt64_paddr_t paddr;

    expect(PT64_BAD_ADDRESS, query(t, vaddr, &page));
    expect(PT64_BAD_ADDRESS, t->s->translate(t->table, vaddr, &paddr));
    expect(PT64_BAD_ADDRESS, map(t, vaddr, frame, size, RW));
    expect(PT64_BAD_ADDRESS, unmap(t, vaddr));
    expect(PT64_BAD_ADDRESS, protect(t, vaddr, R));
    expect(PT64_BAD_ADDRESS, remap(t, vaddr, frame, R));
    expect(PT64_BAD_ADDRESS, map_region(t, vaddr, frame, size, RW));
    expect(PT64_BAD_ADDRESS, t->s->map_region(t->guard, vaddr, frame, size, RW, page_size(t)));
    expect(PT64_BAD_ADDRESS,
           t->s->map_pages(t->guard, vaddr, same_frame, &frame, size, RW, PT64_SIZE_ANY));
    expect(PT64_BAD_ADDRESS, unmap_region(t, vaddr, size));
    expect(PT64_BAD_ADDRESS, protect_region(t, vaddr, size, R));
    expect(PT64_BAD_ADDRESS, change_region(t, vaddr, size, 0, PT64_WRITE));
}

TEST(addresses_just_outside_of_a_half_are_refused)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    bool whole = count == 2;

    if (whole || halves[0].first == 0) {
        expect_bad_vaddr(t, halves[0].last + 1);
        expect(PT64_BAD_ADDRESS,
               map(t, halves[0].last + 1, some_paddr(t), size_at(t, top_leaf_level(t)), RW));
    }
    if (whole || halves[0].first != 0)
        expect_bad_vaddr(t, halves[count - 1].first - page_size(t));
    expect_tables(0);
}

/* An alias differs from a good address in a bit that is not translated. */
TEST(aliases_of_an_address_are_refused)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    for (unsigned bit = t->oracle.format.vaddr_bits; bit < 64; bit++) {
        pt64_vaddr_t alias = some_vaddr(t) ^ UINT64_C(1) << bit;

        assert_false(oracle_is_vaddr(&t->oracle.format, alias));
        expect_bad_vaddr(t, alias);
    }
    expect_page(some_vaddr(t), some_paddr(t), page_size(t), RW);
}

static void expect_bad_range(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_paddr_t frame = some_paddr(t);

    expect(PT64_BAD_ADDRESS, unmap_region(t, vaddr, bytes));
    expect(PT64_BAD_ADDRESS, protect_region(t, vaddr, bytes, R));
    expect(PT64_BAD_ADDRESS, change_region(t, vaddr, bytes, 0, PT64_WRITE));
    expect(PT64_BAD_ADDRESS, map_region(t, vaddr, 0, bytes, R));
    expect(PT64_BAD_ADDRESS,
           t->s->map_pages(t->guard, vaddr, same_frame, &frame, bytes, R, PT64_SIZE_ANY));
}

TEST(ranges_that_leave_a_half_are_refused)
{
    uint64_t page = page_size(t);
    struct half halves[2];
    unsigned count = halves_of(t, halves);
    struct snapshot before;

    for (unsigned i = 0; i < count; i++)
        expect_ok(map(t, halves[i].last - page + 1, some_paddr(t) + i * page, page, RW));
    expect_ok(map(t, halves[0].first, some_paddr(t) + 2 * page, page, RW));
    snapshot_take(t, &before);
    for (unsigned i = 0; i < count; i++) {
        expect_bad_range(t, halves[i].last - page + 1, 2 * page);
        expect_bad_range(t, halves[i].first, halves[i].last - halves[i].first + 1 + page);
        expect_bad_range(t, some_vaddr(t), 0 - page);
        expect_bad_range(t, some_vaddr(t), UINT64_C(1) << 63);
    }
    expect_unchanged(&before);
    snapshot_free(&before);
}

/* From the first address of the upper half past the top to the last of the lower half. */
TEST_IF(has_two_halves, "needs a root of both halves",
        a_range_of_the_whole_space_is_refused_if_it_has_a_gap)
{
    struct half halves[2];

    halves_of(t, halves);
    expect_bad_range(t, halves[1].first, halves[0].last + 1 - halves[1].first);
}

TEST(a_whole_half_can_be_unmapped_and_protected)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);

    for (unsigned i = 0; i < count; i++) {
        uint64_t bytes = halves[i].last - halves[i].first + 1;

        expect_ok(map(t, halves[i].first, 0, page_size(t), RW));
        expect_ok(map(t, halves[i].last - page_size(t) + 1, 0, page_size(t), RW));
        expect_ok(protect_region(t, halves[i].first, bytes, R));
        expect_page(halves[i].first, 0, page_size(t), R);
        expect_page(halves[i].last - page_size(t) + 1, 0, page_size(t), R);
        expect_ok(unmap_region(t, halves[i].first, bytes));
        expect_hole(halves[i].first);
        expect_hole(halves[i].last);
    }
    commit(t);
    expect_tables(0);
}

TEST(physical_addresses_beyond_the_format_are_refused)
{
    pt64_paddr_t end = UINT64_C(1) << t->oracle.format.paddr_bits;

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        expect(PT64_BAD_ADDRESS, map(t, some_vaddr(t), end, size, RW));
        expect(PT64_BAD_ADDRESS, map(t, some_vaddr(t), 0 - size, size, RW));
        expect(PT64_BAD_ADDRESS, map(t, some_vaddr(t), UINT64_C(1) << 63, size, RW));
        expect(PT64_BAD_ADDRESS, map_region(t, some_vaddr(t), end - size, size + page_size(t), RW));
        expect_tables(0);
        expect_ok(map(t, some_vaddr(t), end - size, size, RW));
        expect_page(some_vaddr(t), end - size, size, RW);
        expect(PT64_BAD_ADDRESS, remap(t, some_vaddr(t), end, RW));
        expect_page(some_vaddr(t), end - size, size, RW);
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

/* The range must not wrap to frame 0. */
TEST(physical_ranges_that_wrap_are_refused)
{
    uint64_t page = page_size(t);

    expect(PT64_BAD_ADDRESS, map_region(t, some_vaddr(t), 0 - page, 2 * page, RW));
    expect(PT64_BAD_ADDRESS, map_region(t, some_vaddr(t), 0 - 2 * page, huge_size(t), RW));
    expect_tables(0);
}

TEST(every_physical_address_bit_reaches_the_hardware)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        for (pt64_paddr_t paddr = size; paddr >> t->oracle.format.paddr_bits == 0; paddr <<= 1) {
            expect_ok(map(t, some_vaddr(t), paddr, size, RW));
            expect_page(some_vaddr(t), paddr, size, RW);
            expect_ok(unmap(t, some_vaddr(t)));
        }
        expect_ok(unmap_region(t, some_vaddr(t), size));
        commit(t);
    }
}

TEST(every_virtual_address_bit_finds_its_own_page)
{
    struct half halves[2];
    uint64_t page = page_size(t);
    pt64_vaddr_t base;
    unsigned bits = t->oracle.format.vaddr_bits;

    halves_of(t, halves);
    base = halves[0].first;
    expect_ok(map(t, base, 0, page, RW));
    for (unsigned bit = t->oracle.format.page_bits; bit < bits; bit++) {
        pt64_vaddr_t vaddr = base + (UINT64_C(1) << bit);

        if (bit == bits - 1 && has_two_halves(t))
            vaddr = halves[1].first;
        expect_ok(map(t, vaddr, bit * page, page, RW));
    }
    expect_page(base, 0, page, RW);
    for (unsigned bit = t->oracle.format.page_bits; bit < bits; bit++) {
        pt64_vaddr_t vaddr = base + (UINT64_C(1) << bit);

        if (bit == bits - 1 && has_two_halves(t))
            vaddr = halves[1].first;
        expect_page(vaddr, bit * page, page, RW);
    }
}

TEST(misaligned_addresses_are_refused_at_every_size)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);

        for (uint64_t off = 1; off < size; off <<= 1) {
            expect(PT64_NOT_ALIGNED, map(t, some_vaddr(t) + off, some_paddr(t), size, RW));
            expect(PT64_NOT_ALIGNED, map(t, some_vaddr(t), some_paddr(t) + off, size, RW));
        }
    }
    expect_tables(0);
}

static pt64_paddr_t frame_off_by(void *arg, pt64_vaddr_t vaddr)
{
    (void)vaddr;
    return *(const uint64_t *)arg;
}

TEST(misaligned_regions_are_refused)
{
    uint64_t page = page_size(t);

    for (uint64_t off = 1; off < page; off <<= 1) {
        pt64_paddr_t good = 0;
        pt64_paddr_t bad = off;

        expect(PT64_NOT_ALIGNED, map_region(t, some_vaddr(t) + off, 0, page, RW));
        expect(PT64_NOT_ALIGNED, map_region(t, some_vaddr(t), off, page, RW));
        expect(PT64_NOT_ALIGNED, map_region(t, some_vaddr(t), 0, page + off, RW));
        expect(PT64_NOT_ALIGNED, map_region(t, some_vaddr(t), 0, off, RW));
        expect(PT64_NOT_ALIGNED, t->s->map_pages(t->guard, some_vaddr(t) + off, frame_off_by, &good,
                                                 page, R, PT64_SIZE_ANY));
        expect(PT64_NOT_ALIGNED, t->s->map_pages(t->guard, some_vaddr(t), frame_off_by, &good,
                                                 page + off, R, PT64_SIZE_ANY));
        expect(PT64_NOT_ALIGNED, t->s->map_pages(t->guard, some_vaddr(t), frame_off_by, &bad, page,
                                                 R, PT64_SIZE_ANY));
        expect(PT64_NOT_ALIGNED, unmap_region(t, some_vaddr(t) + off, page));
        expect(PT64_NOT_ALIGNED, unmap_region(t, some_vaddr(t), off));
        expect(PT64_NOT_ALIGNED, protect_region(t, some_vaddr(t) + off, page, R));
        expect(PT64_NOT_ALIGNED, protect_region(t, some_vaddr(t), off, R));
        expect(PT64_NOT_ALIGNED, change_region(t, some_vaddr(t) + off, page, 0, PT64_WRITE));
        expect(PT64_NOT_ALIGNED, change_region(t, some_vaddr(t), off, 0, PT64_WRITE));
        expect(PT64_NOT_ALIGNED, unmap(t, some_vaddr(t) + off));
        expect(PT64_NOT_ALIGNED, protect(t, some_vaddr(t) + off, R));
        expect(PT64_NOT_ALIGNED, remap(t, some_vaddr(t) + off, 0, R));
    }
    expect_tables(0);
}

TEST(sizes_that_no_level_has_are_refused)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t size = UINT64_C(1) << bit;
        bool is_page = false;

        for (unsigned level = 0; level <= top_leaf_level(t); level++)
            is_page |= size == size_at(t, level);
        if (!is_page)
            expect(PT64_BAD_SIZE, map(t, 0 + some_vaddr(t) / size * size, 0, size, RW));
    }
    expect(PT64_BAD_SIZE, map(t, some_vaddr(t), 0, 0, RW));
    expect(PT64_BAD_SIZE, map(t, some_vaddr(t), 0, page_size(t) + 1, RW));
    expect(PT64_BAD_SIZE, map(t, some_vaddr(t), 0, page_size(t) * 3, RW));
    expect(PT64_BAD_SIZE, map(t, some_vaddr(t), 0, page_size(t) + huge_size(t), RW));
    expect_tables(0);
}

TEST(no_bytes_are_no_error)
{
    pt64_paddr_t frame = 0;

    expect_ok(map_region(t, some_vaddr(t), 0, 0, RW));
    expect_ok(t->s->map_pages(t->guard, some_vaddr(t), same_frame, &frame, 0, RW, PT64_SIZE_ANY));
    expect_ok(unmap_region(t, some_vaddr(t), 0));
    expect_ok(protect_region(t, some_vaddr(t), 0, R));
    expect_ok(change_region(t, some_vaddr(t), 0, 0, PT64_WRITE));
    expect_ok(t->s->copy_from(t->guard, t->table, some_vaddr(t), 0));
    expect_hole(some_vaddr(t));
    commit(t);
    assert_int_equal(arena_count(&t->arena, ARENA_FLUSH), 0);
    expect_tables(0);
}

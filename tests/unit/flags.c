/* SPDX-License-Identifier: MIT */
/* Every set of flags is encoded exactly or refused. */
#include "test.h"

/* No set is encoded in part, or with more than the caller asked for. */
TEST(every_set_of_flags_is_mapped_exactly_or_refused)
{
    pt64_vaddr_t vaddr = some_vaddr(t);

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++) {
            if (can_say(t, flags)) {
                expect_ok(map(t, vaddr, some_paddr(t), size_at(t, level), flags));
                expect_page(vaddr, some_paddr(t), size_at(t, level), flags);
                expect_ok(unmap(t, vaddr));
            } else {
                expect(PT64_BAD_FLAGS, map(t, vaddr, some_paddr(t), size_at(t, level), flags));
            }
            expect_hole(vaddr);
        }
        expect_ok(unmap_region(t, vaddr, size_at(t, level)));
        commit(t);
    }
}

TEST(regions_refuse_the_same_sets_of_flags)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);
    pt64_paddr_t frame = page;

    for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++) {
        pt64_status_t status = can_say(t, flags) ? PT64_OK : PT64_BAD_FLAGS;

        expect(status, map_region(t, vaddr, 0, page, flags));
        expect_ok(unmap_region(t, vaddr, page));
        expect(status,
               t->s->map_pages(t->guard, vaddr, same_frame, &frame, page, flags, PT64_SIZE_ANY));
        if (status == PT64_OK)
            expect_page(vaddr, page, page, flags);
        expect_ok(unmap_region(t, vaddr, page));
        expect(status, protect_region(t, vaddr, page, flags));
        commit(t);
        expect_tables(0);
    }
}

TEST(flags_that_no_format_knows_are_refused)
{
    for (pt64_flags_t flag = SETS_OF_FLAGS; flag != 0; flag <<= 1) {
        if (flag & format_flags(t))
            continue;
        expect(PT64_BAD_FLAGS, map(t, some_vaddr(t), 0, page_size(t), R | flag));
        expect(PT64_BAD_FLAGS, map_region(t, some_vaddr(t), 0, page_size(t), R | flag));
    }
}

TEST(name_flags_tells_what_can_be_said)
{
    assert_int_equal(t->s->flags(), flags_of(t));
}

/* types.h: "every format can encode each of them". EL2 has no unprivileged code, and a second stage
 * does not ask for the privilege in the guest. A device reads and writes. */
TEST(every_portable_flag_can_be_said)
{
    pt64_flags_t portable =
        PT64_READ | PT64_WRITE | PT64_EXECUTE | PT64_USER | PT64_DEVICE | PT64_UNCACHED;

    if (!oracle_has_user(&t->oracle.format))
        portable &= ~PT64_USER;
    if (is_iommu(t))
        portable = PT64_READ | PT64_WRITE;
    assert_int_equal(t->s->flags() & portable, portable);
}

/* VT-d 9.8 and AMD-Vi 2.2.3: without R and W, or IR and IW, an entry maps nothing. */
TEST_IF(is_iommu, "needs an IOMMU", no_leaf_is_without_access)
{
    const struct pt64_pte *pte = t->s->pte;

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        assert_false(pte->can_encode(&t->s->meta->limits, 0, level));
        assert_false(pte->can_encode(&t->s->meta->limits, flags_of(t) & PT64_SOFT0, level));
    }
}

/* What a changed page has: permissions and type of the new set, sticky flags of both sets. */
static pt64_flags_t protected_flags(pt64_flags_t old, pt64_flags_t flags)
{
    return flags | (old & PT64_STICKY);
}

TEST(protect_of_every_set_of_flags)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t address = pte->address(some_paddr(t), level);

        for (pt64_flags_t old = 0; old < SETS_OF_FLAGS; old++) {
            if (!can_say_to_hardware(t, old))
                continue;
            for (pt64_flags_t flags = old % 7; flags < SETS_OF_FLAGS; flags += 7) {
                pt64_flags_t expected = protected_flags(old, flags);
                uint64_t entry;

                if (!can_say_to_hardware(t, flags) || !can_say_to_hardware(t, expected))
                    continue;
                entry = pte->protect(pte->leaf(limits, old, level) + address,
                                     pte->leaf(limits, flags, level), level);
                assert_int_equal(pte->decode(entry, level), expected);
                assert_int_equal(pte->leaf_address(entry, level), some_paddr(t));
            }
        }
    }
}

/* A smaller leaf made from a huge one is the leaf that the same flags would have made there. */
TEST(demote_of_every_set_of_flags)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    for (unsigned level = 1; level <= top_leaf_level(t); level++)
        for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++)
            if (can_say_to_hardware(t, flags))
                assert_int_equal(
                    pt64_demote(
                        pte, pte->leaf(limits, flags, level) + pte->address(some_paddr(t), level),
                        level),
                    pte->leaf(limits, flags, level - 1) + pte->address(some_paddr(t), level - 1));
}

/* traits.h: is_volatile tells whether hardware may still write the leaf. */
TEST_IF(is_written_by_hardware, "needs hardware that writes entries",
        entries_that_hardware_may_write_are_volatile)
{
    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++) {
            uint64_t before;

            if (!can_say(t, flags) || !(flags & PT64_WRITE))
                continue;
            expect_ok(map(t, some_vaddr(t), some_paddr(t), size_at(t, level), flags));
            before = leaf_at(t, some_vaddr(t));
            hardware_stores(t, some_vaddr(t));
            if (leaf_at(t, some_vaddr(t)) != before)
                assert_true(pt64_is_volatile(t->s->pte, before, level));
            expect_ok(unmap(t, some_vaddr(t)));
        }
        expect_ok(unmap_region(t, some_vaddr(t), size_at(t, level)));
        commit(t);
    }
}

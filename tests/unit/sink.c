/* SPDX-License-Identifier: MIT */
/* LoongArch's walker does not check directory entries for validity. Every walk must still end, also
 * at an empty slot. */
#include <stdlib.h>

#include "test.h"

static bool needs_sink(const struct test *t)
{
    return is_loongarch64(t);
}

/* Every address of a bare table ends at an entry that is not valid. No walk reads physical 0. */
TEST(every_walk_of_a_bare_table_faults)
{
    struct half halves[2];
    unsigned count = halves_of(t, halves);

    for (unsigned i = 0; i < count; i++) {
        for (unsigned bit = t->oracle.format.page_bits; bit < t->oracle.format.vaddr_bits - 1;
             bit++) {
            expect_hole(halves[i].first + (UINT64_C(1) << bit));
            expect_hole(halves[i].last - (UINT64_C(1) << bit));
        }
    }
}

/* A page is planted at the first frame of memory, where zeros would lead. No walk may find it. */
TEST_IF(needs_sink, "needs directory entries that are always followed",
        no_empty_entry_leads_to_physical_zero)
{
    struct test inner;
    struct oracle_survey survey;

    test_begin(&inner, t->s, ARENA_MIDDLE);
    expect_ok(inner.s->map(inner.guard, some_vaddr(t), 0, page_size(t), RW));
    expect_ok(inner.s->map(inner.guard, some_vaddr(t) + huge_size(t), 0, page_size(t), RW));
    expect_ok(inner.s->unmap_region(inner.guard, some_vaddr(t) + huge_size(t), huge_size(t)));
    expect_ok(inner.s->map(inner.guard, some_vaddr(t) + 2 * huge_size(t), 0, huge_size(t), RW));
    expect_ok(inner.s->unmap(inner.guard, some_vaddr(t) + 2 * huge_size(t), NULL));
    inner.s->commit(inner.guard);
    oracle_survey(&inner.oracle, inner.s->root(inner.table), &survey);
    assert_null(survey.defect);
    assert_int_equal(survey.page_count, 1);
    assert_int_equal(survey.sink_count, 1);
    for (size_t i = 0; i < survey.frame_count; i++) {
        if (survey.frames[i].level == 0)
            continue;
        for (size_t word = 0; word < entries_at(t, survey.frames[i].level); word++)
            assert_int_not_equal(*arena_word(&inner.arena, survey.frames[i].paddr + word * 8), 0);
    }
    assert_true(arena_is_live(&inner.arena, survey.sinks[0], table_bytes(t)));
    oracle_survey_free(&survey);
    test_end(&inner);
}

static pt64_paddr_t sink_of(struct test *t)
{
    struct oracle_survey survey;
    pt64_paddr_t sink;

    oracle_survey(&t->oracle, t->s->root(t->table), &survey);
    assert_int_equal(survey.sink_count, 1);
    sink = survey.sinks[0];
    oracle_survey_free(&survey);
    return sink;
}

TEST_IF(needs_sink, "needs directory entries that are always followed",
        the_sink_links_itself_and_stays)
{
    pt64_paddr_t sink = sink_of(t);

    for (size_t i = 0; i < entries_at(t, 0); i++)
        assert_int_equal(*arena_word(&t->arena, sink + i * 8), sink);
    for (unsigned level = 0; level <= root_level(t); level++) {
        expect_ok(map_region(t, some_vaddr(t) + 3 * size_at(t, level), 0, 3 * page_size(t), RW));
        expect_ok(unmap_region(t, some_vaddr(t) + 3 * size_at(t, level), 3 * page_size(t)));
        commit(t);
        assert_int_equal(sink_of(t), sink);
        for (size_t i = 0; i < entries_at(t, 0); i++)
            assert_int_equal(*arena_word(&t->arena, sink + i * 8), sink);
    }
    expect_tables(0);
}

/* A new directory is full of links to the sink before it is linked itself. */
TEST_IF(needs_sink, "needs directory entries that are always followed",
        new_directories_are_filled_with_the_sink)
{
    pt64_paddr_t sink = sink_of(t);
    struct oracle_survey survey;

    expect_ok(map(t, some_vaddr(t), 0, page_size(t), RW));
    oracle_survey(&t->oracle, t->s->root(t->table), &survey);
    for (size_t i = 0; i < survey.frame_count; i++) {
        size_t others = 0;

        if (survey.frames[i].level == 0 || survey.frames[i].paddr == sink)
            continue;
        for (size_t word = 0; word < entries_at(t, survey.frames[i].level); word++)
            others += *arena_word(&t->arena, survey.frames[i].paddr + word * 8) != sink ? 1 : 0;
        assert_int_equal(others, 1);
    }
    oracle_survey_free(&survey);
}

/* An adopted table, with zeros where this library puts links to a sink. */
TEST_IF(needs_sink, "needs directory entries that are always followed",
        a_foreign_table_with_empty_zeros_can_be_adopted)
{
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    pt64_paddr_t root;
    pt64_paddr_t old_sink;
    struct oracle_survey survey;

    expect_ok(t->s->map(guard, some_vaddr(t), some_paddr(t), page_size(t), RW));
    t->s->commit(guard);
    oracle_survey(&t->oracle, t->s->root(table), &survey);
    old_sink = survey.sinks[0];
    for (size_t i = 0; i < survey.frame_count; i++) {
        const struct oracle_frame *frame = &survey.frames[i];
        size_t entries = frame->paddr == old_sink ? 0 : entries_at(t, frame->level);

        for (size_t word = 0; word < entries; word++)
            if (*arena_word(&t->arena, frame->paddr + word * 8) == old_sink)
                *arena_word(&t->arena, frame->paddr + word * 8) = 0;
    }
    oracle_survey_free(&survey);
    root = t->s->release(table);
    arena_free_frame(&t->arena, old_sink, table_bytes(t));
    expect_ok(t->s->adopt(table, root, &t->arena));
    expect_page_in(table, some_vaddr(t), some_paddr(t), page_size(t), RW);
    t->s->begin(guard, table);
    expect(PT64_NOT_MAPPED, t->s->unmap(guard, some_vaddr(t) + huge_size(t), NULL));
    expect_ok(t->s->map(guard, some_vaddr(t) + huge_size(t), 0, page_size(t), RX));
    expect_page_in(table, some_vaddr(t) + huge_size(t), 0, page_size(t), RX);
    expect_ok(t->s->unmap_region(guard, some_vaddr(t), size_at(t, root_level(t))));
    end_table(t, table, guard);
    assert_int_equal(t->arena.live, bare_frames(t));
}

TEST_IF(needs_sink, "needs directory entries that are always followed",
        a_foreign_table_is_not_adopted_without_memory_for_a_sink)
{
    void *table = test_table(t);
    pt64_paddr_t root = arena_alloc_frame(&t->arena, root_bytes(t));

    for (size_t word = 0; word < entries_at(t, root_level(t)); word++)
        *arena_word(&t->arena, root + word * 8) = 0;
    t->arena.allocations_left = 0;
    expect(PT64_NO_MEMORY, t->s->adopt(table, root, &t->arena));
    t->arena.allocations_left = SIZE_MAX;
    assert_int_equal(t->s->root(table), PT64_NO_FRAME);
    arena_free_frame(&t->arena, root, root_bytes(t));
    free(table);
}

/* An empty slot that is on loan links the sink of the lender. */
TEST_IF(needs_sink, "needs directory entries that are always followed",
        a_borrowed_table_keeps_its_own_sink)
{
    void *lender = new_table(t);
    void *guard = new_guard(t, lender);

    expect_ok(t->s->map(guard, some_vaddr(t), some_paddr(t), page_size(t), RW));
    expect_ok(t->s->pin(guard, some_vaddr(t), size_at(t, root_level(t))));
    t->s->commit(guard);
    expect_ok(t->s->copy_from(t->guard, lender, some_vaddr(t), size_at(t, root_level(t))));
    expect_hole(some_vaddr(t) + huge_size(t));
    expect_run(0, {some_vaddr(t), some_paddr(t), page_size(t), RW});
    commit(t);
    t->s->destroy(t->table);
    end_table(t, lender, guard);
    assert_int_equal(t->arena.live, 0);
}

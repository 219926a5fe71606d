/* SPDX-License-Identifier: MIT */
/* Hardware that sets accessed and dirty between a load of the library and its store. The library's
 * access to entries is replaced: hardware acts right after a load. */
#include "page_table64/traits.h"

static void hardware_acts(pt64_entry_t *slot);

#define PT64_CUSTOM_ENTRY_ACCESS

/* The formats of this file have entries of 8 bytes. */
PT64_INLINE pt64_entry_t *entry_at(const struct pt64_meta *meta, const pt64_slot_t *slot)
{
    (void)meta;
    return (pt64_entry_t *)(uintptr_t)slot;
}

PT64_INLINE pt64_entry_t pt64_load(const struct pt64_meta *meta, const pt64_slot_t *slot)
{
    pt64_entry_t entry = *entry_at(meta, slot);

    hardware_acts(entry_at(meta, slot));
    return entry;
}

PT64_INLINE pt64_entry_t pt64_load_link(const struct pt64_meta *meta, const pt64_slot_t *slot)
{
    return pt64_load(meta, slot);
}

PT64_INLINE void pt64_store(const struct pt64_meta *meta, pt64_slot_t *slot, pt64_entry_t entry)
{
    *entry_at(meta, slot) = entry;
}

PT64_INLINE void pt64_store_link(const struct pt64_meta *meta, pt64_slot_t *slot,
                                 pt64_entry_t entry)
{
    *entry_at(meta, slot) = entry;
}

PT64_INLINE void pt64_store_leaf(const struct pt64_meta *meta, pt64_slot_t *slot,
                                 pt64_entry_t entry)
{
    *entry_at(meta, slot) = entry;
}

PT64_INLINE void pt64_order_stores(void)
{
}

PT64_INLINE pt64_entry_t pt64_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t entry)
{
    pt64_entry_t old = *entry_at(meta, slot);

    *entry_at(meta, slot) = entry;
    return old;
}

PT64_INLINE bool pt64_compare_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t *expected, pt64_entry_t entry)
{
    if (*entry_at(meta, slot) != *expected) {
        *expected = *entry_at(meta, slot);
        return false;
    }
    *entry_at(meta, slot) = entry;
    return true;
}

#include <page_table64.h>
#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/riscv.h>
#include <page_table64/meta/x86_64.h>

#include "test.h"

/* The slot that hardware is about to store through, and the bits that it will set: once, after this
 * many loads, if the leaf is still there. */
static struct {
    pt64_entry_t *slot;
    pt64_entry_t leaf;
    pt64_entry_t bits;
    unsigned loads;
    unsigned acts;
} hardware;

static void hardware_acts(pt64_entry_t *slot)
{
    if (hardware.slot == NULL || slot != hardware.slot || *slot != hardware.leaf ||
        hardware.loads-- > 0)
        return;
    *slot |= hardware.bits;
    hardware.slot = NULL;
    hardware.acts++;
}

static const struct pt64_handler arena_handler = ARENA_HANDLER;

PAGE_TABLE64_DEFINE(racing_x86, pt64_x86_64_la48, pt64_x86_64_pte, arena_handler);
PAGE_TABLE64_DEFINE(racing_aarch64, pt64_aarch64_4k48, pt64_aarch64_hafdbs_pte, arena_handler);
PAGE_TABLE64_DEFINE(racing_riscv, pt64_riscv_sv39, pt64_riscv_pte, arena_handler);

#define VADDR UINT64_C(0x40000000)
#define PADDR UINT64_C(0x80000000)
#define SET   (PT64_ACCESSED | PT64_DIRTY)

/* The word of a leaf that was just mapped. The arena's frames hold no other word like it. */
static pt64_entry_t *find_word(struct test *t, pt64_entry_t entry)
{
    for (size_t i = 0; i < t->arena.frame_count; i++) {
        const struct arena_frame *frame = &t->arena.frames[i];

        for (size_t word = 0; frame->live && word < frame->bytes / sizeof entry; word++)
            if (frame->words[word] == entry)
                return &frame->words[word];
    }
    fail();
    return NULL;
}

static void store_flags(void *arg, const struct pt64_mapping *page)
{
    *(pt64_flags_t *)arg = page->flags;
}

/* The same cases for two formats. `bits` are what a store sets: SDM 3A 5.8 and RISC-V Sv39. Each
 * case maps a page of `size`, lets hardware race with one call, and checks the flags afterwards. */
#define RACES(name, pte, bits_)                                                                 \
    static void name##_arm(struct test *t, pt64_flags_t flags, unsigned level, unsigned loads)  \
    {                                                                                           \
        hardware.bits = (bits_);                                                                \
        hardware.acts = 0;                                                                      \
        hardware.loads = loads;                                                                 \
        hardware.leaf = pte.leaf(NULL, flags, level) + pte.address(PADDR, level);               \
        hardware.slot = find_word(t, hardware.leaf);                                            \
    }                                                                                           \
                                                                                                \
    static void name##_expect(const name##_t *table, pt64_vaddr_t vaddr, pt64_flags_t flags)    \
    {                                                                                           \
        struct pt64_mapping page = {0, 0, 0, 0};                                                \
                                                                                                \
        assert_int_equal(hardware.acts, 1);                                                     \
        expect_ok(name##_query(table, vaddr, &page));                                           \
        assert_int_equal(page.flags, flags);                                                    \
    }                                                                                           \
                                                                                                \
    static void name##_race(struct test *t, pt64_size_t size)                                   \
    {                                                                                           \
        unsigned level = size == PT64_SIZE_4K ? 0 : 1;                                          \
        name##_t table;                                                                         \
        name##_guard_t guard;                                                                   \
        struct pt64_mapping removed = {0, 0, 0, 0};                                             \
        pt64_flags_t reported = 0;                                                              \
                                                                                                \
        expect_ok(name##_create(&table, &t->arena));                                            \
        name##_begin(&guard, &table);                                                           \
        expect_ok(name##_map(&guard, VADDR, PADDR, size, RW));                                  \
        name##_arm(t, RW, level, 0);                                                            \
        expect_ok(name##_protect(&guard, VADDR, R));                                            \
        name##_expect(&table, VADDR, R | SET);                                                  \
        expect_ok(name##_unmap(&guard, VADDR, NULL));                                           \
                                                                                                \
        expect_ok(name##_map(&guard, VADDR, PADDR, size, RW));                                  \
        name##_arm(t, RW, level, 0);                                                            \
        expect_ok(name##_protect_region(&guard, VADDR, size, R));                               \
        name##_expect(&table, VADDR, R | SET);                                                  \
        expect_ok(name##_unmap(&guard, VADDR, NULL));                                           \
                                                                                                \
        expect_ok(name##_map(&guard, VADDR, PADDR, size, RW));                                  \
        name##_arm(t, RW, level, 0);                                                            \
        expect_ok(name##_unmap(&guard, VADDR, &removed));                                       \
        assert_int_equal(removed.flags, RW | SET);                                              \
                                                                                                \
        expect_ok(name##_map(&guard, VADDR, PADDR, size, RW | PT64_ACCESSED));                  \
        name##_arm(t, RW | PT64_ACCESSED, level, 0);                                            \
        expect_ok(name##_test_and_clear_accessed(&guard, VADDR, size, store_flags, &reported)); \
        name##_expect(&table, VADDR, RW | PT64_DIRTY);                                          \
        assert_int_equal(reported, RW | SET);                                                   \
        name##_commit(&guard);                                                                  \
        name##_destroy(&table);                                                                 \
    }                                                                                           \
                                                                                                \
    /* Hardware acts after each load that there is before the split. */                         \
    static void name##_race_split(struct test *t, bool by_protect)                              \
    {                                                                                           \
        for (unsigned loads = 0;; loads++) {                                                    \
            name##_t table;                                                                     \
            name##_guard_t guard;                                                               \
                                                                                                \
            expect_ok(name##_create(&table, &t->arena));                                        \
            name##_begin(&guard, &table);                                                       \
            expect_ok(name##_map(&guard, VADDR, PADDR, PT64_SIZE_2M, RW));                      \
            name##_arm(t, RW, 1, loads);                                                        \
            if (by_protect)                                                                     \
                expect_ok(name##_protect_region(&guard, VADDR, PT64_SIZE_4K, R));               \
            else                                                                                \
                expect_ok(name##_unmap_region(&guard, VADDR, PT64_SIZE_4K));                    \
            if (hardware.acts > 0)                                                              \
                name##_expect(&table, VADDR + PT64_SIZE_4K, RW | SET);                          \
            name##_commit(&guard);                                                              \
            name##_destroy(&table);                                                             \
            if (hardware.acts == 0) {                                                           \
                assert_true(loads > 1);                                                         \
                return;                                                                         \
            }                                                                                   \
        }                                                                                       \
    }                                                                                           \
                                                                                                \
    /* Hardware acts after each load that there is before the change. Its flag is lost only     \
     * if the change takes it. */                                                               \
    static void name##_race_change(struct test *t, pt64_flags_t clear, pt64_flags_t after)      \
    {                                                                                           \
        for (unsigned loads = 0;; loads++) {                                                    \
            name##_t table;                                                                     \
            name##_guard_t guard;                                                               \
                                                                                                \
            expect_ok(name##_create(&table, &t->arena));                                        \
            name##_begin(&guard, &table);                                                       \
            expect_ok(name##_map(&guard, VADDR, PADDR, PT64_SIZE_4K, RW));                      \
            name##_arm(t, RW, 0, loads);                                                        \
            expect_ok(name##_change_region(&guard, VADDR, PT64_SIZE_4K, 0, clear));             \
            if (hardware.acts > 0)                                                              \
                name##_expect(&table, VADDR, after);                                            \
            name##_commit(&guard);                                                              \
            name##_destroy(&table);                                                             \
            if (hardware.acts == 0) {                                                           \
                assert_true(loads > 1);                                                         \
                return;                                                                         \
            }                                                                                   \
        }                                                                                       \
    }

RACES(racing_x86, pt64_x86_64_pte, 0x60)
RACES(racing_riscv, pt64_riscv_pte, 0xc0)

TEST_ONCE(a_flag_that_hardware_sets_during_a_change_is_kept)
{
    racing_x86_race(t, PT64_SIZE_4K);
    racing_x86_race(t, PT64_SIZE_2M);
    racing_riscv_race(t, PT64_SIZE_4K);
    racing_riscv_race(t, PT64_SIZE_2M);
}

TEST_ONCE(a_flag_that_hardware_sets_is_lost_to_a_change_only_if_that_takes_it)
{
    racing_x86_race_change(t, PT64_WRITE, R | SET);
    racing_x86_race_change(t, PT64_WRITE | PT64_DIRTY, R | PT64_ACCESSED);
    racing_riscv_race_change(t, PT64_WRITE, R | SET);
    racing_riscv_race_change(t, PT64_WRITE | PT64_DIRTY, R | PT64_ACCESSED);
}

TEST_ONCE(a_flag_that_hardware_sets_during_a_split_is_kept)
{
    racing_x86_race_split(t, false);
    racing_x86_race_split(t, true);
    racing_riscv_race_split(t, false);
    racing_riscv_race_split(t, true);
}

/* Arm ARM D8.5.1: AF is bit 10. Hardware may set it until the store that breaks the leaf. */
TEST_ONCE(a_flag_that_hardware_sets_before_a_break_is_kept)
{
    for (unsigned region = 0; region < 2; region++) {
        struct pt64_mapping page = {0, 0, 0, 0};
        pt64_flags_t now = RW | PT64_UNCACHED;
        racing_aarch64_t table;
        racing_aarch64_guard_t guard;

        expect_ok(racing_aarch64_create(&table, &t->arena));
        racing_aarch64_begin(&guard, &table);
        expect_ok(racing_aarch64_map(&guard, VADDR, PADDR, PT64_SIZE_4K, RW));
        hardware.bits = UINT64_C(1) << 10;
        hardware.acts = 0;
        hardware.loads = region;
        hardware.leaf =
            pt64_aarch64_hafdbs_pte.leaf(NULL, RW, 0) + pt64_aarch64_hafdbs_pte.address(PADDR, 0);
        hardware.slot = find_word(t, hardware.leaf);
        if (region)
            expect_ok(racing_aarch64_protect_region(&guard, VADDR, PT64_SIZE_4K, now));
        else
            expect_ok(racing_aarch64_protect(&guard, VADDR, now));
        assert_int_equal(hardware.acts, 1);
        expect_ok(racing_aarch64_query(&table, VADDR, &page));
        assert_int_equal(page.flags, now | PT64_ACCESSED);
        racing_aarch64_commit(&guard);
        racing_aarch64_destroy(&table);
    }
}

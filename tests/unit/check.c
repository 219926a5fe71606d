/* SPDX-License-Identifier: MIT */
/* name_check finds nothing in what the library builds, and finds each flaw that is planted. */
#include "test.h"

#include <string.h>

static pt64_status_t check_table(struct test *t, unsigned options, struct pt64_flaw *flaw)
{
    memset(flaw, 0xa5, sizeof *flaw);
    return t->s->check(t->table, options, flaw);
}

static void expect_flawless(struct test *t)
{
    struct pt64_flaw flaw;

    expect_ok(check_table(t, 0, &flaw));
    assert_int_equal(flaw.kind, PT64_FLAW_NONE);
}

/* The place of the entry for `vaddr` at `level`. All nodes above it must exist. */
struct place {
    pt64_slot_t *slot;
    pt64_paddr_t table;
    size_t index;
    unsigned level;
    pt64_vaddr_t vaddr;
};

static struct place place_of(struct test *t, pt64_vaddr_t vaddr, unsigned level)
{
    struct place place = {NULL, t->s->root(t->table), 0, root_level(t), 0};

    for (;; place.level--) {
        uint64_t size = size_at(t, place.level);

        place.index = (size_t)(vaddr / size) % entries_at(t, place.level);
        place.slot = slot_in(t, place.table, place.index);
        place.vaddr = vaddr & ~(size - 1);
        if (place.level == level)
            return place;
        place.table = t->s->pte->link_address(entry_in(t, place.slot), place.level);
    }
}

static void check_flaw(struct test *t, enum pt64_flaw_kind kind, const struct place *place,
                       uint64_t bits, int line)
{
    struct pt64_flaw flaw;

    check_status(PT64_CORRUPT, check_table(t, 0, &flaw), "check", __FILE__, line);
    if (flaw.kind != kind || flaw.level != place->level || flaw.vaddr != place->vaddr ||
        flaw.table != place->table || flaw.index != place->index ||
        flaw.entry != entry_in(t, place->slot) || flaw.bits != bits) {
        print_error("flaw %d at level %u of %#llx, entry %#llx, bits %#llx\n", (int)flaw.kind,
                    flaw.level, (unsigned long long)flaw.vaddr, (unsigned long long)flaw.entry,
                    (unsigned long long)flaw.bits);
        _fail(__FILE__, line);
    }
}
#define expect_flaw(kind, place, bits) check_flaw(t, kind, place, bits, __LINE__)

/* Plants an entry, expects that it is found, and restores the slot. */
static void check_planted(struct test *t, const struct place *place, uint64_t entry,
                          enum pt64_flaw_kind kind, uint64_t bits, int line)
{
    uint64_t whole = entry_in(t, place->slot);

    put_entry(t, place->slot, entry);
    check_flaw(t, kind, place, bits, line);
    put_entry(t, place->slot, whole);
}
#define expect_planted(place, entry, kind, bits) \
    check_planted(t, place, entry, kind, bits, __LINE__)
#define expect_bits(place, added, kind) \
    check_planted(t, place, entry_in(t, (place)->slot) | (added), kind, added, __LINE__)

/* Adds bits to an entry, expects that nothing is found, and restores the slot. */
static void expect_harmless(struct test *t, const struct place *place, uint64_t added)
{
    uint64_t whole = entry_in(t, place->slot);

    put_entry(t, place->slot, whole | added);
    expect_flawless(t);
    put_entry(t, place->slot, whole);
}

/* A page of every size, and a node without pages. */
static void map_some(struct test *t)
{
    pt64_vaddr_t vaddr = some_vaddr(t);

    for (unsigned level = 0; level <= top_leaf_level(t); level++)
        expect_ok(map(t, vaddr + size_at(t, level), some_paddr(t), size_at(t, level), RW));
    expect_ok(map(t, vaddr + 3 * huge_size(t), some_paddr(t), page_size(t), RX));
    expect_ok(unmap(t, vaddr + 3 * huge_size(t)));
}

static struct place small_page(struct test *t)
{
    return place_of(t, some_vaddr(t) + page_size(t), 0);
}

static struct place huge_page(struct test *t)
{
    return place_of(t, some_vaddr(t) + huge_size(t), 1);
}

struct places {
    struct place page;
    struct place huge;
    struct place link; /* in the root */
};

/* Those that map_some maps. */
static struct places map_places(struct test *t)
{
    map_some(t);
    return (struct places){small_page(t), huge_page(t), place_of(t, some_vaddr(t), root_level(t))};
}

TEST(a_table_with_marks_and_hidden_pages_is_sound)
{
    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), 0));
    expect_ok(t->s->mark(t->guard, some_vaddr(t) + page_size(t), page_size(t), 7, NULL));
    expect_ok(t->s->mark(t->guard, some_vaddr(t) + huge_size(t), huge_size(t), 8, NULL));
    commit(t);
    expect_flawless(t);
}

TEST(check_finds_nothing_in_a_table_that_the_library_made)
{
    struct pt64_flaw flaw;

    expect_flawless(t);
    map_some(t);
    expect_flawless(t);
    expect_ok(protect_region(t, some_vaddr(t) + huge_size(t) + page_size(t), page_size(t), R));
    expect_flawless(t);
    if (row_applies(0, can_refuse_execution(t), NEEDS_NO_EXECUTE))
        expect_ok(check_table(t, PT64_CHECK_WRITE_XOR_EXECUTE, &flaw));
    expect_ok(unmap_region(t, some_vaddr(t), size_at(t, root_level(t))));
    expect_flawless(t);
}

TEST(check_of_a_table_without_a_root_is_an_error_and_no_flaw)
{
    void *table = new_table(t);
    struct pt64_flaw flaw = {.kind = PT64_FLAW_LOST};

    t->s->destroy(table);
    expect(PT64_BAD_ADDRESS, t->s->check(table, 0, &flaw));
    assert_int_equal(flaw.kind, PT64_FLAW_NONE);
    end_table(t, table, NULL);
}

TEST(check_finds_borrowed_parts_sound)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    void *table = new_table(t);
    void *guard = new_guard(t, table);
    struct pt64_flaw flaw;

    map_some(t);
    expect_ok(t->s->pin(t->guard, vaddr, size_at(t, root_level(t))));
    expect_ok(t->s->copy_from(guard, t->table, vaddr, size_at(t, root_level(t))));
    expect_ok(t->s->check(table, 0, &flaw));
    end_table(t, table, guard);
}

/* Whether the first page that is writable and executable is of `level`, at `vaddr`. */
static void expect_write_execute(struct test *t, pt64_vaddr_t vaddr, unsigned level)
{
    struct pt64_flaw flaw;

    expect_flawless(t);
    expect(PT64_CORRUPT, check_table(t, PT64_CHECK_WRITE_XOR_EXECUTE, &flaw));
    assert_int_equal(flaw.kind, PT64_FLAW_WRITE_EXECUTE);
    assert_true(flaw.vaddr == vaddr);
    assert_int_equal(flaw.level, level);
}

TEST_IF(has_execution, NEEDS_EXECUTION, check_tells_of_a_writable_and_executable_page_when_asked)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    uint64_t page = page_size(t);

    expect_ok(map(t, vaddr, some_paddr(t), page, RX));
    if (row_applies(0, can_refuse_execution(t), NEEDS_NO_EXECUTE))
        expect_ok(map(t, vaddr + page, some_paddr(t), page, RW));
    expect_ok(map(t, vaddr + 5 * page, some_paddr(t), page, RW | PT64_EXECUTE));
    expect_ok(map(t, vaddr + 6 * page, some_paddr(t), page, RW | PT64_EXECUTE));
    expect_write_execute(t, vaddr + 5 * page, 0);
}

static bool cannot_refuse_execution(const struct test *t)
{
    return has_execution(t) && !can_refuse_execution(t);
}

TEST_IF(cannot_refuse_execution, "needs pages that are always executable",
        check_tells_of_each_page_that_is_writable_where_all_are_executable)
{
    struct pt64_flaw flaw;

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        uint64_t size = size_at(t, level);
        pt64_vaddr_t vaddr = some_vaddr(t) + size;

        expect_ok(map(t, some_vaddr(t), some_paddr(t), size, R));
        expect_ok(map(t, vaddr, some_paddr(t), size, RW));
        expect_write_execute(t, vaddr, level);
        expect_ok(protect(t, vaddr, R));
        expect_ok(check_table(t, PT64_CHECK_WRITE_XOR_EXECUTE, &flaw));
        expect_ok(unmap_region(t, some_vaddr(t), 2 * size));
    }
}

/* SDM 3A, 5.5.4: PS is reserved where there are no pages of that size. */
static bool is_x86_64_without_pages_in_the_root(const struct test *t)
{
    return is_x86_64(t) && root_level(t) > top_leaf_level(t);
}

TEST_IF(is_x86_64_without_pages_in_the_root, "needs x86-64 without pages in the root",
        check_finds_reserved_bits_x86_64)
{
    struct place link;

    map_some(t);
    link = place_of(t, some_vaddr(t), root_level(t));
    expect_bits(&link, UINT64_C(0x80), PT64_FLAW_RESERVED);
}

/* SDM 3A, tables 5-4 to 5-6, where M is 32: bits 21:M-19 of a 4M page. A link and a 4K page have
 * none. */
TEST_IF(is_32_bit_paging, "needs 32-bit paging", check_finds_reserved_bits_of_32_bit_paging)
{
    struct place page;
    struct place huge;
    struct place link;

    map_some(t);
    page = small_page(t);
    huge = huge_page(t);
    link = place_of(t, page.vaddr, 1);
    for (unsigned bit = 13; bit <= 21; bit++)
        expect_bits(&huge, UINT64_C(1) << bit, PT64_FLAW_RESERVED);
    expect_bits(&huge, UINT64_C(0x3fe000), PT64_FLAW_RESERVED);
    expect_harmless(t, &huge, UINT64_C(0xe60));
    expect_harmless(t, &page, UINT64_C(0xe60));
    expect_harmless(t, &link, UINT64_C(0xf78));
}

/* SDM 3A, tables 5-8 to 5-11, where M is 52: bits 62:M, and 63, 8:5 and 2:1 of a PDPTE. The library
 * puts up with bit 5, which QEMU sets. */
TEST_IF(holds_root, "needs PAE paging", check_finds_reserved_bits_of_pae_paging)
{
    static const unsigned of_pdpte[] = {1, 2, 6, 7, 8, 63};
    struct place page;
    struct place huge;
    struct place link;
    struct place root;

    map_some(t);
    page = small_page(t);
    huge = huge_page(t);
    link = place_of(t, page.vaddr, 1);
    root = place_of(t, page.vaddr, 2);
    for (unsigned bit = 52; bit <= 62; bit++) {
        expect_bits(&page, UINT64_C(1) << bit, PT64_FLAW_RESERVED);
        expect_bits(&huge, UINT64_C(1) << bit, PT64_FLAW_RESERVED);
        expect_bits(&link, UINT64_C(1) << bit, PT64_FLAW_RESERVED);
        expect_bits(&root, UINT64_C(1) << bit, PT64_FLAW_RESERVED);
    }
    for (size_t i = 0; i < sizeof of_pdpte / sizeof of_pdpte[0]; i++)
        expect_bits(&root, UINT64_C(1) << of_pdpte[i], PT64_FLAW_RESERVED);
    expect_harmless(t, &root, UINT64_C(0xe38));
    expect_harmless(t, &link, UINT64_C(0xf78));
}

static bool has_bits_beyond_the_address(const struct test *t)
{
    return is_aarch64(t) && !t->oracle.format.lpa2;
}

/* Arm ARM D8.3.1: bits 49:48 with a 48-bit address; the block type at the last level. */
TEST_IF(has_bits_beyond_the_address, "needs AArch64 with 48-bit addresses",
        check_finds_reserved_bits_aarch64)
{
    struct places at = map_places(t);

    expect_bits(&at.page, UINT64_C(1) << 48, PT64_FLAW_RESERVED);
    expect_bits(&at.huge, UINT64_C(1) << 49, PT64_FLAW_RESERVED);
    expect_bits(&at.link, UINT64_C(3) << 48, PT64_FLAW_RESERVED);
    expect_planted(&at.page, entry_in(t, at.page.slot) & ~UINT64_C(2), PT64_FLAW_RESERVED, 1);
    if (row_applies(0, root_level(t) > top_leaf_level(t), "needs a level without blocks"))
        expect_planted(&at.link, entry_in(t, at.link.slot) & ~UINT64_C(2), PT64_FLAW_RESERVED, 1);
}

/* Privileged ISA, "Virtual Address Translation Process": W without R, a pointer at the last level,
 * and U, A and D of a pointer. U of a leaf of the G-stage. */
TEST_IF(is_riscv, "needs RISC-V", check_finds_reserved_bits_riscv)
{
    bool is_gstage = t->oracle.format.single_privilege;
    struct place page;
    struct place link;

    map_some(t);
    page = small_page(t);
    link = place_of(t, some_vaddr(t), root_level(t));
    expect_bits(&link, UINT64_C(0x10), PT64_FLAW_RESERVED);
    expect_bits(&link, UINT64_C(0x40), PT64_FLAW_RESERVED);
    expect_bits(&link, UINT64_C(0x80), PT64_FLAW_RESERVED);
    if (!t->oracle.format.zicfiss)
        expect_planted(&page, entry_in(t, page.slot) & ~UINT64_C(2), PT64_FLAW_RESERVED, 4);
    expect_planted(&page, (entry_in(t, page.slot) & ~UINT64_C(2)) | 8, PT64_FLAW_RESERVED, 4);
    if (!t->oracle.format.xuantie)
        expect_planted(&page, entry_in(t, page.slot) & ~UINT64_C(0xe), PT64_FLAW_RESERVED,
                       is_gstage ? 0x11 : 1);
    if (is_gstage)
        expect_planted(&page, entry_in(t, page.slot) & ~UINT64_C(0x10), PT64_FLAW_RESERVED, 1);
}

/* Bits 60:54, and 63:61 without Svnapot and Svpbmt. */
TEST_IF(is_wide_riscv, "needs RISC-V with entries of 8 bytes",
        check_finds_reserved_bits_above_a_page_number)
{
    struct place page;
    struct place link;

    map_some(t);
    page = small_page(t);
    link = place_of(t, some_vaddr(t), root_level(t));
    expect_bits(&page, UINT64_C(1) << 54, PT64_FLAW_RESERVED);
    expect_bits(&page, UINT64_C(0x1f) << 54, PT64_FLAW_RESERVED);
    expect_bits(&link, UINT64_C(1) << 58, PT64_FLAW_RESERVED);
    if (!t->oracle.format.xuantie && !t->oracle.format.svrsw60t59b)
        expect_bits(&page, UINT64_C(3) << 59, PT64_FLAW_RESERVED);
    if (!t->oracle.format.svpbmt && !t->oracle.format.xuantie)
        expect_bits(&page, UINT64_C(1) << 61, PT64_FLAW_RESERVED);
    if (t->oracle.format.svpbmt) {
        expect_bits(&page, UINT64_C(3) << 61, PT64_FLAW_RESERVED);
        expect_bits(&link, UINT64_C(1) << 61, PT64_FLAW_RESERVED);
        expect_bits(&page, UINT64_C(1) << 63, PT64_FLAW_RESERVED);
    }
    if (t->oracle.format.xuantie)
        expect_bits(&link, UINT64_C(1) << 63, PT64_FLAW_RESERVED);
}

/* Vol. 1, 4.2.5.1: a directory entry is an address. It is huge if bit 6 is set, which LDDIR reads
 * at every level. */
TEST_IF(is_loongarch64, "needs LoongArch", check_finds_reserved_bits_loongarch64)
{
    struct place link;

    map_some(t);
    link = place_of(t, some_vaddr(t), root_level(t));
    expect_bits(&link, UINT64_C(1), PT64_FLAW_RESERVED);
    expect_bits(&link, UINT64_C(1) << 48, PT64_FLAW_RESERVED);
    /* A page in a directory above the lowest, as some cores have. */
    if (top_leaf_level(t) < root_level(t))
        expect_planted(&link, entry_in(t, link.slot) | 0xc1, PT64_FLAW_RESERVED, 0x40);
    /* P, bit 7, without V, bit 0. With the hardware walker: V without P. */
    link = small_page(t);
    if (t->oracle.format.hptw)
        expect_planted(&link, (entry_in(t, link.slot) | 1) & ~UINT64_C(0x80), PT64_FLAW_RESERVED,
                       1);
    else
        expect_planted(&link, entry_in(t, link.slot) & ~UINT64_C(1), PT64_FLAW_RESERVED, 0x80);
}

static bool is_amdvi_v1(const struct test *t)
{
    return t->oracle.format.arch == ORACLE_AMDVI && !t->oracle.format.first_stage;
}

/* AMD-Vi 2.2.3: NextLevel is bits 11:9. 7 is a page of another size than its slot's, which no table
 * of the library has. A NextLevel that is not below the entry's own faults. */
TEST_IF(is_amdvi_v1, "needs AMD-Vi's host tables", check_finds_a_next_level_that_is_none)
{
    struct place link;

    map_some(t);
    link = place_of(t, some_vaddr(t), root_level(t));
    expect_planted(&link, entry_in(t, link.slot) | UINT64_C(7) << 9, PT64_FLAW_RESERVED, 0);
    link = small_page(t);
    expect_planted(&link, entry_in(t, link.slot) | UINT64_C(1) << 9, PT64_FLAW_RESERVED, 1U << 9);
}

static bool is_lvz(const struct test *t)
{
    return t->oracle.format.lvz;
}

/* NR and NX, which KVM never sets in a guest's page: what they do there is not public. */
TEST_IF(is_lvz, "needs LoongArch's LVZ", check_finds_reserved_bits_of_a_guest)
{
    struct places at = map_places(t);

    expect_bits(&at.page, UINT64_C(1) << 61, PT64_FLAW_RESERVED);
    expect_bits(&at.huge, UINT64_C(3) << 61, PT64_FLAW_RESERVED);
    expect_bits(&at.link, UINT64_C(1) << 62, PT64_FLAW_RESERVED);
}

/* The address bits below the size of a page. The manuals say where they are in an entry. With
 * entries of 4 bytes other bits fill the room: attributes in a section (ARMv7 ARM, B3.5.1), address
 * bits 39:32 in a 4M page (SDM 3A, table 5-4). */
static bool has_room_below_huge_pages(const struct test *t)
{
    return !is_short(t) && !is_32_bit_paging(t);
}

TEST_IF(has_room_below_huge_pages, "needs address bits in a huge page that must be clear",
        check_finds_a_misaligned_page)
{
    for (unsigned level = 1; level <= top_leaf_level(t); level++) {
        pt64_vaddr_t vaddr = some_vaddr(t) + size_at(t, level);
        struct place huge;
        uint64_t half;

        expect_ok(map(t, vaddr, some_paddr(t), size_at(t, level), RW));
        huge = place_of(t, vaddr, level);
        half = size_at(t, level) / 2;
        expect_bits(&huge, is_riscv(t) ? half >> 2 : half, PT64_FLAW_MISALIGNED);
        half = page_size(t) * 2;
        expect_bits(&huge, is_riscv(t) ? half >> 2 : half, PT64_FLAW_MISALIGNED);
    }
}

static bool has_bits_below_a_page(const struct test *t)
{
    return page_size(t) > 4096 && !t->oracle.format.lpa;
}

/* Arm ARM D8.3.1.1, LoongArch vol. 1, 5.4.5: with granules above 4 KiB the address bits below the
 * granule are RES0, or no part of the address, in a link at every level. */
TEST_IF(has_bits_below_a_page, "needs bits of entries between 4 KiB and a page",
        check_finds_a_misaligned_table)
{
    map_some(t);
    t->arena.strangers_expected = true;
    for (unsigned level = root_level(t); level > 0; level--) {
        struct place link = place_of(t, some_vaddr(t) + page_size(t), level);

        for (uint64_t bit = 4096; bit < page_size(t); bit *= 2)
            expect_planted(&link, entry_in(t, link.slot) + bit, PT64_FLAW_MISALIGNED, 0);
    }
}

/* Arm ARM D8.3.1.2, LoongArch vol. 1, 7.5.3: the same for a page of the smallest size. */
TEST_IF(has_bits_below_a_page, "needs bits of entries between 4 KiB and a page",
        check_finds_a_misaligned_page_of_the_smallest_size)
{
    struct place page;

    map_some(t);
    page = small_page(t);
    for (uint64_t bit = 4096; bit < page_size(t); bit *= 2)
        expect_bits(&page, bit, PT64_FLAW_MISALIGNED);
    expect_bits(&page, page_size(t) - 4096, PT64_FLAW_MISALIGNED);
}

TEST(check_finds_a_table_that_is_not_memory)
{
    struct place link;

    map_some(t);
    t->arena.strangers_expected = true;
    for (unsigned level = 1; level <= root_level(t); level++) {
        link = place_of(t, some_vaddr(t) + page_size(t), level);
        expect_planted(&link, link_entry(t->s, table_bytes(t), level), PT64_FLAW_LOST, 0);
    }
}

TEST(check_finds_a_table_that_is_linked_twice)
{
    pt64_vaddr_t vaddr = some_vaddr(t);

    map_some(t);
    for (unsigned level = 1; level <= root_level(t); level++) {
        struct place link = place_of(t, vaddr + page_size(t), level);
        struct place other = place_of(t, vaddr + apart(t, level, 5), level);

        expect_planted(&other, entry_in(t, link.slot), PT64_FLAW_LINKED_TWICE, 0);
    }
}

/* The node at each level links each of those above it. LoongArch's walker ends in a node whose
 * first entry links itself. That is a sink, though not a complete one. */
TEST(check_finds_a_circle)
{
    map_some(t);
    for (unsigned above = 1; above <= root_level(t); above++) {
        for (unsigned level = 1; level <= above; level++) {
            struct place upper = place_of(t, some_vaddr(t) + page_size(t), above);
            struct place lower = place_of(t, some_vaddr(t) + page_size(t), level);
            struct place next = place_of(t, some_vaddr(t) + apart(t, level, 5), level);
            uint64_t circle = link_entry(t->s, upper.table, level);

            expect_planted(&next, circle, PT64_FLAW_LINKED_TWICE, 0);
            if (!is_loongarch64(t))
                expect_planted(&lower, circle, PT64_FLAW_LINKED_TWICE, 0);
        }
    }
}

/* A link of AMD-Vi's host tables names the level that it leads to. */
static bool can_link_in_circles(const struct test *t)
{
    bool names_levels = t->oracle.format.arch == ORACLE_AMDVI && !t->oracle.format.first_stage;

    return has_three_levels(t) && !names_levels;
}

/* Many paths lead through the circle. The check does not follow it twice. */
TEST_IF(can_link_in_circles, "needs three levels, and links that fit each",
        check_of_a_table_full_of_circles_ends)
{
    pt64_paddr_t frame = arena_alloc_frame(&t->arena, table_bytes(t));
    struct place first;
    struct pt64_flaw flaw;

    map_some(t);
    first = place_of(t, some_vaddr(t), root_level(t));
    for (size_t i = 0; i < entries_at(t, 0); i++)
        put_entry(t, slot_in(t, frame, i),
                  link_entry(t->s, i == 0 && is_loongarch64(t) ? t->s->root(t->table) : frame, 1));
    t->arena.accesses = 0;
    {
        uint64_t whole = entry_in(t, first.slot);

        put_entry(t, first.slot, link_entry(t->s, frame, root_level(t)));
        expect(PT64_CORRUPT, check_table(t, 0, &flaw));
        put_entry(t, first.slot, whole);
    }
    assert_int_equal(flaw.kind, PT64_FLAW_LINKED_TWICE);
    assert_true(flaw.table == frame);
    assert_true(t->arena.accesses < 8192);
    arena_free_frame(&t->arena, frame, table_bytes(t));
}

TEST_IF(is_loongarch64, "needs LoongArch", check_finds_a_sink_that_leads_elsewhere)
{
    struct half halves[2];
    struct place empty;

    halves_of(t, halves);
    map_some(t);
    empty = place_of(t, halves[0].first, root_level(t));
    for (size_t at = 0; at < table_bytes(t); at += table_bytes(t) - sizeof(uint64_t)) {
        uint64_t *word = arena_word(&t->arena, entry_in(t, empty.slot) + at);

        *word += table_bytes(t);
        expect_flaw(PT64_FLAW_SINK, &empty, 0);
        *word -= table_bytes(t);
        expect_flawless(t);
    }
}

/* At one address the upper flaw is reported first. Of two addresses it is the lower one. */
TEST(check_tells_the_first_flaw)
{
    pt64_vaddr_t vaddr = some_vaddr(t);
    struct place link;
    struct place lower;
    struct place upper;

    map_some(t);
    t->arena.strangers_expected = true;
    link = place_of(t, vaddr, 1);
    lower = place_of(t, vaddr + size_at(t, 1), 1);
    upper = place_of(t, vaddr + 2 * size_at(t, 1), 1);
    put_entry(t, upper.slot, link_entry(t->s, 4 * table_bytes(t), 1));
    expect_flaw(PT64_FLAW_LOST, &upper, 0);
    {
        uint64_t whole = entry_in(t, lower.slot);

        put_entry(t, lower.slot, entry_in(t, link.slot));
        expect_flaw(PT64_FLAW_LINKED_TWICE, &lower, 0);
        put_entry(t, lower.slot, whole);
    }
    put_entry(t, upper.slot,
              is_loongarch64(t) ? entry_in(t, place_of(t, vaddr + 4 * size_at(t, 1), 1).slot) : 0);
}

TEST(check_asks_for_no_frame_and_changes_nothing)
{
    struct snapshot before;

    map_some(t);
    snapshot_take(t, &before);
    arena_clear_events(&t->arena);
    expect_flawless(t);
    assert_int_equal(t->arena.event_count, 0);
    expect_unchanged(&before);
    snapshot_free(&before);
}

TEST(every_flaw_has_a_name_of_its_own)
{
    for (int a = 0; a <= PT64_FLAW_WRITE_EXECUTE + 1; a++) {
        assert_true(strlen(pt64_flaw_name((enum pt64_flaw_kind)a)) > 0);
        for (int b = 0; b < a; b++)
            assert_string_not_equal(pt64_flaw_name((enum pt64_flaw_kind)a),
                                    pt64_flaw_name((enum pt64_flaw_kind)b));
    }
}

static bool has_levels_without_pages(const struct test *t)
{
    return top_leaf_level(t) < root_level(t) && !is_loongarch64(t);
}

/* Neither a hidden page nor a mark can be where no page can. */
TEST_IF(has_levels_without_pages, "needs a level without pages, and entries with a valid bit",
        an_absent_entry_that_is_not_empty_is_found_above_all_pages)
{
    struct place root = place_of(t, some_vaddr(t), root_level(t));

    expect_planted(&root, UINT64_C(0x1000), PT64_FLAW_RESERVED, 0);
}

/* Other software may keep what it likes where nothing is present, and nowhere else. Bits [1:0] of
 * 0b01 are reserved at the last level: what is wrong is that bit 0 is set. */
TEST_IF(is_aarch64, "needs AArch64", a_present_entry_without_meaning_is_found_in_an_adopted_table)
{
    struct place page;
    pt64_paddr_t root;

    expect_ok(map(t, some_vaddr(t), some_paddr(t), page_size(t), RW));
    commit(t);
    root = t->s->release(t->table);
    expect_ok(t->s->adopt(t->table, root, &t->arena));
    t->s->begin(t->guard, t->table);
    page = place_of(t, some_vaddr(t), 0);
    expect_planted(&page, entry_in(t, page.slot) & ~UINT64_C(2), PT64_FLAW_RESERVED, 1);
}

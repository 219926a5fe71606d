/* SPDX-License-Identifier: MIT */
/*
 * The framework of the unit tests. TEST(name) { ... } is a test of every format. It runs with a
 * struct test *t: a fresh table with a guard on it, whose frames come from an arena. At the end of
 * every test the framework checks that hardware (the oracle), name_next and name_walk see the same
 * table, that the table has no defect, that each live frame is part of it, and that destroying it
 * gives every frame back.
 *
 * Expectations come from the design and from the manuals, never from what the library answers.
 */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/arena.h"
#include "support/oracle.h"
#include "support/format_flags.h"
#include "support/subject.h"

/* The permissions that every page of the format has, as its entries cannot refuse them. */
extern pt64_flags_t granted;
/* PT64_EXECUTE, or 0 where no page can be executed. */
extern pt64_flags_t executing;
/* PT64_MEMORY_TYPES, or 0 where the format has none. */
extern pt64_flags_t type_flags;

/* The flags that most tests use. Every format can encode them. */
#define R   (PT64_READ | granted)
#define RW  (R | PT64_WRITE)
#define RX  (R | executing)
#define RWU (RW | PT64_USER)
/* Other memory types, or none where the format has no choice. */
#define DEVICE   (PT64_DEVICE & type_flags)
#define UNCACHED (PT64_UNCACHED & type_flags)

/* A row of a case, and what row_applies said of it. */
struct test_row {
    int line;
    unsigned row;
    bool applied;
    const char *needs;
};

#define TEST_ROWS 64

struct test {
    const struct subject *s;
    struct oracle oracle;
    struct arena arena;
    void *table;
    void *guard;
    bool forgives_leaks;
    /** Frames that tables may keep outside the tree: maps of many runs of shared root slots. */
    size_t share_maps;
    struct test_row rows[TEST_ROWS];
    size_t row_count;
};

struct test_case {
    const char *name;
    bool (*applies)(const struct test *t);
    const char *needs; /* what a format lacks to which the test does not apply */
    bool is_of_no_format;
    void (*run)(struct test *t);
};

void test_register(const struct test_case *test);

#define TEST_CASE(predicate, needs, is_of_no_format, name)                                     \
    static void name(struct test *t);                                                          \
    __attribute__((constructor)) static void register_##name(void)                             \
    {                                                                                          \
        static const struct test_case test = {#name, predicate, needs, is_of_no_format, name}; \
                                                                                               \
        test_register(&test);                                                                  \
    }                                                                                          \
    static void name(__attribute__((unused)) struct test *t)

/* A test of the formats for which `predicate` holds. The others skip it, and report what it
 * `needs`: "needs an accessed flag". */
#define TEST_IF(predicate, needs, name) TEST_CASE(predicate, needs, false, name)

#define TEST(name) TEST_CASE(NULL, NULL, false, name)

/* A test that depends on no format. It runs once, with the first. */
#define TEST_ONCE(name) TEST_CASE(NULL, NULL, true, name)

/* Whether the format is to try row `row` of a loop. A row that the format never tries in the whole
 * test counts as skipped. */
bool check_row(struct test *t, unsigned row, bool applies, const char *needs, int line);
#define row_applies(row, condition, needs) check_row(t, row, condition, needs, __LINE__)

/* ---- what it runs on ---- */

bool is_x86_64(const struct test *t);
bool is_ept(const struct test *t);
bool is_npt(const struct test *t);
/* In any paging mode, and AMD's nested paging, whose entries are x86-64's. */
bool is_x86(const struct test *t);
bool is_wide_x86(const struct test *t); /* with entries of 8 bytes */
bool is_32_bit_paging(const struct test *t);
bool is_aarch64(const struct test *t);
bool is_stage1(const struct test *t); /* of AArch64 */
bool is_armv7(const struct test *t);
/* By short descriptors. */
bool is_short(const struct test *t);
/* AArch64 or ARMv7. */
bool is_arm(const struct test *t);
bool is_riscv(const struct test *t);
bool is_wide_riscv(const struct test *t); /* with entries of 8 bytes */
bool is_loongarch64(const struct test *t);
/* Whether devices use the table. */
bool is_iommu(const struct test *t);
bool has_two_halves(const struct test *t);
/* If not, `granted` has PT64_EXECUTE, or no page has. */
bool can_refuse_execution(const struct test *t);
#define NEEDS_NO_EXECUTE "needs pages that refuse execution"
/* Whether the CPU holds the entries of the root in registers, so that a change of one takes a flush
 * of everything. */
bool holds_root(const struct test *t);
/* CVE-2018-3620 and CVE-2018-3646: whether a CPU may read the L1 data cache at the address in an
 * entry that is not present. */
bool inverts_addresses(const struct test *t);
#define NEEDS_INVERSE "needs entries that hide addresses from the L1 Terminal Fault"
/* Whether hardware sees a present entry. SDM 3C, 30.3.2: bit 10 counts with MBEC, and is clear
 * without. */
bool is_present(const struct test *t, uint64_t entry);
/* Whether the TLB is one of x86: it holds a virtual machine's translations too. */
bool has_tlb_of_x86(const struct test *t);
#define NEEDS_TLB_OF_X86 "needs a TLB of x86"
/* SDM 3C, 30.4.3.1: an EPT violation drops what caused it. To invalidate all for the sake of a
 * permission that was added would cost more than the fault. */
bool leaves_permissions_to_faults(const struct test *t);
bool flushes_added_permissions(const struct test *t);
#define NEEDS_ADDED_PERMISSIONS "needs a flush of permissions that were added"
/* If not, each flush is a flush of everything. */
bool flushes_by_address(const struct test *t);
/* Whether the format has memory types. */
bool has_types(const struct test *t);
#define NEEDS_TYPES "needs memory types"
/* Whether some pages can be executed. */
bool has_execution(const struct test *t);
#define NEEDS_EXECUTION "needs pages that can be executed"
/* Whether hardware reads memory types in an entry. */
bool has_memory_types(const struct test *t);
#define NEEDS_MEMORY_TYPES "needs memory types that hardware reads in the entry"

/* The highest level that can hold a leaf. So can all levels below it. */
unsigned top_leaf_level(const struct test *t);
unsigned root_level(const struct test *t);
/* The size of a slot at `level`, and of the page that fits there. */
uint64_t size_at(const struct test *t, unsigned level);
uint64_t page_size(const struct test *t);
/* The size of a page at level 1, which every format has. */
uint64_t huge_size(const struct test *t);
size_t entries_at(const struct test *t, unsigned level);
/* The size of `count` slots at `level`, or of fewer: so many follow any slot of the node's first
 * half. */
uint64_t apart(const struct test *t, unsigned level, unsigned count);
bool has_three_levels(const struct test *t);
#define NEEDS_THREE_LEVELS "needs three levels"
/* Whether the root node has more than a handful of slots. */
bool has_many_root_slots(const struct test *t);
#define NEEDS_MANY_ROOT_SLOTS "needs a root of many slots"
/* The size of a node below the root, and of the root node. */
size_t table_bytes(const struct test *t);
size_t root_bytes(const struct test *t);

/* The ranges of addresses that a root translates, last is inclusive. One or two, in order. */
struct half {
    pt64_vaddr_t first;
    pt64_vaddr_t last;
};
unsigned halves_of(const struct test *t, struct half halves[2]);

/* The first address of the second root slot: far from either end of the space. */
pt64_vaddr_t some_vaddr(const struct test *t);
/* A physical address that is a multiple of every page size. */
pt64_paddr_t some_paddr(const struct test *t);

/* The flags of types.h are the bits below this one. */
#define SETS_OF_FLAGS ((pt64_flags_t)1 << 12)

#define EACH_FLAG(flag, set)                                      \
    for (pt64_flags_t flag = 1; flag < SETS_OF_FLAGS; flag <<= 1) \
        if (flag & (set))

/* The format's own flags are bits 16 to 31. */
#define EACH_FORMAT_FLAG(flag, set)                                        \
    for (pt64_flags_t flag = (pt64_flags_t)1 << 16; flag != 0; flag <<= 1) \
        if (flag & (set))

/* Those that the format has: from the manuals, not from the library. */
pt64_flags_t format_flags(const struct test *t);

/* Whether a page with exactly these flags can be mapped: from the manuals, not from the library. */
bool can_say(const struct test *t, pt64_flags_t flags);
/* Whether it can be mapped so that hardware sees it. */
bool can_say_to_hardware(const struct test *t, pt64_flags_t flags);
/* How wide a mark may be, from the comments of the formats. */
unsigned mark_bits(const struct test *t);
/* Whether a page with these flags is hidden: nobody can access it, and hardware sees none. */
bool is_hidden_by(pt64_flags_t flags);
/* Every flag that is in a set that the format can encode. */
pt64_flags_t flags_of(const struct test *t);

/* ---- calls on the test's guard and table ---- */

pt64_status_t map(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,
                  pt64_flags_t flags);
pt64_status_t map_region(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,
                         pt64_flags_t flags);
pt64_status_t unmap(struct test *t, pt64_vaddr_t vaddr);
pt64_status_t unmap_region(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes);
pt64_status_t protect(struct test *t, pt64_vaddr_t vaddr, pt64_flags_t flags);
pt64_status_t protect_region(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes,
                             pt64_flags_t flags);
pt64_status_t change_region(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t set,
                            pt64_flags_t clear);
pt64_status_t remap(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags);
pt64_status_t query(struct test *t, pt64_vaddr_t vaddr, struct pt64_mapping *page);
pt64_status_t next(struct test *t, pt64_vaddr_t from, struct pt64_mapping *run);
void commit(struct test *t);

/* Another table and guard on the same arena. test_table gives memory that is not yet a table. */
void *test_table(struct test *t);
void *new_table(struct test *t);
void *new_guard(struct test *t, void *table);
void end_table(struct test *t, void *table, void *guard);

/* ---- checks ---- */

void check_status(pt64_status_t expected, pt64_status_t actual, const char *call, const char *file,
                  int line);
#define expect(status, call) check_status(status, call, #call, __FILE__, __LINE__)
#define expect_ok(call)      expect(PT64_OK, call)
/* Checks that a call on the test's guard fails, and where. */
#define expect_failure(status, at, call)                   \
    do {                                                   \
        expect(status, call);                              \
        assert_int_equal(t->s->failed_at(t->guard), (at)); \
    } while (0)

/* Checks that query, translate and the hardware all see this page. Flags are exact. */
void check_page(struct test *t, const void *table, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                pt64_size_t size, pt64_flags_t flags, const char *file, int line);
#define expect_page(vaddr, paddr, size, flags) \
    check_page(t, t->table, vaddr, paddr, size, flags, __FILE__, __LINE__)
#define expect_page_in(table, vaddr, paddr, size, flags) \
    check_page(t, table, vaddr, paddr, size, flags, __FILE__, __LINE__)

/* Checks that software finds this mark there, and hardware no page. */
void check_mark(struct test *t, pt64_vaddr_t vaddr, uint64_t mark, const char *file, int line);
#define expect_mark(vaddr, mark) check_mark(t, vaddr, mark, __FILE__, __LINE__)

/* Checks that neither software nor hardware finds a page there. */
void check_hole(struct test *t, const void *table, pt64_vaddr_t vaddr, const char *file, int line);
#define expect_hole(vaddr)           check_hole(t, t->table, vaddr, __FILE__, __LINE__)
#define expect_hole_in(table, vaddr) check_hole(t, table, vaddr, __FILE__, __LINE__)

/* Checks that name_next finds exactly this run from `from` on. */
void check_run(struct test *t, pt64_vaddr_t from, struct pt64_mapping run, const char *file,
               int line);
#define expect_run(from, ...) \
    check_run(t, from, (struct pt64_mapping)__VA_ARGS__, __FILE__, __LINE__)

/* Frames that an empty table holds: its root node, and a sink where the hardware needs one. */
size_t bare_frames(const struct test *t);
/* Checks that the arena has this many live frames beyond those of an empty table. */
#define expect_tables(count) assert_int_equal(t->arena.live, bare_frames(t) + (count))

/* Checks that hardware finds no defect below the roots, and that no live frame is outside the
 * tables. */
void check_sound(struct test *t, const void *const *tables, size_t count, const char *file,
                 int line);
#define expect_sound() check_sound(t, (const void *const[]){t->table}, 1, __FILE__, __LINE__)

/* ---- the state of a table and its arena, to compare ---- */

struct snapshot {
    struct oracle_survey survey;
    pt64_paddr_t *live;
    size_t live_count;
};

void snapshot_take(struct test *t, struct snapshot *snapshot);
void snapshot_free(struct snapshot *snapshot);
/* Checks that mappings and live frames are as they were. */
void check_unchanged(struct test *t, const struct snapshot *before, const char *file, int line);
#define expect_unchanged(before) check_unchanged(t, before, __FILE__, __LINE__)

/* ---- entries in the arena, as hardware or other software reads and writes them ---- */

/* What a slot holds. Entries have 4 or 8 bytes. */
uint64_t entry_in(const struct test *t, const pt64_slot_t *slot);
void put_entry(const struct test *t, pt64_slot_t *slot, uint64_t entry);

/* Slot `index` of the node in `frame`, which must be live. */
pt64_slot_t *slot_in(struct test *t, pt64_paddr_t frame, size_t index);
/* The slot on the way to `vaddr` at `level`. The nodes above must exist. */
pt64_slot_t *slot_of(struct test *t, pt64_vaddr_t vaddr, unsigned level);
/* The slot that ends the walk of `vaddr`, and its leaf. */
pt64_slot_t *leaf_slot(struct test *t, pt64_vaddr_t vaddr);
uint64_t leaf_at(struct test *t, pt64_vaddr_t vaddr);

/* Maps the last physical page at some_vaddr, and plants after it what a step beyond that page makes
 * of its entry: it carries into the bits above the address. Removing leaves an ordinary page. */
void plant_step_past_the_end(struct test *t);
void remove_step_past_the_end(struct test *t);

/* Bits of a leaf that neither hardware nor the library reads. */
uint64_t foreign_bits(const struct test *t, unsigned level);

/* For calls whose reports do not matter. */
void ignore_page(void *arg, const struct pt64_mapping *page);

/* What hardware does to the leaf on a store through it, and the flags that show it. */
void hardware_stores(struct test *t, pt64_vaddr_t vaddr);
pt64_flags_t stored_flags(const struct test *t);
/* Whether it sets any. ARMv7 has software do so, which changes no table while another does. */
bool is_written_by_hardware(const struct test *t);

/* A store by a CPU that holds a translation, or a step of the walk, of before a change: it comes
 * while the next flush runs. */
struct late_store {
    struct test *t;
    pt64_slot_t *slot;
    uint64_t entry; /* what hardware makes of the leaf */
    bool is_done;
};

/* Arms a store to the page at `vaddr`. It stays armed until the arena's on_flush is NULL. */
void arm_late_store(struct test *t, struct late_store *store, pt64_vaddr_t vaddr);

/* For map_pages: `arg` is the address of a frame, which every page is to have. */
pt64_paddr_t same_frame(void *arg, pt64_vaddr_t vaddr);

/* The flushes that ran since the events were cleared. */
size_t flushes(const struct test *t);
/* Commits, and clears the events: from here on they count. */
void listen(struct test *t);

/* Whether one of the request's invalidations is of an address in the page of `size` at `vaddr`. */
bool covers(const struct pt64_flush *request, pt64_vaddr_t vaddr, pt64_size_t size);

/* For a test that has to lose frames: its end does not count them. */
void test_forgive_leaks(struct test *t);

/* Begins and ends a test within a test: for tests that try several worlds. */
void test_begin(struct test *t, const struct subject *subject, enum arena_place place);
void test_end(struct test *t);

#endif

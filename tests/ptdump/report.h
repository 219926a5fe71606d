/* SPDX-License-Identifier: MIT */
/*
 * The format that is chosen, and a table of it whose frames come from an arena. Its traits are
 * variables, so that the engine and the cases are compiled once for all formats.
 */
#ifndef TESTS_PTDUMP_REPORT_H
#define TESTS_PTDUMP_REPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <page_table64.h>
#include <page_table64/dump.h>
#include <page_table64/meta/aarch64_stage2.h>
#include <page_table64/meta/amdvi.h>
#include <page_table64/meta/armv7_stage2.h>
#include <page_table64/meta/ept.h>
#include <page_table64/meta/i386.h>
#include <page_table64/meta/loongarch64.h>
#include <page_table64/meta/npt.h>
#include <page_table64/meta/riscv.h>
#include <page_table64/meta/vtd.h>
#include <page_table64/meta/x86_64.h>
#include <page_table64/terms/aarch64.h>
#include <page_table64/terms/aarch64_stage2.h>
#include <page_table64/terms/amdvi.h>
#include <page_table64/terms/armv7.h>
#include <page_table64/terms/armv7_stage2.h>
#include <page_table64/terms/ept.h>
#include <page_table64/terms/i386.h>
#include <page_table64/terms/loongarch64.h>
#include <page_table64/terms/npt.h>
#include <page_table64/terms/riscv.h>
#include <page_table64/terms/vtd.h>
#include <page_table64/terms/x86_64.h>

#include "support/arena.h"
#include "support/oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pt64_handler arena_handler = ARENA_HANDLER;

static const char *chosen_id;
static struct pt64_meta chosen_meta;
static struct pt64_pte chosen_pte;
static struct pt64_terms chosen_terms;

PT64_DEFINE_(space, chosen_meta, chosen_pte, arena_handler, 0);
PAGE_TABLE64_DEFINE_DUMP(space, chosen_terms);

/* Text that was emitted. */
struct heard {
    char *text;
    size_t length;
    size_t room;
    size_t pieces;
    bool torn; /* a piece was empty, or not a whole line */
};

struct bench {
    struct arena arena;
    space_t table;
    space_guard_t guard;
    struct oracle oracle;
    struct heard heard;
};

/* Ends a case that does not apply to the format, because the format lacks what it `needs`. */
#define skip_unless(condition, needs)             \
    do {                                          \
        if (!(condition)) {                       \
            printf("# skips: needs %s\n", needs); \
            skip();                               \
        }                                         \
    } while (0)

static inline const struct pt64_meta *meta(void)
{
    return &chosen_meta;
}

static inline uint64_t page_size(void)
{
    return pt64_page_size(meta());
}

static inline uint64_t huge_size(void)
{
    return pt64_slot_size(meta(), 1);
}

static inline unsigned root_level(void)
{
    return pt64_root_level(&meta()->limits);
}

/* Where the tests map: some slots into the root node, or one if it has few. */
static inline pt64_vaddr_t base(void)
{
    pt64_size_t slot = pt64_slot_size(meta(), root_level());
    bool is_small = 16 * slot > (pt64_size_t)1 << meta()->limits.vaddr_bits;

    return pt64_first_vaddr(meta(), &meta()->limits) + (is_small ? 1 : 4) * slot;
}

/* The memory that the tests map: no frame of the arena, and an address of every format. */
#define SOMEWHERE \
    (chosen_meta.limits.paddr_bits < 38 ? UINT64_C(0x60000000) : UINT64_C(0x2000000000))

static inline void hear(void *ctx, const char *text, size_t length)
{
    struct heard *heard = ctx;

    if (length == 0 || text[length - 1] != '\n')
        heard->torn = true;
    while (heard->length + length + 1 > heard->room) {
        heard->room = heard->room == 0 ? 4096 : 2 * heard->room;
        heard->text = realloc(heard->text, heard->room);
        assert_non_null(heard->text);
    }
    memcpy(heard->text + heard->length, text, length);
    heard->length += length;
    heard->text[heard->length] = '\0';
    heard->pieces++;
}

static inline void forget(struct bench *bench)
{
    bench->heard.length = 0;
    bench->heard.pieces = 0;
    if (bench->heard.text != NULL)
        bench->heard.text[0] = '\0';
}

static inline const char *dump(struct bench *bench)
{
    forget(bench);
    space_dump(&bench->table, hear, &bench->heard);
    assert_false(bench->heard.torn);
    return bench->heard.text == NULL ? "" : bench->heard.text;
}

static inline const char *explain(struct bench *bench, pt64_vaddr_t vaddr)
{
    forget(bench);
    space_explain(&bench->table, vaddr, hear, &bench->heard);
    assert_false(bench->heard.torn);
    return bench->heard.text;
}

/* The place of the entry for an address at a level. The nodes on the way must exist. */
static inline pt64_slot_t *slot_of(struct bench *bench, pt64_vaddr_t vaddr, unsigned level)
{
    struct pt64_trace trace;
    pt64_paddr_t paddr;

    space_trace(&bench->table, vaddr, &trace);
    assert_true(trace.level <= level);
    paddr = trace.steps[level].table + trace.steps[level].index * meta()->entry_bytes;
    return (pt64_slot_t *)((char *)arena_word(&bench->arena, paddr) + paddr % sizeof(uint64_t));
}

static inline pt64_entry_t entry_in(const pt64_slot_t *slot)
{
    return pt64_load(&chosen_meta, slot);
}

static inline void put_entry(pt64_slot_t *slot, pt64_entry_t entry)
{
    pt64_store(&chosen_meta, slot, entry);
}

static inline pt64_entry_t entry_at(struct bench *bench, pt64_vaddr_t vaddr, unsigned level)
{
    return entry_in(slot_of(bench, vaddr, level));
}

/* Stores an entry as hardware or other software would. */
static inline void plant(struct bench *bench, pt64_vaddr_t vaddr, unsigned level,
                         pt64_entry_t entry)
{
    put_entry(slot_of(bench, vaddr, level), entry);
}

/* Clears and sets bits of the entry for an address at a level. */
static inline void change(struct bench *bench, pt64_vaddr_t vaddr, unsigned level,
                          pt64_entry_t clear, pt64_entry_t set)
{
    plant(bench, vaddr, level, (entry_at(bench, vaddr, level) & ~clear) | set);
}

/* The bits that an entry has. */
static inline pt64_entry_t entry_mask(void)
{
    return meta()->entry_bytes == 8 ? UINT64_MAX : UINT32_MAX;
}

static inline int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    if (bench == NULL)
        return -1;
    arena_init(&bench->arena, ARENA_MIDDLE, meta()->limits.paddr_bits);
    bench->arena.strangers_expected = true;
    bench->oracle.memory.read = arena_read;
    bench->oracle.memory.ctx = &bench->arena;
    if (!oracle_parse(chosen_id, &bench->oracle.format))
        return -1;
    if (space_create(&bench->table, &bench->arena) != PT64_OK)
        return -1;
    space_begin(&bench->guard, &bench->table);
    *state = bench;
    return 0;
}

/* Tests plant what no table should hold, so the table is released, not destroyed. */
static inline int teardown(void **state)
{
    struct bench *bench = *state;

    space_ignore(&bench->guard);
    (void)space_release(&bench->table);
    arena_fini(&bench->arena);
    free(bench->heard.text);
    free(bench);
    return 0;
}

/* What every page allows: an entry of 32-bit x86 paging cannot refuse execution. */
#define GRANTS (chosen_pte.can_encode(&chosen_meta.limits, PT64_READ, 0) ? 0 : PT64_EXECUTE)

/* What the tests map, unless they are about the flags. */
#define RW      (PT64_READ | PT64_WRITE | GRANTS)
#define RX      (PT64_READ | (chosen_pte.flags & PT64_EXECUTE))
#define RW_TEXT (GRANTS == 0 ? "rw-" : "rwx")

static inline void map(struct bench *bench, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,
                       pt64_flags_t flags)
{
    assert_int_equal(space_map_region(&bench->guard, vaddr, paddr, bytes, flags, PT64_SIZE_ANY),
                     PT64_OK);
}

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The tables under test: one for each root that the machine has, one or two, behind one set of
 * functions.
 */
#ifndef MMU_TABLES_H
#define MMU_TABLES_H

#include "cpu.h"

#define PAGE ((pt64_size_t)1 << ARCH_META.page_shift)
/** The smallest huge page. */
#define HUGE (PAGE << ARCH_META.index_bits)

/** How many tables a half can have. The kernel runs on number 0. */
#define TABLES 3

/** The number of the tables that the functions below use. */
extern unsigned tables_at;

/**
 * The library's functions for a table of one half. Each call is a whole change, from begin to
 * commit. Calls between `begin` and `end` share one guard.
 */
struct half {
    pt64_status_t (*create)(void *ctx);
    void (*destroy)(void);
    void (*set_id)(uint64_t);
    void (*begin)(void);
    void (*end)(void);
    pt64_status_t (*map)(pt64_vaddr_t, pt64_paddr_t, pt64_size_t, pt64_flags_t);
    pt64_status_t (*unmap)(pt64_vaddr_t, struct pt64_mapping *);
    pt64_status_t (*protect)(pt64_vaddr_t, pt64_flags_t);
    pt64_status_t (*remap)(pt64_vaddr_t, pt64_paddr_t, pt64_flags_t);
    pt64_status_t (*map_region)(pt64_vaddr_t, pt64_paddr_t, uint64_t, pt64_flags_t, pt64_size_t);
    pt64_status_t (*unmap_region)(pt64_vaddr_t, uint64_t);
    pt64_status_t (*unmap_pages)(pt64_vaddr_t, uint64_t, pt64_report_t, void *);
    pt64_status_t (*protect_region)(pt64_vaddr_t, uint64_t, pt64_flags_t);
    pt64_status_t (*change_region)(pt64_vaddr_t, uint64_t, pt64_flags_t, pt64_flags_t);
    pt64_status_t (*collapse)(pt64_vaddr_t, pt64_size_t);
    pt64_status_t (*mark)(pt64_vaddr_t, pt64_size_t, uint64_t);
    pt64_status_t (*map_marked)(pt64_vaddr_t, pt64_paddr_t, pt64_size_t, pt64_flags_t, uint64_t);
    pt64_status_t (*query)(pt64_vaddr_t, struct pt64_mapping *);
    pt64_status_t (*clear_accessed)(pt64_vaddr_t, uint64_t, pt64_report_t, void *);
    pt64_status_t (*clear_dirty)(pt64_vaddr_t, uint64_t, pt64_report_t, void *);
    pt64_status_t (*pin)(pt64_vaddr_t, uint64_t);
    pt64_status_t (*copy_from)(unsigned other, pt64_vaddr_t, uint64_t);
    void (*fix_fault)(pt64_vaddr_t);
    void (*flush_local)(const struct pt64_flush *);
    pt64_paddr_t (*root)(void);
};

const struct half *half_of(pt64_vaddr_t vaddr);

/** How a change ends. */
enum ending {
    COMMIT,
    /** The invalidation is left out: a mistake, on purpose. */
    IGNORE,
    /** The invalidation is not passed on to the other CPU. */
    COMMIT_HERE,
    /** Only what ended is passed on. The other CPU may fault on what began, and then repairs it. */
    COMMIT_ENDED,
    /** This CPU does what another CPU would do then: it invalidates what ended. */
    COMMIT_ELSEWHERE,
};

extern enum ending tables_ending;

/**
 * If not NULL, called before and after each request is executed. What it reads may come into the
 * TLB at that moment, as on any other CPU.
 */
extern void (*tables_watcher)(bool executed);

/** How many ranges of requests went past the last address, or were not whole pages. */
extern unsigned tables_bad_ranges;

/** Makes the tables, maps the kernel, and loads them. */
void tables_init(void);

/** Makes tables number `at`, with the kernel in them. The caller loads and drops them. */
bool tables_make(unsigned at);
void tables_load(unsigned at);
void tables_drop(unsigned at);

/** The slot at `level` on the way to `vaddr`. Its node must exist. */
pt64_slot_t *slot_of(pt64_vaddr_t vaddr, unsigned level);

/** What a slot holds. It may be anything. */
pt64_entry_t entry_in(const pt64_slot_t *slot);
void put_entry(pt64_slot_t *slot, pt64_entry_t entry);

/** The size of a page, or of a slot, at `level`. The root node is at ROOT_LEVEL. */
#define SLOT_SIZE(level) (PAGE << ((level) * ARCH_META.index_bits))
#define ROOT_LEVEL       (ARCH_LIMITS->levels - 1)

/** Whether the halves are apart: no table translates the addresses between them. */
bool halves_are_apart(void);

/** The last page that tables translate. */
pt64_vaddr_t last_page(void);

/** Drops every translation on this CPU. */
void tables_flush_everything(void);

#define TABLES_FRAMES_UNLIMITED ((size_t)-1)

/** How many frames the tables have now, and how many they may have. */
extern size_t tables_frames, tables_frames_limit;

/**
 * If not 0, nodes are made there from now on: in memory at addresses of more than 48 bits. The
 * kernel sees it as it sees other memory. These nodes are not used again.
 */
extern pt64_paddr_t tables_far;

/** `flags`, and those that a page needs so that its first access does not fault. */
pt64_flags_t complete(pt64_flags_t flags);

#define RO (complete(PT64_READ | ARCH_GRANTS))
#define RW (complete(PT64_READ | PT64_WRITE | ARCH_GRANTS))
#define RX (complete(PT64_READ | PT64_EXECUTE | ARCH_GRANTS))

/* The arena: two huge pages of memory to map, and the addresses at which the kernel sees them. Each
 * of its small pages starts with its tag. */
extern pt64_paddr_t arena;

uint64_t *arena_word(pt64_paddr_t paddr);
uint64_t tag(pt64_paddr_t paddr);
void arena_fill(void);

/** Where tests map: one place in each half, away from the kernel. */
struct window {
    const char *half;
    pt64_vaddr_t base;
};

extern const struct window windows[2];

#endif

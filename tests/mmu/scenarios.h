/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The tests, in this order. Each reports through tap.h and leaves its window empty.
 */
#ifndef MMU_SCENARIOS_H
#define MMU_SCENARIOS_H

#include "tables.h"

/** Every page size at every level, the edges of regions, the ends of the address space. */
void test_sizes(const struct window *window);
void test_ends(void);

/** What the CPU supports is what paging_find_limits found. */
void test_limits(void);

/** Each entry of a second stage is to the CPU what it is to the format. */
void test_entries(void);

/** Each set of permissions, each access, privileged and not. */
void test_permissions(const struct window *window);

/** Each type of memory, in small and huge pages. */
void test_types(const struct window *window);

/** Flags that only this format has. */
void test_format_flags(const struct window *window);

/**
 * Physical addresses of more than 48 bits, where the CPU has them. What wide_begin stores is for
 * these, and comes before translation.
 */
void wide_begin(void);
void test_wide(const struct window *window);

/** Changes in one guard: at the ends of the address space, and from one size of pages to another.
 */
void test_ends_together(void);
void test_together(const struct window *window);

/** Changes of pages that the TLB holds. */
void test_changes(const struct window *window);

/** The same changes without their invalidation, which shows that it matters here. */
void test_stale(const struct window *window);

/** Each of the two kinds of translations that a TLB holds of a second stage. */
void test_combined(const struct window *window);

/** What began on another CPU, of which this CPU was not told. */
void test_spurious(const struct window *window);

/** The flags that hardware sets in entries. */
void test_notes(const struct window *window);

/** Ten thousand random changes, short of frames. */
void test_pressure(void);

/** A huge page that holds the node in which it is split. */
void test_ground(void);

/** Nodes that the root links, on hardware that holds the root's entries. */
void test_root(void);

/** Two tables with ids. */
void test_ids(void);

/** Two tables, and a root slot that one borrows from the other. */
void test_sharing(void);

/** All requests so far were ranges of whole pages that do not wrap. */
void test_requests(void);

/** Empty directory slots, on hardware that does not recognise them. */
void test_sink(const struct window *window);

/** Two CPUs, one table. */
void test_second(const struct window *window);

#endif

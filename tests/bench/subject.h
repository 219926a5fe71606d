/* SPDX-License-Identifier: MIT */
/*
 * The table type that is measured: the format that HEADER, META and PTE name, and what the
 * workloads call a page and a gigabyte in it.
 *
 * Workloads are sized in pages, so that formats with other granules do the same work. 4k means the
 * smallest page, 2m a leaf of the level above, 1 GiB means 2^18 smallest pages and 64 GiB 2^24. In
 * a space of 4 GiB, what is called 64 GiB is half of it.
 */
#ifndef TESTS_BENCH_SUBJECT_H
#define TESTS_BENCH_SUBJECT_H

#include "page_table64.h"
#include HEADER
#include "arena.h"
#include "workload.h"

static const struct pt64_handler subject_handler = {
    arena_alloc_frame, arena_free_frame, arena_phys_to_virt, arena_flush, NULL, NULL};

TABLE_DEFINE(space, META, PTE, subject_handler);

#define IS_SPACE_4G (META.limits.vaddr_bits <= 32)

#define PAGES_1G  ((uint64_t)1 << 18)
#define PAGES_64G ((uint64_t)1 << (IS_SPACE_4G ? 19 : 24))

/* The first page of the part that workloads use, by its number in the space. */
#define FIRST_PAGE (IS_SPACE_4G ? PAGES_1G : PAGES_64G)

/* The compiler must not know the function in its caller: it neither inlines it nor adapts it to the
 * arguments. */
#ifdef __clang__
#define MEASURED __attribute__((noinline))
#else
#define MEASURED __attribute__((noipa))
#endif

static inline uint64_t bytes_of(uint64_t pages)
{
    return pages << META.page_shift;
}

static inline uint64_t pages_2m(void)
{
    return (uint64_t)1 << META.index_bits;
}

/* log2 of what a slot of the root translates. */
static inline unsigned root_slot_shift(void)
{
    return META.page_shift + (META.limits.levels - 1) * META.index_bits;
}

static inline pt64_vaddr_t first_vaddr(void)
{
    return META.space == PT64_SPACE_UPPER ? ~(pt64_vaddr_t)0 << META.limits.vaddr_bits : 0;
}

/* The address of page `number` in the part that workloads use. */
static inline pt64_vaddr_t vaddr_of(uint64_t number)
{
    return first_vaddr() + bytes_of(FIRST_PAGE + number);
}

static inline pt64_paddr_t paddr_of(uint64_t number)
{
    return bytes_of(FIRST_PAGE + number);
}

/* A kernel maps its own memory with these flags set, so that no CPU has to write the entries. */
static inline pt64_flags_t with_history(pt64_flags_t flags)
{
    return flags | (space_flags() & (PT64_ACCESSED | PT64_DIRTY));
}

/* Where no page refuses execution, each has it. */
static inline pt64_flags_t read_only(void)
{
    return with_history(PT64_READ | (META.limits.no_execute ? 0 : PT64_EXECUTE));
}

static inline pt64_flags_t read_write(void)
{
    return read_only() | PT64_WRITE;
}

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The words of the library: addresses, sizes, flags, statuses and the two records that callers see.
 *
 * Terms used throughout:
 * - entry:  one 64-bit word of a table.
 * - leaf:   an entry that maps a page. A leaf above level 0 is a huge page.
 * - table:  a frame full of entries, and an entry that links one.
 * - level:  0 for the table that holds the smallest pages, counting up to the root.
 * - slot:   the place of an entry in its table; also the addresses that the place translates.
 * - last:   an inclusive end. A range that ends at the top of the address space has no exclusive
 * one.
 */
#ifndef PAGE_TABLE64_TYPES_H
#define PAGE_TABLE64_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * @def PT64_INLINE
 * On every function of the engine. A compiler that optimises inlines it, so that the traits fold
 * into the code of each table type. One that does not gets an ordinary function: inlined, the
 * variables of all callees would stand in one frame.
 *
 * @def PT64_MEMBER
 * On every function of a trait, and what those call. gcc is left to its own judgement: it calls
 * one or two that are large and used often, and at -Og it cannot inline what is called through a
 * trait.
 */
#ifdef __OPTIMIZE__
#define PT64_INLINE static inline __attribute__((always_inline, unused))
#else
#define PT64_INLINE static inline __attribute__((unused))
#endif
#ifdef __clang__
#define PT64_MEMBER PT64_INLINE
#else
#define PT64_MEMBER static inline __attribute__((unused))
#endif
/** Functions that depend on no table type: one copy in each file, which all of its types share. */
#define PT64_ONCE static __attribute__((noinline, unused))
/** On a loop of at most eight trips that shall be written out, so that its counter is constant in
 * each. */
#if defined(__OPTIMIZE_SIZE__)
#define PT64_UNROLL
#elif defined(__clang__)
#define PT64_UNROLL _Pragma("clang loop unroll_count(8)")
#else
#define PT64_UNROLL _Pragma("GCC unroll 8")
#endif
/**
 * On a large record of a function, which fills it before it reads it: where a compiler is asked to
 * initialise all variables (-ftrivial-auto-var-init), it would call memset for this one, which a
 * kernel may not have yet.
 */
#define PT64_UNSET
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#undef PT64_UNSET
#define PT64_UNSET __attribute__((uninitialized))
#endif
#endif
/** On every function that returns a status: to drop a status is to drop an error. */
#define PT64_MUST_CHECK __attribute__((warn_unused_result))

/** A virtual address, in the form that the CPU uses: sign-extended where the architecture says so.
 */
typedef uint64_t pt64_vaddr_t;
/** A physical address. */
typedef uint64_t pt64_paddr_t;
/** A size in bytes. */
typedef uint64_t pt64_size_t;
/** One word of a table, as the hardware reads it. */
typedef uint64_t pt64_entry_t;
/** A set of PT64_READ and its like. */
typedef uint32_t pt64_flags_t;

/** What an allocator answers when it has no frame. Physical address 0 is a frame like any other. */
#define PT64_NO_FRAME (~(pt64_paddr_t)0)

/*
 * Bits 0 to 10 stand where x86-64 has the same meaning in an entry, so that the most common format
 * converts most of them with one AND.
 */

/* The portable flags: every format can say each of them, though not every combination. */

/** Loads are allowed. */
#define PT64_READ ((pt64_flags_t)1 << 0)
/** Stores are allowed. */
#define PT64_WRITE ((pt64_flags_t)1 << 1)
/** Instruction fetches are allowed. */
#define PT64_EXECUTE ((pt64_flags_t)1 << 11)
/** Unprivileged code has these permissions. Without it only privileged code has. */
#define PT64_USER ((pt64_flags_t)1 << 2)
/** Device memory: not cached, not merged, not reordered. */
#define PT64_DEVICE ((pt64_flags_t)1 << 3)
/** Ordinary memory that is not cached. */
#define PT64_UNCACHED ((pt64_flags_t)1 << 4)

/* Flags that some formats can say. The `flags` member of a format lists those it can. */

/** The translation is the same in every address space. */
#define PT64_GLOBAL ((pt64_flags_t)1 << 8)
/** The page was accessed. Hardware that does not set this itself faults when it is clear. */
#define PT64_ACCESSED ((pt64_flags_t)1 << 5)
/** The page was written. Hardware that does not set this itself faults on a store when it is clear.
 */
#define PT64_DIRTY ((pt64_flags_t)1 << 6)
/** A bit for the caller's use; hardware ignores it. */
#define PT64_SOFT0 ((pt64_flags_t)1 << 9)
/** Another bit for the caller's use. */
#define PT64_SOFT1 ((pt64_flags_t)1 << 10)
/** Uncached memory whose stores may be gathered before they leave the CPU. */
#define PT64_WRITE_COMBINE ((pt64_flags_t)1 << 7)

/** What may be done with the page. */
#define PT64_PERMISSIONS (PT64_READ | PT64_WRITE | PT64_EXECUTE | PT64_USER)
/** How the memory behind it behaves. None of them is ordinary cached memory; at most one may be
 * set. */
#define PT64_MEMORY_TYPES (PT64_DEVICE | PT64_UNCACHED | PT64_WRITE_COMBINE)
/** What protecting a page adds to but never takes away. */
#define PT64_STICKY (PT64_GLOBAL | PT64_ACCESSED | PT64_DIRTY | PT64_SOFT0 | PT64_SOFT1)

/* Page sizes in bytes. Which of them a table has follows from its geometry; others are
 * PT64_BAD_SIZE. */

#define PT64_SIZE_4K   ((pt64_size_t)1 << 12) /**< of level 0, tables of 4 KiB */
#define PT64_SIZE_16K  ((pt64_size_t)1 << 14) /**< of level 0, tables of 16 KiB */
#define PT64_SIZE_64K  ((pt64_size_t)1 << 16) /**< of level 0, tables of 64 KiB */
#define PT64_SIZE_2M   ((pt64_size_t)1 << 21) /**< of level 1, tables of 4 KiB */
#define PT64_SIZE_32M  ((pt64_size_t)1 << 25) /**< of level 1, tables of 16 KiB */
#define PT64_SIZE_512M ((pt64_size_t)1 << 29) /**< of level 1, tables of 64 KiB */
#define PT64_SIZE_1G   ((pt64_size_t)1 << 30) /**< of level 2, tables of 4 KiB */
#define PT64_SIZE_64G  ((pt64_size_t)1 << 36) /**< of level 2, tables of 16 KiB */
#define PT64_SIZE_512G ((pt64_size_t)1 << 39) /**< of level 3, tables of 4 KiB */
#define PT64_SIZE_4T   ((pt64_size_t)1 << 42) /**< of level 2, tables of 64 KiB */
#define PT64_SIZE_256T ((pt64_size_t)1 << 48) /**< of level 4, tables of 4 KiB */

/** The outcome of a call. After anything but PT64_OK every mapping and frame is as it was. */
enum pt64_status {
    /** Done. */
    PT64_OK = 0,
    /** The handler has no usable frame for a table that the change needs. */
    PT64_NO_MEMORY,
    /** An address or size is not a multiple of the page size that it stands for. */
    PT64_NOT_ALIGNED,
    /** No page is mapped there. */
    PT64_NOT_MAPPED,
    /** A page is mapped there already, or an entry is there that the format does not know. */
    PT64_ALREADY_MAPPED,
    /** A page larger than the one that was asked for is mapped there. */
    PT64_MAPPED_TO_HUGE_PAGE,
    /** Not an address of this table: non-canonical, of the other half, too wide, or no memory
     * there. */
    PT64_BAD_ADDRESS,
    /** The format has no encoding for these flags. */
    PT64_BAD_FLAGS,
    /** Not a page size of this table; or a meta whose numbers do not fit each other. */
    PT64_BAD_SIZE,
    /** The root slot belongs to another table, keeps what it holds, or is not pinned to be lent. */
    PT64_BORROWED,
    /** name_check found a flaw, and tells which. */
    PT64_CORRUPT,
};
/** What every call that can fail answers. To drop it is a warning. */
typedef enum pt64_status pt64_status_t;

/** A page, or a run of pages that are contiguous in both spaces and alike in flags. */
struct pt64_mapping {
    pt64_vaddr_t vaddr; /**< its first virtual address */
    pt64_paddr_t paddr; /**< its first physical address */
    pt64_size_t size;   /**< in bytes */
    pt64_flags_t flags; /**< what may be done there, and how the memory behaves */
};

/** The last multiple of `alignment`, a power of two, that is not above `value`. */
PT64_INLINE uint64_t pt64_align_down(uint64_t value, pt64_size_t alignment)
{
    return value & ~(alignment - 1);
}

/** The first multiple of `alignment`, a power of two, that is not below `value`. Wraps to 0 where
 * that does not fit 64 bits. */
PT64_INLINE uint64_t pt64_align_up(uint64_t value, pt64_size_t alignment)
{
    return pt64_align_down(value + (alignment - 1), alignment);
}

/** Whether `value` is a multiple of `alignment`, a power of two. */
PT64_INLINE bool pt64_is_aligned(uint64_t value, pt64_size_t alignment)
{
    return (value & (alignment - 1)) == 0;
}

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Addresses, sizes, flags and statuses.
 *
 * Terms used throughout:
 * - table:    the whole tree of one root, a `name_t`.
 * - node:     a frame full of entries. The root node is at the top.
 * - level:    0 for the nodes that hold the smallest pages, counting up to the root.
 * - entry:    one word of a node, of 4 or 8 bytes.
 * - link:     an entry that leads to a node one level below.
 * - leaf:     an entry that maps a page. A leaf above level 0 is a huge page.
 * - slot:     the place of an entry in its node; also the addresses that the place translates.
 * - last:     an inclusive end. A range that ends at the top of the address space has no exclusive
 *             one.
 * - sink:     a node whose every entry leads to itself. Hardware that does not check links for
 *             validity needs one behind every empty slot above level 0.
 * - adopted:  a table that other software built.
 * - linked twice: a node of an adopted table that several links lead to.
 * - pinned:   a root slot that keeps what it holds, so that other tables may borrow it.
 * - borrowed: a root slot on loan from another table, which has pinned it.
 * - hidden:   a page that nobody can access. Hardware sees an entry that is not present.
 * - mark:     a number that the caller keeps in a slot without a page: a place in swap space, say.
 * - guard:    gathers what the changes of one writer need, and holds the nodes that they unlinked.
 * - request:  the invalidations that a guard gathered, a struct pt64_flush.
 * - id:       the number under which a CPU holds a table's translations: a PCID or an ASID.
 * - terms:    what an architecture calls its levels and bits, a struct pt64_terms.
 *
 * Terms inside the engine:
 * - cursor:   where a walk got to: a slot, and what was in it.
 * - path:     the nodes on the way there.
 * - tour:     a walk over every entry.
 * - update:   what leaves are to become.
 * - partial:  of a map call that failed with some of its pages mapped.
 * - detached: a subtree that is built out of sight, and linked when it is full.
 * - retired:  a subtree that was unlinked, and is freed after the flush.
 * - broken:   a leaf that is absent between break and make.
 * - batch:    entries that were removed, to be reported after one flush.
 */
#ifndef PAGE_TABLE64_TYPES_H
#define PAGE_TABLE64_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * @def PT64_INLINE
 * On every function of the engine. A compiler that optimises inlines it, so that the traits fold
 * into the code of each table type. A compiler that does not optimise gets an ordinary function: if
 * it inlined, the variables of all callees would take room in one stack frame.
 *
 * @def PT64_MEMBER
 * On every function of a trait, and on what those call. gcc decides for itself: it calls one or two
 * that are large and used often, and at -Og it cannot inline what is called through a trait.
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
/** On functions that depend on no table type: each file has one copy, which all its types share. */
#define PT64_ONCE static __attribute__((noinline, unused))
/** On a loop of at most eight trips, to be unrolled, so that its counter is a constant in each. */
#if defined(__OPTIMIZE_SIZE__)
#define PT64_UNROLL
#elif defined(__clang__)
#define PT64_UNROLL _Pragma("clang loop unroll_count(8)")
#else
#define PT64_UNROLL _Pragma("GCC unroll 8")
#endif
/**
 * On a large local record that its function fills before it reads it. A compiler that is asked to
 * initialise all variables (-ftrivial-auto-var-init) would call memset for it, which a kernel may
 * not have yet.
 */
#define PT64_UNSET
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#undef PT64_UNSET
#define PT64_UNSET __attribute__((uninitialized))
#endif
#endif
/**
 * Whether a call tries the usual case by code of its own first. Code that is compiled for size, or
 * not optimised, does without.
 */
#if defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__)
#define PT64_HAS_SHORT_WAYS true
#else
#define PT64_HAS_SHORT_WAYS false
#endif
/**
 * Hides from the compiler how a value was computed: for a pointer to a node, gcc would add the
 * index of an entry to the frame before it adds the linear map's base, one instruction more for
 * each level of a walk; for an entry, it would undo what makes one mask suffice; for the pointer to
 * a table, it would keep in a register what it could compare in memory; for a mask, it would make
 * the constant anew in each trip of a loop.
 */
#define PT64_HIDE(value) __asm__("" : "+r"(value))
/** On a condition that rarely holds: the compiler then makes the code for it short, not fast. */
#define PT64_RARELY(condition) __builtin_expect(condition, 0)
/**
 * @def PT64_UINT64
 * After the name of an enumeration: its values are a uint64_t. Where C has no such enumerations
 * (gcc before C23), each value has a type in which it fits. So each also has a macro of its name,
 * with the type.
 */
#if defined(__cplusplus) || defined(__clang__)
#define PT64_UINT64 : uint64_t
#else
#define PT64_UINT64
#endif
/** On every function that returns a status: to ignore a status is to ignore an error. */
#define PT64_MUST_CHECK __attribute__((warn_unused_result))

/** A virtual address as the CPU uses it: sign-extended where the architecture says so. */
typedef uint64_t pt64_vaddr_t;
/** A physical address. */
typedef uint64_t pt64_paddr_t;
/** A size in bytes. */
typedef uint64_t pt64_size_t;
/** The value of an entry, as the hardware reads it. The upper half of an entry of 4 bytes is 0. */
typedef uint64_t pt64_entry_t;
/** Where an entry is in memory. The functions of entry.h read and write it. */
typedef struct pt64_slot pt64_slot_t;
/** A set of PT64_READ and its like. */
typedef uint32_t pt64_flags_t;

/** An address that no frame has. */
__extension__ enum pt64_no_frame PT64_UINT64 {
    /**
     * What alloc_frame returns when it has no frame. Physical address 0 is a frame like any other.
     */
    PT64_NO_FRAME = ~(pt64_paddr_t)0,
};

/*
 * Bits 0 to 10 are where an x86-64 entry has the same meaning, so that the most common format
 * converts most of them with one AND.
 */

/*
 * The portable flags: every format can encode each of them, though not every combination. They are
 * without casts: bindgen, which makes constants of other languages from them, evaluates none.
 */

/** Loads are allowed. */
#define PT64_READ (1U << 0)
/** Stores are allowed. */
#define PT64_WRITE (1U << 1)
/** Instruction fetches are allowed. */
#define PT64_EXECUTE (1U << 11)
/** Unprivileged code has these permissions. Without this flag only privileged code has them. */
#define PT64_USER (1U << 2)
/** Device memory: not cached, not merged, not reordered. */
#define PT64_DEVICE (1U << 3)
/** Ordinary memory that is not cached. */
#define PT64_UNCACHED (1U << 4)

/*
 * Bits 16 to 31 belong to the format. Its header names them. The same bit may be another flag in
 * another format.
 */

/* Flags that some formats can encode. The `flags` member of a format lists those it can. */

/** The translation is the same in every address space. */
#define PT64_GLOBAL (1U << 8)
/** The page was accessed. Hardware that does not set this flag faults when it is clear. */
#define PT64_ACCESSED (1U << 5)
/**
 * The page was written. Hardware that does not set this flag faults on a store when it is clear.
 */
#define PT64_DIRTY (1U << 6)
/** A bit for the caller's use; hardware ignores it. */
#define PT64_SOFT0 (1U << 9)
/** Another bit for the caller's use. */
#define PT64_SOFT1 (1U << 10)
/** Uncached memory whose stores may be combined before they leave the CPU. */
#define PT64_WRITE_COMBINE (1U << 7)

/**
 * No page: a mark, which is in `paddr`. The library sets this flag in what it reports; no call
 * takes it.
 */
#define PT64_MARK (1U << 12)

/** A page with none of these is hidden: nobody can access it. */
#define PT64_ACCESS (PT64_READ | PT64_WRITE | PT64_EXECUTE)
/** The flags of the formats. */
#define PT64_FORMAT_FLAGS (0xffffU << 16)
/** What may be done with the page. */
#define PT64_PERMISSIONS (PT64_READ | PT64_WRITE | PT64_EXECUTE | PT64_USER)
/**
 * How the memory behind it behaves. At most one may be set; with none it is ordinary cached memory.
 */
#define PT64_MEMORY_TYPES (PT64_DEVICE | PT64_UNCACHED | PT64_WRITE_COMBINE)
/** Flags that protecting a page may add but never takes away. A format may have more (`sticky`). */
#define PT64_STICKY (PT64_GLOBAL | PT64_ACCESSED | PT64_DIRTY | PT64_SOFT0 | PT64_SOFT1)
/** Flags that name_change_region adds and takes, as far as the format has them. It may have more
 * (`changeable`). */
#define PT64_CHANGEABLE (PT64_PERMISSIONS | PT64_ACCESSED | PT64_DIRTY | PT64_SOFT0 | PT64_SOFT1)

/**
 * Page sizes in bytes. The geometry of a table says which of them it has; others are PT64_BAD_SIZE.
 */
__extension__ enum pt64_page_sizes PT64_UINT64 {
    PT64_SIZE_4K = (pt64_size_t)1 << 12,   /**< at level 0, nodes of 4 KiB */
    PT64_SIZE_16K = (pt64_size_t)1 << 14,  /**< at level 0, nodes of 16 KiB */
    PT64_SIZE_64K = (pt64_size_t)1 << 16,  /**< at level 0, nodes of 64 KiB */
    PT64_SIZE_2M = (pt64_size_t)1 << 21,   /**< at level 1, nodes of 4 KiB */
    PT64_SIZE_4M = (pt64_size_t)1 << 22,   /**< at level 1, nodes of 4 KiB, entries of 4 bytes */
    PT64_SIZE_32M = (pt64_size_t)1 << 25,  /**< at level 1, nodes of 16 KiB */
    PT64_SIZE_512M = (pt64_size_t)1 << 29, /**< at level 1, nodes of 64 KiB */
    PT64_SIZE_1G = (pt64_size_t)1 << 30,   /**< at level 2, nodes of 4 KiB */
    PT64_SIZE_64G = (pt64_size_t)1 << 36,  /**< at level 2, nodes of 16 KiB */
    PT64_SIZE_512G = (pt64_size_t)1 << 39, /**< at level 3, nodes of 4 KiB */
    PT64_SIZE_4T = (pt64_size_t)1 << 42,   /**< at level 2, nodes of 64 KiB */
    PT64_SIZE_256T = (pt64_size_t)1 << 48, /**< at level 4, nodes of 4 KiB */
    /** For a limit of page sizes: none. Each page is the largest that fits. */
    PT64_SIZE_ANY = ~(pt64_size_t)0,
};

/** @cond engine */

/* bindgen takes the enumerators, and would guess the types of macros. */
#ifndef __BINDGEN__
#define PT64_NO_FRAME  ((pt64_paddr_t)PT64_NO_FRAME)
#define PT64_SIZE_4K   ((pt64_size_t)PT64_SIZE_4K)
#define PT64_SIZE_16K  ((pt64_size_t)PT64_SIZE_16K)
#define PT64_SIZE_64K  ((pt64_size_t)PT64_SIZE_64K)
#define PT64_SIZE_2M   ((pt64_size_t)PT64_SIZE_2M)
#define PT64_SIZE_4M   ((pt64_size_t)PT64_SIZE_4M)
#define PT64_SIZE_32M  ((pt64_size_t)PT64_SIZE_32M)
#define PT64_SIZE_512M ((pt64_size_t)PT64_SIZE_512M)
#define PT64_SIZE_1G   ((pt64_size_t)PT64_SIZE_1G)
#define PT64_SIZE_64G  ((pt64_size_t)PT64_SIZE_64G)
#define PT64_SIZE_512G ((pt64_size_t)PT64_SIZE_512G)
#define PT64_SIZE_4T   ((pt64_size_t)PT64_SIZE_4T)
#define PT64_SIZE_256T ((pt64_size_t)PT64_SIZE_256T)
#define PT64_SIZE_ANY  ((pt64_size_t)PT64_SIZE_ANY)
#endif

/** @endcond */

/** The outcome of a call. After anything but PT64_OK every mapping and frame is as it was. */
enum pt64_status {
    /** Done. */
    PT64_OK = 0,
    /** The handler has no usable frame for a node that the change needs. */
    PT64_NO_MEMORY,
    /** An address or size is not a multiple of the page size. */
    PT64_NOT_ALIGNED,
    /** No page is mapped there. */
    PT64_NOT_MAPPED,
    /** A page is mapped there already, or the entry there is not one of the format. */
    PT64_ALREADY_MAPPED,
    /** A larger page than the call asked for is mapped there. */
    PT64_MAPPED_TO_HUGE_PAGE,
    /**
     * Not an address of this table: not canonical, in the other half, or too wide. Or a node on the
     * way is not in memory.
     */
    PT64_BAD_ADDRESS,
    /** The format has no encoding for these flags. */
    PT64_BAD_FLAGS,
    /** Not a page size of this table; or the numbers of the meta do not fit each other. */
    PT64_BAD_SIZE,
    /**
     * The root slot is borrowed; or it is pinned and holds a page; or it was to be lent and is
     * neither pinned nor borrowed.
     */
    PT64_BORROWED,
    /** A mark is there. */
    PT64_MARKED,
    /** name_check found a flaw, and reports which. */
    PT64_CORRUPT,
};
/** What every call that can fail returns. A caller that ignores it gets a compiler warning. */
typedef enum pt64_status pt64_status_t;

/** A page, or a run of pages that are contiguous in both spaces and alike in flags. */
struct pt64_mapping {
    pt64_vaddr_t vaddr; /**< its first virtual address */
    pt64_paddr_t paddr; /**< its first physical address */
    pt64_size_t size;   /**< in bytes */
    pt64_flags_t flags; /**< what may be done there, and how the memory behaves */
};

/** The largest multiple of `alignment`, a power of two, that is not above `value`. */
PT64_INLINE uint64_t pt64_align_down(uint64_t value, pt64_size_t alignment)
{
    return value & ~(alignment - 1);
}

/**
 * The smallest multiple of `alignment`, a power of two, that is not below `value`. Wraps to 0 where
 * that does not fit 64 bits.
 */
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

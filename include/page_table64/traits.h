/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The traits: the three structs of constants from which PAGE_TABLE64_DEFINE makes a table type.
 *
 * The engine knows no architecture. What it needs to know stands in a struct pt64_meta (geometry
 * and the rules of the TLB), a struct pt64_pte (the encoding of an entry) and a struct pt64_handler
 * (the operating system). Their function members are called with constants all around, so that a
 * compiler inlines them; none of them may have state.
 */
#ifndef PAGE_TABLE64_TRAITS_H
#define PAGE_TABLE64_TRAITS_H

#include "types.h"

/** No geometry has more levels than this. */
#define PT64_MAX_LEVELS 6

/** No root has more entries than this: enough for RISC-V's x4 roots and 16 KiB LoongArch tables. */
#ifndef PT64_MAX_ROOT_ENTRIES
#define PT64_MAX_ROOT_ENTRIES 2048
#endif

/**
 * @def PT64_TRAITS_BEGIN
 * Trait objects and their functions stand between this and PT64_TRAITS_END. A function has the
 * parameters that some format needs, and need not use all; designated initialisers name what they
 * set, and C++17 has them only as an extension, which strict compilers report.
 *
 * @def PT64_TRAITS_END
 * Ends what PT64_TRAITS_BEGIN began.
 */
#ifdef __clang__
#define PT64_TRAITS_BEGIN                                                                       \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wunused-parameter\"") \
        PT64_ALLOW_DESIGNATED_
#define PT64_TRAITS_END _Pragma("clang diagnostic pop")
#else
#define PT64_TRAITS_BEGIN                                                                   \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wunused-parameter\"") \
        PT64_ALLOW_DESIGNATED_
#define PT64_TRAITS_END _Pragma("GCC diagnostic pop")
#endif

/** @cond engine */

#if !defined(__cplusplus)
#define PT64_ALLOW_DESIGNATED_
#elif defined(__clang__)
#define PT64_ALLOW_DESIGNATED_                                           \
    _Pragma("clang diagnostic ignored \"-Wmissing-field-initializers\"") \
        _Pragma("clang diagnostic ignored \"-Wc++20-designator\"")
#elif __GNUC__ >= 12
#define PT64_ALLOW_DESIGNATED_                                         \
    _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"") \
        _Pragma("GCC diagnostic ignored \"-Wc++20-extensions\"")
#else
#define PT64_ALLOW_DESIGNATED_                                         \
    _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"") \
        _Pragma("GCC diagnostic ignored \"-Wpedantic\"")
#endif

/** @endcond */

/** On a trait object: a header offers several, and a program uses some. */
#define PT64_TRAIT static const __attribute__((unused))

/**
 * An instruction of the CPU that a geometry is for. Executes nothing in a program for another
 * machine or in one that is no kernel.
 */
#define PT64_EXECUTE_IF(is_native, ...)    \
    do {                                   \
        if (is_native)                     \
            __asm__ volatile(__VA_ARGS__); \
    } while (0)

/* ---- flush requests ---- */

/** How many separate ranges one request can hold. More than that becomes a full flush. */
#define PT64_FLUSH_RANGES 4

/** No address space identifier: what speaks of one speaks of all. The default of a table. */
#define PT64_NO_ID (~(uint64_t)0)

/**
 * Addresses to invalidate: one invalidation at every multiple of `stride`, `bytes / stride` in all.
 * A range does not wrap: its last address, `vaddr + (bytes - 1)`, is not below its first.
 */
struct pt64_flush_range {
    pt64_vaddr_t vaddr; /**< a multiple of stride */
    uint64_t bytes;     /**< a multiple of stride, not 0 */
    pt64_size_t stride; /**< the size of the pages that were there */
    bool ended;         /**< a translation there ended; otherwise translations only began */
    bool tables;        /**< cached steps of the walks go too, and leaves of any size */
};

/**
 * Everything a guard gathered. Once every CPU that may hold translations of the table has run it,
 * no CPU uses a translation that the changes ended.
 *
 * What ended must go from every CPU that may hold it. What only began (a page appeared, or gained a
 * permission) must be run on this CPU; another CPU may be left to a spurious fault, if its fault
 * handler calls name_fix_fault. pt64_flush_for_others takes the part that others must run.
 *
 * With no range and no `everything` it asks for nothing but the local ordering of a new mapping
 * (AArch64: DSB ISHST; ISB) and need not interrupt another CPU.
 */
struct pt64_flush {
    pt64_paddr_t root; /**< of the table that changed */
    uint64_t id;       /**< whose translations, see name_set_id; PT64_NO_ID: those of every one */
    bool everything;   /**< drop all translations of the id; whatever the id, if `global` */
    bool ended;        /**< of `everything`: something ended; then there are no ranges */
    /**
     * The id does not matter: the table has held a global page, has root slots that other tables
     * may share, or was adopted or taken back (name_readopt).
     */
    bool global;
    unsigned count;                                    /**< of ranges */
    struct pt64_flush_range ranges[PT64_FLUSH_RANGES]; /**< in no order; they may overlap */
};

/* ---- geometry and the rules of the hardware ---- */

/** Which addresses one root translates. */
enum pt64_space {
    /** Both halves: the bits above `vaddr_bits` copy the topmost translated bit. */
    PT64_SPACE_SIGN_EXTENDED,
    /** From 0 up: the bits above `vaddr_bits` are clear. */
    PT64_SPACE_LOWER,
    /** To the last address: the bits above `vaddr_bits` are set. */
    PT64_SPACE_UPPER,
};

/** What must be executed so that a change takes effect. Each includes those before it. */
enum pt64_need {
    /** Nothing at all. */
    PT64_NEED_NOTHING,
    /** Local ordering between the store and the next access. */
    PT64_NEED_BARRIER,
    /** Invalidation of the leaf by its address. */
    PT64_NEED_LEAF,
    /** Invalidation by address that also drops cached steps of the walk. */
    PT64_NEED_WALK,
    /** Invalidation of everything. */
    PT64_NEED_ALL,
};

/** What each kind of change needs on this architecture. In the first three something only begins.
 */
struct pt64_needs {
    enum pt64_need created;   /**< an empty slot became a page */
    enum pt64_need linked;    /**< an empty slot became a table */
    enum pt64_need relaxed;   /**< a permission was added, nothing else changed */
    enum pt64_need tightened; /**< a permission was taken away */
    enum pt64_need moved;     /**< another address or memory type, or no longer or newly global */
    enum pt64_need resized;   /**< a huge page became a table of smaller ones that say the same */
    enum pt64_need removed;   /**< a page became an empty slot */
    enum pt64_need unlinked;  /**< a table was taken out of the walk */
};

/** How the size of the pages at an address may change. */
enum pt64_resize {
    /** By one store, whatever else changes with it. */
    PT64_RESIZE_AT_ONCE,
    /** By one store that changes nothing else, and a flush before anything else there changes. */
    PT64_RESIZE_FLUSH,
    /** Break-before-make: by way of an entry that is not present, and a flush. */
    PT64_RESIZE_BREAK,
    /** The same from an empty slot too, which may be cached as pages of the smallest size. */
    PT64_RESIZE_BREAK_EMPTY,
};

/**
 * What the CPUs that walk a table can do of what its entry format can say: encoders are told. What
 * a format says is then what these CPUs understand.
 */
struct pt64_limits {
    unsigned paddr_bits; /**< of a physical address, at most what an entry can hold */
};

/** A geometry, and what its hardware demands where a table that it walks is changed. */
struct pt64_meta {
    /**
     * Whose hardware walks it: the ELF machine number, or one of an own choice. 0 is any. It does
     * not compile with an entry format that names another.
     */
    unsigned architecture;
    unsigned levels;     /**< of tables on a full walk, root included; at most PT64_MAX_LEVELS */
    unsigned page_shift; /**< log2 of the smallest page in bytes */
    unsigned index_bits; /**< log2 of the entries of a table */
    unsigned root_index_bits; /**< log2 of the entries of the root, which may differ */
    unsigned leaf_levels;     /**< levels 0 to leaf_levels - 1 can hold a leaf */
    unsigned
        vaddr_bits; /**< translated by the walk: page_shift plus the index bits of all levels */
    struct pt64_limits limits; /**< of what the entries can say */
    enum pt64_space space;     /**< which addresses are this table's: others are PT64_BAD_ADDRESS */
    /**
     * The walker does not check a directory entry for validity: empty slots above level 0 must lead
     * it to a sink, a frame whose every entry holds that frame's own address.
     */
    bool needs_sink;
    /** Break-before-make: what pt64_needs calls "moved" must come by way of an entry that is not
     * present and a flush. */
    bool break_to_move;
    enum pt64_resize split; /**< a huge page becomes a table of smaller ones, or they take its place
                             */
    enum pt64_resize grow;  /**< a huge page takes the place of a table or of smaller pages */
    /** What a commit executes for each kind of change. */
    struct pt64_needs needs;
    /** A request of more invalidations than this is cheaper as one of everything. */
    unsigned flush_limit;
    /** flush_limit counts smallest pages, as one invalidation covers a range of them. */
    bool counts_pages;
    /**
     * Runs the request on this CPU (and where the hardware broadcasts, on all). Executes nothing
     * when compiled for another machine or with PT64_HOSTED.
     */
    void (*flush)(const struct pt64_flush *request);
    /** What this CPU executes after a spurious fault at `vaddr`, which is mapped by now. */
    void (*fix_fault)(uint64_t id, pt64_vaddr_t vaddr);
};

/* ---- the encoding of an entry ---- */

/** What the hardware's walker takes an entry for. */
enum pt64_kind {
    /** It stops: a fault. Whatever else the entry holds, the slot is free. */
    PT64_EMPTY,
    /** It has found the page. */
    PT64_LEAF,
    /** It goes on in the table that the entry links. */
    PT64_LINK,
    /**
     * The entry is valid, but not as this format has it: reserved bits, an extension that the
     * format does not use, a page at a level that has none. Hardware may fault or may understand
     * it. It is never a page of the library's, and its slot is never free.
     */
    PT64_UNKNOWN,
};

/** What a change of an entry is to the TLB. */
enum pt64_change {
    PT64_UNCHANGED, /**< nothing that hardware reads */
    PT64_CREATED,
    PT64_LINKED,
    PT64_RELAXED,
    PT64_TIGHTENED,
    PT64_MOVED,
    PT64_RESIZED,
    PT64_REMOVED,
    PT64_UNLINKED,
};

/**
 * An entry format: pure functions that make and read one entry. `level` is that of the table the
 * entry stands in, as the same bit may mean another thing at each; `limits` are the table's.
 *
 * Addresses in entries are additive: for addresses that fit the format,
 * address(a + b, level) == address(a, level) + address(b, level), and no attribute shares a bit
 * with them.
 *
 * A member that may be NULL says so, with what it means then.
 */
struct pt64_pte {
    /** Whose hardware reads it, as in struct pt64_meta. */
    unsigned architecture;
    /** Every flag that occurs in some encodable set. */
    pt64_flags_t flags;
    /** Those flags of the format's own that protecting keeps unless they are named. */
    pt64_flags_t sticky;

    /* ---- leaves ---- */

    /** Whether a leaf can say exactly these flags. */
    bool (*can_encode)(const struct pt64_limits *limits, pt64_flags_t flags, unsigned level);
    /** A leaf with these flags, which can_encode accepts, and address 0. */
    pt64_entry_t (*leaf)(const struct pt64_limits *limits, pt64_flags_t flags, unsigned level);
    /** The bits that say `paddr` in a leaf, to be added to it. */
    pt64_entry_t (*address)(pt64_paddr_t paddr, unsigned level);
    /** The physical address of a leaf: aligned to the page's size when the entry is well formed. */
    pt64_paddr_t (*leaf_address)(pt64_entry_t leaf, unsigned level);
    /** The flags of a leaf. Accessed and dirty are what hardware (or the leaf's maker) has set. */
    pt64_flags_t (*decode)(pt64_entry_t leaf, unsigned level);
    /**
     * How many slots one leaf fills: those of a contiguous group, each of which holds it. NULL:
     * one. The library makes no leaf that fills more.
     */
    size_t (*span)(pt64_entry_t leaf, unsigned level);

    /* ---- changes of a leaf ---- */

    /**
     * The leaf `old` with the permissions and memory type of `leaf` (made by leaf() for the same
     * level). Keeps the address, every bit left to software, and whatever flag of PT64_STICKY or
     * `sticky` either has.
     */
    pt64_entry_t (*protect)(pt64_entry_t old, pt64_entry_t leaf, unsigned level);
    /**
     * The first of the smaller leaves, one level lower, that together say what a huge leaf said.
     * NULL: the same entry.
     */
    pt64_entry_t (*demote)(pt64_entry_t leaf, unsigned level);
    /**
     * The leaf without those of PT64_ACCESSED and PT64_DIRTY that are in `flags`, so that hardware
     * (or the fault that it raises) reports the next access or store anew. NULL: the format has
     * neither.
     */
    pt64_entry_t (*clean)(pt64_entry_t leaf, pt64_flags_t flags, unsigned level);
    /**
     * What it is that the leaf `old` becomes the leaf `now`, told by their bits: two encodings that
     * decode alike may be two memory types. One of PT64_UNCHANGED, PT64_CREATED (an accessed or
     * dirty flag without which no TLB held the leaf), PT64_RELAXED, PT64_TIGHTENED and PT64_MOVED.
     */
    enum pt64_change (*change)(pt64_entry_t old, pt64_entry_t now, unsigned level);
    /** Whether hardware may yet write this leaf: set its accessed or dirty bit. NULL: never. */
    bool (*is_volatile)(pt64_entry_t leaf, unsigned level);

    /* ---- other entries ---- */

    /** The entry that links the table at `paddr`. */
    pt64_entry_t (*link)(const struct pt64_limits *limits, pt64_paddr_t paddr, unsigned level);
    /** The physical address of the table that an entry links. */
    pt64_paddr_t (*link_address)(pt64_entry_t link, unsigned level);
    /** What an empty slot holds, where hardware needs no sink. NULL: 0. */
    pt64_entry_t (*empty)(const struct pt64_limits *limits, unsigned level);
    /**
     * The absent form of a leaf: an entry that is not present, and from which hardware caches no
     * translation of another size. It stands in the place of a leaf that is broken, until that is
     * made anew. NULL: what an empty slot holds.
     */
    pt64_entry_t (*absent)(const struct pt64_limits *limits, pt64_entry_t leaf, unsigned level);
    /** The leaf whose absent form the entry is; 0 for any other entry. NULL: absent() does not say
     * whose. */
    pt64_entry_t (*present)(pt64_entry_t entry, unsigned level);
    /** An entry that is not present and says `mark`, which is the caller's. NULL: there is none. */
    pt64_entry_t (*mark)(const struct pt64_limits *limits, uint64_t mark, unsigned level);
    /** Whether the entry is one that mark() makes, and of which mark. NULL, if mark() is. */
    bool (*mark_of)(pt64_entry_t entry, unsigned level, uint64_t *mark);

    /* ---- any entry ---- */

    /** What the walker does with an entry. Total: it answers for any 64 bits. */
    enum pt64_kind (*kind)(const struct pt64_limits *limits, pt64_entry_t entry, unsigned level);
    /**
     * The bits of a valid entry that are set although they must be clear there: reserved ones, for
     * which the walker faults, and those of an address that is not aligned to the page. 0 when it
     * is well formed or not valid. `page` is the size of a page at `level`, 0 where there is none.
     */
    pt64_entry_t (*wrong)(const struct pt64_limits *limits, pt64_entry_t entry, unsigned level,
                          pt64_size_t page);
};

/* ---- the operating system ---- */

/** Where frames come from and where this CPU sees them. `ctx` is what the table was created with.
 */
struct pt64_handler {
    /**
     * A frame of `bytes` (a power of two), aligned to its size, or PT64_NO_FRAME. Its contents do
     * not matter. It is called before a change begins and may itself change the same table.
     */
    pt64_paddr_t (*alloc_frame)(void *ctx, size_t bytes);
    /**
     * Takes back a frame that no CPU's walker can reach any more: what a guard unlinked comes here
     * after the flush. The library does not touch it again, so where other CPUs query the table
     * without a lock, this is the place to put reuse off until they are done (an RCU grace period,
     * say).
     *
     * Of an adopted table that name_check has not found sound, a frame may come that is not the
     * table's, unless phys_to_virt answers NULL for it.
     */
    void (*free_frame)(void *ctx, pt64_paddr_t frame, size_t bytes);
    /**
     * Where this CPU can read and write the frame, or NULL if it is not memory. Where a linear map
     * has all frames, pointer arithmetic on its base tells compilers that there is no NULL, which
     * saves each walk a check a level.
     */
    void *(*phys_to_virt)(void *ctx, pt64_paddr_t frame);
    /**
     * Runs a request on every CPU that may hold translations of the table, and returns when all of
     * them have. NULL: the meta's own flush runs it.
     */
    void (*flush)(void *ctx, const struct pt64_flush *request);
};

#endif

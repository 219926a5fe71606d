/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The traits: the three constant structs from which PAGE_TABLE64_DEFINE makes a table type.
 *
 * The engine knows no architecture. A struct pt64_meta tells it the geometry and the rules of the
 * TLB, a struct pt64_pte the encoding of an entry, and a struct pt64_handler is the operating
 * system. The engine calls their function members through constants, so that a compiler inlines
 * them. The functions of a meta and a pte have no state.
 */
#ifndef PAGE_TABLE64_TRAITS_H
#define PAGE_TABLE64_TRAITS_H

#include "types.h"

/** No geometry has more levels than this. */
#define PT64_MAX_LEVELS 6

/**
 * No root node has more entries than this: as many as a root of 64 KiB has.
 */
#ifndef PT64_MAX_ROOT_ENTRIES
#define PT64_MAX_ROOT_ENTRIES 8192
#endif

/**
 * @def PT64_TRAITS_BEGIN
 * Trait objects and their functions are defined between this and PT64_TRAITS_END, which switch off
 * two warnings. A function has the parameters that some format needs, and need not use all of them.
 * Designated initialisers are an extension in C++17, which strict compilers report.
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

/** On a trait object: a header defines several, and a program uses some. */
#define PT64_TRAIT static const __attribute__((unused))

/**
 * Executes an instruction of the CPU that a geometry is for. In a program for another machine, or
 * in one that is no kernel, it executes nothing.
 */
#define PT64_EXECUTE_IF(is_native, ...)    \
    do {                                   \
        if (is_native)                     \
            __asm__ volatile(__VA_ARGS__); \
    } while (0)

/* ---- flush requests ---- */

/** How many separate ranges one request can hold. A request of more becomes one of everything. */
#define PT64_FLUSH_RANGES 4

/** An id that no address space has. */
__extension__ enum pt64_no_id PT64_UINT64 {
    /** The translations of every id are meant. The default of a table. */
    PT64_NO_ID = ~(uint64_t)0,
};

/** @cond engine */

#ifndef __BINDGEN__
#define PT64_NO_ID ((uint64_t)PT64_NO_ID)
#endif

/** @endcond */

/**
 * Addresses to invalidate: one invalidation at every multiple of `stride`, `bytes / stride` in all.
 * A range does not wrap: its last address, `vaddr + (bytes - 1)`, is not below its first.
 */
struct pt64_flush_range {
    pt64_vaddr_t vaddr; /**< a multiple of stride */
    uint64_t bytes;     /**< a multiple of stride, not 0 */
    pt64_size_t stride; /**< the size of the pages that were there */
    bool ended;         /**< a translation ended there; otherwise translations only began */
    bool tables;        /**< also drop cached steps of the walks, and leaves of any size */
};

/**
 * A flush request: everything that a guard gathered. Once every CPU that may hold translations of
 * the table has run it, no CPU uses a translation that the changes ended.
 *
 * Every CPU that may hold a translation that ended must drop it. Where a translation only began (a
 * page appeared, or gained a permission), this CPU must run the request. Another CPU may instead
 * take a spurious fault, if its fault handler calls name_fix_fault. pt64_flush_for_others copies
 * the part that other CPUs must run.
 *
 * A request without a range and without `everything` asks only for the local ordering of a new
 * mapping (AArch64: DSB ISHST; ISB). It need not interrupt another CPU.
 */
struct pt64_flush {
    pt64_paddr_t root; /**< of the table that changed */
    uint64_t id;       /**< whose translations, see name_set_id; PT64_NO_ID: those of every id */
    unsigned count;    /**< number of ranges */
    bool everything;   /**< drop all translations of the id; of every id, if `global` */
    bool ended;        /**< with `everything`: something ended; then there are no ranges */
    /**
     * Whatever the id: the table has held a global page, has pinned root slots, or was adopted or
     * taken back (name_readopt).
     */
    bool global;
    bool by_range;                                     /**< of the limits of the table */
    struct pt64_flush_range ranges[PT64_FLUSH_RANGES]; /**< in no order; they may overlap */
};

/* ---- geometry and the rules of the hardware ---- */

/** The addresses that one root translates. */
enum pt64_space {
    /** Both halves: the bits above `vaddr_bits` equal the topmost translated bit. */
    PT64_SPACE_SIGN_EXTENDED,
    /** From 0 up: the bits above `vaddr_bits` are clear. */
    PT64_SPACE_LOWER,
    /** Up to the last address: the bits above `vaddr_bits` are set. */
    PT64_SPACE_UPPER,
};

/** What must be executed for a change to take effect. Each need includes those before it. */
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

/**
 * What each kind of change needs on this architecture. The first three kinds only begin
 * translations.
 */
struct pt64_needs {
    enum pt64_need created; /**< an empty slot became a page */
    enum pt64_need linked;  /**< an empty slot became a link */
    /** a permission was added, nothing else changed: at most what `tightened` needs */
    enum pt64_need relaxed;
    enum pt64_need tightened; /**< a permission was taken away */
    enum pt64_need moved;     /**< another address, memory type or globality */
    enum pt64_need resized;   /**< a huge page became a node of smaller ones that map the same */
    enum pt64_need removed;   /**< a page became an empty slot */
    enum pt64_need unlinked;  /**< a node was unlinked */
};

/** How the size of the pages at an address may change. */
enum pt64_resize {
    /** By one store, which may change other things as well. */
    PT64_RESIZE_AT_ONCE,
    /** By one store that changes nothing else. A flush comes before anything else there changes. */
    PT64_RESIZE_FLUSH,
    /** Break-before-make: an entry that is not present and a flush come in between. */
    PT64_RESIZE_BREAK,
    /** The same, from an empty slot too: a TLB may hold it as pages of the smallest size. */
    PT64_RESIZE_BREAK_EMPTY,
};

/**
 * What CPUs of one architecture may differ in: how far a table reaches, and what its entries may
 * say. A geometry has them as constants, or a kernel finds them at boot and its handler tells them
 * for each table. They do not change while a table lives.
 */
struct pt64_limits {
    unsigned levels; /**< nodes on a full walk, the root included; at most PT64_MAX_LEVELS */
    /**
     * What is translated: page_shift plus the index bits of all levels. The root node has the bits
     * that the levels below it leave.
     */
    unsigned vaddr_bits;
    unsigned leaf_levels; /**< levels 0 to leaf_levels - 1 can hold a leaf */
    unsigned paddr_bits;  /**< width of a physical address, at most what an entry can hold */
    bool no_execute;      /**< an entry can refuse execution */
    /** One invalidation covers a range of pages. Then flush_limit counts smallest pages. */
    bool by_range;
    enum pt64_resize split; /**< smaller pages take the place of a huge page, by a node of them */
    enum pt64_resize grow;  /**< a huge page takes the place of a node or of smaller pages */
    /** A request of more invalidations than this becomes one of everything, which is cheaper. */
    unsigned flush_limit;
    /** An entry can allow execution alone, where not every CPU of the architecture has that. */
    bool execute_only;
};

/** A geometry, and what the hardware that walks its tables demands of changes. */
struct pt64_meta {
    /**
     * The architecture whose hardware walks it: an ELF machine number, or a number of your own. 0
     * is any. A meta and an entry format that name different architectures do not compile.
     */
    unsigned architecture;
    unsigned entry_bytes; /**< bytes of an entry: 4 or 8 */
    unsigned page_shift;  /**< log2 of the smallest page in bytes */
    unsigned index_bits;  /**< log2 of the entries of a node below the root */
    /** Those of every table, if `levels` is not 0. Otherwise the handler has `limits`. */
    struct pt64_limits limits;
    enum pt64_space space; /**< addresses that the table translates: others are PT64_BAD_ADDRESS */
    /**
     * The walker does not check a link for validity. An empty slot above level 0 must lead to a
     * sink: a node whose every entry links that node.
     */
    bool needs_sink;
    /**
     * What pt64_needs calls "moved" takes break-before-make: an entry that is not present and a
     * flush come in between.
     */
    bool break_to_move;
    /**
     * The CPU holds the entries of the root in registers, and reads them when the root is loaded: a
     * change of one needs an invalidation of everything.
     */
    bool root_is_held;
    /** Width of the root's physical address, where its register is narrower than an entry; or 0. */
    unsigned root_paddr_bits;
    /**
     * The least bytes of the root's frame, to which the root is aligned: a power of two, where its
     * register holds no lower bits of an address; or 0. Entries beyond those of the root are not
     * written.
     */
    unsigned root_bytes;
    /** What a commit must execute for each kind of change. */
    struct pt64_needs needs;
    /**
     * Runs the request on this CPU (where the hardware broadcasts, on all of them). Executes
     * nothing when compiled for another machine or with PT64_HOSTED. NULL: no instruction of a CPU
     * reaches the walker (an IOMMU, a guest whose translations go at its next entry). Then the
     * handler has a flush.
     */
    void (*flush)(const struct pt64_flush *request);
    /** What this CPU executes after a spurious fault at `vaddr`, which is now mapped. NULL:
     * nothing.
     */
    void (*fix_fault)(uint64_t id, pt64_vaddr_t vaddr);
};

/* ---- the encoding of an entry ---- */

/**
 * What an entry is. A format tells the first four, which are what the hardware's walker takes the
 * entry for. The engine tells the others from an empty slot.
 */
enum pt64_kind {
    /** The walker stops: a fault. To the engine: the slot is free. */
    PT64_EMPTY,
    /** The walker has found the page. */
    PT64_LEAF,
    /** The walker goes on in the node that the entry links. */
    PT64_LINK,
    /**
     * The entry is valid, but not one of this format: reserved bits, an extension that the format
     * does not use, a page at a level that has none. Hardware may fault or may understand it. The
     * library never takes it for a page, and its slot is never free. To the engine also: an entry
     * that is not present and that the library did not make.
     */
    PT64_UNKNOWN,
    /** The walker stops. The library has a page there, which nobody can access. */
    PT64_HIDDEN,
    /** The walker stops. The caller's mark is there. */
    PT64_MARKED_SLOT,
};

/** What a change of an entry is to the TLB, in order: from PT64_TIGHTENED on, something ends. */
enum pt64_change {
    PT64_UNCHANGED, /**< no bit that hardware reads */
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
 * An entry format: pure functions that make and read one entry. `level` is that of the node that
 * holds the entry: the same bit may have another meaning at another level. `limits` are those of
 * the table.
 *
 * Addresses in entries are additive: address(a + b, level) == address(a, level) + address(b,
 * level), as long as the sum crosses no multiple of 2^additive_bits. No attribute shares a bit with
 * an address.
 *
 * The comment of a member that may be NULL says so, and what NULL means.
 */
struct pt64_pte {
    /** The architecture whose hardware reads it, as in struct pt64_meta. */
    unsigned architecture;
    /** Every flag that is in some set that can_encode accepts. */
    pt64_flags_t flags;
    /**
     * The format's own flags that protecting keeps although the call does not name them. Each is
     * bits of its own in a leaf, whatever the other flags.
     */
    pt64_flags_t sticky;
    /**
     * The format's own flags that name_change_region sets and clears. The others say how the memory
     * behaves, together with PT64_MEMORY_TYPES.
     */
    pt64_flags_t changeable;
    /**
     * Those of `sticky` that together are one number. Protecting keeps them only while the call
     * names none of them.
     */
    pt64_flags_t number;
    /**
     * An address is more than one field of the entry: bits below this one are in one field, and
     * leaves whose addresses differ above it are not so many steps apart. No page is larger. 0: an
     * address is one field.
     */
    unsigned additive_bits;
    /**
     * How many of the topmost bits of a physical address must be clear in a page that is hidden,
     * because a CPU may use the address of an entry that is not present.
     */
    unsigned hidden_bits;

    /* ---- leaves ---- */

    /** Whether a leaf can have exactly these flags. */
    bool (*can_encode)(const struct pt64_limits *limits, pt64_flags_t flags, unsigned level);
    /**
     * A leaf with these flags, which can_encode accepts, and address 0. In ordinary memory
     * PT64_SOFT0, PT64_SOFT1 and `sticky` are the same bits whatever the permissions: the engine
     * asks for them with PT64_READ and PT64_EXECUTE.
     */
    pt64_entry_t (*leaf)(const struct pt64_limits *limits, pt64_flags_t flags, unsigned level);
    /** The bits of the address `paddr`, to be added to a leaf. */
    pt64_entry_t (*address)(pt64_paddr_t paddr, unsigned level);
    /** The physical address in a leaf: aligned to the page's size if the entry is well formed. */
    pt64_paddr_t (*leaf_address)(pt64_entry_t leaf, unsigned level);
    /** The flags of a leaf. Hardware, or whoever made the leaf, has set accessed and dirty. */
    pt64_flags_t (*decode)(pt64_entry_t leaf, unsigned level);
    /**
     * How many slots one leaf fills: every slot of a contiguous group holds it. NULL: one. The
     * library makes no leaf that fills more than one.
     */
    size_t (*span)(pt64_entry_t leaf, unsigned level);

    /* ---- changes of a leaf ---- */

    /**
     * The leaf `old` with the permissions and memory type of `leaf`, which leaf() made for the same
     * level. It keeps the address, every bit left to software, and each flag of PT64_STICKY or
     * `sticky` that either leaf has.
     */
    pt64_entry_t (*protect)(pt64_entry_t old, pt64_entry_t leaf, unsigned level);
    /**
     * The bits of a leaf that protect() makes anew and that say neither a permission nor a flag of
     * PT64_STICKY or `changeable`: the memory type, which has more encodings than flags, and what
     * no flag says. name_change_region keeps them. NULL: what protect() makes of them is what they
     * were.
     */
    pt64_entry_t (*kept)(unsigned level);
    /**
     * The first of the smaller leaves, one level lower, that together map what a huge leaf maps.
     * NULL: the same entry.
     */
    pt64_entry_t (*demote)(pt64_entry_t leaf, unsigned level);
    /**
     * The leaf without those of PT64_ACCESSED and PT64_DIRTY that are in `flags`. Hardware, or the
     * fault that it raises, then reports the next access or store anew. NULL: the format has
     * neither flag.
     */
    pt64_entry_t (*clean)(pt64_entry_t leaf, pt64_flags_t flags, unsigned level);
    /**
     * The kind of change from the leaf `old` to the leaf `now`, by their bits: two encodings that
     * decode alike may be two memory types. One of PT64_UNCHANGED, PT64_CREATED (it gained an
     * accessed or dirty flag without which no TLB held it), PT64_RELAXED, PT64_TIGHTENED and
     * PT64_MOVED.
     */
    enum pt64_change (*change)(pt64_entry_t old, pt64_entry_t now, unsigned level);
    /**
     * Gives a leaf of level 0 these permissions, PT64_READ among them, and no memory type: `*now`
     * becomes what protect() says, and `*lost` is 0 unless change() says PT64_TIGHTENED. False
     * where `old` is no leaf, where change() says anything but that, PT64_RELAXED and
     * PT64_UNCHANGED, and where it takes a closer look. It may take fewer instructions than `kind`,
     * protect() and change(). NULL: what these say.
     */
    bool (*grant)(const struct pt64_limits *limits, pt64_entry_t old, pt64_flags_t permissions,
                  pt64_entry_t *now, pt64_entry_t *lost);
    /** Whether hardware may still set the accessed or dirty bit of this leaf. NULL: never. */
    bool (*is_volatile)(pt64_entry_t leaf, unsigned level);

    /* ---- other entries ---- */

    /** The entry that links the node at `paddr`. */
    pt64_entry_t (*link)(const struct pt64_limits *limits, pt64_paddr_t paddr, unsigned level);
    /** The physical address of the node that an entry links. */
    pt64_paddr_t (*link_address)(pt64_entry_t link, unsigned level);
    /**
     * The physical address of the node that an entry above level 0 links; PT64_NO_FRAME if it links
     * none. It may take a walk fewer instructions than `kind` and `link_address`. NULL: what these
     * say.
     */
    pt64_paddr_t (*follow)(const struct pt64_limits *limits, pt64_entry_t entry, unsigned level);
    /** What an empty slot holds where hardware needs no sink. NULL: 0. */
    pt64_entry_t (*empty)(const struct pt64_limits *limits, unsigned level);
    /**
     * The absent form of a leaf: an entry that is not present, and from which hardware caches no
     * translation of another size. The slot of a broken leaf holds it until the new leaf is
     * written. NULL: what an empty slot holds, where no geometry has break_to_move.
     */
    pt64_entry_t (*absent)(const struct pt64_limits *limits, pt64_entry_t leaf, unsigned level);
    /**
     * The leaf whose absent form the entry is; 0 for any other entry. NULL where no geometry has
     * break_to_move.
     */
    pt64_entry_t (*present)(pt64_entry_t entry, unsigned level);
    /**
     * The hidden form of a leaf that may be read, not be written, and be executed only where no
     * entry refuses that: an entry that is not present, from which show() makes the leaf again. It
     * has each bit of the leaf's address, or the inverse of each. It is no absent form, no mark and
     * no empty slot. NULL: no page can be hidden.
     */
    pt64_entry_t (*hide)(pt64_entry_t leaf, unsigned level);
    /** The leaf whose hidden form the entry is; 0 for any other entry. NULL if hide is NULL. */
    pt64_entry_t (*show)(pt64_entry_t entry, unsigned level);
    /**
     * An entry that is not present and holds the caller's `mark`; 0 if the mark is too wide. NULL:
     * there are no marks.
     */
    pt64_entry_t (*mark)(const struct pt64_limits *limits, uint64_t mark, unsigned level);
    /** Whether mark() made the entry, and of which mark. NULL if mark is NULL. */
    bool (*mark_of)(pt64_entry_t entry, unsigned level, uint64_t *mark);

    /* ---- any entry ---- */

    /** What the walker does with an entry. It answers for any value. */
    enum pt64_kind (*kind)(const struct pt64_limits *limits, pt64_entry_t entry, unsigned level);
    /**
     * The bits of a valid entry that are set and must be clear: reserved bits, on which the walker
     * faults, and low bits of an address that is not aligned to the page. 0 if the entry is well
     * formed or not valid. `page` is the size of a page at `level`, 0 where there is none.
     */
    pt64_entry_t (*wrong)(const struct pt64_limits *limits, pt64_entry_t entry, unsigned level,
                          pt64_size_t page);
};

/* ---- the operating system ---- */

/** Where frames come from, and where this CPU sees them. `ctx` is what name_create was given. */
struct pt64_handler {
    /**
     * Returns a frame of `bytes` (a power of two), aligned to its size, or PT64_NO_FRAME. The
     * contents of the frame do not matter. The library calls alloc_frame before a change begins.
     * alloc_frame may itself change the same table.
     */
    pt64_paddr_t (*alloc_frame)(void *ctx, size_t bytes);
    /**
     * Takes back a frame that no CPU's walker can reach any more: a guard frees what it unlinked
     * after the flush. The library does not touch the frame again. Where other CPUs query the table
     * without a lock, this function puts the reuse of the frame off until they are done (an RCU
     * grace period, say).
     *
     * If the table is adopted and name_check has not found it sound, the frame may not be the
     * table's, unless phys_to_virt returns NULL for such frames.
     */
    void (*free_frame)(void *ctx, pt64_paddr_t frame, size_t bytes);
    /**
     * Where this CPU can read and write the frame, or NULL if it is not memory. Where a linear map
     * has all frames, compute the pointer from its base: the compiler then sees that it is never
     * NULL, and each walk saves a check per level.
     */
    void *(*phys_to_virt)(void *ctx, pt64_paddr_t frame);
    /**
     * Runs a request on every CPU that may hold translations of the table, and returns when all of
     * them have run it. NULL: the flush of the meta, if it has one, runs it on this CPU.
     */
    void (*flush)(void *ctx, const struct pt64_flush *request);
    /**
     * What the CPUs that walk the table support: the limits of a table whose geometry leaves them
     * to the kernel, or narrower ones than those of the geometry. They stay where they are, and as
     * they are, while the table lives. `ctx` is NULL for a zeroed `name_t`: any limits that a
     * table can have will do. NULL: those of the geometry.
     */
    const struct pt64_limits *(*limits)(void *ctx);
    /**
     * For a walker that does not snoop the caches of this CPU (an IOMMU without coherent walks, a
     * CPU whose walks bypass the L1 data cache): writes `bytes` from `start` on, entries that the
     * library has just stored, back to the memory that the walker reads. It runs for everything
     * stored, before the link that leads to it is stored, and before a flush. When it returns, the
     * walker sees the entries. NULL: the walker snoops.
     */
    void (*publish)(void *ctx, const void *start, size_t bytes);
};

#endif

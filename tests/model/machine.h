/* SPDX-License-Identifier: MIT */
/*
 * The memory that holds the nodes of a run, in two views: what the CPU that changes the tables has
 * stored, and what the walkers see. On weakly ordered architectures a store waits in between. It
 * may go out before an earlier one if nothing forbids that.
 *
 * The machine knows which frames are nodes of its tables. It judges every store: where it may go,
 * and what walkers could see because of it.
 */
#ifndef TESTS_MODEL_MACHINE_H
#define TESTS_MODEL_MACHINE_H

#include "access.h"
#include "dice.h"
#include "rules.h"

/* The CPU that changes tables, and all others. Where there are several writers, both do. */
enum {
    MACHINE_THIS_CPU,
    MACHINE_OTHER_CPU,
    MACHINE_CPUS,
};
#define MACHINE_ALL_CPUS ((1U << MACHINE_CPUS) - 1)

/* Threads that change tables. Those with even numbers run on the first CPU. */
#define MACHINE_WRITERS 4

/* The id of a root whose table has none, and an id that no root has. */
#define MACHINE_UNNAMED  (~UINT64_C(0))
#define MACHINE_OTHER_ID UINT64_C(61)

#define MACHINE_FRAMES 640
#define MACHINE_ROOTS  4
#define MACHINE_GUARDS 8
#define MACHINE_FRESH  UINT64_C(0xa5a5a5a5a5a5a5a5)
#define MACHINE_FREED  UINT64_C(0x6b6b6b6b6b6b6b6b)
/* No word of a frame. */
#define MACHINE_NO_WORD SIZE_MAX

/* The place of a slot in the table of a root. The slots of all frames are counted as words: each
 * frame has `machine.words` of them, whether it is as large as that or not. */
struct place {
    size_t word;
    unsigned level;
    unsigned root;  /* index in the machine's roots */
    uint64_t vaddr; /* first address of the slot */
};

enum frame_state {
    FRAME_NEVER, /* not handed out yet */
    FRAME_OURS,  /* belongs to the library */
    FRAME_FREED,
};

#define FRAME_PARENTS 4

struct frame {
    enum frame_state state;
    unsigned writer; /* that asked for it */
    bool was_linked; /* since it was handed out */
    bool is_root;
    size_t bytes;
    size_t entries;  /* how many of a node there are in the frame */
    uint64_t offset; /* of the frame in the place that is kept for it */
    unsigned level;  /* once it was linked */
    unsigned root;
    uint64_t vaddr;
    uint64_t stored;   /* the time of the last store to it */
    uint64_t unlinked; /* the time of the store that unlinked it from a loaded table */
    uint64_t judged;   /* the value of `stored` for which is_sink holds */
    bool is_sink;
    size_t written;                /* words that were stored since it was handed out */
    size_t parents[FRAME_PARENTS]; /* words that linked it at some time */
    unsigned parent_count;
};

struct machine_root {
    size_t frame;
    bool used;
    bool loaded; /* CPUs walk it */
    uint64_t id; /* the id by which CPUs have it loaded */
};

/* What a program has written to a page. */
struct contents {
    uint64_t paddr;
    uint64_t bytes;
    uint64_t time;
};

struct pending_store {
    struct place place;
    uint64_t value;
    uint64_t time;
    unsigned guard;
    bool is_linked;
};

/* What the library does next. */
enum machine_access {
    MACHINE_LOAD,
    MACHINE_STORE,
    MACHINE_EXCHANGE,
    MACHINE_ORDER,
    MACHINE_PUBLISH,
    MACHINE_ALLOC,
    MACHINE_FREE,
    MACHINE_FLUSH,
};

struct machine_range {
    uint64_t vaddr;
    uint64_t bytes; /* 0: of a guard on a table */
};

#define MACHINE_BUFFER   48
#define MACHINE_CONTENTS 16

struct machine {
    struct rules rules;
    struct dice dice;
    uint64_t base;                  /* physical address of the first frame */
    uint64_t *stored;               /* the view of the CPU that changes tables */
    uint64_t *seen;                 /* the view of walkers */
    uint64_t *is_written;           /* one bit a word */
    uint64_t *is_broken;            /* one bit a word: a page will come back there */
    size_t broken[MACHINE_WRITERS]; /* how many words each writer has broken */
    size_t words;                   /* in the largest frame */
    uint64_t stride;                /* bytes from the place of one frame to that of the next */
    char *window;                   /* where the library sees the first frame; never read */
    struct frame frames[MACHINE_FRAMES];
    struct machine_root roots[MACHINE_ROOTS];
    struct pending_store buffer[MACHINE_BUFFER];
    size_t buffered;
    struct contents contents[MACHINE_CONTENTS]; /* not ordered before later stores */
    size_t content_count;
    uint64_t time;           /* counts stores */
    uint64_t ordered;        /* stores up to this time are seen before any later one */
    uint64_t completed;      /* stores up to this time are seen by every walker */
    uint64_t synchronized;   /* and by instruction fetches */
    unsigned guard;          /* the guard whose changes are being made */
    unsigned source;         /* while a table is cloned: its root; else MACHINE_ROOTS */
    unsigned source_guard;   /* the guard whose changes are made there */
    unsigned writer;         /* the thread that makes them */
    bool has_writers;        /* there are several: the other CPU is not idle, and holds on */
    uint64_t sights;         /* how often walkers saw another entry than before */
    uint64_t frames_changed; /* the time of the last store to any node that walkers may read */
    struct machine_range ranges[MACHINE_GUARDS]; /* what guards on ranges may change */
    uint64_t stored_by[MACHINE_GUARDS];          /* the time of the last store of each guard */
    uint64_t changed[MACHINE_GUARDS]; /* the last store that walkers must see at the commit */
    size_t frames_ours;
    uint64_t flushes;
    uint64_t interrupts;       /* flushes in which other CPUs took part */
    uint64_t barriers;         /* how many were executed */
    uint64_t synchronizations; /* how many were executed */
    /* The CPU that executes, and the root that it has loaded now, or MACHINE_ROOTS. */
    unsigned cpu;
    unsigned current_root;
    /* What the kernel does with the CPU: without ids (CR4.PCIDE clear, ASID 0) or with them. */
    bool has_ids;
    bool has_invpcid;
    bool spares_other_walks; /* AMD's EFER.TCE */
    bool has_pge;            /* CR4.PGE is set: global pages outlive a write of CR3 */
    bool cr4_loads_root;     /* a change of CR4.PGE loads the registers that CR3 loads */
    bool has_cet;            /* without CET, D may be set where a page is read-only now */
    uint64_t holes;          /* how many pages walkers saw go */
    /* The allocation after this many more fails, and all later ones. SIZE_MAX: none. */
    size_t allocations_left;
    size_t refusals;
    size_t allocations;
    void (*on_alloc)(void *arg);
    void *on_alloc_arg;
    /* Called when a linked leaf changed from `old` to `new`, and when the CPU set its flags. */
    void (*on_change)(const struct place *place, uint64_t old, uint64_t new);
    void (*on_update)(const struct place *place, uint64_t entry, bool accessed, bool dirty);
    /* The leaf that a broken entry stands for, or 0. The format's own function. */
    uint64_t (*mended)(uint64_t entry, unsigned level);
    void (*on_request)(const struct pt64_flush *request);
    /* The fault handler of the CPU that executes. The page at `vaddr` is mapped by then. */
    void (*on_fault)(unsigned root, uint64_t vaddr);
    /* Called before each access of the library, a reader's apart. `slot` is NULL where there is
     * none. */
    void (*on_access)(enum machine_access access, const pt64_slot_t *slot);
    /* Called now and then, before and after an access. */
    void (*on_moment)(void);
    unsigned moment_distance; /* the mean count of accesses between two calls; 0: never */
    unsigned fuse;
    bool busy; /* in on_moment */
};

extern struct machine machine;

/* The CPU of the thread that changes tables. */
static inline unsigned machine_writer_cpu(void)
{
    return machine.writer % MACHINE_CPUS;
}

void machine_start(const struct rules *rules, uint64_t seed);
/* Calls on_access. */
void machine_announce(enum machine_access access, const pt64_slot_t *slot);

/* ---- the handler of a table ---- */

pt64_paddr_t machine_alloc_frame(void *ctx, size_t bytes);
void machine_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
void *machine_phys_to_virt(void *ctx, pt64_paddr_t frame);
void machine_flush(void *ctx, const struct pt64_flush *request);

/* ---- roots ---- */

/* Adds a root that a table was created with. No CPU walks it until it is loaded. */
unsigned machine_add_root(pt64_paddr_t root);
void machine_forget_root(unsigned root);
/* The CPU that changes tables executes what its kernel would execute to switch to the root. */
void machine_load_root(unsigned root);
void machine_unload_root(unsigned root);
/* The id by which CPUs load the root from now on. */
void machine_set_id(unsigned root, uint64_t id);
unsigned machine_any_loaded_root(void);
/* From `from` on, the next root that CPUs walk and that leads to the place, or MACHINE_ROOTS. */
unsigned machine_next_root_to(const struct place *place, unsigned from);

/* A program writes to the page at `paddr`, or to part of it. */
void machine_write_contents(uint64_t paddr, uint64_t bytes);
/* The CPU that executes faults although the page is mapped. */
void machine_fault(unsigned root, uint64_t vaddr);

/* ---- what walkers see ---- */

/* Reads eight bytes of a frame that belongs to the library. */
bool machine_read_seen(void *ctx, uint64_t paddr, uint64_t *word);
/* Reads memory in program order, as its writer reads it. */
bool machine_read_stored(void *ctx, uint64_t paddr, uint64_t *word);
size_t machine_frame_of(uint64_t paddr); /* MACHINE_FRAMES if there is none */
uint64_t machine_paddr(size_t frame);
/* Where the library sees the frame. */
void *machine_virt(size_t frame);
/* The word that the library sees there, or MACHINE_NO_WORD. */
size_t machine_word_of(const pt64_slot_t *slot);
/* What an entry of a frame holds that is filled with the pattern. */
uint64_t machine_fill(uint64_t pattern);
/* The CPU sets bits of a leaf or directory entry in memory. */
void machine_update(const struct place *place, uint64_t entry, bool accessed, bool dirty);
bool machine_is_sink(size_t frame);
/* Decodes an entry. A link to a sink is empty. */
void machine_decode(uint64_t entry, unsigned level, struct rules_entry *out);
/* The place of a word of a linked frame. */
bool machine_place(size_t word, struct place *place);
bool machine_is_reachable(size_t frame);

/* Lets all waiting stores go out. */
void machine_order_stores(void);
/* Lets one waiting store go out: any that may. */
void machine_leak_store(void);
/* Every walker sees every store before this. */
void machine_complete_stores(void);
/* At the commit of a guard: checks that walkers and instruction fetches see its changes. */
void machine_check_arrived(unsigned guard);

/* ---- between machine.c, links.c and judge.c ---- */

/* Notes that `place` links the frame at `next`, in program order. */
void links_add(const struct place *place, uint64_t next, bool is_ordered);
/* Checks that an entry in a slot that a walker can reach is well formed. */
void links_check_entry(const struct rules_entry *entry, uint64_t value, const struct place *place);
/* Judges that walkers see another entry at `place` than before. */
void judge_change(const struct place *place, uint64_t old, uint64_t new, unsigned guard);

#endif

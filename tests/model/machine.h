/* SPDX-License-Identifier: MIT */
/*
 * The memory that the tables of a run are in, with the two views of it: what the CPU that changes
 * the tables has stored, and what the walkers see. On weakly ordered architectures a store waits in
 * between, and goes out before an earlier one if nothing forbids it.
 *
 * The machine knows which frames its tables are made of, and judges every store: where it may go,
 * and what walkers could see because of it.
 */
#ifndef TESTS_MODEL_MACHINE_H
#define TESTS_MODEL_MACHINE_H

#include "access.h"
#include "dice.h"
#include "rules.h"

/* The one that changes tables, and all others. */
enum {
    MACHINE_THIS_CPU,
    MACHINE_OTHER_CPU,
    MACHINE_CPUS,
};
#define MACHINE_ALL_CPUS ((1U << MACHINE_CPUS) - 1)

/* The id of a root that its table does not know, and one that no root has. */
#define MACHINE_UNNAMED  (~UINT64_C(0))
#define MACHINE_OTHER_ID UINT64_C(61)

#define MACHINE_FRAMES 640
#define MACHINE_ROOTS  4
#define MACHINE_GUARDS 8
#define MACHINE_FRESH  UINT64_C(0xa5a5a5a5a5a5a5a5)
#define MACHINE_FREED  UINT64_C(0x6b6b6b6b6b6b6b6b)

/* Where a slot stands in the table of a root. */
struct place {
    size_t word;
    unsigned level;
    unsigned root;  /* of machine's */
    uint64_t vaddr; /* of the slot's first address */
};

enum frame_state {
    FRAME_NEVER, /* not handed out yet */
    FRAME_OURS,  /* belongs to the library */
    FRAME_FREED,
};

#define FRAME_PARENTS 4

struct frame {
    enum frame_state state;
    bool was_linked; /* since it was handed out */
    bool is_root;
    unsigned level; /* once it was linked */
    unsigned root;
    uint64_t vaddr;
    uint64_t stored;   /* the time of the last store into it */
    uint64_t unlinked; /* the time of the store that took it out of a loaded table */
    uint64_t judged;   /* for is_sink */
    bool is_sink;
    size_t written;                /* words stored since it was handed out */
    size_t parents[FRAME_PARENTS]; /* words that linked it at some time */
    unsigned parent_count;
};

struct machine_root {
    size_t frame;
    bool used;
    bool loaded; /* CPUs walk it */
    uint64_t id; /* by which CPUs have it loaded */
};

/* What a program has written into a page. */
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

#define MACHINE_BUFFER   48
#define MACHINE_CONTENTS 16

struct machine {
    struct rules rules;
    struct dice dice;
    uint64_t base;        /* physical address of the first frame */
    uint64_t *stored;     /* the view of the CPU that changes tables */
    uint64_t *seen;       /* the view of walkers */
    uint64_t *is_written; /* a bit a word */
    uint64_t *is_broken;  /* a bit a word: a page is to come back there */
    size_t broken;        /* words that are */
    size_t words;         /* in a frame */
    struct frame frames[MACHINE_FRAMES];
    struct machine_root roots[MACHINE_ROOTS];
    struct pending_store buffer[MACHINE_BUFFER];
    size_t buffered;
    struct contents contents[MACHINE_CONTENTS]; /* not ordered before later stores */
    size_t content_count;
    uint64_t time;                      /* counts stores */
    uint64_t ordered;                   /* stores up to this time are seen before any later one */
    uint64_t completed;                 /* stores up to this time are seen by every walker */
    uint64_t synchronized;              /* and by instruction fetches */
    unsigned guard;                     /* whose changes are being made */
    uint64_t frames_changed;            /* the last store into any table */
    uint64_t stored_by[MACHINE_GUARDS]; /* the last store of each guard */
    uint64_t changed[MACHINE_GUARDS]; /* its last store that walkers must have seen at its commit */
    size_t frames_ours;
    uint64_t flushes;
    uint64_t interrupts;       /* flushes that other CPUs had a part in */
    uint64_t barriers;         /* executed */
    uint64_t synchronizations; /* executed */
    /* Which CPU executes, and the root that it has loaded just then; MACHINE_ROOTS if none. */
    unsigned cpu;
    unsigned current_root;
    /* What the kernel does with it: no ids at all (CR4.PCIDE clear, ASID 0). */
    bool has_ids;
    bool has_invpcid;
    bool spares_other_walks; /* AMD's EFER.TCE */
    bool has_cet;            /* otherwise D may be set in what is not writable any more */
    uint64_t holes;          /* pages that walkers saw go */
    /* The allocation after this many more fails, and all that follow. SIZE_MAX: none. */
    size_t allocations_left;
    size_t refusals;
    void (*on_alloc)(void *arg);
    void *on_alloc_arg;
    /* A linked leaf changed from `old` to `new`; or, by the CPU's own hand, its flags did. */
    void (*on_change)(const struct place *place, uint64_t old, uint64_t new);
    void (*on_update)(const struct place *place, uint64_t entry, bool accessed, bool dirty);
    /* The leaf that a broken entry stands for, or 0: the format's own mark. */
    uint64_t (*mended)(uint64_t entry, unsigned level);
    void (*on_request)(const struct pt64_flush *request);
    /* The fault handler of the CPU that executes: the page at `vaddr` is mapped by now. */
    void (*on_fault)(unsigned root, uint64_t vaddr);
    /* Called before and after each access, every now and then. */
    void (*on_moment)(void);
    unsigned moment_distance; /* the mean count of accesses between two moments; 0: never */
    unsigned fuse;
    bool busy; /* in on_moment */
};

extern struct machine machine;

void machine_start(const struct rules *rules, uint64_t seed);

/* ---- the handler of a table ---- */

pt64_paddr_t machine_alloc_frame(void *ctx, size_t bytes);
void machine_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
void *machine_phys_to_virt(void *ctx, pt64_paddr_t frame);
void machine_flush(void *ctx, const struct pt64_flush *request);

/* ---- roots ---- */

/* Makes a root known that a table was created with. No CPU walks it until it is loaded. */
unsigned machine_add_root(pt64_paddr_t root);
void machine_forget_root(unsigned root);
/* The CPU that changes tables executes what its kernel would to switch to the root. */
void machine_load_root(unsigned root);
void machine_unload_root(unsigned root);
/* By what id CPUs load it from now on. */
void machine_set_id(unsigned root, uint64_t id);
unsigned machine_any_loaded_root(void);
/* Of the roots that lead to a place, the next that CPUs walk; MACHINE_ROOTS if there is none. */
unsigned machine_next_root_to(const struct place *place, unsigned from);

/* A program writes the page, or part of it, that is at `paddr`. */
void machine_write_contents(uint64_t paddr, uint64_t bytes);
/* The CPU that executes faults for something that is there. */
void machine_fault(unsigned root, uint64_t vaddr);

/* ---- what walkers see ---- */

/* The word of a frame that is ours. */
bool machine_read_seen(void *ctx, uint64_t paddr, uint64_t *word);
/* Memory in the order of the program, as its writer reads it. */
bool machine_read_stored(void *ctx, uint64_t paddr, uint64_t *word);
size_t machine_frame_of(uint64_t paddr); /* MACHINE_FRAMES if there is none */
uint64_t machine_paddr(size_t frame);
/* The CPU sets bits of a leaf or directory entry in memory. */
void machine_update(const struct place *place, uint64_t entry, bool accessed, bool dirty);
bool machine_is_sink(size_t frame);
/* Decodes; a link to a sink is empty. */
void machine_decode(uint64_t entry, unsigned level, struct rules_entry *out);
/* Where a word of a linked frame stands. */
bool machine_place(size_t word, struct place *place);
bool machine_is_reachable(size_t frame);

/* Lets all waiting stores go out. */
void machine_order_stores(void);
/* Lets one waiting store go out, any that may. */
void machine_leak_store(void);
/* Every store before this is seen by every walker. */
void machine_complete_stores(void);
/* At the commit of a guard: whether its changes have arrived, and fetches see them. */
void machine_check_arrived(unsigned guard);

/* ---- between machine.c, links.c and judge.c ---- */

/* The frame that `entry` links at `place`, in the order of stores. */
void links_add(const struct place *place, uint64_t next, bool is_ordered);
/* What stands in a slot that a walker can reach must be well formed. */
void links_check_entry(const struct rules_entry *entry, uint64_t value, const struct place *place);
/* What a walker sees at `place` became another entry. */
void judge_change(const struct place *place, uint64_t old, uint64_t new, unsigned guard);

#endif

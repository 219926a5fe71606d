/* SPDX-License-Identifier: MIT */
/* Tables in the machine, with a reference beside each. Every call is made on both. The world
 * compares what they answer and hold, while the hardware does what it may in between. */
#ifndef TESTS_MODEL_WORLD_H
#define TESTS_MODEL_WORLD_H

#include "fail.h"
#include "machine.h"
#include "reference.h"
#include "typed.h"

#define WORLD_SPACES 3

struct space {
    bool is_used;
    bool is_loaded;
    typed_t table;
    unsigned root;
    uint64_t id; /* the id that the table has */
    struct reference reference;
};

/* A guard on a space. */
struct session {
    struct space *space;
    unsigned number;
    typed_guard_t guard;
};

#define WORLD_HOT   32
#define WORLD_MARKS 4096

/* A flag that hardware set in a page that the reference does not have yet. */
struct world_mark {
    struct space *space;
    uint64_t vaddr;
    uint64_t size;
    pt64_flags_t flags;
};

#define WORLD_HARVEST 16384

/* An unmap_pages that is under way. */
struct world_removal {
    struct session *session;
    uint64_t vaddr;
    uint64_t bytes;
    uint64_t next; /* pages below this one were reported */
    bool has_reported;
    bool was_linked[MACHINE_FRAMES]; /* the nodes that were linked before the call removed any */
};

struct world {
    const struct format *format;
    struct dice dice;
    struct space spaces[WORLD_SPACES];
    unsigned sessions; /* the open ones, one bit each by number */
    uint64_t operations;
    uint64_t hot[WORLD_HOT]; /* addresses that hardware likes to use */
    struct world_mark marks[WORLD_MARKS];
    size_t mark_count;
    /* While a harvest is under way: the flag that it takes, what it has taken, what is left to
     * take. */
    pt64_flags_t harvested;
    struct pt64_mapping taken;
    bool is_taken;
    uint64_t *due;
    size_t due_count;
    struct world_removal *removal; /* NULL if none is under way */
    /* While a change of flags is under way: those of accessed and dirty that it clears. */
    pt64_flags_t cleared;
};

extern struct world world;

/* `distance` is the machine's moment_distance. */
void world_start(const struct format *format, uint64_t seed, bool with_updates, unsigned distance);
/* Destroys what is left, and checks that every frame came back. */
void world_end(void);

/* The table gets an id of its own about half of the time, if the machine has ids. */
pt64_status_t space_create(struct space *space);
/* Releases the table and readopts it. */
void space_change_hands(struct space *space);
/* Releases the table and adopts it, as if other software had built it. It may have nothing on loan
 * or pinned. */
void space_become_foreign(struct space *space);
/* Gives the table an id by which CPUs load it. The machine must have ids. */
void space_name(struct space *space);
void space_destroy(struct space *space);
void space_load(struct space *space);
void space_unload(struct space *space);
/* Checks everything that is known of the table, in every way. No guard may be open. */
void space_check(struct space *space);

void session_begin(struct session *session, struct space *space);
void session_commit(struct session *session);
/* For a space that is not loaded. Walkers then see its changes, though no CPU is told. */
void session_ignore(struct session *session);

/* The permissions that no entry of the format refuses. */
pt64_flags_t unrefused(void);

pt64_status_t do_map(struct session *session, uint64_t vaddr, uint64_t paddr, uint64_t size,
                     pt64_flags_t flags);
pt64_status_t do_unmap(struct session *session, uint64_t vaddr);
pt64_status_t do_protect(struct session *session, uint64_t vaddr, pt64_flags_t flags);
pt64_status_t do_remap(struct session *session, uint64_t vaddr, uint64_t paddr, pt64_flags_t flags);
pt64_status_t do_map_region(struct session *session, uint64_t vaddr, uint64_t paddr, uint64_t bytes,
                            pt64_flags_t flags, pt64_size_t max_size);
pt64_status_t do_map_pages(struct session *session, uint64_t vaddr, pt64_get_paddr_t get_paddr,
                           void *arg, uint64_t bytes, pt64_flags_t flags, pt64_size_t max_size);
pt64_status_t do_unmap_region(struct session *session, uint64_t vaddr, uint64_t bytes);
pt64_status_t do_unmap_pages(struct session *session, uint64_t vaddr, uint64_t bytes);
pt64_status_t do_protect_region(struct session *session, uint64_t vaddr, uint64_t bytes,
                                pt64_flags_t flags);
pt64_status_t do_mark(struct session *session, uint64_t vaddr, uint64_t size, uint64_t mark);
pt64_status_t do_map_marked(struct session *session, uint64_t vaddr, uint64_t paddr, uint64_t size,
                            pt64_flags_t flags, uint64_t expected);
pt64_status_t do_change_region(struct session *session, uint64_t vaddr, uint64_t bytes,
                               pt64_flags_t set, pt64_flags_t clear);
/* Clones what `source` maps. No CPU may have the table of `session` loaded. */
pt64_status_t do_clone_region(struct session *session, struct session *source, uint64_t vaddr,
                              uint64_t bytes, pt64_flags_t set, pt64_flags_t clear);
pt64_status_t do_harvest(struct session *session, uint64_t vaddr, uint64_t bytes,
                         pt64_flags_t flag);
pt64_status_t do_collapse(struct session *session, uint64_t vaddr, uint64_t size);
pt64_status_t do_populate(struct session *session, uint64_t vaddr, uint64_t bytes, uint64_t size);
/* Pins whole root slots, so that they can be lent. */
pt64_status_t do_pin(struct session *session, uint64_t vaddr, uint64_t bytes);
pt64_status_t do_copy_from(struct session *session, struct space *other, uint64_t vaddr,
                           uint64_t bytes);

#endif

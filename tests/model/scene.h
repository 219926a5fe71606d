/* SPDX-License-Identifier: MIT */
/* What scenarios are written with. The machine and the world check all the time. A scenario makes a
 * situation, and checks what only it can know. */
#ifndef TESTS_MODEL_SCENE_H
#define TESTS_MODEL_SCENE_H

#include "ledger.h"
#include "world.h"

struct scenario {
    const char *name; /* NULL ends a list */
    void (*run)(void);
    bool of_cost; /* a failure means slow, not wrong */
};

#define SCENARIO(name) {#name, name, false}
#define COST(name)     {#name, name, true}
#define SCENARIOS_END  {NULL, NULL, false}

extern const struct scenario scenarios_tables[];
extern const struct scenario scenarios_entries[];
extern const struct scenario scenarios_tlb[];
extern const struct scenario scenarios_guards[];
extern const struct scenario scenarios_sharing[];
extern const struct scenario scenarios_clones[];
extern const struct scenario scenarios_sizes[];
extern const struct scenario scenarios_rules[];

/* Why a scenario does not apply to a format, as `needs ...`. NULL if it does. */
extern const char *scene_skipped;

#define SKIP_UNLESS(condition, why) \
    do {                            \
        if (!(condition)) {         \
            scene_skipped = (why);  \
            return;                 \
        }                           \
    } while (0)

#define R   (PT64_READ | unrefused())
#define RW  (R | PT64_WRITE)
#define RX  (R | known(PT64_EXECUTE))
#define RWU (RW | PT64_USER)
#define AD  (PT64_ACCESSED | PT64_DIRTY)

#define DONE(call) MODEL_CHECK((call) == PT64_OK, "%s is refused", #call)
#define REFUSED(status, call) \
    MODEL_CHECK((call) == (status), "%s does not answer %s", #call, #status)

/* One call under a guard of its own. */
#define ALONE(call)                     \
    do {                                \
        struct session alone;           \
                                        \
        session_begin(&alone, space()); \
        DONE(call);                     \
        session_commit(&alone);         \
    } while (0)

/* The table that most scenarios are about. It exists, is empty and is loaded. The other table is
 * for loans. */
struct space *space(void);
struct space *other_space(void);

uint64_t size_at(unsigned level);
uint64_t root_slot(void);
/* An address at the start of a slot of every level that has pages. */
uint64_t home(void);
/* Far from home(), by multiples of this, are other nodes. No scenario but those of whole root slots
 * uses as much from home() on. */
uint64_t stretch(void);
/* The first address of the table. */
uint64_t first_address(void);
/* A frame that is aligned to every page size but the largest. */
uint64_t frame(unsigned index);
/* Those of `flags` that the format has. It must be able to encode them together. */
pt64_flags_t known(pt64_flags_t flags);
bool is_arch(enum oracle_arch arch);
bool is_x86(void);
bool is_arm(void);
/* Arm's descriptors of eight bytes: AArch64, LPAE. */
bool has_long_descriptors(void);

void map_pages(uint64_t vaddr, unsigned count, pt64_flags_t flags);
void map_huge(uint64_t vaddr, pt64_flags_t flags);

/* The entry that ends the walk of an address, as walkers see it: of the page or the hole. */
uint64_t *word_at(uint64_t vaddr);
/* Stores an entry as other software would, and flushes. */
void poke(uint64_t *word, uint64_t entry);

#endif

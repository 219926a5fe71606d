/* SPDX-License-Identifier: MIT */
/* What a page table means, in the simplest form: a sorted list of pages. It has the calls of a
 * table type with the same answers, except PT64_NO_MEMORY. */
#ifndef TESTS_MODEL_REFERENCE_H
#define TESTS_MODEL_REFERENCE_H

#include <page_table64/traits.h>

/* Root slots on loan from another table. The lender maps what is there. */
#define REFERENCE_LOANS 8
/* The most root slots that can be pinned. */
#define REFERENCE_PINS 512

struct reference {
    const struct pt64_meta *meta;
    const struct pt64_pte *pte; /* for can_encode, and which of its own flags are kept */
    struct pt64_mapping *pages; /* one for each page, by rising vaddr */
    size_t count;
    size_t room;
    struct reference *lender;
    pt64_vaddr_t loans[REFERENCE_LOANS];
    size_t loan_count;
    pt64_vaddr_t pins[REFERENCE_PINS]; /* pinned root slots, which may be lent */
    size_t pin_count;
    bool is_adopted; /* it takes no hidden pages and no marks */
    /* Where the call that failed last stopped. Who asks sets it to the vaddr of the call before. */
    pt64_vaddr_t failed_at;
};

/* Whether it can be mapped with these flags at a level. */
bool reference_can_encode(const struct reference *reference, pt64_flags_t flags, unsigned level);
/* Whether hardware sees no page: a hidden one, or a mark. A mark is listed as name_next tells it.
 */
bool reference_is_absent(const struct pt64_mapping *page);
/* Whether there is any of these. */
bool reference_has_absent(const struct reference *reference);

typedef void (*reference_report_t)(void *arg, const struct pt64_mapping *page);

void reference_init(struct reference *reference, const struct pt64_meta *meta,
                    const struct pt64_pte *pte);
void reference_fini(struct reference *reference);

/* ---- the calls of a table type ---- */

pt64_status_t reference_query(const struct reference *reference, pt64_vaddr_t vaddr,
                              struct pt64_mapping *page);
pt64_status_t reference_next(const struct reference *reference, pt64_vaddr_t from,
                             pt64_vaddr_t last, struct pt64_mapping *run);
pt64_status_t reference_map(struct reference *reference, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                            pt64_size_t size, pt64_flags_t flags);
pt64_status_t reference_unmap(struct reference *reference, pt64_vaddr_t vaddr,
                              struct pt64_mapping *removed);
pt64_status_t reference_protect(struct reference *reference, pt64_vaddr_t vaddr,
                                pt64_flags_t flags);
pt64_status_t reference_remap(struct reference *reference, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                              pt64_flags_t flags);
pt64_status_t reference_map_region(struct reference *reference, pt64_vaddr_t vaddr,
                                   pt64_paddr_t paddr, uint64_t bytes, pt64_flags_t flags,
                                   pt64_size_t max_size);
pt64_status_t reference_map_pages(struct reference *reference, pt64_vaddr_t vaddr,
                                  pt64_paddr_t (*get_paddr)(void *arg, pt64_vaddr_t vaddr),
                                  void *arg, uint64_t bytes, pt64_flags_t flags,
                                  pt64_size_t max_size);
pt64_status_t reference_unmap_region(struct reference *reference, pt64_vaddr_t vaddr,
                                     uint64_t bytes);
/* Reports the pages that it removes. `report` may be NULL. */
pt64_status_t reference_unmap_pages(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes,
                                    reference_report_t report, void *arg);
/* `removed` has size 0 where nothing was. */
pt64_status_t reference_put_mark(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size,
                                 uint64_t mark, struct pt64_mapping *removed);
pt64_status_t reference_map_marked(struct reference *reference, pt64_vaddr_t vaddr,
                                   pt64_paddr_t paddr, pt64_size_t size, pt64_flags_t flags,
                                   uint64_t expected);
/* Splits the pages that the edges of the range cut, as unmapping the range does. */
void reference_cut(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes);
pt64_status_t reference_protect_region(struct reference *reference, pt64_vaddr_t vaddr,
                                       uint64_t bytes, pt64_flags_t flags);
pt64_status_t reference_change_region(struct reference *reference, pt64_vaddr_t vaddr,
                                      uint64_t bytes, pt64_flags_t set, pt64_flags_t clear);
/* Reports the pages of the clone, one at a time. */
pt64_status_t reference_clone_region(struct reference *reference, struct reference *source,
                                     pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t set,
                                     pt64_flags_t clear, reference_report_t report, void *arg);
/* test_accessed or test_dirty, by `flag`. For a table that borrows nothing. */
pt64_status_t reference_test(const struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes,
                             pt64_flags_t flag, reference_report_t report, void *arg);
/* test_and_clear_accessed or test_and_clear_dirty, by `flag`. */
pt64_status_t reference_test_and_clear(struct reference *reference, pt64_vaddr_t vaddr,
                                       uint64_t bytes, pt64_flags_t flag, reference_report_t report,
                                       void *arg);
/* Changes no page: only whether the call may. */
pt64_status_t reference_populate(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes,
                                 pt64_size_t size);
/* Looks at each page of the place in turn, and fails with the first that does not belong there. */
pt64_status_t reference_collapse(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size);
pt64_status_t reference_pin(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes);
/* Borrows slots that are pinned. Slots that are not pinned must be empty. */
pt64_status_t reference_copy_from(struct reference *reference, struct reference *other,
                                  pt64_vaddr_t vaddr, uint64_t bytes);

/* ---- what hardware does ---- */

/* Adds flags to the pages of a slot, and splits a page that is larger. False if nothing is mapped
 * there. */
bool reference_mark(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size,
                    pt64_flags_t flags);
/* Takes flags from the pages of a slot in the same way. */
bool reference_unmark(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size,
                      pt64_flags_t flags);
/* The page that holds an address, or NULL. In a slot on loan it is the lender's page. */
struct pt64_mapping *reference_page(const struct reference *reference, pt64_vaddr_t vaddr);

#endif

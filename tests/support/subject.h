/* SPDX-License-Identifier: MIT */
/* A table type as a value, so that a test is compiled once and runs over every format of formats.h.
 * subject.c.in makes one subject for each format. define.h says what the calls do. */
#ifndef TESTS_SUPPORT_SUBJECT_H
#define TESTS_SUPPORT_SUBJECT_H

#include <page_table64.h>

struct subject {
    const char *name;     /* as in formats.h */
    const char *pte_name; /* name of the pt64_pte object */
    const struct pt64_meta *meta;
    const struct pt64_pte *pte;
    /* IA32_PAT or MAIR_ELx as the format's header needs it; 0 where there is no such register. */
    uint64_t memory_types;
    size_t table_size;
    size_t guard_size;
    /* To be called before the other members if several subjects share their functions; otherwise
     * NULL. */
    void (*select)(const struct subject *subject);

    pt64_status_t (*create)(void *table, void *ctx);
    pt64_status_t (*adopt)(void *table, pt64_paddr_t root, void *ctx);
    pt64_status_t (*readopt)(void *table, pt64_paddr_t root, void *ctx);
    void (*destroy)(void *table);
    pt64_paddr_t (*release)(void *table);
    pt64_paddr_t (*root)(const void *table);
    void (*set_id)(void *table, uint64_t id);
    pt64_flags_t (*flags)(void);

    pt64_status_t (*query)(const void *table, pt64_vaddr_t vaddr, struct pt64_mapping *page);
    pt64_status_t (*translate)(const void *table, pt64_vaddr_t vaddr, pt64_paddr_t *paddr);
    pt64_status_t (*next)(const void *table, pt64_vaddr_t from, pt64_vaddr_t last,
                          struct pt64_mapping *run);
    pt64_status_t (*walk)(const void *table, pt64_visitor_t visit, void *arg);
    pt64_status_t (*walk_range)(const void *table, pt64_vaddr_t vaddr, uint64_t bytes,
                                pt64_visitor_t visit, void *arg);
    pt64_status_t (*test_accessed)(const void *table, pt64_vaddr_t vaddr, uint64_t bytes,
                                   pt64_report_t report, void *arg);
    pt64_status_t (*test_dirty)(const void *table, pt64_vaddr_t vaddr, uint64_t bytes,
                                pt64_report_t report, void *arg);
    pt64_status_t (*check)(const void *table, unsigned options, struct pt64_flaw *first);

    void (*begin)(void *guard, void *table);
    void (*begin_range)(void *guard, void *table, pt64_vaddr_t vaddr, uint64_t bytes);
    pt64_vaddr_t (*failed_at)(const void *guard);
    void (*commit)(void *guard);
    void (*ignore)(void *guard);
    pt64_status_t (*map)(void *guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,
                         pt64_flags_t flags);
    pt64_status_t (*unmap)(void *guard, pt64_vaddr_t vaddr, struct pt64_mapping *removed);
    pt64_status_t (*protect)(void *guard, pt64_vaddr_t vaddr, pt64_flags_t flags);
    pt64_status_t (*remap)(void *guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags);
    pt64_status_t (*mark)(void *guard, pt64_vaddr_t vaddr, pt64_size_t size, uint64_t mark,
                          struct pt64_mapping *removed);
    pt64_status_t (*map_marked)(void *guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                                pt64_size_t size, pt64_flags_t flags, uint64_t expected_mark);
    pt64_status_t (*mark_of)(const void *table, pt64_vaddr_t vaddr, uint64_t *mark);
    pt64_status_t (*map_region)(void *guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,
                                pt64_flags_t flags, pt64_size_t max_size);
    pt64_status_t (*map_pages)(void *guard, pt64_vaddr_t vaddr,
                               pt64_paddr_t (*get_paddr)(void *arg, pt64_vaddr_t vaddr), void *arg,
                               uint64_t bytes, pt64_flags_t flags, pt64_size_t max_size);
    pt64_status_t (*unmap_region)(void *guard, pt64_vaddr_t vaddr, uint64_t bytes);
    pt64_status_t (*unmap_pages)(void *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                                 pt64_report_t report, void *arg);
    pt64_status_t (*protect_region)(void *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                                    pt64_flags_t flags);
    pt64_status_t (*change_region)(void *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                                   pt64_flags_t set, pt64_flags_t clear);
    pt64_status_t (*clone_region)(void *guard, void *source_guard, pt64_vaddr_t vaddr,
                                  uint64_t bytes, pt64_flags_t set, pt64_flags_t clear,
                                  pt64_report_t report, void *arg);
    pt64_status_t (*test_and_clear_accessed)(void *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                                             pt64_report_t report, void *arg);
    pt64_status_t (*test_and_clear_dirty)(void *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                                          pt64_report_t report, void *arg);
    pt64_status_t (*populate)(void *guard, pt64_vaddr_t vaddr, uint64_t bytes, pt64_size_t size);
    pt64_status_t (*collapse)(void *guard, pt64_vaddr_t vaddr, pt64_size_t size);
    pt64_status_t (*pin)(void *guard, pt64_vaddr_t vaddr, uint64_t bytes);
    pt64_status_t (*copy_from)(void *guard, const void *other, pt64_vaddr_t vaddr, uint64_t bytes);

    /* Maps a page under a PT64_SCOPED_GUARD of its own. */
    pt64_status_t (*map_in_scope)(void *table, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                                  pt64_size_t size, pt64_flags_t flags);
    /* The same under a PT64_SCOPED_UNSEEN_GUARD. */
    pt64_status_t (*map_unseen)(void *table, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                                pt64_size_t size, pt64_flags_t flags);
};

/* Every subject, in the order of formats.h, and then NULL. */
extern const struct subject *const subjects[];

/* The entry of a page, as this format writes it. */
static inline uint64_t leaf_entry(const struct subject *s, pt64_paddr_t paddr, pt64_flags_t flags,
                                  unsigned level)
{
    return s->pte->leaf(&s->meta->limits, flags, level) + s->pte->address(paddr, level);
}

/* The entry that links the node in `frame`. */
static inline uint64_t link_entry(const struct subject *s, pt64_paddr_t frame, unsigned level)
{
    return s->pte->link(&s->meta->limits, frame, level);
}

/* The absent entry that stands for this leaf, or the entry of an empty slot. */
static inline uint64_t absent_form(const struct subject *s, uint64_t leaf, unsigned level)
{
    return s->pte->absent == NULL ? 0 : s->pte->absent(&s->meta->limits, leaf, level);
}

/* The leaf that such an entry stands for, or 0. */
static inline uint64_t present_form(const struct subject *s, uint64_t entry, unsigned level)
{
    return s->pte->present == NULL ? 0 : s->pte->present(entry, level);
}

/* The memory_types of each header's subjects, by their meta. */
#define MEMORY_TYPES_x86_64(meta)         PT64_X86_64_PAT_VALUE
#define MEMORY_TYPES_i386(meta)           PT64_X86_64_PAT_VALUE
#define MEMORY_TYPES_ept(meta)            0
#define MEMORY_TYPES_npt(meta)            PT64_X86_64_PAT_VALUE
#define MEMORY_TYPES_aarch64(meta)        PT64_AARCH64_MAIR_TAGGED_VALUE
#define MEMORY_TYPES_aarch64_stage2(meta) 0
#define MEMORY_TYPES_armv7(meta)          MEMORY_TYPES_OF_##meta
#define MEMORY_TYPES_armv7_stage2(meta)   0
#define MEMORY_TYPES_riscv(meta)          0
#define MEMORY_TYPES_loongarch64(meta)    0
#define MEMORY_TYPES_vtd(meta)            0
#define MEMORY_TYPES_amdvi(meta)          0

#define MEMORY_TYPES_OF_pt64_armv7_short (PT64_ARMV7_NMRR_VALUE << 32 | PT64_ARMV7_PRRR_VALUE)
#define MEMORY_TYPES_OF_pt64_armv7_lpae  (PT64_ARMV7_MAIR1_VALUE << 32 | PT64_ARMV7_MAIR0_VALUE)

#endif

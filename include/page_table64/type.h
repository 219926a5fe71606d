/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A table type, as the engine is told it: its traits, and what it has once out of line.
 */
#ifndef PAGE_TABLE64_TYPE_H
#define PAGE_TABLE64_TYPE_H

#include "traits.h"

/** @cond engine */

struct pt64_guard;
struct pt64_path;
struct pt64_table;
struct pt64_reserve;
struct pt64_wish;

/** A slot, and what was in it when it was looked at. */
struct pt64_spot {
    pt64_entry_t *slot; /**< NULL when the way there leads out of memory */
    pt64_entry_t entry;
    enum pt64_kind kind;
    unsigned level;
};

/**
 * One table type: what PAGE_TABLE64_DEFINE was given, and the functions of the engine that each
 * type has once, out of line, because several calls share them.
 */
struct pt64_traits {
    const struct pt64_meta *meta;
    const struct pt64_pte *pte;
    const struct pt64_handler *handler;
    void (*settle)(struct pt64_guard *guard, bool frees); /**< pt64_settle */
    bool (*is_shared)(const struct pt64_table *table, const pt64_entry_t *slot,
                      unsigned level); /**< pt64_is_linked_elsewhere */
    struct pt64_spot (*seek_adopted)(const struct pt64_table *table, struct pt64_path *path,
                                     pt64_vaddr_t vaddr, unsigned stop); /**< pt64_seek_adopted */
    struct pt64_spot (*seek)(struct pt64_guard *guard, pt64_vaddr_t vaddr,
                             unsigned stop);                                 /**< pt64_guard_seek */
    struct pt64_spot (*reach)(struct pt64_guard *guard, pt64_vaddr_t vaddr); /**< pt64_reach */
    void (*note)(struct pt64_guard *guard, enum pt64_change change, pt64_vaddr_t vaddr,
                 uint64_t count, unsigned level); /**< pt64_note */
    void (*make_way)(struct pt64_guard *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                     unsigned level); /**< pt64_clear_way */
    void (*split)(struct pt64_guard *guard, struct pt64_reserve *reserve,
                  const struct pt64_spot *spot, pt64_vaddr_t vaddr); /**< pt64_split */
    void (*vacate)(struct pt64_guard *guard, struct pt64_reserve *reserve,
                   const struct pt64_wish *wish); /**< pt64_vacate_plain */
    pt64_status_t (*grant)(struct pt64_guard *guard,
                           const struct pt64_wish *wish); /**< pt64_grant */
    pt64_status_t (*map)(struct pt64_guard *guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                         pt64_size_t size, pt64_flags_t flags); /**< pt64_map_anywhere */
    pt64_status_t (*unmap)(struct pt64_guard *guard, pt64_vaddr_t vaddr,
                           struct pt64_mapping *removed); /**< pt64_unmap_anywhere */
};

/** @endcond */

#endif

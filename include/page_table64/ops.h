/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The functions of the engine that each table type has once, out of line, because several calls
 * share them. All others are inlined into the calls.
 *
 * The list below is the only place with their signatures. struct pt64_ops, the declarations and the
 * definitions are generated from it.
 */
#ifndef PAGE_TABLE64_OPS_H
#define PAGE_TABLE64_OPS_H

#include "traits.h"

/** @cond engine */

struct pt64_batch;
struct pt64_chunk;
struct pt64_clone;
struct pt64_edged_range;
struct pt64_guard;
struct pt64_path;
struct pt64_progress;
struct pt64_reserve;
struct pt64_update;
struct pt64_root_slots;
struct pt64_search;
struct pt64_cursor;
struct pt64_table;

/** How a root slot is shared. */
enum pt64_share {
    PT64_SHARE_NONE,     /**< it is not: it belongs to this table alone */
    PT64_SHARE_PINNED,   /**< other tables may borrow what it holds, which stays there */
    PT64_SHARE_BORROWED, /**< what it holds belongs to another table */
};

/**
 * On functions that no fast path of a kernel calls: small code matters more there. The trait
 * functions that they call are inlined all the same, because gcc -O1 would otherwise pass them the
 * trait object.
 */
#define PT64_RARE_ __attribute__((cold, flatten))

/** On the usual case of a call for one page: all that it calls through a trait is inlined. */
#if defined(__OPTIMIZE__)
#define PT64_QUICK_ __attribute__((flatten))
#else
#define PT64_QUICK_
#endif

/**
 * F(name, attributes, type, return, member, function of the engine, (parameters), arguments...) for
 * each function. `return` is left out for a function that returns nothing.
 */
#define PT64_OPS_(F, name)                                                                         \
    F(name, , void, , flush_pending, pt64_flush_pending, (struct pt64_guard * guard), guard)       \
    F(name, , void, , free_retired, pt64_free_retired, (struct pt64_guard * guard), guard)         \
    F(name, , void, , commit, pt64_commit, (struct pt64_guard * guard), guard)                     \
    F(name, PT64_RARE_, enum pt64_kind, return, absent_kind, pt64_absent_kind,                     \
      (const struct pt64_table *table, pt64_entry_t entry, unsigned level), table, entry, level)   \
    F(name, PT64_RARE_, pt64_status_t, return, tell_absent, pt64_tell_absent,                      \
      (const struct pt64_table *table, pt64_entry_t entry, unsigned level, pt64_vaddr_t vaddr,     \
       struct pt64_mapping *page),                                                                 \
      table, entry, level, vaddr, page)                                                            \
    F(name, PT64_RARE_, void, , describe_told, pt64_describe_told,                                 \
      (pt64_entry_t entry, enum pt64_kind kind, unsigned level, pt64_vaddr_t vaddr,                \
       struct pt64_mapping *page),                                                                 \
      entry, kind, level, vaddr, page)                                                             \
    F(name, PT64_RARE_, bool, return, is_linked_twice, pt64_is_linked_twice,                       \
      (const struct pt64_table *table, pt64_slot_t *slot, unsigned level), table, slot, level)     \
    F(name, PT64_RARE_, pt64_slot_t *, return, search, pt64_search_links,                          \
      (const struct pt64_table *table, struct pt64_search *search), table, search)                 \
    F(name, PT64_RARE_, void, , cut_off_linked_twice, pt64_cut_off_linked_twice,                   \
      (const struct pt64_table *table, struct pt64_path *path, pt64_vaddr_t vaddr, unsigned level, \
       struct pt64_cursor *cursor),                                                                \
      table, path, vaddr, level, cursor)                                                           \
    F(name, PT64_RARE_, void, , disown, pt64_disown, (const struct pt64_table *table), table)      \
    F(name, , void, , free_subtree, pt64_free_subtree,                                             \
      (const struct pt64_table *table, pt64_paddr_t frame, unsigned level), table, frame, level)   \
    F(name, , pt64_status_t, return, check_root_slots, pt64_check_root_slots,                      \
      (const struct pt64_table *table, pt64_vaddr_t vaddr, uint64_t bytes), table, vaddr, bytes)   \
    F(name, , enum pt64_share, return, find_share, pt64_find_share,                                \
      (const struct pt64_table *table, size_t index), table, index)                                \
    F(name, , enum pt64_kind, return, root_kind, pt64_root_kind,                                   \
      (const struct pt64_table *table, pt64_vaddr_t vaddr, pt64_slot_t **slot), table, vaddr,      \
      slot)                                                                                        \
    F(name, , void, , set_shares, pt64_set_shares,                                                 \
      (struct pt64_table * table, size_t first, size_t count, enum pt64_share share), table,       \
      first, count, share)                                                                         \
    F(name, PT64_RARE_, void, , prepare_shares, pt64_prepare_shares,                               \
      (struct pt64_table * table, struct pt64_reserve * reserve,                                   \
       const struct pt64_root_slots *slots),                                                       \
      table, reserve, slots)                                                                       \
    F(name, , void, , seek, pt64_seek_by_guard,                                                    \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, unsigned stop, struct pt64_cursor *cursor),  \
      guard, vaddr, stop, cursor)                                                                  \
    F(name, , uint64_t, return, slot_or_hole, pt64_slot_or_hole,                                   \
      (const struct pt64_table *table, const struct pt64_cursor *cursor, pt64_vaddr_t vaddr,       \
       uint64_t left),                                                                             \
      table, cursor, vaddr, left)                                                                  \
    F(name, , pt64_status_t, return, find_page, pt64_find_page,                                    \
      (const struct pt64_table *table, pt64_vaddr_t vaddr, struct pt64_mapping *page), table,      \
      vaddr, page)                                                                                 \
    F(name, , pt64_status_t, return, find_address, pt64_find_address,                              \
      (const struct pt64_table *table, pt64_vaddr_t vaddr, pt64_paddr_t *paddr), table, vaddr,     \
      paddr)                                                                                       \
    F(name, PT64_RARE_, pt64_status_t, return, refusal, pt64_refusal,                              \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr), guard, vaddr)                               \
    F(name, , pt64_status_t, return, check_fixed, pt64_check_fixed,                                \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, uint64_t bytes), guard, vaddr, bytes)        \
    F(name, PT64_RARE_, pt64_status_t, return, check_owned, pt64_check_owned,                      \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, uint64_t bytes), guard, vaddr, bytes)        \
    F(name, PT64_RARE_, void, , publish_shared, pt64_publish_shared, (struct pt64_guard * guard),  \
      guard)                                                                                       \
    F(name, , void, , gather_range, pt64_gather_range,                                             \
      (struct pt64_guard * guard, enum pt64_change change, pt64_vaddr_t vaddr, uint64_t count,     \
       unsigned level),                                                                            \
      guard, change, vaddr, count, level)                                                          \
    F(name, , void, , gather, pt64_gather,                                                         \
      (struct pt64_guard * guard, enum pt64_change change, pt64_vaddr_t vaddr, uint64_t count,     \
       unsigned level),                                                                            \
      guard, change, vaddr, count, level)                                                          \
    F(name, , void, , make_way, pt64_clear_way,                                                    \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, uint64_t bytes, unsigned level), guard,      \
      vaddr, bytes, level)                                                                         \
    F(name, , pt64_status_t, return, check_change, pt64_check_change,                              \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, uint64_t bytes), guard, vaddr, bytes)        \
    F(name, , void, , retire, pt64_retire,                                                         \
      (struct pt64_guard * guard, pt64_entry_t entry, pt64_vaddr_t vaddr, unsigned level,          \
       unsigned stride),                                                                           \
      guard, entry, vaddr, level, stride)                                                          \
    F(name, , pt64_paddr_t, return, alloc_node, pt64_alloc_node,                                   \
      (const struct pt64_table *table, unsigned level), table, level)                              \
    F(name, , void, , reserve_free, pt64_reserve_free,                                             \
      (const struct pt64_table *table, struct pt64_reserve *reserve), table, reserve)              \
    F(name, , pt64_status_t, return, secure, pt64_secure,                                          \
      (struct pt64_guard * guard, struct pt64_reserve * reserve, size_t count,                     \
       pt64_status_t status),                                                                      \
      guard, reserve, count, status)                                                               \
    F(name, , void, , split, pt64_split,                                                           \
      (struct pt64_guard * guard, struct pt64_reserve * reserve, const struct pt64_cursor *cursor, \
       pt64_vaddr_t vaddr),                                                                        \
      guard, reserve, cursor, vaddr)                                                               \
    F(name, , pt64_status_t, return, find_edge, pt64_find_edge,                                    \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, pt64_vaddr_t cut,                            \
       const struct pt64_update *update, unsigned *level),                                         \
      guard, vaddr, cut, update, level)                                                            \
    F(name, , size_t, return, count_splits, pt64_count_splits,                                     \
      (struct pt64_guard * guard, const struct pt64_edged_range *range), guard, range)             \
    F(name, , bool, return, split_edge, pt64_split_edge,                                           \
      (struct pt64_guard * guard, struct pt64_reserve * reserve, pt64_vaddr_t vaddr,               \
       pt64_vaddr_t cut),                                                                          \
      guard, reserve, vaddr, cut)                                                                  \
    F(name, , pt64_status_t, return, cut_edges, pt64_cut_edges,                                    \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, uint64_t bytes,                              \
       const struct pt64_update *update),                                                          \
      guard, vaddr, bytes, update)                                                                 \
    F(name, , bool, return, is_subtree_empty, pt64_is_subtree_empty,                               \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, unsigned level), guard, vaddr, level)        \
    F(name, , pt64_status_t, return, begin_map, pt64_begin_map,                                    \
      (struct pt64_guard * guard, struct pt64_progress * progress), guard, progress)               \
    F(name, , pt64_status_t, return, plan_chunk, pt64_plan_chunk,                                  \
      (struct pt64_guard * guard, struct pt64_progress * progress,                                 \
       const struct pt64_chunk *chunk),                                                            \
      guard, progress, chunk)                                                                      \
    F(name, PT64_RARE_, void, , vacate_chunk, pt64_vacate_chunk,                                   \
      (struct pt64_guard * guard, struct pt64_progress * progress, struct pt64_chunk * chunk),     \
      guard, progress, chunk)                                                                      \
    F(name, , pt64_status_t, return, write_chunk, pt64_write_chunk,                                \
      (struct pt64_guard * guard, struct pt64_progress * progress, struct pt64_chunk * chunk),     \
      guard, progress, chunk)                                                                      \
    F(name, , pt64_status_t, return, end_stage, pt64_end_stage,                                    \
      (struct pt64_guard * guard, struct pt64_progress * progress, pt64_status_t status), guard,   \
      progress, status)                                                                            \
    F(name, , pt64_status_t, return, map_range, pt64_map_range,                                    \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,          \
       pt64_flags_t flags, unsigned max_level),                                                    \
      guard, vaddr, paddr, bytes, flags, max_level)                                                \
    F(name, PT64_QUICK_, pt64_status_t, return, map_quickly, pt64_map_quickly,                     \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags),     \
      guard, vaddr, paddr, flags)                                                                  \
    F(name, , pt64_status_t, return, map, pt64_map_anywhere,                                       \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,        \
       pt64_flags_t flags),                                                                        \
      guard, vaddr, paddr, size, flags)                                                            \
    F(name, PT64_QUICK_, pt64_status_t, return, unmap_quickly, pt64_unmap_quickly,                 \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, struct pt64_mapping * removed), guard,       \
      vaddr, removed)                                                                              \
    F(name, , pt64_status_t, return, unmap, pt64_unmap_anywhere,                                   \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, struct pt64_mapping * removed), guard,       \
      vaddr, removed)                                                                              \
    F(name, , pt64_entry_t, return, changed, pt64_changed,                                         \
      (const struct pt64_table *table, const struct pt64_update *update, pt64_entry_t old,         \
       unsigned level),                                                                            \
      table, update, old, level)                                                                   \
    F(name, , size_t, return, update_leaf, pt64_update_leaf,                                       \
      (struct pt64_guard * guard, const struct pt64_update *update, pt64_slot_t *slots,            \
       size_t count, pt64_entry_t entry, unsigned level, enum pt64_change *change),                \
      guard, update, slots, count, entry, level, change)                                           \
    F(name, PT64_QUICK_, pt64_status_t, return, protect_quickly, pt64_protect_quickly,             \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, pt64_flags_t flags), guard, vaddr, flags)    \
    F(name, , pt64_status_t, return, protect, pt64_protect_anywhere,                               \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, pt64_flags_t flags), guard, vaddr, flags)    \
    F(name, , pt64_status_t, return, update_page, pt64_update_page,                                \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, const struct pt64_update *update), guard,    \
      vaddr, update)                                                                               \
    F(name, , void, , update_range, pt64_update_range,                                             \
      (struct pt64_guard * guard, const struct pt64_update *update, pt64_vaddr_t vaddr,            \
       uint64_t bytes),                                                                            \
      guard, update, vaddr, bytes)                                                                 \
    F(name, , void, , next_chunk, pt64_next_chunk,                                                 \
      (struct pt64_clone * clone, pt64_vaddr_t vaddr, uint64_t left, struct pt64_chunk *chunk,     \
       pt64_slot_t **slots, uint64_t *bytes),                                                      \
      clone, vaddr, left, chunk, slots, bytes)                                                     \
    F(name, , pt64_status_t, return, plan_clone_step, pt64_plan_clone_step,                        \
      (struct pt64_guard * guard, struct pt64_clone * clone, pt64_vaddr_t vaddr, uint64_t left,    \
       uint64_t *bytes),                                                                           \
      guard, clone, vaddr, left, bytes)                                                            \
    F(name, PT64_RARE_, pt64_status_t, return, prepare_clone, pt64_prepare_clone,                  \
      (struct pt64_guard * guard, struct pt64_clone * clone), guard, clone)                        \
    F(name, , size_t, return, clone_slots, pt64_clone_slots,                                       \
      (struct pt64_guard * guard, struct pt64_clone * clone, const struct pt64_chunk *chunk,       \
       pt64_slot_t *from, size_t first, pt64_flags_t *flags),                                      \
      guard, clone, chunk, from, first, flags)                                                     \
    F(name, , pt64_status_t, return, update_region, pt64_update_region,                            \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t set,            \
       pt64_flags_t clear, bool changes),                                                          \
      guard, vaddr, bytes, set, clear, changes)                                                    \
    F(name, , uint64_t, return, look_for_flag, pt64_look_for_flag,                                 \
      (const struct pt64_table *table, struct pt64_path *path, pt64_vaddr_t vaddr,                 \
       pt64_flags_t flag, struct pt64_mapping *page),                                              \
      table, path, vaddr, flag, page)                                                              \
    F(name, , uint64_t, return, harvest_slot, pt64_harvest_slot,                                   \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, pt64_flags_t flag,                           \
       struct pt64_mapping * page),                                                                \
      guard, vaddr, flag, page)                                                                    \
    F(name, , void, , empty_range, pt64_empty_range,                                               \
      (struct pt64_guard * guard, pt64_vaddr_t vaddr, uint64_t bytes), guard, vaddr, bytes)        \
    F(name, , uint64_t, return, remove_batch, pt64_remove_batch,                                   \
      (struct pt64_guard * guard, struct pt64_batch * batch, pt64_vaddr_t vaddr, uint64_t bytes),  \
      guard, batch, vaddr, bytes)                                                                  \
    F(name, , bool, return, take_page, pt64_take_page,                                             \
      (struct pt64_guard * guard, struct pt64_batch * batch, struct pt64_mapping * page), guard,   \
      batch, page)

#define PT64_OP_MEMBER_(name, attributes, type, value, op, function, parameters, ...) \
    type(*op) parameters;

#define PT64_OP_DECLARE_(name, attributes, type, value, op, function, parameters, ...) \
    static attributes __attribute__((noinline)) type name##_##op##_ parameters;

#define PT64_OP_NAME_(name, attributes, type, value, op, function, parameters, ...) name##_##op##_,

#define PT64_OP_DEFINE_(name, attributes, type, value, op, function, parameters, ...) \
    static type name##_##op##_ parameters                                             \
    {                                                                                 \
        value function(&name##_traits_, __VA_ARGS__);                                 \
    }

/** The functions that a table type has out of line. */
struct pt64_ops {
    PT64_OPS_(PT64_OP_MEMBER_, )
};

/** @endcond */

#endif

/* SPDX-License-Identifier: MIT */
/* To be included before the library. The engine's access to entries goes to the machine, which may
 * do at each access whatever the hardware of another CPU could do. */
#ifndef TESTS_MODEL_ACCESS_H
#define TESTS_MODEL_ACCESS_H

#define PT64_CUSTOM_ENTRY_ACCESS

#include <page_table64/traits.h>

/* `bytes` is the size of the entry in `slot`. */
pt64_entry_t machine_load(const pt64_slot_t *slot, unsigned bytes);
void machine_store(pt64_slot_t *slot, unsigned bytes, pt64_entry_t entry);
void machine_store_leaf(pt64_slot_t *slot, unsigned bytes, pt64_entry_t entry);
void machine_order(void);
void machine_store_link(pt64_slot_t *slot, unsigned bytes, pt64_entry_t entry);
pt64_entry_t machine_exchange(pt64_slot_t *slot, unsigned bytes, pt64_entry_t entry);
bool machine_compare_exchange(pt64_slot_t *slot, unsigned bytes, pt64_entry_t *expected,
                              pt64_entry_t entry);

PT64_INLINE pt64_entry_t pt64_load(const struct pt64_meta *meta, const pt64_slot_t *slot)
{
    return machine_load(slot, meta->entry_bytes);
}

PT64_INLINE pt64_entry_t pt64_load_link(const struct pt64_meta *meta, const pt64_slot_t *slot)
{
    return machine_load(slot, meta->entry_bytes);
}

PT64_INLINE void pt64_store(const struct pt64_meta *meta, pt64_slot_t *slot, pt64_entry_t entry)
{
    machine_store(slot, meta->entry_bytes, entry);
}

/* A release: walkers see what this CPU stored before, page contents too, before this store. */
PT64_INLINE void pt64_store_leaf(const struct pt64_meta *meta, pt64_slot_t *slot,
                                 pt64_entry_t entry)
{
    machine_store_leaf(slot, meta->entry_bytes, entry);
}

/* A release fence: the same for all pt64_store that follow. */
PT64_INLINE void pt64_order_stores(void)
{
    machine_order();
}

PT64_INLINE void pt64_store_link(const struct pt64_meta *meta, pt64_slot_t *slot,
                                 pt64_entry_t entry)
{
    machine_store_link(slot, meta->entry_bytes, entry);
}

PT64_INLINE pt64_entry_t pt64_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t entry)
{
    return machine_exchange(slot, meta->entry_bytes, entry);
}

PT64_INLINE bool pt64_compare_exchange(const struct pt64_meta *meta, pt64_slot_t *slot,
                                       pt64_entry_t *expected, pt64_entry_t entry)
{
    return machine_compare_exchange(slot, meta->entry_bytes, expected, entry);
}

#endif

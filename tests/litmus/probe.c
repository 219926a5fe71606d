/* SPDX-License-Identifier: MIT */
/* The steps of which the litmus tests consist, as functions: run.sh compares their instructions. */
#include <page_table64.h>
#ifdef __aarch64__
#include <page_table64/meta/aarch64.h>
#define META  pt64_aarch64_4k48
#define FLUSH pt64_aarch64_flush
#else
#include <page_table64/meta/riscv.h>
#define META  pt64_riscv_sv39
#define FLUSH pt64_riscv_flush
#endif

void fill(pt64_slot_t *slot, pt64_entry_t entry);
void link_node(pt64_slot_t *slot, pt64_entry_t link);
pt64_entry_t follow(const pt64_slot_t *slot);
void make(pt64_slot_t *slot, pt64_entry_t leaf);
pt64_entry_t take(pt64_slot_t *slot, pt64_entry_t entry);
bool join(pt64_slot_t *slot, pt64_entry_t empty, pt64_entry_t link);
void flush(pt64_vaddr_t vaddr);
void order(void);

void fill(pt64_slot_t *slot, pt64_entry_t entry)
{
    pt64_store(&META, slot, entry);
}

void link_node(pt64_slot_t *slot, pt64_entry_t link)
{
    pt64_store_link(&META, slot, link);
}

pt64_entry_t follow(const pt64_slot_t *slot)
{
    return pt64_load_link(&META, slot);
}

void make(pt64_slot_t *slot, pt64_entry_t leaf)
{
    pt64_store_leaf(&META, slot, leaf);
}

pt64_entry_t take(pt64_slot_t *slot, pt64_entry_t entry)
{
    return pt64_exchange(&META, slot, entry);
}

bool join(pt64_slot_t *slot, pt64_entry_t empty, pt64_entry_t link)
{
    return pt64_compare_exchange(&META, slot, &empty, link);
}

/* One page that ended. */
void flush(pt64_vaddr_t vaddr)
{
    struct pt64_flush request;

    request.id = PT64_NO_ID;
    request.global = true;
    request.by_range = false;
    request.everything = false;
    request.ended = true;
    request.count = 1;
    request.ranges[0].vaddr = vaddr;
    request.ranges[0].bytes = PT64_SIZE_4K;
    request.ranges[0].stride = PT64_SIZE_4K;
    request.ranges[0].ended = true;
    request.ranges[0].tables = false;
    FLUSH(&request);
}

/* A request of nothing but order. */
void order(void)
{
    struct pt64_flush request;

    request.id = PT64_NO_ID;
    request.global = false;
    request.by_range = false;
    request.everything = false;
    request.ended = false;
    request.count = 0;
    FLUSH(&request);
}

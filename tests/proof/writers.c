/* SPDX-License-Identifier: MIT */
/*
 * Calls that change a table, whatever is in memory: a table of the library's own that something has
 * written over, and an adopted one that other software built. Nodes may be linked twice, link the
 * root, or not be there. No entry links a frame that the handler gives out later.
 */
#include "anything.h"

static bool was_linked[FRAMES]; /* before the call */
static bool was_linked_twice;   /* the node where the way to the page ends */

static uint64_t linked_by_root(unsigned slot)
{
    return is_link(words[slot], 1) ? linked(words[slot], 1) : FRAMES;
}

static void any_written_over(void)
{
    any_memory();
    for (unsigned i = NODES; i < FRAMES; i++)
        is_taken[i] = false;
    for (unsigned slot = 0; slot < ENTRIES; slot++)
        GIVEN(linked_by_root(slot) < NODES || linked_by_root(slot) >= FRAMES);
    next_frame[0] = NODES;
    may_fail = true;
}

static void begin_call(void)
{
    any_pages();
    way = way_of(probe);
    for (unsigned i = 0; i < FRAMES; i++)
        was_linked[i] = i == linked_by_root(0) || i == linked_by_root(1);
    was_linked_twice = linked_by_root(0) == way.node && linked_by_root(1) == way.node;
    pt_begin(&guard, &table);
}

/* A frame that came back was linked, or is the handler's own. */
static void only_linked_came_back(void)
{
    for (unsigned i = 0; i < NODES; i++)
        CLAIM(is_taken[i] == was_taken[i] || (was_taken[i] && was_linked[i]));
}

/* Where the way to the page is lost, the call fails. */
static void claim_of_way(pt64_status_t status)
{
    CLAIM(status == PT64_OK || status == PT64_NO_MEMORY || status == PT64_MARKED ||
          status == PT64_BAD_ADDRESS);
    CLAIM(!is_in_range(probe) || !way.is_lost || status != PT64_OK);
}

/*
 * What is beyond the range may change with it, or lose its node: nodes may be linked twice. So no
 * CPU has loaded the table.
 */
void proof_unmap_region_of_damaged(void)
{
    pt64_status_t status;

    (void)!pt_create(&table, NULL);
    any_written_over();
    begin_call();
    status = pt_unmap_region(&guard, vaddr_of(first), count * PAGE);
    claim_of_way(status);
    if (status != PT64_OK)
        nothing_has_changed();
    else if (is_in_range(probe))
        CLAIM(!see(probe).is_there);
    pt_ignore(&guard);
    only_linked_came_back();
    END_OF_PROOF();
}

/* ---- adopted tables ---- */

static void any_adopted(void)
{
    any_written_over();
    GIVEN(pt_adopt(&table, frame_at(0), NULL) == PT64_OK);
    find_nodes(0, is_walkable[0]);
}

/* Exactly the nodes that are linked no more came back. */
static void unlinked_came_back(void)
{
    bool is_node[FRAMES] = {false};

    find_nodes(0, is_node);
    for (unsigned i = 0; i < NODES; i++)
        CLAIM(is_taken[i] == (was_taken[i] && (i == 0 || !was_linked[i] || is_node[i])));
    for (unsigned i = NODES; i < FRAMES; i++)
        CLAIM(is_taken[i] == is_node[i]);
}

/* What is not present in an adopted table is other software's. */
static bool is_page_there(void)
{
    return pte->kind(&tiny.limits, way.end, way.level) == PT64_LEAF;
}

/*
 * Pages of the range are gone, but for those below a node that is linked twice. All else is as it
 * was. What the root is below itself changes with the root.
 */
static void only_range_is_empty(void)
{
    bool is_below = way.level < LEVELS - 1;

    if (is_below && way.node == 0)
        return;
    if (!is_page_there() || (is_below && was_linked_twice))
        CLAIM(way_of(probe).end == way.end || way.end == 0);
    else if (is_in_range(probe))
        CLAIM(!see(probe).is_there);
    else
        CLAIM(says_the_same(see(probe), before));
}

void proof_unmap_region_of_adopted(void)
{
    pt64_status_t status;

    any_adopted();
    begin_call();
    status = pt_unmap_region(&guard, vaddr_of(first), count * PAGE);
    claim_of_way(status);
    CLAIM(status != PT64_MARKED);
    if (status != PT64_OK)
        nothing_has_changed();
    else
        only_range_is_empty();
    commit(&guard);
    CLAIM(!is_stale[0]);
    unlinked_came_back();
    END_OF_PROOF();
}

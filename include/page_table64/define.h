/* SPDX-License-Identifier: MIT */
/**
 * @file
 * PAGE_TABLE64_DEFINE and its kin: they make a table type with its functions from three traits.
 *
 * The macros hold types and one-line wrappers, no logic. The functions that they generate are
 * described once, below, under the name `name_`.
 */
#ifndef PAGE_TABLE64_DEFINE_H
#define PAGE_TABLE64_DEFINE_H

#include "check.h"
#include "clone.h"
#include "collapse.h"
#include "harvest.h"
#include "life.h"
#include "populate.h"
#include "mark.h"
#include "protect.h"
#include "share.h"
#include "unmap_pages.h"

#ifdef PAGE_TABLE64_REFERENCE

/**
 * A page table. name_create or name_adopt initialises it. A zeroed `name_t` is no table, and every
 * call on it is harmless. It may be moved by assignment while no guard is open on it.
 */
typedef struct name_t name_t;

/**
 * A guard: changes to a table that have not reached every CPU yet. name_begin starts it,
 * name_commit or name_ignore ends it.
 */
typedef struct name_guard_t name_guard_t;

/**
 * Makes an empty table: a root node, and the sink frame where the hardware needs one.
 * @param table is overwritten.
 * @param ctx   is passed to every function of the handler.
 * @return PT64_NO_MEMORY when the handler has no frame. PT64_BAD_SIZE when the traits do not fit
 *         each other or the limits of the library. The `name_t` is then no table.
 */
pt64_status_t name_create(name_t *table, void *ctx);

/**
 * Adopts a table that other software built. Its frames come with it: nodes that become empty go to
 * the handler's free_frame, and name_destroy frees the rest.
 *
 * An entry that the hardware may understand and the format does not is never a free slot: mapping
 * there is PT64_ALREADY_MAPPED, and unmapping leaves it. The same holds for a node that is linked
 * more than once: it is never changed and never freed. To find that out, a change reads every node
 * above level 0 for each link on its way that it has not followed before. It takes a node for
 * linked more than once when that would be more than 2^22 entries.
 * @param root physical address of the root, as name_root returns it.
 * @return PT64_NOT_ALIGNED or PT64_BAD_ADDRESS when no root can be there. PT64_NO_MEMORY when the
 *         hardware needs a sink frame, the root leads to none, and the handler has none.
 *         PT64_BAD_SIZE as name_create.
 */
pt64_status_t name_adopt(name_t *table, pt64_paddr_t root, void *ctx);

/**
 * Takes back a table of this type that name_release gave up. The `name_t` holds which root slots
 * are shared, and the id: `table` is the one that released it, or a copy of that. A zeroed `name_t`
 * will do when nothing is shared and there is no id.
 * @return as name_adopt.
 */
pt64_status_t name_readopt(name_t *table, pt64_paddr_t root, void *ctx);

/**
 * Frees every frame of the table except borrowed ones. What is mapped still is forgotten: frames of
 * pages are the caller's. name_unmap_pages over all addresses reports them first; name_next tells
 * whether there are any. No CPU may have the table loaded or hold its translations. No guard may be
 * open on it, and no other table may still borrow from it.
 */
void name_destroy(name_t *table);

/**
 * Gives the table up without freeing it, and returns its root. Where the hardware needs a sink
 * frame, that goes with the root, which leads to it. name_readopt takes the table back. The
 * `name_t` keeps which root slots are shared, and the frame that this may take; name_destroy frees
 * that frame.
 */
pt64_paddr_t name_release(name_t *table);

/**
 * Names the address space: the ASID, or the PCID by pt64_x86_64_id, under which CPUs hold the
 * table's translations. Where the hardware can, flushes are then of that id, except for what is
 * global or shared between tables. PT64_NO_ID, the default, means every id. No guard may be open on
 * the table. The call flushes nothing: before another table gets an id, the caller flushes what
 * CPUs hold under it.
 */
void name_set_id(name_t *table, uint64_t id);

/** The physical address of the root; PT64_NO_FRAME when there is none. */
pt64_paddr_t name_root(const name_t *table);

/** Every flag that is in some set that the format can encode. */
pt64_flags_t name_flags(void);

/**
 * Tells which page holds an address: its first virtual and physical address, its size, and its
 * flags. The flags are those it was mapped with, and PT64_ACCESSED and PT64_DIRTY as hardware has
 * set them since. A hidden page is a page.
 * @return PT64_NOT_MAPPED. PT64_MARKED at a mark, which name_mark_of tells. PT64_BAD_ADDRESS for an
 * address that this table does not translate.
 */
pt64_status_t name_query(const name_t *table, pt64_vaddr_t vaddr, struct pt64_mapping *page);

/** Tells the physical address behind a virtual one, to the byte. Returns as name_query does. */
pt64_status_t name_translate(const name_t *table, pt64_vaddr_t vaddr, pt64_paddr_t *paddr);

/**
 * Finds the next run of pages from `from` to `last`: the longest that is contiguous in both spaces
 * and has the same flags, whatever its page sizes. `from` is rounded down to the smallest page, and
 * `last` up to the end of one. A run that reaches over these ends is cut there. Nothing beyond
 * `last` is read. A mark is a run by itself, with PT64_MARK in its flags. Each of the two may be
 * any address: those that the table does not translate, between the halves and beyond, hold no
 * page. To see all runs up to `last`, go on at the end of each until PT64_NOT_MAPPED, or until that
 * end is 0: the last address of all was mapped.
 * @param from,last the first address and the last one: UINT64_MAX for all that follow.
 * @return PT64_NOT_MAPPED when nothing is mapped there, as when `last` is below `from`.
 *         PT64_BAD_ADDRESS when a node on the way is not in memory.
 */
pt64_status_t name_next(const name_t *table, pt64_vaddr_t from, pt64_vaddr_t last,
                        struct pt64_mapping *run);

/**
 * Shows every page, hidden or not, every mark and every link to `visit`, in the order of addresses.
 * It shows a link twice: before and after what is below it. It does not show an entry that the
 * format does not know; name_check names it.
 * @return PT64_BAD_ADDRESS when there is no root, or a node is not in memory; the rest was shown.
 */
pt64_status_t name_walk(const name_t *table, pt64_visitor_t visit, void *arg);

/**
 * Shows what overlaps a range, as name_walk does: each page and each link whose slot reaches into
 * it, with the address and size of the whole.
 * @param vaddr,bytes multiples of the smallest page. 0 bytes is PT64_OK, and shows nothing.
 * @return PT64_NOT_ALIGNED. PT64_BAD_ADDRESS for a range that this table does not translate, of
 *         which nothing was shown, or as name_walk.
 */
pt64_status_t name_walk_range(const name_t *table, pt64_vaddr_t vaddr, uint64_t bytes,
                              pt64_visitor_t visit, void *arg);

/**
 * Checks the whole table: that the format knows every entry; that no entry has reserved bits or an
 * address that is not aligned; that every node is in memory and linked once; that empty slots lead
 * nowhere. It stands any memory contents, and always ends. It stops at the first flaw in the order
 * of name_walk.
 *
 * It is for tests, for tables of unknown origin, and for a kernel whose memory was overwritten. It
 * reads every node, and those above level 0 once more for each link.
 * @param options 0, or PT64_CHECK_WRITE_XOR_EXECUTE. That looks at the permissions in the leaf,
 *                whatever the links above it take away.
 * @param first   what is wrong. Its `kind` is PT64_FLAW_NONE if nothing is.
 * @return PT64_CORRUPT when there is a flaw. PT64_BAD_ADDRESS when there is no root.
 */
pt64_status_t name_check(const name_t *table, unsigned options, struct pt64_flaw *first);

/**
 * Starts changing a table. There is one such writer at a time, and no guard on a range: the caller
 * holds the table's lock until the guard ends.
 * @param guard is overwritten. It stays where it is: a guard is never copied.
 */
void name_begin(name_guard_t *guard, name_t *table);

/**
 * Starts changing a range of a table. Several CPUs may change a table at once, each through a guard
 * on a range of its own: page faults of one process, say.
 *
 * The guard changes nothing outside of its range. A call on addresses outside of it is
 * PT64_BAD_ADDRESS. So is name_pin and name_copy_from, which change more than a range. A huge page
 * that reaches beyond the range is PT64_MAPPED_TO_HUGE_PAGE, and such a mark is PT64_MARKED: who
 * owns less than a page owns none of it. Nodes that are not all in the range stay when they become
 * empty. All else is as with a guard on the table: each call is done as a whole or not at all, the
 * commit flushes what the guard changed, and readers need no lock.
 *
 * What the caller must hold, by locks of its own (that of a VMA, say):
 * - Guards on ranges that are open at the same time have ranges that do not overlap.
 * - A guard on a range and one on the table (name_begin) are never open together.
 * - The table is not created, adopted, released or destroyed, lends and borrows nothing, and its id
 *   does not change.
 *
 * What the handler must stand: calls from several CPUs at once. alloc_frame may change the table
 * only through a guard on another range, which nobody else has open.
 *
 * A CPU may use a link that the guard of another CPU made before that guard's commit. What it maps
 * below is visible at its own commit.
 *
 * A guard owns nothing if `vaddr` and `bytes` are not multiples of the smallest page, or if the
 * table is adopted: its nodes may be linked twice. Then every call on it is PT64_BAD_ADDRESS.
 */
void name_begin_range(name_guard_t *guard, name_t *table, pt64_vaddr_t vaddr, uint64_t bytes);

/**
 * Where the call that failed last on this guard stopped: the first address of its range that could
 * not be changed as asked, for the reason that the status gives.
 * - What is in the way: the first address of the page, the mark or the entry, or that of the range
 *   where it begins before the range.
 * - PT64_NO_MEMORY: where the frames that the handler had were used up. If they did not suffice to
 *   split a huge page, the first address of that page in the range.
 * - PT64_BORROWED: the first address of the root slot in the range.
 * - PT64_BAD_FLAGS because of a page: that page. A frame that get_paddr named: its page.
 * - name_map_pages whose callback did not return the same each time: where that showed.
 * - Bad arguments, and calls of one page: the `vaddr` of the call.
 *
 * A call that succeeds leaves it as it is, as does the end of the guard. After name_begin it is not
 * set: ask only when a call has failed since.
 */
pt64_vaddr_t name_failed_at(const name_guard_t *guard);

/**
 * Ends a guard. When it returns, no CPU uses what the changes ended, and unlinked nodes are freed.
 * A CPU may take one spurious fault on what only began. The guard is then as name_begin left it.
 * The caller does not migrate to another CPU meanwhile.
 */
void name_commit(name_guard_t *guard);

/**
 * Ends a guard on a table that no CPU has loaded. Unlinked nodes are freed, and the stores are made
 * visible to the walker of this CPU. Nothing is invalidated.
 */
void name_ignore(name_guard_t *guard);

/**
 * Runs a request on the CPU that calls it: for an inter-processor interrupt. The caller does not
 * migrate to another CPU meanwhile. Nothing happens where no instruction of a CPU reaches the
 * walker.
 */
void name_flush_local(const struct pt64_flush *request);

/**
 * Repairs a spurious fault at `vaddr`. A fault handler calls it when it finds the page mapped and
 * the access allowed. A CPU that was not told of what only began takes such faults. LoongArch
 * repeats them for ever until this has run. It executes nothing on x86-64, and DSB and ISB on
 * AArch64. On RISC-V it is the full fence, as a fence by address does not order links. On LoongArch
 * it invalidates the pair of the address.
 */
void name_fix_fault(const name_t *table, pt64_vaddr_t vaddr);

/**
 * Maps one page. As with every call that maps, a CPU that uses the entry sees what this CPU stored
 * into the page before the call. Nodes without pages give way to a huge page.
 *
 * A page with none of PT64_ACCESS is hidden: PROT_NONE, a page that is looked for by its faults.
 * Hardware sees an entry that is not present. The library keeps the frame, the memory type and the
 * other flags, and name_protect and its like bring the page back, or hide a page. Every format has
 * hidden pages; an adopted table takes none (PT64_BAD_FLAGS), because an entry there that is not
 * present may be another's. While LoongArch splits a hidden huge page, a reader without the lock
 * finds none there. On x86 with entries of 8 bytes the frame of a hidden page lies in the
 * lower half of the physical addresses: see pt64_x86_64_pte.
 * @param vaddr,paddr multiples of `size`, or PT64_NOT_ALIGNED.
 * @param size        a page size of this table, or PT64_BAD_SIZE.
 * @return PT64_BAD_ADDRESS, PT64_BAD_FLAGS, PT64_NO_MEMORY, PT64_BORROWED.
 *         PT64_ALREADY_MAPPED when a page of that size or smaller is mapped there, or a smaller
 *         mark is there, or an adopted table has an entry there that the format does not know, or a
 *         node that is linked more than once. PT64_MAPPED_TO_HUGE_PAGE when a larger page is mapped
 *         there. PT64_MARKED when a mark of that size or larger is there. PT64_BORROWED also for a
 *         page of the root's level in a slot that is pinned.
 */
pt64_status_t name_map(name_guard_t *guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                       pt64_size_t size, pt64_flags_t flags);

/**
 * Unmaps the one page, or takes the one mark, that starts at `vaddr`. Nodes stay, even if they are
 * empty now.
 * @param removed what was mapped, as hardware left it. May be NULL. Of a mark, `flags` is PT64_MARK
 *                and `paddr` the mark.
 * @return PT64_NOT_ALIGNED, PT64_BAD_ADDRESS, PT64_BORROWED, PT64_NOT_MAPPED.
 *         PT64_MAPPED_TO_HUGE_PAGE when `vaddr` lies inside a huge page, PT64_MARKED inside a mark.
 */
pt64_status_t name_unmap(name_guard_t *guard, pt64_vaddr_t vaddr, struct pt64_mapping *removed);

/**
 * Gives the one page that starts at `vaddr` the permissions and memory type in `flags`. The page
 * keeps the flags of PT64_STICKY that it has, and the format's own that its header says are kept,
 * and gains those in `flags`. Of a number, such as a protection key, `flags` name another or none.
 * Bits left to software stay.
 * @return as name_unmap. PT64_MARKED at a mark. PT64_BAD_FLAGS when the format cannot encode the
 *         result.
 */
pt64_status_t name_protect(name_guard_t *guard, pt64_vaddr_t vaddr, pt64_flags_t flags);

/**
 * Moves the one page that starts at `vaddr` to the frame at `paddr`, which is aligned to the page's
 * size, and gives it `flags` as name_protect does.
 * @return as name_protect. PT64_NOT_ALIGNED and PT64_BAD_ADDRESS also for `paddr`.
 */
pt64_status_t name_remap(name_guard_t *guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                         pt64_flags_t flags);

/**
 * Puts a mark in the place of whatever is in one slot, or in an empty slot, in one step: a place in
 * swap space, an owner, a page that is to be filled. Hardware sees an entry that is not present.
 * What was there is reported as hardware left it, so that no store is lost between a look at
 * PT64_DIRTY and the mark. A page that was there may be in use by CPUs until the commit.
 *
 * A mark keeps its slot: mapping there is PT64_MARKED, and calls that protect or change regions
 * pass over it. name_unmap and its like take it. A node without pages gives way to a mark of its
 * size. How wide a mark may be is said at each entry format: at least 22 bits with entries of 4
 * bytes, 47 with entries of 8 bytes where the limits have 51 address bits or more.
 * @param vaddr   a multiple of `size`, or PT64_NOT_ALIGNED.
 * @param size    a page size of this table, or PT64_BAD_SIZE.
 * @param removed what was there, as name_unmap reports it; `size` is 0 if nothing was. May be NULL.
 * @return PT64_BAD_ADDRESS, PT64_NO_MEMORY, PT64_BORROWED. PT64_BAD_FLAGS when the mark is too
 * wide, and in an adopted table, where a mark could not be told from what other software keeps in
 *         its entries. PT64_ALREADY_MAPPED when smaller pages or marks are there, or an entry that
 *         is not the library's; PT64_MAPPED_TO_HUGE_PAGE when a larger page is there, PT64_MARKED
 *         when a larger mark is.
 */
pt64_status_t name_mark(name_guard_t *guard, pt64_vaddr_t vaddr, pt64_size_t size, uint64_t mark,
                        struct pt64_mapping *removed);

/**
 * Maps one page in the place of the mark `expected_mark`, in one step: no reader finds the slot
 * empty. It takes no frame.
 * @return PT64_OK, or as name_map but for PT64_NO_MEMORY. PT64_MARKED when another mark or one of
 *         another size is there, PT64_NOT_MAPPED when none is, PT64_ALREADY_MAPPED when a page is.
 */
pt64_status_t name_map_marked(name_guard_t *guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                              pt64_size_t size, pt64_flags_t flags, uint64_t expected_mark);

/**
 * Tells the mark at an address.
 * @return PT64_NOT_MAPPED when none is there, PT64_ALREADY_MAPPED when a page is. PT64_BAD_ADDRESS
 *         for an address that this table does not translate.
 */
pt64_status_t name_mark_of(const name_t *table, pt64_vaddr_t vaddr, uint64_t *mark);

/**
 * Maps `bytes` from `vaddr` on to as many from `paddr` on. It uses the largest pages that
 * alignment, size, format and `max_size` allow.
 * @param vaddr,paddr,bytes multiples of the smallest page. 0 bytes is PT64_OK.
 * @param max_size          a page size of this table, which no page exceeds, or PT64_SIZE_ANY.
 *                          Anything else is PT64_BAD_SIZE.
 * @return as name_map. Every page size of the table must be able to encode the flags.
 */
pt64_status_t name_map_region(name_guard_t *guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                              uint64_t bytes, pt64_flags_t flags, pt64_size_t max_size);

/**
 * Maps `bytes` from `vaddr` on to the frames that `get_paddr` names for each smallest page. Frames
 * that happen to follow each other become huge pages, as far as `max_size` allows.
 *
 * The library calls `get_paddr` several times for a page, the first time before anything changes.
 * It must not change this table, and must return the same each time. If it does not, the whole
 * region may be unmapped.
 * @return as name_map_region. PT64_NOT_ALIGNED and PT64_BAD_ADDRESS also for what `get_paddr`
 * names.
 */
pt64_status_t name_map_pages(name_guard_t *guard, pt64_vaddr_t vaddr,
                             pt64_paddr_t (*get_paddr)(void *arg, pt64_vaddr_t vaddr), void *arg,
                             uint64_t bytes, pt64_flags_t flags, pt64_size_t max_size);

/**
 * Unmaps whatever is mapped in the range, and takes the marks in it. It splits huge pages at the
 * edges of the range, and unlinks every node that is empty then. It is no error if nothing is
 * mapped.
 * @param vaddr,bytes multiples of the smallest page. 0 bytes is PT64_OK.
 * @return PT64_NOT_ALIGNED, PT64_BAD_ADDRESS, PT64_BORROWED. PT64_NO_MEMORY for a node to split
 *         into. PT64_MARKED when an edge of the range is inside of a mark, which cannot be split.
 */
pt64_status_t name_unmap_region(name_guard_t *guard, pt64_vaddr_t vaddr, uint64_t bytes);

/**
 * Does what name_unmap_region does, and reports each page and mark that it took, in the order of
 * their addresses, with its flags as hardware left them. A huge page is one page; of one that an
 * edge splits, the pieces in the range are reported.
 *
 * The call flushes before it reports. When `report` is called, no CPU uses the page any more, and
 * its PT64_ACCESSED and PT64_DIRTY are final: `report` may free the frame or reuse it at once. The
 * commit does not flush these pages again. One flush serves as many pages as the call can remember:
 * 11 side by side or 6 apart, and as many nodes that lie in the range as a whole, with all pages
 * below them. What the guard gathered before is flushed with them, also if the guard ends by
 * name_ignore. A range with nothing mapped is not flushed.
 *
 * `report` must not change this table nor use this guard. It may call the handler's functions, and
 * every call on other tables. The caller does not migrate to another CPU meanwhile.
 * @param vaddr,bytes multiples of the smallest page. 0 bytes is PT64_OK.
 * @return as name_unmap_region. Unless it is PT64_OK, nothing was unmapped and nothing reported.
 */
pt64_status_t name_unmap_pages(name_guard_t *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                               void (*report)(void *arg, const struct pt64_mapping *page),
                               void *arg);

/**
 * Does what name_protect does to whatever is mapped in the range. It splits huge pages at the edges
 * of the range if something changes there. It is no error if nothing is mapped.
 * @return as name_unmap_region, but for PT64_MARKED: marks stay. PT64_BAD_FLAGS when one page or
 *         page size cannot encode the result.
 */
pt64_status_t name_protect_region(name_guard_t *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                                  pt64_flags_t flags);

/**
 * Adds the flags `set` to whatever is mapped in the range, and takes the flags `clear` from it:
 * write-protection for fork, copy-on-write, dirty logging. Each page keeps its memory type, its
 * frame and every bit that the named flags do not decide, those of other software and of features
 * that the format does not know too. Unlike name_protect_region it also takes PT64_ACCESSED,
 * PT64_DIRTY, PT64_SOFT0 and PT64_SOFT1. It splits huge pages at the edges of the range if
 * something changes there; those inside stay huge. It is no error if nothing is mapped.
 *
 * Each page changes in one step. What hardware sets in it up to then is kept, unless it is in
 * `clear`. Until the commit, a CPU may use a permission that was taken, and accesses and stores may
 * set no flag that was cleared: read what a page was given, and copy it, after the commit. A page
 * that has the flags already is not written, and asks for no flush.
 *
 * The caller need not know what is mapped, and holds what it holds for every change: the lock of
 * the table, until the guard ends.
 * @param vaddr,bytes multiples of the smallest page. 0 bytes is PT64_OK.
 * @param set,clear   flags of PT64_CHANGEABLE that the format has (name_flags), or of its own (its
 *                    header says which), and none in both; or PT64_BAD_FLAGS, whatever is mapped.
 *                    Memory types and PT64_GLOBAL are not among them.
 * @return PT64_NOT_ALIGNED, PT64_BAD_ADDRESS, PT64_BORROWED. PT64_NO_MEMORY for a node to split
 *         into. PT64_BAD_FLAGS also when the format cannot encode what one page would become.
 */
pt64_status_t name_change_region(name_guard_t *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                                 pt64_flags_t set, pt64_flags_t clear);

/**
 * Clones what another table of this type maps in a range: fork. The table of `guard` maps there
 * the same frames by the same page sizes; hidden pages and marks are cloned too. It must have
 * nothing where the source has something, and elsewhere keeps what it has. No node is shared.
 * Meanwhile the pages gain the flags `set` and lose the flags `clear` in both tables, as by
 * name_change_region: PT64_WRITE is taken, and a software flag says why. PT64_ACCESSED and
 * PT64_DIRTY are an exception: the source keeps them as they are, and a page of the clone has them
 * if they are in `set`: name them where hardware does not set them.
 *
 * All or nothing holds for both tables: all frames, of the clone's handler for its nodes and of the
 * source's for huge pages that the edges of the range split, are taken before anything changes.
 * Each page of the source changes in one step, and is copied after that: what hardware sets in it
 * meanwhile stays in the source.
 *
 * The caller holds the locks of both tables. It commits the source's guard before a CPU loads the
 * clone: until then CPUs may write pages that the clone shares.
 * @param source_guard an open guard on the source, which is another table.
 * @param vaddr,bytes  multiples of the smallest page. 0 bytes is PT64_OK.
 * @param set,clear    as for name_change_region.
 * @param report       takes each run of cloned pages that are contiguous in both spaces and alike
 *                     in page size and flags, with the flags of the clone, and each mark, in the
 *                     order of addresses: to count references. NULL: nothing is reported. It must
 *                     not change either table, nor use these guards.
 * @return PT64_NOT_ALIGNED, PT64_BAD_ADDRESS, PT64_NO_MEMORY. PT64_BAD_SIZE when the tables have
 *         unequal limits. PT64_BAD_FLAGS as name_change_region, and when the clone is adopted and
 *         there is a hidden page or a mark. PT64_BORROWED when a part of the range is borrowed on
 *         either side, or is a pinned page. PT64_MARKED when an edge is inside of a mark, or a mark
 *         is in the way. PT64_ALREADY_MAPPED or PT64_MAPPED_TO_HUGE_PAGE when a page is in the way,
 *         and for a clone of a table in itself.
 */
pt64_status_t name_clone_region(name_guard_t *guard, name_guard_t *source_guard, pt64_vaddr_t vaddr,
                                uint64_t bytes, pt64_flags_t set, pt64_flags_t clear,
                                void (*report)(void *arg, const struct pt64_mapping *page),
                                void *arg);

/**
 * Clears PT64_ACCESSED of every page that overlaps the range, and reports each that had it, with
 * its flags as they were: for page replacement. A huge page is one page: it is reported and cleared
 * as a whole. An access before the commit may go unseen. Later ones set the flag again.
 * @param vaddr,bytes multiples of the smallest page. 0 bytes is PT64_OK.
 * @return PT64_NOT_ALIGNED, PT64_BAD_ADDRESS, PT64_BORROWED. PT64_BAD_FLAGS when the format has no
 *         such flag.
 */
pt64_status_t
name_test_and_clear_accessed(name_guard_t *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                             void (*report)(void *arg, const struct pt64_mapping *page), void *arg);

/**
 * The same for PT64_DIRTY: for write-back, dirty logging and migration. Read the contents of a
 * reported page after the commit: until then stores may go on unseen.
 */
pt64_status_t name_test_and_clear_dirty(name_guard_t *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                                        void (*report)(void *arg, const struct pt64_mapping *page),
                                        void *arg);

/**
 * Reports each page that overlaps the range and has PT64_ACCESSED, with its flags, in the order of
 * their addresses, and changes nothing: for statistics, and for a second look before a page is
 * taken away. A huge page is one page. It needs no lock and no guard, as every call that reads, and
 * tells of borrowed slots too. A CPU that holds the page in its TLB sets the flag anew only after
 * name_test_and_clear_accessed was committed.
 * @param vaddr,bytes multiples of the smallest page. 0 bytes is PT64_OK.
 * @return PT64_NOT_ALIGNED. PT64_BAD_ADDRESS for a range that this table does not translate, of
 *         which nothing was reported, or when a node on the way is not in memory; what is before
 *         was reported. PT64_BAD_FLAGS when the format has no such flag.
 */
pt64_status_t name_test_accessed(const name_t *table, pt64_vaddr_t vaddr, uint64_t bytes,
                                 void (*report)(void *arg, const struct pt64_mapping *page),
                                 void *arg);

/** The same for PT64_DIRTY: which pages would have to be written back. */
pt64_status_t name_test_dirty(const name_t *table, pt64_vaddr_t vaddr, uint64_t bytes,
                              void (*report)(void *arg, const struct pt64_mapping *page),
                              void *arg);

/**
 * Makes the tables for pages of `size` in the range, and maps nothing: pages of that size or larger
 * that are mapped there later take no frame, so that mapping them cannot fail for want of memory.
 * Tables that are there already, empty or not, are kept. So are pages and marks of that size or
 * smaller.
 *
 * The tables stay until name_unmap_region or name_unmap_pages unlinks them with what it empties, or
 * a larger page takes their place. name_unmap leaves them, even with the last page of a table.
 * @param vaddr,bytes multiples of `size`, or PT64_NOT_ALIGNED. 0 bytes is PT64_OK.
 * @param size        a page size of this table, or PT64_BAD_SIZE.
 * @return PT64_BAD_ADDRESS, PT64_NO_MEMORY, PT64_BORROWED. PT64_MAPPED_TO_HUGE_PAGE when a larger
 *         page is mapped there, PT64_MARKED when a larger mark is. PT64_ALREADY_MAPPED when an
 *         adopted table has an entry there that the format does not know, or a node that is linked
 *         more than once. Then no table was made.
 */
pt64_status_t name_populate(name_guard_t *guard, pt64_vaddr_t vaddr, uint64_t bytes,
                            pt64_size_t size);

/**
 * Makes one huge page of the smaller pages, of any sizes, that map all of its place: the inverse of
 * the splits that a change of a part takes. They map what the huge page would map, with the same
 * flags and memory type: frames that follow each other, the first aligned to `size`. They may
 * differ in PT64_ACCESSED and PT64_DIRTY, of which the huge page has what any of them has. Hidden
 * pages make a hidden one. It takes no frame.
 *
 * The call flushes, and then reads once more what hardware has set in the smaller pages, so that
 * nothing is lost. What the guard gathered before is flushed too, also if the guard ends by
 * name_ignore. On RISC-V, and on AArch64 with FEAT_BBM level 2 for pages that are alike in dirty
 * too, the huge page takes their place at once. Elsewhere accesses fault until it is made: the
 * place must not hold the running code, its stack, the guard or a node. A reader without the lock
 * finds the huge page meanwhile on AArch64 and ARMv7, and no page on x86 and LoongArch: look once
 * more under the lock before a fault is taken for one. The caller does not migrate to another CPU.
 * @param vaddr a multiple of `size`, or PT64_NOT_ALIGNED.
 * @param size  a page size of this table other than the smallest, or PT64_BAD_SIZE. Where a page of
 *              that size is already, PT64_OK: it stays as it is.
 * @return PT64_BAD_ADDRESS, PT64_BORROWED. Of the first address where it fails: PT64_NOT_MAPPED
 *         and PT64_MARKED when there is no page, PT64_NOT_ALIGNED when its frame does not belong
 *         there, PT64_BAD_FLAGS when it differs from the first page, or when no page of `size`
 *         has its flags. PT64_MAPPED_TO_HUGE_PAGE when a larger page is mapped there.
 *         PT64_BAD_FLAGS in an adopted table: what other software put into its links, a huge page
 *         does not have. PT64_BORROWED also in a pinned slot for a page of the root's level.
 */
pt64_status_t name_collapse(name_guard_t *guard, pt64_vaddr_t vaddr, pt64_size_t size);

/**
 * Pins the root slots of a range, so that other tables may borrow them: the kernel's half, say. An
 * empty slot gets an empty node. A pinned slot keeps its node for good, whatever is unmapped below.
 * A page in a pinned slot (one of the root's level) can no longer be changed: PT64_BORROWED. What
 * changes below a pinned slot is flushed under every id.
 * @param vaddr,bytes whole root slots, or PT64_NOT_ALIGNED. 0 bytes is PT64_OK.
 * @return PT64_BAD_ADDRESS. PT64_NO_MEMORY: it takes a frame for each empty slot, and one when the
 *         shared slots come to lie in more than three runs. PT64_BORROWED when a slot belongs to
 *         another table. PT64_ALREADY_MAPPED when an adopted table has an entry there that the
 * format does not know, or a node that is linked more than once.
 */
pt64_status_t name_pin(name_guard_t *guard, pt64_vaddr_t vaddr, uint64_t bytes);

/**
 * Borrows the root slots of a range from another table of the same type, which has pinned or itself
 * borrowed them. What the owner maps below them from then on shows in both tables. The borrower
 * never frees it, and may not change it. Slots that are empty in the other table and not pinned are
 * not borrowed.
 *
 * The owner is destroyed last.
 * @param vaddr,bytes whole root slots, or PT64_NOT_ALIGNED. 0 bytes is PT64_OK.
 * @return PT64_BAD_ADDRESS. PT64_BAD_SIZE when the limits of the tables differ.
 *         PT64_ALREADY_MAPPED when something is mapped or marked in a slot, or it is pinned.
 *         PT64_BORROWED when the other table has something in a slot that it has not pinned.
 *         PT64_NO_MEMORY: it takes a frame when the shared slots of this table come to lie in more
 *         than three runs.
 */
pt64_status_t name_copy_from(name_guard_t *guard, const name_t *other, pt64_vaddr_t vaddr,
                             uint64_t bytes);

#endif /* PAGE_TABLE64_REFERENCE */

/** @cond engine */

#define PT64_TYPES_(name)           \
    typedef struct name##_t {       \
        struct pt64_table table;    \
    } name##_t;                     \
    typedef struct name##_guard_t { \
        struct pt64_guard guard;    \
    } name##_guard_t;

/*
 * F(linkage, type, function, (parameters), statement) for each call. The signatures are only here
 * and in the reference above. `callback_linkage` is for calls that take a function of the caller:
 * PAGE_TABLE64_DEFINE inlines them, so that the compiler knows that function.
 */
#define PT64_CALLS_(F, name, linkage, callback_linkage)                                            \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_create, (name##_t * table, void *ctx),        \
      return pt64_create(&name##_traits_, &table->table, ctx))                                     \
    F(linkage, PT64_RARE_ PT64_MUST_CHECK pt64_status_t, name##_adopt,                             \
      (name##_t * table, pt64_paddr_t root, void *ctx),                                            \
      return pt64_adopt(&name##_traits_, &table->table, root, ctx))                                \
    F(linkage, PT64_RARE_ PT64_MUST_CHECK pt64_status_t, name##_readopt,                           \
      (name##_t * table, pt64_paddr_t root, void *ctx),                                            \
      return pt64_readopt(&name##_traits_, &table->table, root, ctx))                              \
    F(linkage, void, name##_destroy, (name##_t * table),                                           \
      pt64_destroy(&name##_traits_, &table->table))                                                \
    F(linkage, pt64_paddr_t, name##_release, (name##_t * table),                                   \
      return pt64_release(&table->table))                                                          \
    F(linkage, pt64_paddr_t, name##_root, (const name##_t *table),                                 \
      return pt64_root_of(&table->table))                                                          \
    F(linkage, void, name##_set_id, (name##_t * table, uint64_t id), table->table.not_id = ~id)    \
    F(linkage, pt64_flags_t, name##_flags, (void), return name##_traits_.pte->flags)               \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_query,                                        \
      (const name##_t *table, pt64_vaddr_t vaddr, struct pt64_mapping *page),                      \
      return pt64_query(&name##_traits_, &table->table, vaddr, page))                              \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_translate,                                    \
      (const name##_t *table, pt64_vaddr_t vaddr, pt64_paddr_t *paddr),                            \
      return pt64_translate(&name##_traits_, &table->table, vaddr, paddr))                         \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_next,                                         \
      (const name##_t *table, pt64_vaddr_t from, pt64_vaddr_t last, struct pt64_mapping *run),     \
      return pt64_next(&name##_traits_, &table->table, from, last, run))                           \
    F(callback_linkage, PT64_MUST_CHECK pt64_status_t, name##_walk,                                \
      (const name##_t *table, pt64_visitor_t visit, void *arg),                                    \
      return pt64_walk(&name##_traits_, &table->table, visit, arg))                                \
    F(callback_linkage, PT64_MUST_CHECK pt64_status_t, name##_walk_range,                          \
      (const name##_t *table, pt64_vaddr_t vaddr, uint64_t bytes, pt64_visitor_t visit,            \
       void *arg),                                                                                 \
      return pt64_walk_range(&name##_traits_, &table->table, vaddr, bytes, visit, arg))            \
    F(linkage, PT64_RARE_ PT64_MUST_CHECK pt64_status_t, name##_check,                             \
      (const name##_t *table, unsigned options, struct pt64_flaw *first),                          \
      return pt64_check(&name##_traits_, &table->table, options, first))                           \
    F(linkage, void, name##_begin, (name##_guard_t * guard, name##_t * table),                     \
      pt64_begin(&guard->guard, &table->table))                                                    \
    F(linkage, void, name##_begin_range,                                                           \
      (name##_guard_t * guard, name##_t * table, pt64_vaddr_t vaddr, uint64_t bytes),              \
      pt64_begin_range(&name##_traits_, &guard->guard, &table->table, vaddr, bytes))               \
    F(linkage, pt64_vaddr_t, name##_failed_at, (const name##_guard_t *guard),                      \
      return guard->guard.failed_at)                                                               \
    F(linkage, void, name##_commit, (name##_guard_t * guard),                                      \
      pt64_end(&name##_traits_, &guard->guard))                                                    \
    F(linkage, void, name##_ignore, (name##_guard_t * guard),                                      \
      pt64_ignore(&name##_traits_, &guard->guard))                                                 \
    F(linkage, void, name##_flush_local, (const struct pt64_flush *request),                       \
      pt64_flush_local(&name##_traits_, request))                                                  \
    F(linkage, void, name##_fix_fault, (const name##_t *table, pt64_vaddr_t vaddr),                \
      pt64_fix_fault(&name##_traits_, &table->table, vaddr))                                       \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_map,                                          \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,           \
       pt64_flags_t flags),                                                                        \
      return pt64_map(&name##_traits_, &guard->guard, vaddr, paddr, size, flags))                  \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_unmap,                                        \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, struct pt64_mapping * removed),                 \
      return pt64_unmap(&name##_traits_, &guard->guard, vaddr, removed))                           \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_protect,                                      \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, pt64_flags_t flags),                            \
      return pt64_protect(&name##_traits_, &guard->guard, vaddr, flags))                           \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_remap,                                        \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags),        \
      return pt64_remap(&name##_traits_, &guard->guard, vaddr, paddr, flags))                      \
    F(linkage, PT64_RARE_ PT64_MUST_CHECK pt64_status_t, name##_mark,                              \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, pt64_size_t size, uint64_t mark,                \
       struct pt64_mapping *removed),                                                              \
      return pt64_mark(&name##_traits_, &guard->guard, vaddr, size, mark, removed))                \
    F(linkage, PT64_RARE_ PT64_MUST_CHECK pt64_status_t, name##_map_marked,                        \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,           \
       pt64_flags_t flags, uint64_t expected_mark),                                                \
      return pt64_map_marked(&name##_traits_, &guard->guard, vaddr, paddr, size, flags,            \
                             expected_mark))                                                       \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_mark_of,                                      \
      (const name##_t *table, pt64_vaddr_t vaddr, uint64_t *mark),                                 \
      return pt64_mark_of(&name##_traits_, &table->table, vaddr, mark))                            \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_map_region,                                   \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,             \
       pt64_flags_t flags, pt64_size_t max_size),                                                  \
      return pt64_map_region(&name##_traits_, &guard->guard, vaddr, paddr, bytes, flags,           \
                             max_size))                                                            \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_unmap_region,                                 \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, uint64_t bytes),                                \
      return pt64_unmap_region(&name##_traits_, &guard->guard, vaddr, bytes))                      \
    F(callback_linkage, PT64_MUST_CHECK pt64_status_t, name##_unmap_pages,                         \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, uint64_t bytes, pt64_report_t report,           \
       void *arg),                                                                                 \
      return pt64_unmap_pages(&name##_traits_, &guard->guard, vaddr, bytes, report, arg))          \
    F(callback_linkage, PT64_MUST_CHECK pt64_status_t, name##_map_pages,                           \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, pt64_get_paddr_t get_paddr, void *arg,          \
       uint64_t bytes, pt64_flags_t flags, pt64_size_t max_size),                                  \
      return pt64_map_pages(&name##_traits_, &guard->guard, vaddr, get_paddr, arg, bytes, flags,   \
                            max_size))                                                             \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_protect_region,                               \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t flags),            \
      return pt64_protect_region(&name##_traits_, &guard->guard, vaddr, bytes, flags))             \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_change_region,                                \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t set,               \
       pt64_flags_t clear),                                                                        \
      return pt64_change_region(&name##_traits_, &guard->guard, vaddr, bytes, set, clear))         \
    F(callback_linkage, PT64_MUST_CHECK pt64_status_t, name##_clone_region,                        \
      (name##_guard_t * guard, name##_guard_t * source_guard, pt64_vaddr_t vaddr, uint64_t bytes,  \
       pt64_flags_t set, pt64_flags_t clear, pt64_report_t report, void *arg),                     \
      return pt64_clone_region(&name##_traits_, &guard->guard, &source_guard->guard, vaddr, bytes, \
                               set, clear, report, arg))                                           \
    F(callback_linkage, PT64_MUST_CHECK pt64_status_t, name##_test_and_clear_accessed,             \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, uint64_t bytes, pt64_report_t report,           \
       void *arg),                                                                                 \
      return pt64_harvest(&name##_traits_, &guard->guard, vaddr, bytes, PT64_ACCESSED, report,     \
                          arg))                                                                    \
    F(callback_linkage, PT64_MUST_CHECK pt64_status_t, name##_test_and_clear_dirty,                \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, uint64_t bytes, pt64_report_t report,           \
       void *arg),                                                                                 \
      return pt64_harvest(&name##_traits_, &guard->guard, vaddr, bytes, PT64_DIRTY, report, arg))  \
    F(callback_linkage, PT64_MUST_CHECK pt64_status_t, name##_test_accessed,                       \
      (const name##_t *table, pt64_vaddr_t vaddr, uint64_t bytes, pt64_report_t report,            \
       void *arg),                                                                                 \
      return pt64_test_flag(&name##_traits_, &table->table, vaddr, bytes, PT64_ACCESSED, report,   \
                            arg))                                                                  \
    F(callback_linkage, PT64_MUST_CHECK pt64_status_t, name##_test_dirty,                          \
      (const name##_t *table, pt64_vaddr_t vaddr, uint64_t bytes, pt64_report_t report,            \
       void *arg),                                                                                 \
      return pt64_test_flag(&name##_traits_, &table->table, vaddr, bytes, PT64_DIRTY, report,      \
                            arg))                                                                  \
    F(linkage, PT64_RARE_ PT64_MUST_CHECK pt64_status_t, name##_populate,                          \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, uint64_t bytes, pt64_size_t size),              \
      return pt64_populate(&name##_traits_, &guard->guard, vaddr, bytes, size))                    \
    F(linkage, PT64_RARE_ PT64_MUST_CHECK pt64_status_t, name##_collapse,                          \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, pt64_size_t size),                              \
      return pt64_collapse(&name##_traits_, &guard->guard, vaddr, size))                           \
    F(linkage, PT64_RARE_ PT64_MUST_CHECK pt64_status_t, name##_pin,                               \
      (name##_guard_t * guard, pt64_vaddr_t vaddr, uint64_t bytes),                                \
      return pt64_pin(&name##_traits_, &guard->guard, vaddr, bytes))                               \
    F(linkage, PT64_MUST_CHECK pt64_status_t, name##_copy_from,                                    \
      (name##_guard_t * guard, const name##_t *other, pt64_vaddr_t vaddr, uint64_t bytes),         \
      return pt64_copy_from(&name##_traits_, &guard->guard, &other->table, vaddr, bytes))

#define PT64_CALL_DECLARE_(linkage, type, function, parameters, statement) \
    linkage type function parameters;

#define PT64_CALL_DEFINE_(linkage, type, function, parameters, statement) \
    linkage type function parameters                                      \
    {                                                                     \
        statement;                                                        \
    }

#define PT64_DECLARE_(name, linkage, callback_linkage)                                      \
    PT64_CALLS_(PT64_CALL_DECLARE_, name, linkage, callback_linkage)                        \
    static inline __attribute__((unused)) void name##_leave_scope_(name##_guard_t **guard)  \
    {                                                                                       \
        name##_commit(*guard);                                                              \
    }                                                                                       \
    static inline __attribute__((unused)) void name##_leave_unseen_(name##_guard_t **guard) \
    {                                                                                       \
        name##_ignore(*guard);                                                              \
    }

#define PT64_IMPLEMENT_(name, meta_, pte_, handler_, bytes, linkage, callback_linkage) \
    PT64_OPS_(PT64_OP_DECLARE_, name)                                                  \
    static const struct pt64_ops name##_ops_ = {PT64_OPS_(PT64_OP_NAME_, name)};       \
    static const struct pt64_traits name##_traits_ = {&(meta_), &(pte_), &(handler_),  \
                                                      &name##_ops_, bytes};            \
    PT64_OPS_(PT64_OP_DEFINE_, name)                                                   \
    PT64_CALLS_(PT64_CALL_DEFINE_, name, linkage, callback_linkage)

#define PT64_LOCAL_          static __attribute__((unused))
#define PT64_LOCAL_CALLBACK_ PT64_INLINE
#define PT64_EXTERNAL_

/** @endcond */

/** @cond engine */

/* `bytes` is the size of the entries that the name of a macro promises; 0 is any. */

#define PT64_DEFINE_(name, meta, pte, handler, bytes) \
    PT64_TYPES_(name)                                 \
    PT64_FUNCTIONS_(name, meta, pte, handler, bytes)

#define PT64_FUNCTIONS_(name, meta, pte, handler, bytes)                                \
    PT64_BEGIN_                                                                         \
    PT64_DECLARE_(name, PT64_LOCAL_, PT64_LOCAL_CALLBACK_)                              \
    PT64_IMPLEMENT_(name, meta, pte, handler, bytes, PT64_LOCAL_, PT64_LOCAL_CALLBACK_) \
    PT64_END_

#define PT64_IMPLEMENT_DECLARED_(name, meta, pte, handler, bytes)                    \
    PT64_BEGIN_                                                                      \
    PT64_IMPLEMENT_(name, meta, pte, handler, bytes, PT64_EXTERNAL_, PT64_EXTERNAL_) \
    PT64_END_

/** @endcond */

/**
 * Defines the table type `name_t`, its guard `name_guard_t` and their functions for this file.
 * @param name    prefix of all generated names.
 * @param meta    a constant struct pt64_meta, with entries of 8 bytes: the geometry and TLB of an
 *                architecture.
 * @param pte     a constant struct pt64_pte: how its entries are encoded.
 * @param handler a constant struct pt64_handler: where frames come from.
 */
#define PAGE_TABLE64_DEFINE(name, meta, pte, handler) PT64_DEFINE_(name, meta, pte, handler, 8)

/** The same for a geometry with entries of 4 bytes. */
#define PAGE_TABLE32_DEFINE(name, meta, pte, handler) PT64_DEFINE_(name, meta, pte, handler, 4)

/**
 * For a header: the table type and its guard, without functions. Records of other files can hold
 * them. PAGE_TABLE64_FUNCTIONS defines the functions where they are called.
 */
#define PAGE_TABLE64_TYPES(name) \
    PT64_BEGIN_                  \
    PT64_TYPES_(name)            \
    PT64_END_

/**
 * For one source file, after PAGE_TABLE64_TYPES: what PAGE_TABLE64_DEFINE does but for the types.
 * The functions are of this file alone: those that it does not call take no room, whatever the
 * linker does.
 */
#define PAGE_TABLE64_FUNCTIONS(name, meta, pte, handler) \
    PT64_FUNCTIONS_(name, meta, pte, handler, 8)

/** The same for a geometry with entries of 4 bytes. */
#define PAGE_TABLE32_FUNCTIONS(name, meta, pte, handler) \
    PT64_FUNCTIONS_(name, meta, pte, handler, 4)

/**
 * For a header: the table type, its guard, and the declarations of their functions.
 * PAGE_TABLE64_IMPLEMENT defines the functions elsewhere.
 */
#define PAGE_TABLE64_DECLARE(name)                      \
    PT64_BEGIN_                                         \
    PT64_TYPES_(name)                                   \
    PT64_DECLARE_(name, PT64_EXTERNAL_, PT64_EXTERNAL_) \
    PT64_END_

/** The same; PAGE_TABLE32_IMPLEMENT defines the functions. */
#define PAGE_TABLE32_DECLARE(name) PAGE_TABLE64_DECLARE(name)

/**
 * For one source file: defines the functions that PAGE_TABLE64_DECLARE declared. The parameters are
 * those of PAGE_TABLE64_DEFINE. All of them are external: without --gc-sections those that nobody
 * calls stay in the program. PAGE_TABLE64_FUNCTIONS is for a type that one file uses.
 */
#define PAGE_TABLE64_IMPLEMENT(name, meta, pte, handler) \
    PT64_IMPLEMENT_DECLARED_(name, meta, pte, handler, 8)

/** The same for PAGE_TABLE32_DECLARE: the parameters are those of PAGE_TABLE32_DEFINE. */
#define PAGE_TABLE32_IMPLEMENT(name, meta, pte, handler) \
    PT64_IMPLEMENT_DECLARED_(name, meta, pte, handler, 4)

/** @cond engine */

/* A name in the caller's file may also be the name of a parameter: -Wshadow would report it. */
#define PT64_BEGIN_ _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wshadow\"")

/*
 * Ends what PT64_BEGIN_ began, and takes the semicolon after the macro. A file without that
 * semicolon does not compile.
 */
#ifdef __cplusplus
#define PT64_END_ _Pragma("GCC diagnostic pop") static_assert(true, "a semicolon ends this")
#else
#define PT64_END_ _Pragma("GCC diagnostic pop") _Static_assert(1, "a semicolon ends this")
#endif

/** @endcond */

/**
 * Begins a guard on `table`, a `name_t *`, in a variable `guard` that it defines. The guard is
 * committed at the end of the variable's scope.
 *
 * No `goto` and no `case` may jump into the scope past it: a guard that never began would be
 * committed. clang refuses such a jump. gcc warns of it with -Wjump-misses-init, which -Wall does
 * not include.
 */
#define PT64_SCOPED_GUARD(name, guard, table)                                                \
    PT64_UNSET name##_guard_t guard;                                                         \
    name##_guard_t *guard##_in_scope __attribute__((unused, cleanup(name##_leave_scope_))) = \
        (name##_begin(&(guard), table), &(guard))

/** The same for a guard on a range. */
#define PT64_SCOPED_RANGE_GUARD(name, guard, table, vaddr, bytes)                            \
    PT64_UNSET name##_guard_t guard;                                                         \
    name##_guard_t *guard##_in_scope __attribute__((unused, cleanup(name##_leave_scope_))) = \
        (name##_begin_range(&(guard), table, vaddr, bytes), &(guard))

/** The same on a table that no CPU has loaded: the guard ends by name_ignore. */
#define PT64_SCOPED_UNSEEN_GUARD(name, guard, table)                                          \
    PT64_UNSET name##_guard_t guard;                                                          \
    name##_guard_t *guard##_in_scope __attribute__((unused, cleanup(name##_leave_unseen_))) = \
        (name##_begin(&(guard), table), &(guard))

#endif

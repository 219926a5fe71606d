/* SPDX-License-Identifier: MIT */
#include "reference.h"

#include <stdlib.h>
#include <string.h>

void reference_init(struct reference *reference, const struct pt64_meta *meta,
                    const struct pt64_pte *pte)
{
    memset(reference, 0, sizeof *reference);
    reference->meta = meta;
    reference->pte = pte;
    /* The list is never NULL: not even 0 may be added to NULL. */
    reference->room = 64;
    reference->pages = malloc(reference->room * sizeof *reference->pages);
    if (reference->pages == NULL)
        abort();
}

void reference_fini(struct reference *reference)
{
    free(reference->pages);
    reference->pages = NULL;
    reference->count = 0;
    reference->room = 0;
}

/* ---- sizes and addresses ---- */

static unsigned shift_of(const struct reference *reference, unsigned level)
{
    return reference->meta->page_shift + level * reference->meta->index_bits;
}

static pt64_size_t size_of(const struct reference *reference, unsigned level)
{
    return (pt64_size_t)1 << shift_of(reference, level);
}

static pt64_size_t root_slot(const struct reference *reference)
{
    return size_of(reference, reference->meta->limits.levels - 1);
}

/* The level of pages of that size, or leaf_levels if there is none. */
static unsigned level_of(const struct reference *reference, pt64_size_t size)
{
    unsigned level = 0;

    while (level < reference->meta->limits.leaf_levels && size_of(reference, level) != size)
        level++;
    return level;
}

static bool is_vaddr(const struct reference *reference, pt64_vaddr_t vaddr)
{
    unsigned bits = reference->meta->limits.vaddr_bits;
    uint64_t above = vaddr >> bits;
    uint64_t ones = UINT64_MAX >> bits;

    switch (reference->meta->space) {
    case PT64_SPACE_LOWER:
        return above == 0;
    case PT64_SPACE_UPPER:
        return above == ones;
    case PT64_SPACE_SIGN_EXTENDED:
    default:
        return above == (vaddr >> (bits - 1) & 1 ? ones : 0);
    }
}

bool reference_is_absent(const struct pt64_mapping *page)
{
    return (page->flags & (PT64_READ | PT64_WRITE | PT64_EXECUTE)) == 0;
}

bool reference_has_absent(const struct reference *reference)
{
    for (size_t i = 0; i < reference->count; i++)
        if (reference_is_absent(&reference->pages[i]))
            return true;
    return false;
}

static bool is_mark(const struct pt64_mapping *page)
{
    return (page->flags & PT64_MARK) != 0;
}

static bool is_hidden_by(pt64_flags_t flags)
{
    return (flags & (PT64_READ | PT64_WRITE | PT64_EXECUTE)) == 0;
}

/* A hidden page is what a page that can be read, or read and executed, would be. */
bool reference_can_encode(const struct reference *reference, pt64_flags_t flags, unsigned level)
{
    const struct pt64_limits *limits = &reference->meta->limits;
    const struct pt64_pte *pte = reference->pte;

    if (!is_hidden_by(flags))
        return pte->can_encode(limits, flags, level);
    return !reference->is_adopted &&
           (pte->can_encode(limits, flags | PT64_READ, level) ||
            pte->can_encode(limits, flags | PT64_READ | PT64_EXECUTE, level));
}

/* x86 hides pages in the lower half of the physical addresses alone. */
static bool is_paddr(const struct reference *reference, pt64_paddr_t paddr, uint64_t bytes,
                     pt64_flags_t flags)
{
    unsigned bits = reference->meta->limits.paddr_bits;
    pt64_paddr_t last = paddr + (bytes - 1);

    if (is_hidden_by(flags))
        bits -= reference->pte->hidden_bits;
    return last >= paddr && last >> bits == 0;
}

static pt64_status_t check_region(const struct reference *reference, pt64_vaddr_t vaddr,
                                  uint64_t bytes)
{
    pt64_vaddr_t last = vaddr + (bytes - 1);

    if ((vaddr | bytes) % size_of(reference, 0) != 0)
        return PT64_NOT_ALIGNED;
    if (last < vaddr || !is_vaddr(reference, vaddr) || !is_vaddr(reference, last) ||
        vaddr >> 63 != last >> 63)
        return PT64_BAD_ADDRESS;
    return PT64_OK;
}

static bool can_encode_everywhere(const struct reference *reference, pt64_flags_t flags)
{
    for (unsigned level = 0; level < reference->meta->limits.leaf_levels; level++)
        if (!reference_can_encode(reference, flags, level))
            return false;
    return true;
}

static bool is_slot_among(const struct reference *reference, const pt64_vaddr_t *slots,
                          size_t count, pt64_vaddr_t vaddr)
{
    for (size_t i = 0; i < count; i++)
        if (slots[i] == (vaddr & ~(root_slot(reference) - 1)))
            return true;
    return false;
}

static bool is_lent(const struct reference *reference, pt64_vaddr_t vaddr)
{
    return is_slot_among(reference, reference->loans, reference->loan_count, vaddr);
}

static bool is_pinned(const struct reference *reference, pt64_vaddr_t vaddr)
{
    return is_slot_among(reference, reference->pins, reference->pin_count, vaddr);
}

static bool is_any_lent(const struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_vaddr_t first = vaddr & ~(root_slot(reference) - 1);

    for (size_t i = 0; i < reference->loan_count; i++)
        if (reference->loans[i] - first <= (vaddr + (bytes - 1)) - first)
            return true;
    return false;
}

static struct pt64_mapping *own_page(const struct reference *reference, pt64_vaddr_t vaddr);

/* A pinned slot that is one page: it may be on loan. */
static bool is_fixed(const struct reference *reference, pt64_vaddr_t slot)
{
    const struct pt64_mapping *page = own_page(reference, slot);

    return page != NULL && page->size == root_slot(reference);
}

/* Whether this table must not change a part of the region. */
static bool is_any_kept(const struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_vaddr_t first = vaddr & ~(root_slot(reference) - 1);

    for (size_t i = 0; i < reference->pin_count; i++)
        if (reference->pins[i] - first <= (vaddr + (bytes - 1)) - first &&
            is_fixed(reference, reference->pins[i]))
            return true;
    return is_any_lent(reference, vaddr, bytes);
}

/* A call on the region fails because of the first slot of it that the table must not change. */
static pt64_status_t fail_at_kept(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_vaddr_t last = vaddr + (bytes - 1);

    reference->failed_at = vaddr;
    while (!is_any_kept(reference, reference->failed_at, 1) && reference->failed_at < last)
        reference->failed_at = (reference->failed_at | (root_slot(reference) - 1)) + 1;
    return PT64_BORROWED;
}

/* A call that has got to `vaddr` fails because of the page that begins there or before. */
static pt64_status_t fail_at_page(struct reference *reference, pt64_vaddr_t vaddr,
                                  const struct pt64_mapping *page, pt64_status_t status)
{
    reference->failed_at = page->vaddr > vaddr ? page->vaddr : vaddr;
    return status;
}

/* ---- the list ---- */

/* The first page that ends after `vaddr`. */
static size_t find(const struct reference *reference, pt64_vaddr_t vaddr)
{
    size_t low = 0;
    size_t high = reference->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct pt64_mapping *page = &reference->pages[middle];

        if (page->vaddr + (page->size - 1) < vaddr)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Replaces `removed` pages at `index` by room for `added` others, and returns that room. */
static struct pt64_mapping *replace(struct reference *reference, size_t index, size_t removed,
                                    size_t added)
{
    size_t count = reference->count - removed + added;

    if (count > reference->room) {
        reference->room = count * 2;
        reference->pages = realloc(reference->pages, reference->room * sizeof *reference->pages);
        if (reference->pages == NULL)
            abort();
    }
    memmove(&reference->pages[index + added], &reference->pages[index + removed],
            (reference->count - index - removed) * sizeof *reference->pages);
    reference->count = count;
    return &reference->pages[index];
}

static struct pt64_mapping *own_page(const struct reference *reference, pt64_vaddr_t vaddr)
{
    size_t index = find(reference, vaddr);

    return index < reference->count && reference->pages[index].vaddr <= vaddr
               ? &reference->pages[index]
               : NULL;
}

struct pt64_mapping *reference_page(const struct reference *reference, pt64_vaddr_t vaddr)
{
    return own_page(is_lent(reference, vaddr) ? reference->lender : reference, vaddr);
}

/* Splits the page at `index` into pages of the next smaller size. */
static void split(struct reference *reference, size_t index)
{
    struct pt64_mapping page = reference->pages[index];
    size_t pieces = (size_t)1 << reference->meta->index_bits;
    struct pt64_mapping *piece = replace(reference, index, 1, pieces);

    for (size_t i = 0; i < pieces; i++)
        piece[i] = (struct pt64_mapping){page.vaddr + i * (page.size / pieces),
                                         page.paddr + i * (page.size / pieces), page.size / pieces,
                                         page.flags};
}

/* Splits until no page extends over `cut`. */
static void cut_at(struct reference *reference, pt64_vaddr_t cut)
{
    for (;;) {
        size_t index = find(reference, cut);

        if (index == reference->count || reference->pages[index].vaddr >= cut)
            return;
        split(reference, index);
    }
}

/* ---- reading ---- */

pt64_status_t reference_query(const struct reference *reference, pt64_vaddr_t vaddr,
                              struct pt64_mapping *page)
{
    const struct pt64_mapping *found;

    if (!is_vaddr(reference, vaddr))
        return PT64_BAD_ADDRESS;
    found = reference_page(reference, vaddr);
    if (found == NULL)
        return PT64_NOT_MAPPED;
    if (is_mark(found))
        return PT64_MARKED;
    *page = *found;
    return PT64_OK;
}

/* For a table that borrows nothing. */
pt64_status_t reference_next(const struct reference *reference, pt64_vaddr_t from,
                             pt64_vaddr_t last, struct pt64_mapping *run)
{
    pt64_vaddr_t start = from & ~(size_of(reference, 0) - 1);
    size_t index = find(reference, start);
    const struct pt64_mapping *page;

    if (last < from || index == reference->count || reference->pages[index].vaddr > last)
        return PT64_NOT_MAPPED;
    page = &reference->pages[index];
    *run = *page;
    if (page->vaddr < start) {
        run->vaddr = start;
        run->paddr += is_mark(page) ? 0 : start - page->vaddr;
        run->size -= start - page->vaddr;
    }
    for (page++; page < &reference->pages[reference->count] && !is_mark(run); page++) {
        if (page->vaddr != run->vaddr + run->size || page->paddr != run->paddr + run->size ||
            page->flags != run->flags)
            break;
        run->size += page->size;
    }
    last |= size_of(reference, 0) - 1;
    if (run->size - 1 > last - run->vaddr)
        run->size = last - run->vaddr + 1;
    return PT64_OK;
}

/* ---- mapping ---- */

struct plan {
    pt64_vaddr_t vaddr;
    uint64_t bytes;
    pt64_paddr_t paddr;
    pt64_paddr_t (*get_paddr)(void *arg, pt64_vaddr_t vaddr); /* or NULL: frames from paddr on */
    void *arg;
    pt64_flags_t flags;
    unsigned min_level;
    unsigned max_level;
};

static pt64_paddr_t paddr_at(const struct plan *plan, pt64_vaddr_t vaddr)
{
    return plan->get_paddr != NULL ? plan->get_paddr(plan->arg, vaddr)
                                   : plan->paddr + (vaddr - plan->vaddr);
}

static bool fits(const struct reference *reference, const struct plan *plan, pt64_vaddr_t vaddr,
                 unsigned level)
{
    pt64_size_t size = size_of(reference, level);
    pt64_size_t small = size_of(reference, 0);
    pt64_paddr_t paddr = paddr_at(plan, vaddr);

    if ((vaddr | paddr) % size != 0 || plan->bytes - (vaddr - plan->vaddr) < size)
        return false;
    for (pt64_size_t i = small; i < size && plan->get_paddr != NULL; i += small)
        if (paddr_at(plan, vaddr + i) != paddr + i)
            return false;
    return true;
}

static unsigned pick_level(const struct reference *reference, const struct plan *plan,
                           pt64_vaddr_t vaddr)
{
    unsigned level = plan->max_level;

    while (level > plan->min_level && !fits(reference, plan, vaddr, level))
        level--;
    return level;
}

/* Checks that the place of a page that is to come at `vaddr` is free. */
static pt64_status_t check_free(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size)
{
    size_t index = find(reference, vaddr);
    const struct pt64_mapping *page = &reference->pages[index];

    if (index == reference->count || page->vaddr > vaddr + (size - 1))
        return PT64_OK;
    if (is_mark(page) && page->size >= size)
        return fail_at_page(reference, vaddr, page, PT64_MARKED);
    return fail_at_page(reference, vaddr, page,
                        page->size > size ? PT64_MAPPED_TO_HUGE_PAGE : PT64_ALREADY_MAPPED);
}

static pt64_status_t check_frame(const struct reference *reference, const struct plan *plan,
                                 pt64_vaddr_t vaddr)
{
    pt64_paddr_t paddr = paddr_at(plan, vaddr);

    if (paddr % size_of(reference, 0) != 0)
        return PT64_NOT_ALIGNED;
    return is_paddr(reference, paddr, size_of(reference, 0), plan->flags) ? PT64_OK
                                                                          : PT64_BAD_ADDRESS;
}

static pt64_status_t check_plan(struct reference *reference, const struct plan *plan, size_t *pages)
{
    *pages = 0;
    for (uint64_t done = 0; done < plan->bytes;) {
        pt64_size_t size = size_of(reference, pick_level(reference, plan, plan->vaddr + done));
        pt64_status_t status = check_frame(reference, plan, plan->vaddr + done);

        reference->failed_at = plan->vaddr + done;
        if (status == PT64_OK)
            status = check_free(reference, plan->vaddr + done, size);
        if (status == PT64_OK && size == root_slot(reference) &&
            is_pinned(reference, plan->vaddr + done))
            status = PT64_BORROWED;
        if (status != PT64_OK)
            return status;
        done += size;
        ++*pages;
    }
    return PT64_OK;
}

static pt64_status_t carry_out(struct reference *reference, const struct plan *plan)
{
    size_t pages;
    struct pt64_mapping *page;
    pt64_status_t status;

    if (is_any_kept(reference, plan->vaddr, plan->bytes))
        return fail_at_kept(reference, plan->vaddr, plan->bytes);
    status = check_plan(reference, plan, &pages);
    if (status != PT64_OK)
        return status;
    page = replace(reference, find(reference, plan->vaddr), 0, pages);
    for (uint64_t done = 0; done < plan->bytes; page++) {
        pt64_vaddr_t vaddr = plan->vaddr + done;

        *page = (struct pt64_mapping){vaddr, paddr_at(plan, vaddr),
                                      size_of(reference, pick_level(reference, plan, vaddr)),
                                      plan->flags};
        done += page->size;
    }
    return PT64_OK;
}

pt64_status_t reference_map(struct reference *reference, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                            pt64_size_t size, pt64_flags_t flags)
{
    unsigned level = level_of(reference, size);
    struct plan plan = {vaddr, size, paddr, NULL, NULL, flags, level, level};

    if (level == reference->meta->limits.leaf_levels)
        return PT64_BAD_SIZE;
    if ((vaddr | paddr) % size != 0)
        return PT64_NOT_ALIGNED;
    if (!is_vaddr(reference, vaddr) || !is_paddr(reference, paddr, size, flags))
        return PT64_BAD_ADDRESS;
    if (!reference_can_encode(reference, flags, level))
        return PT64_BAD_FLAGS;
    return carry_out(reference, &plan);
}

/* The level of the largest pages that a limit allows, or `leaf_levels` if it is no page size. */
static unsigned max_level(const struct reference *reference, pt64_size_t max_size)
{
    return max_size == UINT64_MAX ? reference->meta->limits.leaf_levels - 1
                                  : level_of(reference, max_size);
}

pt64_status_t reference_map_region(struct reference *reference, pt64_vaddr_t vaddr,
                                   pt64_paddr_t paddr, uint64_t bytes, pt64_flags_t flags,
                                   pt64_size_t max_size)
{
    struct plan plan = {vaddr, bytes, paddr, NULL, NULL, flags, 0, max_level(reference, max_size)};
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    if (plan.max_level == reference->meta->limits.leaf_levels)
        return PT64_BAD_SIZE;
    status = check_region(reference, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    if (paddr % size_of(reference, 0) != 0)
        return PT64_NOT_ALIGNED;
    if (!is_paddr(reference, paddr, bytes, flags))
        return PT64_BAD_ADDRESS;
    if (!can_encode_everywhere(reference, flags))
        return PT64_BAD_FLAGS;
    return carry_out(reference, &plan);
}

pt64_status_t reference_map_pages(struct reference *reference, pt64_vaddr_t vaddr,
                                  pt64_paddr_t (*get_paddr)(void *arg, pt64_vaddr_t vaddr),
                                  void *arg, uint64_t bytes, pt64_flags_t flags,
                                  pt64_size_t max_size)
{
    struct plan plan = {vaddr, bytes, 0, get_paddr, arg, flags, 0, max_level(reference, max_size)};
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    if (plan.max_level == reference->meta->limits.leaf_levels)
        return PT64_BAD_SIZE;
    status = check_region(reference, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    if (!can_encode_everywhere(reference, flags))
        return PT64_BAD_FLAGS;
    return carry_out(reference, &plan);
}

/* ---- single pages ---- */

static pt64_status_t pick_page(struct reference *reference, pt64_vaddr_t vaddr,
                               struct pt64_mapping **page)
{
    if (vaddr % size_of(reference, 0) != 0)
        return PT64_NOT_ALIGNED;
    if (!is_vaddr(reference, vaddr))
        return PT64_BAD_ADDRESS;
    if (is_any_kept(reference, vaddr, 1))
        return PT64_BORROWED;
    *page = reference_page(reference, vaddr);
    if (*page == NULL)
        return PT64_NOT_MAPPED;
    if ((*page)->vaddr == vaddr)
        return PT64_OK;
    return is_mark(*page) ? PT64_MARKED : PT64_MAPPED_TO_HUGE_PAGE;
}

pt64_status_t reference_unmap(struct reference *reference, pt64_vaddr_t vaddr,
                              struct pt64_mapping *removed)
{
    struct pt64_mapping *page;
    pt64_status_t status = pick_page(reference, vaddr, &page);

    if (status != PT64_OK)
        return status;
    if (removed != NULL)
        *removed = *page;
    (void)replace(reference, (size_t)(page - reference->pages), 1, 0);
    return PT64_OK;
}

/* What becomes of a page's flags: it loses those of `clear`, and gains those of `set`. */
struct revision {
    pt64_flags_t set;
    pt64_flags_t clear;
};

/* Of a number, the flags name another or none. */
static struct revision protection(const struct reference *reference, pt64_flags_t flags)
{
    const struct pt64_pte *pte = reference->pte;
    pt64_flags_t kept = PT64_STICKY | pte->sticky;

    return (struct revision){flags, ~kept | ((flags & pte->number) != 0 ? pte->number : 0)};
}

static pt64_flags_t revised_flags(const struct pt64_mapping *page, struct revision revision)
{
    return (page->flags & ~revision.clear) | revision.set;
}

static bool can_revise(const struct reference *reference, const struct pt64_mapping *page,
                       struct revision revision)
{
    pt64_flags_t flags = revised_flags(page, revision);

    return flags == page->flags ||
           (reference_can_encode(reference, flags, level_of(reference, page->size)) &&
            is_paddr(reference, page->paddr, page->size, flags));
}

static pt64_status_t revise(struct reference *reference, pt64_vaddr_t vaddr, bool moves,
                            pt64_paddr_t paddr, pt64_flags_t flags)
{
    struct pt64_mapping *page;
    pt64_status_t status = pick_page(reference, vaddr, &page);
    struct pt64_mapping revised;

    if (status != PT64_OK)
        return status;
    if (is_mark(page))
        return PT64_MARKED;
    if (moves && paddr % page->size != 0)
        return PT64_NOT_ALIGNED;
    if (moves && !is_paddr(reference, paddr, page->size, flags))
        return PT64_BAD_ADDRESS;
    revised = *page;
    revised.paddr = moves ? paddr : page->paddr;
    if (!reference_can_encode(reference, flags, level_of(reference, page->size)) ||
        !can_revise(reference, &revised, protection(reference, flags)))
        return PT64_BAD_FLAGS;
    page->paddr = revised.paddr;
    page->flags = revised_flags(page, protection(reference, flags));
    return PT64_OK;
}

pt64_status_t reference_protect(struct reference *reference, pt64_vaddr_t vaddr, pt64_flags_t flags)
{
    return revise(reference, vaddr, false, 0, flags);
}

pt64_status_t reference_remap(struct reference *reference, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                              pt64_flags_t flags)
{
    return revise(reference, vaddr, true, paddr, flags);
}

/* ---- marks ---- */

/* Whether a call may change the slot of this size. */
static pt64_status_t check_slot(const struct reference *reference, pt64_vaddr_t vaddr,
                                pt64_size_t size)
{
    if (vaddr % size != 0)
        return PT64_NOT_ALIGNED;
    if (!is_vaddr(reference, vaddr))
        return PT64_BAD_ADDRESS;
    return is_any_kept(reference, vaddr, size) ? PT64_BORROWED : PT64_OK;
}

pt64_status_t reference_put_mark(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size,
                                 uint64_t mark, struct pt64_mapping *removed)
{
    unsigned level = level_of(reference, size);
    struct pt64_mapping *page;
    pt64_status_t status;

    if (level == reference->meta->limits.leaf_levels)
        return PT64_BAD_SIZE;
    if (reference->is_adopted)
        return PT64_BAD_FLAGS;
    status = check_slot(reference, vaddr, size);
    if (status != PT64_OK)
        return status;
    page = reference_page(reference, vaddr);
    if (page != NULL && page->size == size) {
        *removed = *page;
        page->paddr = mark;
        page->flags = PT64_MARK;
        return PT64_OK;
    }
    status = check_free(reference, vaddr, size);
    if (status == PT64_OK && size == root_slot(reference) && is_pinned(reference, vaddr))
        status = PT64_BORROWED;
    if (status != PT64_OK)
        return status;
    *removed = (struct pt64_mapping){vaddr, 0, 0, 0};
    *replace(reference, find(reference, vaddr), 0, 1) =
        (struct pt64_mapping){vaddr, mark, size, PT64_MARK};
    return PT64_OK;
}

pt64_status_t reference_map_marked(struct reference *reference, pt64_vaddr_t vaddr,
                                   pt64_paddr_t paddr, pt64_size_t size, pt64_flags_t flags,
                                   uint64_t expected)
{
    unsigned level = level_of(reference, size);
    struct pt64_mapping *page;
    pt64_status_t status;

    if (level == reference->meta->limits.leaf_levels)
        return PT64_BAD_SIZE;
    if (paddr % size != 0)
        return PT64_NOT_ALIGNED;
    if (!is_paddr(reference, paddr, size, flags))
        return PT64_BAD_ADDRESS;
    if (!reference_can_encode(reference, flags, level))
        return PT64_BAD_FLAGS;
    status = check_slot(reference, vaddr, size);
    if (status != PT64_OK)
        return status;
    page = reference_page(reference, vaddr);
    if (page == NULL)
        return PT64_NOT_MAPPED;
    if (!is_mark(page))
        return PT64_ALREADY_MAPPED;
    if (page->size != size || page->paddr != expected)
        return PT64_MARKED;
    page->paddr = paddr;
    page->flags = flags;
    return PT64_OK;
}

/* ---- regions ---- */

/* Whether an edge is inside of a mark, which cannot be split. */
static bool cuts_mark(const struct reference *reference, pt64_vaddr_t cut)
{
    size_t index = find(reference, cut);

    return index < reference->count && reference->pages[index].vaddr < cut &&
           is_mark(&reference->pages[index]);
}

void reference_cut(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes)
{
    cut_at(reference, vaddr);
    if (vaddr + bytes != 0)
        cut_at(reference, vaddr + bytes);
}

pt64_status_t reference_unmap_pages(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes,
                                    reference_report_t report, void *arg)
{
    size_t first;
    size_t end;
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = check_region(reference, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    if (is_any_kept(reference, vaddr, bytes))
        return fail_at_kept(reference, vaddr, bytes);
    if (cuts_mark(reference, vaddr))
        return PT64_MARKED;
    if (vaddr + bytes != 0 && cuts_mark(reference, vaddr + bytes))
        return fail_at_page(reference, vaddr, own_page(reference, vaddr + bytes), PT64_MARKED);
    reference_cut(reference, vaddr, bytes);
    first = find(reference, vaddr);
    for (end = first; end < reference->count; end++) {
        if (reference->pages[end].vaddr > vaddr + (bytes - 1))
            break;
        if (report != NULL)
            report(arg, &reference->pages[end]);
    }
    (void)replace(reference, first, end - first, 0);
    return PT64_OK;
}

pt64_status_t reference_unmap_region(struct reference *reference, pt64_vaddr_t vaddr,
                                     uint64_t bytes)
{
    return reference_unmap_pages(reference, vaddr, bytes, NULL, NULL);
}

/* A page at an edge stays whole if none of its flags would change. */
static void cut_if_changed(struct reference *reference, pt64_vaddr_t cut, struct revision revision)
{
    size_t index = find(reference, cut);

    if (index < reference->count && reference->pages[index].vaddr < cut &&
        !is_mark(&reference->pages[index]) &&
        revised_flags(&reference->pages[index], revision) != reference->pages[index].flags)
        cut_at(reference, cut);
}

/* The flags of the call are right. */
static pt64_status_t revise_region(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes,
                                   struct revision revision)
{
    pt64_vaddr_t last = vaddr + (bytes - 1);

    if (is_any_kept(reference, vaddr, bytes))
        return fail_at_kept(reference, vaddr, bytes);
    for (size_t i = find(reference, vaddr);
         i < reference->count && reference->pages[i].vaddr <= last; i++)
        if (!is_mark(&reference->pages[i]) &&
            !can_revise(reference, &reference->pages[i], revision))
            return fail_at_page(reference, vaddr, &reference->pages[i], PT64_BAD_FLAGS);
    cut_if_changed(reference, vaddr, revision);
    if (vaddr + bytes != 0)
        cut_if_changed(reference, vaddr + bytes, revision);
    for (size_t i = find(reference, vaddr);
         i < reference->count && reference->pages[i].vaddr <= last; i++)
        if (!is_mark(&reference->pages[i]))
            reference->pages[i].flags = revised_flags(&reference->pages[i], revision);
    return PT64_OK;
}

pt64_status_t reference_protect_region(struct reference *reference, pt64_vaddr_t vaddr,
                                       uint64_t bytes, pt64_flags_t flags)
{
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = check_region(reference, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    if (!can_encode_everywhere(reference, flags))
        return PT64_BAD_FLAGS;
    return revise_region(reference, vaddr, bytes, protection(reference, flags));
}

/* Whether flags can be set and cleared, whatever is mapped. */
static bool is_change(const struct reference *reference, pt64_flags_t set, pt64_flags_t clear)
{
    pt64_flags_t known = reference->pte->flags & ~(PT64_MEMORY_TYPES | PT64_GLOBAL) &
                         (0xffff | reference->pte->changeable);

    return (set & clear) == 0 && ((set | clear) & ~known) == 0;
}

pt64_status_t reference_change_region(struct reference *reference, pt64_vaddr_t vaddr,
                                      uint64_t bytes, pt64_flags_t set, pt64_flags_t clear)
{
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = check_region(reference, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    if (!is_change(reference, set, clear))
        return PT64_BAD_FLAGS;
    return revise_region(reference, vaddr, bytes, (struct revision){set, clear});
}

pt64_status_t reference_test(const struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes,
                             pt64_flags_t flag, reference_report_t report, void *arg)
{
    pt64_status_t status;

    if (!(reference->pte->flags & flag))
        return PT64_BAD_FLAGS;
    if (bytes == 0)
        return PT64_OK;
    status = check_region(reference, vaddr, bytes);
    for (size_t i = find(reference, vaddr);
         i < reference->count && reference->pages[i].vaddr <= vaddr + (bytes - 1); i++)
        if (status == PT64_OK && (reference->pages[i].flags & flag))
            report(arg, &reference->pages[i]);
    return status;
}

pt64_status_t reference_test_and_clear(struct reference *reference, pt64_vaddr_t vaddr,
                                       uint64_t bytes, pt64_flags_t flag, reference_report_t report,
                                       void *arg)
{
    pt64_status_t status;

    if (!(reference->pte->flags & flag))
        return PT64_BAD_FLAGS;
    if (bytes == 0)
        return PT64_OK;
    status = check_region(reference, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    if (is_any_kept(reference, vaddr, bytes))
        return fail_at_kept(reference, vaddr, bytes);
    for (size_t i = find(reference, vaddr);
         i < reference->count && reference->pages[i].vaddr <= vaddr + (bytes - 1); i++) {
        struct pt64_mapping page = reference->pages[i];

        if (!(page.flags & flag))
            continue;
        reference->pages[i].flags &= ~flag;
        if (report != NULL)
            report(arg, &page);
    }
    return PT64_OK;
}

static bool is_empty(const struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes)
{
    size_t index = find(reference, vaddr);

    return index == reference->count || reference->pages[index].vaddr > vaddr + (bytes - 1);
}

pt64_status_t reference_copy_from(struct reference *reference, struct reference *other,
                                  pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_size_t slot = root_slot(reference);

    if (bytes == 0)
        return PT64_OK;
    if ((vaddr | bytes) % slot != 0)
        return PT64_NOT_ALIGNED;
    if (check_region(reference, vaddr, bytes) != PT64_OK)
        return PT64_BAD_ADDRESS;
    if (is_any_lent(reference, vaddr, bytes) || !is_empty(reference, vaddr, bytes))
        return PT64_ALREADY_MAPPED;
    for (uint64_t done = 0; done < bytes; done += slot)
        if (!is_empty(other, vaddr + done, slot) && !is_pinned(other, vaddr + done))
            return PT64_BORROWED;
    for (uint64_t done = 0; done < bytes; done += slot)
        if (is_pinned(other, vaddr + done) && reference->loan_count < REFERENCE_LOANS) {
            reference->lender = other;
            reference->loans[reference->loan_count++] = vaddr + done;
        }
    return PT64_OK;
}

pt64_status_t reference_populate(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes,
                                 pt64_size_t size)
{
    if (bytes == 0)
        return PT64_OK;
    if (level_of(reference, size) == reference->meta->limits.leaf_levels)
        return PT64_BAD_SIZE;
    if ((vaddr | bytes) % size != 0)
        return PT64_NOT_ALIGNED;
    if (check_region(reference, vaddr, bytes) != PT64_OK)
        return PT64_BAD_ADDRESS;
    if (is_any_kept(reference, vaddr, bytes))
        return fail_at_kept(reference, vaddr, bytes);
    for (size_t i = find(reference, vaddr);
         i < reference->count && reference->pages[i].vaddr <= vaddr + (bytes - 1); i++)
        if (reference->pages[i].size > size)
            return fail_at_page(reference, vaddr, &reference->pages[i],
                                is_mark(&reference->pages[i]) ? PT64_MARKED
                                                              : PT64_MAPPED_TO_HUGE_PAGE);
    return PT64_OK;
}

/* Whether a smaller page is a piece of the one that begins like `first`. */
static pt64_status_t check_piece(const struct pt64_mapping *first, const struct pt64_mapping *page)
{
    if (is_mark(page))
        return PT64_MARKED;
    if (page->paddr - first->paddr != page->vaddr - first->vaddr)
        return PT64_NOT_ALIGNED;
    if (((page->flags ^ first->flags) & ~(PT64_ACCESSED | PT64_DIRTY)) != 0)
        return PT64_BAD_FLAGS;
    return PT64_OK;
}

/* Whether a page of this size can be what the first of the smaller ones is. */
static pt64_status_t check_whole(const struct reference *reference,
                                 const struct pt64_mapping *first, pt64_size_t size)
{
    if (is_mark(first))
        return PT64_MARKED;
    if (first->paddr % size != 0)
        return PT64_NOT_ALIGNED;
    return reference_can_encode(reference, first->flags, level_of(reference, size))
               ? PT64_OK
               : PT64_BAD_FLAGS;
}

pt64_status_t reference_collapse(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size)
{
    unsigned level = level_of(reference, size);
    struct pt64_mapping *page;
    struct pt64_mapping whole;
    pt64_status_t status;
    size_t first;
    size_t index;

    if (level == 0 || level == reference->meta->limits.leaf_levels)
        return PT64_BAD_SIZE;
    if (reference->is_adopted)
        return PT64_BAD_FLAGS;
    status = check_slot(reference, vaddr, size);
    if (status != PT64_OK)
        return status;
    page = reference_page(reference, vaddr);
    if (page != NULL && page->size >= size && is_mark(page))
        return PT64_MARKED;
    if (page != NULL && page->size >= size)
        return page->size == size ? PT64_OK : PT64_MAPPED_TO_HUGE_PAGE;
    if (size == root_slot(reference) && is_pinned(reference, vaddr))
        return PT64_BORROWED;
    if (page == NULL)
        return PT64_NOT_MAPPED;
    status = check_whole(reference, page, size);
    if (status != PT64_OK)
        return status;
    first = find(reference, vaddr);
    whole = (struct pt64_mapping){vaddr, page->paddr, size, page->flags};
    reference->failed_at = vaddr;
    for (index = first; reference->failed_at - vaddr < size; index++) {
        page = &reference->pages[index];
        if (index == reference->count || page->vaddr != reference->failed_at)
            return PT64_NOT_MAPPED;
        status = check_piece(&whole, page);
        if (status != PT64_OK)
            return status;
        whole.flags |= page->flags & (PT64_ACCESSED | PT64_DIRTY);
        reference->failed_at += page->size;
    }
    *replace(reference, first, index - first, 1) = whole;
    return PT64_OK;
}

pt64_status_t reference_pin(struct reference *reference, pt64_vaddr_t vaddr, uint64_t bytes)
{
    pt64_size_t slot = root_slot(reference);

    if (bytes == 0)
        return PT64_OK;
    if ((vaddr | bytes) % slot != 0)
        return PT64_NOT_ALIGNED;
    if (check_region(reference, vaddr, bytes) != PT64_OK)
        return PT64_BAD_ADDRESS;
    if (is_any_lent(reference, vaddr, bytes))
        return PT64_BORROWED;
    for (uint64_t done = 0; done < bytes; done += slot)
        if (!is_pinned(reference, vaddr + done) && reference->pin_count < REFERENCE_PINS)
            reference->pins[reference->pin_count++] = vaddr + done;
    return PT64_OK;
}

/* ---- cloning ---- */

/* The pages of the source change as `changed` says. A page of the clone is one of these, except for
 * the flags of `history`. */
struct cloning {
    pt64_vaddr_t vaddr;
    uint64_t bytes;
    struct revision changed;
    struct revision history;
};

static struct pt64_mapping clone_of(const struct pt64_mapping *page, const struct cloning *cloning)
{
    struct pt64_mapping clone = *page;

    if (!is_mark(page)) {
        clone.flags = revised_flags(&clone, cloning->changed);
        clone.flags = revised_flags(&clone, cloning->history);
    }
    return clone;
}

/* The end of the pages that are checked together: those of one size, side by side in one node. */
static size_t chunk_end(const struct reference *pieces, size_t first, pt64_vaddr_t last)
{
    const struct pt64_mapping *page = &pieces->pages[first];
    pt64_size_t size = page->size;
    uint64_t node = ~((size << pieces->meta->index_bits) - 1);

    do
        page++, first++;
    while (first < pieces->count && page->vaddr <= last && page->size == size &&
           page->vaddr == page[-1].vaddr + size && (page->vaddr & node) == (page[-1].vaddr & node));
    return first;
}

/* Whether a piece of a page of the source can be cloned, and the page changed. */
static bool can_clone(const struct reference *reference, const struct reference *source,
                      const struct pt64_mapping *piece, const struct cloning *cloning)
{
    if (is_mark(piece))
        return !reference->is_adopted;
    return can_revise(source, own_page(source, piece->vaddr), cloning->changed) &&
           reference_can_encode(reference, clone_of(piece, cloning).flags,
                                level_of(reference, piece->size));
}

/* Checks the pieces from `first` to `end`: first what they become, then their places. */
static pt64_status_t check_chunk(struct reference *reference, const struct reference *source,
                                 const struct pt64_mapping *first, const struct pt64_mapping *end,
                                 const struct cloning *cloning)
{
    pt64_status_t status = PT64_OK;

    for (const struct pt64_mapping *page = first; page < end; page++)
        if (!can_clone(reference, source, page, cloning))
            return fail_at_page(reference, page->vaddr, page, PT64_BAD_FLAGS);
    for (; first < end && status == PT64_OK; first++) {
        reference->failed_at = first->vaddr;
        status = check_free(reference, first->vaddr, first->size);
        if (status == PT64_OK && first->size == root_slot(reference) &&
            is_pinned(reference, first->vaddr))
            status = PT64_BORROWED;
    }
    return status;
}

/* Checks what of the source is in the range. It is in `pieces`, which the range cuts nowhere. */
static pt64_status_t check_pieces(struct reference *reference, const struct reference *source,
                                  const struct reference *pieces, const struct cloning *cloning)
{
    pt64_vaddr_t last = cloning->vaddr + (cloning->bytes - 1);
    pt64_status_t status = PT64_OK;
    size_t end;

    for (size_t i = find(pieces, cloning->vaddr);
         status == PT64_OK && i < pieces->count && pieces->pages[i].vaddr <= last; i = end) {
        end = chunk_end(pieces, i, last);
        status = check_chunk(reference, source, &pieces->pages[i], &pieces->pages[end], cloning);
    }
    return status;
}

static void put_clones(struct reference *reference, struct reference *source,
                       const struct cloning *cloning, reference_report_t report, void *arg)
{
    pt64_vaddr_t last = cloning->vaddr + (cloning->bytes - 1);

    for (size_t i = find(source, cloning->vaddr);
         i < source->count && source->pages[i].vaddr <= last; i++) {
        struct pt64_mapping *page = &source->pages[i];
        struct pt64_mapping clone = clone_of(page, cloning);

        *replace(reference, find(reference, page->vaddr), 0, 1) = clone;
        if (!is_mark(page))
            page->flags = revised_flags(page, cloning->changed);
        if (report != NULL)
            report(arg, &clone);
    }
}

/* The arguments are right. The range of the source is cut before its pages are checked: what is
 * smaller may be refused. */
static pt64_status_t clone_pages(struct reference *reference, struct reference *source,
                                 const struct cloning *cloning, reference_report_t report,
                                 void *arg)
{
    struct reference pieces = *source;
    pt64_status_t status;

    pieces.pages = malloc(pieces.room * sizeof *pieces.pages);
    if (pieces.pages == NULL)
        abort();
    memcpy(pieces.pages, source->pages, pieces.count * sizeof *pieces.pages);
    reference_cut(&pieces, cloning->vaddr, cloning->bytes);
    status = check_pieces(reference, source, &pieces, cloning);
    reference_fini(&pieces);
    if (status != PT64_OK)
        return status;
    reference_cut(source, cloning->vaddr, cloning->bytes);
    put_clones(reference, source, cloning, report, arg);
    return PT64_OK;
}

pt64_status_t reference_clone_region(struct reference *reference, struct reference *source,
                                     pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t set,
                                     pt64_flags_t clear, reference_report_t report, void *arg)
{
    const pt64_flags_t history = PT64_ACCESSED | PT64_DIRTY;
    struct cloning cloning = {
        vaddr, bytes, {set & ~history, clear & ~history}, {set & history, history & ~set}};
    pt64_status_t status;

    if (bytes == 0)
        return PT64_OK;
    status = check_region(reference, vaddr, bytes);
    if (status != PT64_OK)
        return status;
    if (!is_change(reference, set, clear))
        return PT64_BAD_FLAGS;
    if (reference == source)
        return PT64_ALREADY_MAPPED;
    if (is_any_kept(source, vaddr, bytes)) {
        status = fail_at_kept(source, vaddr, bytes);
        reference->failed_at = source->failed_at;
        return status;
    }
    if (is_any_kept(reference, vaddr, bytes))
        return fail_at_kept(reference, vaddr, bytes);
    if (cuts_mark(source, vaddr))
        return PT64_MARKED;
    if (vaddr + bytes != 0 && cuts_mark(source, vaddr + bytes))
        return fail_at_page(reference, vaddr, own_page(source, vaddr + bytes), PT64_MARKED);
    return clone_pages(reference, source, &cloning, report, arg);
}

/* ---- what hardware does ---- */

static bool set_and_clear(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size,
                          struct revision revision)
{
    struct pt64_mapping *page = reference_page(reference, vaddr);

    if (page == NULL || is_mark(page))
        return false;
    if (is_lent(reference, vaddr))
        return set_and_clear(reference->lender, vaddr, size, revision);
    while (page->size > size) {
        split(reference, (size_t)(page - reference->pages));
        page = reference_page(reference, vaddr);
    }
    page->flags = revised_flags(page, revision);
    return true;
}

bool reference_mark(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size,
                    pt64_flags_t flags)
{
    return set_and_clear(reference, vaddr, size, (struct revision){flags, 0});
}

bool reference_unmark(struct reference *reference, pt64_vaddr_t vaddr, pt64_size_t size,
                      pt64_flags_t flags)
{
    return set_and_clear(reference, vaddr, size, (struct revision){0, flags});
}

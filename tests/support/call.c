/* SPDX-License-Identifier: MIT */
#include "call.h"

#include <inttypes.h>
#include <string.h>

bool call_is_same_answer(const struct call_answer *a, const struct call_answer *b)
{
    return a->status == b->status && a->failed_at == b->failed_at && a->reports == b->reports &&
           memcmp(&a->removed.vaddr, &b->removed.vaddr, sizeof a->removed.vaddr) == 0 &&
           a->removed.paddr == b->removed.paddr && a->removed.size == b->removed.size &&
           a->removed.flags == b->removed.flags;
}

/* ---- callbacks ---- */

/* Frames in ascending order, except that the bits of `swaps` are flipped in their numbers. */
struct frames {
    const struct call *call;
    pt64_size_t page;
};

static pt64_paddr_t frame_for(void *arg, pt64_vaddr_t vaddr)
{
    const struct frames *frames = arg;
    uint64_t number = (vaddr - frames->call->vaddr) / frames->page;

    return call_frame(frames->call, number, frames->page);
}

static void digest(uint64_t *reports, uint64_t word)
{
    *reports = (*reports ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    *reports ^= *reports >> 29;
}

static void report(void *arg, const struct pt64_mapping *page)
{
    uint64_t *reports = arg;

    digest(reports, page->vaddr);
    digest(reports, page->paddr);
    digest(reports, page->size);
    digest(reports, page->flags);
}

/* Runs, as long as they can be: the table may tell the pieces of one. */
struct runs {
    uint64_t *reports;
    struct pt64_mapping run; /* size 0: none yet */
};

static void end_run(struct runs *runs)
{
    if (runs->run.size != 0)
        report(runs->reports, &runs->run);
    runs->run.size = 0;
}

static void report_run(void *arg, const struct pt64_mapping *page)
{
    struct runs *runs = arg;
    struct pt64_mapping *run = &runs->run;

    if (run->size != 0 && (page->flags & PT64_MARK) == 0 && page->flags == run->flags &&
        page->vaddr == run->vaddr + run->size && page->paddr == run->paddr + run->size) {
        run->size += page->size;
        return;
    }
    end_run(runs);
    *run = *page;
}

/* ---- the two sides ---- */

static void clone_subject(const struct call *c, const struct subject *s, void *guard, void *other,
                          struct call_answer *answer)
{
    struct runs runs = {&answer->reports, {0, 0, 0, 0}};

    answer->status =
        s->clone_region(other, guard, c->vaddr, c->bytes, c->flags, c->clear, report_run, &runs);
    end_run(&runs);
    if (answer->status != PT64_OK)
        answer->failed_at = s->failed_at(other);
}

static void clone_reference(const struct call *c, struct reference *r, struct reference *other,
                            struct call_answer *answer)
{
    struct runs runs = {&answer->reports, {0, 0, 0, 0}};

    other->failed_at = c->vaddr;
    answer->status =
        reference_clone_region(other, r, c->vaddr, c->bytes, c->flags, c->clear, report_run, &runs);
    end_run(&runs);
    if (answer->status != PT64_OK)
        answer->failed_at = other->failed_at;
}

void call_subject(const struct call *c, const struct subject *s, void *guard, void *other,
                  struct call_answer *answer)
{
    struct frames frames = {c, (pt64_size_t)1 << s->meta->page_shift};

    memset(answer, 0, sizeof *answer);
    switch (c->kind) {
    case CALL_MAP:
        answer->status = s->map(guard, c->vaddr, c->paddr, c->bytes, c->flags);
        break;
    case CALL_UNMAP:
        answer->status = s->unmap(guard, c->vaddr, &answer->removed);
        break;
    case CALL_PROTECT:
        answer->status = s->protect(guard, c->vaddr, c->flags);
        break;
    case CALL_REMAP:
        answer->status = s->remap(guard, c->vaddr, c->paddr, c->flags);
        break;
    case CALL_MAP_REGION:
        answer->status = s->map_region(guard, c->vaddr, c->paddr, c->bytes, c->flags, c->max_size);
        break;
    case CALL_MAP_PAGES:
        answer->status =
            s->map_pages(guard, c->vaddr, frame_for, &frames, c->bytes, c->flags, c->max_size);
        break;
    case CALL_UNMAP_REGION:
        answer->status = s->unmap_region(guard, c->vaddr, c->bytes);
        break;
    case CALL_PROTECT_REGION:
        answer->status = s->protect_region(guard, c->vaddr, c->bytes, c->flags);
        break;
    case CALL_CHANGE_REGION:
        answer->status = s->change_region(guard, c->vaddr, c->bytes, c->flags, c->clear);
        break;
    case CALL_CLONE:
        clone_subject(c, s, guard, other, answer);
        return;
    case CALL_CLEAR_ACCESSED:
        answer->status =
            s->test_and_clear_accessed(guard, c->vaddr, c->bytes, report, &answer->reports);
        break;
    case CALL_CLEAR_DIRTY:
        answer->status =
            s->test_and_clear_dirty(guard, c->vaddr, c->bytes, report, &answer->reports);
        break;
    case CALL_COMMIT:
        s->commit(guard);
        break;
    case CALL_IGNORE:
        s->ignore(guard);
        break;
    case CALL_PIN:
        answer->status = s->pin(guard, c->vaddr, c->bytes);
        break;
    case CALL_POPULATE:
        answer->status = s->populate(guard, c->vaddr, c->bytes, c->max_size);
        break;
    case CALL_COLLAPSE:
        answer->status = s->collapse(guard, c->vaddr, c->bytes);
        break;
    case CALL_UNMAP_PAGES:
        answer->status = s->unmap_pages(guard, c->vaddr, c->bytes, report, &answer->reports);
        break;
    case CALL_MARK:
        answer->status = s->mark(guard, c->vaddr, c->bytes, c->mark, &answer->removed);
        break;
    case CALL_MAP_MARKED:
        answer->status = s->map_marked(guard, c->vaddr, c->paddr, c->bytes, c->flags, c->mark);
        break;
    case CALL_STORE:
    case CALL_SWITCH:
    case CALL_SET_ID:
    case CALL_READOPT:
    case CALL_ADOPT:
    default:
        break;
    }
    if (answer->status != PT64_OK)
        answer->failed_at = s->failed_at(guard);
}

void call_reference(const struct call *c, struct reference *r, struct reference *other,
                    struct call_answer *answer)
{
    struct frames frames = {c, (pt64_size_t)1 << r->meta->page_shift};

    memset(answer, 0, sizeof *answer);
    r->failed_at = c->vaddr;
    switch (c->kind) {
    case CALL_MAP:
        answer->status = reference_map(r, c->vaddr, c->paddr, c->bytes, c->flags);
        break;
    case CALL_UNMAP:
        answer->status = reference_unmap(r, c->vaddr, &answer->removed);
        break;
    case CALL_PROTECT:
        answer->status = reference_protect(r, c->vaddr, c->flags);
        break;
    case CALL_REMAP:
        answer->status = reference_remap(r, c->vaddr, c->paddr, c->flags);
        break;
    case CALL_MAP_REGION:
        answer->status =
            reference_map_region(r, c->vaddr, c->paddr, c->bytes, c->flags, c->max_size);
        break;
    case CALL_MAP_PAGES:
        answer->status =
            reference_map_pages(r, c->vaddr, frame_for, &frames, c->bytes, c->flags, c->max_size);
        break;
    case CALL_UNMAP_REGION:
        answer->status = reference_unmap_region(r, c->vaddr, c->bytes);
        break;
    case CALL_UNMAP_PAGES:
        answer->status = reference_unmap_pages(r, c->vaddr, c->bytes, report, &answer->reports);
        break;
    case CALL_PROTECT_REGION:
        answer->status = reference_protect_region(r, c->vaddr, c->bytes, c->flags);
        break;
    case CALL_CHANGE_REGION:
        answer->status = reference_change_region(r, c->vaddr, c->bytes, c->flags, c->clear);
        break;
    case CALL_CLONE:
        clone_reference(c, r, other, answer);
        return;
    case CALL_CLEAR_ACCESSED:
        answer->status = reference_test_and_clear(r, c->vaddr, c->bytes, PT64_ACCESSED, report,
                                                  &answer->reports);
        break;
    case CALL_CLEAR_DIRTY:
        answer->status =
            reference_test_and_clear(r, c->vaddr, c->bytes, PT64_DIRTY, report, &answer->reports);
        break;
    case CALL_POPULATE:
        answer->status = reference_populate(r, c->vaddr, c->bytes, c->max_size);
        break;
    case CALL_COLLAPSE:
        answer->status = reference_collapse(r, c->vaddr, c->bytes);
        break;
    case CALL_PIN:
        answer->status = reference_pin(r, c->vaddr, c->bytes);
        break;
    case CALL_MARK:
        answer->status = reference_put_mark(r, c->vaddr, c->bytes, c->mark, &answer->removed);
        break;
    case CALL_MAP_MARKED:
        answer->status = reference_map_marked(r, c->vaddr, c->paddr, c->bytes, c->flags, c->mark);
        break;
    case CALL_ADOPT:
        r->pin_count = 0;
        r->is_adopted = true;
        break;
    case CALL_COMMIT:
    case CALL_IGNORE:
    case CALL_STORE:
    case CALL_SWITCH:
    case CALL_SET_ID:
    case CALL_READOPT:
    default:
        break;
    }
    if (answer->status != PT64_OK)
        answer->failed_at = r->failed_at;
}

/* ---- in words ---- */

static const char *constant_of(pt64_status_t status)
{
    static const char *const names[] = {
        [PT64_OK] = "PT64_OK",
        [PT64_NO_MEMORY] = "PT64_NO_MEMORY",
        [PT64_NOT_ALIGNED] = "PT64_NOT_ALIGNED",
        [PT64_NOT_MAPPED] = "PT64_NOT_MAPPED",
        [PT64_ALREADY_MAPPED] = "PT64_ALREADY_MAPPED",
        [PT64_MAPPED_TO_HUGE_PAGE] = "PT64_MAPPED_TO_HUGE_PAGE",
        [PT64_BAD_ADDRESS] = "PT64_BAD_ADDRESS",
        [PT64_BAD_FLAGS] = "PT64_BAD_FLAGS",
        [PT64_BAD_SIZE] = "PT64_BAD_SIZE",
        [PT64_BORROWED] = "PT64_BORROWED",
        [PT64_MARKED] = "PT64_MARKED",
        [PT64_CORRUPT] = "PT64_CORRUPT",
    };

    return names[status];
}

static void print_arguments(FILE *out, const struct call *c)
{
    fprintf(out, "(%st->guard, 0x%" PRIx64, c->kind == CALL_CLONE ? "other.guard, " : "", c->vaddr);
    switch (c->kind) {
    case CALL_MAP:
        fprintf(out, ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%x", c->paddr, c->bytes, c->flags);
        break;
    case CALL_UNMAP:
        fprintf(out, ", NULL");
        break;
    case CALL_MARK:
        fprintf(out, ", 0x%" PRIx64 ", 0x%" PRIx64 ", NULL", c->bytes, c->mark);
        break;
    case CALL_MAP_MARKED:
        fprintf(out, ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%x, 0x%" PRIx64, c->paddr, c->bytes,
                c->flags, c->mark);
        break;
    case CALL_PROTECT:
        fprintf(out, ", 0x%x", c->flags);
        break;
    case CALL_REMAP:
        fprintf(out, ", 0x%" PRIx64 ", 0x%x", c->paddr, c->flags);
        break;
    case CALL_MAP_REGION:
        fprintf(out, ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%x, 0x%" PRIx64, c->paddr, c->bytes,
                c->flags, c->max_size);
        break;
    case CALL_MAP_PAGES:
        fprintf(out,
                ", swapped_frames, &(struct frames){t, 0x%" PRIx64 ", 0x%" PRIx64
                ", %u}, 0x%" PRIx64 ", 0x%x, 0x%" PRIx64,
                c->vaddr, c->paddr, c->swaps, c->bytes, c->flags, c->max_size);
        break;
    case CALL_UNMAP_REGION:
    case CALL_COLLAPSE:
    case CALL_PIN:
        fprintf(out, ", 0x%" PRIx64, c->bytes);
        break;
    case CALL_POPULATE:
        fprintf(out, ", 0x%" PRIx64 ", 0x%" PRIx64, c->bytes, c->max_size);
        break;
    case CALL_PROTECT_REGION:
        fprintf(out, ", 0x%" PRIx64 ", 0x%x", c->bytes, c->flags);
        break;
    case CALL_CHANGE_REGION:
    case CALL_CLONE:
        fprintf(out, ", 0x%" PRIx64 ", 0x%x, 0x%x%s", c->bytes, c->flags, c->clear,
                c->kind == CALL_CLONE ? ", ignore_report, NULL" : "");
        break;
    case CALL_CLEAR_ACCESSED:
    case CALL_CLEAR_DIRTY:
    case CALL_UNMAP_PAGES:
        fprintf(out, ", 0x%" PRIx64 ", ignore_report, NULL", c->bytes);
        break;
    case CALL_COMMIT:
    case CALL_IGNORE:
    case CALL_STORE:
    case CALL_SWITCH:
    case CALL_SET_ID:
    case CALL_READOPT:
    case CALL_ADOPT:
    default:
        break;
    }
    fprintf(out, ")");
}

static void print_call_of_table(FILE *out, const struct call *c)
{
    fprintf(out, "    t->s->commit(t->guard);\n");
    if (c->kind == CALL_SET_ID)
        fprintf(out, "    t->s->set_id(t->table, 0x%" PRIx64 ");\n", c->paddr);
    else
        fprintf(out, "    expect_ok(t->s->%s(t->table, t->s->release(t->table), &t->arena));\n",
                c->kind == CALL_READOPT ? "readopt" : "adopt");
    fprintf(out, "    t->s->begin(t->guard, t->table);\n");
}

void call_print(FILE *out, const struct call *c, pt64_status_t status)
{
    static const char *const names[] = {
        [CALL_MAP] = "map",
        [CALL_UNMAP] = "unmap",
        [CALL_PROTECT] = "protect",
        [CALL_REMAP] = "remap",
        [CALL_MAP_REGION] = "map_region",
        [CALL_MAP_PAGES] = "map_pages",
        [CALL_UNMAP_REGION] = "unmap_region",
        [CALL_PROTECT_REGION] = "protect_region",
        [CALL_CHANGE_REGION] = "change_region",
        [CALL_CLONE] = "clone_region",
        [CALL_CLEAR_ACCESSED] = "test_and_clear_accessed",
        [CALL_CLEAR_DIRTY] = "test_and_clear_dirty",
        [CALL_PIN] = "pin",
        [CALL_UNMAP_PAGES] = "unmap_pages",
        [CALL_MARK] = "mark",
        [CALL_MAP_MARKED] = "map_marked",
        [CALL_POPULATE] = "populate",
        [CALL_COLLAPSE] = "collapse",
    };

    if (call_is_of_table(c)) {
        print_call_of_table(out, c);
        return;
    }
    if (c->kind == CALL_STORE) {
        fprintf(out, "    hardware_stores(t, 0x%" PRIx64 ");\n", c->vaddr);
        return;
    }
    if (c->kind == CALL_SWITCH) {
        fprintf(out, "    switch_tables(t, &other);\n");
        return;
    }
    if (c->kind == CALL_COMMIT || c->kind == CALL_IGNORE) {
        fprintf(out, "    t->s->%s(t->guard);\n", c->kind == CALL_COMMIT ? "commit" : "ignore");
        return;
    }
    if (c->allocations != SIZE_MAX)
        fprintf(out, "    t->arena.allocations_left = %zu;\n", c->allocations);
    fprintf(out, "    expect(%s, t->s->%s", constant_of(status), names[c->kind]);
    print_arguments(out, c);
    fprintf(out, ");\n");
    if (c->allocations != SIZE_MAX)
        fprintf(out, "    t->arena.allocations_left = SIZE_MAX;\n");
}

/* SPDX-License-Identifier: MIT */
#include "picture.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

/* ---- which runs share a column ---- */

static unsigned log2_of(uint64_t number)
{
    unsigned log = 0;

    while (number > 1) {
        number >>= 1;
        log++;
    }
    return log;
}

/** The place between a run and the next, and how strong a border it is. */
struct border {
    size_t after;
    unsigned weight;
};

/**
 * A lot of memory on both sides makes a border. So do different permissions and a wide hole. Halves
 * are always apart.
 */
static unsigned border_weight(const struct run *run, const struct run *next)
{
    uint64_t hole = next->vaddr - (run->vaddr + run->bytes);
    uint64_t smaller = run->bytes < next->bytes ? run->bytes : next->bytes;
    unsigned weight = log2_of(hole + 1) + 2 * log2_of(smaller);

    if (run->half != next->half || is_kernel_address(run->vaddr) != is_kernel_address(next->vaddr))
        return 1000;
    return run->flags == next->flags ? weight : weight + 12;
}

static int by_weight(const void *a, const void *b)
{
    const struct border *first = a, *second = b;

    if (first->weight != second->weight)
        return first->weight < second->weight ? 1 : -1;
    return (first->after > second->after) - (first->after < second->after);
}

static int by_place(const void *a, const void *b)
{
    const struct border *first = a, *second = b;

    return (first->after > second->after) - (first->after < second->after);
}

/** The borders between columns, in order. `*count` is how many there are. */
static struct border *choose_borders(const struct runs *runs, size_t *count)
{
    struct border *borders = NULL;

    *count = 0;
    for (size_t i = 0; i + 1 < runs->count; i++) {
        struct border border = {i, border_weight(&runs->list[i], &runs->list[i + 1])};

        borders = grow(borders, *count, sizeof(border));
        borders[(*count)++] = border;
    }
    if (*count >= MAX_COLUMNS) {
        qsort(borders, *count, sizeof(*borders), by_weight);
        *count = MAX_COLUMNS - 1;
        qsort(borders, *count, sizeof(*borders), by_place);
    }
    return borders;
}

/* ---- columns ---- */

#define SHOWN (PT64_PERMISSIONS | PT64_MEMORY_TYPES)

static struct part *part_of(struct column *column, unsigned level, const struct run *run)
{
    for (size_t i = 0; i < column->part_count; i++) {
        struct part *part = &column->parts[i];

        if (part->level == level && part->flags == (run->flags & SHOWN) &&
            part->wrong == run->wrong)
            return part;
    }
    if (column->part_count < MAX_PARTS) {
        struct part *part = &column->parts[column->part_count++];

        part->level = level;
        part->flags = run->flags & SHOWN;
        part->wrong = run->wrong;
        return part;
    }
    return &column->parts[MAX_PARTS - 1];
}

static void add_run(struct column *column, const struct run *run)
{
    if (column->runs++ == 0) {
        column->half = run->half;
        column->first = run->vaddr;
        column->paddr = run->paddr;
    }
    column->last = run_last(run);
    column->bytes += run->bytes;
    for (unsigned level = 0; level < PT64_MAX_LEVELS; level++) {
        struct part *part;

        if (run->pages[level] == 0)
            continue;
        part = part_of(column, level, run);
        part->pages += run->pages[level];
        part->bytes += run->bytes;
    }
}

static void fill_columns(struct picture *picture, const struct runs *runs)
{
    size_t borders, passed = 0;
    struct border *border = choose_borders(runs, &borders);

    for (size_t i = 0; i < runs->count; i++) {
        struct column *column = &picture->columns[passed];

        picture->count = passed + 1;
        picture->bytes += runs->list[i].bytes;
        add_run(column, &runs->list[i]);
        if (passed < borders && border[passed].after == i)
            passed++;
    }
    picture->runs = runs->count;
    free(border);
}

/* ---- where they are drawn ---- */

#define HOLE_WIDTH 14

/** Sizes differ by ten powers of ten, so a column's width grows with the logarithm. */
static unsigned column_weight(const struct column *column)
{
    return 8 + log2_of(column->bytes / pt64_page_size(column->half->format->meta));
}

static void place_columns(struct picture *picture, unsigned x, unsigned width)
{
    unsigned weights = 0;

    for (size_t i = 0; i < picture->count; i++) {
        weights += column_weight(&picture->columns[i]);
        width -= picture_has_hole(picture, i) ? HOLE_WIDTH : 2;
    }
    for (size_t i = 0; i < picture->count; i++) {
        struct column *column = &picture->columns[i];

        column->x = x;
        column->width = width * column_weight(column) / weights;
        x += column->width + (picture_has_hole(picture, i) ? HOLE_WIDTH : 2);
    }
}

void picture_make(struct picture *picture, const struct runs *runs, unsigned x, unsigned width)
{
    memset(picture, 0, sizeof(*picture));
    fill_columns(picture, runs);
    place_columns(picture, x, width);
}

/* ---- questions ---- */

bool picture_has_hole(const struct picture *picture, size_t column)
{
    return column + 1 < picture->count &&
           picture->columns[column].last + 1 != picture->columns[column + 1].first;
}

uint64_t picture_slot(const struct column *column, pt64_vaddr_t vaddr, unsigned level)
{
    return vaddr >> pt64_slot_shift(column->half->format->meta, level);
}

bool column_has_level(const struct column *column, unsigned level)
{
    for (size_t i = 0; i < column->part_count; i++)
        if (column->parts[i].level == level)
            return true;
    return false;
}

bool column_goes_below(const struct column *column, unsigned level)
{
    for (size_t i = 0; i < column->part_count; i++)
        if (column->parts[i].level < level)
            return true;
    return false;
}

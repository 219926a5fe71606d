/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a picture of an address space shows, before it is drawn. Columns are from left to right by
 * ascending address, without holes. Strips for the levels are above each other.
 */
#ifndef PTDUMP_PICTURE_H
#define PTDUMP_PICTURE_H

#include "runs.h"

/** More columns cannot be told apart. */
#define MAX_COLUMNS 40
/** More kinds of pages in one column cannot be told apart either. */
#define MAX_PARTS 8

/** The pages of a column that look alike. */
struct part {
    unsigned level;
    pt64_flags_t flags; /**< PT64_PERMISSIONS and PT64_MEMORY_TYPES */
    bool wrong;
    uint64_t pages;
    uint64_t bytes;
};

/** Adjacent runs. A column is one run, unless there are too many. */
struct column {
    const struct half *half;
    pt64_vaddr_t first;
    pt64_vaddr_t last;
    pt64_paddr_t paddr; /**< for a single run */
    uint64_t bytes;     /**< how many bytes are mapped */
    size_t runs;
    struct part parts[MAX_PARTS];
    size_t part_count;
    unsigned x, width; /**< where it is drawn */
};

struct picture {
    struct column columns[MAX_COLUMNS];
    size_t count;
    uint64_t bytes; /**< how many bytes are mapped */
    size_t runs;
};

/** Lays a picture out between `x` and `x + width`. */
void picture_make(struct picture *picture, const struct runs *runs, unsigned x, unsigned width);

/** Whether addresses between a column and the next are not mapped. */
bool picture_has_hole(const struct picture *picture, size_t column);

/** The slot of an address at a level, counted over the whole space of its half. */
uint64_t picture_slot(const struct column *column, pt64_vaddr_t vaddr, unsigned level);

bool column_has_level(const struct column *column, unsigned level);
/** Whether the column has pages of a lower level than `level`. */
bool column_goes_below(const struct column *column, unsigned level);

#endif

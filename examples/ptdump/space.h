/* SPDX-License-Identifier: MIT */
/**
 * @file
 * An address space in an image: one or two tables.
 */
#ifndef PTDUMP_SPACE_H
#define PTDUMP_SPACE_H

#include "layout.h"

/** A table and what it is read as. */
struct half {
    const struct format *format;
    pt64_paddr_t root;
};

struct space {
    struct image image;
    const struct layout *layout;
    struct half halves[2]; /**< in the order of their addresses */
    size_t count;
};

/** What to open, as the command line says it. */
struct request {
    const char *path;
    pt64_paddr_t base;
    const char *arch;   /**< or NULL */
    const char *layout; /**< or NULL */
    bool has_root;
    uint64_t root;
    bool has_upper_root;
    uint64_t upper_root;
    bool has_pat;
    uint64_t pat; /**< IA32_PAT */
    bool has_mair;
    uint64_t mair; /**< MAIR_ELx */
};

/** Fails with a message where the image, the layout or a root is of no use. */
void space_open(struct space *space, const struct request *request);
void space_close(struct space *space);

/** An entry, and the half that it is of. */
typedef void (*space_visitor_t)(void *arg, const struct half *half, const struct pt64_seen *seen);

/** Every entry that is not empty. Warns where the image lacks some of the tables. */
void space_scan(struct space *space, space_visitor_t visit, void *arg);

/** The half that would translate the address, or NULL. */
const struct half *space_half(const struct space *space, pt64_vaddr_t vaddr);

/** The walk of an address. */
void space_trace(struct space *space, const struct half *half, pt64_vaddr_t vaddr,
                 struct pt64_trace *trace);

/** Before anything else reads the tables of a half. */
void space_begin(struct space *space, const struct half *half);
/** The same before all of them are read. */
void space_begin_scan(struct space *space, const struct half *half);

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * An address space in an image: one or two tables.
 */
#ifndef PTDUMP_SPACE_H
#define PTDUMP_SPACE_H

#include "layout.h"
#include "nested.h"

/** A table, and the format that it is read by. */
struct half {
    const struct format *format;
    pt64_paddr_t root;
};

struct space {
    struct image image;
    const struct layout *layout;
    const char *layout_name; /**< as it was asked for */
    struct half halves[2];   /**< by ascending address */
    size_t count;
    bool is_nested; /**< the tables are those of a guest: `nested` has where they are */
    struct nested nested;
};

/** What to open, from the command line. */
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
    uint64_t mair;      /**< MAIR_ELx */
    const char *stage2; /**< the layout of the second stage, or NULL */
    bool has_root2;
    uint64_t root2; /**< of the second stage */
};

/** Fails with a message if the image, the layout or a root cannot be used. */
void space_open(struct space *space, const struct request *request);
void space_close(struct space *space);

/** Called with an entry, and the half that it is in. */
typedef void (*space_visitor_t)(void *arg, const struct half *half, const struct pt64_seen *seen);

/** Visits every entry that is not empty. Warns if the image lacks some of the nodes. */
void space_scan(struct space *space, space_visitor_t visit, void *arg);

/** The half that would translate the address, or NULL. */
const struct half *space_half(const struct space *space, pt64_vaddr_t vaddr);

/** The walk of an address. */
void space_trace(struct space *space, const struct half *half, pt64_vaddr_t vaddr,
                 struct pt64_trace *trace);

/** To be called before anything else reads the nodes of a half. */
void space_begin(struct space *space, const struct half *half);
/** The same, before all of the nodes are read. */
void space_begin_scan(struct space *space, const struct half *half);

#endif

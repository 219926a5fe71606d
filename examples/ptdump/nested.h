/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The second stage of a guest's translation: where guest physical addresses are in the memory of
 * the host, which is what the image holds.
 */
#ifndef PTDUMP_NESTED_H
#define PTDUMP_NESTED_H

#include "layout.h"

/** A node of the guest in several pages of the second stage, put together. */
struct node_copy {
    pt64_paddr_t frame; /**< in the guest */
    uint64_t bytes;
    unsigned char *data;
};

struct nested {
    struct image host; /**< the same memory, by the addresses of the host */
    const struct layout *layout;
    const char *layout_name;     /**< as it was asked for */
    const struct format *format; /**< of the second stage */
    pt64_paddr_t root;           /**< of the second stage */
    pt64_flags_t walk; /**< the access that it judges when a walker reads the guest's tables */
    const char *fault; /**< what happens if a walker may not write the guest's tables, or NULL */
    struct node_copy *copies; /**< by ascending frame */
    size_t count;
    uint64_t copied;  /**< bytes in all copies */
    uint64_t partial; /**< copies of nodes that the second stage maps a part of */
};

/** Where the second stage puts a guest physical address. */
struct placement {
    pt64_paddr_t guest;
    bool is_mapped;
    struct pt64_trace trace;  /**< of the second stage */
    pt64_paddr_t host;        /**< if it is mapped */
    struct pt64_mapping page; /**< of the second stage, if it is mapped */
};

/** The architecture of whose second stages `layout` is one for guests of `arch`. */
const char *nested_host_arch(const char *arch, const char *layout);

bool nested_is_second_stage(const struct layout *layout);
bool nested_is_ept(const struct nested *nested);

/**
 * The second stage of that layout by the value of the register that holds its root. Fails with a
 * message.
 */
void nested_open(struct nested *nested, const struct image *image, const char *arch,
                 const char *layout, uint64_t root);
void nested_close(struct nested *nested);

void nested_place(struct nested *nested, pt64_paddr_t guest, struct placement *placement);

/** Judges an access by the second stage. `leaf` are the flags of the guest's page, or 0. */
struct pt64_verdict nested_judge(const struct nested *nested, const struct placement *placement,
                                 pt64_flags_t access, pt64_flags_t leaf);

/** What the second stage calls an entry at `level`. */
const char *nested_level_name(const struct nested *nested, unsigned level);

/** Fails with a message if the guest's root is not to be found. */
void nested_check_root(struct nested *nested, pt64_paddr_t root);

/**
 * The `bytes` of the guest's node in `frame`, or NULL if the second stage maps none of them, or to
 * no memory of the image. Whether it lets anybody read them does not matter here: a hypervisor may
 * have taken the permission for a moment. What it does not map of a node is 0.
 */
void *nested_read(struct nested *nested, pt64_paddr_t frame, uint64_t bytes);

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The physical memory of another machine, from a file.
 */
#ifndef PTDUMP_IMAGE_H
#define PTDUMP_IMAGE_H

#include <page_table64.h>

#include <stdio.h>

/** Bytes that are consecutive in physical memory and in the file. */
struct segment {
    pt64_paddr_t first;
    uint64_t bytes;
    const unsigned char *data;
};

/** How many frames are remembered that hold nothing. */
#define IMAGE_BARREN 8

struct image {
    const char *path;
    const unsigned char *file; /**< the whole file, mapped */
    uint64_t file_bytes;
    struct segment *segments;
    size_t count;
    unsigned machine;    /**< e_machine of an ELF file, or 0 */
    uint64_t table_size; /**< of the nodes that are read: all of a node must be there */
    uint64_t visits;     /**< visits to nodes since the scan began */
    uint64_t visit_limit;
    pt64_paddr_t barren[IMAGE_BARREN];
    size_t barren_count;
    struct nested *nested; /**< translates the addresses of nodes; NULL: they are of this memory */
};

/**
 * Opens an ELF core with physical addresses, as dump-guest-memory writes it. Opens any other file
 * as memory from `base` on, as pmemsave writes it. Fails with a message.
 */
void image_open(struct image *image, const char *path, pt64_paddr_t base);
void image_close(struct image *image);

/** Finds the segments of an ELF core. image_open calls it. */
bool image_is_elf(const struct image *image);
void image_read_elf(struct image *image);
void image_add_segment(struct image *image, pt64_paddr_t first, uint64_t offset, uint64_t bytes);

/** Begins a scan. It reads nodes of `table_size` bytes, and not many more than there can be. */
void image_begin_scan(struct image *image, uint64_t table_size);

/** From now on the node in `frame`, from which no path leads to a page, is read as an empty one. */
void image_know_barren(struct image *image, pt64_paddr_t frame);
bool image_is_barren(const struct image *image, pt64_paddr_t frame);

/** Whether a scan was cut short because nodes link each other in circles. */
bool image_is_exhausted(const struct image *image);

/** The bytes at an address, which entries can be read from, or NULL if not all are in the image. */
void *image_bytes(const struct image *image, pt64_paddr_t first, uint64_t bytes);

/** Describes what the image holds. */
void image_describe(const struct image *image, char *text, size_t size);

/** The handler of all tables in images. Its context is a struct image. */
pt64_paddr_t image_alloc_frame(void *ctx, size_t bytes);
void image_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
void *image_phys_to_virt(void *ctx, pt64_paddr_t frame);
/** Nobody walks the tables of an image: there is nothing to invalidate. */
void image_flush(void *ctx, const struct pt64_flush *request);

#define IMAGE_HANDLER IMAGE_HANDLER_WITH(NULL)
/** The same, where the geometry leaves the limits to the handler. */
#define IMAGE_HANDLER_WITH(limits) \
    {image_alloc_frame, image_free_frame, image_phys_to_virt, image_flush, limits, NULL}

#endif

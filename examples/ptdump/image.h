/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The physical memory of another machine, out of a file.
 */
#ifndef PTDUMP_IMAGE_H
#define PTDUMP_IMAGE_H

#include <page_table64.h>

#include <stdio.h>

/** Bytes that follow each other in physical memory and in the file. */
struct segment {
    pt64_paddr_t first;
    uint64_t bytes;
    const unsigned char *data;
};

/** Of frames that are known to hold nothing. */
#define IMAGE_BARREN 8

struct image {
    const char *path;
    const unsigned char *file; /**< all of it, mapped */
    uint64_t file_bytes;
    struct segment *segments;
    size_t count;
    unsigned machine;    /**< e_machine of an ELF file, or 0 */
    uint64_t table_size; /**< of the tables that are read: all of one must be there */
    uint64_t visits;     /**< of tables, since the scan began */
    uint64_t visit_limit;
    pt64_paddr_t barren[IMAGE_BARREN];
    size_t barren_count;
};

/**
 * Opens an ELF core with physical addresses, as dump-guest-memory writes it, or any other file as
 * memory from `base` on, as pmemsave writes it. Fails with a message.
 */
void image_open(struct image *image, const char *path, pt64_paddr_t base);
void image_close(struct image *image);

/** The segments of an ELF core; image_open calls it. */
bool image_is_elf(const struct image *image);
void image_read_elf(struct image *image);
void image_add_segment(struct image *image, pt64_paddr_t first, uint64_t offset, uint64_t bytes);

/** Before a scan: tables of `table_size` bytes are read, and not many more than there can be. */
void image_begin_scan(struct image *image, uint64_t table_size);

/** From now on the table in `frame`, from which no way leads to a page, is read as an empty one. */
void image_know_barren(struct image *image, pt64_paddr_t frame);
bool image_is_barren(const struct image *image, pt64_paddr_t frame);

/** Whether a scan was cut short, because tables lead to each other in circles. */
bool image_is_exhausted(const struct image *image);

/** What the image holds, in words. */
void image_describe(const struct image *image, char *text, size_t size);

/** The handler of all tables in images. Its context is a struct image. */
pt64_paddr_t image_alloc_frame(void *ctx, size_t bytes);
void image_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes);
void *image_phys_to_virt(void *ctx, pt64_paddr_t frame);

#define IMAGE_HANDLER {image_alloc_frame, image_free_frame, image_phys_to_virt, NULL}

#endif

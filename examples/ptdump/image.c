/* SPDX-License-Identifier: MIT */
#include "image.h"

#include "fail.h"
#include "nested.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the file ---- */

static void map_file(struct image *image)
{
    int file = open(image->path, O_RDONLY);
    struct stat about;
    void *memory;

    if (file < 0 || fstat(file, &about) != 0)
        fail("cannot open %s: %s", image->path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        fail("%s is not a file", image->path);
    if (about.st_size == 0)
        fail("%s is empty", image->path);
    image->file_bytes = (uint64_t)about.st_size;
    memory = mmap(NULL, (size_t)image->file_bytes, PROT_READ, MAP_PRIVATE, file, 0);
    if (memory == MAP_FAILED)
        fail("cannot map %s: %s", image->path, strerror(errno));
    close(file);
    image->file = memory;
}

void image_add_segment(struct image *image, pt64_paddr_t first, uint64_t offset, uint64_t bytes)
{
    struct segment segment = {first, bytes, image->file + offset};

    if (bytes == 0)
        return;
    /* Entries are read as words, and an ELF file may hold them unaligned. */
    if (offset % sizeof(pt64_entry_t) != 0) {
        unsigned char *copy = malloc(bytes);

        if (copy == NULL)
            fail("there is not enough memory for a copy of %s", image->path);
        memcpy(copy, segment.data, bytes);
        segment.data = copy;
    }
    image->segments = grow(image->segments, image->count, sizeof(segment));
    image->segments[image->count++] = segment;
}

/** `makedumpfile` and `dump-guest-memory -z` write formats of their own. */
static void refuse_other_formats(const struct image *image)
{
    static const char kdump[] = "KDUMP   ";
    static const char flattened[] = "makedumpfile";

    if ((image->file_bytes > sizeof(kdump) && memcmp(image->file, kdump, sizeof(kdump) - 1) == 0) ||
        (image->file_bytes > sizeof(flattened) &&
         memcmp(image->file, flattened, sizeof(flattened) - 1) == 0))
        fail(
            "%s is a compressed kdump; save the memory with dump-guest-memory (without -z, -l or "
            "-s) or pmemsave",
            image->path);
}

void image_open(struct image *image, const char *path, pt64_paddr_t base)
{
    memset(image, 0, sizeof(*image));
    image->path = path;
    map_file(image);
    refuse_other_formats(image);
    if (image_is_elf(image)) {
        image_read_elf(image);
        return;
    }
    if (base % PT64_SIZE_4K != 0)
        fail("the base 0x%" PRIx64 " is not a multiple of 4K", base);
    if (base + (image->file_bytes - 1) < base)
        fail("%s does not fit above its base 0x%" PRIx64, path, base);
    image_add_segment(image, base, 0, image->file_bytes);
}

void image_close(struct image *image)
{
    for (size_t i = 0; i < image->count; i++) {
        const unsigned char *data = image->segments[i].data;

        if (data < image->file || data >= image->file + image->file_bytes)
            free((void *)(uintptr_t)data);
    }
    free(image->segments);
    munmap((void *)(uintptr_t)image->file, (size_t)image->file_bytes);
}

void image_describe(const struct image *image, char *text, size_t size)
{
    size_t length = 0;

    for (size_t i = 0; i < image->count && length < size; i++) {
        const struct segment *segment = &image->segments[i];
        int written;

        if (i == 4) {
            snprintf(text + length, size - length, " and %zu more", image->count - i);
            return;
        }
        written =
            snprintf(text + length, size - length, "%s0x%" PRIx64 "-0x%" PRIx64, i == 0 ? "" : ", ",
                     segment->first, segment->first + (segment->bytes - 1));
        length += written > 0 ? (size_t)written : 0;
    }
}

/* ---- the frames ---- */

void image_begin_scan(struct image *image, uint64_t table_size)
{
    uint64_t frames = 0;

    for (size_t i = 0; i < image->count; i++)
        frames += image->segments[i].bytes / PT64_SIZE_4K;
    image->table_size = table_size;
    image->visits = 0;
    /* A node may be met at each level, and read to see whether it is a sink. */
    image->visit_limit = 16 * frames + 4096;
    image->barren_count = 0;
}

void image_know_barren(struct image *image, pt64_paddr_t frame)
{
    if (image->barren_count < IMAGE_BARREN && !image_is_barren(image, frame))
        image->barren[image->barren_count++] = frame;
}

bool image_is_barren(const struct image *image, pt64_paddr_t frame)
{
    for (size_t i = 0; i < image->barren_count; i++)
        if (image->barren[i] == frame)
            return true;
    return false;
}

bool image_is_exhausted(const struct image *image)
{
    return image->visits > image->visit_limit;
}

/**
 * Where LoongArch has sinks, a table whose root has no empty slot shows no sink, and allocates one.
 * It gets a frame that no machine has.
 */
#define SCRATCH_FRAME ((pt64_paddr_t)1 << 47)
#define SCRATCH_WORDS 8192

static pt64_entry_t scratch[SCRATCH_WORDS];
/** The node without entries, which is read in the place of barren nodes. */
static pt64_entry_t nothing[SCRATCH_WORDS];

pt64_paddr_t image_alloc_frame(void *ctx, size_t bytes)
{
    (void)ctx;
    return bytes <= sizeof(scratch) ? SCRATCH_FRAME : PT64_NO_FRAME;
}

void image_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    (void)ctx;
    (void)frame;
    (void)bytes;
}

void image_flush(void *ctx, const struct pt64_flush *request)
{
    (void)ctx;
    (void)request;
}

void *image_bytes(const struct image *image, pt64_paddr_t first, uint64_t bytes)
{
    for (size_t i = 0; i < image->count; i++) {
        const struct segment *segment = &image->segments[i];
        uint64_t offset = first - segment->first;

        if (first >= segment->first && offset < segment->bytes &&
            segment->bytes - offset >= bytes && offset % sizeof(pt64_entry_t) == 0)
            return (void *)(uintptr_t)(segment->data + offset);
    }
    return NULL;
}

void *image_phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    struct image *image = ctx;

    if (frame == SCRATCH_FRAME)
        return scratch;
    if (image_is_barren(image, frame))
        return nothing;
    if (++image->visits > image->visit_limit)
        return NULL;
    return image->nested == NULL ? image_bytes(image, frame, image->table_size)
                                 : nested_read(image->nested, frame, image->table_size);
}

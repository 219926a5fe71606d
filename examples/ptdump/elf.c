/* SPDX-License-Identifier: MIT */
/* ELF cores of a machine's memory, of either class. Each PT_LOAD is a piece, at the physical
 * address p_paddr. */
#include "fail.h"
#include "image.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

bool image_is_elf(const struct image *image)
{
    return image->file_bytes >= SELFMAG && memcmp(image->file, ELFMAG, SELFMAG) == 0;
}

static bool is_inside(const struct image *image, uint64_t offset, uint64_t bytes)
{
    return offset <= image->file_bytes && bytes <= image->file_bytes - offset;
}

static void read_at(const struct image *image, uint64_t offset, void *to, size_t bytes,
                    const char *what)
{
    if (!is_inside(image, offset, bytes))
        fail("%s is truncated: %s is beyond its end", image->path, what);
    memcpy(to, image->file + offset, bytes);
}

/** What is read of the header of either class. */
struct header {
    bool is_64;
    unsigned type, machine;
    uint64_t programs; /**< where the program headers are in the file */
    unsigned program_bytes, program_count;
    uint64_t sections; /**< where the section headers are */
};

/** What is read of a program header. */
struct program {
    unsigned type;
    uint64_t offset, bytes, paddr;
};

static struct header read_header_64(const struct image *image)
{
    Elf64_Ehdr elf;

    read_at(image, 0, &elf, sizeof(elf), "the ELF header");
    return (struct header){
        .is_64 = true,
        .type = elf.e_type,
        .machine = elf.e_machine,
        .programs = elf.e_phoff,
        .program_bytes = elf.e_phentsize,
        .program_count = elf.e_phnum,
        .sections = elf.e_shoff,
    };
}

static struct header read_header_32(const struct image *image)
{
    Elf32_Ehdr elf;

    read_at(image, 0, &elf, sizeof(elf), "the ELF header");
    return (struct header){
        .is_64 = false,
        .type = elf.e_type,
        .machine = elf.e_machine,
        .programs = elf.e_phoff,
        .program_bytes = elf.e_phentsize,
        .program_count = elf.e_phnum,
        .sections = elf.e_shoff,
    };
}

static struct header read_header(struct image *image)
{
    unsigned char ident[EI_NIDENT];
    struct header header;
    bool is_64;

    read_at(image, 0, ident, sizeof(ident), "the ELF header");
    is_64 = ident[EI_CLASS] == ELFCLASS64;
    if ((!is_64 && ident[EI_CLASS] != ELFCLASS32) || ident[EI_DATA] != ELFDATA2LSB)
        fail("%s is not a little-endian ELF file", image->path);
    header = is_64 ? read_header_64(image) : read_header_32(image);
    if (header.type != ET_CORE)
        fail("%s is an ELF file but no core: dump-guest-memory writes one", image->path);
    if (header.program_bytes != (header.is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
        fail("%s has program headers of %u bytes", image->path, header.program_bytes);
    image->machine = header.machine;
    return header;
}

/**
 * If there are more segments than the header can say, the first section header has their count. A
 * core of a 32-bit machine has no more than it can say.
 */
static uint64_t segment_count(const struct image *image, const struct header *header)
{
    Elf64_Shdr section;

    if (!header->is_64 || header->program_count != PN_XNUM)
        return header->program_count;
    read_at(image, header->sections, &section, sizeof(section), "the first section header");
    return section.sh_info;
}

static struct program read_program(const struct image *image, const struct header *header,
                                   uint64_t index)
{
    uint64_t offset = header->programs + index * header->program_bytes;
    Elf64_Phdr wide;
    Elf32_Phdr narrow;

    if (header->is_64) {
        read_at(image, offset, &wide, sizeof(wide), "a program header");
        return (struct program){
            .type = wide.p_type,
            .offset = wide.p_offset,
            .bytes = wide.p_filesz,
            .paddr = wide.p_paddr,
        };
    }
    read_at(image, offset, &narrow, sizeof(narrow), "a program header");
    return (struct program){
        .type = narrow.p_type,
        .offset = narrow.p_offset,
        .bytes = narrow.p_filesz,
        .paddr = narrow.p_paddr,
    };
}

static void read_segment(struct image *image, const struct program *program)
{
    if (program->type != PT_LOAD)
        return;
    if (!is_inside(image, program->offset, program->bytes))
        fail("%s is truncated: the memory at 0x%" PRIx64 " is beyond its end", image->path,
             program->paddr);
    if (program->bytes != 0 && program->paddr + (program->bytes - 1) < program->paddr)
        fail("%s has memory beyond the last physical address", image->path);
    image_add_segment(image, program->paddr, program->offset, program->bytes);
}

void image_read_elf(struct image *image)
{
    struct header header = read_header(image);
    uint64_t count = segment_count(image, &header);

    for (uint64_t i = 0; i < count; i++) {
        struct program program = read_program(image, &header, i);

        read_segment(image, &program);
    }
    if (image->count == 0)
        fail("%s is an ELF core without memory (no PT_LOAD)", image->path);
}

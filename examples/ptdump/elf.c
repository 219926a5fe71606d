/* SPDX-License-Identifier: MIT */
/* ELF cores of a machine's memory. Each PT_LOAD is a piece, at the physical address p_paddr. */
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

static void read_header(struct image *image, Elf64_Ehdr *header)
{
    unsigned char ident[EI_NIDENT];

    read_at(image, 0, ident, sizeof(ident), "the ELF header");
    if (ident[EI_CLASS] != ELFCLASS64 || ident[EI_DATA] != ELFDATA2LSB)
        fail("%s is not a little-endian ELF64 file", image->path);
    read_at(image, 0, header, sizeof(*header), "the ELF header");
    if (header->e_type != ET_CORE)
        fail("%s is an ELF file but no core: dump-guest-memory writes one", image->path);
    if (header->e_phentsize != sizeof(Elf64_Phdr))
        fail("%s has program headers of %u bytes", image->path, header->e_phentsize);
    image->machine = header->e_machine;
}

/** If there are more segments than e_phnum can hold, the first section header has their count. */
static uint64_t segment_count(const struct image *image, const Elf64_Ehdr *header)
{
    Elf64_Shdr section;

    if (header->e_phnum != PN_XNUM)
        return header->e_phnum;
    read_at(image, header->e_shoff, &section, sizeof(section), "the first section header");
    return section.sh_info;
}

static void read_segment(struct image *image, const Elf64_Phdr *program)
{
    if (program->p_type != PT_LOAD)
        return;
    if (!is_inside(image, program->p_offset, program->p_filesz))
        fail("%s is truncated: the memory at 0x%" PRIx64 " is beyond its end", image->path,
             program->p_paddr);
    if (program->p_filesz != 0 && program->p_paddr + (program->p_filesz - 1) < program->p_paddr)
        fail("%s has memory beyond the last physical address", image->path);
    image_add_segment(image, program->p_paddr, program->p_offset, program->p_filesz);
}

void image_read_elf(struct image *image)
{
    Elf64_Ehdr header;
    uint64_t count;

    read_header(image, &header);
    count = segment_count(image, &header);
    for (uint64_t i = 0; i < count; i++) {
        Elf64_Phdr program;

        read_at(image, header.e_phoff + i * sizeof(program), &program, sizeof(program),
                "a program header");
        read_segment(image, &program);
    }
    if (image->count == 0)
        fail("%s is an ELF core without memory (no PT_LOAD)", image->path);
}

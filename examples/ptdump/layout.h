/* SPDX-License-Identifier: MIT */
/**
 * @file
 * How an architecture uses its tables: which formats, and which registers hold the roots.
 */
#ifndef PTDUMP_LAYOUT_H
#define PTDUMP_LAYOUT_H

#include "format.h"

struct layout {
    const char *arch;
    const char *name;
    const char *about;
    const struct format *lower; /**< for --root: the lower half, or the whole space */
    const struct format *upper; /**< for --upper-root; NULL if one root is for the whole space */
    unsigned satp_mode;         /**< RISC-V: the mode in satp or hgatp; 0 elsewhere */
};

/** All layouts, an architecture's default first. The last has no arch. */
extern const struct layout layouts[];

/**
 * The layout of that name, or the one that the register value implies, or the default. `name` may
 * be NULL. `arch` may be NULL if the image says what machine it is from. Fails with a message.
 */
const struct layout *layout_find(const char *arch, const char *name, unsigned elf_machine,
                                 bool has_root, uint64_t root);

/** Whether it is of that architecture, and its name has the word in it. */
bool layout_is(const struct layout *layout, const char *arch, const char *word);

/** The width of addresses: the number at the end of the name of a layout of AArch64 or LoongArch64.
 */
unsigned layout_width(const char *name);
/** log2 of the pages of LoongArch64 in its name. */
unsigned layout_page_bits(const char *name);

/** The root that `value` names in a register of the architecture. */
pt64_paddr_t layout_root(const struct layout *layout, uint64_t value);
/** The same. Fails with a message if it is not aligned, or not in the image. `name` is for that. */
pt64_paddr_t layout_check_root(const struct layout *layout, const char *name,
                               const struct format *format, struct image *image, uint64_t value);

void layout_list(FILE *out);

#endif

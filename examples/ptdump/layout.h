/* SPDX-License-Identifier: MIT */
/**
 * @file
 * How an architecture puts its tables to use: which formats, and which registers hold the roots.
 */
#ifndef PTDUMP_LAYOUT_H
#define PTDUMP_LAYOUT_H

#include "format.h"

struct layout {
    const char *arch;
    const char *name;
    const char *about;
    const struct format *lower; /**< of --root: the lower half, or the whole space */
    const struct format *upper; /**< of --upper-root; NULL where one root serves the whole space */
    unsigned satp_mode;         /**< RISC-V: what the register says of it; 0 elsewhere */
};

/** All layouts, an architecture's default first; the last has no arch. */
extern const struct layout layouts[];

/**
 * The layout of that name, or the one that the register value implies, or the default. `name` may
 * be NULL; `arch` may be NULL where the image says what machine it is. Fails with a message.
 */
const struct layout *layout_find(const char *arch, const char *name, unsigned elf_machine,
                                 bool has_root, uint64_t root);

/** The root that a register of the architecture names by `value`. */
pt64_paddr_t layout_root(const struct layout *layout, uint64_t value);

void layout_list(FILE *out);

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The command line.
 */
#ifndef PTDUMP_OPTIONS_H
#define PTDUMP_OPTIONS_H

#include "space.h"

/** A part of the physical address space that is not memory. */
struct device_range {
    pt64_paddr_t first;
    pt64_paddr_t last;
};

/** What audit looks for: bits of `checks`. */
enum {
    CHECK_WRITE_EXECUTE = 1 << 0,
    CHECK_USER = 1 << 1,
    CHECK_DEVICE = 1 << 2,
    CHECK_RESERVED = 1 << 3,
    CHECK_TABLES = 1 << 4,
    CHECK_LOST = 1 << 5,
    CHECK_ALL = (1 << 6) - 1,
};

struct options {
    const char *command;
    struct request request;
    struct request second; /**< for diff */
    bool json;
    bool pages;
    unsigned checks;
    struct device_range *devices;
    size_t device_count;
    uint64_t *addresses; /**< for explain, translate and find */
    size_t address_count;
    const char *output; /**< or NULL for standard output */
};

/** Prints and ends the program for --help. Fails with a message if anything is wrong. */
void options_read(struct options *options, int argc, char **argv);
void options_free(struct options *options);

/** The name of a bit of `checks`. */
const char *check_name(unsigned check);

#endif

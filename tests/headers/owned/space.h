/* SPDX-License-Identifier: MIT */
/* A table type that one file uses, in a record that several know. */
#ifndef TESTS_HEADERS_OWNED_SPACE_H
#define TESTS_HEADERS_OWNED_SPACE_H

#include "page_table64.h"

PAGE_TABLE64_TYPES(space);

struct process {
    space_t space;
    unsigned used;
};

pt64_status_t process_start(struct process *process);

#endif

/* SPDX-License-Identifier: MIT */
/* One table type for every format. Its meta and its entry format are variables, so that the engine
 * is compiled once and a run goes from format to format. */
#ifndef TESTS_MODEL_TYPED_H
#define TESTS_MODEL_TYPED_H

#include "access.h"

#include <page_table64.h>

PAGE_TABLE64_DECLARE(typed);

struct format {
    const char *id; /* as in formats.h */
    const struct pt64_meta *meta;
    const struct pt64_pte *pte;
    uint64_t memory_types; /* as in struct oracle_format */
    uint64_t (*id_of)(uint64_t number, bool has_invpcid);
};

extern const struct format formats[];
extern const size_t format_count;

/* The number of an address space in the form that the format's set_id takes. */
uint64_t typed_id(const struct format *format, uint64_t number, bool has_invpcid);

/* No table may exist when the format changes. */
void typed_select(const struct format *format);

#endif

/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/terms/aarch64.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

static struct pt64_terms terms;
static struct pt64_terms hafdbs_terms;
static struct pt64_terms el2_terms;

DEFINE_FORMAT(aarch64_4k48, pt64_aarch64_4k48, pt64_aarch64_pte, terms);
DEFINE_FORMAT(aarch64_4k48_upper, pt64_aarch64_4k48_upper, pt64_aarch64_pte, terms);
DEFINE_FORMAT(aarch64_hafdbs_4k48, pt64_aarch64_4k48, pt64_aarch64_hafdbs_pte, hafdbs_terms);
DEFINE_FORMAT(aarch64_hafdbs_4k48_upper, pt64_aarch64_4k48_upper, pt64_aarch64_hafdbs_pte,
              hafdbs_terms);
DEFINE_FORMAT(aarch64_el2_4k48, pt64_aarch64_el2_4k48, pt64_aarch64_el2_pte, el2_terms);

void format_aarch64_begin(uint64_t mair)
{
    terms = pt64_aarch64_terms;
    hafdbs_terms = pt64_aarch64_hafdbs_terms;
    el2_terms = pt64_aarch64_el2_terms;
    terms.memory = hafdbs_terms.memory = el2_terms.memory = mair;
}

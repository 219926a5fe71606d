/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/terms/aarch64.h>

static struct pt64_limits limits;

static const struct pt64_limits *find_limits(void *ctx)
{
    (void)ctx;
    return &limits;
}

static const struct pt64_handler image_handler = IMAGE_HANDLER_WITH(find_limits);

static struct pt64_terms terms;
static struct pt64_terms hafdbs_terms;
static struct pt64_terms el2_terms;

DEFINE_FORMAT_WITH(aarch64_4k, pt64_aarch64_any, limits, pt64_aarch64_pte, terms);
DEFINE_FORMAT_WITH(aarch64_4k_upper, pt64_aarch64_any_upper, limits, pt64_aarch64_pte, terms);
DEFINE_FORMAT_WITH(aarch64_hafdbs_4k, pt64_aarch64_any, limits, pt64_aarch64_hafdbs_pte,
                   hafdbs_terms);
DEFINE_FORMAT_WITH(aarch64_hafdbs_4k_upper, pt64_aarch64_any_upper, limits, pt64_aarch64_hafdbs_pte,
                   hafdbs_terms);
DEFINE_FORMAT_WITH(aarch64_el2_4k, pt64_aarch64_el2_4k48, limits, pt64_aarch64_el2_pte, el2_terms);

void format_aarch64_begin(uint64_t mair, unsigned vaddr_bits)
{
    /* An image does not say what its CPUs have: entries hold physical addresses of 48 bits. */
    const struct pt64_aarch64_id_registers registers = {.mmfr0 = 5};

    limits = pt64_aarch64_limits(&pt64_aarch64_any, &registers, vaddr_bits, false);
    terms = pt64_aarch64_terms;
    hafdbs_terms = pt64_aarch64_hafdbs_terms;
    el2_terms = pt64_aarch64_el2_terms;
    terms.memory = hafdbs_terms.memory = el2_terms.memory = mair;
}

/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/aarch64_stage2.h>
#include <page_table64/terms/aarch64_stage2.h>

static struct pt64_limits limits;

static const struct pt64_limits *find_limits(void *ctx)
{
    (void)ctx;
    return &limits;
}

static const struct pt64_handler image_handler = IMAGE_HANDLER_WITH(find_limits);

DEFINE_FORMAT_WITH(aarch64_stage2_4k, pt64_aarch64_stage2_any, limits, pt64_aarch64_stage2_pte,
                   pt64_aarch64_stage2_terms);
DEFINE_FORMAT_WITH(aarch64_stage2_xnx_4k, pt64_aarch64_stage2_any, limits,
                   pt64_aarch64_stage2_xnx_pte, pt64_aarch64_stage2_xnx_terms);
DEFINE_FORMAT_WITH(aarch64_stage2_fwb_4k, pt64_aarch64_stage2_any, limits,
                   pt64_aarch64_stage2_fwb_pte, pt64_aarch64_stage2_fwb_terms);
DEFINE_FORMAT_WITH(aarch64_stage2_hafdbs_4k, pt64_aarch64_stage2_any, limits,
                   pt64_aarch64_stage2_hafdbs_pte, pt64_aarch64_stage2_hafdbs_terms);

void format_aarch64_stage2_begin(unsigned ipa_bits)
{
    /* Entries hold physical addresses of 48 bits. */
    const struct pt64_aarch64_id_registers registers = {.mmfr0 = 5};

    limits = pt64_aarch64_stage2_limits(&registers, ipa_bits, false);
}

/* SPDX-License-Identifier: MIT */
#include "format.h"

#include "layout.h"

#include <page_table64/meta/aarch64_stage2.h>
#include <page_table64/terms/aarch64_stage2.h>

static struct pt64_limits limits;

static const struct pt64_limits *find_limits(void *ctx)
{
    (void)ctx;
    return &limits;
}

static const struct pt64_handler image_handler = IMAGE_HANDLER_WITH(find_limits);

/** Of the granule that the name of the layout says. */
static struct pt64_meta meta;

DEFINE_FORMAT_WITH(aarch64_stage2, meta, limits, pt64_aarch64_stage2_pte,
                   pt64_aarch64_stage2_terms);
DEFINE_FORMAT_WITH(aarch64_stage2_xnx, meta, limits, pt64_aarch64_stage2_xnx_pte,
                   pt64_aarch64_stage2_xnx_terms);
DEFINE_FORMAT_WITH(aarch64_stage2_fwb, meta, limits, pt64_aarch64_stage2_fwb_pte,
                   pt64_aarch64_stage2_fwb_terms);
DEFINE_FORMAT_WITH(aarch64_stage2_hafdbs, meta, limits, pt64_aarch64_stage2_hafdbs_pte,
                   pt64_aarch64_stage2_hafdbs_terms);

/** log2 of the entries that a root may have in this library: of concatenated tables with 16K. */
#define ROOT_BITS 13

/** The walk starts at the lowest level whose root has no more entries. */
static unsigned levels_for(unsigned page_bits, unsigned ipa_bits)
{
    unsigned index_bits = page_bits - 3;
    unsigned levels = 1;

    while (ipa_bits > page_bits + (levels - 1) * index_bits + ROOT_BITS)
        levels++;
    return levels;
}

void format_aarch64_stage2_begin(const char *layout)
{
    /* Entries hold physical addresses of 48 bits. */
    const struct pt64_aarch64_id_registers registers = {.mmfr0 = 5};
    unsigned page_bits = layout_page_bits(layout);
    unsigned ipa_bits = layout_width(layout);

    if (page_bits == 12) {
        meta = pt64_aarch64_stage2_any;
        limits = pt64_aarch64_stage2_limits(&registers, ipa_bits, false);
        return;
    }
    meta = page_bits == 14 ? pt64_aarch64_stage2_16k47 : pt64_aarch64_stage2_64k48;
    limits = meta.limits;
    limits.vaddr_bits = ipa_bits;
    limits.levels = levels_for(page_bits, ipa_bits);
    limits.leaf_levels = limits.levels < 2 ? limits.levels : 2;
    meta.limits = limits;
}

/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/armv7_stage2.h>
#include <page_table64/terms/armv7_stage2.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

static struct pt64_terms short_terms, short_afe_terms, lpae_terms;

DEFINE_FORMAT32(armv7_short, pt64_armv7_short, pt64_armv7_short_pte, short_terms);
DEFINE_FORMAT32(armv7_short_afe, pt64_armv7_short, pt64_armv7_short_afe_pte, short_afe_terms);
DEFINE_FORMAT(armv7_lpae, pt64_armv7_lpae, pt64_armv7_lpae_pte, lpae_terms);
DEFINE_FORMAT(armv7_stage2, pt64_armv7_stage2_4k40, pt64_armv7_stage2_pte, pt64_armv7_stage2_terms);

void format_armv7_begin(bool has_types, uint64_t types)
{
    short_terms = pt64_armv7_short_terms;
    short_afe_terms = pt64_armv7_short_afe_terms;
    lpae_terms = pt64_armv7_lpae_terms;
    if (has_types)
        short_terms.memory = short_afe_terms.memory = lpae_terms.memory = types;
}

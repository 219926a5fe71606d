/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/i386.h>
#include <page_table64/terms/i386.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

static struct pt64_terms terms, pae_terms;

DEFINE_FORMAT32(i386, pt64_i386, pt64_i386_pte, terms);
DEFINE_FORMAT(i386_pae, pt64_i386_pae, pt64_i386_pae_pte, pae_terms);

void format_i386_begin(uint64_t pat)
{
    terms = pt64_i386_terms;
    terms.memory = pat;
    pae_terms = pt64_i386_pae_terms;
    pae_terms.memory = pat;
}

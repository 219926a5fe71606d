/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/npt.h>
#include <page_table64/meta/x86_64.h>
#include <page_table64/terms/npt.h>
#include <page_table64/terms/x86_64.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

static struct pt64_terms terms;
static struct pt64_terms cet_terms;
static struct pt64_terms npt_terms;

DEFINE_FORMAT(x86_64_la48, pt64_x86_64_la48, pt64_x86_64_pte, terms);
DEFINE_FORMAT(x86_64_la48_no1g, pt64_x86_64_la48_no1g, pt64_x86_64_pte, terms);
DEFINE_FORMAT(x86_64_la57, pt64_x86_64_la57, pt64_x86_64_pte, terms);
DEFINE_FORMAT(x86_64_cet_la48, pt64_x86_64_la48, pt64_x86_64_cet_pte, cet_terms);
DEFINE_FORMAT(x86_64_cet_la57, pt64_x86_64_la57, pt64_x86_64_cet_pte, cet_terms);
DEFINE_FORMAT(npt_gpa48, pt64_npt_gpa48, pt64_npt_pte, npt_terms);
DEFINE_FORMAT(npt_gpa57, pt64_npt_gpa57, pt64_npt_pte, npt_terms);

unsigned format_x86_64_begin(uint64_t pat)
{
    unsigned good = 0;

    terms = pt64_x86_64_terms;
    cet_terms = pt64_x86_64_cet_terms;
    npt_terms = pt64_npt_terms;
    terms.memory = cet_terms.memory = npt_terms.memory = pat;
    while (good < 8 && pt64_x86_64_type_name(pt64_x86_64_pat_type(pat, good)) != NULL)
        good++;
    return good;
}

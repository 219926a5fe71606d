/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/terms/aarch64.h>

#include <stdlib.h>
#include <string.h>

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

/** Of the other granules, and of 52-bit addresses: these are as the name of the layout says. */
static struct pt64_meta wide_lower;
static struct pt64_meta wide_upper;
static struct pt64_pte wide_pte;
static struct pt64_terms wide_terms;

DEFINE_FORMAT_WITH(aarch64_4k, pt64_aarch64_any, limits, pt64_aarch64_pte, terms);
DEFINE_FORMAT_WITH(aarch64_4k_upper, pt64_aarch64_any_upper, limits, pt64_aarch64_pte, terms);
DEFINE_FORMAT_WITH(aarch64_hafdbs_4k, pt64_aarch64_any, limits, pt64_aarch64_hafdbs_pte,
                   hafdbs_terms);
DEFINE_FORMAT_WITH(aarch64_hafdbs_4k_upper, pt64_aarch64_any_upper, limits, pt64_aarch64_hafdbs_pte,
                   hafdbs_terms);
DEFINE_FORMAT_WITH(aarch64_el2_4k, pt64_aarch64_el2_4k48, limits, pt64_aarch64_el2_pte, el2_terms);
DEFINE_FORMAT_WITH(aarch64_wide, wide_lower, limits, wide_pte, wide_terms);
DEFINE_FORMAT_WITH(aarch64_wide_upper, wide_upper, limits, wide_pte, wide_terms);

/** How entries hold addresses, in the order of `entries`. */
enum kind {
    OF_48_BITS,
    OF_LPA,
    OF_LPA2,
};

static const struct {
    const char *granule;
    enum kind kind;
    const struct pt64_meta *lower, *upper;
} geometries[] = {
    {"lpa2-4k", OF_LPA2, &pt64_aarch64_4k_lpa2_any, &pt64_aarch64_4k_lpa2_any_upper},
    {"lpa2-16k", OF_LPA2, &pt64_aarch64_16k_lpa2_any, &pt64_aarch64_16k_lpa2_any_upper},
    {"64k", OF_LPA, &pt64_aarch64_64k_any, &pt64_aarch64_64k_any_upper},
    {"16k", OF_48_BITS, &pt64_aarch64_16k_any, &pt64_aarch64_16k_any_upper},
    {"4k", OF_48_BITS, &pt64_aarch64_any, &pt64_aarch64_any_upper},
};

/** By the regime, and by `enum kind`. */
static const struct {
    const char *regime;
    const struct pt64_pte *ptes[3];
    const struct pt64_terms *terms[3];
} entries[] = {
    {"hafdbs-",
     {&pt64_aarch64_hafdbs_pte, &pt64_aarch64_hafdbs_lpa_pte, &pt64_aarch64_hafdbs_lpa2_pte},
     {&pt64_aarch64_hafdbs_terms, &pt64_aarch64_hafdbs_lpa_terms, &pt64_aarch64_hafdbs_lpa2_terms}},
    {"el2-",
     {&pt64_aarch64_el2_pte, &pt64_aarch64_el2_lpa_pte, &pt64_aarch64_el2_lpa2_pte},
     {&pt64_aarch64_el2_terms, &pt64_aarch64_el2_lpa_terms, &pt64_aarch64_el2_lpa2_terms}},
    {"",
     {&pt64_aarch64_pte, &pt64_aarch64_lpa_pte, &pt64_aarch64_lpa2_pte},
     {&pt64_aarch64_terms, &pt64_aarch64_lpa_terms, &pt64_aarch64_lpa2_terms}},
};

static bool skip_word(const char **name, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(*name, word, length) != 0)
        return false;
    *name += length;
    return true;
}

/** An image does not say what its CPUs have: physical addresses are as wide as entries hold. */
static void choose(const char *layout, uint64_t mair)
{
    /* PARange is 6 for 52 bits; TGran16 and TGran4 say FEAT_LPA2, VARange says FEAT_LVA. */
    const struct pt64_aarch64_id_registers registers = {
        .mmfr0 = 6 | UINT64_C(2) << PT64_AARCH64_MMFR0_TGRAN16_SHIFT |
                 UINT64_C(1) << PT64_AARCH64_MMFR0_TGRAN4_SHIFT,
        .mmfr2 = UINT64_C(1) << PT64_AARCH64_MMFR2_VARANGE_SHIFT};
    size_t regime = 0, geometry = 0;

    while (!skip_word(&layout, entries[regime].regime))
        regime++;
    while (!skip_word(&layout, geometries[geometry].granule))
        geometry++;
    wide_lower = *geometries[geometry].lower;
    wide_upper = *geometries[geometry].upper;
    wide_pte = *entries[regime].ptes[geometries[geometry].kind];
    wide_terms = *entries[regime].terms[geometries[geometry].kind];
    wide_terms.memory = mair;
    limits =
        pt64_aarch64_limits(&wide_lower, &registers, (unsigned)strtoul(layout, NULL, 10), false);
}

void format_aarch64_begin(uint64_t mair, const char *layout)
{
    choose(layout, mair);
    terms = pt64_aarch64_terms;
    hafdbs_terms = pt64_aarch64_hafdbs_terms;
    el2_terms = pt64_aarch64_el2_terms;
    terms.memory = hafdbs_terms.memory = el2_terms.memory = mair;
}

/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/loongarch64.h>
#include <page_table64/terms/loongarch64.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

DEFINE_FORMAT(loongarch64_4k48, pt64_loongarch64_4k48, pt64_loongarch64_pte,
              pt64_loongarch64_terms);
DEFINE_FORMAT(loongarch64_hptw_4k48, pt64_loongarch64_4k48, pt64_loongarch64_hptw_pte,
              pt64_loongarch64_hptw_terms);

/** Of the width that was asked for. The names of levels depend on how many there are. */
static struct pt64_meta halves, upper_halves;

DEFINE_FORMAT(loongarch64_halves, halves, pt64_loongarch64_pte, pt64_loongarch64_terms);
DEFINE_FORMAT(loongarch64_halves_upper, upper_halves, pt64_loongarch64_pte, pt64_loongarch64_terms);
DEFINE_FORMAT(loongarch64_hptw_halves, halves, pt64_loongarch64_hptw_pte,
              pt64_loongarch64_hptw_terms);
DEFINE_FORMAT(loongarch64_hptw_halves_upper, upper_halves, pt64_loongarch64_hptw_pte,
              pt64_loongarch64_hptw_terms);

/** Of the pages that were asked for. */
static struct pt64_meta guests;

DEFINE_FORMAT(loongarch64_lvz, guests, pt64_loongarch64_lvz_pte, pt64_loongarch64_lvz_terms);

void format_loongarch64_lvz_begin(unsigned page_bits)
{
    guests = page_bits == 12   ? pt64_loongarch64_lvz_4k48
             : page_bits == 14 ? pt64_loongarch64_lvz_16k47
                               : pt64_loongarch64_lvz_64k55;
}

void format_loongarch64_begin(unsigned page_bits, unsigned vaddr_bits)
{
    /* An image does not say what its CPUs have: entries hold physical addresses of 48 bits. */
    uint32_t cpucfg1 = 47 << 4 | vaddr_bits << 12;

    halves = page_bits == 12   ? pt64_loongarch64_4k_any
             : page_bits == 14 ? pt64_loongarch64_16k_any
                               : pt64_loongarch64_64k_any;
    halves.limits = pt64_loongarch64_limits(&halves, cpucfg1);
    upper_halves = halves;
    upper_halves.space = PT64_SPACE_UPPER;
}

/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/words/aarch64.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

DEFINE_FORMAT(aarch64_4k48, pt64_aarch64_4k48, pt64_aarch64_pte, pt64_aarch64_words);
DEFINE_FORMAT(aarch64_4k48_upper, pt64_aarch64_4k48_upper, pt64_aarch64_pte, pt64_aarch64_words);
DEFINE_FORMAT(aarch64_hafdbs_4k48, pt64_aarch64_4k48, pt64_aarch64_hafdbs_pte,
              pt64_aarch64_hafdbs_words);
DEFINE_FORMAT(aarch64_hafdbs_4k48_upper, pt64_aarch64_4k48_upper, pt64_aarch64_hafdbs_pte,
              pt64_aarch64_hafdbs_words);
DEFINE_FORMAT(aarch64_el2_4k48, pt64_aarch64_el2_4k48, pt64_aarch64_el2_pte,
              pt64_aarch64_el2_words);

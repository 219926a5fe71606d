/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/words/aarch64.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

static struct pt64_words words;
static struct pt64_words hafdbs_words;
static struct pt64_words el2_words;

DEFINE_FORMAT(aarch64_4k48, pt64_aarch64_4k48, pt64_aarch64_pte, words);
DEFINE_FORMAT(aarch64_4k48_upper, pt64_aarch64_4k48_upper, pt64_aarch64_pte, words);
DEFINE_FORMAT(aarch64_hafdbs_4k48, pt64_aarch64_4k48, pt64_aarch64_hafdbs_pte, hafdbs_words);
DEFINE_FORMAT(aarch64_hafdbs_4k48_upper, pt64_aarch64_4k48_upper, pt64_aarch64_hafdbs_pte,
              hafdbs_words);
DEFINE_FORMAT(aarch64_el2_4k48, pt64_aarch64_el2_4k48, pt64_aarch64_el2_pte, el2_words);

void format_aarch64_begin(uint64_t mair)
{
    words = pt64_aarch64_words;
    hafdbs_words = pt64_aarch64_hafdbs_words;
    el2_words = pt64_aarch64_el2_words;
    words.memory = hafdbs_words.memory = el2_words.memory = mair;
}

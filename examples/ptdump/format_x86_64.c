/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <page_table64/meta/x86_64.h>
#include <page_table64/words/x86_64.h>

static const struct pt64_handler image_handler = IMAGE_HANDLER;

DEFINE_FORMAT(x86_64_la48, pt64_x86_64_la48, pt64_x86_64_pte, pt64_x86_64_words);
DEFINE_FORMAT(x86_64_la48_no1g, pt64_x86_64_la48_no1g, pt64_x86_64_pte, pt64_x86_64_words);
DEFINE_FORMAT(x86_64_la57, pt64_x86_64_la57, pt64_x86_64_pte, pt64_x86_64_words);

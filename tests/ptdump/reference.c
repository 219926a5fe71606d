/* SPDX-License-Identifier: MIT */
/* The reports as the reference declares them, and as they are generated. A compiler objects if they
 * differ. */
#define PAGE_TABLE64_REFERENCE
#include <page_table64.h>
#include <page_table64/dump.h>

PAGE_TABLE64_DECLARE(name);
PAGE_TABLE64_DECLARE_DUMP(name);

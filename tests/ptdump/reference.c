/* SPDX-License-Identifier: MIT */
/* The reports as they are described, and as they are generated: a compiler objects if they differ.
 */
#define PAGE_TABLE64_REFERENCE
#include <page_table64.h>
#include <page_table64/dump.h>

PAGE_TABLE64_DECLARE(name);
PAGE_TABLE64_DECLARE_DUMP(name);

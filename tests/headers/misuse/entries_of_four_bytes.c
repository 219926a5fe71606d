/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: PAGE_TABLE64_ makes tables of 8-byte entries */
#define OWN_LEVELS      4
#define OWN_LEAF_LEVELS 2
#define OWN_VADDR_BITS  48
#define OWN_ENTRY_BYTES 4
#include "headers/misuse/meta.h"

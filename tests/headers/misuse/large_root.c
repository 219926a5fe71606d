/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: vaddr_bits of the limits leaves the root no entry */
#define OWN_LEVELS      3
#define OWN_LEAF_LEVELS 2
#define OWN_VADDR_BITS  46
#include "headers/misuse/meta.h"

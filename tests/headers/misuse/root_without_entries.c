/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: vaddr_bits of the limits leaves the root no entry */
#define OWN_LEVELS      4
#define OWN_LEAF_LEVELS 2
#define OWN_VADDR_BITS  39
#include "headers/misuse/meta.h"

/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: levels of the limits is 0 or above PT64_MAX_LEVELS */
#define OWN_LEVELS      0
#define OWN_LEAF_LEVELS 1
#define OWN_VADDR_BITS  48
#include "headers/misuse/meta.h"

/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: no instruction of a CPU reaches the walker of the meta, and the handler has no flush */
#define OWN_LEVELS      4
#define OWN_LEAF_LEVELS 3
#define OWN_VADDR_BITS  48
#define OWN_META_FLUSH  NULL
#define OWN_FLUSH
#include "headers/misuse/meta.h"

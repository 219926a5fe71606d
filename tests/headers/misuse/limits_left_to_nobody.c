/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: the meta leaves the limits to the kernel, and the handler has no limits */
#define OWN_LEVELS      0
#define OWN_LEAF_LEVELS 0
#define OWN_VADDR_BITS  0
#include "headers/misuse/meta.h"

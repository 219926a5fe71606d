/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: entry_bytes of the meta is neither 4 nor 8 */
#define OWN_LEVELS      4
#define OWN_LEAF_LEVELS 2
#define OWN_VADDR_BITS  48
#define OWN_ENTRY_BYTES 2
#include "headers/misuse/meta.h"

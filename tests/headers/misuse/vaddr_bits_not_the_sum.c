/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: vaddr_bits of the meta is not the sum */
#define OWN_LEVELS          4
#define OWN_LEAF_LEVELS     2
#define OWN_ROOT_INDEX_BITS 9
#define OWN_VADDR_BITS      47
#include "headers/misuse/meta.h"

/* SPDX-License-Identifier: MIT */
/* Options: -O1 */
/* Languages: c11 c++17 */
/* Expected: the meta has break_to_move, and the pte no absent or no present */
#define OWN_LEVELS        4
#define OWN_LEAF_LEVELS   2
#define OWN_VADDR_BITS    48
#define OWN_BREAK_TO_MOVE true
#include "headers/misuse/meta.h"

/* SPDX-License-Identifier: MIT */
#include "space.h"

#include "frames.h"

#include HEADER

TABLE_IMPLEMENT(space, META, PTE, handler);

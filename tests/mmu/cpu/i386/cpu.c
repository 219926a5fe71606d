/* SPDX-License-Identifier: MIT */
/* A 32-bit CPU differs in its segments, of which the preprocessor knows. */
#include "../x86_64/cpu.c"

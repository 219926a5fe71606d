/* SPDX-License-Identifier: MIT */
/* The ports are those of a 64-bit PC. */
#include "../x86_64/console.inc"

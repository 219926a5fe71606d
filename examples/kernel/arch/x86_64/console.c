/* SPDX-License-Identifier: MIT */
#include "console.inc"

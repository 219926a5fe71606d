/* SPDX-License-Identifier: MIT */
#include "../x86_64/cpu.inc"

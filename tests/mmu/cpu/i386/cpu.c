/* SPDX-License-Identifier: MIT */
#include "../x86_64/cpu.inc"

#include "arch/x86_64/cpus.inc"

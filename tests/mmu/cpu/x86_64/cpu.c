/* SPDX-License-Identifier: MIT */
#include "cpu.inc"

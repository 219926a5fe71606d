/* SPDX-License-Identifier: MIT */
#include "cpus.inc"

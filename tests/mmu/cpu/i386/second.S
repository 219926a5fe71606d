/* SPDX-License-Identifier: MIT */
#include "../x86_64/second.S"

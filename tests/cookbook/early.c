/* SPDX-License-Identifier: MIT */
/* Compiled apart, as a kernel does with code that runs with the MMU off. */
#include "early.h"

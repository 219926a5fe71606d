/* SPDX-License-Identifier: MIT */
/* Compiled apart, as a kernel does: the code that runs with the MMU off. */
#include "early.h"

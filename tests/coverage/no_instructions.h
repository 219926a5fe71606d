/* SPDX-License-Identifier: MIT */
/*
 * Clang keeps instructions of other machines where it counts without optimizing, though nothing
 * executes them, and then cannot assemble them: they are comments here.
 */
#ifndef TESTS_COVERAGE_NO_INSTRUCTIONS_H
#define TESTS_COVERAGE_NO_INSTRUCTIONS_H

#include <page_table64/traits.h>

#undef PT64_EXECUTE_IF
#define PT64_EXECUTE_IF(is_native, ...)         \
    do {                                        \
        if (is_native)                          \
            __asm__ volatile("# " __VA_ARGS__); \
    } while (0)

#endif

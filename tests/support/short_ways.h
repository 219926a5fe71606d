/* SPDX-License-Identifier: MIT */
/*
 * Before a source with an engine that is not optimized, or not inlined into itself, because that
 * takes a tenth or a third of the time: the engine takes its short ways all the same. Instructions
 * of a kernel are executed by no hosted program, but clang would keep those of other machines. For
 * assembly there is nothing here.
 */
#if !defined(TESTS_SUPPORT_SHORT_WAYS_H) && !defined(__ASSEMBLER__)
#define TESTS_SUPPORT_SHORT_WAYS_H

#include <page_table64/traits.h>

#undef PT64_HAS_SHORT_WAYS
#define PT64_HAS_SHORT_WAYS true
#ifdef PT64_HOSTED
#undef PT64_EXECUTE_IF
#define PT64_EXECUTE_IF(is_native, ...) ((void)(is_native))
#endif

#endif

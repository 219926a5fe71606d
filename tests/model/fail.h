/* SPDX-License-Identifier: MIT */
/* How a check ends its run, from wherever the library has called the model. */
#ifndef TESTS_MODEL_FAIL_H
#define TESTS_MODEL_FAIL_H

#include <setjmp.h>
#include <stdbool.h>

/* Where model_fail goes on. To be set by setjmp before anything is checked. */
extern jmp_buf model_failed;
/* The failure, in one line. */
extern char model_failure[512];

_Noreturn __attribute__((format(printf, 1, 2))) void model_fail(const char *format, ...);

#define MODEL_CHECK(condition, ...)  \
    do {                             \
        if (!(condition))            \
            model_fail(__VA_ARGS__); \
    } while (0)

#endif

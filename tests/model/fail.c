/* SPDX-License-Identifier: MIT */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>

jmp_buf model_failed;
char model_failure[512];

void model_fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(model_failure, sizeof model_failure, format, arguments);
    va_end(arguments);
    longjmp(model_failed, 1);
}

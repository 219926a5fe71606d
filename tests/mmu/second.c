/* SPDX-License-Identifier: MIT */
#include "second.h"

void second_flush(const struct half *half, const struct pt64_flush *request)
{
    (void)half;
    (void)request;
}

void second_interrupted(void)
{
}
_Noreturn void second_main(void)
{
    for (;;)
        ;
}

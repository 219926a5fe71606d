/* SPDX-License-Identifier: MIT */
#include "scenarios.h"
bool scenarios_run(int count, char *const *names)
{
    (void)count;
    (void)names;
    return true;
}

/* SPDX-License-Identifier: MIT */
#include "space.h"

int main(void)
{
    struct process process;

    return process_start(&process) == PT64_OK && process.used > 0 ? 0 : 1;
}

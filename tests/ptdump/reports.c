/* SPDX-License-Identifier: MIT */
/* All tests of the reports on one format, in one file: to compile its table type takes longest. */
#include "dump.c"
#include "explain.c"
#include "meaning.c"

int main(void)
{
    int failures = test_dump() + test_explain() + test_meaning();

    return failures == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
#include "tap.h"

static unsigned count, failures;

void tap_begin(bool good)
{
    count++;
    failures += !good;
    print("%sok %u - ", good ? "" : "not ", count);
}

void tap_end(void)
{
    print("\n");
}

bool tap_done(void)
{
    print("1..%u\n", count);
    return failures == 0;
}

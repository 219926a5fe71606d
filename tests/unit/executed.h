/* SPDX-License-Identifier: MIT */
/*
 * What a flush executes is noted instead, as it is written in the header. To be included before the
 * header of a geometry, by a file that includes no other one.
 */
#ifndef TESTS_UNIT_EXECUTED_H
#define TESTS_UNIT_EXECUTED_H

#include <page_table64.h>

#include <stdio.h>
#include <string.h>

#include "test.h"

static char executed[4096];

static void note_instruction(const char *instruction)
{
    size_t length = strlen(executed);

    snprintf(executed + length, sizeof executed - length, "%.*s;",
             (int)strcspn(instruction + 1, "\""), instruction + 1);
}

#undef PT64_EXECUTE_IF
#define PT64_EXECUTE_IF(is_native, ...) note_instruction(#__VA_ARGS__)

static struct pt64_flush request_of(uint64_t id, unsigned count)
{
    struct pt64_flush request = {.root = 0x80000000, .id = id, .count = count};

    for (unsigned i = 0; i < count; i++)
        request.ranges[i] = (struct pt64_flush_range){.vaddr = i * UINT64_C(0x40000000),
                                                      .bytes = PT64_SIZE_4K,
                                                      .stride = PT64_SIZE_4K,
                                                      .ended = true};
    return request;
}

static void expect_executed(const struct pt64_meta *meta, const struct pt64_flush *request,
                            const char *expected)
{
    executed[0] = 0;
    meta->flush(request);
    if (strcmp(executed, expected) != 0)
        fail_msg("executes %s, expected %s", executed, expected);
}

#endif

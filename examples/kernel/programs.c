/* SPDX-License-Identifier: MIT */
#include "programs.h"

#include <stddef.h>

#include "user_exit.h"

#define PROGRAM __attribute__((section(".user")))
#define WORDS   (0x1000 / sizeof(uint64_t)) /* of a page */

PROGRAM void program_fill(volatile uint64_t *data)
{
    for (unsigned i = 0; i < NUMBERS; i++)
        data[(PAGE_NUMBERS + i) * WORDS] += NUMBERS_OF_PARENT + i;
    USER_EXIT();
}

PROGRAM void program_spread(volatile uint64_t *data)
{
    for (size_t i = 0; i < NUMBERS; i++)
        data[2 * i * WORDS]++;
    USER_EXIT();
}

PROGRAM void program_count(volatile uint64_t *data)
{
    do
        data[PAGE_COUNTER * WORDS]++;
    while (data[PAGE_STOP * WORDS] == 0);
    USER_EXIT();
}

PROGRAM void program_stop(volatile uint64_t *data)
{
    data[PAGE_STOP * WORDS] = 1;
    USER_EXIT();
}

PROGRAM void program_child(volatile uint64_t *data)
{
    uint64_t count = data[PAGE_COUNTER * WORDS];
    uint64_t good = 1;

    for (volatile unsigned wait = 0; wait < 1000000; wait++)
        good &= data[PAGE_COUNTER * WORDS] == count;
    for (unsigned i = 0; i < NUMBERS; i++) {
        good &= data[(PAGE_NUMBERS + i) * WORDS] == NUMBERS_OF_PARENT + i;
        data[(PAGE_NUMBERS + i) * WORDS] = NUMBERS_OF_CHILD + i;
    }
    data[PAGE_RESULT * WORDS] = good;
    USER_EXIT();
}

/* SPDX-License-Identifier: MIT */
#include "program.h"

#include "guest_call.h"
#include "memory.h"

#define WORDS (PAGE_BYTES / sizeof(uint64_t)) /* of a page */

/** In each round it adds to the word of every page, and tells the hypervisor the sum of all. */
__attribute__((section(".user"))) _Noreturn void program(void)
{
    volatile uint64_t *words = (volatile uint64_t *)GUEST_RAM;

    for (;;) {
        uint64_t sum = 0;

        for (unsigned page = 0; page < PROGRAM_PAGES; page++)
            words[page * WORDS] += page + 1;
        for (unsigned page = 0; page < PROGRAM_PAGES; page++)
            sum += words[page * WORDS];
        guest_call(sum);
    }
}

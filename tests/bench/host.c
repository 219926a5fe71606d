/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "raw.h"
#include "subject.h"

#define ARENA_BYTES (ARENA_TABLES_BYTES + ARENA_ROOTS_BYTES)
#define RAW_BYTES   (RAW_WORDS * sizeof(raw_word_t))

#define LARGE_PAGE ((size_t)2 << 20)

raw_word_t *raw_words;
volatile uint64_t raw_sink;
uint32_t raw_order[RAW_WORDS];
uint64_t raw_frames[RAW_WORDS];

_Noreturn void give_up(const char *what)
{
    fprintf(stderr, "bench: could not %s\n", what);
    exit(1);
}

/* In large pages if the machine has some free: kernels map all memory with them. */
static void map_memory(void)
{
    void *wanted = (void *)(uintptr_t)(ARENA_BASE + ARENA_OFFSET);
    size_t bytes = ARENA_BYTES + RAW_BYTES + LARGE_PAGE;
    void *memory = mmap(wanted, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    if (memory != wanted)
        give_up("map its memory where it wants it");
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
    memset(memory, 0xa5, bytes);
    raw_words = (raw_word_t *)(uintptr_t)(ARENA_BASE + ARENA_OFFSET + ARENA_BYTES);
}

/* The shuffle of Fisher and Yates, with the multiplier of Knuth's MMIX. */
static void shuffle(void)
{
    uint64_t random = 1;

    for (uint32_t i = 0; i < RAW_WORDS; i++)
        raw_order[i] = i;
    for (uint32_t i = RAW_WORDS - 1; i > 0; i--) {
        uint32_t other;
        uint32_t index = raw_order[i];

        random = random * UINT64_C(6364136223846793005) + 1;
        other = (uint32_t)((random >> 32) % (i + 1));
        raw_order[i] = raw_order[other];
        raw_order[other] = index;
    }
    for (uint32_t i = 0; i < RAW_WORDS; i++)
        raw_frames[i] = paddr_of(raw_order[i]);
}

void host_start(void)
{
    map_memory();
    shuffle();
    (void)arena_reset();
}

bool host_reset(void)
{
    return arena_reset();
}

/* SPDX-License-Identifier: MIT */
#include "published.h"

#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "machine.h"

/* One bit a word. */
static uint64_t *waits;
static unsigned char *storers; /* of each word, the writer that stored to it last */
static size_t sets;
static size_t held_back;

void published_start(size_t words)
{
    sets = (words + 63) / 64;
    free(waits);
    free(storers);
    waits = calloc(sets, sizeof *waits);
    storers = calloc(words, 1);
    if (waits == NULL || storers == NULL)
        abort();
    held_back = 0;
}

bool published_is_waiting(size_t word)
{
    return (waits[word / 64] >> word % 64 & 1) != 0;
}

void published_note(size_t word)
{
    held_back += published_is_waiting(word) ? 0 : 1;
    waits[word / 64] |= UINT64_C(1) << word % 64;
    storers[word] = (unsigned char)machine.writer;
}

void published_forget(size_t first, size_t count)
{
    for (size_t word = first; word < first + count && held_back > 0; word++) {
        held_back -= published_is_waiting(word) ? 1 : 0;
        waits[word / 64] &= ~(UINT64_C(1) << word % 64);
    }
}

void machine_publish(void *ctx, const void *start, size_t bytes)
{
    unsigned size = machine.rules.format.entry_bytes;
    size_t first = machine_word_of(start);
    size_t last = machine_word_of((const void *)((const char *)start + bytes - size));

    (void)ctx;
    machine_announce(MACHINE_PUBLISH, start);
    MODEL_CHECK(bytes > 0 && bytes % size == 0, "%zu bytes are published", bytes);
    MODEL_CHECK(first != MACHINE_NO_WORD && last - first == bytes / size - 1,
                "what is published is not in one frame");
    published_forget(first, bytes / size);
}

static void check_set(size_t set, const char *what)
{
    struct place place;

    for (size_t word = 64 * set; word < 64 * set + 64; word++)
        MODEL_CHECK(!published_is_waiting(word) || storers[word] != machine.writer ||
                        !machine_place(word, &place),
                    "an entry of %#llx was not published before something is %s",
                    (unsigned long long)place.vaddr, what);
}

void published_check(const char *what)
{
    for (size_t set = 0; set < sets && held_back > 0; set++)
        if (waits[set] != 0)
            check_set(set, what);
}

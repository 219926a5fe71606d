/* SPDX-License-Identifier: MIT */
#include "raw.h"

#define STEP    ((raw_word_t)0x1000)
#define WRITE   ((raw_word_t)0x2)
#define PRESENT ((raw_word_t)0x1)

static inline raw_word_t load(const raw_word_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void store(raw_word_t *word, raw_word_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

uint64_t raw_fill(uint64_t count)
{
    raw_word_t *words = raw_words;
    raw_word_t entry = RAW_LEAF;

    for (uint64_t i = 0; i < count; i++) {
        store(&words[i], entry);
        entry += STEP;
    }
    return count;
}

uint64_t raw_modify(uint64_t count)
{
    raw_word_t *words = raw_words;

    for (uint64_t i = 0; i < count; i++)
        store(&words[i], load(&words[i]) ^ WRITE);
    return count;
}

uint64_t raw_scan(uint64_t count)
{
    const raw_word_t *words = raw_words;
    uint64_t present = 0;

    for (uint64_t i = 0; i < count; i++)
        present += load(&words[i]) & PRESENT;
    raw_sink = present;
    return count;
}

uint64_t raw_copy(uint64_t count)
{
    const raw_word_t *words = raw_words;
    raw_word_t *copy = raw_words + RAW_WORDS / 2;

    for (uint64_t i = 0; i < count; i++)
        store(&copy[i], load(&words[i]));
    return count;
}

uint64_t raw_share(uint64_t count)
{
    raw_word_t *words = raw_words;
    raw_word_t *copy = raw_words + RAW_WORDS / 2;

    for (uint64_t i = 0; i < count; i++) {
        raw_word_t word = load(&words[i]) & ~WRITE;

        store(&words[i], word);
        store(&copy[i], word);
    }
    return count;
}

uint64_t raw_fill_random(uint64_t count)
{
    raw_word_t *words = raw_words;

    for (uint64_t i = 0; i < count; i++)
        store(&words[raw_order[i]], RAW_LEAF);
    return count;
}

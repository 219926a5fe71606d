/* SPDX-License-Identifier: MIT */
/* Bytes from a fuzzer, taken in order. 0 when there are no more. */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include "support/subject.h"

/* The function that both fuzzers call. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct input {
    const uint8_t *bytes;
    size_t left;
};

static inline uint8_t input_byte(struct input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->bytes++;
}

static inline uint64_t input_bytes(struct input *input, unsigned count)
{
    uint64_t value = 0;

    while (count-- > 0)
        value = value << 8 | input_byte(input);
    return value;
}

/* One of the formats whose root node is as large as other nodes. They come first. */
static inline size_t input_subject(struct input *input)
{
    size_t count = 0;

    while (subjects[count] != NULL && subjects[count]->pt64_root_index_bits(meta, &meta->limits) ==
                                          subjects[count]->meta->index_bits)
        count++;
    return input_byte(input) % count;
}

#endif

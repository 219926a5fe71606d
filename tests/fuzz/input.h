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

/* The largest node of the formats that the fuzzers run over. */
#define INPUT_NODE_BYTES 16384

/* The bytes of the largest node of a format: the root node, or each of the others. */
static inline size_t input_node_bytes(const struct subject *s)
{
    const struct pt64_limits *limits = &s->meta->limits;
    size_t root = pt64_node_bytes(s->meta, limits, limits->levels - 1);
    size_t other = pt64_node_bytes(s->meta, limits, 0);

    return root > other ? root : other;
}

/* One of the formats before the first that has larger nodes: formats.h, and some of odd.h. */
static inline size_t input_subject(struct input *input)
{
    size_t count = 0;

    while (subjects[count] != NULL && input_node_bytes(subjects[count]) <= INPUT_NODE_BYTES)
        count++;
    return input_byte(input) % count;
}

#endif

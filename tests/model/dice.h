/* SPDX-License-Identifier: MIT */
/* Repeatable chance: xorshift64*, from a seed that is not 0. */
#ifndef TESTS_MODEL_DICE_H
#define TESTS_MODEL_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline struct dice dice_from(uint64_t seed)
{
    struct dice dice = {seed * UINT64_C(0x9e3779b97f4a7c15) + 1};

    dice.state |= 1;
    return dice;
}

static inline uint64_t dice_roll(struct dice *dice)
{
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return dice->state * UINT64_C(0x2545f4914f6cdd1d);
}

/* From 0 to sides - 1. */
static inline uint64_t dice_below(struct dice *dice, uint64_t sides)
{
    return (dice_roll(dice) >> 16) % sides;
}

static inline bool dice_one_in(struct dice *dice, uint64_t sides)
{
    return dice_below(dice, sides) == 0;
}

#endif

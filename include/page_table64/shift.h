/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Shifts of 64-bit numbers by a count that is not constant. On a CPU of 32 bits some compilers call
 * a function of their library for << and >>, which a kernel may not have.
 */
#ifndef PAGE_TABLE64_SHIFT_H
#define PAGE_TABLE64_SHIFT_H

#include "types.h"

/** @cond engine */

#if __SIZEOF_POINTER__ == 8

/** `count` is at most 63. */
PT64_INLINE uint64_t pt64_shift_left(uint64_t value, unsigned count)
{
    return value << count;
}

/** `count` is at most 63. */
PT64_INLINE uint64_t pt64_shift_right(uint64_t value, unsigned count)
{
    return value >> count;
}

#else

PT64_INLINE uint64_t pt64_of_halves(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

/* The bits that cross from one half to the other are shifted twice, as a shift by 32 is undefined.
 */

PT64_INLINE uint64_t pt64_shift_left(uint64_t value, unsigned count)
{
    uint32_t low = (uint32_t)value;
    uint32_t high = (uint32_t)(value >> 32);

    if (count >= 32)
        return pt64_of_halves(low << (count - 32), 0);
    return pt64_of_halves(high << count | low >> 1 >> (31 - count), low << count);
}

PT64_INLINE uint64_t pt64_shift_right(uint64_t value, unsigned count)
{
    uint32_t low = (uint32_t)value;
    uint32_t high = (uint32_t)(value >> 32);

    if (count >= 32)
        return high >> (count - 32);
    return pt64_of_halves(high >> count, low >> count | high << 1 << (31 - count));
}

#endif

/** @endcond */

#endif

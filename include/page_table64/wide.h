/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Access to entries of 8 bytes. On a CPU of 64 bits each is one instruction. On a CPU of 32 bits
 * the walker must not see half of an entry either.
 */
#ifndef PAGE_TABLE64_WIDE_H
#define PAGE_TABLE64_WIDE_H

#include "types.h"

/** @cond engine */

#if __SIZEOF_POINTER__ == 8

PT64_INLINE uint64_t pt64_wide_load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

PT64_INLINE uint64_t pt64_wide_load_acquire(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

PT64_INLINE void pt64_wide_store(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

PT64_INLINE void pt64_wide_store_release(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

PT64_INLINE uint64_t pt64_wide_exchange(uint64_t *word, uint64_t value)
{
    return __atomic_exchange_n(word, value, __ATOMIC_ACQ_REL);
}

PT64_INLINE bool pt64_wide_compare_exchange(uint64_t *word, uint64_t *expected, uint64_t value)
{
    return __atomic_compare_exchange_n(word, expected, value, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

#else

#if defined(__arm__)

/*
 * A CPU whose MMU knows entries of 8 bytes has the Large Physical Address Extension. LDRD and STRD
 * of an aligned doubleword are then single-copy atomic (ARM ARM DDI 0406C, A3.5.3). A compiler
 * cannot know that, and would use LDREXD and STREXD for a plain access too: these may fault while
 * the MMU is off.
 */

PT64_INLINE uint64_t pt64_wide_load(const uint64_t *word)
{
    uint64_t value;

    __asm__ volatile("ldrd %Q0, %R0, [%1]" : "=r"(value) : "r"(word), "m"(*word));
    return value;
}

PT64_INLINE void pt64_wide_store(uint64_t *word, uint64_t value)
{
    __asm__ volatile("strd %Q2, %R2, [%1]" : "=m"(*word) : "r"(word), "r"(value));
}

PT64_INLINE bool pt64_wide_compare_exchange(uint64_t *word, uint64_t *expected, uint64_t value)
{
    return __atomic_compare_exchange_n(word, expected, value, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

#elif defined(__i386__)

/*
 * LOCK CMPXCHG8B is the only access of 8 bytes that every CPU with PAE has and that needs no
 * floating-point register (SDM volume 3A, 9.1.1 "Guaranteed Atomic Operations" and 9.1.2 "Bus
 * Locking").
 */
PT64_INLINE bool pt64_wide_compare_exchange(uint64_t *word, uint64_t *expected, uint64_t value)
{
    bool stored;

    __asm__ volatile("lock cmpxchg8b %1"
                     : "=@ccz"(stored), "+m"(*word), "+A"(*expected)
                     : "b"((uint32_t)value), "c"((uint32_t)(value >> 32))
                     : "memory");
    return stored;
}

/**
 * The halves of one state, unless the entry changes twice between the loads, and its low half back.
 * For the writer, besides whom only hardware changes an entry: the low half of it.
 */
PT64_INLINE uint64_t pt64_wide_load(const uint64_t *word)
{
    const uint32_t *low = (const uint32_t *)word;
    uint32_t first, high;

    do {
        first = __atomic_load_n(low, __ATOMIC_ACQUIRE);
        high = __atomic_load_n(low + 1, __ATOMIC_ACQUIRE);
    } while (__atomic_load_n(low, __ATOMIC_RELAXED) != first);
    return (uint64_t)high << 32 | first;
}

/**
 * For a reader beside a writer. It exchanges an arbitrary value for itself, so that the node must
 * be writable; but not in a program that is no kernel, which may read an image of memory.
 */
PT64_INLINE uint64_t pt64_wide_load_acquire(const uint64_t *word)
{
#ifdef PT64_HOSTED
    return pt64_wide_load(word);
#else
    uint64_t value = 0;

    (void)pt64_wide_compare_exchange((uint64_t *)(uintptr_t)word, &value, 0);
    return value;
#endif
}

/**
 * The low half has the bit by which a walker knows a valid entry. Where it is 0 before or after,
 * two stores do: the walker sees them in their order (SDM volume 3A, 9.2.2), and reads nothing
 * else of an entry that is not valid.
 */
PT64_INLINE void pt64_wide_store(uint64_t *word, uint64_t value)
{
    uint32_t *low = (uint32_t *)word;
    uint32_t *high = low + 1;

    if ((uint32_t)value == 0) {
        __atomic_store_n(low, 0, __ATOMIC_RELAXED);
        __atomic_store_n(high, (uint32_t)(value >> 32), __ATOMIC_RELEASE);
    } else if (__atomic_load_n(low, __ATOMIC_RELAXED) == 0) {
        __atomic_store_n(high, (uint32_t)(value >> 32), __ATOMIC_RELAXED);
        __atomic_store_n(low, (uint32_t)value, __ATOMIC_RELEASE);
    } else {
        uint64_t old = 0;

        while (!pt64_wide_compare_exchange(word, &old, value))
            continue;
    }
}

#else

/*
 * No other CPU of 32 bits has an MMU that knows entries of 8 bytes, or an access to 8 bytes at
 * once. What walks such a table there is a device, or another machine. It does not see half of an
 * entry: while the halves differ, the low one, which has the bit by which a walker knows a valid
 * entry, is 0. It must not write entries.
 */

PT64_INLINE uint64_t pt64_wide_load(const uint64_t *word)
{
    const uint32_t *low = (const uint32_t *)word;

    return __atomic_load_n(low, __ATOMIC_RELAXED) |
           (uint64_t)__atomic_load_n(low + 1, __ATOMIC_RELAXED) << 32;
}

PT64_INLINE void pt64_wide_store(uint64_t *word, uint64_t value)
{
    uint32_t *low = (uint32_t *)word;

    __atomic_store_n(low, 0, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    __atomic_store_n(low + 1, (uint32_t)(value >> 32), __ATOMIC_RELAXED);
    __atomic_store_n(low, (uint32_t)value, __ATOMIC_RELEASE);
}

PT64_INLINE bool pt64_wide_compare_exchange(uint64_t *word, uint64_t *expected, uint64_t value)
{
    (void)expected;
    __atomic_thread_fence(__ATOMIC_RELEASE);
    pt64_wide_store(word, value);
    return true;
}

#endif

#ifndef __i386__

PT64_INLINE uint64_t pt64_wide_load_acquire(const uint64_t *word)
{
    uint64_t value = pt64_wide_load(word);

    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return value;
}

#endif

PT64_INLINE void pt64_wide_store_release(uint64_t *word, uint64_t value)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
    pt64_wide_store(word, value);
}

PT64_INLINE uint64_t pt64_wide_exchange(uint64_t *word, uint64_t value)
{
    uint64_t old = pt64_wide_load(word);

    while (!pt64_wide_compare_exchange(word, &old, value))
        continue;
    return old;
}

#endif

/** @endcond */

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Model-specific registers, in 64-bit mode and in 32-bit mode.
 */
#ifndef KERNEL_MSR_H
#define KERNEL_MSR_H

#include <stdint.h>

static inline uint64_t read_msr(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void write_msr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

#endif

/* SPDX-License-Identifier: MIT */
#ifndef GUEST_CALL_H
#define GUEST_CALL_H

#include <stdint.h>

/** Part of the caller at every optimisation: the guest sees no other code. */
__attribute__((always_inline)) static inline void guest_call(uint64_t value)
{
    register uint64_t x0 __asm__("x0") = value;

    __asm__ volatile("hvc #0" : : "r"(x0) : "memory");
}

#endif

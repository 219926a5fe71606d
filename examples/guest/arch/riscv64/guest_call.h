/* SPDX-License-Identifier: MIT */
#ifndef GUEST_CALL_H
#define GUEST_CALL_H

#include <stdint.h>

/** Part of the caller at every optimisation: the guest sees no other code. */
__attribute__((always_inline)) static inline void guest_call(uint64_t value)
{
    register uint64_t a0 __asm__("a0") = value;

    __asm__ volatile("ecall" : : "r"(a0) : "memory");
}

#endif

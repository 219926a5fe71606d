/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The physical memory of a guest: what its second stage maps.
 */
#ifndef GUEST_MEMORY_H
#define GUEST_MEMORY_H

#include "vcpu.h"

#define PAGE_BYTES PT64_SIZE_4K

/**
 * Memory that gets its frames as the guest touches it. The boards have none at this address: an
 * access that is not translated is noticed.
 */
#define GUEST_RAM       UINT64_C(0x10000000)
#define GUEST_RAM_BYTES (16 * PAGE_BYTES)

/** Makes memory of which nothing is mapped yet. The limits stay where they are. */
pt64_status_t memory_create(const struct pt64_limits *limits);

/** The root of the second stage. */
pt64_paddr_t memory_root(void);

/** Maps pages of the hypervisor at their own addresses: they become the guest's. */
pt64_status_t memory_lend(const char *start, const char *end);

/**
 * Takes a fault of the guest.
 * @return true if the guest may try again. false if there is no memory at that address, or the page
 *         refuses the access.
 */
bool memory_fault(const struct vcpu_exit *exit);

/** Adds permissions to the page at an address, and takes others from it: in the TLB too. */
pt64_status_t memory_change(pt64_vaddr_t address, pt64_flags_t set, pt64_flags_t clear);

/** How much of GUEST_RAM is mapped. */
uint64_t memory_used(void);

/** Where the hypervisor sees an address of the guest. NULL if nothing is mapped there. */
const volatile uint64_t *memory_word(pt64_vaddr_t address);

/** Gives every frame back. The second stage is not loaded. */
pt64_status_t memory_destroy(void);

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Stage 2, by a hypervisor at EL2.
 */
#ifndef GUEST_VCPU_ARCH_H
#define GUEST_VCPU_ARCH_H

/** The hypervisor's own MMU is off: exclusives may fault (Arm ARM, B2.17). */
#define PT64_MMU_OFF

#include <page_table64/meta/aarch64_stage2.h>

#define VCPU_META pt64_aarch64_stage2_any
#define VCPU_PTE  pt64_aarch64_stage2_pte

/** The instructions of the library reach every CPU. */
#define VCPU_FLUSH NULL

#endif

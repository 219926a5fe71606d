/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The G-stage, by a hypervisor in HS-mode.
 */
#ifndef GUEST_VCPU_ARCH_H
#define GUEST_VCPU_ARCH_H

#include <page_table64/meta/riscv.h>

#define VCPU_META pt64_riscv_sv39x4
#define VCPU_PTE  pt64_riscv_gstage_pte

/** Of one hart: the instructions of the library. */
#define VCPU_FLUSH NULL

#endif

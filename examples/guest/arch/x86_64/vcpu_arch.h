/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Nested paging, by a hypervisor on a CPU with SVM.
 */
#ifndef GUEST_VCPU_ARCH_H
#define GUEST_VCPU_ARCH_H

#include <page_table64/meta/npt.h>

/** It has the levels of the host's own tables. */
#define VCPU_META pt64_npt_any
#define VCPU_PTE  pt64_npt_pte

/** The next VMRUN flushes: no instruction of the host does. */
#define VCPU_FLUSH vcpu_flush

void vcpu_flush(void *ctx, const struct pt64_flush *request);

#endif

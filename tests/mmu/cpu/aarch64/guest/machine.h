/* SPDX-License-Identifier: MIT */
/**
 * @file
 * QEMU's virt board with 128 MiB, in place of the example kernel's machine.h: the kernel runs at
 * EL2 without translation, and the tables are a guest's stage 2.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <page_table64/meta/aarch64_stage2.h>

#ifndef ARCH_PTE
#define ARCH_PTE pt64_aarch64_stage2_pte
#endif

/** The 16 KiB granule with FEAT_LPA2 from level 1, four concatenated tables: this QEMU refuses
 * walks of that granule from level 0, which take 52 bits. */
static const struct pt64_meta machine_stage2_16k49 =
    PT64_AARCH64_STAGE2_WIDE(PT64_AARCH64_STAGE2_LPA2_ARCHITECTURE, 14, 49, 1U);

/** Of VTCR_EL2: PT64_AARCH64_VTCR_HA and HD for pt64_aarch64_stage2_hafdbs_pte. */
#ifndef ARCH_VTCR_OPTIONS
#define ARCH_VTCR_OPTIONS 0
#endif
/** Of HCR_EL2: PT64_AARCH64_HCR_FWB for the formats with `fwb` in their names. */
#ifndef ARCH_HCR_OPTIONS
#define ARCH_HCR_OPTIONS 0
#endif

/** The kernel's own stage 1 stays off. */
#define ARCH_TCR_OPTIONS 0
#define ARCH_VADDR_BITS  48

/** Both halves belong to one address space. With concatenated tables each half has its own ones. */
#define ARCH_UPPER_HALF   ((pt64_vaddr_t)1 << (ARCH_LIMITS->vaddr_bits - 1))
#define ARCH_LINEAR_MAP   UINT64_C(0)
#define ARCH_LOWER_WINDOW PT64_SIZE_64G
#define ARCH_UPPER_WINDOW (ARCH_UPPER_HALF + PT64_SIZE_64G)
#ifndef ARCH_RAM_END
#define ARCH_RAM_END UINT64_C(0x48000000)
#endif

#define ARCH_DEVICES {"PL011", 0x09000000, 0x10000},

/** A page without PT64_EXECUTE refuses execution. */
#define ARCH_REFUSES_EXECUTION 1

#endif

/* SPDX-License-Identifier: MIT */
/* QEMU's edu, which copies up to 4 KiB between its buffer and memory. A copy takes 100 ms. */
#ifndef TESTS_IOMMU_EDU_H
#define TESTS_IOMMU_EDU_H

#include <stdbool.h>
#include <stdint.h>

/* Finds it. False if there is none. */
bool edu_find(void);
/* Its number on bus 0. */
unsigned edu_device(void);

/* Reads 8 bytes at the address into its buffer, and writes them from there. */
void edu_read(uint64_t iova);
void edu_write(uint64_t iova);

#endif

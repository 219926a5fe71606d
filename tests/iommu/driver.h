/* SPDX-License-Identifier: MIT */
/* What an IOMMU's driver has. Each of vtd.c, amdvi.c and smmuv3.c is one. */
#ifndef TESTS_IOMMU_DRIVER_H
#define TESTS_IOMMU_DRIVER_H

#include <page_table64/traits.h>

/* The limits of the IOMMU, before it is on. */
const struct pt64_limits *driver_limits(void *ctx);

/* Switches translation on for one device of bus 0. False if the IOMMU does not do it. */
bool driver_start(unsigned device, pt64_paddr_t root);

/* Invalidates by the commands of examples/iommu, and waits. */
void driver_flush(const struct pt64_flush *request);

/* Whether the IOMMU says which address faulted. */
extern const bool driver_tells_faults;

/* Whether the IOMMU has reported a fault since it was asked last, and of which address. */
bool driver_faulted(uint64_t *iova);

#endif

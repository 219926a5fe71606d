/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of a VT-d IOMMU by their offsets, for drivers. Assembly may include this file too.
 *
 * Source: Intel Virtualization Technology for Directed I/O, architecture specification, 11.4
 * "Register Descriptions".
 */
#ifndef PAGE_TABLE64_REGS_VTD_H
#define PAGE_TABLE64_REGS_VTD_H

#include "number.h"

#define PT64_VTD_REG_CAP    PT64_NUMBER(0x08) /**< capabilities */
#define PT64_VTD_REG_ECAP   PT64_NUMBER(0x10) /**< extended capabilities */
#define PT64_VTD_REG_GCMD   PT64_NUMBER(0x18) /**< global commands, of 4 bytes */
#define PT64_VTD_REG_GSTS   PT64_NUMBER(0x1c) /**< their states */
#define PT64_VTD_REG_RTADDR PT64_NUMBER(0x20) /**< the root table */
#define PT64_VTD_REG_CCMD   PT64_NUMBER(0x28) /**< invalidates contexts */
#define PT64_VTD_REG_FSTS   PT64_NUMBER(0x34) /**< pending faults */
#define PT64_VTD_REG_IQH    PT64_NUMBER(0x80) /**< the head of the invalidation queue */
#define PT64_VTD_REG_IQT    PT64_NUMBER(0x88) /**< its tail */
#define PT64_VTD_REG_IQA    PT64_NUMBER(0x90) /**< its address and size */

#define PT64_VTD_GCMD_QIE  (PT64_NUMBER(1) << 26) /**< the invalidation queue is on */
#define PT64_VTD_GCMD_SRTP (PT64_NUMBER(1) << 30) /**< takes the root table */
#define PT64_VTD_GCMD_TE   (PT64_NUMBER(1) << 31) /**< translation is on */

#define PT64_VTD_CAP_RWBF (PT64_NUMBER(1) << 4)  /**< needs write buffer flushes */
#define PT64_VTD_CAP_CM   (PT64_NUMBER(1) << 7)  /**< caching mode: see meta/vtd.h */
#define PT64_VTD_CAP_PSI  (PT64_NUMBER(1) << 39) /**< invalidates by address */
#define PT64_VTD_ECAP_C   (PT64_NUMBER(1) << 0)  /**< walks snoop, in legacy mode */
#define PT64_VTD_ECAP_QI  (PT64_NUMBER(1) << 1)  /**< has the invalidation queue */
#define PT64_VTD_ECAP_SC  (PT64_NUMBER(1) << 7)  /**< snoop control: PT64_VTD_SNOOP */

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of an AMD-Vi IOMMU by their offsets, for drivers. Assembly may include this file too.
 *
 * Source: AMD I/O Virtualization Technology (IOMMU) Specification (48882), 3.4 "IOMMU MMIO
 * Registers".
 */
#ifndef PAGE_TABLE64_REGS_AMDVI_H
#define PAGE_TABLE64_REGS_AMDVI_H

#include "number.h"

#define PT64_AMDVI_REG_DEVICES  PT64_NUMBER(0x0000) /**< the device table */
#define PT64_AMDVI_REG_COMMANDS PT64_NUMBER(0x0008) /**< the command ring */
#define PT64_AMDVI_REG_EVENTS   PT64_NUMBER(0x0010) /**< the event ring */
#define PT64_AMDVI_REG_CONTROL  PT64_NUMBER(0x0018) /**< what is on: the CONTROL bits below */
#define PT64_AMDVI_REG_FEATURES PT64_NUMBER(0x0030) /**< extended features */
#define PT64_AMDVI_REG_HEAD     PT64_NUMBER(0x2000) /**< of the command ring */
#define PT64_AMDVI_REG_TAIL     PT64_NUMBER(0x2008) /**< of the command ring, where software adds */
#define PT64_AMDVI_REG_EVENT_TAIL \
    PT64_NUMBER(0x2018) /**< of the event ring, where the IOMMU adds */

#define PT64_AMDVI_CONTROL_ON \
    (PT64_NUMBER(1) << 0) /**< IommuEn: devices' accesses are translated */
#define PT64_AMDVI_CONTROL_EVENTS   (PT64_NUMBER(1) << 2)  /**< EventLogEn: events are logged */
#define PT64_AMDVI_CONTROL_COMMANDS (PT64_NUMBER(1) << 12) /**< CmdBufEn: commands are read */

#endif

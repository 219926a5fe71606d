/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Registers of RISC-V for boot code and meta/riscv.h. Assembly, which knows the registers by name,
 * may include this file too.
 *
 * Source: The RISC-V Instruction Set Manual volume II, Privileged Architecture, version 20250508,
 * chapter "Supervisor-Level ISA": "Supervisor Status (sstatus) Register", "Supervisor Address
 * Translation and Protection (satp) Register"; chapter "Hypervisor Extension": "Hypervisor Guest
 * Address Translation and Protection (hgatp) Register".
 */
#ifndef PAGE_TABLE64_REGS_RISCV_H
#define PAGE_TABLE64_REGS_RISCV_H

#include "number.h"

/*
 * satp.MODE, table "Encoding of satp MODE field". A write of a mode that the hart lacks changes
 * nothing.
 */
#define PT64_RISCV_SATP_SV32 1  /**< satp.MODE of pt64_riscv_sv32 */
#define PT64_RISCV_SATP_SV39 8  /**< satp.MODE of pt64_riscv_sv39 */
#define PT64_RISCV_SATP_SV48 9  /**< satp.MODE of pt64_riscv_sv48 */
#define PT64_RISCV_SATP_SV57 10 /**< satp.MODE of pt64_riscv_sv57 */

/* satp where SXLEN is 64 */
#define PT64_RISCV_SATP_MODE_SHIFT 60                              /**< of MODE, 63:60 */
#define PT64_RISCV_SATP_ASID_SHIFT 44                              /**< of ASID, 59:44 */
#define PT64_RISCV_SATP_PPN        PT64_NUMBER(0x00000fffffffffff) /**< root >> 12, 43:0 */

/* satp where SXLEN is 32 */
#define PT64_RISCV_SATP32_MODE_SHIFT 31                      /**< of MODE, 31 */
#define PT64_RISCV_SATP32_ASID_SHIFT 22                      /**< of ASID, 30:22 */
#define PT64_RISCV_SATP32_PPN        PT64_NUMBER(0x003fffff) /**< root >> 12, 21:0 */

/*
 * hgatp.MODE, table "Encoding of hgatp MODE field". A write of a mode that the hart lacks changes
 * the register: read it back.
 */
#define PT64_RISCV_HGATP_SV32X4 1  /**< hgatp.MODE of pt64_riscv_sv32x4 */
#define PT64_RISCV_HGATP_SV39X4 8  /**< hgatp.MODE of pt64_riscv_sv39x4 */
#define PT64_RISCV_HGATP_SV48X4 9  /**< hgatp.MODE of pt64_riscv_sv48x4 */
#define PT64_RISCV_HGATP_SV57X4 10 /**< hgatp.MODE of pt64_riscv_sv57x4 */

/* hgatp where HSXLEN is 64 */
#define PT64_RISCV_HGATP_MODE_SHIFT 60                              /**< of MODE, 63:60 */
#define PT64_RISCV_HGATP_VMID_SHIFT 44                              /**< of VMID, 57:44 */
#define PT64_RISCV_HGATP_PPN        PT64_NUMBER(0x00000fffffffffff) /**< root >> 12, 43:0 */

/* hgatp where HSXLEN is 32 */
#define PT64_RISCV_HGATP32_MODE_SHIFT 31                      /**< of MODE, 31 */
#define PT64_RISCV_HGATP32_VMID_SHIFT 22                      /**< of VMID, 28:22 */
#define PT64_RISCV_HGATP32_PPN        PT64_NUMBER(0x003fffff) /**< root >> 12, 21:0 */

/* sstatus */
#define PT64_RISCV_SSTATUS_SUM (PT64_NUMBER(1) << 18) /**< the supervisor may access user pages */
#define PT64_RISCV_SSTATUS_MXR (PT64_NUMBER(1) << 19) /**< executable pages are readable */

#endif

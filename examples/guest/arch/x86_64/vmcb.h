/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The virtual machine control block: what the CPU loads and stores at VMRUN and #VMEXIT.
 *
 * Source: AMD64 Architecture Programmer's Manual volume 2, appendix B "Layout of VMCB".
 */
#ifndef GUEST_VMCB_H
#define GUEST_VMCB_H

#include <page_table64/regs/npt.h>

#include <stddef.h>
#include <stdint.h>

/** `attributes` are bits 55:52 and 47:40 of a segment's descriptor. */
struct vmcb_segment {
    uint16_t selector, attributes;
    uint32_t limit;
    uint64_t base;
};

struct vmcb {
    uint32_t intercept_cr, intercept_dr, intercept_exceptions;
    uint32_t intercepts[2];
    uint8_t unused_1[0x58 - 0x14];
    uint32_t asid;
    uint8_t tlb_control;
    uint8_t unused_2[0x70 - 0x5d];
    uint64_t exit_code, exit_info_1, exit_info_2;
    uint64_t unused_3;
    uint64_t nested;
    uint8_t unused_4[0xb0 - 0x98];
    uint64_t ncr3;
    uint8_t unused_5[0x400 - 0xb8];
    struct vmcb_segment es, cs, ss, ds;
    uint8_t unused_6[0x4d0 - 0x440];
    uint64_t efer;
    uint8_t unused_7[0x548 - 0x4d8];
    uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;
    uint8_t unused_8[0x5d8 - 0x580];
    uint64_t rsp;
    uint8_t unused_9[0x5f8 - 0x5e0];
    uint64_t rax;
    uint8_t unused_10[0x668 - 0x600];
    uint64_t pat;
    uint8_t unused_11[0x1000 - 0x670];
};

_Static_assert(offsetof(struct vmcb, asid) == PT64_NPT_VMCB_ASID, "as in the manual");
_Static_assert(offsetof(struct vmcb, tlb_control) == PT64_NPT_VMCB_TLB_CONTROL, "as in the manual");
_Static_assert(offsetof(struct vmcb, nested) == PT64_NPT_VMCB_NESTED, "as in the manual");
_Static_assert(offsetof(struct vmcb, ncr3) == PT64_NPT_VMCB_NCR3, "as in the manual");
_Static_assert(offsetof(struct vmcb, rax) == 0x5f8, "as in the manual");
_Static_assert(sizeof(struct vmcb) == 0x1000, "as in the manual");

#endif

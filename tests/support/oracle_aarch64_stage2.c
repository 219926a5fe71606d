/* SPDX-License-Identifier: MIT */
/*
 * Arm ARM, D8.3.1 "VMSAv8-64 descriptor formats" for stage 2, D8.4.2 "Stage 2 permissions", D8.5
 * and D8.6. Level 0 here is the manual's level 3.
 */
#include "oracle.h"

/* Outer and inner cacheability: 00 a device, 01 none, 10 write-through, 11 write-back. */
static enum oracle_type type_without_fwb(unsigned mem_attr)
{
    switch (mem_attr) {
    case 0x0: /* Device-nGnRnE */
        return ORACLE_STRICT_DEVICE;
    case 0x1: /* Device-nGnRE */
        return ORACLE_DEVICE;
    case 0x5:
        return ORACLE_UNCACHED;
    case 0xf:
        return ORACLE_WRITE_BACK;
    default:
        return ORACLE_OTHER_TYPE;
    }
}

/* HCR_EL2.FWB set: MemAttr[3] is RES0. */
static enum oracle_type type_with_fwb(unsigned mem_attr)
{
    switch (mem_attr) {
    case 0x0:
        return ORACLE_STRICT_DEVICE;
    case 0x1:
        return ORACLE_DEVICE;
    case 0x5:
        return ORACLE_UNCACHED;
    case 0x6:
        return ORACLE_WRITE_BACK;
    case 0x7:
        return ORACLE_AS_STAGE1;
    default:
        return ORACLE_OTHER_TYPE;
    }
}

/* XN[1:0]: 00 all execute, 01 EL0 alone, 10 nobody, 11 EL1 alone. Without FEAT_XNX, XN[1] is XN. */
static void set_execution(const struct oracle_format *format, uint64_t entry,
                          struct oracle_step *step)
{
    bool high = oracle_bit(entry, 54);
    bool low = oracle_bit(entry, 53) && format->xnx;

    step->page.user.execute = !high;
    step->page.kernel.execute = high == low;
}

/* S2AP[0] allows loads, S2AP[1] stores, to EL1 and EL0 alike. With hardware management of dirty
 * state a page with DBM set is writable, and clean while S2AP[1] is clear. */
static void set_access(const struct oracle_format *format, uint64_t entry, struct oracle_step *step)
{
    struct oracle_page *page = &step->page;
    bool is_writable = oracle_bit(entry, 7) || (format->hafdbs && oracle_bit(entry, 51));

    page->kernel.read = page->user.read = oracle_bit(entry, 6);
    page->kernel.write = page->user.write = is_writable;
    page->accessed = oracle_bit(entry, 10);
    page->dirty = oracle_bit(entry, 7);
    set_execution(format, entry, step);
}

/* Bits 51:50 of an address are in 9:8 with VTCR_EL2.DS set, bits 51:48 in 15:12 with FEAT_LPA. */
static uint64_t address_of(const struct oracle_format *format, uint64_t entry, unsigned low)
{
    if (format->lpa2)
        return oracle_keep(entry, 49, low) | oracle_field(entry, 9, 8) << 50;
    return oracle_keep(entry, 47, low) | (format->lpa ? oracle_field(entry, 15, 12) << 48 : 0);
}

static void check_shareability(const struct oracle_format *format, uint64_t entry,
                               struct oracle_step *step)
{
    if (format->lpa2)
        return;
    if (oracle_field(entry, 9, 8) == 1)
        oracle_reserved(step, "stage 2: SH 01 is reserved");
    if (step->page.type == ORACLE_WRITE_BACK && oracle_field(entry, 9, 8) != 3)
        oracle_reserved(step, "stage 2: cached memory must be inner shareable to be coherent");
}

static void check_attributes(const struct oracle_format *format, uint64_t entry, unsigned level,
                             struct oracle_step *step)
{
    unsigned low = oracle_shift(format, level);
    unsigned lowest = format->lpa ? 16 : 12;

    if (low > lowest && oracle_field(entry, low - 1, lowest) != 0)
        oracle_reserved(step, "stage 2: bits below the address are RES0, nT is not used");
    if (oracle_field(entry, 50, format->lpa2 ? 50 : 48) != 0)
        oracle_reserved(step, "stage 2: bits 50:48 are RES0");
    check_shareability(format, entry, step);
    if (oracle_bit(entry, 11))
        oracle_reserved(step, "stage 2: FnXS is RES0");
    if (oracle_bit(entry, 53) && !format->xnx)
        oracle_reserved(step, "stage 2: XN[0] is RES0 without FEAT_XNX");
    if (oracle_bit(entry, 52))
        oracle_reserved(step, "stage 2: the contiguous hint is not true of this table");
    if (oracle_bit(entry, 51) && !format->hafdbs)
        oracle_reserved(step, "stage 2: DBM is RES0 without hardware management of dirty state");
}

static void check_size(const struct oracle_format *format, uint64_t paddr, struct oracle_step *step)
{
    if (paddr >> format->paddr_bits != 0)
        oracle_reserved(step, "stage 2: the address is larger than the CPU's");
}

static void leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                 struct oracle_step *step)
{
    unsigned mem_attr = (unsigned)oracle_field(entry, 5, 2);

    step->kind = ORACLE_LEAF;
    step->page.paddr = address_of(format, entry, oracle_shift(format, level));
    step->page.type = format->fwb ? type_with_fwb(mem_attr) : type_without_fwb(mem_attr);
    set_access(format, entry, step);
    check_attributes(format, entry, level, step);
    check_size(format, step->page.paddr, step);
}

/* A table descriptor has an address and nothing else: bits 63:59 are RES0. */
static void table(const struct oracle_format *format, uint64_t entry, struct oracle_step *step)
{
    step->kind = ORACLE_TABLE;
    step->next = address_of(format, entry, format->page_bits);
    if (oracle_field(entry, 50, format->lpa2 ? 50 : 48) != 0 || oracle_field(entry, 63, 59) != 0)
        oracle_reserved(step, "stage 2: bits 63:59 and 50:48 of a table descriptor are RES0");
    if (format->page_bits > 12 && !format->lpa &&
        oracle_field(entry, format->page_bits - 1, 12) != 0)
        oracle_reserved(step, "stage 2: bits below the address of a table are RES0");
    check_size(format, step->next, step);
}

void oracle_step_aarch64_stage2(const struct oracle_format *format, uint64_t entry, unsigned level,
                                struct oracle_step *step)
{
    bool is_table_or_page = oracle_bit(entry, 1);

    if (!oracle_bit(entry, 0)) {
        step->kind = ORACLE_STOP;
        return;
    }
    if (level > 0 && is_table_or_page) {
        table(format, entry, step);
        return;
    }
    leaf(format, entry, level, step);
    if (level == 0 && !is_table_or_page)
        oracle_reserved(step, "stage 2: a block descriptor at the last level is reserved");
    if (level >= format->leaf_levels)
        oracle_reserved(step, "stage 2: a block descriptor at this level is reserved");
}

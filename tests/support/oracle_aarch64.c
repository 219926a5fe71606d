/* SPDX-License-Identifier: MIT */
/*
 * Arm ARM, D8.3 "Translation table descriptor formats" for addresses of 48 and 52 bits, D8.4
 * "Memory access control" and D8.5 "Hardware updates to the translation tables". Level 0 here is
 * the manual's level 3.
 */
#include "oracle.h"

/* MAIR_ELx holds eight attribute bytes (D24.2 "MAIR_EL1"). */
static enum oracle_type type_of(uint64_t mair, unsigned index)
{
    switch (oracle_field(mair, index * 8 + 7, index * 8)) {
    case 0x00: /* Device-nGnRnE */
        return ORACLE_STRICT_DEVICE;
    case 0x04: /* Device-nGnRE */
        return ORACLE_DEVICE;
    case 0x44: /* Normal, inner and outer non-cacheable */
        return ORACLE_UNCACHED;
    case 0xff: /* Normal, inner and outer write-back, read- and write-allocate */
        return ORACLE_WRITE_BACK;
    case 0xf0: /* Tagged Normal, inner and outer write-back, read- and write-allocate */
        return ORACLE_TAGGED;
    default:
        return ORACLE_OTHER_TYPE;
    }
}

/*
 * D8.4 "Memory access control", data accesses and instruction execution at stage 1. AP[2] forbids
 * writes, AP[1] allows EL0. EL1 never executes what EL0 may write, whatever PXN says. EL0 executes
 * where UXN is clear, even if it may not read.
 */
static void two_privileges(uint64_t entry, bool write, struct oracle_step *step)
{
    const struct oracle_limits *limits = &step->limits;
    bool user = oracle_bit(entry, 6) && !limits->no_user;

    step->page.user = (struct oracle_access){
        .read = user,
        .write = user && write,
        .execute = !oracle_bit(entry, 54) && !limits->no_user_execute,
    };
    step->page.kernel = (struct oracle_access){
        .read = true,
        .write = write,
        .execute = !oracle_bit(entry, 53) && !limits->no_kernel_execute && !(user && write),
    };
}

/* AP[1] is RES1, bit 54 is XN, bits 53 (PXN) and 11 (nG) are RES0. */
static void one_privilege(uint64_t entry, bool write, struct oracle_step *step)
{
    if (!oracle_bit(entry, 6))
        oracle_reserved(step, "AArch64: AP[1] is RES1 in a regime with one privilege level");
    if (oracle_bit(entry, 53) || oracle_bit(entry, 11))
        oracle_reserved(step, "AArch64: PXN and nG are RES0 in a regime with one privilege level");
    step->page.kernel = (struct oracle_access){
        .read = true,
        .write = write,
        .execute = !oracle_bit(entry, 54) && !step->limits.no_kernel_execute,
    };
}

/* With hardware management of dirty state a page with DBM set is writable. It is clean while AP[2]
 * is set. */
static bool is_writable(const struct oracle_format *format, uint64_t entry)
{
    return !oracle_bit(entry, 7) || (format->hafdbs && oracle_bit(entry, 51));
}

/*
 * D8.3: the address of a page or table. With TCR_ELx.DS set (FEAT_LPA2), bits 51:50 of the address
 * are in bits 9:8, and shareability comes from TCR_ELx. With the 64 KiB granule and FEAT_LPA bits
 * 51:48 are in bits 15:12.
 */
static uint64_t address_of(const struct oracle_format *format, uint64_t entry, unsigned low)
{
    if (format->lpa2)
        return oracle_keep(entry, 49, low) | oracle_field(entry, 9, 8) << 50;
    if (format->lpa)
        return oracle_keep(entry, 47, low) | oracle_field(entry, 15, 12) << 48;
    return oracle_keep(entry, 47, low);
}

/* The lowest bit of an entry above those that are not for attributes: 12, or 16 where bits 15:12
 * are the address's. */
static unsigned lowest_address_bit(const struct oracle_format *format)
{
    return format->lpa ? 16 : 12;
}

static void check_attributes(const struct oracle_format *format, uint64_t entry, unsigned level,
                             struct oracle_step *step)
{
    unsigned low = oracle_shift(format, level);
    unsigned lowest = lowest_address_bit(format);
    bool is_cached = step->page.type == ORACLE_WRITE_BACK || step->page.type == ORACLE_TAGGED;

    if (low > lowest && oracle_field(entry, low - 1, lowest) != 0)
        oracle_reserved(step, "AArch64: bits below the address are RES0, nT is not used");
    if (!format->lpa2 && oracle_field(entry, 49, 48) != 0)
        oracle_reserved(step, "AArch64: bits 49:48 are RES0");
    if (!format->lpa2 && oracle_field(entry, 9, 8) == 1)
        oracle_reserved(step, "AArch64: SH 01 is reserved");
    if (!format->lpa2 && is_cached && oracle_field(entry, 9, 8) != 3)
        oracle_reserved(step, "AArch64: cached memory must be inner shareable to be coherent");
    if (oracle_bit(entry, 52))
        oracle_reserved(step, "AArch64: the contiguous hint is not true of this table");
    if (oracle_bit(entry, 51) && !format->hafdbs)
        oracle_reserved(step, "AArch64: DBM is RES0 without hardware management of dirty state");
}

/* D8.1.7, IHGDWP: an address beyond those of the CPU is an Address size fault. */
static void check_size(const struct oracle_format *format, uint64_t paddr, struct oracle_step *step)
{
    if (paddr >> format->paddr_bits != 0)
        oracle_reserved(step, "AArch64: the address is larger than the CPU's");
}

/* D8.3.1.1: bits below the address of a table of 16 or 64 KiB are RES0. */
static void check_table_alignment(const struct oracle_format *format, uint64_t entry,
                                  struct oracle_step *step)
{
    unsigned lowest = lowest_address_bit(format);

    if (format->page_bits > lowest && oracle_field(entry, format->page_bits - 1, lowest) != 0)
        oracle_reserved(step, "AArch64: bits below the address of a table are RES0");
}

static void leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                 struct oracle_step *step)
{
    struct oracle_page *page = &step->page;
    bool write = is_writable(format, entry) && !step->limits.no_write;

    step->kind = ORACLE_LEAF;
    page->paddr = address_of(format, entry, oracle_shift(format, level));
    page->type = type_of(format->memory_types, (unsigned)oracle_field(entry, 4, 2));
    page->accessed = oracle_bit(entry, 10);
    page->dirty = write && !oracle_bit(entry, 7);
    page->global = !oracle_bit(entry, 11);
    page->guarded = oracle_bit(entry, 50);
    check_attributes(format, entry, level, step);
    check_size(format, page->paddr, step);
    if (format->single_privilege)
        one_privilege(entry, write, step);
    else
        two_privileges(entry, write, step);
}

void oracle_step_aarch64(const struct oracle_format *format, uint64_t entry, unsigned level,
                         struct oracle_step *step)
{
    bool is_table_or_page = oracle_bit(entry, 1);

    if (format->stage2) {
        oracle_step_aarch64_stage2(format, entry, level, step);
        return;
    }
    if (!oracle_bit(entry, 0)) {
        step->kind = ORACLE_STOP;
        return;
    }
    if (level > 0 && is_table_or_page) {
        step->kind = ORACLE_TABLE;
        step->next = address_of(format, entry, format->page_bits);
        step->limits.no_user |= oracle_bit(entry, 61); /* APTable[0] */
        step->limits.no_write |= oracle_bit(entry, 62);
        step->limits.no_kernel_execute |= oracle_bit(entry, format->single_privilege ? 60 : 59);
        step->limits.no_user_execute |= oracle_bit(entry, 60);
        if (oracle_field(entry, 50, format->lpa2 ? 50 : 48) != 0)
            oracle_reserved(step, "AArch64: bits 50:48 of a table descriptor are RES0");
        check_table_alignment(format, entry, step);
        check_size(format, step->next, step);
        return;
    }
    leaf(format, entry, level, step);
    if (level == 0 && !is_table_or_page)
        oracle_reserved(step, "AArch64: a block descriptor at the last level is reserved");
    if (level >= format->leaf_levels)
        oracle_reserved(step, "AArch64: a block descriptor at this level is reserved");
}

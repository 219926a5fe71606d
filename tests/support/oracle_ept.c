/* SPDX-License-Identifier: MIT */
/* SDM 3C, 30.3.2 "EPT Translation Mechanism", tables "Format of an EPT ..."; 30.3.3 "EPT-Induced VM
 * Exits"; 30.3.7.2 "Memory Type Used for Translated Guest-Physical Addresses". */
#include "oracle.h"

/* 2, 3 and 7 are reserved. With UC the guest's PAT can still choose WC, unless IPAT says that it
 * does not count. */
static void memory_type(uint64_t entry, struct oracle_step *step)
{
    static const enum oracle_type types[] = {
        [0] = ORACLE_UNCACHED,      [1] = ORACLE_WRITE_COMBINING, [4] = ORACLE_WRITE_THROUGH,
        [5] = ORACLE_WRITE_THROUGH, [6] = ORACLE_WRITE_BACK,      [7] = ORACLE_OTHER_TYPE};
    unsigned type = (unsigned)oracle_field(entry, 5, 3);
    bool ignores = oracle_bit(entry, 6);

    if (type == 2 || type == 3 || type == 7)
        oracle_reserved(step, "EPT: a reserved memory type");
    step->page.type = type == 0 && ignores ? ORACLE_DEVICE : types[type];
    step->page.ignores_pat = ignores && (type == 1 || type == 6);
}

/* 30.3.2: each permission must be granted at every level. XU counts with MBEC alone. */
static void permissions(const struct oracle_format *format, uint64_t entry,
                        struct oracle_step *step)
{
    struct oracle_page *page = &step->page;
    bool supervisor = oracle_bit(entry, 2) && !step->limits.no_kernel_execute;
    bool user = format->mbec ? oracle_bit(entry, 10) && !step->limits.no_user_execute : supervisor;

    page->kernel = (struct oracle_access){.read = oracle_bit(entry, 0) && !step->limits.no_read,
                                          .write = oracle_bit(entry, 1) && !step->limits.no_write,
                                          .execute = supervisor || user};
    page->no_supervisor_execute = user && !supervisor;
    page->no_user_execute = supervisor && !user;
}

static void leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                 struct oracle_step *step)
{
    unsigned low = oracle_shift(format, level);

    step->kind = ORACLE_LEAF;
    permissions(format, entry, step);
    memory_type(entry, step);
    step->page.accessed = format->no_ad || oracle_bit(entry, 8);
    step->page.dirty = format->no_ad ? oracle_bit(entry, 1) : oracle_bit(entry, 9);
    step->page.suppresses_ve = oracle_bit(entry, 63);
    step->page.paddr = oracle_keep(entry, 51, low);
    if (level > 0 && oracle_field(entry, low - 1, 12) != 0)
        oracle_reserved(step, "EPT: bits below the address of a huge page must be 0");
    if (level >= format->leaf_levels)
        oracle_reserved(step, "EPT: bit 7 is reserved at this level");
}

static void link_to(const struct oracle_format *format, uint64_t entry, struct oracle_step *step)
{
    step->kind = ORACLE_TABLE;
    step->next = oracle_keep(entry, 51, 12);
    step->limits.no_read |= !oracle_bit(entry, 0);
    step->limits.no_write |= !oracle_bit(entry, 1);
    step->limits.no_kernel_execute |= !oracle_bit(entry, 2);
    step->limits.no_user_execute |= format->mbec && !oracle_bit(entry, 10);
    if (oracle_field(entry, 6, 3) != 0)
        oracle_reserved(step, "EPT: bits 6:3 of an entry that references a table must be 0");
}

/* 30.3.3.1 "EPT Misconfigurations". */
static void misconfigurations(const struct oracle_format *format, uint64_t entry,
                              struct oracle_step *step)
{
    bool executes = oracle_bit(entry, 2) || (format->mbec && oracle_bit(entry, 10));

    if (oracle_bit(entry, 1) && !oracle_bit(entry, 0))
        oracle_reserved(step, "EPT: writable and not readable");
    if (executes && !oracle_bit(entry, 0) && format->no_execute_only)
        oracle_reserved(step, "EPT: executable and not readable");
    if (format->paddr_bits < 52 && oracle_field(entry, 51, format->paddr_bits) != 0)
        oracle_reserved(step, "EPT: address bits from MAXPHYADDR on must be 0");
}

void oracle_step_ept(const struct oracle_format *format, uint64_t entry, unsigned level,
                     struct oracle_step *step)
{
    if (oracle_field(entry, 2, 0) == 0 && !(format->mbec && oracle_bit(entry, 10))) {
        step->kind = ORACLE_STOP;
        return;
    }
    if (level == 0 || oracle_bit(entry, 7))
        leaf(format, entry, level, step);
    else
        link_to(format, entry, step);
    misconfigurations(format, entry, step);
}

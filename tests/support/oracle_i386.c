/* SPDX-License-Identifier: MIT */
/* SDM 3A, 5.3 "32-Bit Paging", tables 5-4 to 5-6, and 5.4 "PAE Paging", tables 5-8 to 5-11. */
#include "oracle.h"

/* Stands for D in a page that is not writable. No bit above 11 is left to software. */
#define DIRTY_BIT 11

static void table(uint64_t entry, uint64_t address, struct oracle_step *step)
{
    step->kind = ORACLE_TABLE;
    step->next = address;
    step->limits.no_write |= !oracle_bit(entry, 1);
    step->limits.no_user |= !oracle_bit(entry, 2);
}

/* ---- 32-bit paging ---- */

/*
 * Table 5-4: bits 31:22 of the address are in place, bits M-1:32 are bits M-20:13 of the entry, and
 * bits 21:M-19 are reserved, where M is MAXPHYADDR.
 */
static uint64_t address_of_4m(const struct oracle_format *format, uint64_t entry,
                              struct oracle_step *step)
{
    unsigned above = format->paddr_bits - 32;
    uint64_t high = above == 0 ? 0 : oracle_field(entry, 12 + above, 13);

    if (oracle_field(entry, 21, 13 + above) != 0)
        oracle_reserved(step, "x86: reserved bits of a 4-MByte page must be 0");
    return high << 32 | oracle_keep(entry, 31, 22);
}

static void step_32(const struct oracle_format *format, uint64_t entry, unsigned level,
                    struct oracle_step *step)
{
    if (level == 0) {
        oracle_x86_leaf(format, entry, level, DIRTY_BIT, step);
        step->page.paddr = oracle_keep(entry, 31, 12);
    } else if (oracle_bit(entry, 7)) {
        oracle_x86_leaf(format, entry, level, DIRTY_BIT, step);
        step->page.paddr = address_of_4m(format, entry, step);
    } else {
        table(entry, oracle_keep(entry, 31, 12), step);
    }
}

/* ---- PAE paging ---- */

/* Table 5-8. It has neither R/W nor U/S, which thus refuses nothing. */
static void step_pdpte(uint64_t entry, struct oracle_step *step)
{
    step->kind = ORACLE_TABLE;
    step->next = oracle_keep(entry, 51, 12);
    if (oracle_field(entry, 2, 1) != 0 || oracle_field(entry, 8, 5) != 0)
        oracle_reserved(step, "x86: bits 2:1 and 8:5 of a PDPTE must be 0");
    if (oracle_bit(entry, 63))
        oracle_reserved(step, "x86: bit 63 of a PDPTE must be 0");
}

static void step_pae(const struct oracle_format *format, uint64_t entry, unsigned level,
                     struct oracle_step *step)
{
    if (level == 2) {
        step_pdpte(entry, step);
    } else if (level == 0) {
        oracle_x86_leaf(format, entry, level, DIRTY_BIT, step);
        step->page.paddr = oracle_keep(entry, 51, 12);
    } else if (oracle_bit(entry, 7)) {
        oracle_x86_leaf(format, entry, level, DIRTY_BIT, step);
        step->page.paddr = oracle_keep(entry, 51, 21);
        if (oracle_field(entry, 20, 13) != 0)
            oracle_reserved(step, "x86: bits 20:13 of a 2-MByte page must be 0");
    } else {
        table(entry, oracle_keep(entry, 51, 12), step);
        step->limits.no_kernel_execute |= oracle_bit(entry, 63);
    }
    if (oracle_field(entry, 62, 52) != 0)
        oracle_reserved(step, "x86: bits 62:52 must be 0 with PAE paging");
    oracle_x86_reserved(format, entry, step);
}

void oracle_step_i386(const struct oracle_format *format, uint64_t entry, unsigned level,
                      struct oracle_step *step)
{
    if (!oracle_bit(entry, 0))
        step->kind = ORACLE_STOP;
    else if (format->entry_bytes == 4)
        step_32(format, entry, level, step);
    else
        step_pae(format, entry, level, step);
}

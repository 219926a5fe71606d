/* SPDX-License-Identifier: MIT */
/*
 * The walks of IOMMUs. Intel VT-d specification, 9.8 "Second-Stage Paging Entries" and 9.7
 * "First-Stage Paging Entries"; AMD IOMMU specification, 2.2.3, table "I/O Page Table Entry
 * Fields", and 2.2.6. A request of a device is told as one of the kernel: there is no privilege.
 * Devices execute nothing, and have no memory types of their own.
 */
#include "oracle.h"

static void set_rights(bool read, bool write, struct oracle_step *step)
{
    step->kind = ORACLE_LEAF;
    step->page.kernel.read = read && !step->limits.no_read;
    step->page.kernel.write = write && !step->limits.no_write;
    step->page.type = ORACLE_BY_PLATFORM;
}

static void set_next(bool read, bool write, uint64_t next, struct oracle_step *step)
{
    step->kind = ORACLE_TABLE;
    step->next = next;
    step->limits.no_read |= !read;
    step->limits.no_write |= !write;
}

/* Address bits above the width that the host has, and those below the start of a page. */
static void check_address(const struct oracle_format *format, uint64_t entry, unsigned shift,
                          struct oracle_step *step)
{
    if (format->paddr_bits < 52 && oracle_field(entry, 51, format->paddr_bits) != 0)
        oracle_reserved(step, "IOMMU: address bits that the host does not have must be 0");
    if (shift > 12 && oracle_field(entry, shift - 1, 12) != 0)
        oracle_reserved(step, "IOMMU: bits below the address of a huge page must be 0");
}

/*
 * The first stage of VT-d, with NXE and SRE of the PASID entry clear, and guest tables of AMD-Vi:
 * entries of x86-64, where each request is that of a user. PAT is bit 12 of a huge page.
 */
static void first_stage(const struct oracle_format *format, uint64_t entry, unsigned level,
                        struct oracle_step *step)
{
    unsigned shift = oracle_shift(format, level);
    bool is_leaf = level == 0 || oracle_bit(entry, 7);

    if (!oracle_bit(entry, 0)) {
        step->kind = ORACLE_STOP;
        return;
    }
    if (is_leaf) {
        set_rights(true, oracle_bit(entry, 1), step);
        step->page.paddr = oracle_keep(entry, 51, shift);
        step->page.accessed = oracle_bit(entry, 5);
        step->page.dirty = oracle_bit(entry, 6);
        if (level >= format->leaf_levels)
            oracle_reserved(step, "IOMMU: PS is reserved at this level");
        if (level > 0 && oracle_field(entry, shift - 1, 13) != 0)
            oracle_reserved(step, "IOMMU: bits below the address of a huge page must be 0");
    } else {
        set_next(true, oracle_bit(entry, 1), oracle_keep(entry, 51, 12), step);
    }
    check_address(format, entry, 0, step);
    if (!oracle_bit(entry, 2))
        oracle_reserved(step, "IOMMU: an entry of the supervisor always faults");
    if (oracle_bit(entry, 63))
        oracle_reserved(step, "IOMMU: XD is reserved");
}

static void second_stage_leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                              struct oracle_step *step)
{
    unsigned shift = oracle_shift(format, level);

    set_rights(oracle_bit(entry, 0), oracle_bit(entry, 1), step);
    step->page.paddr = oracle_keep(entry, 51, shift);
    step->page.accessed = !format->device_ad || oracle_bit(entry, 8);
    step->page.dirty = format->device_ad && oracle_bit(entry, 9);
    step->page.coherent = oracle_bit(entry, 11);
    if (level >= format->leaf_levels)
        oracle_reserved(step, "VT-d: PS is reserved at this level");
    if (oracle_bit(entry, 11) && !format->snoop)
        oracle_reserved(step, "VT-d: SNP is reserved without snoop control");
    check_address(format, entry, shift, step);
}

/* R 0, W 1, X 2, EMT 5:3, IPAT 6, PS 7, A 8, D 9, SNP 11, address 51:12, TM 62. */
void oracle_step_vtd(const struct oracle_format *format, uint64_t entry, unsigned level,
                     struct oracle_step *step)
{
    if (format->first_stage) {
        first_stage(format, entry, level, step);
        return;
    }
    if (oracle_field(entry, 2, 0) == 0) {
        step->kind = ORACLE_STOP;
        return;
    }
    if (level == 0 || oracle_bit(entry, 7)) {
        second_stage_leaf(format, entry, level, step);
    } else {
        set_next(oracle_bit(entry, 0), oracle_bit(entry, 1), oracle_keep(entry, 51, 12), step);
        check_address(format, entry, 0, step);
        if (oracle_bit(entry, 11))
            oracle_reserved(step, "VT-d: SNP is reserved in a table entry");
    }
    if (oracle_field(entry, 6, 2) != 0 || oracle_bit(entry, 62))
        oracle_reserved(step, "VT-d: X, EMT, IPAT and TM mean something to some IOMMUs");
}

/* PR 0, A 5, D 6, NextLevel 11:9, address 51:12, FC 60, IR 61, IW 62. Level 0 is level 1 there. */
void oracle_step_amdvi(const struct oracle_format *format, uint64_t entry, unsigned level,
                       struct oracle_step *step)
{
    unsigned next = (unsigned)oracle_field(entry, 11, 9);
    bool read = oracle_bit(entry, 61), write = oracle_bit(entry, 62);

    if (format->first_stage) {
        first_stage(format, entry, level, step);
        return;
    }
    if (!oracle_bit(entry, 0)) {
        step->kind = ORACLE_STOP;
        return;
    }
    if (next == 0) {
        set_rights(read, write, step);
        step->page.paddr = oracle_keep(entry, 51, oracle_shift(format, level));
        step->page.accessed = !format->device_ad || oracle_bit(entry, 5);
        step->page.dirty = format->device_ad && oracle_bit(entry, 6);
        step->page.coherent = oracle_bit(entry, 60);
        if (level >= format->leaf_levels)
            oracle_reserved(step, "AMD-Vi: a page at a level without pages");
        check_address(format, entry, oracle_shift(format, level), step);
    } else {
        set_next(read, write, oracle_keep(entry, 51, 12), step);
        check_address(format, entry, 0, step);
        if (next != level)
            oracle_reserved(step, "AMD-Vi: NextLevel is not the level below");
    }
    if (oracle_field(entry, 58, 52) != 0)
        oracle_reserved(step, "AMD-Vi: bits 58:52 must be 0");
}

/* SPDX-License-Identifier: MIT */
/*
 * LoongArch volume 1, 5.4.5 "Multi-level page table structure supported by page walking" (LDDIR and
 * LDPTE) and 7.5.13 "TLB entry low-order bits" (TLBELO). LDDIR tests one bit of a directory entry,
 * bit 6. If it is set, the entry is a huge page. If it is clear, the entry is the address to go on
 * at, valid or not.
 *
 * With PWCH.HPTW_En (7.5.9) the walker goes the same way. It takes an entry with P, bit 7, for a
 * page. It sets V on an access, and D on a store if W, bit 8, allows stores. A store to a page with
 * D set never reaches the walker. Bit 9 belongs to software: it says that a page without W was
 * written.
 *
 * Newer cores follow a huge page of an upper directory: LDDIR writes its level into bits 14:13, so
 * these must be clear in memory, as all bits below the address of a huge page. Second-level tables
 * (LVZ) are what KVM makes (arch/loongarch/kvm/mmu.c): V, P, D and W, MAT, and PLV 0.
 */
#include "oracle.h"

static enum oracle_type type_of(uint64_t mat)
{
    switch (mat) {
    case 0:
        return ORACLE_DEVICE; /* strongly-ordered uncached */
    case 1:
        return ORACLE_WRITE_BACK; /* coherent cached */
    case 2:
        return ORACLE_UNCACHED; /* weakly-ordered uncached */
    default:
        return ORACLE_OTHER_TYPE;
    }
}

/* RPLV clear: the page is for privilege levels up to PLV. RPLV set: for PLV only. A store needs D,
 * or it raises the PME exception. */
static void access_rights(const struct oracle_format *format, uint64_t entry,
                          struct oracle_step *step)
{
    uint64_t plv = oracle_field(entry, 3, 2);
    bool kernel = plv == 0 || !oracle_bit(entry, 63);
    bool user = plv == 3;
    bool read = !oracle_bit(entry, 61);
    bool write = oracle_bit(entry, 1) || (format->hptw && oracle_bit(entry, 8));
    bool execute = !oracle_bit(entry, 62);

    step->page.kernel = (struct oracle_access){
        .read = kernel && read, .write = kernel && write, .execute = kernel && execute};
    step->page.user = (struct oracle_access){
        .read = user && read, .write = user && write, .execute = user && execute};
}

static void leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                 struct oracle_step *step)
{
    struct oracle_page *page = &step->page;
    unsigned low = oracle_shift(format, level);
    uint64_t plv = oracle_field(entry, 3, 2);

    if (!oracle_bit(entry, format->hptw ? 7 : 0)) {
        step->kind = ORACLE_STOP;
        if (oracle_bit(entry, format->hptw ? 0 : 7))
            oracle_reserved(step, "LoongArch: P and V do not agree");
        return;
    }
    step->kind = ORACLE_LEAF;
    page->paddr = oracle_keep(entry, 47, low);
    page->type = type_of(oracle_field(entry, 5, 4));
    page->global = oracle_bit(entry, level == 0 ? 6 : 12);
    page->accessed = !format->hptw || oracle_bit(entry, 0);
    page->dirty = oracle_bit(entry, 1) || (format->hptw && oracle_bit(entry, 9));
    access_rights(format, entry, step);
    if (format->hptw && oracle_bit(entry, 1) && !oracle_bit(entry, 8))
        oracle_reserved(step, "LoongArch: D without W lets stores pass");
    page->plv = (unsigned)plv;
    page->restricted = oracle_bit(entry, 63);
    if (!format->plv && (plv == 1 || plv == 2))
        oracle_reserved(step, "LoongArch: PLV1 and PLV2 were not asked for");
    if (format->lvz && (plv != 0 || page->global || oracle_field(entry, 63, 61) != 0))
        oracle_reserved(step, "LoongArch: a guest's page has PLV, G, NR, NX or RPLV");
    if (page->type == ORACLE_OTHER_TYPE)
        oracle_reserved(step, "LoongArch: MAT 3 is reserved");
    if (level == 0 && low > 12 && oracle_field(entry, low - 1, 12) != 0)
        oracle_reserved(step, "LoongArch: bits below a page's address must be 0");
    if (level > 0 && oracle_field(entry, low - 1, 13) != 0)
        oracle_reserved(step, "LoongArch: bits below a huge page's address must be 0");
    if (oracle_field(entry, 60, 48) != 0)
        oracle_reserved(step, "LoongArch: address bits beyond PALEN");
}

void oracle_step_loongarch64(const struct oracle_format *format, uint64_t entry, unsigned level,
                             struct oracle_step *step)
{
    if (level == 0 || oracle_bit(entry, 6)) {
        leaf(format, entry, level, step);
        if (step->kind == ORACLE_LEAF && level >= format->leaf_levels)
            oracle_reserved(step, "LoongArch: a huge page above the directories that have them");
        return;
    }
    step->kind = ORACLE_TABLE;
    step->next = entry;
    if (oracle_field(entry, format->page_bits - 1, 0) != 0)
        oracle_reserved(step, "LoongArch: a directory entry is a plain address");
    if (oracle_field(entry, 63, 48) != 0)
        oracle_reserved(step, "LoongArch: address bits beyond PALEN");
}

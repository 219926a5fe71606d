/* SPDX-License-Identifier: MIT */
/* SDM 3A, 5.5.4 "Linear-Address Translation with 4-Level Paging and 5-Level Paging", tables 5-14 to
 * 5-20. */
#include "oracle.h"

/* Each byte of IA32_PAT holds one of these (SDM 3A, table 13-10 "Memory Types That Can Be Encoded
 * With PAT"). */
static enum oracle_type type_of(uint64_t pat_msr, unsigned index)
{
    switch (oracle_field(pat_msr, index * 8 + 7, index * 8)) {
    case 0:
        return ORACLE_DEVICE; /* UC */
    case 1:
        return ORACLE_WRITE_COMBINING;
    case 6:
        return ORACLE_WRITE_BACK;
    case 7:
        return ORACLE_UNCACHED; /* UC- */
    case 4:
        return ORACLE_WRITE_THROUGH;
    default:
        return ORACLE_OTHER_TYPE; /* WP, reserved */
    }
}

/* 5.6 "Access Rights". CR4.SMEP clear: the kernel may execute a user page. */
static void access_rights(uint64_t entry, struct oracle_step *step)
{
    struct oracle_page *page = &step->page;
    bool write = oracle_bit(entry, 1) && !step->limits.no_write;
    bool user = oracle_bit(entry, 2) && !step->limits.no_user;
    bool execute = !oracle_bit(entry, 63) && !step->limits.no_kernel_execute;

    page->kernel = (struct oracle_access){.read = true, .write = write, .execute = execute};
    page->user =
        (struct oracle_access){.read = user, .write = user && write, .execute = user && execute};
}

void oracle_x86_leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                     unsigned dirty_bit, struct oracle_step *step)
{
    struct oracle_page *page = &step->page;
    unsigned pat_bit = level == 0 ? 7 : 12;
    unsigned pat = (unsigned)oracle_bit(entry, 3) | (unsigned)oracle_bit(entry, 4) << 1 |
                   (unsigned)oracle_bit(entry, pat_bit) << 2;

    step->kind = ORACLE_LEAF;
    access_rights(entry, step);
    page->type = type_of(format->memory_types, pat);
    page->accessed = oracle_bit(entry, 5);
    page->dirty = oracle_bit(entry, 6) || (!oracle_bit(entry, 1) && oracle_bit(entry, dirty_bit));
    page->global = oracle_bit(entry, 8);
    /* Volume 1, 17.2 "Shadow Stacks", and 5.6: with CR4.CET set this is a shadow-stack page, if
     * every entry above has R/W set. */
    page->shadow_stack = oracle_bit(entry, 6) && !oracle_bit(entry, 1) && !step->limits.no_write;
    if (page->shadow_stack && !format->cet)
        oracle_reserved(step, "x86: R/W 0 with D 1 is a shadow-stack page");
}

/* Tables 5-14 to 5-20: bits 51:M, where M is MAXPHYADDR, and bit 63 if EFER.NXE is clear. */
void oracle_x86_reserved(const struct oracle_format *format, uint64_t entry,
                         struct oracle_step *step)
{
    if (format->paddr_bits < 52 && oracle_field(entry, 51, format->paddr_bits) != 0)
        oracle_reserved(step, "x86: address bits from MAXPHYADDR on must be 0");
    if (format->no_nx && oracle_bit(entry, 63))
        oracle_reserved(step, "x86: bit 63 must be 0 without NX");
}

/* While a shadow stack is clean, bit 57 is what says that it is one, to software alone. */
static void clean_shadow_stack(uint64_t entry, struct oracle_step *step)
{
    if (!oracle_bit(entry, 57) || oracle_bit(entry, 1))
        return;
    step->page.shadow_stack = !step->limits.no_write;
    if (oracle_bit(entry, 58))
        oracle_reserved(step, "x86: D alone says that a shadow stack is dirty");
}

static void leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                 struct oracle_step *step)
{
    unsigned low = oracle_shift(format, level);

    oracle_x86_leaf(format, entry, level, 58, step);
    step->page.key = (unsigned)oracle_field(entry, 62, 59);
    if (format->cet)
        clean_shadow_stack(entry, step);
    step->page.paddr = oracle_keep(entry, 51, low);
    if (level > 0 && oracle_field(entry, low - 1, 13) != 0)
        oracle_reserved(step, "x86: bits below the address of a huge page must be 0");
}

void oracle_step_x86_64(const struct oracle_format *format, uint64_t entry, unsigned level,
                        struct oracle_step *step)
{
    if (!oracle_bit(entry, 0)) {
        step->kind = ORACLE_STOP;
        return;
    }
    if (level == 0 || oracle_bit(entry, 7)) {
        leaf(format, entry, level, step);
        if (level >= format->leaf_levels)
            oracle_reserved(step, "x86: PS is reserved at this level");
    } else {
        step->kind = ORACLE_TABLE;
        step->next = oracle_keep(entry, 51, 12);
        step->limits.no_write |= !oracle_bit(entry, 1);
        step->limits.no_user |= !oracle_bit(entry, 2);
        step->limits.no_kernel_execute |= oracle_bit(entry, 63);
    }
    oracle_x86_reserved(format, entry, step);
}

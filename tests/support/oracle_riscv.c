/* SPDX-License-Identifier: MIT */
/* RISC-V Privileged Architecture, "Sv39: Page-Based 39-bit Virtual-Memory System", "Addressing and
 * Memory Protection" and "Virtual Address Translation Process". Sv48 and Sv57 only add levels. An
 * Sv32 entry is the same without the bits from 32 on: its PPN is 31:10. "Hypervisor Extension",
 * "Guest Physical Address Translation": as from U-mode, whatever the privilege in the guest. G
 * should be cleared by software. */
#include "oracle.h"

/* Svpbmt: bits 62:61 are 0 PMA, 1 NC, 2 IO, 3 reserved. */
static void svpbmt_type(uint64_t entry, struct oracle_step *step)
{
    static const enum oracle_type types[] = {ORACLE_WRITE_BACK, ORACLE_UNCACHED, ORACLE_DEVICE};
    uint64_t pbmt = oracle_field(entry, 62, 61);

    if (pbmt == 3)
        oracle_reserved(step, "RISC-V: PBMT 3 is reserved");
    else
        step->page.type = types[pbmt];
}

/* XuanTie: 63 strongly ordered, 62 cacheable, 61 bufferable, 60 shareable, 59 trustable. */
static void xuantie_type(uint64_t entry, struct oracle_step *step)
{
    bool ordered = oracle_bit(entry, 63);
    bool cacheable = oracle_bit(entry, 62);
    bool bufferable = oracle_bit(entry, 61);

    if (ordered)
        step->page.type = cacheable ? ORACLE_OTHER_TYPE : ORACLE_DEVICE;
    else if (cacheable)
        step->page.type = bufferable ? ORACLE_WRITE_BACK : ORACLE_OTHER_TYPE;
    else
        step->page.type = bufferable ? ORACLE_UNCACHED : ORACLE_OTHER_TYPE;
    if (oracle_bit(entry, 59))
        oracle_reserved(step, "XuanTie: trustable was not asked for");
    if (cacheable && !oracle_bit(entry, 60))
        oracle_reserved(step, "XuanTie: cached memory must be shareable to be coherent");
}

static void memory_type(const struct oracle_format *format, uint64_t entry,
                        struct oracle_step *step)
{
    step->page.type = ORACLE_BY_PLATFORM;
    if (format->xuantie) {
        xuantie_type(entry, step);
        return;
    }
    if (format->svpbmt)
        svpbmt_type(entry, step);
    else if (oracle_field(entry, 62, 61) != 0)
        oracle_reserved(step, "RISC-V: bits 62:61 are reserved without Svpbmt");
    if (oracle_bit(entry, 63))
        oracle_reserved(step, "RISC-V: bit 63 is reserved without Svnapot");
}

/* "Shadow Stack Memory Protection": R, W and X are 0, 1 and 0. */
static bool is_shadow_stack(const struct oracle_format *format, uint64_t entry)
{
    return format->zicfiss && oracle_field(entry, 3, 1) == 2;
}

/* Loads may read a shadow stack. Ordinary stores may not write it.
 *
 * With sstatus.SUM set the supervisor reads and writes user pages. It never executes them. */
static void access_rights(uint64_t entry, struct oracle_step *step)
{
    bool shadow_stack = step->page.shadow_stack;
    struct oracle_access rights = {.read = oracle_bit(entry, 1) || shadow_stack,
                                   .write = oracle_bit(entry, 2) && !shadow_stack,
                                   .execute = oracle_bit(entry, 3)};

    if (oracle_bit(entry, 4)) {
        step->page.user = rights;
        rights.execute = false;
    }
    step->page.kernel = rights;
}

/* A guest has the rights of a user. They are told as those of one privilege level. */
static void guest_rights(uint64_t entry, struct oracle_step *step)
{
    access_rights(entry, step);
    step->page.kernel = step->page.user;
    step->page.user = (struct oracle_access){.read = false};
    if (!oracle_bit(entry, 4))
        oracle_reserved(step, "RISC-V: a leaf of the G-stage without U always faults");
    if (oracle_bit(entry, 5))
        oracle_reserved(step, "RISC-V: G is for future use in the G-stage");
}

static void leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                 struct oracle_step *step)
{
    struct oracle_page *page = &step->page;

    step->kind = ORACLE_LEAF;
    page->paddr = oracle_field(entry, 53, 10) << 12;
    page->global = oracle_bit(entry, 5) || step->limits.global;
    page->accessed = oracle_bit(entry, 6);
    page->dirty = oracle_bit(entry, 7);
    page->shadow_stack = is_shadow_stack(format, entry);
    page->soft = format->svrsw60t59b ? (unsigned)oracle_field(entry, 60, 59) : 0;
    if (format->single_privilege)
        guest_rights(entry, step);
    else
        access_rights(entry, step);
    memory_type(format, entry, step);
    if (oracle_bit(entry, 2) && !oracle_bit(entry, 1) && !page->shadow_stack)
        oracle_reserved(step, "RISC-V: writable but not readable is reserved");
    if (level > 0 && oracle_field(page->paddr, oracle_shift(format, level) - 1, 12) != 0)
        oracle_reserved(step, "RISC-V: a misaligned superpage");
}

void oracle_step_riscv(const struct oracle_format *format, uint64_t entry, unsigned level,
                       struct oracle_step *step)
{
    if (!oracle_bit(entry, 0)) {
        step->kind = ORACLE_STOP;
        return;
    }
    if (oracle_field(entry, 3, 1) != 0) {
        leaf(format, entry, level, step);
    } else if (level == 0) {
        oracle_reserved(step, "RISC-V: a pointer at the last level");
        return;
    } else {
        step->kind = ORACLE_TABLE;
        step->next = oracle_field(entry, 53, 10) << 12;
        step->limits.global |= oracle_bit(entry, 5);
        if (oracle_bit(entry, 4) || oracle_field(entry, 7, 6) != 0)
            oracle_reserved(step, "RISC-V: U, A and D of a pointer are reserved");
        if (oracle_field(entry, 63, format->svrsw60t59b ? 61 : 59) != 0)
            oracle_reserved(step, "RISC-V: bits 63:59 of a pointer are reserved");
    }
    if (oracle_field(entry, 58, 54) != 0)
        oracle_reserved(step, "RISC-V: bits 58:54 are reserved");
    if (!format->xuantie && !format->svrsw60t59b && oracle_field(entry, 60, 59) != 0)
        oracle_reserved(step, "RISC-V: bits 60:59 are reserved");
}

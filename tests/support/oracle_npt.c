/* SPDX-License-Identifier: MIT */
/* APM volume 2, 15.25.5 "Nested Paging and Traps", 15.25.6 "Nested Page Table Walks and Access
 * Rights"; entries as in 5.3.3 and 5.3.4. */
#include "oracle.h"

/* All accesses of a guest are user accesses. There is one set of permissions, and no G. */
static void leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                 struct oracle_step *step)
{
    unsigned low = oracle_shift(format, level);

    oracle_x86_leaf(format, entry, level, 58, step);
    step->page.kernel = step->page.user;
    step->page.user = (struct oracle_access){.read = false};
    step->page.global = false;
    step->page.paddr = oracle_keep(entry, 51, low);
    if (level > 0 && oracle_field(entry, low - 1, 13) != 0)
        oracle_reserved(step, "NPT: bits below the address of a huge page must be 0");
    if (level >= format->leaf_levels)
        oracle_reserved(step, "NPT: PS is reserved at this level");
}

void oracle_step_npt(const struct oracle_format *format, uint64_t entry, unsigned level,
                     struct oracle_step *step)
{
    if (!oracle_bit(entry, 0)) {
        step->kind = ORACLE_STOP;
        return;
    }
    if (level == 0 || oracle_bit(entry, 7)) {
        leaf(format, entry, level, step);
    } else {
        step->kind = ORACLE_TABLE;
        step->next = oracle_keep(entry, 51, 12);
        step->limits.no_write |= !oracle_bit(entry, 1);
        step->limits.no_kernel_execute |= oracle_bit(entry, 63);
    }
    if (!oracle_bit(entry, 2))
        oracle_reserved(step, "NPT: an entry without U/S refuses every access");
    oracle_x86_reserved(format, entry, step);
}

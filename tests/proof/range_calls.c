/* SPDX-License-Identifier: MIT */
/* Calls for a range. Pages that an edge of it cuts are split, and say the same by smaller ones. */
#include "call.h"

void proof_map_region(void)
{
    pt64_paddr_t paddr = nondet_u64();
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_map_region(&guard, vaddr_of(first), paddr, count * PAGE, flags, PT64_SIZE_ANY);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (is_in_range(probe)) {
        CLAIM(!before.is_there && now.is_there && now.flags == flags);
        CLAIM(now.paddr == paddr + (probe - first) * PAGE);
    } else {
        CLAIM(is_same(now, before));
    }
    end_call();
    END_OF_PROOF();
}

void proof_unmap_region(void)
{
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_unmap_region(&guard, vaddr_of(first), count * PAGE);
    now = see(probe);
    if (status != PT64_OK)
        nothing_has_changed();
    else if (is_in_range(probe))
        CLAIM(!now.is_there);
    else
        CLAIM(says_the_same(now, before));
    end_call();
    END_OF_PROOF();
}

void proof_protect_region(void)
{
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_protect_region(&guard, vaddr_of(first), count * PAGE, flags);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (is_in_range(probe) && before.is_there && before.flags != PT64_MARK) {
        CLAIM(now.is_there && now.paddr == before.paddr);
        CLAIM((now.flags & ~kept_by(flags)) == (flags & ~kept_by(flags)));
        CLAIM(((before.flags & kept_by(flags)) & ~now.flags) == 0);
    } else {
        CLAIM(says_the_same(now, before));
    }
    end_call();
    END_OF_PROOF();
}

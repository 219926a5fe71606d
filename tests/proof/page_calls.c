/* SPDX-License-Identifier: MIT */
/* Calls for one page of any size, which may not be there. */
#include "causes.h"

void proof_unmap(void)
{
    struct pt64_mapping page;
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_unmap(&guard, vaddr_of(first), &page);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (vaddr_of(probe) - page.vaddr < page.size) {
        CLAIM(!now.is_there && before.is_there && page.flags == before.flags);
        CLAIM(page.vaddr == vaddr_of(first) && page.size == PAGE << before.level);
        CLAIM(probe != first || page.paddr == before.paddr);
    } else {
        CLAIM(is_same(now, before));
    }
    status_is_due(status, 0, none_starts_at(probe, before));
    end_call();
    END_OF_PROOF();
}

void proof_protect(void)
{
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_protect(&guard, vaddr_of(first), flags);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (probe >> before.level == first >> before.level) {
        CLAIM(now.is_there && before.is_there && now.level == before.level);
        CLAIM(now.paddr == before.paddr);
        CLAIM((now.flags & ~kept_by(flags)) == (flags & ~kept_by(flags)));
        CLAIM(((before.flags & kept_by(flags)) & ~now.flags) == 0);
    } else {
        CLAIM(is_same(now, before));
    }
    status_is_due(status, 0,
                  none_starts_at(probe, before) | no_page(before) |
                      bad_result(protected_to(flags, before), before, before.level));
    end_call();
    END_OF_PROOF();
}

void proof_remap(void)
{
    pt64_paddr_t paddr = nondet_u64();
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    pt64_flags_t result;
    struct seen now;

    any_call();
    status = pt_remap(&guard, vaddr_of(first), paddr, flags);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (probe >> before.level == first >> before.level) {
        CLAIM(now.is_there && before.is_there && now.level == before.level);
        CLAIM(now.paddr == paddr + (probe - first) * PAGE);
        CLAIM((flags & ~now.flags) == 0);
    } else {
        CLAIM(is_same(now, before));
    }
    result = protected_to(flags, before);
    status_is_due(status, 0,
                  none_starts_at(probe, before) | no_page(before) |
                      bad_flags(result, before.level) | bad_frame(paddr, before.level, result));
    end_call();
    END_OF_PROOF();
}

void proof_map(void)
{
    pt64_paddr_t paddr = nondet_u64();
    pt64_flags_t flags = nondet_u32();
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_map(&guard, vaddr_of(first), paddr, PAGE, flags);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (probe == first) {
        CLAIM(!before.is_there && now.is_there && now.level == 0);
        CLAIM(now.paddr == paddr && now.flags == flags);
    } else {
        CLAIM(is_same(now, before));
    }
    status_is_due(status, bad_flags(flags, 0) | bad_frame(paddr, 0, flags),
                  anything_is_there(before, 0) | no_frame(lacks_node(before)));
    end_call();
    END_OF_PROOF();
}

void proof_mark(void)
{
    uint64_t mark = nondet_u64();
    struct pt64_mapping page;
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_mark(&guard, vaddr_of(first), PAGE, mark, &page);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (probe == first) {
        CLAIM(now.is_there && now.level == 0 && now.flags == PT64_MARK && now.paddr == mark);
        CLAIM(page.size == (before.is_there ? PAGE : 0));
        CLAIM(!before.is_there || (page.paddr == before.paddr && page.flags == before.flags));
    } else {
        CLAIM(is_same(now, before));
    }
    status_is_due(status, bad_mark(mark, 0),
                  larger_is_there(before, 0) | no_frame(lacks_node(before)));
    end_call();
    END_OF_PROOF();
}

void proof_map_marked(void)
{
    pt64_paddr_t paddr = nondet_u64();
    pt64_flags_t flags = nondet_u32();
    uint64_t mark = nondet_u64();
    pt64_status_t status;
    struct seen now;

    any_call();
    status = pt_map_marked(&guard, vaddr_of(first), paddr, PAGE, flags, mark);
    now = see(probe);
    if (status != PT64_OK) {
        nothing_has_changed();
    } else if (probe == first) {
        CLAIM(before.is_there && before.flags == PT64_MARK && before.paddr == mark);
        CLAIM(now.is_there && now.level == 0 && before.level == 0);
        CLAIM(now.paddr == paddr && now.flags == flags);
    } else {
        CLAIM(is_same(now, before));
    }
    status_is_due(status, bad_flags(flags, 0) | bad_frame(paddr, 0, flags),
                  other_than_mark(before, mark));
    end_call();
    END_OF_PROOF();
}

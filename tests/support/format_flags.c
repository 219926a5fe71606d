/* SPDX-License-Identifier: MIT */
#include "format_flags.h"

#include <page_table64/pte/loongarch64.h>
#include <page_table64/pte/riscv.h>

#define SOFT  (PT64_RISCV_SOFT2 | PT64_RISCV_SOFT3)
#define LEVEL (PT64_USER | PT64_LOONGARCH64_PLV1 | PT64_LOONGARCH64_PLV2)

pt64_flags_t format_flags_of(const struct oracle_format *format)
{
    pt64_flags_t flags = 0;

    flags |= format->svrsw60t59b ? SOFT : 0;
    flags |= format->zicfiss ? PT64_RISCV_SHADOW_STACK : 0;
    flags |= format->plv ? (LEVEL & ~PT64_USER) | PT64_LOONGARCH64_RESTRICTED : 0;
    return flags;
}

pt64_flags_t format_sticky_of(const struct oracle_format *format)
{
    return format->svrsw60t59b ? SOFT : 0;
}

/* A shadow stack can be loaded from, and neither be stored to nor executed. LoongArch has one PLV
 * in an entry. */
bool format_flags_agree(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t level = format->plv ? flags & LEVEL : 0;

    if (format->zicfiss && (flags & PT64_RISCV_SHADOW_STACK) && (flags & PT64_ACCESS) != PT64_READ)
        return false;
    return (level & (level - 1)) == 0;
}

pt64_flags_t format_flags_seen(const struct oracle_format *format, const struct oracle_page *page)
{
    static const pt64_flags_t by_plv[] = {0, PT64_LOONGARCH64_PLV1, PT64_LOONGARCH64_PLV2, 0};
    pt64_flags_t flags = 0;

    flags |= page->soft & 1 ? PT64_RISCV_SOFT2 : 0;
    flags |= page->soft & 2 ? PT64_RISCV_SOFT3 : 0;
    flags |= page->shadow_stack ? PT64_RISCV_SHADOW_STACK : 0;
    if (format->plv)
        flags |= by_plv[page->plv] | (page->restricted ? PT64_LOONGARCH64_RESTRICTED : 0);
    return flags;
}

bool format_flags_admit_kernel(const struct oracle_format *format, pt64_flags_t flags)
{
    return !format->plv || !(flags & PT64_LOONGARCH64_RESTRICTED) || !(flags & LEVEL);
}

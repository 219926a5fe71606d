/* SPDX-License-Identifier: MIT */
#include "format_flags.h"

#include <page_table64/pte/aarch64_stage2.h>
#include <page_table64/pte/amdvi.h>
#include <page_table64/pte/armv7.h>
#include <page_table64/pte/ept.h>
#include <page_table64/pte/loongarch64.h>
#include <page_table64/pte/riscv.h>
#include <page_table64/pte/vtd.h>
#include <page_table64/pte/x86_64.h>

#define XNX   (PT64_AARCH64_EXECUTE_EL0 | PT64_AARCH64_EXECUTE_EL1)
#define SOFT  (PT64_RISCV_SOFT2 | PT64_RISCV_SOFT3)
#define LEVEL (PT64_USER | PT64_LOONGARCH64_PLV1 | PT64_LOONGARCH64_PLV2)

/* SDM 3C, 30.3.2: X and XU, with mode-based execute control. */
static pt64_flags_t modes_of(const struct oracle_format *format)
{
    return format->mbec ? PT64_EPT_NO_SUPERVISOR_EXECUTE | PT64_EPT_NO_USER_EXECUTE : 0;
}

/* Bit 63. */
static pt64_flags_t exits_of(const struct oracle_format *format)
{
    return format->arch == ORACLE_EPT ? PT64_EPT_SUPPRESS_VE : 0;
}

static bool has_long_descriptors(const struct oracle_format *format)
{
    return format->arch == ORACLE_ARMV7 && format->entry_bytes == 8;
}

/* Arm ARM, D24.2 "MAIR_EL1", and ARMv7 ARM, B4.1 "MAIR0 and MAIR1". */
static pt64_flags_t types_of(const struct oracle_format *format)
{
    if (has_long_descriptors(format))
        return PT64_ARMV7_STRONGLY_ORDERED;
    if (format->stage2)
        return PT64_AARCH64_NGNRNE | (format->fwb ? PT64_AARCH64_AS_STAGE1 : 0);
    if (format->arch == ORACLE_AARCH64)
        return PT64_AARCH64_NGNRNE | PT64_AARCH64_TAGGED;
    if (format->arch == ORACLE_EPT)
        return PT64_EPT_IGNORE_PAT;
    return 0;
}

/* SDM 3A, tables 5-14 to 5-20: 62:59 are a key, with four and five levels. */
static pt64_flags_t keys_of(const struct oracle_format *format)
{
    return format->arch == ORACLE_X86_64 ? PT64_X86_64_PKEY(15) : 0;
}

/* Arm ARM, D8.3.1.2: GP. */
static pt64_flags_t guard_of(const struct oracle_format *format)
{
    return format->arch == ORACLE_AARCH64 && !format->stage2 ? PT64_AARCH64_GUARDED : 0;
}

/* IOMMUs: SNP of VT-d, FC of AMD-Vi. */
static pt64_flags_t coherence_of(const struct oracle_format *format)
{
    if (format->arch == ORACLE_AMDVI && !format->first_stage)
        return PT64_AMDVI_FORCE_COHERENT;
    return format->snoop ? PT64_VTD_SNOOP : 0;
}

pt64_flags_t format_flags_of(const struct oracle_format *format)
{
    pt64_flags_t flags = 0;

    flags |= format->svrsw60t59b ? SOFT : 0;
    flags |= format->xnx ? XNX : 0;
    flags |= format->zicfiss ? PT64_RISCV_SHADOW_STACK : 0;
    flags |= types_of(format) | keys_of(format) | guard_of(format) | coherence_of(format);
    flags |= modes_of(format) | exits_of(format);
    flags |= format->cet ? PT64_X86_64_SHADOW_STACK : 0;
    flags |= format->plv ? (LEVEL & ~PT64_USER) | PT64_LOONGARCH64_RESTRICTED : 0;
    return flags;
}

pt64_flags_t format_sticky_of(const struct oracle_format *format)
{
    return (format->svrsw60t59b ? SOFT : 0) | keys_of(format) | guard_of(format) |
           coherence_of(format) | exits_of(format);
}

pt64_flags_t format_changeable_of(const struct oracle_format *format)
{
    return format_flags_of(format) & ~types_of(format);
}

pt64_flags_t format_protected(const struct oracle_format *format, pt64_flags_t old,
                              pt64_flags_t named)
{
    pt64_flags_t kept = old & format_sticky_of(format);

    return named | (named & keys_of(format) ? kept & ~keys_of(format) : kept);
}

enum oracle_type format_type(const struct oracle_format *format, pt64_flags_t flags,
                             enum oracle_type type)
{
    if (format->arch == ORACLE_AARCH64 && (flags & PT64_AARCH64_NGNRNE))
        return ORACLE_STRICT_DEVICE;
    if (format->arch == ORACLE_AARCH64 && (flags & PT64_AARCH64_TAGGED))
        return ORACLE_TAGGED;
    if (format->fwb && (flags & PT64_AARCH64_AS_STAGE1))
        return ORACLE_AS_STAGE1;
    if (has_long_descriptors(format) && (flags & PT64_ARMV7_STRONGLY_ORDERED))
        return ORACLE_STRICT_DEVICE;
    return type;
}

/* A type is one of MAIR_ELx, each of which is a device or ordinary memory. R/W is 0 in a
 * shadow stack of x86. */
static bool types_agree(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t strict = format->arch == ORACLE_AARCH64 ? PT64_AARCH64_NGNRNE
                          : has_long_descriptors(format) ? PT64_ARMV7_STRONGLY_ORDERED
                                                         : 0;
    pt64_flags_t tagged = format->arch == ORACLE_AARCH64 ? PT64_AARCH64_TAGGED : 0;

    tagged |= format->fwb ? PT64_AARCH64_AS_STAGE1 : 0;

    if ((flags & strict) && !(flags & PT64_DEVICE))
        return false;
    if (format->arch == ORACLE_EPT && (flags & PT64_EPT_IGNORE_PAT))
        return !(flags & (PT64_DEVICE | PT64_UNCACHED));
    return !(flags & tagged) || !(flags & PT64_MEMORY_TYPES);
}

/* Arm ARM, D8.4.2: one Exception level may be refused of those that otherwise execute. */
static bool execution_agrees(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t who = format->xnx ? flags & XNX : 0;

    return who == 0 || (who != XNX && (flags & PT64_EXECUTE) != 0);
}

/* At most one mode is refused what PT64_EXECUTE grants. */
static bool modes_agree(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t modes = flags & modes_of(format);

    return modes == 0 || (modes != modes_of(format) && (flags & PT64_EXECUTE));
}

static bool rights_agree(const struct oracle_format *format, pt64_flags_t flags)
{
    if (!modes_agree(format, flags))
        return false;
    return !format->cet || !(flags & PT64_X86_64_SHADOW_STACK) || !(flags & PT64_WRITE);
}

/* A shadow stack can be loaded from, and neither be stored to nor executed. LoongArch has one PLV
 * in an entry. */
bool format_flags_agree(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t level = format->plv ? flags & LEVEL : 0;

    if (format->zicfiss && (flags & PT64_RISCV_SHADOW_STACK) && (flags & PT64_ACCESS) != PT64_READ)
        return false;
    return (level & (level - 1)) == 0 && types_agree(format, flags) &&
           rights_agree(format, flags) && execution_agrees(format, flags);
}

pt64_flags_t format_flags_seen(const struct oracle_format *format, const struct oracle_page *page)
{
    static const pt64_flags_t by_plv[] = {0, PT64_LOONGARCH64_PLV1, PT64_LOONGARCH64_PLV2, 0};
    pt64_flags_t flags = 0;

    flags |= page->soft & 1 ? PT64_RISCV_SOFT2 : 0;
    flags |= page->soft & 2 ? PT64_RISCV_SOFT3 : 0;
    if (page->shadow_stack)
        flags |= format->cet ? PT64_X86_64_SHADOW_STACK : PT64_RISCV_SHADOW_STACK;
    flags |= PT64_X86_64_PKEY(page->key);
    flags |= page->coherent ? coherence_of(format) : 0;
    flags |= page->guarded ? PT64_AARCH64_GUARDED : 0;
    flags |= page->type == ORACLE_AS_STAGE1 ? PT64_AARCH64_AS_STAGE1 : 0;
    if (format->xnx && page->user.execute != page->kernel.execute)
        flags |= page->user.execute ? PT64_AARCH64_EXECUTE_EL0 : PT64_AARCH64_EXECUTE_EL1;
    flags |= page->type == ORACLE_TAGGED ? PT64_AARCH64_TAGGED : 0;
    if (page->type == ORACLE_STRICT_DEVICE)
        flags |= format->arch == ORACLE_AARCH64 ? PT64_AARCH64_NGNRNE : PT64_ARMV7_STRONGLY_ORDERED;
    flags |= page->ignores_pat ? PT64_EPT_IGNORE_PAT : 0;
    flags |= page->suppresses_ve ? PT64_EPT_SUPPRESS_VE : 0;
    flags |= page->no_supervisor_execute ? PT64_EPT_NO_SUPERVISOR_EXECUTE : 0;
    flags |= page->no_user_execute && format->mbec ? PT64_EPT_NO_USER_EXECUTE : 0;
    if (format->plv)
        flags |= by_plv[page->plv] | (page->restricted ? PT64_LOONGARCH64_RESTRICTED : 0);
    return flags;
}

static bool admits_kernel(const struct oracle_format *format, pt64_flags_t flags)
{
    return !format->plv || !(flags & PT64_LOONGARCH64_RESTRICTED) || !(flags & LEVEL);
}

pt64_flags_t format_kernel_access(const struct oracle_format *format, pt64_flags_t flags)
{
    if (format->xnx && (flags & PT64_AARCH64_EXECUTE_EL0))
        flags &= ~PT64_EXECUTE;
    return admits_kernel(format, flags) ? flags & PT64_ACCESS : 0;
}

pt64_flags_t format_user_access(const struct oracle_format *format, pt64_flags_t flags)
{
    if (format->xnx && (flags & PT64_AARCH64_EXECUTE_EL1))
        flags &= ~PT64_EXECUTE;
    return format->stage2 || (flags & PT64_USER) ? flags & PT64_ACCESS : 0;
}

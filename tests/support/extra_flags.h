/* SPDX-License-Identifier: MIT */
/*
 * The flags of each format besides those of types.h, and what hardware makes of them: from the
 * manuals, not from the library.
 */
#ifndef TESTS_SUPPORT_EXTRA_FLAGS_H
#define TESTS_SUPPORT_EXTRA_FLAGS_H

#include <page_table64.h>
#include <page_table64/pte/aarch64.h>
#include <page_table64/pte/armv7.h>
#include <page_table64/pte/x86_64.h>

#include "oracle.h"

/* Bits 16 to 31 belong to the format. */
#define EXTRA_FLAGS ((pt64_flags_t)0xffff0000)

static inline bool extra_has_kernel_writes(const struct oracle_format *format)
{
    return format->entry_bytes == 4 && !format->access_flag;
}

/*
 * SDM 3A, tables 5-14 to 5-20: keys with four and five levels. Arm ARM D8.3.1.2: GP, and MAIR_ELx
 * for the types. ARMv7 ARM, B3.7.1: AP[2:0] has a value by which PL1 alone writes.
 */
static inline pt64_flags_t extra_flags(const struct oracle_format *format)
{
    switch (format->arch) {
    case ORACLE_X86_64:
        return PT64_X86_64_PKEY(15) | (format->cet ? PT64_X86_64_SHADOW_STACK : 0);
    case ORACLE_AARCH64:
        return PT64_AARCH64_NGNRNE | PT64_AARCH64_TAGGED | PT64_AARCH64_GUARDED;
    case ORACLE_ARMV7:
        return PT64_ARMV7_STRONGLY_ORDERED |
               (extra_has_kernel_writes(format) ? PT64_ARMV7_KERNEL_WRITES : 0);
    default:
        return 0;
    }
}

/* Those that protecting keeps. */
static inline pt64_flags_t extra_sticky_flags(const struct oracle_format *format)
{
    return extra_flags(format) & (format->arch == ORACLE_X86_64    ? PT64_X86_64_PKEY(15)
                                  : format->arch == ORACLE_AARCH64 ? PT64_AARCH64_GUARDED
                                                                   : 0);
}

/* Those that name_change_region takes: all but memory types. */
static inline pt64_flags_t extra_changeable_flags(const struct oracle_format *format)
{
    pt64_flags_t types = 0;

    if (format->arch == ORACLE_AARCH64)
        types = PT64_AARCH64_NGNRNE | PT64_AARCH64_TAGGED;
    if (format->arch == ORACLE_ARMV7)
        types = PT64_ARMV7_STRONGLY_ORDERED;
    return extra_flags(format) & ~types;
}

/* What a protected page has: the sticky flags of both sets, but one number, a key. */
static inline pt64_flags_t extra_protected(const struct oracle_format *format, pt64_flags_t old,
                                           pt64_flags_t flags)
{
    pt64_flags_t kept = old & extra_sticky_flags(format);

    if (format->arch == ORACLE_X86_64 && PT64_X86_64_PKEY_OF(flags) != 0)
        kept = 0;
    return flags | kept;
}

/* Whether a page can have these flags of its format, besides its others. */
static inline bool extra_can_say(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t own = flags & EXTRA_FLAGS;

    if ((own & ~extra_flags(format)) != 0)
        return false;
    switch (format->arch) {
    case ORACLE_X86_64: /* R/W is 0 in a shadow stack */
        return !(own & PT64_X86_64_SHADOW_STACK) || !(flags & PT64_WRITE);
    case ORACLE_AARCH64: /* each is a type of MAIR_ELx */
        if ((own & PT64_AARCH64_NGNRNE) && !(flags & PT64_DEVICE))
            return false;
        return !(own & PT64_AARCH64_TAGGED) || !(flags & (PT64_DEVICE | PT64_UNCACHED));
    case ORACLE_ARMV7:
        if ((own & PT64_ARMV7_STRONGLY_ORDERED) && !(flags & PT64_DEVICE))
            return false;
        return !(own & PT64_ARMV7_KERNEL_WRITES) ||
               (flags & (PT64_READ | PT64_WRITE | PT64_USER)) == (PT64_READ | PT64_USER);
    default:
        return true;
    }
}

/* The memory type by the flags of the format, or the one that it has by the others. */
static inline enum oracle_type extra_type(const struct oracle_format *format, pt64_flags_t flags,
                                          enum oracle_type type)
{
    bool is_arm = format->arch == ORACLE_AARCH64 || format->arch == ORACLE_ARMV7;

    if (is_arm && type == ORACLE_DEVICE && (flags & PT64_AARCH64_NGNRNE))
        return ORACLE_STRICT_DEVICE;
    if (format->arch == ORACLE_AARCH64 && (flags & PT64_AARCH64_TAGGED))
        return ORACLE_TAGGED;
    return type;
}

/* What hardware makes of the page that its format's flags do not say, or NULL. */
static inline const char *extra_fault(const struct oracle_format *format,
                                      const struct oracle_page *page, pt64_flags_t flags)
{
    const pt64_flags_t open = PT64_X86_64_SHADOW_STACK | PT64_DIRTY;
    const pt64_flags_t writes = PT64_WRITE | PT64_ARMV7_KERNEL_WRITES;

    switch (format->arch) {
    case ORACLE_X86_64:
        if (page->key != (flags >> 16 & 15))
            return "protection key";
        return page->shadow_stack == ((flags & open) == open) ? NULL : "shadow stack";
    case ORACLE_AARCH64:
        return page->guarded == ((flags & PT64_AARCH64_GUARDED) != 0) ? NULL : "guarded page";
    case ORACLE_ARMV7:
        return page->kernel.write == ((flags & writes) != 0) ? NULL : "privileged stores";
    default:
        return NULL;
    }
}

#endif

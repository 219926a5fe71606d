/* SPDX-License-Identifier: MIT */
/* The formats' own flags, bits 16 to 31, by the manuals that oracle.h names. */
#ifndef TESTS_SUPPORT_FORMAT_FLAGS_H
#define TESTS_SUPPORT_FORMAT_FLAGS_H

#include <page_table64.h>

#include "oracle.h"

/* All of them. */
pt64_flags_t format_flags_of(const struct oracle_format *format);
/* Those that protecting keeps. */
pt64_flags_t format_sticky_of(const struct oracle_format *format);
/* Those that name_change_region takes: all but memory types. */
pt64_flags_t format_changeable_of(const struct oracle_format *format);
/* Those of a protected page, of which the call names some: it keeps its key unless they name one.
 */
pt64_flags_t format_protected(const struct oracle_format *format, pt64_flags_t old,
                              pt64_flags_t named);
/* Whether a page that is not hidden can have these flags together, as far as they are concerned. */
bool format_flags_agree(const struct oracle_format *format, pt64_flags_t flags);
/* Those that hardware, or software that knows the format, sees in a page. */
pt64_flags_t format_flags_seen(const struct oracle_format *format, const struct oracle_page *page);
/* The memory type of a page with these flags, by those of the format. Otherwise it has `type`. */
enum oracle_type format_type(const struct oracle_format *format, pt64_flags_t flags,
                             enum oracle_type type);
/* What privileged code may do with a page that is not a user page. */
pt64_flags_t format_kernel_access(const struct oracle_format *format, pt64_flags_t flags);
/* What unprivileged code may do. */
pt64_flags_t format_user_access(const struct oracle_format *format, pt64_flags_t flags);

#endif

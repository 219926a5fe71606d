/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Text for people: the names of statuses and flags.
 */
#ifndef PAGE_TABLE64_TEXT_H
#define PAGE_TABLE64_TEXT_H

#include "types.h"

/** A buffer of this size is enough for the text of any set of flags of any format. */
#define PT64_FLAGS_TEXT_SIZE 160

/** The flags that each format has of its own, see name_flags. */
#define PT64_OWN_FLAGS 0xffff0000U

/**
 * The name of the lowest of a format's own flags that is in `flags`; NULL if the format has none of
 * them. `*mask` becomes its bits: one, or those of a number below 100, from bit 16 on, which
 * follows the name.
 */
typedef const char *(*pt64_flag_name_t)(pt64_flags_t flags, pt64_flags_t *mask);

/** The status in plain words, never NULL. */
PT64_INLINE const char *pt64_status_name(pt64_status_t status)
{
    switch (status) {
    case PT64_OK:
        return "ok";
    case PT64_NO_MEMORY:
        return "no memory";
    case PT64_NOT_ALIGNED:
        return "not aligned";
    case PT64_NOT_MAPPED:
        return "not mapped";
    case PT64_ALREADY_MAPPED:
        return "already mapped";
    case PT64_MAPPED_TO_HUGE_PAGE:
        return "mapped to a huge page";
    case PT64_BAD_ADDRESS:
        return "bad address";
    case PT64_BAD_FLAGS:
        return "bad flags";
    case PT64_BAD_SIZE:
        return "bad size";
    case PT64_BORROWED:
        return "borrowed";
    case PT64_MARKED:
        return "marked";
    case PT64_CORRUPT:
        return "corrupt";
    default:
        return "unknown status";
    }
}

/** @cond engine */

/** Text that is written into a buffer, which may be too small for it. */
struct pt64_text {
    char *buffer;
    size_t size;
    size_t length;
};

PT64_INLINE void pt64_text_put(struct pt64_text *text, char c)
{
    if (text->length + 1 >= text->size)
        return;
    text->buffer[text->length++] = c;
    text->buffer[text->length] = '\0';
}

PT64_INLINE void pt64_text_word(struct pt64_text *text, bool is_set, const char *word)
{
    if (!is_set)
        return;
    pt64_text_put(text, ' ');
    while (*word != '\0')
        pt64_text_put(text, *word++);
}

/** Writes a number below 100. */
PT64_INLINE void pt64_text_number(struct pt64_text *text, unsigned number)
{
    char tens = '0';

    /* A CPU may have no division. */
    for (; number >= 10; number -= 10)
        tens++;
    if (tens > '0')
        pt64_text_put(text, tens);
    pt64_text_put(text, (char)('0' + number));
}

/** Writes flags that have no name. */
PT64_INLINE void pt64_text_unnamed(struct pt64_text *text, pt64_flags_t flags)
{
    pt64_text_word(text, true, "0x");
    for (unsigned shift = 32; shift > 0; shift -= 4) {
        unsigned digit = flags >> (shift - 4) & 15;

        if (flags >> (shift - 4) != 0)
            pt64_text_put(text, (char)(digit < 10 ? '0' + digit : 'a' + (digit - 10)));
    }
}

/** Writes a word for each of a format's own flags. */
PT64_INLINE void pt64_text_own(struct pt64_text *text, pt64_flag_name_t name_of, pt64_flags_t flags)
{
    pt64_flags_t mask;

    for (flags &= PT64_OWN_FLAGS; flags != 0; flags &= ~mask) {
        const char *name = name_of == NULL ? NULL : name_of(flags, &mask);

        if (name == NULL) {
            pt64_text_unnamed(text, flags);
            return;
        }
        pt64_text_word(text, true, name);
        if ((mask & (mask - 1)) != 0)
            pt64_text_number(text, (flags & mask) >> 16);
    }
}

/** @endcond */

/**
 * Writes flags as "rwxu" with a dash for each missing permission, then a word for each other flag:
 * "rw-- device global pkey=5". Writes at most `size` bytes, with a terminating 0 unless `size` is
 * 0. What does not fit is left out. Returns `buffer`.
 * @param name_of the `flag_name` of the terms (terms.h), by which the format's own flags have their
 *                names. NULL, or a flag that it does not know: they are one number, "0x50000".
 */
PT64_INLINE char *pt64_flags_text_by(pt64_flag_name_t name_of, pt64_flags_t flags, char *buffer,
                                     size_t size)
{
    struct pt64_text text = {buffer, size, 0};

    if (size > 0)
        buffer[0] = '\0';
    pt64_text_put(&text, flags & PT64_READ ? 'r' : '-');
    pt64_text_put(&text, flags & PT64_WRITE ? 'w' : '-');
    pt64_text_put(&text, flags & PT64_EXECUTE ? 'x' : '-');
    pt64_text_put(&text, flags & PT64_USER ? 'u' : '-');
    pt64_text_word(&text, flags & PT64_DEVICE, "device");
    pt64_text_word(&text, flags & PT64_UNCACHED, "uncached");
    pt64_text_word(&text, flags & PT64_WRITE_COMBINE, "write-combine");
    pt64_text_word(&text, flags & PT64_GLOBAL, "global");
    pt64_text_word(&text, flags & PT64_ACCESSED, "accessed");
    pt64_text_word(&text, flags & PT64_DIRTY, "dirty");
    pt64_text_word(&text, flags & PT64_SOFT0, "soft0");
    pt64_text_word(&text, flags & PT64_SOFT1, "soft1");
    pt64_text_own(&text, name_of, flags);
    return buffer;
}

/** The same without a format: its own flags are one number. */
PT64_INLINE char *pt64_flags_text(pt64_flags_t flags, char *buffer, size_t size)
{
    return pt64_flags_text_by(NULL, flags, buffer, size);
}

#endif

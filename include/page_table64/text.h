/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Text for people: the names of statuses and flags.
 */
#ifndef PAGE_TABLE64_TEXT_H
#define PAGE_TABLE64_TEXT_H

#include "types.h"

/** A buffer of this size is enough for the text of any set of flags. */
#define PT64_FLAGS_TEXT_SIZE 80

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

/** @endcond */

/**
 * Writes flags as "rwxu" with a dash for each missing permission, then a word for each other flag:
 * "rw-- device global". Writes at most `size` bytes, with a terminating 0 unless `size` is 0. What
 * does not fit is left out. Returns `buffer`.
 */
PT64_INLINE char *pt64_flags_text(pt64_flags_t flags, char *buffer, size_t size)
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
    return buffer;
}

#endif

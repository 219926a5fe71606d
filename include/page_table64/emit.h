/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Text for people, without a C library: a line is written into a buffer and passed to the caller's
 * function.
 */
#ifndef PAGE_TABLE64_EMIT_H
#define PAGE_TABLE64_EMIT_H

#include "text.h"
#include "terms.h"

/**
 * Takes a piece of text, which is not terminated by a 0: a whole line with its newline, unless that
 * is longer than PT64_LINE_SIZE.
 */
typedef void (*pt64_emit_t)(void *ctx, const char *text, size_t length);

/** Lines up to this length come in one piece. */
#define PT64_LINE_SIZE 160

/** @cond engine */

/** A line that is being written. */
struct pt64_line {
    pt64_emit_t emit;
    void *ctx;
    size_t length;
    char text[PT64_LINE_SIZE];
};

PT64_INLINE void pt64_line_begin(struct pt64_line *line, pt64_emit_t emit, void *ctx)
{
    line->emit = emit;
    line->ctx = ctx;
    line->length = 0;
}

PT64_PRINT void pt64_line_put(struct pt64_line *line, char c)
{
    line->text[line->length++] = c;
    if (c != '\n' && line->length < PT64_LINE_SIZE)
        return;
    line->emit(line->ctx, line->text, line->length);
    line->length = 0;
}

PT64_PRINT void pt64_line_word(struct pt64_line *line, const char *word)
{
    while (*word != '\0')
        pt64_line_put(line, *word++);
}

/** Writes spaces up to a column, and at least one. */
PT64_PRINT void pt64_line_column(struct pt64_line *line, size_t column)
{
    do
        pt64_line_put(line, ' ');
    while (line->length < column && line->length != 0);
}

/** Writes a number in hexadecimal, with at least `digits` digits. */
PT64_PRINT void pt64_line_hex(struct pt64_line *line, uint64_t number, unsigned digits)
{
    while (digits < 16 && pt64_shift_right(number, 4 * digits) != 0)
        digits++;
    for (; digits > 0; digits--) {
        unsigned digit = (unsigned)pt64_shift_right(number, 4 * (digits - 1)) & 15;

        pt64_line_put(line, (char)(digit < 10 ? '0' + digit : 'a' + (digit - 10)));
    }
}

PT64_PRINT uint64_t pt64_power_of_ten(unsigned exponent)
{
    uint64_t power = 1;

    for (; exponent > 0; exponent--)
        power *= 10;
    return power;
}

/** Writes a number in decimal, without a division: a CPU of 32 bits has none of 64 bits. */
PT64_PRINT void pt64_line_decimal(struct pt64_line *line, uint64_t number)
{
    unsigned exponent = 0;

    /* No larger power than that of 19 fits 64 bits. */
    while (exponent < 19 && number >= pt64_power_of_ten(exponent + 1))
        exponent++;
    do {
        uint64_t unit = pt64_power_of_ten(exponent);
        char digit = '0';

        for (; number >= unit; number -= unit)
            digit++;
        pt64_line_put(line, digit);
    } while (exponent-- > 0);
}

/** Writes a size in the largest unit that divides it: "4K", "62428K", "1G". */
PT64_PRINT void pt64_line_bytes(struct pt64_line *line, uint64_t bytes)
{
    unsigned unit = 0;

    while (bytes != 0 && (bytes & 1023) == 0) {
        bytes >>= 10;
        unit++;
    }
    pt64_line_decimal(line, bytes);
    pt64_line_put(line, "BKMGTPE"[unit]);
}

/** Writes "rwxu", with a dash for each missing permission. */
PT64_PRINT void pt64_line_permissions(struct pt64_line *line, pt64_flags_t flags)
{
    pt64_line_put(line, flags & PT64_READ ? 'r' : '-');
    pt64_line_put(line, flags & PT64_WRITE ? 'w' : '-');
    pt64_line_put(line, flags & PT64_EXECUTE ? 'x' : '-');
    pt64_line_put(line, flags & PT64_USER ? 'u' : '-');
}

/** @endcond */

/** The name of the memory type that flags have. */
PT64_INLINE const char *pt64_memory_name(pt64_flags_t flags)
{
    if (flags & PT64_DEVICE)
        return "device";
    if (flags & PT64_UNCACHED)
        return "uncached";
    return flags & PT64_WRITE_COMBINE ? "write-combine" : "normal";
}

#endif

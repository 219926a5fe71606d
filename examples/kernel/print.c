/* SPDX-License-Identifier: MIT */
#include "print.h"

#include "arch.h"

#include <stdarg.h>

static void put_text(const char *text, unsigned width)
{
    unsigned length = 0;

    for (; text[length] != '\0'; length++)
        console_put(text[length]);
    for (; length < width; length++)
        console_put(' ');
}

/**
 * Divides by a base of at most 16, and returns the remainder. It divides 16 bits at a time: on a
 * 32-bit CPU a division of 64 bits calls a function of the compiler's library.
 */
static unsigned divide(uint64_t *number, unsigned base)
{
    unsigned rest = 0;

    for (unsigned i = 0; i < 4; i++) {
        unsigned part = rest << 16 | (unsigned)(*number >> 48);

        *number = *number << 16 | part / base;
        rest = part % base;
    }
    return rest;
}

static void put_number(uint64_t number, unsigned base, unsigned width, char pad)
{
    char digits[20];
    unsigned length = 0;

    do {
        digits[length++] = "0123456789abcdef"[divide(&number, base)];
    } while (number != 0);
    for (; width > length; width--)
        console_put(pad);
    while (length > 0)
        console_put(digits[--length]);
}

void print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    for (; *format != '\0'; format++) {
        unsigned width = 0;
        bool is_64 = false;
        char pad = ' ';

        if (*format != '%') {
            console_put(*format);
            continue;
        }
        format++;
        if (*format == '0')
            pad = *format++;
        for (; *format >= '0' && *format <= '9'; format++)
            width = width * 10 + (unsigned)(*format - '0');
        for (; *format == 'l'; format++)
            is_64 = true;
        if (*format == 's')
            put_text(va_arg(arguments, const char *), width);
        else if (*format == 'c')
            console_put((char)va_arg(arguments, int));
        else
            put_number(is_64 ? va_arg(arguments, uint64_t) : va_arg(arguments, unsigned),
                       *format == 'x' ? 16 : 10, width, pad);
    }
    va_end(arguments);
}

/* SPDX-License-Identifier: MIT */
/* Lines of reports, without any table. */
#include <string.h>

#include <page_table64/emit.h>

#include "test.h"

struct heard {
    char text[3 * PT64_LINE_SIZE];
    size_t length;
    size_t pieces;
};

static void hear(void *ctx, const char *text, size_t length)
{
    struct heard *heard = ctx;

    assert_true(heard->length + length < sizeof heard->text);
    memcpy(&heard->text[heard->length], text, length);
    heard->length += length;
    heard->pieces++;
}

/* Ends the line, and expects that it is the text. */
static void expect_line(struct pt64_line *line, const struct heard *heard, const char *text)
{
    pt64_line_put(line, '\n');
    assert_int_equal(heard->length, strlen(text) + 1);
    assert_memory_equal(heard->text, text, strlen(text));
}

#define EXPECT_LINE(text, add, ...)             \
    do {                                        \
        struct heard heard_ = {.length = 0};    \
        struct pt64_line line_;                 \
                                                \
        pt64_line_begin(&line_, hear, &heard_); \
        add(&line_, __VA_ARGS__);               \
        expect_line(&line_, &heard_, text);     \
    } while (0)

TEST_ONCE(sizes_have_the_largest_unit_that_divides_them)
{
    EXPECT_LINE("0B", pt64_line_bytes, 0);
    EXPECT_LINE("1023B", pt64_line_bytes, 1023);
    EXPECT_LINE("1K", pt64_line_bytes, 1024);
    EXPECT_LINE("1025B", pt64_line_bytes, 1025);
    EXPECT_LINE("3M", pt64_line_bytes, UINT64_C(3) << 20);
    EXPECT_LINE("1536M", pt64_line_bytes, UINT64_C(1536) << 20);
    EXPECT_LINE("8E", pt64_line_bytes, UINT64_C(1) << 63);
    EXPECT_LINE("18446744073709551615B", pt64_line_bytes, UINT64_MAX);
}

TEST_ONCE(numbers_have_each_of_their_digits)
{
    EXPECT_LINE("123456789abcdef", pt64_line_hex, UINT64_C(0x0123456789abcdef), 1);
    EXPECT_LINE("0123456789abcdef", pt64_line_hex, UINT64_C(0x0123456789abcdef), 16);
    EXPECT_LINE("fedcba9876543210", pt64_line_hex, UINT64_C(0xfedcba9876543210), 1);
    EXPECT_LINE("0", pt64_line_hex, 0, 1);
    EXPECT_LINE("00f", pt64_line_hex, 15, 3);
    EXPECT_LINE("10", pt64_line_hex, 16, 1);
    EXPECT_LINE("9876543210", pt64_line_decimal, UINT64_C(9876543210));
    EXPECT_LINE("10", pt64_line_decimal, 10);
    EXPECT_LINE("9", pt64_line_decimal, 9);
}

TEST_ONCE(columns_are_at_least_a_space_apart)
{
    struct heard heard = {.length = 0};
    struct pt64_line line;

    pt64_line_begin(&line, hear, &heard);
    pt64_line_word(&line, "ab");
    pt64_line_column(&line, 5);
    pt64_line_word(&line, "c");
    pt64_line_column(&line, 3);
    pt64_line_word(&line, "d\n");
    assert_int_equal(heard.length, 9);
    assert_memory_equal(heard.text, "ab   c d\n", 9);
}

TEST_ONCE(a_line_that_is_too_long_comes_in_pieces)
{
    struct heard heard = {.length = 0};
    struct pt64_line line;

    pt64_line_begin(&line, hear, &heard);
    for (unsigned i = 0; i < PT64_LINE_SIZE - 1; i++)
        pt64_line_put(&line, 'a');
    assert_int_equal(heard.pieces, 0);
    pt64_line_column(&line, PT64_LINE_SIZE + 40);
    assert_int_equal(heard.pieces, 1);
    pt64_line_word(&line, "end\n");
    assert_int_equal(heard.pieces, 2);
    assert_int_equal(heard.length, PT64_LINE_SIZE + 4);
    assert_memory_equal(&heard.text[PT64_LINE_SIZE - 1], " end\n", 5);
}

TEST_ONCE(permissions_are_told_each_in_its_place)
{
    EXPECT_LINE("----", pt64_line_permissions, 0);
    EXPECT_LINE("r---", pt64_line_permissions, PT64_READ);
    EXPECT_LINE("-w--", pt64_line_permissions, PT64_WRITE);
    EXPECT_LINE("--x-", pt64_line_permissions, PT64_EXECUTE);
    EXPECT_LINE("---u", pt64_line_permissions, PT64_USER);
    EXPECT_LINE("rwxu", pt64_line_permissions, PT64_PERMISSIONS);
}

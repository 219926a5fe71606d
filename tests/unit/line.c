/* SPDX-License-Identifier: MIT */
/* Lines of reports, apart from any table. */
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

static void expect_bytes(uint64_t bytes, const char *text)
{
    struct heard heard = {.length = 0};
    struct pt64_line line;

    pt64_line_begin(&line, hear, &heard);
    pt64_line_bytes(&line, bytes);
    pt64_line_put(&line, '\n');
    assert_int_equal(heard.length, strlen(text) + 1);
    assert_memory_equal(heard.text, text, strlen(text));
}

static bool is_first_format(const struct test *t)
{
    return t->s == subjects[0];
}

TEST_IF(is_first_format, sizes_have_the_largest_unit_that_divides_them)
{
    expect_bytes(0, "0B");
    expect_bytes(1023, "1023B");
    expect_bytes(1024, "1K");
    expect_bytes(1025, "1025B");
    expect_bytes(UINT64_C(3) << 20, "3M");
    expect_bytes(UINT64_C(1536) << 20, "1536M");
    expect_bytes(UINT64_C(1) << 63, "8E");
    expect_bytes(UINT64_MAX, "18446744073709551615B");
}

TEST_IF(is_first_format, columns_are_at_least_a_space_apart)
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

TEST_IF(is_first_format, a_line_that_is_too_long_comes_in_pieces)
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

static void expect_permissions(pt64_flags_t flags, const char *text)
{
    struct heard heard = {.length = 0};
    struct pt64_line line;

    pt64_line_begin(&line, hear, &heard);
    pt64_line_permissions(&line, flags);
    pt64_line_put(&line, '\n');
    assert_memory_equal(heard.text, text, 5);
}

TEST_IF(is_first_format, permissions_are_told_each_in_its_place)
{
    expect_permissions(0, "----\n");
    expect_permissions(PT64_READ, "r---\n");
    expect_permissions(PT64_WRITE, "-w--\n");
    expect_permissions(PT64_EXECUTE, "--x-\n");
    expect_permissions(PT64_USER, "---u\n");
    expect_permissions(PT64_PERMISSIONS, "rwxu\n");
}

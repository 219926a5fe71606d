/* SPDX-License-Identifier: MIT */
/* Names for people to read. */
#include "test.h"

#include <page_table64/terms/aarch64.h>
#include <page_table64/terms/aarch64_stage2.h>
#include <page_table64/terms/amdvi.h>
#include <page_table64/terms/armv7.h>
#include <page_table64/terms/armv7_stage2.h>
#include <page_table64/terms/ept.h>
#include <page_table64/terms/i386.h>
#include <page_table64/terms/loongarch64.h>
#include <page_table64/terms/riscv.h>
#include <page_table64/terms/vtd.h>
#include <page_table64/terms/x86_64.h>
#include <string.h>

/* PT64_OK is 0: a status is false if it is no error. */
TEST_ONCE(every_status_has_a_name_of_its_own)
{
    assert_int_equal(PT64_OK, 0);
    for (int a = PT64_OK; a <= PT64_CORRUPT; a++) {
        assert_non_null(pt64_status_name((pt64_status_t)a));
        assert_true(strlen(pt64_status_name((pt64_status_t)a)) > 0);
        for (int b = PT64_OK; b < a; b++)
            assert_string_not_equal(pt64_status_name((pt64_status_t)a),
                                    pt64_status_name((pt64_status_t)b));
    }
}

TEST_ONCE(what_is_no_status_has_a_name_too)
{
    assert_non_null(pt64_status_name((pt64_status_t)(PT64_CORRUPT + 1)));
}

TEST_ONCE(flags_are_told_in_words)
{
    char text[PT64_FLAGS_TEXT_SIZE];

    assert_string_equal(pt64_flags_text(0, text, sizeof text), "----");
    assert_string_equal(pt64_flags_text(PT64_READ | PT64_WRITE, text, sizeof text), "rw--");
    assert_string_equal(pt64_flags_text(PT64_READ | PT64_EXECUTE | PT64_USER, text, sizeof text),
                        "r-xu");
    assert_string_equal(
        pt64_flags_text(PT64_READ | PT64_WRITE | PT64_DEVICE | PT64_GLOBAL, text, sizeof text),
        "rw-- device global");
}

/* The names of an architecture's flags, and flags with the words that they are told by. */
static const struct {
    pt64_flag_name_t name_of;
    pt64_flags_t flags;
    const char *words;
} format_words[] = {
    {pt64_x86_64_flag_name, UINT32_C(5) << 16, " pkey=5"},
    {pt64_x86_64_flag_name, UINT32_C(15) << 16, " pkey=15"},
    {pt64_x86_64_flag_name, UINT32_C(1) << 20, " shadow-stack"},
    {pt64_x86_64_flag_name, UINT32_C(0x1a) << 16, " pkey=10 shadow-stack"},
    {pt64_aarch64_flag_name, UINT32_C(1) << 16, " nGnRnE"},
    {pt64_aarch64_flag_name, UINT32_C(1) << 17, " tagged"},
    {pt64_aarch64_flag_name, UINT32_C(1) << 18, " guarded"},
    {pt64_aarch64_flag_name, UINT32_C(6) << 16, " tagged guarded"},
    {pt64_armv7_flag_name, UINT32_C(1) << 16, " strongly-ordered"},
    {pt64_riscv_flag_name, UINT32_C(1) << 16, " soft2"},
    {pt64_aarch64_stage2_flag_name, UINT32_C(1) << 16, " nGnRnE"},
    {pt64_aarch64_stage2_flag_name, UINT32_C(1) << 19, " execute-el0"},
    {pt64_aarch64_stage2_flag_name, UINT32_C(1) << 20, " execute-el1"},
    {pt64_aarch64_stage2_flag_name, UINT32_C(1) << 21, " as-stage1"},
    {pt64_ept_flag_name, UINT32_C(1) << 16, " ignore-pat"},
    {pt64_ept_flag_name, UINT32_C(1) << 17, " suppress-ve"},
    {pt64_ept_flag_name, UINT32_C(1) << 18, " no-supervisor-execute"},
    {pt64_ept_flag_name, UINT32_C(1) << 19, " no-user-execute"},
    {pt64_vtd_flag_name, UINT32_C(1) << 16, " snoop"},
    {pt64_amdvi_flag_name, UINT32_C(1) << 16, " force-coherent"},
    {pt64_riscv_flag_name, UINT32_C(1) << 17, " soft3"},
    {pt64_riscv_flag_name, UINT32_C(1) << 18, " shadow-stack"},
    {pt64_loongarch64_flag_name, UINT32_C(1) << 16, " plv1"},
    {pt64_loongarch64_flag_name, UINT32_C(1) << 17, " plv2"},
    {pt64_loongarch64_flag_name, UINT32_C(1) << 18, " restricted"},
    {NULL, UINT32_C(5) << 16, " 0x50000"},
    {NULL, UINT32_C(0xa000) << 16, " 0xa0000000"},
    {pt64_x86_64_flag_name, UINT32_C(0x8003) << 16, " pkey=3 0x80000000"},
    {pt64_aarch64_flag_name, UINT32_C(0xb) << 16, " nGnRnE tagged 0x80000"},
};

TEST_ONCE(flags_of_a_format_are_told_by_its_names)
{
    for (size_t i = 0; i < sizeof format_words / sizeof format_words[0]; i++) {
        char text[PT64_FLAGS_TEXT_SIZE];

        pt64_flags_text_by(format_words[i].name_of, PT64_READ | PT64_SOFT1 | format_words[i].flags,
                           text, sizeof text);
        assert_memory_equal(text, "r--- soft1", 10);
        assert_string_equal(text + 10, format_words[i].words);
    }
}

static pt64_flag_name_t names_of(const struct test *t)
{
    if (is_x86(t))
        return is_x86_64(t) ? pt64_x86_64_terms.flag_name : pt64_i386_terms.flag_name;
    if (t->oracle.format.arch == ORACLE_VTD)
        return pt64_vtd_ss_snp_terms.flag_name;
    if (t->oracle.format.arch == ORACLE_EPT)
        return pt64_ept_terms.flag_name;
    if (t->oracle.format.arch == ORACLE_AMDVI)
        return pt64_amdvi_v1_terms.flag_name;
    if (is_aarch64(t))
        return t->oracle.format.stage2 ? pt64_aarch64_stage2_terms.flag_name
                                       : pt64_aarch64_terms.flag_name;
    if (is_armv7(t))
        return t->oracle.format.stage2 ? pt64_armv7_stage2_terms.flag_name
                                       : pt64_armv7_lpae_terms.flag_name;
    return is_riscv(t) ? pt64_riscv_terms.flag_name : pt64_loongarch64_terms.flag_name;
}

TEST(each_flag_of_the_format_has_a_name)
{
    pt64_flag_name_t name_of = names_of(t);

    for (pt64_flags_t left = flags_of(t) & PT64_OWN_FLAGS, mask; left != 0; left &= ~mask) {
        assert_non_null(name_of);
        assert_non_null(name_of(left, &mask));
        assert_int_equal(mask & ~flags_of(t), 0);
        assert_true((left & mask & (0 - left)) != 0);
    }
}

TEST_ONCE(every_flag_shows_in_the_text)
{
    char none[PT64_FLAGS_TEXT_SIZE];
    char text[PT64_FLAGS_TEXT_SIZE];

    pt64_flags_text(0, none, sizeof none);
    EACH_FLAG(flag, SETS_OF_FLAGS - 1)
    assert_string_not_equal(pt64_flags_text(flag, text, sizeof text), none);
}

TEST_ONCE(all_flags_fit_a_buffer_of_the_promised_size)
{
    char exact[PT64_FLAGS_TEXT_SIZE];
    char roomy[4 * PT64_FLAGS_TEXT_SIZE];

    pt64_flags_text(SETS_OF_FLAGS - 1, exact, sizeof exact);
    pt64_flags_text(SETS_OF_FLAGS - 1, roomy, sizeof roomy);
    assert_string_equal(exact, roomy);
    for (size_t i = 0; i < sizeof format_words / sizeof format_words[0]; i++) {
        const pt64_flags_t all = (SETS_OF_FLAGS - 1) | PT64_OWN_FLAGS;

        pt64_flags_text_by(format_words[i].name_of, all, exact, sizeof exact);
        pt64_flags_text_by(format_words[i].name_of, all, roomy, sizeof roomy);
        assert_string_equal(exact, roomy);
    }
}

TEST_ONCE(a_small_buffer_takes_what_fits)
{
    const pt64_flags_t flags = PT64_READ | PT64_WRITE | PT64_DEVICE;
    const char *whole = "rw-- device";

    for (size_t size = 0; size <= strlen(whole) + 2; size++) {
        char text[32];

        memset(text, '!', sizeof text);
        assert_ptr_equal(pt64_flags_text(flags, text, size), text);
        for (size_t i = size; i < sizeof text; i++)
            assert_int_equal(text[i], '!');
        if (size > 0) {
            assert_true(strlen(text) == (size - 1 < strlen(whole) ? size - 1 : strlen(whole)));
            assert_memory_equal(text, whole, strlen(text));
        }
    }
}

TEST_ONCE(alignment_helpers)
{
    assert_int_equal(pt64_align_down(0x1fff, 0x1000), 0x1000);
    assert_int_equal(pt64_align_down(0x2000, 0x1000), 0x2000);
    assert_int_equal(pt64_align_up(0x1001, 0x1000), 0x2000);
    assert_int_equal(pt64_align_up(0x2000, 0x1000), 0x2000);
    assert_int_equal(pt64_align_up(UINT64_MAX, 0x1000), 0);
    assert_int_equal(pt64_align_down(UINT64_MAX, UINT64_C(1) << 63), UINT64_C(1) << 63);
    assert_true(pt64_is_aligned(0, PT64_SIZE_1G));
    assert_true(pt64_is_aligned(PT64_SIZE_2M, PT64_SIZE_2M));
    assert_false(pt64_is_aligned(PT64_SIZE_2M, PT64_SIZE_1G));
    assert_false(pt64_is_aligned(1, 2));
}

TEST_ONCE(sizes_are_what_they_say)
{
    assert_true(PT64_SIZE_4K == UINT64_C(4) * 1024 && PT64_SIZE_16K == UINT64_C(16) * 1024);
    assert_true(PT64_SIZE_64K == UINT64_C(64) * 1024);
    assert_true(PT64_SIZE_2M == UINT64_C(2) * 1024 * 1024);
    assert_true(PT64_SIZE_32M == UINT64_C(32) * 1024 * 1024);
    assert_true(PT64_SIZE_512M == UINT64_C(512) * 1024 * 1024);
    assert_true(PT64_SIZE_1G == UINT64_C(1024) * 1024 * 1024);
    assert_true(PT64_SIZE_64G == 64 * PT64_SIZE_1G && PT64_SIZE_512G == 512 * PT64_SIZE_1G);
    assert_true(PT64_SIZE_4T == 4096 * PT64_SIZE_1G && PT64_SIZE_256T == 262144 * PT64_SIZE_1G);
}

/* SPDX-License-Identifier: MIT */
/* name_dump and name_scan, line by line. */
#include "report.h"

/* A physical address that suits any page size and is no frame of the arena. */
/* The line of a run, as the reference describes it for name_dump. */
static void expect_line(const char *text, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,
                        const char *rest)
{
    char line[200];
    int digits = (int)(meta()->limits.paddr_bits + 3) / 4;

    snprintf(line, sizeof(line), "%016lx-%016lx  %0*lx-%0*lx  ", vaddr, vaddr + (bytes - 1), digits,
             paddr, digits, paddr + (bytes - 1));
    text = strstr(text, line);
    if (text == NULL)
        fail_msg("no line begins with «%s»", line);
    text += strlen(line);
    while (*rest != '\0') {
        /* A blank in the expectation stands for any number of blanks. */
        if (*rest == ' ') {
            assert_int_equal(*text, ' ');
            while (*text == ' ')
                text++;
            rest++;
        } else {
            if (*text != *rest)
                fail_msg("«%.60s» is not «%s»", text, rest);
            text++;
            rest++;
        }
    }
}

static unsigned lines_of(const char *text)
{
    unsigned lines = 0;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static const char *size_name(uint64_t bytes, char name[24])
{
    unsigned unit = 0;

    for (; bytes % 1024 == 0; unit++)
        bytes /= 1024;
    snprintf(name, 24, "%lu%c", bytes, "BKMGTP"[unit]);
    return name;
}

static void an_empty_table_has_no_line(void **state)
{
    assert_string_equal(dump(*state), "");
}

/* A page at physical 0, or an entry that no walker understands. Only an entry of 0 has no line. */
static void an_entry_of_one_has_a_line(void **state)
{
    struct bench *bench = *state;

    map(bench, base(), SOMEWHERE, page_size(), RW);
    plant(bench, base(), 0, 1);
    assert_true(strlen(dump(bench)) > 0);
}

static void a_table_without_root_says_so(void **state)
{
    struct bench *bench = *state;
    pt64_paddr_t root = space_release(&bench->table);

    assert_string_equal(dump(bench), "there is no root\n");
    assert_int_equal(space_adopt(&bench->table, root, &bench->arena), PT64_OK);
}

static void each_page_size_has_its_line(void **state)
{
    struct bench *bench = *state;

    for (unsigned level = 0; level < meta()->limits.leaf_levels; level++) {
        uint64_t size = pt64_slot_size(meta(), level);
        pt64_vaddr_t vaddr =
            base() + 8 * level * pt64_slot_size(meta(), meta()->limits.leaf_levels - 1);
        char name[24], rest[80];

        if (pt64_slot_size(meta(), meta()->limits.leaf_levels - 1) >=
            pt64_slot_size(meta(), root_level()) / 8)
            vaddr = base() + level * pt64_slot_size(meta(), root_level());
        if (size > SOMEWHERE)
            continue;
        map(bench, vaddr, SOMEWHERE, size, RW);
        size_name(size, name);
        snprintf(rest, sizeof(rest), "%s %s %s- normal ", name, name, RW_TEXT);
        expect_line(dump(bench), vaddr, SOMEWHERE, size, rest);
    }
}

static void a_run_of_two_page_sizes_is_one_line(void **state)
{
    struct bench *bench = *state;
    pt64_vaddr_t vaddr = base() + huge_size() - 2 * page_size();
    char small[24], huge[24], rest[80], all[24];

    map(bench, vaddr, SOMEWHERE - 2 * page_size(), huge_size() + 2 * page_size(), RX);
    snprintf(rest, sizeof(rest), "%s %s+%s %s normal ",
             size_name(huge_size() + 2 * page_size(), all), size_name(page_size(), small),
             size_name(huge_size(), huge), RX & PT64_EXECUTE ? "r-x-" : "r---");
    assert_int_equal(lines_of(dump(bench)), 1);
    expect_line(dump(bench), vaddr, SOMEWHERE - 2 * page_size(), huge_size() + 2 * page_size(),
                rest);
}

static void what_differs_has_lines_of_its_own(void **state)
{
    struct bench *bench = *state;
    uint64_t page = page_size();

    map(bench, base(), SOMEWHERE, page, RW);
    map(bench, base() + page, SOMEWHERE + page, page, RX);
    map(bench, base() + 2 * page, SOMEWHERE + 4 * page, page, RX);
    map(bench, base() + 4 * page, SOMEWHERE + 6 * page, page, RX);
    assert_int_equal(lines_of(dump(bench)), 4);
    expect_line(dump(bench), base() + 4 * page, SOMEWHERE + 6 * page, page, "");
}

/* Every set of flags that the format can encode, one page each. */
static void every_flag_is_told(void **state)
{
    struct bench *bench = *state;
    static const struct {
        pt64_flags_t flag;
        const char *word;
    } words[] = {
        {PT64_DEVICE, " device "},
        {PT64_UNCACHED, " uncached "},
        {PT64_WRITE_COMBINE, " write-combine "},
        {PT64_GLOBAL, " global"},
        {PT64_SOFT0, " soft0"},
        {PT64_SOFT1, " soft1"},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!(space_flags() & words[i].flag))
            continue;
        map(bench, base(), SOMEWHERE, page_size(), RW | words[i].flag);
        assert_non_null(strstr(dump(bench), words[i].word));
        assert_int_equal(space_unmap_region(&bench->guard, base(), page_size()), PT64_OK);
    }
    if (space_flags() & PT64_USER) {
        map(bench, base(), SOMEWHERE, page_size(), RW | PT64_USER);
        expect_line(dump(bench), base(), SOMEWHERE, page_size(), "");
        assert_non_null(strstr(dump(bench), GRANTS == 0 ? " rw-u " : " rwxu "));
    }
}

/* Maps a page with the flag, and what else it needs to be encoded. False if there is no such page.
 */
static bool map_with(struct bench *bench, pt64_flags_t flag)
{
    const pt64_flags_t others[] = {RW, PT64_READ,      RW | PT64_DEVICE,
                                   RX, RW | PT64_USER, PT64_READ | PT64_USER};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (chosen_pte.can_encode(&meta()->limits, others[i] | flag, 0)) {
            map(bench, base(), SOMEWHERE, page_size(), others[i] | flag);
            return true;
        }
    return false;
}

/* Those of memory types are told by the register that the terms have: tagged memory is ordinary. */
static void flags_of_the_format_are_told_by_name(void **state)
{
    struct bench *bench = *state;
    static const struct {
        enum oracle_arch arch;
        pt64_flags_t flags;
        const char *words;
    } words[] = {
        {ORACLE_X86_64, UINT32_C(5) << 16, " pkey=5\n"},
        {ORACLE_X86_64, UINT32_C(15) << 16, " pkey=15\n"},
        {ORACLE_X86_64, UINT32_C(1) << 20, " shadow-stack\n"},
        {ORACLE_AARCH64, UINT32_C(1) << 16, " nGnRnE\n"},
        {ORACLE_AARCH64, UINT32_C(1) << 17, " normal "},
        {ORACLE_AARCH64, UINT32_C(1) << 18, " guarded\n"},
        {ORACLE_AARCH64, UINT32_C(1) << 19, " execute-el0\n"},
        {ORACLE_AARCH64, UINT32_C(1) << 20, " execute-el1\n"},
        {ORACLE_AARCH64, UINT32_C(1) << 21, " as-stage1\n"},
        {ORACLE_ARMV7, UINT32_C(1) << 16, " strongly-ordered\n"},
        {ORACLE_RISCV, UINT32_C(1) << 16, " soft2\n"},
        {ORACLE_RISCV, UINT32_C(1) << 17, " soft3\n"},
        {ORACLE_RISCV, UINT32_C(1) << 18, " shadow-stack\n"},
        {ORACLE_LOONGARCH64, UINT32_C(1) << 16, " plv1\n"},
        {ORACLE_LOONGARCH64, UINT32_C(1) << 17, " plv2\n"},
        {ORACLE_LOONGARCH64, UINT32_C(1) << 18, " restricted\n"},
        {ORACLE_VTD, UINT32_C(1) << 16, " snoop\n"},
        {ORACLE_AMDVI, UINT32_C(1) << 16, " force-coherent\n"},
        {ORACLE_EPT, UINT32_C(1) << 16, " ignore-pat\n"},
        {ORACLE_EPT, UINT32_C(1) << 17, " suppress-ve\n"},
        {ORACLE_EPT, UINT32_C(1) << 18, " no-supervisor-execute\n"},
        {ORACLE_EPT, UINT32_C(1) << 19, " no-user-execute\n"},
    };
    pt64_flags_t told = 0;

    skip_unless(space_flags() & PT64_OWN_FLAGS, "flags of its own");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (bench->oracle.format.arch != words[i].arch ||
            (space_flags() & words[i].flags) != words[i].flags)
            continue;
        assert_true(map_with(bench, words[i].flags));
        assert_int_equal(lines_of(dump(bench)), 1);
        assert_non_null(strstr(bench->heard.text, words[i].words));
        assert_int_equal(space_unmap_region(&bench->guard, base(), page_size()), PT64_OK);
        told |= words[i].flags;
    }
    assert_int_equal(told, space_flags() & PT64_OWN_FLAGS);
}

static void accessed_pages_are_counted(void **state)
{
    struct bench *bench = *state;
    uint64_t page = page_size();

    skip_unless(space_flags() & PT64_ACCESSED, "an accessed flag");
    map(bench, base(), SOMEWHERE, page, RW | PT64_ACCESSED);
    map(bench, base() + page, SOMEWHERE + page, page, RW);
    map(bench, base() + 4 * page, SOMEWHERE, page, RW | PT64_ACCESSED);
    map(bench, base() + 8 * page, SOMEWHERE, page, RW);
    dump(bench);
    assert_int_equal(lines_of(bench->heard.text), 3);
    assert_non_null(strstr(bench->heard.text, " a-"));
    assert_non_null(strstr(bench->heard.text, " A-"));
    assert_non_null(strstr(bench->heard.text, " --"));
}

static void dirty_pages_are_counted(void **state)
{
    struct bench *bench = *state;
    uint64_t page = page_size();
    pt64_flags_t both = RW | PT64_ACCESSED | PT64_DIRTY;

    skip_unless(space_flags() & PT64_DIRTY, "a dirty flag");
    map(bench, base(), SOMEWHERE, page, both);
    map(bench, base() + page, SOMEWHERE + page, page, RW);
    map(bench, base() + 4 * page, SOMEWHERE, page, both);
    dump(bench);
    assert_non_null(strstr(bench->heard.text, " ad"));
    assert_non_null(strstr(bench->heard.text, " AD"));
}

/* The highest addresses of the space, whose exclusive end is 0. */
static void the_last_page_has_its_line(void **state)
{
    struct bench *bench = *state;
    pt64_vaddr_t last = meta()->space == PT64_SPACE_LOWER
                            ? ((pt64_vaddr_t)1 << meta()->limits.vaddr_bits) - page_size()
                            : 0 - page_size();

    map(bench, last, SOMEWHERE, page_size(), RW);
    expect_line(dump(bench), last, SOMEWHERE, page_size(), "");
}

static void a_lost_table_has_a_line_and_the_rest_is_shown(void **state)
{
    struct bench *bench = *state;
    pt64_vaddr_t after = base() + pt64_slot_size(meta(), root_level());

    map(bench, base(), SOMEWHERE, page_size(), RW);
    map(bench, after, SOMEWHERE, page_size(), RW);
    plant(bench, base(), root_level(),
          chosen_pte.link(&chosen_meta.limits, SOMEWHERE, root_level()));
    dump(bench);
    assert_int_equal(lines_of(bench->heard.text), 2);
    assert_non_null(strstr(bench->heard.text, ": the table it links is not memory\n"));
    expect_line(bench->heard.text, after, SOMEWHERE, page_size(), "");
}

static void an_entry_without_meaning_has_a_line(void **state)
{
    struct bench *bench = *state;
    pt64_entry_t good;

    map(bench, base(), SOMEWHERE, huge_size(), RW);
    good = entry_at(bench, base(), 1);
    for (unsigned bit = 0; bit < 8 * meta()->entry_bytes; bit++) {
        pt64_entry_t entry = good ^ (pt64_entry_t)1 << bit;

        plant(bench, base(), 1, entry);
        if (chosen_pte.wrong(&chosen_meta.limits, entry, 1, huge_size()) != 0 &&
            chosen_pte.kind(&chosen_meta.limits, entry, 1) != PT64_LINK) {
            dump(bench);
            if (strstr(bench->heard.text, "reserved bits set") == NULL &&
                strstr(bench->heard.text, "malformed") == NULL &&
                strstr(bench->heard.text, "not followed here") == NULL &&
                strstr(bench->heard.text, "until V is set") == NULL)
                fail_msg("bit %u: «%s»", bit, bench->heard.text);
        }
        plant(bench, base(), 1, good);
    }
}

/* Taken for a node at level 0, a node links the sink in each slot: an absent entry of no page. */
static enum pt64_walk count_entry(void *arg, const struct pt64_seen *seen)
{
    *(unsigned *)arg += seen->sight != PT64_SIGHT_FOREIGN;
    return PT64_WALK_ON;
}

static void what_is_not_present_has_its_lines(void **state)
{
    struct bench *bench = *state;
    pt64_vaddr_t vaddr = base();
    char line[80], rest[80], size[24];

    map(bench, vaddr, SOMEWHERE, page_size(), RW);
    map(bench, vaddr + page_size(), SOMEWHERE + page_size(), 2 * page_size(), 0);
    space_begin(&bench->guard, &bench->table);
    assert_int_equal(space_mark(&bench->guard, vaddr + 3 * page_size(), page_size(), 0x77, NULL),
                     PT64_OK);
    space_commit(&bench->guard);
    map(bench, vaddr + 4 * page_size(), SOMEWHERE, page_size(), RW);
    plant(bench, vaddr + 4 * page_size(), 0, UINT64_C(0x00100000));
    dump(bench);
    assert_int_equal(lines_of(dump(bench)), 4);
    snprintf(rest, sizeof(rest), "%s", size_name(2 * page_size(), size));
    expect_line(dump(bench), vaddr + page_size(), SOMEWHERE + page_size(), 2 * page_size(), rest);
    assert_non_null(strstr(dump(bench), "----"));
    assert_non_null(strstr(dump(bench), " hidden\n"));
    snprintf(line, sizeof(line), "%016lx-%016lx  mark 0x77\n", vaddr + 3 * page_size(),
             vaddr + 4 * page_size() - 1);
    assert_non_null(strstr(dump(bench), line));
    assert_non_null(strstr(dump(bench), ": not present, kept by other software\n"));
    assert_non_null(strstr(explain(bench, vaddr + page_size()), "hidden, physical address 0x"));
    assert_non_null(
        strstr(explain(bench, vaddr + 3 * page_size()), "no page, but the mark 0x77\n"));
    assert_non_null(strstr(explain(bench, vaddr + 4 * page_size()), "no page\n"));
}

/* The number of levels bounds the walk. A root of few entries cannot be taken for another node. */
static void a_table_that_links_itself_has_an_end(void **state)
{
    struct bench *bench = *state;
    unsigned entries = 0;
    pt64_vaddr_t vaddr = base();
    struct pt64_trace trace;
    unsigned level = root_level();

    map(bench, vaddr, SOMEWHERE, page_size(), RW);
    space_trace(&bench->table, vaddr, &trace);
    if (pt64_node_entries(meta(), &meta()->limits, level) <
        pt64_node_entries(meta(), &meta()->limits, 0))
        level--;
    plant(bench, vaddr, level,
          chosen_pte.link(&chosen_meta.limits, trace.steps[level].table, level));
    assert_int_equal(space_scan(&bench->table, count_entry, &entries), PT64_OK);
    assert_in_range(entries, 1, 2 * PT64_MAX_LEVELS);
    assert_non_null(explain(bench, vaddr));
}

static enum pt64_walk skip_tables(void *arg, const struct pt64_seen *seen)
{
    ++*(unsigned *)arg;
    return seen->sight == PT64_SIGHT_LINK ? PT64_WALK_SKIP : PT64_WALK_ON;
}

static enum pt64_walk stop_at_once(void *arg, const struct pt64_seen *seen)
{
    (void)seen;
    ++*(unsigned *)arg;
    return PT64_WALK_STOP;
}

static void a_scan_skips_and_stops_when_told(void **state)
{
    struct bench *bench = *state;
    unsigned entries = 0;

    map(bench, base(), SOMEWHERE, 3 * page_size(), RW);
    map(bench, base() + pt64_slot_size(meta(), root_level()), SOMEWHERE, page_size(), RW);
    assert_int_equal(space_scan(&bench->table, skip_tables, &entries), PT64_OK);
    assert_int_equal(entries, 2);
    entries = 0;
    assert_int_equal(space_scan(&bench->table, stop_at_once, &entries), PT64_OK);
    assert_int_equal(entries, 1);
}

/* Every blank must be right: the README of ptdump shows lines of this kind. */
static void lines_look_as_they_are_shown(void **state)
{
    struct bench *bench = *state;
    pt64_flags_t history = PT64_ACCESSED | PT64_DIRTY;

    skip_unless(strcmp(chosen_id, "x86_64_la48") == 0, "x86_64_la48");
    for (unsigned i = 0; i < 5; i++)
        map(bench, 0x100000 + i * 0x1000, 0x100000 + i * 0x1000, 0x1000,
            PT64_READ | PT64_EXECUTE | history);
    map(bench, 0xfee00000, 0xfee00000, 0x1000, RW | PT64_DEVICE | PT64_USER | PT64_ACCESSED);
    map(bench, 0x40000000, 0x3fffff000, 0x1000, RW | PT64_WRITE_COMBINE | PT64_GLOBAL | history);
    map(bench, 0x40001000, 0x400000000, 0x1000, RW | PT64_WRITE_COMBINE | PT64_GLOBAL);
    map(bench, 0x40200000, 0x400200000, 0x200000, PT64_READ | PT64_SOFT0 | PT64_SOFT1);
    plant(bench, UINT64_C(0x8000000000), 3, chosen_pte.link(&chosen_meta.limits, SOMEWHERE, 3));
    assert_string_equal(
        dump(bench),
        "0000000000100000-0000000000104fff  0000000100000-0000000104fff  20K       4K        r-x-  "
        "normal        AD\n"
        "0000000040000000-0000000040001fff  00003fffff000-0000400000fff  8K        4K        rw--  "
        "write-combine ad global\n"
        "0000000040200000-00000000403fffff  0000400200000-00004003fffff  2M        2M        r---  "
        "normal        -- soft0 soft1\n"
        "00000000fee00000-00000000fee00fff  00000fee00000-00000fee00fff  4K        4K        rw-u  "
        "device        A-\n"
        "0000008000000000-000000ffffffffff  PML4E 0000002000000007: the table it links is not "
        "memory\n");
}

/* A bit that must not be set in a huge page, and does not change its address and flags; or 0. */
static uint64_t wrong_bit(uint64_t leaf)
{
    for (unsigned bit = 0; bit < 8 * meta()->entry_bytes; bit++) {
        uint64_t entry = leaf ^ UINT64_C(1) << bit;

        if (chosen_pte.kind(&chosen_meta.limits, entry, 1) == PT64_LEAF &&
            chosen_pte.wrong(&chosen_meta.limits, entry, 1, huge_size()) != 0 &&
            chosen_pte.leaf_address(entry, 1) == chosen_pte.leaf_address(leaf, 1) &&
            chosen_pte.decode(entry, 1) == chosen_pte.decode(leaf, 1))
            return entry ^ leaf;
    }
    return 0;
}

static void a_page_with_reserved_bits_has_a_line_of_its_own(void **state)
{
    struct bench *bench = *state;
    pt64_entry_t good;
    unsigned lines = 0;

    for (unsigned i = 0; i < 3; i++)
        map(bench, base() + i * huge_size(), SOMEWHERE + i * huge_size(), huge_size(), RW);
    good = entry_at(bench, base() + huge_size(), 1);
    skip_unless(wrong_bit(good) != 0, "a bit that is wrong in a page");
    plant(bench, base() + huge_size(), 1, good ^ wrong_bit(good));
    for (const char *at = dump(bench); (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 3);
}

static int test_dump(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_look_as_they_are_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(a_page_with_reserved_bits_has_a_line_of_its_own, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_empty_table_has_no_line, setup, teardown),
        cmocka_unit_test_setup_teardown(an_entry_of_one_has_a_line, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_present_has_its_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_without_root_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(each_page_size_has_its_line, setup, teardown),
        cmocka_unit_test_setup_teardown(a_run_of_two_page_sizes_is_one_line, setup, teardown),
        cmocka_unit_test_setup_teardown(what_differs_has_lines_of_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(every_flag_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(flags_of_the_format_are_told_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(accessed_pages_are_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(dirty_pages_are_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(the_last_page_has_its_line, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lost_table_has_a_line_and_the_rest_is_shown, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_entry_without_meaning_has_a_line, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_that_links_itself_has_an_end, setup, teardown),
        cmocka_unit_test_setup_teardown(a_scan_skips_and_stops_when_told, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

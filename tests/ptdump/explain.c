/* SPDX-License-Identifier: MIT */
/* name_explain and name_trace, compared with a page walk that is written from the manuals. */
#include "report.h"

/* The places of entries with random bits. */
struct planted {
    pt64_vaddr_t vaddr;
    unsigned level; /* the lowest level that has such an entry */
};

/* Random numbers that are the same in each run. */
static uint64_t random_word(void)
{
    static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* ---- text ---- */

static void each_step_is_told(void **state)
{
    struct bench *bench = *state;
    pt64_vaddr_t vaddr = base() + 3 * page_size();
    struct pt64_trace trace;
    const char *text;

    map(bench, vaddr, SOMEWHERE + page_size(), page_size(), RW);
    text = explain(bench, vaddr + 5);
    space_trace(&bench->table, vaddr + 5, &trace);
    assert_int_equal(trace.end, PT64_END_LEAF);
    assert_int_equal(trace.level, 0);
    for (unsigned level = meta()->limits.levels; level-- > 0;) {
        const struct pt64_step *step = &trace.steps[level];
        char line[160];
        pt64_entry_t entry = entry_at(bench, vaddr, level);

        assert_int_equal(step->index, pt64_index(meta(), &meta()->limits, vaddr, level));
        assert_int_equal(step->entry, entry);
        snprintf(line, sizeof(line), "%s: table 0x%lx, index %zu, entry 0x%016lx\n",
                 chosen_terms.level_name(meta(), level), step->table, step->index, entry);
        text = strstr(text, line);
        if (text == NULL)
            fail_msg("missing, or out of order: %s", line);
    }
    {
        char line[80];

        snprintf(line, sizeof(line), "physical address 0x%lx, in the ",
                 SOMEWHERE + page_size() + 5);
        text = strstr(text, line);
        assert_non_null(text);
        assert_non_null(strstr(text, GRANTS == 0 ? ": rw--\n" : ": rwx-\n"));
    }
}

static void an_unmapped_address_faults_in_every_way(void **state)
{
    struct bench *bench = *state;
    const char *text;
    unsigned faults = 0;

    map(bench, base(), SOMEWHERE, page_size(), RW);
    for (text = explain(bench, base() + page_size()); (text = strstr(text, " faults")) != NULL;
         text++)
        faults++;
    assert_in_range(faults, 6, 8);
    assert_null(strstr(bench->heard.text, "succeeds"));
    assert_non_null(
        strstr(explain(bench, base() + pt64_slot_size(meta(), root_level())), "no page\n"));
}

static void an_address_of_no_half_is_refused(void **state)
{
    struct bench *bench = *state;
    pt64_vaddr_t bad = (pt64_vaddr_t)1 << 62;

    assert_string_equal(explain(bench, bad),
                        "virtual address 0x4000000000000000\n"
                        "not an address that this table translates: every access faults\n");
}

static void a_table_without_root_is_told(void **state)
{
    struct bench *bench = *state;
    pt64_paddr_t root = space_release(&bench->table);

    assert_non_null(
        strstr(explain(bench, base()), "\nthere is no memory where the root should be\n"));
    assert_null(strstr(bench->heard.text, "index"));
    assert_int_equal(space_adopt(&bench->table, root, &bench->arena), PT64_OK);
}

static void a_lost_table_is_told(void **state)
{
    struct bench *bench = *state;
    char lost[60];

    map(bench, base(), SOMEWHERE, page_size(), RW);
    plant(bench, base(), 1, chosen_pte.link(&chosen_meta.limits, SOMEWHERE, 1));
    snprintf(lost, sizeof(lost), "there is no memory at 0x%lx", SOMEWHERE);
    assert_non_null(strstr(explain(bench, base()), lost));
}

/* ---- pages of extensions ---- */

/* RISC-V "Svnapot": PTE.N is bit 63, and PPN[3:0] = 1000 (bits 13:10) makes a page of 64 KiB. Other
 * patterns and other levels are reserved. On XuanTie bit 63 has another meaning. */
#define NAPOT_N    (UINT64_C(1) << 63)
#define NAPOT_SIZE (UINT64_C(8) << 10)

static bool has_napot(void)
{
    return strncmp(chosen_id, "riscv", 5) == 0 && strstr(chosen_id, "xuantie") == NULL &&
           meta()->entry_bytes == 8;
}

static void a_napot_page_is_called_one(void **state)
{
    struct bench *bench = *state;

    skip_unless(has_napot(), "RISC-V with bit 63 of Svnapot");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    change(bench, base(), 0, 0, NAPOT_N | NAPOT_SIZE);
    assert_non_null(strstr(dump(bench), ": a 64K page by Svnapot (N is 1), which is not followed"));
    assert_non_null(strstr(explain(bench, base()), "Svnapot: part of a 64K page"));
    assert_non_null(strstr(bench->heard.text, "0x2000000000 address of the 64K page\n"));
    assert_non_null(strstr(bench->heard.text, "faults: N is 1, which only a hart with Svnapot"));
}

static void what_is_no_napot_page_is_malformed(void **state)
{
    struct bench *bench = *state;

    skip_unless(has_napot(), "RISC-V with bit 63 of Svnapot");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    change(bench, base(), 0, 0, NAPOT_N);
    assert_non_null(strstr(dump(bench), ": malformed, every access faults"));
    assert_non_null(strstr(explain(bench, base()), "faults: the entry is malformed"));
    assert_null(strstr(bench->heard.text, "Svnapot"));
}

/* ---- verdicts ---- */

/* RISC-V "Shadow Stack (SS) pages": W alone is a shadow stack with Zicfiss, otherwise reserved. */
static void a_shadow_stack_page_is_called_one(void **state)
{
    struct bench *bench = *state;

    skip_unless(strncmp(chosen_id, "riscv", 5) == 0 && strstr(chosen_id, "zicfiss") == NULL &&
                    strstr(chosen_id, "x4") == NULL,
                "RISC-V's first stage, without Zicfiss");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    change(bench, base(), 0, UINT64_C(2), 0);
    assert_non_null(strstr(dump(bench), ": a shadow stack by Zicfiss (W is 1 without R)"));
    assert_non_null(strstr(explain(bench, base()),
                           "faults: W is 1 without R, which only a hart with Zicfiss follows"));
}

/* RISC-V "Svrsw60t59b": two more bits for software. */
static void bits_that_another_hart_leaves_to_software_are_told(void **state)
{
    struct bench *bench = *state;

    skip_unless(has_napot() && strstr(chosen_id, "svrsw60t59b") == NULL,
                "RISC-V with bit 63 of Svnapot, without Svrsw60t59b");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    change(bench, base(), 0, 0, UINT64_C(1) << 59);
    assert_non_null(strstr(dump(bench), ": in use by Svrsw60t59b (60:59 are not 0)"));
    assert_non_null(strstr(explain(bench, base()),
                           "faults: 60:59 are not 0, which only a hart with Svrsw60t59b follows"));
}

/* LoongArch volume 1, 5.4.5: LDPTE halves the page of the lowest directory. */
static void a_huge_page_above_the_lowest_directory_is_told(void **state)
{
    struct bench *bench = *state;
    pt64_vaddr_t vaddr = base() + pt64_slot_size(meta(), 2);

    skip_unless(strncmp(chosen_id, "loongarch", 9) == 0, "LoongArch");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    plant(bench, vaddr, 2,
          chosen_pte.leaf(&chosen_meta.limits, RW, 2) + chosen_pte.address(SOMEWHERE, 2));
    assert_non_null(strstr(dump(bench), ": a huge page above the lowest directory"));
    assert_non_null(strstr(explain(bench, vaddr), "faults: H is 1 above the lowest directory"));
}

/* P is present, V accessed, D dirty, W writable. */
static void a_page_that_was_written_sets_nothing_more(void **state)
{
    struct bench *bench = *state;

    skip_unless(strstr(chosen_id, "hptw") != NULL, "LoongArch's hardware walker");
    map(bench, base(), SOMEWHERE, page_size(), RW | PT64_ACCESSED | PT64_DIRTY);
    assert_non_null(strstr(explain(bench, base()), "kernel write    succeeds\n"));
    map(bench, base() + page_size(), SOMEWHERE, page_size(), RW | PT64_ACCESSED);
    assert_non_null(strstr(explain(bench, base() + page_size()),
                           "kernel write    succeeds, and sets D, because W is 1"));
}

static enum oracle_arch bench_arch(void)
{
    struct oracle_format format;

    assert_true(oracle_parse(chosen_id, &format));
    return format.arch;
}

static bool is_refused(struct bench *bench, pt64_vaddr_t vaddr, pt64_flags_t access)
{
    struct pt64_trace trace;

    space_trace(&bench->table, vaddr, &trace);
    return chosen_terms.judge(meta(), &trace, access).faults;
}

static void compare_right(struct bench *bench, const struct planted *planted, bool allowed,
                          pt64_flags_t access, const char *what)
{
    if (is_refused(bench, planted->vaddr, access) == allowed)
        fail_msg("%s is %s by the hardware:\n%s", what, allowed ? "allowed" : "refused",
                 explain(bench, planted->vaddr));
}

static void compare_rights(struct bench *bench, const struct planted *planted,
                           const struct oracle_access *rights, pt64_flags_t who)
{
    const char *user = who == PT64_USER ? "user" : "kernel";
    char what[40];

    snprintf(what, sizeof(what), "%s read", user);
    compare_right(bench, planted, rights->read, who | PT64_READ, what);
    snprintf(what, sizeof(what), "%s write", user);
    compare_right(bench, planted, rights->write, who | PT64_WRITE, what);
    snprintf(what, sizeof(what), "%s execute", user);
    compare_right(bench, planted, rights->execute, who | PT64_EXECUTE, what);
}

struct sought {
    pt64_vaddr_t vaddr;
    struct pt64_seen seen;
    bool found;
};

static enum pt64_walk seek(void *arg, const struct pt64_seen *seen)
{
    struct sought *sought = arg;

    if (seen->sight != PT64_SIGHT_LEAF || sought->vaddr - seen->slot.vaddr >= seen->slot.size)
        return PT64_WALK_ON;
    sought->seen = *seen;
    sought->found = true;
    return PT64_WALK_STOP;
}

/* LoongArch: a page that software has not marked dirty yet (W, not D) counts as writable. */
static bool is_yet_to_be_dirty(const struct oracle_page *page)
{
    return bench_arch() == ORACLE_LOONGARCH64 && (page->entry >> 8 & 1) != 0;
}

/* LoongArch: a page of PLV1 or PLV2 alone, neither of which is the kernel's or user code's. */
static bool is_of_middle_level(const struct oracle_page *page)
{
    return page->restricted && (page->plv == 1 || page->plv == 2);
}

/* AArch64 stage 2: a page that one of the two levels may execute. */
static bool may_be_executed(const struct oracle_page *page, const struct oracle_access *rights)
{
    if (strstr(chosen_id, "stage2") != NULL)
        return page->kernel.execute || page->user.execute;
    return rights->execute;
}

/* The flags give the permissions of the privilege level that they name. */
static void compare_flags(struct bench *bench, const struct planted *planted,
                          const struct oracle_page *page)
{
    struct sought sought = {planted->vaddr, {.level = 0}, false};
    const struct oracle_access *rights;
    pt64_flags_t flags;

    assert_int_equal(space_scan(&bench->table, seek, &sought), PT64_OK);
    assert_true(sought.found);
    flags = sought.seen.slot.flags;
    rights = flags & PT64_USER ? &page->user : &page->kernel;
    if (!is_of_middle_level(page) &&
        (((flags & PT64_READ) != 0) != rights->read ||
         (((flags & PT64_WRITE) != 0) != rights->write && !is_yet_to_be_dirty(page)) ||
         ((flags & PT64_EXECUTE) != 0) != may_be_executed(page, rights)))
        fail_msg("flags 0x%x:\n%s", flags, explain(bench, planted->vaddr));
    assert_int_equal(sought.seen.slot.paddr, page->paddr);
    assert_int_equal(sought.seen.slot.vaddr, page->vaddr);
    assert_int_equal(sought.seen.slot.size, page->size);
}

/* ARMv7: with an access flag that is clear, until software has set it. */
static bool faults_until_accessed(const struct oracle_page *page)
{
    return bench_arch() == ORACLE_ARMV7 && (chosen_pte.flags & PT64_ACCESSED) != 0 &&
           !page->accessed;
}

/* A second stage of RISC-V or x86-64, and LoongArch's LVZ: one set of permissions is of both
 * privileges of the guest. */
static bool is_of_both_privileges(void)
{
    return bench_arch() == ORACLE_EPT || bench_arch() == ORACLE_NPT ||
           strstr(chosen_id, "lvz") != NULL ||
           (bench_arch() == ORACLE_RISCV && strstr(chosen_id, "x4") != NULL);
}

/* With EPT's mode-based execute control one of the privileges may be refused execution. */
static struct oracle_access rights_of(const struct oracle_page *page, bool is_user)
{
    struct oracle_access rights = is_user && !is_of_both_privileges() ? page->user : page->kernel;

    if (is_user ? page->no_user_execute : page->no_supervisor_execute)
        rights.execute = false;
    return rights;
}

/* Returns true if hardware found a page, so that there was something to compare. */
static bool compare(struct bench *bench, const struct planted *planted)
{
    static const struct oracle_access nothing;
    struct oracle_access kernel;
    struct oracle_access user;
    struct oracle_page page;
    bool is_stopped;

    switch (oracle_walk(&bench->oracle, space_root(&bench->table), planted->vaddr, &page, NULL)) {
    case ORACLE_PAGE:
        is_stopped = faults_until_accessed(&page);
        kernel = rights_of(&page, false);
        user = rights_of(&page, true);
        compare_rights(bench, planted, is_stopped ? &nothing : &kernel, 0);
        compare_rights(bench, planted, is_stopped ? &nothing : &user, PT64_USER);
        compare_flags(bench, planted, &page);
        return true;
    case ORACLE_FAULT:
        compare_rights(bench, planted, &nothing, 0);
        compare_rights(bench, planted, &nothing, PT64_USER);
        return false;
    default:
        return false;
    }
}

/* A word with a few of its bits changed, among them those for permissions. */
static uint64_t disturbed(uint64_t word)
{
    uint64_t mask = random_word() & random_word();

    return word ^
           (mask & entry_mask() &
            (random_word() & 1 ? UINT64_C(0xfff8000000000fff) : UINT64_C(0x0000000000000fff)) &
            (random_word() | random_word()));
}

static void disturb(struct bench *bench, const struct planted *planted)
{
    for (unsigned level = planted->level; level <= root_level(); level++) {
        pt64_slot_t *slot = slot_of(bench, planted->vaddr, level);
        pt64_entry_t good = entry_in(slot);
        pt64_entry_t entry = disturbed(good);

        /* Only while the entry links the same node, or is a page. In most formats few bits of a
         * link may be set. */
        if (level > planted->level &&
            (random_word() % 4 != 0 ||
             chosen_pte.kind(&chosen_meta.limits, entry, level) != PT64_LINK ||
             chosen_pte.link_address(entry, level) != chosen_pte.link_address(good, level)))
            continue;
        put_entry(slot, entry);
    }
}

#define ROUNDS 4000

static void verdicts_are_those_of_the_hardware(void **state)
{
    struct bench *bench = *state;
    unsigned compared = 0;

    for (unsigned level = 0; level < 2; level++) {
        struct planted planted = {base() + level * pt64_slot_size(meta(), root_level()), level};
        pt64_entry_t good[PT64_MAX_LEVELS];

        map(bench, planted.vaddr, SOMEWHERE, pt64_slot_size(meta(), level),
            RX | (space_flags() & PT64_USER));
        for (unsigned i = level; i <= root_level(); i++)
            good[i] = entry_at(bench, planted.vaddr, i);
        for (unsigned round = 0; round < ROUNDS; round++) {
            pt64_slot_t *slots[PT64_MAX_LEVELS];

            for (unsigned i = level; i <= root_level(); i++)
                slots[i] = slot_of(bench, planted.vaddr, i);
            disturb(bench, &planted);
            compared += compare(bench, &planted);
            for (unsigned i = level; i <= root_level(); i++)
                put_entry(slots[i], good[i]);
        }
    }
    assert_true(compared > ROUNDS / 20);
}

/* Sets or clears bits of an entry, and expects that every access there faults. */
static void expect_faults(struct bench *bench, const struct planted *planted, uint64_t clear,
                          uint64_t set, const char *why)
{
    pt64_entry_t good = entry_at(bench, planted->vaddr, planted->level);

    change(bench, planted->vaddr, planted->level, clear, set);
    assert_non_null(strstr(explain(bench, planted->vaddr), why));
    assert_null(strstr(bench->heard.text, "succeeds"));
    plant(bench, planted->vaddr, planted->level, good);
}

/* SDM 3A, 5.7: a reserved bit is a page fault. VT-d 9.8, AMD-Vi 2.2.3: so are the bits of an
 * address below the page's size. Arm ARM D8.3.1: bit 1 is clear in blocks. There are none at the
 * last level, and none in a root of four levels. */
static void an_entry_that_cannot_be_faults(void **state)
{
    struct bench *bench = *state;
    struct planted huge = {base(), 1};
    struct planted small = {base() + pt64_slot_size(meta(), root_level()), 0};
    struct planted root = {small.vaddr, root_level()};

    map(bench, huge.vaddr, SOMEWHERE, pt64_slot_size(meta(), 1), RW);
    map(bench, small.vaddr, SOMEWHERE, page_size(), RW);
    if (bench_arch() == ORACLE_X86_64 || bench_arch() == ORACLE_I386 ||
        bench_arch() == ORACLE_VTD || bench_arch() == ORACLE_AMDVI)
        expect_faults(bench, &huge, 0, UINT64_C(1) << 13, "faults: a reserved bit is 1");
    if (bench_arch() == ORACLE_AARCH64) {
        expect_faults(bench, &small, 2, 0, "faults: this type is reserved at this level");
        if (meta()->limits.leaf_levels < meta()->limits.levels)
            expect_faults(bench, &root, 2, 0, "faults: this type is reserved at this level");
    }
}

/* AMD-Vi 2.2.3: bits 11:9 of a link are the level of the node that it leads to. */
static void a_link_that_skips_levels_is_told(void **state)
{
    struct bench *bench = *state;

    skip_unless(strstr(chosen_id, "amdvi_v1") != NULL && root_level() > 1,
                "AMD-Vi's levels that skip");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    change(bench, base(), root_level(), UINT64_C(7) << 9, UINT64_C(1) << 9);
    assert_non_null(strstr(dump(bench), ": a link that skips levels\n"));
}

/* LoongArch 5.4.5: H is bit 6 of a directory entry. V, bit 0, and P, bit 7, are set in a page. */
static void half_a_huge_page_is_told(void **state)
{
    struct bench *bench = *state;
    bool has_walker = strstr(chosen_id, "hptw") != NULL;

    skip_unless(bench_arch() == ORACLE_LOONGARCH64, "LoongArch");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    plant(bench, base(), root_level(), has_walker ? 0x41 : 0xc0);
    assert_non_null(strstr(dump(bench), has_walker ? ": accessed and not present, "
                                                   : ": present and not valid, "));
}

/* Of AArch64, where the words are those of stage 1. */
static bool is_stage1(void)
{
    return bench_arch() == ORACLE_AARCH64 && strstr(chosen_id, "stage2") == NULL;
}

/* Arm ARM D8.5.2: DBM (bit 51) makes a page writable where VTCR_EL2.HD is set. */
static void dbm_is_told_of_at_stage_2(void **state)
{
    struct bench *bench = *state;
    bool sets_dirty = strstr(chosen_id, "hafdbs") != NULL;

    skip_unless(strstr(chosen_id, "aarch64_stage2") != NULL, "AArch64 stage 2");
    map(bench, base(), SOMEWHERE, page_size(), PT64_READ);
    change(bench, base(), 0, 0, UINT64_C(1) << 51);
    assert_non_null(strstr(explain(bench, base()),
                           sets_dirty ? "kernel write    succeeds, and sets S2AP[1]"
                                      : "kernel write    faults: S2AP[1] is 0, not writable, "
                                        "unless VTCR_EL2.HD is set"));
}

/* Arm ARM D8.5.2: DBM (bit 51) makes a read-only page writable where TCR_ELx.HD is set. */
static void dbm_is_told_of(void **state)
{
    struct bench *bench = *state;
    bool sets_dirty = strstr(chosen_id, "hafdbs") != NULL;

    skip_unless(is_stage1(), "AArch64 stage 1");
    map(bench, base(), SOMEWHERE, page_size(), PT64_READ);
    change(bench, base(), 0, 0, UINT64_C(1) << 51);
    assert_non_null(strstr(explain(bench, base()),
                           sets_dirty ? "kernel write    succeeds, and clears AP[2]"
                                      : "kernel write    faults: AP[2] is 1, read-only, unless "
                                        "TCR_ELx.HD is set"));
}

/* Every blank must be right, by SDM 3A, table "Format of a Page-Directory Entry that Maps a 2-MByte
 * Page", in the form that the README shows. */
static void a_walk_looks_as_it_is_shown(void **state)
{
    struct bench *bench = *state;
    const char *text;

    skip_unless(strcmp(chosen_id, "x86_64_la48") == 0, "x86_64_la48");
    map(bench, 0xffff800000200000, 0x200000, PT64_SIZE_2M, RW | PT64_ACCESSED | PT64_DIRTY);
    text = explain(bench, 0xffff800000201234);
    assert_int_equal(strncmp(text, "virtual address 0xffff800000201234\nPML4E: table 0x", 49), 0);
    text = strstr(text, ", index 1, entry 0x80000000002000e3\n");
    assert_non_null(text);
    assert_string_equal(
        text,
        ", index 1, entry 0x80000000002000e3\n"
        "    0      P          1  present\n"
        "    1      R/W        1  writable\n"
        "    2      U/S        0  supervisor only\n"
        "    3      PWT        0  bit 0 of the PAT index\n"
        "    4      PCD        0  bit 1 of the PAT index\n"
        "    5      A          1  accessed\n"
        "    6      D          1  dirty\n"
        "    7      PS         1  maps a page\n"
        "    8      G          0  not global\n"
        "    12     PAT        0  WB, write-back\n"
        "    51:21  address    0x200000 of the page\n"
        "    63     XD         1  execution refused\n"
        "physical address 0x201234, in the 2M page at 0x200000: rw-- accessed dirty\n"
        "kernel read     succeeds\n"
        "kernel write    succeeds\n"
        "kernel execute  faults: XD is 1 (PDE)\n"
        "user read       faults: U/S is 0, supervisor only (PDE)\n"
        "user write      faults: U/S is 0, supervisor only (PDE)\n"
        "user execute    faults: U/S is 0, supervisor only (PDE)\n");
}

/* Arm ARM D8.3.1.2: SH is bits 9:8. A value of 3 is inner shareable. */
static void a_field_of_two_bits_looks_like_one(void **state)
{
    struct bench *bench = *state;

    skip_unless(is_stage1() && strstr(chosen_id, "lpa2") == NULL,
                "AArch64 stage 1 with shareability in the entry");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    assert_non_null(strstr(explain(bench, base()), "\n    9:8    SH         3  inner shareable\n"));
    assert_non_null(strstr(bench->heard.text, "\n    4:2    AttrIndx   0  Normal, write-back\n"));
}

static void a_table_lost_at_zero_is_told(void **state)
{
    struct bench *bench = *state;

    skip_unless(bench_arch() != ORACLE_LOONGARCH64,
                "links to physical 0, which are an empty slot on LoongArch");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    plant(bench, base(), 1, chosen_pte.link(&chosen_meta.limits, 0, 1));
    assert_non_null(strstr(explain(bench, base()), "\nthere is no memory at 0x0, where the next"));
}

/* SDM 3A, 5.6.1: R/W of every level counts. A PDPTE of PAE paging has none. */
static void what_any_table_refuses_the_page_refuses(void **state)
{
    struct bench *bench = *state;
    unsigned top = strcmp(chosen_id, "i386_pae") == 0 ? 1 : root_level();
    char writable[40], read_only[40];

    skip_unless(bench_arch() == ORACLE_X86_64 || bench_arch() == ORACLE_I386, "x86");
    snprintf(writable, sizeof(writable), " page at 0x%lx: %s-", SOMEWHERE, RW_TEXT);
    snprintf(read_only, sizeof(read_only), " page at 0x%lx: %s-", SOMEWHERE,
             GRANTS == 0 ? "r--" : "r-x");
    map(bench, base(), SOMEWHERE, page_size(), RW);
    assert_non_null(strstr(explain(bench, base()), writable));
    for (unsigned level = 1; level <= top; level++) {
        change(bench, base(), level, 2, 0);
        assert_non_null(strstr(explain(bench, base()), read_only));
        change(bench, base(), level, 0, 2);
    }
}

/* Arm ARM D8.3.1: bits 62:59 are PBHA in a page, and XNTable, APTable and NSTable in a table
 * descriptor. */
static void bits_of_a_page_are_not_taken_for_those_of_a_table(void **state)
{
    struct bench *bench = *state;

    skip_unless(is_stage1(), "AArch64 stage 1");
    map(bench, base(), SOMEWHERE, page_size(), PT64_READ | PT64_WRITE | PT64_EXECUTE);
    change(bench, base(), 0, 0, UINT64_C(15) << 59);
    assert_non_null(strstr(explain(bench, base()), " page at 0x2000000000: rwx-"));
    assert_non_null(strstr(bench->heard.text, "\n    62:59  PBHA       0xf for the"));
}

/* The root's frame, the page and its address are at physical and virtual 0. */
static void zero_is_a_digit(void **state)
{
    struct bench *bench = *state;
    struct arena arena;
    space_t table;
    space_guard_t guard;

    skip_unless(pt64_first_vaddr(meta(), &meta()->limits) == 0,
                "an address space that starts at 0");
    arena_init(&arena, ARENA_FROM_ZERO, meta()->limits.paddr_bits);
    assert_int_equal(space_create(&table, &arena), PT64_OK);
    space_begin(&guard, &table);
    assert_int_equal(space_map(&guard, 0, 0, page_size(), RW), PT64_OK);
    space_commit(&guard);
    forget(bench);
    space_explain(&table, 0, hear, &bench->heard);
    assert_int_equal(strncmp(bench->heard.text, "virtual address 0x0\n", 20), 0);
    assert_non_null(strstr(bench->heard.text, "\nphysical address 0x0, in the "));
    assert_non_null(
        strstr(bench->heard.text, GRANTS == 0 ? " page at 0x0: rw--" : " page at 0x0: rwx-"));
    if (space_root(&table) == 0)
        assert_non_null(strstr(bench->heard.text, ": table 0x0, index 0, "));
    space_destroy(&table);
    arena_fini(&arena);
}

/* Vol. 1, 5.4.5: the walk of an unmapped address goes on in the sink, which links itself. */
static void a_slot_that_links_the_sink_is_told(void **state)
{
    struct bench *bench = *state;
    pt64_vaddr_t vaddr = base() + pt64_slot_size(meta(), root_level());
    bool has_sink = bench_arch() == ORACLE_LOONGARCH64;

    map(bench, base(), SOMEWHERE, page_size(), RW);
    assert_int_equal(strstr(explain(bench, vaddr),
                            "\n    this links the sink: nothing is mapped "
                            "below it\nno page\n") != NULL,
                     has_sink);
    assert_null(strstr(explain(bench, base()), "sink"));
    assert_null(strstr(explain(bench, base() + page_size()), "sink"));
}

/* ---- fields ---- */

struct told {
    pt64_entry_t entry;
    uint64_t bits;
};

static void note_field(void *arg, const struct pt64_field *field)
{
    struct told *told = arg;
    uint64_t mask = field->width == 64 ? UINT64_MAX : ((uint64_t)1 << field->width) - 1;

    assert_non_null(field->name);
    assert_in_range(field->width, 1, 64);
    assert_true(field->low + field->width <= 64);
    assert_true(told->bits >> field->low == 0 || (told->bits & mask << field->low) != 0);
    if (told->bits & mask << field->low)
        fail_msg("%s tells bits %u to %u of 0x%016lx a second time", field->name, field->low,
                 field->low + field->width - 1, told->entry);
    told->bits |= mask << field->low;
}

/* Every bit that is set is reported, and no bit is reported twice. */
static void every_set_bit_is_told_once(void **state)
{
    (void)state;
    for (unsigned level = 0; level < meta()->limits.levels; level++) {
        for (unsigned round = 0; round < ROUNDS; round++) {
            struct told told = {
                random_word() & entry_mask() & (round & 1 ? random_word() : UINT64_MAX), 0};

            chosen_terms.fields(chosen_terms.memory, meta(), told.entry, level, note_field, &told);
            if (told.entry & ~told.bits)
                fail_msg("level %u: of 0x%016lx nothing tells 0x%016lx", level, told.entry,
                         told.entry & ~told.bits);
        }
    }
}

static int test_explain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_step_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unmapped_address_faults_in_every_way, setup, teardown),
        cmocka_unit_test_setup_teardown(an_address_of_no_half_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_without_root_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lost_table_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(a_napot_page_is_called_one, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_napot_page_is_malformed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_link_that_skips_levels_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(half_a_huge_page_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(a_shadow_stack_page_is_called_one, setup, teardown),
        cmocka_unit_test_setup_teardown(bits_that_another_hart_leaves_to_software_are_told, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_huge_page_above_the_lowest_directory_is_told, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_page_that_was_written_sets_nothing_more, setup, teardown),
        cmocka_unit_test_setup_teardown(verdicts_are_those_of_the_hardware, setup, teardown),
        cmocka_unit_test_setup_teardown(an_entry_that_cannot_be_faults, setup, teardown),
        cmocka_unit_test_setup_teardown(dbm_is_told_of, setup, teardown),
        cmocka_unit_test_setup_teardown(dbm_is_told_of_at_stage_2, setup, teardown),
        cmocka_unit_test_setup_teardown(a_walk_looks_as_it_is_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(a_field_of_two_bits_looks_like_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_lost_at_zero_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(what_any_table_refuses_the_page_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(bits_of_a_page_are_not_taken_for_those_of_a_table, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(zero_is_a_digit, setup, teardown),
        cmocka_unit_test_setup_teardown(a_slot_that_links_the_sink_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(every_set_bit_is_told_once, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

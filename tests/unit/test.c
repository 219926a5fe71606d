/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longer than any test takes on the slowest machine and under sanitizers. */
#define TEST_SECONDS 60

#define MAX_TESTS 1024

static const struct test_case *tests[MAX_TESTS];
static size_t test_count;

void test_register(const struct test_case *test)
{
    if (test_count == MAX_TESTS)
        abort();
    tests[test_count++] = test;
}

/* A failure in a helper is reported at the line of the test. */
#define fail_at(file, line, ...)  \
    do {                          \
        print_error(__VA_ARGS__); \
        print_error("\n");        \
        _fail(file, line);        \
    } while (0)

/* ---- what it runs on ---- */

bool is_x86_64(const struct test *t)
{
    return t->oracle.format.arch == ORACLE_X86_64;
}

bool is_ept(const struct test *t)
{
    return t->oracle.format.arch == ORACLE_EPT;
}

bool is_npt(const struct test *t)
{
    return t->oracle.format.arch == ORACLE_NPT;
}

bool is_x86(const struct test *t)
{
    return is_x86_64(t) || is_npt(t) || t->oracle.format.arch == ORACLE_I386;
}

bool is_wide_x86(const struct test *t)
{
    return is_x86(t) && t->oracle.format.entry_bytes == 8;
}

bool is_32_bit_paging(const struct test *t)
{
    return is_x86(t) && t->oracle.format.entry_bytes == 4;
}

bool is_aarch64(const struct test *t)
{
    return t->oracle.format.arch == ORACLE_AARCH64;
}

bool is_stage1(const struct test *t)
{
    return is_aarch64(t) && !t->oracle.format.stage2;
}

bool is_armv7(const struct test *t)
{
    return t->oracle.format.arch == ORACLE_ARMV7;
}

bool is_short(const struct test *t)
{
    return is_armv7(t) && t->oracle.format.entry_bytes == 4;
}

bool is_arm(const struct test *t)
{
    return is_aarch64(t) || is_armv7(t);
}

bool is_wide_riscv(const struct test *t)
{
    return is_riscv(t) && t->oracle.format.entry_bytes == 8;
}

bool is_riscv(const struct test *t)
{
    return t->oracle.format.arch == ORACLE_RISCV;
}

bool is_iommu(const struct test *t)
{
    return oracle_is_iommu(&t->oracle.format);
}

bool is_loongarch64(const struct test *t)
{
    return t->oracle.format.arch == ORACLE_LOONGARCH64;
}

/* RISC-V without Svpbmt: the PMAs decide, and the entry only remembers the type that the caller
 * named. */
bool has_memory_types(const struct test *t)
{
    return !is_iommu(t) && (!is_riscv(t) || t->oracle.format.svpbmt || t->oracle.format.xuantie);
}

bool has_types(const struct test *t)
{
    return !is_iommu(t);
}

bool has_execution(const struct test *t)
{
    return !is_iommu(t);
}

bool has_two_halves(const struct test *t)
{
    return t->oracle.format.half == ORACLE_BOTH_HALVES;
}

/* SDM 3A, 5.4.1: MOV to CR3 loads the PDPTEs, and the CPU walks from these registers. */
bool holds_root(const struct test *t)
{
    return is_wide_x86(t) && t->oracle.format.arch == ORACLE_I386;
}

bool flushes_by_address(const struct test *t)
{
    return t->s->meta->limits.flush_limit > 0;
}

unsigned top_leaf_level(const struct test *t)
{
    return t->oracle.format.leaf_levels - 1;
}

unsigned root_level(const struct test *t)
{
    return t->oracle.format.levels - 1;
}

uint64_t size_at(const struct test *t, unsigned level)
{
    return oracle_page_size(&t->oracle.format, level);
}

uint64_t page_size(const struct test *t)
{
    return size_at(t, 0);
}

uint64_t huge_size(const struct test *t)
{
    return size_at(t, 1);
}

size_t entries_at(const struct test *t, unsigned level)
{
    return (size_t)oracle_table_entries(&t->oracle.format, level);
}

uint64_t apart(const struct test *t, unsigned level, unsigned count)
{
    uint64_t room = entries_at(t, level) / 2 - 1;

    return (count < room ? count : room) * size_at(t, level);
}

bool inverts_addresses(const struct test *t)
{
    return is_wide_x86(t) || is_ept(t);
}

bool is_present(const struct test *t, uint64_t entry)
{
    return (entry & (is_ept(t) ? 0x407 : 1)) != 0;
}

bool has_tlb_of_x86(const struct test *t)
{
    return is_x86(t) || is_ept(t);
}

bool leaves_permissions_to_faults(const struct test *t)
{
    return is_ept(t) || is_npt(t);
}

bool flushes_added_permissions(const struct test *t)
{
    return !leaves_permissions_to_faults(t);
}

bool has_three_levels(const struct test *t)
{
    return root_level(t) > 1;
}

bool has_many_root_slots(const struct test *t)
{
    return entries_at(t, root_level(t)) > 16;
}

size_t table_bytes(const struct test *t)
{
    return (size_t)oracle_table_bytes(&t->oracle.format, 0);
}

size_t root_bytes(const struct test *t)
{
    return (size_t)oracle_table_bytes(&t->oracle.format, root_level(t));
}

unsigned halves_of(const struct test *t, struct half halves[2])
{
    unsigned bits = t->oracle.format.vaddr_bits;
    uint64_t whole = UINT64_C(1) << bits;
    uint64_t half = whole / 2;

    switch (t->oracle.format.half) {
    case ORACLE_LOWER_HALF:
        halves[0] = (struct half){0, whole - 1};
        return 1;
    case ORACLE_UPPER_HALF:
        halves[0] = (struct half){0 - whole, UINT64_MAX};
        return 1;
    case ORACLE_BOTH_HALVES:
    default:
        halves[0] = (struct half){0, half - 1};
        halves[1] = (struct half){0 - half, UINT64_MAX};
        return 2;
    }
}

pt64_vaddr_t some_vaddr(const struct test *t)
{
    struct half halves[2];

    halves_of(t, halves);
    return halves[0].first + size_at(t, root_level(t));
}

pt64_paddr_t some_paddr(const struct test *t)
{
    return 3 * size_at(t, top_leaf_level(t));
}

/* ---- what flags a format can say ---- */

static bool is_subset(pt64_flags_t flags, pt64_flags_t of)
{
    return (flags & ~of) == 0;
}

/*
 * SDM 3A, 5.6: a present page can be read, and with 32-bit paging executed. The PAT has room for
 * each type. 11:9 are ignored.
 */
static bool x86_can_say(const struct oracle_format *format, pt64_flags_t flags)
{
    return is_subset(PT64_READ | (format->entry_bytes == 4 ? PT64_EXECUTE : 0), flags);
}

/*
 * Arm ARM, D8.4: AP has no value without read at EL1, and one without access at EL0, which can
 * execute then. Device memory must never be executable. No type between Normal Non-cacheable and
 * Device is write-combining and nothing else. Only DBM can encode the dirty state. A single
 * privilege level has neither EL0 nor nG. Stage 2 has neither, and each of S2AP[0], S2AP[1] and XN
 * by itself (D8.4.2).
 */
static bool aarch64_can_say(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t unsaid = PT64_WRITE_COMBINE;

    unsaid |= format->hafdbs ? 0 : PT64_DIRTY;
    unsaid |= oracle_has_user(format) ? 0 : PT64_USER | PT64_GLOBAL;
    if (!format->stage2 && (flags & PT64_READ) == 0 &&
        (flags & PT64_PERMISSIONS) != (PT64_EXECUTE | PT64_USER))
        return false;
    return (flags & unsaid) == 0 && !is_subset(PT64_DEVICE | PT64_EXECUTE, flags);
}

/* B3.7.1, HAP[2:1]: loads and stores are allowed by themselves. B3.7.2: what is read can be
 * executed. There is no level in the guest, and nothing global. */
static bool armv7_stage2_can_say(pt64_flags_t flags)
{
    if ((flags & (PT64_WRITE_COMBINE | PT64_DIRTY | PT64_USER | PT64_GLOBAL)) != 0)
        return false;
    return (flags & (PT64_READ | PT64_EXECUTE)) != PT64_EXECUTE &&
           !is_subset(PT64_DEVICE | PT64_EXECUTE, flags);
}

/* ARMv7 ARM, B3.7: AP[2:0] 000 allows nothing. Otherwise PL1 can read, and what is read can be
 * executed. TEX[2:1], or bits 58:55, are software's, of which the format gives one, or two. */
static bool armv7_can_say(const struct oracle_format *format, pt64_flags_t flags)
{
    bool is_short = format->entry_bytes == 4;
    bool is_nothing = (flags & PT64_PERMISSIONS) == 0;
    pt64_flags_t unsaid = PT64_WRITE_COMBINE | PT64_DIRTY;

    unsaid |= is_short ? PT64_SOFT1 : 0;
    unsaid |= is_short && !format->access_flag ? PT64_ACCESSED : 0;
    if ((flags & PT64_READ) == 0 && (!is_nothing || !is_short || format->access_flag))
        return false;
    return (flags & unsaid) == 0 && !is_subset(PT64_DEVICE | PT64_EXECUTE, flags);
}

/* Sv39: W without R is reserved, and an entry without R, W and X is a pointer. Svpbmt has NC and
 * IO, XuanTie the same. Without these the two RSW bits hold the type or PT64_SOFT0. In the G-stage
 * U is set in every leaf, and G in none. */
static bool riscv_can_say(const struct oracle_format *format, pt64_flags_t flags)
{
    bool typed = format->svpbmt || format->xuantie;

    if ((flags & (PT64_READ | PT64_EXECUTE)) == 0 ||
        (flags & (PT64_READ | PT64_WRITE)) == PT64_WRITE)
        return false;
    if (flags & PT64_WRITE_COMBINE)
        return false;
    if (format->single_privilege && (flags & (PT64_USER | PT64_GLOBAL)) != 0)
        return false;
    return typed || ((flags & PT64_SOFT1) == 0 &&
                     ((flags & PT64_SOFT0) == 0 || (flags & PT64_MEMORY_TYPES) == 0));
}

/* Vol. 1, 7.5.3: NR and NX forbid, D allows stores, each by itself. A valid entry that allows
 * nothing is still a page. Only the hardware walker keeps an accessed and a dirty state. */
static bool loongarch64_can_say(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t unsaid = PT64_WRITE_COMBINE;

    unsaid |= format->hptw ? 0 : PT64_ACCESSED | PT64_DIRTY;
    unsaid |= format->lvz ? PT64_USER | PT64_GLOBAL : 0;
    return (flags & unsaid) == 0 && (!format->lvz || is_subset(PT64_READ | PT64_EXECUTE, flags));
}

/* VT-d 9.8: R, W or both. AMD-Vi: IR, IW or both, of which neither is a hidden page. A first stage
 * has no page that cannot be read. Devices execute nothing, and have no memory types. */
static bool iommu_can_say(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t unsaid = PT64_EXECUTE | PT64_USER | PT64_GLOBAL | PT64_MEMORY_TYPES;

    unsaid |= format->device_ad ? 0 : PT64_ACCESSED | PT64_DIRTY;
    if (format->first_stage && (flags & PT64_READ) == 0)
        return false;
    return (flags & unsaid) == 0;
}

/* SDM 3C, 30.3.3.1: a page can be written only if it can be read, and if not it can be executed,
 * on a CPU that has such pages. 30.3.2: X refuses or grants by itself. There is no unprivileged
 * code and nothing global. */
static bool ept_can_say(const struct oracle_format *format, pt64_flags_t flags)
{
    pt64_flags_t unsaid = PT64_USER | PT64_GLOBAL;
    bool is_only_executable = (flags & (PT64_WRITE | PT64_EXECUTE)) == PT64_EXECUTE;

    unsaid |= format->no_ad ? PT64_ACCESSED | PT64_DIRTY : 0;
    if ((flags & PT64_READ) == 0 && (format->no_execute_only || !is_only_executable))
        return false;
    return (flags & unsaid) == 0;
}

/* APM 15.25.5: as on x86-64, but all accesses are user accesses, and nothing is global. */
static bool npt_can_say(const struct oracle_format *format, pt64_flags_t flags)
{
    return (flags & (PT64_USER | PT64_GLOBAL)) == 0 && x86_can_say(format, flags);
}

bool is_hidden_by(pt64_flags_t flags)
{
    return (flags & (PT64_READ | PT64_WRITE | PT64_EXECUTE)) == 0;
}

bool can_say(const struct test *t, pt64_flags_t flags)
{
    if (!is_hidden_by(flags))
        return can_say_to_hardware(t, flags);
    return can_say_to_hardware(t, flags | PT64_READ) ||
           can_say_to_hardware(t, flags | PT64_READ | PT64_EXECUTE);
}

bool can_say_to_hardware(const struct test *t, pt64_flags_t flags)
{
    pt64_flags_t type = flags & PT64_MEMORY_TYPES;

    if (!is_subset(flags, (SETS_OF_FLAGS - 1) | format_flags(t)) || (type & (type - 1)) != 0 ||
        is_hidden_by(flags) || !format_flags_agree(&t->oracle.format, flags))
        return false;
    switch (t->oracle.format.arch) {
    case ORACLE_X86_64:
    case ORACLE_I386:
        return x86_can_say(&t->oracle.format, flags);
    case ORACLE_AARCH64:
        return aarch64_can_say(&t->oracle.format, flags);
    case ORACLE_ARMV7:
        return t->oracle.format.stage2 ? armv7_stage2_can_say(flags)
                                       : armv7_can_say(&t->oracle.format, flags);
    case ORACLE_RISCV:
        return riscv_can_say(&t->oracle.format, flags);
    case ORACLE_VTD:
    case ORACLE_AMDVI:
        return iommu_can_say(&t->oracle.format, flags);
    case ORACLE_EPT:
        return ept_can_say(&t->oracle.format, flags);
    case ORACLE_NPT:
        return npt_can_say(&t->oracle.format, flags);
    case ORACLE_LOONGARCH64:
    default:
        return loongarch64_can_say(&t->oracle.format, flags);
    }
}

pt64_flags_t format_flags(const struct test *t)
{
    return format_flags_of(&t->oracle.format);
}

pt64_flags_t granted;

pt64_flags_t executing;
pt64_flags_t type_flags;

bool can_refuse_execution(const struct test *t)
{
    return has_execution(t) && can_say(t, PT64_READ);
}

/* VT-d: 63:5. AMD-Vi: 51:1. A first stage has marks as x86-64 has. */
static unsigned iommu_mark_bits(const struct test *t)
{
    if (t->oracle.format.first_stage)
        return t->s->meta->limits.paddr_bits - 4;
    return t->oracle.format.arch == ORACLE_VTD ? 59 : 51;
}

/* A mark on x86 has all address bits but the topmost, and none of bits 2:0. On LoongArch it has
 * none below 15: LDDIR and LDPTE read bit 6, and of a huge page bits 14:12, whatever V says. */
unsigned mark_bits(const struct test *t)
{
    bool is_narrow = t->oracle.format.entry_bytes == 4;

    switch (t->oracle.format.arch) {
    case ORACLE_X86_64:
    case ORACLE_I386:
    case ORACLE_NPT:
        return is_narrow ? 29 : t->s->meta->limits.paddr_bits - 4;
    case ORACLE_AARCH64:
    case ORACLE_ARMV7:
        return is_narrow ? 22 : 47;
    case ORACLE_RISCV:
        return is_narrow ? 28 : 60;
    case ORACLE_VTD:
    case ORACLE_AMDVI:
        return iommu_mark_bits(t);
    case ORACLE_EPT: /* of bits 51:11 all but the topmost */
        return t->s->meta->limits.paddr_bits - 12;
    case ORACLE_LOONGARCH64:
    default:
        return 49;
    }
}

static pt64_flags_t grants_of(const struct test *t)
{
    return can_say(t, PT64_READ) ? 0 : PT64_EXECUTE;
}

/* Of the format that was asked for last, because cases ask in loops. */
pt64_flags_t flags_of(const struct test *t)
{
    static struct oracle_format format;
    static pt64_flags_t known;

    if (known != 0 && memcmp(&format, &t->oracle.format, sizeof format) == 0)
        return known;
    format = t->oracle.format;
    known = format_flags(t);
    for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++)
        known |= can_say(t, flags) ? flags : 0;
    return known;
}

/* ---- calls ---- */

pt64_status_t map(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_size_t size,
                  pt64_flags_t flags)
{
    return t->s->map(t->guard, vaddr, paddr, size, flags);
}

pt64_status_t map_region(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, uint64_t bytes,
                         pt64_flags_t flags)
{
    return t->s->map_region(t->guard, vaddr, paddr, bytes, flags, PT64_SIZE_ANY);
}

pt64_status_t unmap(struct test *t, pt64_vaddr_t vaddr)
{
    return t->s->unmap(t->guard, vaddr, NULL);
}

pt64_status_t unmap_region(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes)
{
    return t->s->unmap_region(t->guard, vaddr, bytes);
}

pt64_status_t protect(struct test *t, pt64_vaddr_t vaddr, pt64_flags_t flags)
{
    return t->s->protect(t->guard, vaddr, flags);
}

pt64_status_t protect_region(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t flags)
{
    return t->s->protect_region(t->guard, vaddr, bytes, flags);
}

pt64_status_t change_region(struct test *t, pt64_vaddr_t vaddr, uint64_t bytes, pt64_flags_t set,
                            pt64_flags_t clear)
{
    return t->s->change_region(t->guard, vaddr, bytes, set, clear);
}

pt64_status_t remap(struct test *t, pt64_vaddr_t vaddr, pt64_paddr_t paddr, pt64_flags_t flags)
{
    return t->s->remap(t->guard, vaddr, paddr, flags);
}

pt64_status_t query(struct test *t, pt64_vaddr_t vaddr, struct pt64_mapping *page)
{
    return t->s->query(t->table, vaddr, page);
}

pt64_status_t next(struct test *t, pt64_vaddr_t from, struct pt64_mapping *run)
{
    return t->s->next(t->table, from, UINT64_MAX, run);
}

void commit(struct test *t)
{
    t->s->commit(t->guard);
}

static void *allocate(size_t bytes)
{
    void *memory = calloc(1, bytes);

    if (memory == NULL)
        abort();
    return memory;
}

/* The table's memory is filled first: what was in it must not matter. */
void *test_table(struct test *t)
{
    return memset(allocate(t->s->table_size), 0xa5, t->s->table_size);
}

void *new_table(struct test *t)
{
    void *table = test_table(t);

    expect_ok(t->s->create(table, &t->arena));
    return table;
}

void *new_guard(struct test *t, void *table)
{
    void *guard = allocate(t->s->guard_size);

    t->s->begin(guard, table);
    return guard;
}

void end_table(struct test *t, void *table, void *guard)
{
    if (guard != NULL)
        t->s->commit(guard);
    t->s->destroy(table);
    free(guard);
    free(table);
}

/* ---- checks ---- */

void check_status(pt64_status_t expected, pt64_status_t actual, const char *call, const char *file,
                  int line)
{
    if (expected != actual)
        fail_at(file, line, "%s answers %s, expected %s", call, pt64_status_name(actual),
                pt64_status_name(expected));
}

static enum oracle_type portable_type_of(const struct test *t, pt64_flags_t flags)
{
    if (!has_memory_types(t))
        return ORACLE_BY_PLATFORM;
    if (flags & PT64_DEVICE)
        return ORACLE_DEVICE;
    if (flags & PT64_UNCACHED)
        return ORACLE_UNCACHED;
    if (flags & PT64_WRITE_COMBINE)
        return ORACLE_WRITE_COMBINING;
    return ORACLE_WRITE_BACK;
}

static enum oracle_type type_of(const struct test *t, pt64_flags_t flags)
{
    return format_type(&t->oracle.format, flags, portable_type_of(t, flags));
}

static bool is_access(struct oracle_access access, pt64_flags_t flags)
{
    return access.read == ((flags & PT64_READ) != 0) &&
           access.write == ((flags & PT64_WRITE) != 0) &&
           access.execute == ((flags & PT64_EXECUTE) != 0);
}

/* What hardware makes of a page with these flags that is wrong, or NULL. */
static const char *find_fault(const struct test *t, const struct oracle_page *page,
                              pt64_flags_t flags)
{
    pt64_flags_t known = flags_of(t);
    bool user = (flags & PT64_USER) != 0;

    if (!is_access(page->user, format_user_access(&t->oracle.format, flags)))
        return "unprivileged permissions";
    if (!user && !is_access(page->kernel, format_kernel_access(&t->oracle.format, flags)))
        return "privileged permissions";
    if (format_flags_seen(&t->oracle.format, page) != (flags & format_flags(t)))
        return "format flags";
    /* On x86, on LoongArch and in short descriptors a control register, or nothing, keeps the
     * kernel from it. */
    if (user && ((is_arm(t) && !is_short(t)) || is_riscv(t)) && page->kernel.execute)
        return "the kernel may execute a user page";
    if (page->type != type_of(t, flags))
        return "memory type";
    if ((known & PT64_GLOBAL) && page->global != ((flags & PT64_GLOBAL) != 0))
        return "global";
    if (page->accessed != ((flags & PT64_ACCESSED) != 0 || !(known & PT64_ACCESSED)))
        return "accessed";
    /* AArch64 has a dirty state only for pages that can be written. */
    if ((known & PT64_DIRTY) && (page->kernel.write || !is_aarch64(t)) &&
        page->dirty != ((flags & PT64_DIRTY) != 0))
        return "dirty";
    return NULL;
}

static void check_hardware(struct test *t, const void *table, const struct pt64_mapping *expected,
                           pt64_vaddr_t vaddr, const char *file, int line)
{
    struct oracle_page page;
    const char *why = "";
    enum oracle_outcome outcome = oracle_walk(&t->oracle, t->s->root(table), vaddr, &page, &why);

    if (is_hidden_by(expected->flags)) {
        if (outcome != ORACLE_FAULT)
            fail_at(file, line, "hardware does not fault at the hidden page %#llx: %s",
                    (unsigned long long)vaddr, why);
        return;
    }
    if (outcome != ORACLE_PAGE)
        fail_at(file, line, "hardware finds no page at %#llx: %s", (unsigned long long)vaddr,
                outcome == ORACLE_DEFECT ? why : "a fault");
    if (page.vaddr != expected->vaddr || page.paddr != expected->paddr ||
        page.size != expected->size)
        fail_at(file, line, "hardware finds %#llx -> %#llx, %#llx bytes at %#llx",
                (unsigned long long)page.vaddr, (unsigned long long)page.paddr,
                (unsigned long long)page.size, (unsigned long long)vaddr);
    why = find_fault(t, &page, expected->flags);
    if (why != NULL)
        fail_at(file, line, "entry %#llx at %#llx with flags %#x: %s",
                (unsigned long long)page.entry, (unsigned long long)vaddr,
                (unsigned)expected->flags, why);
}

static bool is_same_mapping(const struct pt64_mapping *a, const struct pt64_mapping *b)
{
    return a->vaddr == b->vaddr && a->paddr == b->paddr && a->size == b->size &&
           a->flags == b->flags;
}

static void print_mapping(const char *what, const struct pt64_mapping *mapping)
{
    print_error("%s %#llx -> %#llx, %#llx bytes, flags %#x\n", what,
                (unsigned long long)mapping->vaddr, (unsigned long long)mapping->paddr,
                (unsigned long long)mapping->size, (unsigned)mapping->flags);
}

static void check_mapping(const struct pt64_mapping *expected, const struct pt64_mapping *actual,
                          const char *file, int line)
{
    if (is_same_mapping(expected, actual))
        return;
    print_mapping("expected", expected);
    print_mapping("got     ", actual);
    _fail(file, line);
}

void check_page(struct test *t, const void *table, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                pt64_size_t size, pt64_flags_t flags, const char *file, int line)
{
    const uint64_t offsets[] = {0, size / 2 + 3, size - 1};
    struct pt64_mapping expected = {vaddr, paddr, size, flags};

    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        struct pt64_mapping page = {0, 0, 0, 0};
        pt64_paddr_t exact = 0;

        check_status(PT64_OK, t->s->query(table, vaddr + offsets[i], &page), "query", file, line);
        check_mapping(&expected, &page, file, line);
        check_status(PT64_OK, t->s->translate(table, vaddr + offsets[i], &exact), "translate", file,
                     line);
        if (exact != paddr + offsets[i])
            fail_at(file, line, "translate(%#llx) gives %#llx",
                    (unsigned long long)(vaddr + offsets[i]), (unsigned long long)exact);
        check_hardware(t, table, &expected, vaddr + offsets[i], file, line);
    }
}

static void check_no_page(struct test *t, const void *table, pt64_vaddr_t vaddr, const char *file,
                          int line)
{
    struct oracle_page seen;
    const char *why = NULL;

    if (oracle_walk(&t->oracle, t->s->root(table), vaddr, &seen, &why) != ORACLE_FAULT)
        fail_at(file, line, "hardware does not fault at %#llx: %s", (unsigned long long)vaddr,
                why != NULL ? why : "it finds a page");
}

void check_mark(struct test *t, pt64_vaddr_t vaddr, uint64_t mark, const char *file, int line)
{
    struct pt64_mapping page;
    uint64_t found = ~mark;
    pt64_paddr_t paddr;

    check_status(PT64_MARKED, query(t, vaddr, &page), "query of a mark", file, line);
    check_status(PT64_MARKED, t->s->translate(t->table, vaddr, &paddr), "translate of a mark", file,
                 line);
    check_status(PT64_OK, t->s->mark_of(t->table, vaddr, &found), "mark_of", file, line);
    if (found != mark)
        fail_at(file, line, "the mark at %#llx is %#llx", (unsigned long long)vaddr,
                (unsigned long long)found);
    check_no_page(t, t->table, vaddr, file, line);
}

void check_hole(struct test *t, const void *table, pt64_vaddr_t vaddr, const char *file, int line)
{
    struct pt64_mapping page;
    pt64_paddr_t paddr;
    uint64_t mark;

    check_status(PT64_NOT_MAPPED, t->s->query(table, vaddr, &page), "query of a hole", file, line);
    check_status(PT64_NOT_MAPPED, t->s->translate(table, vaddr, &paddr), "translate of a hole",
                 file, line);
    check_status(PT64_NOT_MAPPED, t->s->mark_of(table, vaddr, &mark), "mark_of of a hole", file,
                 line);
    check_no_page(t, table, vaddr, file, line);
}

void check_run(struct test *t, pt64_vaddr_t from, struct pt64_mapping expected, const char *file,
               int line)
{
    struct pt64_mapping run = {0, 0, 0, 0};

    check_status(PT64_OK, next(t, from, &run), "next", file, line);
    check_mapping(&expected, &run, file, line);
}

size_t bare_frames(const struct test *t)
{
    return is_loongarch64(t) ? 2 : 1;
}

/* Marks the frames that a survey reached. The others are leaks. */
static void check_frames(struct test *t, const struct oracle_survey *survey, bool *reached,
                         const char *file, int line)
{
    for (size_t i = 0; i < survey->frame_count; i++) {
        const struct oracle_frame *frame = &survey->frames[i];
        size_t at = 0;

        if (!arena_is_live(&t->arena, frame->paddr, (size_t)frame->bytes))
            fail_at(file, line, "the table at %#llx is in no live frame of its size",
                    (unsigned long long)frame->paddr);
        while (t->arena.frames[at].paddr != frame->paddr)
            at++;
        reached[at] = true;
    }
}

void check_sound(struct test *t, const void *const *tables, size_t count, const char *file,
                 int line)
{
    bool *reached = allocate(t->arena.frame_count + 1);
    const char *defect = arena_defect(&t->arena);
    size_t beside = 0;

    if (defect != NULL)
        fail_at(file, line, "the allocator objects: %s: %#llx", defect,
                (unsigned long long)t->arena.defect_frame);
    for (size_t i = 0; i < count; i++) {
        struct oracle_survey survey;

        oracle_survey(&t->oracle, t->s->root(tables[i]), &survey);
        if (survey.defect != NULL)
            fail_at(file, line, "hardware objects at %#llx: %s",
                    (unsigned long long)survey.defect_vaddr, survey.defect);
        check_frames(t, &survey, reached, file, line);
        oracle_survey_free(&survey);
    }
    for (size_t i = 0; i < t->arena.frame_count; i++)
        if (t->arena.frames[i].live && !reached[i] && !t->forgives_leaks &&
            ++beside > t->share_maps)
            fail_at(file, line, "the frame at %#llx is in no table, and not freed",
                    (unsigned long long)t->arena.frames[i].paddr);
    free(reached);
}

/* ---- snapshots ---- */

void snapshot_take(struct test *t, struct snapshot *snapshot)
{
    *snapshot = (struct snapshot){.live = allocate((t->arena.frame_count + 1) * sizeof(uint64_t))};
    for (size_t i = 0; i < t->arena.frame_count; i++)
        if (t->arena.frames[i].live)
            snapshot->live[snapshot->live_count++] = t->arena.frames[i].paddr;
    oracle_survey(&t->oracle, t->s->root(t->table), &snapshot->survey);
}

void snapshot_free(struct snapshot *snapshot)
{
    oracle_survey_free(&snapshot->survey);
    free(snapshot->live);
}

void check_unchanged(struct test *t, const struct snapshot *before, const char *file, int line)
{
    struct snapshot now;

    snapshot_take(t, &now);
    if (now.live_count != before->live_count ||
        memcmp(now.live, before->live, now.live_count * sizeof now.live[0]) != 0)
        fail_at(file, line, "the live frames changed: %zu, before %zu", now.live_count,
                before->live_count);
    if (now.survey.page_count != before->survey.page_count)
        fail_at(file, line, "the pages changed: %zu, before %zu", now.survey.page_count,
                before->survey.page_count);
    for (size_t i = 0; i < now.survey.page_count; i++) {
        const struct oracle_page *old = &before->survey.pages[i];
        const struct oracle_page *page = &now.survey.pages[i];

        if (old->vaddr != page->vaddr || old->size != page->size || old->entry != page->entry)
            fail_at(file, line, "the page at %#llx changed: %#llx, before %#llx",
                    (unsigned long long)page->vaddr, (unsigned long long)page->entry,
                    (unsigned long long)old->entry);
    }
    snapshot_free(&now);
}

/* ---- the hardware's side ---- */

uint64_t entry_in(const struct test *t, const pt64_slot_t *slot)
{
    uint64_t entry = 0;

    memcpy(&entry, slot, t->oracle.format.entry_bytes); /* little-endian, as the machine is */
    return entry;
}

void put_entry(const struct test *t, pt64_slot_t *slot, uint64_t entry)
{
    memcpy(slot, &entry, t->oracle.format.entry_bytes);
}

pt64_slot_t *slot_in(struct test *t, pt64_paddr_t frame, size_t index)
{
    pt64_paddr_t paddr = frame + index * t->oracle.format.entry_bytes;
    char *word = (char *)arena_word(&t->arena, paddr);

    assert_non_null(word);
    return (pt64_slot_t *)(word + paddr % sizeof(uint64_t));
}

pt64_slot_t *slot_of(struct test *t, pt64_vaddr_t vaddr, unsigned level)
{
    pt64_paddr_t frame = t->s->root(t->table);

    for (unsigned at = root_level(t);; at--) {
        pt64_slot_t *slot = slot_in(t, frame, (size_t)(vaddr / size_at(t, at)) % entries_at(t, at));

        if (at == level)
            return slot;
        frame = t->s->pte->link_address(entry_in(t, slot), at);
    }
}

pt64_slot_t *leaf_slot(struct test *t, pt64_vaddr_t vaddr)
{
    struct oracle_page page;

    assert_int_equal(oracle_walk(&t->oracle, t->s->root(t->table), vaddr, &page, NULL),
                     ORACLE_PAGE);
    return slot_of(t, vaddr, page.level);
}

uint64_t leaf_at(struct test *t, pt64_vaddr_t vaddr)
{
    return entry_in(t, leaf_slot(t, vaddr));
}

void plant_step_past_the_end(struct test *t)
{
    pt64_paddr_t last = ((pt64_paddr_t)1 << t->s->meta->limits.paddr_bits) - page_size(t);
    pt64_vaddr_t vaddr = some_vaddr(t);

    expect_ok(map(t, vaddr, last, page_size(t), RW));
    expect_ok(map(t, vaddr + page_size(t), 0, page_size(t), RW));
    commit(t);
    put_entry(t, leaf_slot(t, vaddr + page_size(t)),
              leaf_at(t, vaddr) + t->s->pte->address(page_size(t), 0));
}

void remove_step_past_the_end(struct test *t)
{
    put_entry(t, slot_of(t, some_vaddr(t) + page_size(t), 0), leaf_entry(t->s, 0, RW, 0));
}

uint64_t foreign_bits(const struct test *t, unsigned level)
{
    uint64_t used = 0;

    for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++)
        if (can_say(t, flags))
            used |= t->s->pte->leaf(&t->s->meta->limits, flags, level);
    EACH_FORMAT_FLAG(flag, format_flags(t))
    used |= can_say(t, R | flag) ? t->s->pte->leaf(&t->s->meta->limits, R | flag, level) : 0;
    return oracle_software_bits(&t->oracle.format, level) & ~used;
}

void ignore_page(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    (void)page;
}

/* B3.6.1: AF of a long descriptor is bit 10. B3.5.1: AP[0] of a small page is bit 4, and of a
 * section bit 10. */
static uint64_t armv7_access_flag(const struct test *t, unsigned level)
{
    if (is_short(t) && !t->oracle.format.access_flag)
        return 0;
    return is_short(t) && level == 0 ? 0x10 : 0x400;
}

/* VT-d, second stage: A is bit 8, D bit 9. AMD-Vi, and a first stage: 5 and 6. */
static uint64_t iommu_notes(const struct test *t)
{
    if (t->oracle.format.first_stage)
        return 0x60;
    if (!t->oracle.format.device_ad)
        return 0;
    return t->oracle.format.arch == ORACLE_VTD ? 0x300 : 0x60;
}

void hardware_stores(struct test *t, pt64_vaddr_t vaddr)
{
    pt64_slot_t *slot = leaf_slot(t, vaddr);
    uint64_t entry = entry_in(t, slot);
    struct oracle_page page;

    oracle_walk(&t->oracle, t->s->root(t->table), vaddr, &page, NULL);
    if (is_x86(t))
        entry |= 0x60; /* SDM 3A, 5.8: A is bit 5, D bit 6 */
    else if (is_ept(t) && !t->oracle.format.no_ad)
        entry |= 0x300; /* SDM 3C, 30.3.5: A is bit 8, D bit 9 */
    else if (is_riscv(t))
        entry |= 0xc0; /* Svadu: A is bit 6, D bit 7 */
    else if (is_aarch64(t))
        entry |= 0x400; /* D8.5.1: AF is bit 10, with TCR.HA */
    else if (is_armv7(t))
        entry |= armv7_access_flag(t, page.level); /* by the handler of the Access flag fault */
    /* D8.5.2: bit 7 is AP[2], with TCR.HD, and at stage 2 S2AP[1], with VTCR.HD */
    else if (is_iommu(t))
        entry |= iommu_notes(t);
    if (t->oracle.format.hafdbs)
        entry = t->oracle.format.stage2 ? entry | 0x80 : entry & ~UINT64_C(0x80);
    if (t->oracle.format.hptw)
        entry |= 0x3; /* LoongArch volume 1, 5.4.5: V is bit 0, D bit 1, with PWCH.HPTW_En */
    put_entry(t, slot, entry);
}

pt64_flags_t stored_flags(const struct test *t)
{
    if (is_armv7(t))
        return armv7_access_flag(t, 0) != 0 ? PT64_ACCESSED : 0;
    if (t->oracle.format.no_ad || (is_loongarch64(t) && !t->oracle.format.hptw) ||
        (is_iommu(t) && !t->oracle.format.device_ad))
        return 0;
    return PT64_ACCESSED | (is_aarch64(t) && !t->oracle.format.hafdbs ? 0 : PT64_DIRTY);
}

bool is_written_by_hardware(const struct test *t)
{
    return stored_flags(t) != 0 && !is_armv7(t);
}

static void store_in_flush(void *arg, const struct pt64_flush *request)
{
    struct late_store *store = arg;

    (void)request;
    if (!store->is_done)
        put_entry(store->t, store->slot, store->entry);
    store->is_done = true;
}

void arm_late_store(struct test *t, struct late_store *store, pt64_vaddr_t vaddr)
{
    uint64_t clean = leaf_at(t, vaddr);

    store->t = t;
    store->is_done = false;
    store->slot = leaf_slot(t, vaddr);
    hardware_stores(t, vaddr);
    store->entry = leaf_at(t, vaddr);
    put_entry(t, store->slot, clean);
    t->arena.on_flush = store_in_flush;
    t->arena.on_flush_arg = store;
}

size_t flushes(const struct test *t)
{
    return arena_count(&t->arena, ARENA_FLUSH);
}

pt64_paddr_t same_frame(void *arg, pt64_vaddr_t vaddr)
{
    (void)vaddr;
    return *(const pt64_paddr_t *)arg;
}

void listen(struct test *t)
{
    commit(t);
    arena_clear_events(&t->arena);
}

bool covers(const struct pt64_flush *request, pt64_vaddr_t vaddr, pt64_size_t size)
{
    if (request->everything)
        return true;
    for (unsigned i = 0; i < request->count; i++) {
        const struct pt64_flush_range *range = &request->ranges[i];

        for (uint64_t offset = 0; offset < range->bytes; offset += range->stride)
            if (range->vaddr + offset - vaddr < size)
                return true;
    }
    return false;
}

/* ---- the end of every test ---- */

/* Maximal runs of what the hardware sees, by the same rules as name_next. */
static size_t merge_run(struct test *t, const struct oracle_survey *survey, size_t first,
                        struct pt64_mapping *run)
{
    size_t i = first;

    expect_ok(query(t, survey->pages[first].vaddr, run));
    for (i++; i < survey->page_count; i++) {
        const struct oracle_page *page = &survey->pages[i];
        struct pt64_mapping at = {0, 0, 0, 0};

        expect_ok(query(t, page->vaddr, &at));
        if (page->vaddr != run->vaddr + run->size || page->paddr != run->paddr + run->size ||
            at.flags != run->flags)
            break;
        run->size += page->size;
    }
    return i;
}

/* The first run from `*from` on that is no hidden page and no mark. Hardware faults at those.
 * `*from` becomes the address after it, 0 at the top of the address space. */
static pt64_status_t next_seen(struct test *t, pt64_vaddr_t *from, struct pt64_mapping *run)
{
    pt64_status_t status;

    do {
        struct oracle_page page;

        status = next(t, *from, run);
        if (status != PT64_OK)
            return status;
        *from = run->vaddr + run->size;
        if (!is_hidden_by(run->flags))
            return PT64_OK;
        if (oracle_walk(&t->oracle, t->s->root(t->table), run->vaddr, &page, NULL) == ORACLE_PAGE)
            return PT64_OK; /* a page that refuses every access, which other software made */
    } while (*from != 0);
    return PT64_NOT_MAPPED;
}

static void check_next(struct test *t, const struct oracle_survey *survey)
{
    pt64_vaddr_t from = 0;
    struct pt64_mapping run = {0, 0, 0, 0};

    for (size_t i = 0; i < survey->page_count;) {
        struct pt64_mapping expected;

        i = merge_run(t, survey, i, &expected);
        expect_ok(next_seen(t, &from, &run));
        check_mapping(&expected, &run, __FILE__, __LINE__);
        if (from == 0) /* the top of the address space: nothing can follow */
            return;
    }
    expect(PT64_NOT_MAPPED, next_seen(t, &from, &run));
}

struct leaf_check {
    struct test *t;
    const struct oracle_survey *survey;
    size_t leaves;
    size_t tables;
    size_t open; /* nodes with a visit before, and none after yet */
    bool wrong;
};

static enum pt64_walk check_visit(void *arg, const struct pt64_visit *visit)
{
    struct leaf_check *check = arg;

    if (visit->kind == PT64_LINK) {
        check->tables += visit->after ? 0 : 1;
        check->open += visit->after ? SIZE_MAX : 1;
    } else if (visit->kind != PT64_LEAF) {
        struct oracle_page page;

        check->wrong |=
            visit->after || oracle_walk(&check->t->oracle, check->t->s->root(check->t->table),
                                        visit->slot.vaddr, &page, NULL) != ORACLE_FAULT;
    } else if (check->leaves < check->survey->page_count) {
        const struct oracle_page *page = &check->survey->pages[check->leaves++];

        check->wrong |= visit->after || visit->level != page->level ||
                        visit->entry != page->entry || visit->slot.vaddr != page->vaddr ||
                        visit->slot.paddr != page->paddr || visit->slot.size != page->size;
    } else {
        check->wrong = true;
    }
    return PT64_WALK_ON;
}

static void check_walk(struct test *t, const struct oracle_survey *survey)
{
    struct leaf_check check = {.t = t, .survey = survey};

    expect_ok(t->s->walk(t->table, check_visit, &check));
    assert_false(check.wrong);
    assert_int_equal(check.leaves, survey->page_count);
    assert_int_equal(check.tables, survey->frame_count - 1 - survey->sink_count);
    assert_int_equal(check.open, 0);
}

void test_forgive_leaks(struct test *t)
{
    t->forgives_leaks = true;
}

void test_begin(struct test *t, const struct subject *subject, enum arena_place place)
{
    memset(t, 0, sizeof *t);
    t->s = subject;
    if (subject->select != NULL)
        subject->select(subject);
    assert_true(oracle_parse(subject->name, &t->oracle.format));
    granted = grants_of(t);
    executing = has_execution(t) ? PT64_EXECUTE : 0;
    type_flags = has_types(t) ? PT64_MEMORY_TYPES : 0;
    if (subject->memory_types != 0)
        t->oracle.format.memory_types = subject->memory_types;
    arena_init(&t->arena, place, t->oracle.format.paddr_bits);
    t->oracle.memory = (struct oracle_memory){arena_read, &t->arena};
    t->table = new_table(t);
    t->guard = new_guard(t, t->table);
}

void test_end(struct test *t)
{
    const char *defect;

    t->arena.allocations_left = SIZE_MAX;
    t->arena.on_alloc = NULL;
    t->arena.on_flush = NULL;
    commit(t);
    expect_sound();
    if (t->s->root(t->table) != PT64_NO_FRAME) {
        struct oracle_survey survey;

        oracle_survey(&t->oracle, t->s->root(t->table), &survey);
        check_next(t, &survey);
        check_walk(t, &survey);
        oracle_survey_free(&survey);
    }
    end_table(t, t->table, t->guard);
    defect = arena_defect(&t->arena);
    if (defect != NULL)
        fail_at(__FILE__, __LINE__, "the allocator objects: %s: %#llx", defect,
                (unsigned long long)t->arena.defect_frame);
    assert_true(t->arena.live == 0 || t->forgives_leaks);
    arena_fini(&t->arena);
}

/* ---- what is skipped ---- */

struct skip {
    const struct subject *subject;
    const struct test_case *test;
    struct test_row row; /* line 0: the whole test */
};

static struct skip *skips;
static size_t skip_count;

static void add_skip(const struct subject *subject, const struct test_case *test,
                     struct test_row row)
{
    skips = realloc(skips, (skip_count + 1) * sizeof *skips);
    if (skips == NULL)
        abort();
    skips[skip_count++] = (struct skip){subject, test, row};
}

bool check_row(struct test *t, unsigned row, bool applies, const char *needs, int line)
{
    size_t i = 0;

    while (i < t->row_count && (t->rows[i].line != line || t->rows[i].row != row))
        i++;
    if (i == TEST_ROWS)
        abort();
    if (i == t->row_count)
        t->rows[t->row_count++] = (struct test_row){line, row, false, needs};
    t->rows[i].applied |= applies;
    return applies;
}

static void add_skipped_rows(const struct test *t, const struct test_case *test)
{
    for (size_t i = 0; i < t->row_count; i++)
        if (!t->rows[i].applied)
            add_skip(t->s, test, t->rows[i]);
}

/* How many of the format's skips from the i-th on have its reason; 0 if an earlier one has it. */
static size_t count_alike(size_t i)
{
    size_t count = 0;

    for (size_t k = 0; k < skip_count; k++)
        if (skips[k].subject == skips[i].subject &&
            strcmp(skips[k].row.needs, skips[i].row.needs) == 0) {
            if (k < i)
                return 0;
            count++;
        }
    return count;
}

/* Prints `# format skips test: why` for each, and `# format skipped 3: why (2), why (1)`. */
static void tell_skips(const struct subject *subject)
{
    const char *separator = ": ";
    size_t count = 0;

    for (size_t i = 0; i < skip_count; i++) {
        const struct skip *skip = &skips[i];

        if (skip->subject != subject)
            continue;
        count++;
        printf("# %s skips %s", subject->name, skip->test->name);
        if (skip->row.line != 0)
            printf(", row %u at line %d", skip->row.row, skip->row.line);
        printf(": %s\n", skip->row.needs);
    }
    printf("# %s skipped %zu", subject->name, count);
    for (size_t i = 0; i < skip_count; i++) {
        size_t alike = skips[i].subject == subject ? count_alike(i) : 0;

        if (alike > 0) {
            printf("%s%s (%zu)", separator, skips[i].row.needs, alike);
            separator = ", ";
        }
    }
    printf("\n");
}

/* ---- the runner ---- */

struct run {
    const struct subject *subject;
    const struct test_case *test;
    size_t number; /* in the order in which they run */
    char name[160];
};

static const char *running;
static bool stops_at_a_failure;
static unsigned test_seconds = TEST_SECONDS;

/* What the program executes to go on after the running test: itself, with the count of tests to
 * skip. */
static char **resume_arguments;
static char resume_count[24];

static void write_text(const char *text)
{
    if (write(STDOUT_FILENO, text, strlen(text)) < 0)
        _exit(2);
}

/* The running test does not end. It may hang anywhere, so the state of the process is worth
 * nothing. The other tests run in a fresh process. */
static void give_up(int signal)
{
    (void)signal;
    write_text("not ok - ");
    write_text(running);
    write_text("\n# it does not end\n");
    if (!stops_at_a_failure)
        execv("/proc/self/exe", resume_arguments);
    _exit(2);
}

/* The arguments of the fresh process: `unit -s COUNT` and the words. run_one writes the count. */
static void prepare_to_resume(char **argv, int words)
{
    resume_arguments = allocate(((size_t)words + 4) * sizeof *resume_arguments);
    resume_arguments[0] = argv[0];
    resume_arguments[1] = "-s";
    resume_arguments[2] = resume_count;
    memcpy(&resume_arguments[3], argv + optind, (size_t)words * sizeof *resume_arguments);
}

static void watch_for_hangs(void)
{
    /* The signal must not be blocked while it is handled, or it would be in the fresh process. */
    struct sigaction action = {.sa_handler = give_up, .sa_flags = SA_NODEFER};
    const char *seconds = getenv("UNIT_SECONDS");

    if (seconds != NULL)
        test_seconds = (unsigned)strtoul(seconds, NULL, 10);
    sigaction(SIGALRM, &action, NULL);
}

static void run_one(void **state)
{
    const struct run *run = *state;
    struct test t;

    if (stops_at_a_failure && running != NULL)
        exit(1); /* the running test did not come to its end */
    running = run->name;
    snprintf(resume_count, sizeof resume_count, "%zu", run->number + 1);
    alarm(test_seconds);
    test_begin(&t, run->subject, ARENA_MIDDLE);
    if (run->test->is_of_no_format) { /* it has formats of its own, that have each permission */
        executing = PT64_EXECUTE;
        type_flags = PT64_MEMORY_TYPES;
        granted = 0;
    }
    run->test->run(&t);
    test_end(&t);
    add_skipped_rows(&t, run->test);
    alarm(0);
    running = NULL;
}

static bool is_applicable(const struct subject *subject, const struct test_case *test)
{
    struct test t = {.s = subject};

    if (!oracle_parse(subject->name, &t.oracle.format)) {
        printf("# the oracle does not know the format %s\n", subject->name);
        exit(2);
    }
    return test->applies == NULL || test->applies(&t);
}

static bool has_words(const char *name, char **words)
{
    for (; *words != NULL; words++)
        if (strstr(name, *words) == NULL)
            return false;
    return true;
}

/* Fills the list with the tests that the words choose, and returns how many there are. */
static size_t collect_runs(struct run *runs, struct CMUnitTest *list, char **words)
{
    size_t count = 0;

    for (size_t s = 0; subjects[s] != NULL; s++) {
        for (size_t i = 0; i < test_count; i++) {
            struct run *run = &runs[count];

            if (tests[i]->is_of_no_format && s > 0)
                continue;
            *run = (struct run){.subject = subjects[s], .test = tests[i], .number = count};
            snprintf(run->name, sizeof run->name, "%s: %s", subjects[s]->name, tests[i]->name);
            if (!has_words(run->name, words))
                continue;
            if (!is_applicable(subjects[s], tests[i])) {
                add_skip(subjects[s], tests[i], (struct test_row){.needs = tests[i]->needs});
                continue;
            }
            list[count++] =
                (struct CMUnitTest){.name = run->name, .test_func = run_one, .initial_state = run};
        }
    }
    return count;
}

/*
 * unit [-f] [-s COUNT] [word ...]: runs the tests that have each word in their line, which is
 * "format: test". With -f it stops at the first that fails. With -s it leaves out the first COUNT,
 * the last of which failed. A test that does not end in UNIT_SECONDS, by default 60, has failed.
 */
int main(int argc, char **argv)
{
    struct CMUnitTest *list;
    struct run *runs;
    size_t room = 1;
    size_t count;
    size_t done = 0;
    int failed;
    int option;

    while ((option = getopt(argc, argv, "fs:")) != -1) {
        if (option == 'f')
            stops_at_a_failure = true;
        else if (option == 's')
            done = strtoul(optarg, NULL, 10);
        else
            return 2;
    }
    for (size_t s = 0; subjects[s] != NULL; s++)
        room += test_count;
    list = allocate(room * sizeof *list);
    runs = allocate(room * sizeof *runs);
    count = collect_runs(runs, list, argv + optind);
    if (done > count)
        done = count;
    prepare_to_resume(argv, argc - optind);
    watch_for_hangs();
    failed = _cmocka_run_group_tests("unit", list + done, count - done, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || runs[i].subject != runs[i - 1].subject)
            tell_skips(runs[i].subject);
    }
    free(resume_arguments);
    free(skips);
    free(list);
    free(runs);
    return failed == 0 && done == 0 ? 0 : 1;
}

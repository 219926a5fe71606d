/* SPDX-License-Identifier: MIT */
/* Tables of x86 CPUs that differ: one table type, whose limits are what CPUID and CR4 say. The
 * oracle is told what each CPU lacks. */
#include <page_table64.h>
#include <page_table64/meta/i386.h>

#include "test.h"

/* SDM 3A, 2.5: LA57 is bit 12 of CR4. PAE and PGE, bits 5 and 7, say nothing of limits. */
#define CR4_LA48 UINT64_C(0x00a0)
#define CR4_LA57 UINT64_C(0x10a0)

/* SDM 3A, 5.1.4: in CPUID.80000001H:EDX. */
#define NX     UINT32_C(0x00100000)
#define PAGE1G UINT32_C(0x04000000)

/* ---- what CPUID says ---- */

/* CPUID.80000001H:EDX and CPUID.80000008H:EAX, and what they mean by 5.1.4: bits 7:0 of the latter
 * are MAXPHYADDR. */
static const struct {
    uint32_t features;
    uint32_t sizes;
    bool has_nx;
    bool has_1g;
    unsigned paddr_bits;
} cpus[] = {
    {0xe1d3fbff, 0x3028, true, false, 40},  /* Opteron 240 */
    {0x20100000, 0x3024, true, false, 36},  /* Celeron D 326 */
    {0x20000000, 0x3024, false, false, 36}, /* the same, NX disabled by firmware */
    {0xefd3fbff, 0x3030, true, true, 48},   /* Opteron 2347 */
    {0x2c100800, 0x3934, true, true, 52},   /* Xeon, Ice Lake */
};

/* The rest is the same for all. */
static void expect_limits(struct pt64_limits limits, unsigned levels, unsigned vaddr_bits,
                          unsigned leaf_levels)
{
    assert_int_equal(limits.levels, levels);
    assert_int_equal(limits.vaddr_bits, vaddr_bits);
    assert_int_equal(limits.leaf_levels, leaf_levels);
    assert_false(limits.by_range);
    assert_int_equal(limits.split, PT64_RESIZE_FLUSH);
    assert_int_equal(limits.grow, PT64_RESIZE_BREAK);
    assert_int_equal(limits.flush_limit, 33);
}

TEST_ONCE(limits_of_known_cpus_are_those_that_they_have)
{
    for (size_t i = 0; i < sizeof cpus / sizeof cpus[0]; i++) {
        struct pt64_limits four = pt64_x86_64_limits(CR4_LA48, cpus[i].features, cpus[i].sizes);
        struct pt64_limits five = pt64_x86_64_limits(CR4_LA57, cpus[i].features, cpus[i].sizes);
        struct pt64_limits pae = pt64_i386_pae_limits(cpus[i].features, cpus[i].sizes);

        expect_limits(four, 4, 48, cpus[i].has_1g ? 3 : 2);
        expect_limits(five, 5, 57, cpus[i].has_1g ? 3 : 2);
        expect_limits(pae, 3, 32, 2);
        assert_int_equal(four.paddr_bits, cpus[i].paddr_bits);
        assert_int_equal(pae.paddr_bits, cpus[i].paddr_bits);
        assert_int_equal(four.no_execute, cpus[i].has_nx);
        assert_int_equal(pae.no_execute, cpus[i].has_nx);
    }
}

/* 5.1.4: 36 bits with PAE and without the leaf. A Pentium M has the leaf, and 32 bits. */
TEST_ONCE(limits_of_32_bit_cpus_are_those_that_they_have)
{
    assert_int_equal(pt64_i386_pae_limits(0, 0).paddr_bits, 36);
    assert_false(pt64_i386_pae_limits(0, 0).no_execute);
    assert_int_equal(pt64_i386_pae_limits(0x00100000, 0x2020).paddr_bits, 32);
    assert_true(pt64_i386_pae_limits(0x00100000, 0x2020).no_execute);
}

/* ---- CPUs ---- */

/* A CPU's memory, the limits of its tables, and its walker. */
struct cpu {
    struct arena memory;
    struct arena *frames; /* the memory, or that of another CPU */
    struct pt64_limits limits;
    struct oracle oracle;
};

static pt64_paddr_t cpu_alloc_frame(void *ctx, size_t bytes)
{
    return arena_alloc_frame(((const struct cpu *)ctx)->frames, bytes);
}

static void cpu_free_frame(void *ctx, pt64_paddr_t frame, size_t bytes)
{
    arena_free_frame(((const struct cpu *)ctx)->frames, frame, bytes);
}

static void *cpu_phys_to_virt(void *ctx, pt64_paddr_t frame)
{
    return arena_phys_to_virt(((const struct cpu *)ctx)->frames, frame);
}

static void cpu_flush(void *ctx, const struct pt64_flush *request)
{
    arena_flush(((const struct cpu *)ctx)->frames, request);
}

static const struct pt64_limits *cpu_limits(void *ctx)
{
    return &((const struct cpu *)ctx)->limits;
}

static const struct pt64_handler cpu_handler = {cpu_alloc_frame, cpu_free_frame, cpu_phys_to_virt,
                                                cpu_flush,       cpu_limits,     NULL};

PAGE_TABLE64_DEFINE(any, pt64_x86_64_any, pt64_x86_64_pte, cpu_handler);
PAGE_TABLE64_DEFINE(pae, pt64_i386_pae, pt64_i386_pae_pte, cpu_handler);

/* A CPU that walks tables of the format `id`. */
static void cpu_begin(struct cpu *cpu, const char *id, enum arena_place place, uint32_t features,
                      unsigned paddr_bits)
{
    struct oracle_format *format = &cpu->oracle.format;

    arena_init(&cpu->memory, place, paddr_bits);
    cpu->frames = &cpu->memory;
    cpu->oracle.memory = (struct oracle_memory){arena_read, &cpu->memory};
    assert_true(oracle_parse(id, format));
    format->paddr_bits = paddr_bits;
    format->no_nx = (features & NX) == 0;
    if ((features & PAGE1G) == 0)
        format->leaf_levels = 2;
}

static void cpu_end(struct cpu *cpu)
{
    assert_null(arena_defect(&cpu->memory));
    assert_int_equal(cpu->memory.live, 0);
    arena_fini(&cpu->memory);
}

static void expect_sound_on(const struct cpu *cpu, pt64_paddr_t root)
{
    struct oracle_survey survey;

    oracle_survey(&cpu->oracle, root, &survey);
    if (survey.defect != NULL)
        fail_msg("%s at %#llx", survey.defect, (unsigned long long)survey.defect_vaddr);
    oracle_survey_free(&survey);
}

/* An x86-64 CPU, and a table of it that is being changed. */
struct machine {
    struct cpu cpu;
    any_t table;
    any_guard_t guard;
};

static void machine_begin(struct machine *m, uint64_t cr4, uint32_t features, unsigned paddr_bits)
{
    m->cpu.limits = pt64_x86_64_limits(cr4, features, 0x3000 | paddr_bits);
    cpu_begin(&m->cpu, cr4 == CR4_LA57 ? "x86_64_la57" : "x86_64_la48", ARENA_TO_TOP, features,
              paddr_bits);
}

static void machine_open(struct machine *m)
{
    expect_ok(any_create(&m->table, &m->cpu));
    any_begin(&m->guard, &m->table);
}

static void machine_end(struct machine *m)
{
    struct pt64_flaw flaw;

    any_commit(&m->guard);
    expect_ok(any_check(&m->table, 0, &flaw));
    expect_sound_on(&m->cpu, any_root(&m->table));
    any_destroy(&m->table);
    cpu_end(&m->cpu);
}

/* What the CPU finds at `vaddr`. */
static void expect_walk(const struct machine *m, pt64_vaddr_t vaddr, pt64_paddr_t paddr,
                        pt64_size_t size)
{
    struct oracle_page page;

    assert_int_equal(oracle_walk(&m->cpu.oracle, any_root(&m->table), vaddr, &page, NULL),
                     ORACLE_PAGE);
    assert_true(page.paddr == paddr && page.size == size);
}

#define VADDR UINT64_C(0x40000000)

/* ---- addresses ---- */

#define END (UINT64_C(1) << 36)

static pt64_paddr_t frames_across_the_end(void *arg, pt64_vaddr_t vaddr)
{
    (void)arg;
    return END - PT64_SIZE_4K + (vaddr - VADDR);
}

TEST_ONCE(no_page_is_beyond_the_addresses_of_the_cpu)
{
    struct machine m;
    any_t stray;

    machine_begin(&m, CR4_LA48, NX | PAGE1G, 36);
    machine_open(&m);
    expect_ok(any_map(&m.guard, VADDR, END - PT64_SIZE_4K, PT64_SIZE_4K, RW));
    expect_walk(&m, VADDR, END - PT64_SIZE_4K, PT64_SIZE_4K);
    expect(PT64_BAD_ADDRESS, any_map(&m.guard, 2 * VADDR, END, PT64_SIZE_4K, RW));
    expect(PT64_BAD_ADDRESS, any_map(&m.guard, 2 * VADDR, END, PT64_SIZE_1G, RW));
    expect(PT64_BAD_ADDRESS, any_remap(&m.guard, VADDR, END, RW));
    expect_ok(any_unmap(&m.guard, VADDR, NULL));
    expect(PT64_BAD_ADDRESS, any_map_region(&m.guard, VADDR, END - PT64_SIZE_2M, 2 * PT64_SIZE_2M,
                                            RW, PT64_SIZE_ANY));
    expect(PT64_BAD_ADDRESS, any_map_pages(&m.guard, VADDR, frames_across_the_end, NULL,
                                           2 * PT64_SIZE_4K, RW, PT64_SIZE_ANY));
    expect(PT64_BAD_ADDRESS, any_adopt(&stray, END, &m.cpu));
    machine_end(&m);
}

TEST_ONCE(no_node_is_beyond_the_addresses_of_the_cpu)
{
    struct machine m;

    machine_begin(&m, CR4_LA48, NX, 36);
    machine_open(&m);
    m.cpu.memory.lie = END;
    expect(PT64_NO_MEMORY, any_map(&m.guard, VADDR, 0, PT64_SIZE_4K, RW));
    expect_ok(any_map(&m.guard, VADDR, 0, PT64_SIZE_4K, RW));
    machine_end(&m);
}

/* ---- 1G pages ---- */

static void expect_pages_of(uint32_t features, pt64_size_t size, pt64_status_t status_of_1g)
{
    struct machine m;

    machine_begin(&m, CR4_LA48, features, 46);
    machine_open(&m);
    expect_ok(any_map_region(&m.guard, VADDR, PT64_SIZE_1G, PT64_SIZE_1G, RW, PT64_SIZE_ANY));
    expect_walk(&m, VADDR, PT64_SIZE_1G, size);
    expect(status_of_1g, any_map(&m.guard, 3 * VADDR, PT64_SIZE_1G, PT64_SIZE_1G, RW));
    machine_end(&m);
}

TEST_ONCE(pages_of_1g_are_made_only_where_the_cpu_has_them)
{
    expect_pages_of(NX | PAGE1G, PT64_SIZE_1G, PT64_OK);
    expect_pages_of(NX, PT64_SIZE_2M, PT64_BAD_SIZE);
}

/* ---- NX ---- */

static pt64_paddr_t same_address(void *arg, pt64_vaddr_t vaddr)
{
    (void)arg;
    return vaddr;
}

/* Every call that takes flags answers `status` for those without PT64_EXECUTE. */
static void expect_refusal_of_execution(uint32_t features, pt64_status_t status)
{
    struct machine m;

    machine_begin(&m, CR4_LA57, features, 46);
    machine_open(&m);
    expect_ok(any_map(&m.guard, VADDR, 0, PT64_SIZE_4K, RX));
    expect(status, any_protect(&m.guard, VADDR, RW));
    expect(status, any_protect_region(&m.guard, VADDR, PT64_SIZE_4K, R));
    expect(status, any_remap(&m.guard, VADDR, PT64_SIZE_2M, RW));
    expect(status, any_map(&m.guard, 2 * VADDR, 0, PT64_SIZE_4K, R));
    expect(status, any_map(&m.guard, 3 * VADDR, 0, PT64_SIZE_2M, RWU));
    expect(status, any_map_region(&m.guard, 4 * VADDR, 0, PT64_SIZE_2M, RW, PT64_SIZE_ANY));
    expect(status,
           any_map_pages(&m.guard, 5 * VADDR, same_address, NULL, PT64_SIZE_4K, R, PT64_SIZE_ANY));
    expect_ok(any_protect(&m.guard, VADDR, RW | PT64_EXECUTE));
    machine_end(&m);
}

TEST_ONCE(without_nx_no_page_refuses_execution)
{
    expect_refusal_of_execution(NX, PT64_OK);
    expect_refusal_of_execution(0, PT64_BAD_FLAGS);
}

/* ---- PAE paging ---- */

static void expect_pae(uint32_t features, pt64_status_t status_of_rw)
{
    pae_guard_t guard;
    struct cpu cpu;
    pae_t table;

    cpu.limits = pt64_i386_pae_limits(features, 0);
    /* The root is below 4 GiB. */
    cpu_begin(&cpu, "i386_pae", ARENA_MIDDLE, features, 36);
    expect_ok(pae_create(&table, &cpu));
    pae_begin(&guard, &table);
    expect(status_of_rw, pae_map(&guard, VADDR, 0, PT64_SIZE_4K, RW));
    expect(PT64_BAD_ADDRESS, pae_map(&guard, 2 * VADDR, END, PT64_SIZE_4K, RX));
    expect_ok(pae_map(&guard, 2 * VADDR, END - PT64_SIZE_2M, PT64_SIZE_2M, RX));
    pae_commit(&guard);
    expect_sound_on(&cpu, pae_root(&table));
    pae_destroy(&table);
    cpu_end(&cpu);
}

TEST_ONCE(pae_paging_keeps_to_what_the_cpu_has)
{
    expect_pae(NX, PT64_OK);
    expect_pae(0, PT64_BAD_FLAGS);
}

/* ---- entries that the CPU reserves ---- */

static uint64_t *slot_at(struct machine *m, pt64_vaddr_t vaddr, unsigned level)
{
    pt64_paddr_t node = any_root(&m->table);

    for (unsigned at = m->cpu.oracle.format.levels - 1;; at--) {
        uint64_t *slot = arena_word(&m->cpu.memory, node + (vaddr >> (12 + 9 * at) & 511) * 8);

        if (at == level)
            return slot;
        node = *slot & UINT64_C(0x000ffffffffff000);
    }
}

/*
 * Of an entry in the slot of VADDR, `bits` must be clear on this CPU. If there are any, the entry
 * is neither a page nor a link, and its slot is not free.
 */
static void expect_wrong(struct machine *m, unsigned level, uint64_t entry, uint64_t bits)
{
    uint64_t *slot = slot_at(m, VADDR, level);
    uint64_t before = *slot;
    struct pt64_mapping page;
    struct oracle_page seen;
    struct pt64_flaw flaw;

    *slot = entry;
    assert_int_equal(oracle_walk(&m->cpu.oracle, any_root(&m->table), VADDR, &seen, NULL),
                     bits == 0 ? ORACLE_PAGE : ORACLE_DEFECT);
    expect(bits == 0 ? PT64_OK : PT64_NOT_MAPPED, any_query(&m->table, VADDR, &page));
    expect(bits == 0 ? PT64_OK : PT64_CORRUPT, any_check(&m->table, 0, &flaw));
    if (bits != 0) {
        assert_int_equal(flaw.kind, PT64_FLAW_RESERVED);
        assert_int_equal(flaw.level, level);
        assert_true(flaw.entry == entry && flaw.bits == bits);
        expect(PT64_ALREADY_MAPPED, any_map(&m->guard, VADDR, 0, PT64_SIZE_4K, RX));
        assert_true(*slot == entry);
    }
    *slot = before;
}

/* SDM 3A, tables 5-14 to 5-20: bits 51:M are reserved, bit 63 without NX. P 0, R/W 1, PS 7. */
static void expect_reserved(uint32_t features, unsigned paddr_bits)
{
    uint64_t beyond = UINT64_C(1) << paddr_bits;
    uint64_t top = UINT64_C(1) << 51;
    uint64_t xd = UINT64_C(1) << 63;
    uint64_t reserved_xd = features & NX ? 0 : xd;
    uint64_t reserved_ps = features & PAGE1G ? 0 : 0x80;
    struct machine m;

    machine_begin(&m, CR4_LA48, features, paddr_bits);
    machine_open(&m);
    expect_ok(any_map(&m.guard, VADDR, 0, PT64_SIZE_4K, RX));
    expect_wrong(&m, 0, (beyond - 0x1000) | 3, 0);
    expect_wrong(&m, 0, beyond | 3, beyond);
    expect_wrong(&m, 0, top | 0x5003, top);
    expect_wrong(&m, 0, xd | 0x5003, reserved_xd);
    expect_wrong(&m, 1, beyond | 0x00200083, beyond);
    expect_wrong(&m, 1, xd | 0x00200083, reserved_xd);
    expect_wrong(&m, 1, beyond | *slot_at(&m, VADDR, 1), beyond);
    expect_wrong(&m, 1, xd | *slot_at(&m, VADDR, 1), reserved_xd);
    expect_wrong(&m, 2, 0x40000083, reserved_ps);
    expect_wrong(&m, 2, beyond | 0x40000083, beyond | reserved_ps);
    expect_wrong(&m, 3, beyond | *slot_at(&m, VADDR, 3), beyond);
    machine_end(&m);
}

TEST_ONCE(an_entry_with_bits_that_the_cpu_lacks_is_unknown)
{
    expect_reserved(NX | PAGE1G, 46);
    expect_reserved(NX, 40);
    expect_reserved(PAGE1G, 39);
    expect_reserved(0, 36);
}

/* What is not present is software's. */
TEST_ONCE(an_absent_entry_has_no_bits_that_the_cpu_lacks)
{
    struct pt64_limits limits = pt64_x86_64_limits(CR4_LA48, 0, 36);

    for (unsigned level = 0; level < 4; level++) {
        assert_int_equal(pt64_x86_64_pte.kind(&limits, ~UINT64_C(1), level), PT64_EMPTY);
        assert_true(pt64_x86_64_pte.wrong(&limits, ~UINT64_C(1), level, 0) == 0);
    }
}

/* ---- levels ---- */

TEST_ONCE(tables_of_four_and_of_five_levels_are_of_one_type)
{
    static const pt64_vaddr_t both[] = {VADDR, ~UINT64_C(0xfff)};
    pt64_vaddr_t wide = UINT64_C(1) << 47; /* canonical with 57 bits and not with 48 */
    struct machine four, five;

    machine_begin(&four, CR4_LA48, NX | PAGE1G, 46);
    machine_begin(&five, CR4_LA57, NX | PAGE1G, 52);
    machine_open(&four);
    machine_open(&five);
    for (unsigned i = 0; i < 2; i++) {
        expect_ok(any_map(&four.guard, both[i], 0x1000, PT64_SIZE_4K, RW));
        expect_ok(any_map(&five.guard, both[i], 0x2000, PT64_SIZE_4K, RW));
        expect_walk(&four, both[i], 0x1000, PT64_SIZE_4K);
        expect_walk(&five, both[i], 0x2000, PT64_SIZE_4K);
    }
    assert_int_equal(four.cpu.memory.live, 1 + 2 * 3);
    assert_int_equal(five.cpu.memory.live, 1 + 2 * 4);
    expect(PT64_BAD_ADDRESS, any_map(&four.guard, wide, 0x3000, PT64_SIZE_4K, RW));
    expect_ok(any_map(&five.guard, wide, 0x3000, PT64_SIZE_4K, RW));
    expect_walk(&five, wide, 0x3000, PT64_SIZE_4K);
    machine_end(&four);
    machine_end(&five);
}

/* ---- sharing ---- */

/* A page, in a root slot of 512G and in one of 256T. */
#define KERNEL (~UINT64_C(0) << 39)

static void forget(void *arg, const struct pt64_mapping *page)
{
    (void)arg;
    (void)page;
}

/* A table of the CPU that is described clones and borrows from one with five levels, NX, 1G pages
 * and 46 bits. */
static void expect_loan(pt64_status_t status, uint64_t cr4, uint32_t features, unsigned paddr_bits)
{
    pt64_size_t slot = PT64_SIZE_256T;
    pt64_vaddr_t first = ~UINT64_C(0) << 48;
    struct machine lender, borrower;

    machine_begin(&lender, CR4_LA57, NX | PAGE1G, 46);
    machine_begin(&borrower, cr4, features, paddr_bits);
    borrower.cpu.frames = &lender.cpu.memory;
    borrower.cpu.oracle.memory.ctx = &lender.cpu.memory;
    machine_open(&lender);
    machine_open(&borrower);
    expect_ok(any_map(&lender.guard, KERNEL, 0x1000, PT64_SIZE_4K, RW));
    expect_ok(any_pin(&lender.guard, first, slot));
    expect_ok(any_map(&lender.guard, 0x1000, 0x1000, PT64_SIZE_4K, RW));
    expect(status, any_clone_region(&borrower.guard, &lender.guard, 0x1000, PT64_SIZE_4K, 0, 0,
                                    forget, NULL));
    expect(status, any_copy_from(&borrower.guard, &lender.table, first, slot));
    if (status == PT64_OK)
        expect_walk(&borrower, KERNEL, 0x1000, PT64_SIZE_4K);
    machine_end(&borrower);
    machine_end(&lender);
}

/* What the one table holds, the CPUs of the other may not understand. */
TEST_ONCE(tables_of_unequal_limits_share_nothing)
{
    expect_loan(PT64_OK, CR4_LA57, NX | PAGE1G, 46);
    expect_loan(PT64_BAD_SIZE, CR4_LA48, NX | PAGE1G, 46);
    expect_loan(PT64_BAD_SIZE, CR4_LA57, NX, 46);
    expect_loan(PT64_BAD_SIZE, CR4_LA57, PAGE1G, 46);
    expect_loan(PT64_BAD_SIZE, CR4_LA57, NX | PAGE1G, 52);
}

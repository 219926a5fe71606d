/* SPDX-License-Identifier: MIT */
/*
 * ARMv7-A and ARMv7-R ARM (DDI 0406C): B3.5 "Short-descriptor translation table format", B3.6
 * "Long-descriptor translation table format", B3.7 "Memory access control", B3.8 "Memory region
 * attributes". Level 0 here is the manual's second or third level.
 */
#include "oracle.h"

/* ---- short descriptors ---- */

/* PRRR is in bits 31:0 of the registers, NMRR in bits 63:32 (B4.1). */

static uint64_t prrr_type(uint64_t registers, unsigned index)
{
    return oracle_field(registers, 2 * index + 1, 2 * index);
}

static uint64_t inner_caching(uint64_t registers, unsigned index)
{
    return oracle_field(registers, 32 + 2 * index + 1, 32 + 2 * index);
}

static uint64_t outer_caching(uint64_t registers, unsigned index)
{
    return oracle_field(registers, 48 + 2 * index + 1, 48 + 2 * index);
}

static enum oracle_type short_type(uint64_t registers, unsigned index)
{
    uint64_t inner = inner_caching(registers, index);

    if (index == 6) /* implementation defined */
        return ORACLE_OTHER_TYPE;
    switch (prrr_type(registers, index)) {
    case 0: /* Strongly-ordered */
    case 1: /* Device */
        return ORACLE_DEVICE;
    case 2: /* Normal */
        if (inner != outer_caching(registers, index))
            return ORACLE_OTHER_TYPE;
        return inner == 0 ? ORACLE_UNCACHED : inner == 1 ? ORACLE_WRITE_BACK : ORACLE_OTHER_TYPE;
    default:
        return ORACLE_OTHER_TYPE;
    }
}

/* The bits of a leaf by the names of B3.5.1. */
struct attributes {
    unsigned index; /* TEX[0], C, B */
    unsigned ap;    /* AP[2:0] */
    bool tex_2;
    bool shareable;
    bool not_global;
    bool execute_never;
};

static unsigned number_of(bool high, bool middle, bool low)
{
    return (high ? 4U : 0U) | (middle ? 2U : 0U) | (low ? 1U : 0U);
}

static struct attributes of_small_page(uint64_t entry)
{
    return (struct attributes){
        .index = number_of(oracle_bit(entry, 6), oracle_bit(entry, 3), oracle_bit(entry, 2)),
        .ap = number_of(oracle_bit(entry, 9), oracle_bit(entry, 5), oracle_bit(entry, 4)),
        .tex_2 = oracle_bit(entry, 8),
        .shareable = oracle_bit(entry, 10),
        .not_global = oracle_bit(entry, 11),
        .execute_never = oracle_bit(entry, 0),
    };
}

static struct attributes of_section(uint64_t entry)
{
    return (struct attributes){
        .index = number_of(oracle_bit(entry, 12), oracle_bit(entry, 3), oracle_bit(entry, 2)),
        .ap = number_of(oracle_bit(entry, 15), oracle_bit(entry, 11), oracle_bit(entry, 10)),
        .tex_2 = oracle_bit(entry, 14),
        .shareable = oracle_bit(entry, 16),
        .not_global = oracle_bit(entry, 17),
        .execute_never = oracle_bit(entry, 4),
    };
}

/* Table "VMSAv7 AP[2:0] access permissions model". */
static void access_by_three_bits(unsigned ap, struct oracle_page *page, struct oracle_step *step)
{
    page->kernel.read = ap != 0;
    page->kernel.write = ap == 1 || ap == 2 || ap == 3;
    page->user.read = ap == 2 || ap == 3 || ap == 6 || ap == 7;
    page->user.write = ap == 3;
    page->accessed = true;
    if (ap == 4 || ap == 6)
        oracle_reserved(step, "ARMv7: AP[2:0] 100 is reserved, 110 deprecated");
    if (ap == 2)
        oracle_reserved(step, "ARMv7: no flags say that PL1 writes what PL0 only reads");
}

/* Table "VMSAv7 AP[2:1] access permissions model". AP[0] is the access flag. */
static void access_by_two_bits(unsigned ap, struct oracle_page *page)
{
    bool user = (ap & 2) != 0;
    bool write = (ap & 4) == 0;

    page->kernel.read = true;
    page->kernel.write = write;
    page->user.read = user;
    page->user.write = user && write;
    page->accessed = (ap & 1) != 0;
}

/* B3.7.2: a region is executed where it can be read and XN is clear. */
static void access_of(const struct oracle_format *format, const struct attributes *attributes,
                      struct oracle_step *step)
{
    struct oracle_page *page = &step->page;

    if (format->access_flag)
        access_by_two_bits(attributes->ap, page);
    else
        access_by_three_bits(attributes->ap, page, step);
    page->kernel.execute = page->kernel.read && !attributes->execute_never;
    page->user.execute = page->user.read && !attributes->execute_never;
}

/* B3.8.3 "Determining the Shareable attribute, with TEX remap". NS1 is bit 19 of PRRR, NOS0 bit 24.
 */
static void check_shareability(uint64_t registers, const struct attributes *attributes,
                               struct oracle_step *step)
{
    bool shareable = oracle_bit(registers, attributes->shareable ? 19 : 18);
    bool inner = oracle_bit(registers, 24 + attributes->index);

    if (step->page.type == ORACLE_WRITE_BACK && !(shareable && inner))
        oracle_reserved(step, "ARMv7: cached memory must be inner shareable to be coherent");
}

static void short_leaf(const struct oracle_format *format, const struct attributes *attributes,
                       struct oracle_step *step)
{
    step->kind = ORACLE_LEAF;
    step->page.type = short_type(format->memory_types, attributes->index);
    step->page.global = !attributes->not_global;
    access_of(format, attributes, step);
    check_shareability(format->memory_types, attributes, step);
    if (attributes->index == 6)
        oracle_reserved(step, "ARMv7: TEX[0], C and B 110 are implementation defined");
    if (attributes->index == 2 || attributes->index == 3 || attributes->index == 5)
        oracle_reserved(step, "ARMv7: this memory type was not asked for");
    if (attributes->tex_2)
        oracle_reserved(step, "ARMv7: TEX[2] was not asked for");
}

/* What a first-level descriptor imposes on a region. Domain 0 alone is a client in DACR. */
static void check_first_level(uint64_t entry, struct oracle_step *step)
{
    if (oracle_field(entry, 8, 5) != 0)
        oracle_reserved(step, "ARMv7: no domain but 0 may be accessed");
    if (oracle_bit(entry, 9))
        oracle_reserved(step, "ARMv7: bit 9 is implementation defined");
}

static void section(const struct oracle_format *format, uint64_t entry, struct oracle_step *step)
{
    struct attributes attributes = of_section(entry);

    step->page.paddr = oracle_keep(entry, 31, 20);
    short_leaf(format, &attributes, step);
    check_first_level(entry, step);
    if (oracle_bit(entry, 0))
        oracle_reserved(step, "ARMv7: PXN needs a CPU that has it");
    if (oracle_bit(entry, 18))
        oracle_reserved(step, "ARMv7: a supersection fills sixteen entries");
    if (oracle_bit(entry, 19))
        oracle_reserved(step, "ARMv7: NS was not asked for");
}

static void page_table(uint64_t entry, struct oracle_step *step)
{
    step->kind = ORACLE_TABLE;
    step->next = oracle_keep(entry, 31, 10);
    check_first_level(entry, step);
    if (oracle_bit(entry, 2))
        oracle_reserved(step, "ARMv7: PXN needs a CPU that has it");
    if (oracle_bit(entry, 3))
        oracle_reserved(step, "ARMv7: NS was not asked for");
    if (oracle_bit(entry, 4))
        oracle_reserved(step, "ARMv7: bit 4 of a page table entry should be zero");
}

static void small_page(const struct oracle_format *format, uint64_t entry, struct oracle_step *step)
{
    struct attributes attributes = of_small_page(entry);

    step->page.paddr = oracle_keep(entry, 31, 12);
    short_leaf(format, &attributes, step);
    if (!oracle_bit(entry, 1))
        oracle_reserved(step, "ARMv7: a large page fills sixteen entries");
}

static void step_short(const struct oracle_format *format, uint64_t entry, unsigned level,
                       struct oracle_step *step)
{
    if (oracle_field(entry, 1, 0) == 0)
        step->kind = ORACLE_STOP;
    else if (level == 0)
        small_page(format, entry, step);
    else if (oracle_bit(entry, 1))
        section(format, entry, step);
    else
        page_table(entry, step);
}

/* ---- long descriptors ---- */

/* MAIR0 is in bits 31:0 of the registers, MAIR1 in bits 63:32: a byte for each index (B4.1). */
static enum oracle_type long_type(uint64_t registers, unsigned index)
{
    switch (oracle_field(registers, index * 8 + 7, index * 8)) {
    case 0x00: /* Strongly-ordered */
        return ORACLE_STRICT_DEVICE;
    case 0x04: /* Device */
        return ORACLE_DEVICE;
    case 0x44: /* Normal, inner and outer non-cacheable */
        return ORACLE_UNCACHED;
    case 0xff: /* Normal, inner and outer write-back, read- and write-allocate */
        return ORACLE_WRITE_BACK;
    default:
        return ORACLE_OTHER_TYPE;
    }
}

/* AP[2] forbids writes, AP[1] allows PL0. XN holds for both levels, PXN for PL1 (B3.7). */
static void long_access(uint64_t entry, struct oracle_step *step)
{
    const struct oracle_limits *limits = &step->limits;
    bool user = oracle_bit(entry, 6) && !limits->no_user;
    bool write = !oracle_bit(entry, 7) && !limits->no_write;
    bool execute = !oracle_bit(entry, 54) && !limits->no_user_execute;

    step->page.user =
        (struct oracle_access){.read = user, .write = user && write, .execute = user && execute};
    step->page.kernel = (struct oracle_access){
        .read = true,
        .write = write,
        .execute = execute && !oracle_bit(entry, 53) && !limits->no_kernel_execute,
    };
}

static void check_long_leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                            struct oracle_step *step)
{
    unsigned low = oracle_shift(format, level);

    if (low > 12 && oracle_field(entry, low - 1, 12) != 0)
        oracle_reserved(step, "ARMv7: bits below the address of a block should be zero");
    if (oracle_field(entry, 51, 40) != 0)
        oracle_reserved(step, "ARMv7: bits 51:40 should be zero");
    if (oracle_field(entry, 9, 8) == 1)
        oracle_reserved(step, "ARMv7: SH 01 is reserved");
    if (step->page.type == ORACLE_WRITE_BACK && oracle_field(entry, 9, 8) != 3)
        oracle_reserved(step, "ARMv7: cached memory must be inner shareable to be coherent");
    if (oracle_bit(entry, 5))
        oracle_reserved(step, "ARMv7: NS was not asked for");
    if (oracle_bit(entry, 52))
        oracle_reserved(step, "ARMv7: the contiguous hint is not true of this table");
}

static void long_leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                      struct oracle_step *step)
{
    step->kind = ORACLE_LEAF;
    step->page.paddr = oracle_keep(entry, 39, oracle_shift(format, level));
    step->page.type = long_type(format->memory_types, (unsigned)oracle_field(entry, 4, 2));
    step->page.accessed = oracle_bit(entry, 10);
    step->page.global = !oracle_bit(entry, 11);
    long_access(entry, step);
    check_long_leaf(format, entry, level, step);
}

static void long_table(uint64_t entry, struct oracle_step *step)
{
    step->kind = ORACLE_TABLE;
    step->next = oracle_keep(entry, 39, 12);
    step->limits.no_kernel_execute |= oracle_bit(entry, 59); /* PXNTable */
    step->limits.no_user_execute |= oracle_bit(entry, 60);   /* XNTable, of both levels */
    step->limits.no_user |= oracle_bit(entry, 61);           /* APTable[0] */
    step->limits.no_write |= oracle_bit(entry, 62);          /* APTable[1] */
    if (oracle_field(entry, 51, 40) != 0)
        oracle_reserved(step, "ARMv7: bits 51:40 of a table descriptor should be zero");
    if (oracle_bit(entry, 63))
        oracle_reserved(step, "ARMv7: NSTable was not asked for");
}

static void step_long(const struct oracle_format *format, uint64_t entry, unsigned level,
                      struct oracle_step *step)
{
    bool is_table_or_page = oracle_bit(entry, 1);

    if (!oracle_bit(entry, 0)) {
        step->kind = ORACLE_STOP;
    } else if (level > 0 && is_table_or_page) {
        long_table(entry, step);
    } else {
        long_leaf(format, entry, level, step);
        if (!is_table_or_page && level == 0)
            oracle_reserved(step, "ARMv7: a block descriptor at the third level is reserved");
    }
}

/* ---- long descriptors of stage 2 ---- */

/* B3.8: MemAttr[3:2] are the outer type, 00 a device, 01 not cached, 11 write-back. */
static enum oracle_type stage2_type(uint64_t entry)
{
    switch (oracle_field(entry, 5, 2)) {
    case 0x0: /* Strongly-ordered */
        return ORACLE_STRICT_DEVICE;
    case 0x1: /* Device */
        return ORACLE_DEVICE;
    case 0x5:
        return ORACLE_UNCACHED;
    case 0xf:
        return ORACLE_WRITE_BACK;
    default:
        return ORACLE_OTHER_TYPE;
    }
}

/* HAP[1] allows loads, HAP[2] stores, to PL1 and PL0 alike (B3.7.1). What is not read is not
 * executed (B3.7.2). */
static void stage2_access(uint64_t entry, struct oracle_page *page)
{
    page->kernel.read = oracle_bit(entry, 6);
    page->kernel.write = oracle_bit(entry, 7);
    page->kernel.execute = oracle_bit(entry, 6) && !oracle_bit(entry, 54);
    page->user = page->kernel;
}

static void check_stage2_leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                              struct oracle_step *step)
{
    unsigned low = oracle_shift(format, level);

    if (low > 12 && oracle_field(entry, low - 1, 12) != 0)
        oracle_reserved(step, "ARMv7 stage 2: bits below the address of a block should be zero");
    if (oracle_field(entry, 51, 40) != 0 || oracle_bit(entry, 53) || oracle_bit(entry, 11))
        oracle_reserved(step, "ARMv7 stage 2: bits 51:40, 53 and 11 should be zero");
    if (oracle_field(entry, 9, 8) == 1)
        oracle_reserved(step, "ARMv7 stage 2: SH 01 is reserved");
    if (step->page.type == ORACLE_WRITE_BACK && oracle_field(entry, 9, 8) != 3)
        oracle_reserved(step, "ARMv7 stage 2: cached memory must be inner shareable");
    if (oracle_bit(entry, 52))
        oracle_reserved(step, "ARMv7 stage 2: the contiguous hint is not true of this table");
}

static void stage2_leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                        struct oracle_step *step)
{
    step->kind = ORACLE_LEAF;
    step->page.paddr = oracle_keep(entry, 39, oracle_shift(format, level));
    step->page.type = stage2_type(entry);
    step->page.accessed = oracle_bit(entry, 10);
    stage2_access(entry, &step->page);
    check_stage2_leaf(format, entry, level, step);
}

/* A table descriptor has an address and nothing else (B3.6.2). */
static void stage2_table(uint64_t entry, struct oracle_step *step)
{
    step->kind = ORACLE_TABLE;
    step->next = oracle_keep(entry, 39, 12);
    if (oracle_field(entry, 51, 40) != 0 || oracle_field(entry, 63, 59) != 0)
        oracle_reserved(step, "ARMv7 stage 2: bits 63:59 and 51:40 of a table should be zero");
}

static void step_stage2(const struct oracle_format *format, uint64_t entry, unsigned level,
                        struct oracle_step *step)
{
    bool is_table_or_page = oracle_bit(entry, 1);

    if (!oracle_bit(entry, 0)) {
        step->kind = ORACLE_STOP;
    } else if (level > 0 && is_table_or_page) {
        stage2_table(entry, step);
    } else {
        stage2_leaf(format, entry, level, step);
        if (!is_table_or_page && level == 0)
            oracle_reserved(step, "ARMv7 stage 2: a block at the third level is reserved");
    }
}

void oracle_step_armv7(const struct oracle_format *format, uint64_t entry, unsigned level,
                       struct oracle_step *step)
{
    if (format->entry_bytes == 4)
        step_short(format, entry, level, step);
    else if (format->stage2)
        step_stage2(format, entry, level, step);
    else
        step_long(format, entry, level, step);
}

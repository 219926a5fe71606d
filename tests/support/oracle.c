/* SPDX-License-Identifier: MIT */
#include "oracle.h"

#include <stdlib.h>
#include <string.h>

/* ---- names of formats ---- */

static const struct oracle_format x86_64 = {
    .arch = ORACLE_X86_64,
    .half = ORACLE_BOTH_HALVES,
    .entry_bytes = 8,
    .page_bits = 12,
    .index_bits = 9,
    .leaf_levels = 3,
    .paddr_bits = 52,
    /* IA32_PAT after reset: WB, WT, UC-, UC twice (SDM 3A, table 13-12). */
    .memory_types = UINT64_C(0x0007040600070406),
};

/* 32-bit paging. set_pae makes it PAE paging. */
static const struct oracle_format i386 = {
    .arch = ORACLE_I386,
    .half = ORACLE_LOWER_HALF,
    .entry_bytes = 4,
    .levels = 2,
    .page_bits = 12,
    .index_bits = 10,
    .root_bits = 10,
    .leaf_levels = 2,
    .vaddr_bits = 32,
    .paddr_bits = 32,
    .memory_types = UINT64_C(0x0007040600070406),
};

static const struct oracle_format aarch64 = {
    .arch = ORACLE_AARCH64,
    .half = ORACLE_LOWER_HALF,
    .entry_bytes = 8,
    .page_bits = 12,
    .index_bits = 9,
    .leaf_levels = 3,
    .paddr_bits = 48,
};

/* What both kinds of descriptors have. The geometry is that of `short` or `lpae`. */
static const struct oracle_format armv7 = {
    .arch = ORACLE_ARMV7,
    .half = ORACLE_LOWER_HALF,
    .page_bits = 12,
    .vaddr_bits = 32,
};

static const struct oracle_format riscv = {
    .arch = ORACLE_RISCV,
    .half = ORACLE_BOTH_HALVES,
    .entry_bytes = 8,
    .page_bits = 12,
    .index_bits = 9,
    .paddr_bits = 56,
};

static const struct oracle_format loongarch64 = {
    .arch = ORACLE_LOONGARCH64,
    .half = ORACLE_LOWER_HALF,
    .entry_bytes = 8,
    .leaf_levels = 2,
    .paddr_bits = 48,
};

/* VT-d and AMD-Vi: the numbers of levels and bits are those of x86-64. */
static const struct oracle_format iommu = {
    .half = ORACLE_LOWER_HALF,
    .entry_bytes = 8,
    .page_bits = 12,
    .index_bits = 9,
    .leaf_levels = 3,
    .paddr_bits = 52,
    .single_privilege = true,
};

static void set_iommu(enum oracle_arch arch, struct oracle_format *format)
{
    *format = iommu;
    format->arch = arch;
}

/* The guest-physical addresses of a virtual machine. Pages of 1G, unless a word says otherwise. */
static const struct oracle_format guest = {
    .half = ORACLE_LOWER_HALF,
    .entry_bytes = 8,
    .page_bits = 12,
    .index_bits = 9,
    .leaf_levels = 3,
    .paddr_bits = 52,
    .single_privilege = true,
    .memory_types = UINT64_C(0x0007040600070406),
};

static void set_guest(const char *word, struct oracle_format *format)
{
    *format = guest;
    format->arch = *word == 'e' ? ORACLE_EPT : ORACLE_NPT;
}

static bool parse_arch(const char *word, struct oracle_format *format)
{
    if (strcmp(word, "i386") == 0)
        *format = i386;
    else if (strcmp(word, "aarch64") == 0)
        *format = aarch64;
    else if (strcmp(word, "armv7") == 0)
        *format = armv7;
    else if (strcmp(word, "riscv") == 0)
        *format = riscv;
    else if (strcmp(word, "loongarch64") == 0)
        *format = loongarch64;
    else if (strcmp(word, "vtd") == 0)
        set_iommu(ORACLE_VTD, format);
    else if (strcmp(word, "amdvi") == 0)
        set_iommu(ORACLE_AMDVI, format);
    else if (strcmp(word, "ept") == 0 || strcmp(word, "npt") == 0)
        set_guest(word, format);
    else
        return false;
    return true;
}

static void set_levels(struct oracle_format *format, unsigned levels)
{
    format->levels = levels;
    format->root_bits = format->index_bits;
    format->vaddr_bits = format->page_bits + levels * format->index_bits;
}

/* ARMv7 ARM, B3.5: 4096 first-level descriptors, of sections or of tables of 256 small pages. */
static void set_short_descriptors(struct oracle_format *format)
{
    format->entry_bytes = 4;
    format->levels = 2;
    format->index_bits = 8;
    format->root_bits = 12;
    format->leaf_levels = 2;
    format->paddr_bits = 32;
}

/* ARMv7 ARM, B3.6: four first-level descriptors, of 1 GiB each. */
static void set_long_descriptors(struct oracle_format *format)
{
    format->entry_bytes = 8;
    format->levels = 3;
    format->index_bits = 9;
    format->root_bits = 2;
    format->leaf_levels = 3;
    format->paddr_bits = 40;
}

/* RISC-V "Sv32": two levels of 1024 entries, and a PPN of 22 bits. */
static void set_sv32(struct oracle_format *format)
{
    format->half = ORACLE_LOWER_HALF;
    format->entry_bytes = 4;
    format->index_bits = 10;
    format->paddr_bits = 34;
    set_levels(format, 2);
    format->leaf_levels = 2;
}

/* RISC-V "Hypervisor Extension", Sv39x4: a root node of four frames, addresses from 0 up. */
static void widen_root(struct oracle_format *format)
{
    format->root_bits += 2;
    format->vaddr_bits += 2;
    format->half = ORACLE_LOWER_HALF;
}

/* "Guest Physical Address Translation": the privilege in the guest does not matter. */
static void set_gstage(struct oracle_format *format)
{
    widen_root(format);
    format->single_privilege = true;
}

/* RISC-V "Sv39" to "Sv57", where any PTE may be a leaf. */
static void set_sv(unsigned vaddr_bits, struct oracle_format *format)
{
    set_levels(format, (vaddr_bits - 12) / 9);
    format->leaf_levels = format->levels;
}

static bool parse_sv(const char *mode, struct oracle_format *format)
{
    bool is_x4 = strlen(mode) == 4 && strcmp(mode + 2, "x4") == 0;

    if (strlen(mode) != 2 && !is_x4)
        return false;
    if (strncmp(mode, "32", 2) == 0)
        set_sv32(format);
    else
        set_sv((unsigned)strtoul(mode, NULL, 10), format);
    if (is_x4)
        set_gstage(format);
    return true;
}

/* Of a granule: the lowest bit of the address that each lookup level resolves, from the last level
 * up, and how many levels have blocks or pages (Arm ARM, D8.2.7 to D8.2.9, and D8.3.1.2). */
struct granule {
    const char *name;
    unsigned lowest[5];
    unsigned most_bits;
    unsigned leaf_levels;
    unsigned leaf_levels_of_52; /* with TCR_ELx.DS set, or with 52-bit physical addresses */
};

static const struct granule granules[] = {
    {"4k", {12, 21, 30, 39, 48}, 52, 3, 4},
    {"16k", {14, 25, 36, 47, 64}, 52, 2, 3},
    {"64k", {16, 29, 42, 64, 64}, 52, 2, 3},
};

/*
 * Arm ARM, D8.2, tables "determining stage 1 initial lookup level": the walk starts at the level
 * that resolves the topmost bit of the address.
 */
static bool set_granule(const char *word, struct oracle_format *format)
{
    const struct granule *granule = NULL;
    unsigned bits, levels = 0;

    for (size_t i = 0; i < sizeof granules / sizeof *granules; i++)
        if (strncmp(word, granules[i].name, strlen(granules[i].name)) == 0)
            granule = &granules[i];
    if (format->arch != ORACLE_AARCH64 || granule == NULL)
        return false;
    bits = (unsigned)strtoul(word + strlen(granule->name), NULL, 10);
    if (bits < 25 || bits > granule->most_bits)
        return false;
    while (levels < 5 && bits > granule->lowest[levels])
        levels++;
    format->page_bits = granule->lowest[0];
    format->index_bits = granule->lowest[1] - granule->lowest[0];
    format->levels = levels;
    format->root_bits = bits - granule->lowest[levels - 1];
    format->vaddr_bits = bits;
    format->leaf_levels = granule->leaf_levels;
    format->leaf_levels_of_52 = granule->leaf_levels_of_52;
    return true;
}

/*
 * LoongArch volume 1, 5.4.5: the page table and each directory have a width of their own. Here all
 * have that of a node of one page, but for the topmost, which has what the width of addresses
 * leaves it.
 */
static bool set_loongarch64(const char *word, struct oracle_format *format)
{
    static const struct {
        const char *word;
        unsigned page_bits, index_bits, levels, vaddr_bits;
    } known[] = {
        {"4k39", 12, 9, 3, 39},   {"16k36", 14, 11, 2, 36}, {"64k42", 16, 13, 2, 42},
        {"64k48", 16, 13, 3, 48}, {"64k55", 16, 13, 3, 55},
    };

    for (size_t i = 0; format->arch == ORACLE_LOONGARCH64 && i < sizeof known / sizeof *known;
         i++) {
        if (strcmp(word, known[i].word) != 0)
            continue;
        format->page_bits = known[i].page_bits;
        format->index_bits = known[i].index_bits;
        set_levels(format, known[i].levels);
        format->root_bits -= format->vaddr_bits - known[i].vaddr_bits;
        format->vaddr_bits = known[i].vaddr_bits;
        return true;
    }
    return false;
}

/*
 * Arm ARM, D8.2, tables "granule, determining stage 2 initial lookup level": up to 16 tables are
 * concatenated. The first level that is walked is `4 - levels`. ARMv7 ARM, B3.6,
 * "Determining the required first lookup level for stage 2 translations" has 4k40 alone of these.
 */
static bool set_stage2_width(const char *word, struct oracle_format *format)
{
    static const struct {
        const char *word;
        unsigned page_bits, levels, leaf_levels, root_bits;
    } widths[] = {
        {"4k39", 12, 3, 3, 9},   /* level 1 resolves 38:30 */
        {"4k40", 12, 3, 3, 10},  /* two tables */
        {"4k48", 12, 4, 3, 9},   /* level 0 resolves 47:39 */
        {"4k52", 12, 5, 3, 4},   /* level -1 resolves 51:48 */
        {"16k40", 14, 3, 2, 4},  /* level 1 resolves 46:36 */
        {"16k47", 14, 3, 2, 11}, /* likewise */
        {"16k52", 14, 4, 2, 5},  /* level 0 resolves 51:47 */
        {"64k40", 16, 2, 2, 11}, /* level 2 resolves 41:29 */
        {"64k48", 16, 3, 2, 6},  /* level 1 resolves 51:42 */
        {"64k52", 16, 3, 2, 10}, /* likewise */
    };

    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        if (strcmp(word, widths[i].word) != 0)
            continue;
        format->page_bits = widths[i].page_bits;
        format->index_bits = format->page_bits - 3;
        format->levels = widths[i].levels;
        format->leaf_levels = widths[i].leaf_levels;
        format->leaf_levels_of_52 = widths[i].leaf_levels + 1;
        format->root_bits = widths[i].root_bits;
        format->vaddr_bits =
            format->page_bits + (format->levels - 1) * format->index_bits + format->root_bits;
        return true;
    }
    return false;
}

bool oracle_is_iommu(const struct oracle_format *format)
{
    return format->arch == ORACLE_VTD || format->arch == ORACLE_AMDVI;
}

static bool parse_iommu_width(const char *bits, struct oracle_format *format)
{
    set_levels(format, ((unsigned)strtoul(bits, NULL, 10) - 12) / 9);
    if (format->levels < format->leaf_levels)
        format->leaf_levels = format->levels;
    return true;
}

/* Both halves of the address space, as on the CPU. */
static bool set_first_stage(struct oracle_format *format)
{
    format->first_stage = true;
    format->half = ORACLE_BOTH_HALVES;
    return true;
}

/* "ss48", "fs48", "v1", "v2" and "48". */
static bool parse_iommu_geometry(const char *word, struct oracle_format *format)
{
    if (strcmp(word, "v1") == 0)
        return true;
    if (strcmp(word, "v2") == 0)
        return set_first_stage(format);
    if (strncmp(word, "fs", 2) == 0)
        return set_first_stage(format) && parse_iommu_width(word + 2, format);
    if (strncmp(word, "ss", 2) == 0)
        return parse_iommu_width(word + 2, format);
    return word[0] >= '0' && word[0] <= '9' && parse_iommu_width(word, format);
}

static bool parse_geometry(const char *word, struct oracle_format *format)
{
    if (set_loongarch64(word, format))
        return true;
    if (format->stage2)
        return set_stage2_width(word, format);
    if (format->arch == ORACLE_AARCH64)
        return set_granule(word, format);
    if (oracle_is_iommu(format))
        return parse_iommu_geometry(word, format);
    if (strcmp(word, "4k48") == 0) {
        format->page_bits = 12;
        format->index_bits = 9;
        set_levels(format, 4);
        /* CSR.PGDL serves addresses with bit 47 clear, CSR.PGDH those with it set. Here both hold
         * one root. */
        format->half = ORACLE_BOTH_HALVES;
    } else if (strcmp(word, "16k47") == 0) {
        format->page_bits = 14;
        format->index_bits = 11;
        set_levels(format, 3);
    } else if (strcmp(word, "short") == 0) {
        set_short_descriptors(format);
    } else if (strcmp(word, "lpae") == 0) {
        set_long_descriptors(format);
    } else if (strcmp(word, "la39") == 0) {
        set_levels(format, 3); /* no CPU has it: see unit/odd.h */
    } else if (strcmp(word, "la48") == 0 || strcmp(word, "gpa48") == 0) {
        set_levels(format, 4);
    } else if (strcmp(word, "la57") == 0 || strcmp(word, "gpa57") == 0) {
        set_levels(format, 5);
    } else if (strncmp(word, "sv", 2) == 0) {
        return parse_sv(word + 2, format);
    } else {
        return false;
    }
    return true;
}

/* SDM 3A, 5.4: a root of four entries above two levels as in 4-level paging. */
static void set_pae(struct oracle_format *format)
{
    format->entry_bytes = 8;
    format->index_bits = 9;
    format->levels = 3;
    format->root_bits = 2;
    format->paddr_bits = 52;
}

/* GPAs have no sign: PGDL translates those of a guest. */
static void set_lvz(struct oracle_format *format)
{
    format->half = ORACLE_LOWER_HALF;
    format->single_privilege = true;
    format->lvz = true;
}

/* Arm ARM, D8.3.1: 52-bit physical addresses, of the 64 KiB granule or with TCR_ELx.DS set. */
static void widen_paddr(struct oracle_format *format, bool *how)
{
    *how = true;
    format->paddr_bits = 52;
    format->leaf_levels = format->leaf_levels_of_52;
}

/* Of stage 2 there is a format for CPUs that have FEAT_XNX and FEAT_S2FWB as well. */
static void set_hafdbs(struct oracle_format *format)
{
    format->hafdbs = true;
    format->xnx = format->fwb = format->stage2;
}

/* SDM 3D, A.10: bits 0 and 17 of IA32_VMX_EPT_VPID_CAP are clear. */
static void set_first_ept(struct oracle_format *format)
{
    format->leaf_levels = 2;
    format->no_execute_only = true;
}

/* ARMv7's stage 2 has long descriptors, and as many physical address bits as its stage 1. */
static void set_stage2(struct oracle_format *format)
{
    format->stage2 = true;
    if (format->arch == ORACLE_ARMV7)
        set_long_descriptors(format);
}

static bool parse_variant(const char *word, struct oracle_format *format)
{
    if (strcmp(word, "upper") == 0)
        format->half = ORACLE_UPPER_HALF;
    else if (strcmp(word, "x4") == 0)
        widen_root(format);
    else if (strcmp(word, "pae") == 0)
        set_pae(format);
    else if (strcmp(word, "no1g") == 0)
        format->leaf_levels = 2;
    else if (strcmp(word, "least") == 0)
        set_first_ept(format);
    else if (strcmp(word, "noad") == 0)
        format->no_ad = true;
    else if (strcmp(word, "mbec") == 0)
        format->mbec = true;
    else if (strcmp(word, "stage2") == 0)
        set_stage2(format);
    else if (strcmp(word, "xnx") == 0)
        format->xnx = true;
    else if (strcmp(word, "fwb") == 0)
        format->xnx = format->fwb = true;
    else if (strcmp(word, "el2") == 0 || strcmp(word, "el3") == 0)
        format->single_privilege = true;
    else if (strcmp(word, "lpa") == 0)
        widen_paddr(format, &format->lpa);
    else if (strcmp(word, "lpa2") == 0)
        widen_paddr(format, &format->lpa2);
    else if (strcmp(word, "afe") == 0)
        format->access_flag = true;
    else if (strcmp(word, "hafdbs") == 0)
        set_hafdbs(format);
    else if (strcmp(word, "cet") == 0)
        format->cet = true;
    else if (strcmp(word, "hptw") == 0)
        format->hptw = true;
    else if (strcmp(word, "svpbmt") == 0)
        format->svpbmt = true;
    else if (strcmp(word, "svrsw60t59b") == 0)
        format->svpbmt = format->svrsw60t59b = true;
    else if (strcmp(word, "zicfiss") == 0)
        format->svpbmt = format->zicfiss = true;
    else if (strcmp(word, "plv") == 0)
        format->plv = true;
    else if (strcmp(word, "lvz") == 0)
        set_lvz(format);
    else if (strcmp(word, "1g") == 0 || strcmp(word, "64g") == 0)
        format->leaf_levels = 3;
    else if (strcmp(word, "xuantie") == 0)
        format->xuantie = true;
    else if (strcmp(word, "snp") == 0)
        format->snoop = true;
    else if (strcmp(word, "ad") == 0)
        format->device_ad = true;
    else
        /* These words change what must be flushed, not how a table is read. */
        return strcmp(word, "bbm2") == 0 || strcmp(word, "tlbirange") == 0 ||
               strcmp(word, "el20") == 0 || strcmp(word, "svvptc") == 0 ||
               strcmp(word, "svinval") == 0 || strcmp(word, "full") == 0 ||
               strcmp(word, "fence") == 0 || strcmp(word, "cm") == 0 || strcmp(word, "np") == 0;
    return true;
}

bool oracle_parse(const char *id, struct oracle_format *format)
{
    char words[64];
    const char *rest = id;
    bool known;

    if (strncmp(id, "x86_64_", 7) == 0) {
        *format = x86_64;
        rest += 7;
        known = true;
    } else {
        size_t length = strcspn(id, "_");

        if (length >= sizeof words)
            return false;
        memcpy(words, id, length);
        words[length] = 0;
        known = parse_arch(words, format);
        rest += length;
    }
    while (known && *rest != 0) {
        size_t length;

        rest += strspn(rest, "_");
        length = strcspn(rest, "_");
        if (length >= sizeof words)
            return false;
        memcpy(words, rest, length);
        words[length] = 0;
        known = parse_geometry(words, format) || parse_variant(words, format);
        rest += length;
    }
    if (format->leaf_levels > format->levels)
        format->leaf_levels = format->levels;
    return known && format->levels > 0;
}

/* ---- geometry ---- */

uint64_t oracle_page_size(const struct oracle_format *format, unsigned level)
{
    return UINT64_C(1) << oracle_shift(format, level);
}

uint64_t oracle_table_entries(const struct oracle_format *format, unsigned level)
{
    return UINT64_C(1) << (level == format->levels - 1 ? format->root_bits : format->index_bits);
}

/* LoongArch volume 1, 7.5.5: PGDL holds bits 63:12 of an address. */
uint64_t oracle_table_bytes(const struct oracle_format *format, unsigned level)
{
    uint64_t bytes = oracle_table_entries(format, level) * format->entry_bytes;

    /* Where nodes fill pages: some tests walk smaller ones. */
    bool has_pages = format->index_bits + 3 == format->page_bits;

    return format->arch == ORACLE_LOONGARCH64 && has_pages && bytes < 4096 ? 4096 : bytes;
}

bool oracle_is_vaddr(const struct oracle_format *format, uint64_t vaddr)
{
    unsigned translated = format->vaddr_bits;
    uint64_t above = vaddr >> translated;
    uint64_t ones = UINT64_MAX >> translated;

    switch (format->half) {
    case ORACLE_LOWER_HALF:
        return above == 0;
    case ORACLE_UPPER_HALF:
        return above == ones;
    case ORACLE_BOTH_HALVES:
    default:
        return above == (oracle_bit(vaddr, translated - 1) ? ones : 0);
    }
}

/* The address as the CPU uses it, from the translated bits alone. */
static uint64_t extend(const struct oracle_format *format, uint64_t translated)
{
    uint64_t ones = UINT64_MAX << format->vaddr_bits;
    bool upper =
        format->half == ORACLE_UPPER_HALF ||
        (format->half == ORACLE_BOTH_HALVES && oracle_bit(translated, format->vaddr_bits - 1));

    return upper ? translated | ones : translated;
}

/* TEX[2:1] are software's (ARMv7 ARM, B3.8.3). Of a table made here TEX[2] is clear in every leaf.
 */
static uint64_t armv7_software_bits(const struct oracle_format *format, unsigned level)
{
    if (format->entry_bytes == 8)
        return oracle_keep(UINT64_MAX, 58, 55);
    return UINT64_C(1) << (level == 0 ? 7 : 13);
}

/* VT-d, tables of 9.8: 10, 60:52 and 63 are ignored, and 9:8 where the walker sets neither A nor D.
 * AMD-Vi: 4:1, 8:7 and 63, and 6:5. Of a first stage 11:9 and 58:52. */
static uint64_t iommu_software_bits(const struct oracle_format *format)
{
    if (format->first_stage)
        return oracle_keep(UINT64_MAX, 11, 9) | oracle_keep(UINT64_MAX, 58, 52);
    if (format->arch == ORACLE_VTD)
        return oracle_keep(UINT64_MAX, 10, format->device_ad ? 10 : 8) |
               oracle_keep(UINT64_MAX, 60, 52) | oracle_keep(UINT64_MAX, 63, 63);
    return oracle_keep(UINT64_MAX, 4, 1) | oracle_keep(UINT64_MAX, 8, format->device_ad ? 7 : 5) |
           oracle_keep(UINT64_MAX, 63, 63);
}

/* With bit 6 of the EPTP clear, bits 9:8 are ignored. */
static uint64_t ept_software_bits(const struct oracle_format *format)
{
    uint64_t bits = oracle_keep(UINT64_MAX, 11, 11) | oracle_keep(UINT64_MAX, 56, 52) |
                    oracle_keep(UINT64_MAX, 59, 59) | oracle_keep(UINT64_MAX, 62, 62);

    return format->no_ad ? bits | oracle_keep(UINT64_MAX, 9, 8) : bits;
}

uint64_t oracle_software_bits(const struct oracle_format *format, unsigned level)
{
    switch (format->arch) {
    case ORACLE_X86_64:
        return oracle_keep(UINT64_MAX, 11, 9) | oracle_keep(UINT64_MAX, format->cet ? 56 : 58, 52);
    case ORACLE_I386:
        return oracle_keep(UINT64_MAX, 11, 9);
    case ORACLE_AARCH64:
        return oracle_keep(UINT64_MAX, 58, 55);
    case ORACLE_ARMV7:
        return armv7_software_bits(format, level);
    case ORACLE_EPT:
        return ept_software_bits(format);
    case ORACLE_NPT:
        return oracle_keep(UINT64_MAX, 11, 9) | oracle_keep(UINT64_MAX, 62, 52);
    case ORACLE_RISCV:
        return oracle_keep(UINT64_MAX, 9, 8) |
               (format->svrsw60t59b ? oracle_keep(UINT64_MAX, 60, 59) : 0);
    case ORACLE_VTD:
    case ORACLE_AMDVI:
        return iommu_software_bits(format);
    case ORACLE_LOONGARCH64:
    default:
        return format->hptw ? oracle_keep(UINT64_MAX, 11, 9) : oracle_keep(UINT64_MAX, 11, 7);
    }
}

/* ---- one step ---- */

void oracle_step(const struct oracle_format *format, uint64_t entry, unsigned level,
                 const struct oracle_limits *limits, struct oracle_step *step)
{
    static oracle_step_fn *const steps[] = {
        [ORACLE_X86_64] = oracle_step_x86_64,   [ORACLE_I386] = oracle_step_i386,
        [ORACLE_AARCH64] = oracle_step_aarch64, [ORACLE_ARMV7] = oracle_step_armv7,
        [ORACLE_RISCV] = oracle_step_riscv,     [ORACLE_LOONGARCH64] = oracle_step_loongarch64,
        [ORACLE_VTD] = oracle_step_vtd,         [ORACLE_AMDVI] = oracle_step_amdvi,
        [ORACLE_EPT] = oracle_step_ept,         [ORACLE_NPT] = oracle_step_npt,
    };

    *step = (struct oracle_step){.kind = ORACLE_STOP, .limits = *limits};
    steps[format->arch](format, entry, level, step);
    step->page.level = level;
    step->page.entry = entry;
    step->page.size = oracle_page_size(format, level);
}

/* Reads entry `index` of the table at `frame`. */
static bool read_entry(const struct oracle *oracle, uint64_t frame, uint64_t index, uint64_t *entry)
{
    uint64_t paddr = frame + index * oracle->format.entry_bytes;
    uint64_t word;

    if (!oracle->memory.read(oracle->memory.ctx, paddr & ~UINT64_C(7), &word))
        return false;
    if (oracle->format.entry_bytes == 8)
        *entry = word;
    else
        *entry = oracle_bit(paddr, 2) ? oracle_field(word, 63, 32) : oracle_field(word, 31, 0);
    return true;
}

enum oracle_outcome oracle_decode(const struct oracle_format *format, uint64_t entry,
                                  unsigned level, struct oracle_page *page, const char **why)
{
    const struct oracle_limits none = {.no_write = false};
    struct oracle_step step;

    oracle_step(format, entry, level, &none, &step);
    *page = step.page;
    switch (step.kind) {
    case ORACLE_LEAF:
        return ORACLE_PAGE;
    case ORACLE_STOP:
        return ORACLE_FAULT;
    case ORACLE_TABLE:
    case ORACLE_RESERVED:
    default:
        if (why != NULL)
            *why = step.kind == ORACLE_TABLE ? "a table where a leaf was expected" : step.why;
        return ORACLE_DEFECT;
    }
}

enum oracle_outcome oracle_walk(const struct oracle *oracle, uint64_t root, uint64_t vaddr,
                                struct oracle_page *page, const char **why)
{
    const struct oracle_format *format = &oracle->format;
    struct oracle_step step = {.next = root};
    const char *unused;

    why = why != NULL ? why : &unused;
    if (!oracle_is_vaddr(format, vaddr))
        return ORACLE_FAULT;
    for (unsigned level = format->levels; level-- > 0;) {
        uint64_t index =
            vaddr >> oracle_shift(format, level) & (oracle_table_entries(format, level) - 1);
        struct oracle_limits limits = step.limits;
        uint64_t entry;

        if (!read_entry(oracle, step.next, index, &entry)) {
            *why = "the walk leads out of memory";
            return ORACLE_DEFECT;
        }
        oracle_step(format, entry, level, &limits, &step);
        if (step.kind == ORACLE_TABLE)
            continue;
        *page = step.page;
        page->vaddr = vaddr & ~(page->size - 1);
        *why = step.why;
        return step.kind == ORACLE_LEAF   ? ORACLE_PAGE
               : step.kind == ORACLE_STOP ? ORACLE_FAULT
                                          : ORACLE_DEFECT;
    }
    *why = "the walk does not end";
    return ORACLE_DEFECT;
}

/* ---- everything below a root ---- */

static void note_defect(struct oracle_survey *survey, const char *defect, uint64_t vaddr)
{
    if (survey->defect != NULL)
        return;
    survey->defect = defect;
    survey->defect_vaddr = vaddr;
}

/* Makes room for one more item of `size` bytes. Without memory a test cannot go on. */
static void *grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room == 0 ? 64 : *room * 2;
    array = realloc(array, *room * size);
    if (array == NULL)
        abort();
    return array;
}

static void add_page(struct oracle_survey *survey, const struct oracle_page *page)
{
    survey->pages =
        grow(survey->pages, survey->page_count, &survey->page_room, sizeof *survey->pages);
    survey->pages[survey->page_count++] = *page;
}

static size_t add_frame(struct oracle_survey *survey, uint64_t paddr, uint64_t bytes,
                        unsigned level)
{
    survey->frames =
        grow(survey->frames, survey->frame_count, &survey->frame_room, sizeof *survey->frames);
    survey->frames[survey->frame_count] =
        (struct oracle_frame){.paddr = paddr, .bytes = bytes, .level = level};
    return survey->frame_count++;
}

static bool is_known_frame(const struct oracle_survey *survey, uint64_t paddr)
{
    for (size_t i = 0; i < survey->frame_count; i++)
        if (survey->frames[i].paddr == paddr)
            return true;
    return false;
}

static bool is_sink(const struct oracle *oracle, uint64_t frame)
{
    for (uint64_t i = 0; i < UINT64_C(1) << oracle->format.index_bits; i++) {
        uint64_t entry;

        if (!read_entry(oracle, frame, i, &entry) || entry != frame)
            return false;
    }
    return true;
}

static bool is_known_sink(const struct oracle_survey *survey, uint64_t frame)
{
    for (size_t i = 0; i < survey->sink_count; i++)
        if (survey->sinks[i] == frame)
            return true;
    return false;
}

static void survey_table(const struct oracle *oracle, struct oracle_survey *survey, uint64_t frame,
                         unsigned level, uint64_t base, const struct oracle_limits *limits);

static void survey_link(const struct oracle *oracle, struct oracle_survey *survey, uint64_t frame,
                        unsigned level, uint64_t base, const struct oracle_limits *limits)
{
    uint64_t bytes = oracle_table_bytes(&oracle->format, level);

    if (is_known_sink(survey, frame))
        return;
    if (frame % bytes != 0) {
        note_defect(survey, "a table that is not aligned to its size", base);
    } else if (oracle->format.arch == ORACLE_LOONGARCH64 && is_sink(oracle, frame)) {
        if (survey->sink_count == ORACLE_MAX_SINKS)
            note_defect(survey, "more sinks than tables that were shared", base);
        else
            survey->sinks[survey->sink_count++] = frame;
        add_frame(survey, frame, bytes, level);
    } else if (is_known_frame(survey, frame)) {
        note_defect(survey, "a frame is reached twice", base);
    } else {
        survey_table(oracle, survey, frame, level, base, limits);
    }
}

static void survey_entry(const struct oracle *oracle, struct oracle_survey *survey, uint64_t entry,
                         unsigned level, uint64_t base, const struct oracle_limits *limits)
{
    struct oracle_step step;

    oracle_step(&oracle->format, entry, level, limits, &step);
    if (step.kind == ORACLE_LEAF) {
        step.page.vaddr = extend(&oracle->format, base);
        add_page(survey, &step.page);
    } else if (step.kind == ORACLE_TABLE) {
        survey_link(oracle, survey, step.next, level - 1, base, &step.limits);
    } else if (step.kind == ORACLE_RESERVED) {
        note_defect(survey, step.why, extend(&oracle->format, base));
    }
}

static void survey_table(const struct oracle *oracle, struct oracle_survey *survey, uint64_t frame,
                         unsigned level, uint64_t base, const struct oracle_limits *limits)
{
    uint64_t entries = oracle_table_entries(&oracle->format, level);
    size_t self = add_frame(survey, frame, oracle_table_bytes(&oracle->format, level), level);
    size_t pages_before = survey->page_count;

    for (uint64_t i = 0; i < entries; i++) {
        uint64_t entry;
        uint64_t vaddr = base + (i << oracle_shift(&oracle->format, level));

        if (!read_entry(oracle, frame, i, &entry)) {
            note_defect(survey, "the walk leads out of memory", extend(&oracle->format, vaddr));
            return;
        }
        survey_entry(oracle, survey, entry, level, vaddr, limits);
    }
    survey->frames[self].leaves = survey->page_count - pages_before;
}

void oracle_survey(const struct oracle *oracle, uint64_t root, struct oracle_survey *survey)
{
    const struct oracle_limits none = {.no_write = false};

    *survey = (struct oracle_survey){.defect = NULL};
    if (root == UINT64_MAX)
        return;
    survey_table(oracle, survey, root, oracle->format.levels - 1, 0, &none);
}

void oracle_survey_free(struct oracle_survey *survey)
{
    free(survey->pages);
    free(survey->frames);
    *survey = (struct oracle_survey){.defect = NULL};
}

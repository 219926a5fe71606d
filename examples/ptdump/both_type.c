/* SPDX-License-Identifier: MIT */
/* What memory type an access has that goes through two stages, with caches on. */
#include "both.h"

#include <page_table64/terms/armv7.h>
#include <page_table64/terms/x86_64.h>

#include <stdio.h>
#include <string.h>

/* ---- what the entries say ---- */

/** A field of an entry, by its name in the manual. */
struct wanted {
    const char *name;
    uint64_t value;
    const char *meaning; /**< NULL if the entry has no such field */
};

static void take_if_wanted(void *arg, const struct pt64_field *field)
{
    struct wanted *wanted = arg;

    if (strcmp(field->name, wanted->name) != 0)
        return;
    wanted->value = field->value;
    wanted->meaning = field->meaning;
}

static pt64_entry_t page_entry(const struct pt64_trace *trace)
{
    return trace->steps[trace->level].entry;
}

static struct wanted field_of(const struct format *format, const struct pt64_trace *trace,
                              const char *name)
{
    struct wanted wanted = {name, 0, NULL};

    format->terms->fields(format->terms->memory, format->meta, page_entry(trace), trace->level,
                          take_if_wanted, &wanted);
    return wanted;
}

static struct wanted first_field(const struct both *both, const char *name)
{
    return field_of(both->half->format, &both->trace, name);
}

static struct wanted second_field(const struct both *both, const char *name)
{
    return field_of(both->nested->format, &both->memory.trace, name);
}

/** `both` is what hardware makes of the two, and `note` what that depends on, or NULL. */
static void decide(struct both_type *type, const char *both, const char *note)
{
    snprintf(type->both, sizeof(type->both), "%s", both);
    type->note = note;
}

/* ---- x86 ---- */

enum {
    UC = 0,
    WC = 1,
    WT = 4,
    WP = 5,
    WB = 6,
    UC_MINUS = 7,
};

/**
 * Intel SDM 3A, "Effective Page-Level Memory Types for Pentium III and More Recent Processor
 * Families", with the type of EPT in the place of the MTRR's (3C, "Memory Type Used for Translated
 * Guest-Physical Addresses"). By that type and by the guest's. No page has a reserved type.
 */
static const unsigned char ept_types[8][8] = {
    [UC] = {[UC] = UC, [WC] = WC, [WT] = UC, [WP] = UC, [WB] = UC, [UC_MINUS] = UC},
    [WC] = {[UC] = UC, [WC] = WC, [WT] = UC, [WP] = UC, [WB] = WC, [UC_MINUS] = WC},
    [WT] = {[UC] = UC, [WC] = WC, [WT] = WT, [WP] = WP, [WB] = WT, [UC_MINUS] = UC},
    [WP] = {[UC] = UC, [WC] = WC, [WT] = WT, [WP] = WP, [WB] = WP, [UC_MINUS] = WC},
    [WB] = {[UC] = UC, [WC] = WC, [WT] = WT, [WP] = WP, [WB] = WB, [UC_MINUS] = UC},
};

/** By the PAT that the terms of the format have. */
static unsigned pat_type(const struct format *format, const struct pt64_trace *trace)
{
    return pt64_x86_64_leaf_type(format->terms->memory, page_entry(trace), trace->level);
}

/** MTRRs do not count where EPT is in use. */
static void combine_ept(const struct both *both, struct both_type *type)
{
    uint64_t ept = second_field(both, "type").value;
    unsigned pat = pat_type(both->half->format, &both->trace);

    if (second_field(both, "IPAT").value != 0)
        decide(type, type->second, "IPAT is 1: the guest's does not count");
    else
        decide(type, pt64_x86_64_type_name(ept_types[ept][pat]), NULL);
}

/**
 * AMD APM 2, "Combining Memory Types, MTRRs". WB of the host leaves the guest's type, and what both
 * agree on stays. The other combinations are in a table that was read nowhere.
 */
static void combine_npt(const struct both *both, struct both_type *type)
{
    unsigned guest = pat_type(both->half->format, &both->trace);
    unsigned host = pat_type(both->nested->format, &both->memory.trace);

    if (host == WB || host == guest)
        decide(type, type->first, "before the host's MTRRs");
    else
        type->note = "see AMD's table of guest and host PAT types";
}

/* ---- Arm ---- */

/** How caches treat Normal memory. Of two stages the weaker one counts. */
enum caching {
    NOT_CACHED,
    WRITE_THROUGH,
    WRITE_BACK,
};

/** What a device's accesses may not do comes first: of two stages the lower number counts. */
enum device {
    NGNRNE,
    NGNRE,
    NGRE,
    GRE,
};

struct arm_type {
    const char *problem; /**< why there is no type, or NULL */
    bool is_device;
    bool is_tagged;
    enum device device;
    enum caching outer, inner;
};

static enum caching weaker(enum caching a, enum caching b)
{
    return a < b ? a : b;
}

/** Arm ARM, "MAIR_EL1". In ARMv7's MAIR0 and MAIR1 less is defined, and that is the same. */
static struct arm_type type_of_attribute(unsigned attr, bool is_armv7)
{
    struct arm_type type = {NULL, attr >> 4 == 0, attr == 0xf0, NGNRNE, NOT_CACHED, NOT_CACHED};
    bool is_alone = attr == 0x40 || attr == 0xa0 || attr == 0xf0;

    type.device = (enum device)(attr >> 2 & 3);
    type.outer = (enum caching)pt64_aarch64_attr_caching(attr >> 4);
    type.inner = (enum caching)pt64_aarch64_attr_caching(is_alone ? attr >> 4 : attr & 15);
    if (type.is_device ? (attr & 2) != 0 : (attr & 15) == 0 && !is_alone)
        type.problem = "the first stage has no memory type";
    if (is_armv7 && (is_alone || (type.is_device && attr != 0 && attr != 4)))
        type.problem = "the first stage has no memory type";
    return type;
}

/** NMRR tells write-back with and without an allocation hint, which does not matter here. */
static enum caching nmrr_caching(uint64_t memory, unsigned index, bool outer)
{
    static const enum caching cachings[] = {NOT_CACHED, WRITE_BACK, WRITE_THROUGH, WRITE_BACK};

    return cachings[pt64_armv7_nmrr_caching(memory, index, outer)];
}

/** ARMv7 ARM, "Short-descriptor format memory region attributes, with TEX remap". */
static struct arm_type type_of_index(uint64_t memory, unsigned index)
{
    struct arm_type type = {NULL, false, false, NGNRNE, NOT_CACHED, NOT_CACHED};
    unsigned primary = pt64_armv7_prrr_type(memory, index);

    type.is_device = primary != 2;
    type.device = primary == 0 ? NGNRNE : NGNRE;
    type.outer = nmrr_caching(memory, index, true);
    type.inner = nmrr_caching(memory, index, false);
    if (index == 6)
        type.problem = "the first stage's type is implementation defined";
    else if (primary == 3)
        type.problem = "the first stage has no memory type";
    return type;
}

static bool has_attributes(const struct both *both)
{
    return first_field(both, "AttrIndx").meaning != NULL;
}

static struct arm_type first_type(const struct both *both)
{
    uint64_t memory = both->half->format->terms->memory;
    unsigned index = (unsigned)first_field(both, "AttrIndx").value;

    if (has_attributes(both))
        return type_of_attribute(pt64_aarch64_mair_attr(memory, index),
                                 strcmp(both->layout->arch, "armv7") == 0);
    index = (unsigned)(first_field(both, "TEX[0]").value << 2 | first_field(both, "C, B").value);
    return type_of_index(memory, index);
}

/** MemAttr where HCR_EL2.FWB is clear, or where there is none. */
static struct arm_type second_type(unsigned mem_attr, bool is_armv7)
{
    struct arm_type type = {NULL, mem_attr < 4, false, NGNRNE, NOT_CACHED, NOT_CACHED};

    type.device = (enum device)(mem_attr & 3);
    if (is_armv7 && (mem_attr & 0xe) == 2)
        type.problem = "the second stage has no memory type";
    if (type.is_device)
        return type;
    if ((mem_attr & 3) == 0) {
        type.problem = "MemAttr is reserved";
        return type;
    }
    type.outer = (enum caching)((mem_attr >> 2) - 1);
    type.inner = (enum caching)((mem_attr & 3) - 1);
    return type;
}

/**
 * Arm ARM, "Combining stage 1 and stage 2 memory type attributes" and "Combining stage 1 and stage
 * 2 Cacheability attributes for Normal memory". ARMv7 has the same rules.
 */
static struct arm_type combined_type(struct arm_type first, struct arm_type second)
{
    struct arm_type type = first;

    if (first.problem == NULL)
        type.problem = second.problem;
    type.is_device = first.is_device || second.is_device;
    if (second.is_device && (!first.is_device || second.device < first.device))
        type.device = second.device;
    type.outer = weaker(first.outer, second.outer);
    type.inner = weaker(first.inner, second.inner);
    type.is_tagged =
        first.is_tagged && !type.is_device && type.outer == WRITE_BACK && type.inner == WRITE_BACK;
    return type;
}

/** Write-back with the tags of the first stage, if it has tags. */
static struct arm_type written_back(struct arm_type first)
{
    struct arm_type type = {NULL, false, first.is_tagged, NGNRNE, WRITE_BACK, WRITE_BACK};

    return type;
}

/** Arm ARM, "Stage 2 memory type and Cacheability attributes when FWB is enabled". */
static struct arm_type forced_type(struct arm_type first, unsigned mem_attr)
{
    struct arm_type not_cached = {NULL, false, false, NGNRNE, NOT_CACHED, NOT_CACHED};

    switch (mem_attr & 7) {
    case 4:
        first.problem = "MemAttr is reserved";
        return first;
    case 5:
        return first.is_device || first.problem != NULL ? first : not_cached;
    case 6:
        return written_back(first);
    case 7:
        return first;
    default:
        return combined_type(first, second_type(mem_attr & 3, false));
    }
}

static const char *device_name(enum device device, bool is_armv7)
{
    static const char *const names[] = {"Device-nGnRnE", "Device-nGnRE", "Device-nGRE",
                                        "Device-GRE"};

    if (is_armv7)
        return device == NGNRNE ? "Strongly-ordered" : "Device";
    return names[device];
}

static void name_arm_type(const struct arm_type *arm, bool is_armv7, struct both_type *type)
{
    static const char *const cachings[] = {"non-cacheable", "write-through", "write-back"};

    type->note = arm->problem;
    if (arm->problem != NULL)
        return;
    if (arm->is_device)
        snprintf(type->both, sizeof(type->both), "%s", device_name(arm->device, is_armv7));
    else if (arm->inner == arm->outer)
        snprintf(type->both, sizeof(type->both), "Normal, %s%s", cachings[arm->inner],
                 arm->is_tagged ? ", Tagged" : "");
    else
        snprintf(type->both, sizeof(type->both), "Normal, inner %s, outer %s", cachings[arm->inner],
                 cachings[arm->outer]);
}

static void combine_arm(const struct both *both, struct both_type *type)
{
    bool is_armv7 = strcmp(both->nested->layout->arch, "armv7") == 0;
    unsigned mem_attr = (unsigned)second_field(both, "MemAttr").value;
    struct arm_type arm = combined_type(first_type(both), second_type(mem_attr, is_armv7));

    name_arm_type(&arm, is_armv7, type);
}

static void combine_arm_fwb(const struct both *both, struct both_type *type)
{
    unsigned mem_attr = (unsigned)second_field(both, "MemAttr").value;
    struct arm_type arm = forced_type(first_type(both), mem_attr);

    name_arm_type(&arm, false, type);
}

/* ---- others ---- */

/**
 * RISC-V Privileged, "Svpbmt": PBMT of the second stage overrides the platform's attributes, and
 * PBMT of the first stage overrides what comes of that. Without Svpbmt there is none.
 */
static void combine_riscv(const struct both *both, struct both_type *type)
{
    if (first_field(both, "SO").meaning != NULL)
        type->note = "no manual tells what XuanTie's types make of a second stage's";
    else if (first_field(both, "PBMT").value != 0)
        decide(type, type->first, NULL);
    else
        decide(type, type->second, NULL);
}

static void combine_loongarch64(const struct both *both, struct both_type *type)
{
    (void)both;
    type->note = "LoongArch's manual of virtualization is not public";
}

/* ---- both stages ---- */

/** By a part of the second stage's layout. */
static const struct combination {
    const char *arch, *word;
    const char *second; /**< the field that has the type's name */
    void (*combine)(const struct both *both, struct both_type *type);
} combinations[] = {
    {"x86_64", "ept-", "type", combine_ept},
    {"x86_64", "npt-", "PAT", combine_npt},
    {"aarch64", "fwb-", "MemAttr", combine_arm_fwb},
    {"aarch64", "hafdbs-", "MemAttr", combine_arm_fwb},
    {"aarch64", "", "MemAttr", combine_arm},
    {"armv7", "", "MemAttr", combine_arm},
    {"riscv", "", "PBMT", combine_riscv},
    {"loongarch64", "", "MAT", combine_loongarch64},
};

static const struct combination *combination_of(const struct layout *layout)
{
    const struct combination *combination = combinations;

    while (!layout_is(layout, combination->arch, combination->word))
        combination++;
    return combination;
}

/** Only formats of RISC-V have no field of it. */
static const char *name_of(struct wanted field)
{
    return field.meaning != NULL ? field.meaning : "PMA: what the platform says";
}

/** The field with the name of the first stage's type. */
static const char *first_name(const struct both *both)
{
    static const char *const fields[] = {"PAT", "AttrIndx", "C, B", "PBMT", "MAT"};

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (first_field(both, fields[i]).meaning != NULL)
            return first_field(both, fields[i]).meaning;
    return first_field(both, "SO").meaning != NULL ? "by SO, C and B"
                                                   : name_of(first_field(both, "PBMT"));
}

void both_type(const struct both *both, struct both_type *type)
{
    const struct combination *combination = combination_of(both->nested->layout);

    memset(type, 0, sizeof(*type));
    type->first = first_name(both);
    type->second = name_of(second_field(both, combination->second));
    combination->combine(both, type);
}

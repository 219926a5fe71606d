/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A table type as a value. There is one for every format of the library, whatever this machine is.
 */
#ifndef PTDUMP_FORMAT_H
#define PTDUMP_FORMAT_H

#include <page_table64/dump.h>

#include "image.h"

struct format {
    const struct pt64_meta *meta;
    const struct pt64_limits *limits; /**< of its tables */
    const struct pt64_pte *pte;
    const struct pt64_terms *terms;
    pt64_status_t (*scan)(struct image *image, pt64_paddr_t root, pt64_scanner_t show, void *arg);
    pt64_status_t (*trace)(struct image *image, pt64_paddr_t root, pt64_vaddr_t vaddr,
                           struct pt64_trace *trace);
    pt64_status_t (*dump)(struct image *image, pt64_paddr_t root, pt64_emit_t emit, void *ctx);
    pt64_status_t (*explain)(struct image *image, pt64_paddr_t root, pt64_vaddr_t vaddr,
                             pt64_emit_t emit, void *ctx);
};

/* clang-format off */
/** Defines format_<id>. All functions return what name_adopt returns for the root. */
#define DEFINE_FORMAT(id, meta_, pte_, terms_)                                                     \
    DEFINE_FORMAT_WITH(id, meta_, (meta_).limits, pte_, terms_)
/** The same with limits that image_handler has. */
#define DEFINE_FORMAT_WITH(id, meta_, limits_, pte_, terms_)                                       \
    PAGE_TABLE64_DEFINE(id, meta_, pte_, image_handler);                                           \
    DEFINE_FORMAT_OF_TABLE(id, meta_, limits_, pte_, terms_)
/** The same for entries of 4 bytes. */
#define DEFINE_FORMAT32(id, meta_, pte_, terms_)                                                   \
    PAGE_TABLE32_DEFINE(id, meta_, pte_, image_handler);                                           \
    DEFINE_FORMAT_OF_TABLE(id, meta_, (meta_).limits, pte_, terms_)
#define DEFINE_FORMAT_OF_TABLE(id, meta_, limits_, pte_, terms_)                                   \
    PAGE_TABLE64_DEFINE_DUMP(id, terms_);                                                          \
    static pt64_status_t scan_##id(struct image *image, pt64_paddr_t root, pt64_scanner_t show,    \
                                   void *arg)                                                      \
    {                                                                                              \
        id##_t table;                                                                              \
        pt64_status_t status = id##_adopt(&table, root, image);                                    \
                                                                                                   \
        return status == PT64_OK ? id##_scan(&table, show, arg) : status;                          \
    }                                                                                              \
    static pt64_status_t trace_##id(struct image *image, pt64_paddr_t root, pt64_vaddr_t vaddr,    \
                                    struct pt64_trace *trace)                                      \
    {                                                                                              \
        id##_t table;                                                                              \
        pt64_status_t status = id##_adopt(&table, root, image);                                    \
                                                                                                   \
        if (status == PT64_OK)                                                                     \
            id##_trace(&table, vaddr, trace);                                                      \
        return status;                                                                             \
    }                                                                                              \
    static pt64_status_t dump_##id(struct image *image, pt64_paddr_t root, pt64_emit_t emit,       \
                                   void *ctx)                                                      \
    {                                                                                              \
        id##_t table;                                                                              \
        pt64_status_t status = id##_adopt(&table, root, image);                                    \
                                                                                                   \
        if (status == PT64_OK)                                                                     \
            id##_dump(&table, emit, ctx);                                                          \
        return status;                                                                             \
    }                                                                                              \
    static pt64_status_t explain_##id(struct image *image, pt64_paddr_t root, pt64_vaddr_t vaddr,  \
                                      pt64_emit_t emit, void *ctx)                                 \
    {                                                                                              \
        id##_t table;                                                                              \
        pt64_status_t status = id##_adopt(&table, root, image);                                    \
                                                                                                   \
        if (status == PT64_OK)                                                                     \
            id##_explain(&table, vaddr, emit, ctx);                                                \
        return status;                                                                             \
    }                                                                                              \
    const struct format format_##id = {&(meta_), &(limits_), &(pte_), &(terms_), scan_##id,        \
                                       trace_##id, dump_##id, explain_##id}
/* clang-format on */

/**
 * To be called before any table is read. The value of MAIR_ELx names the memory types of entries.
 * `layout` is the name of a layout of AArch64: the granule and the width of addresses are in it.
 */
void format_aarch64_begin(uint64_t mair, const char *layout);
void format_aarch64_stage2_begin(const char *layout);
/** The same with the value of IA32_PAT. Returns the first entry that holds no memory type, or 8. */
unsigned format_x86_64_begin(uint64_t pat);
void format_i386_begin(uint64_t pat);
/**
 * The same with PRRR and NMRR, or MAIR0 and MAIR1: the second one is in bits 63:32. Without a value
 * the types are those of this library's kernels.
 */
void format_armv7_begin(bool has_types, uint64_t types);
/**
 * The same for LoongArch's tables that translate one half: pages of 2^page_bits, 12, 14 or 16, and
 * addresses of more bits than two levels translate without the root, at most 48, 47 or 55.
 */
void format_loongarch64_begin(unsigned page_bits, unsigned vaddr_bits);
/** The same for the tables of guests (LVZ), whose widths follow from the pages. */
void format_loongarch64_lvz_begin(unsigned page_bits);

extern const struct format format_x86_64_la48;
extern const struct format format_x86_64_la48_no1g;
extern const struct format format_x86_64_la57;
extern const struct format format_x86_64_cet_la48;
extern const struct format format_x86_64_cet_la57;
extern const struct format format_npt_gpa48;
extern const struct format format_npt_gpa57;
extern const struct format format_ept_gpa48;
extern const struct format format_ept_gpa57;
extern const struct format format_ept_noad_gpa48;
extern const struct format format_ept_noad_gpa57;
extern const struct format format_ept_mbec_gpa48;
extern const struct format format_ept_mbec_gpa57;
extern const struct format format_i386;
extern const struct format format_i386_pae;
extern const struct format format_aarch64_4k;
extern const struct format format_aarch64_4k_upper;
extern const struct format format_aarch64_hafdbs_4k;
extern const struct format format_aarch64_hafdbs_4k_upper;
extern const struct format format_aarch64_el2_4k;
extern const struct format format_aarch64_wide;
extern const struct format format_aarch64_wide_upper;
extern const struct format format_aarch64_stage2;
extern const struct format format_aarch64_stage2_xnx;
extern const struct format format_aarch64_stage2_fwb;
extern const struct format format_aarch64_stage2_hafdbs;
extern const struct format format_armv7_short;
extern const struct format format_armv7_short_afe;
extern const struct format format_armv7_lpae;
extern const struct format format_armv7_stage2;
extern const struct format format_riscv_sv32;
extern const struct format format_riscv_sv39;
extern const struct format format_riscv_sv48;
extern const struct format format_riscv_sv57;
extern const struct format format_riscv_svpbmt_sv39;
extern const struct format format_riscv_svpbmt_sv48;
extern const struct format format_riscv_svpbmt_sv57;
extern const struct format format_riscv_svrsw60t59b_sv39;
extern const struct format format_riscv_svrsw60t59b_sv48;
extern const struct format format_riscv_svrsw60t59b_sv57;
extern const struct format format_riscv_zicfiss_sv39;
extern const struct format format_riscv_zicfiss_sv48;
extern const struct format format_riscv_zicfiss_sv57;
extern const struct format format_riscv_xuantie_sv39;
extern const struct format format_riscv_sv32x4;
extern const struct format format_riscv_sv39x4;
extern const struct format format_riscv_sv48x4;
extern const struct format format_riscv_sv57x4;
extern const struct format format_riscv_svpbmt_sv39x4;
extern const struct format format_riscv_svpbmt_sv48x4;
extern const struct format format_riscv_svpbmt_sv57x4;
extern const struct format format_loongarch64_4k48;
extern const struct format format_loongarch64_halves;
extern const struct format format_loongarch64_halves_upper;
extern const struct format format_loongarch64_hptw_4k48;
extern const struct format format_loongarch64_hptw_halves;
extern const struct format format_loongarch64_hptw_halves_upper;
extern const struct format format_loongarch64_lvz;
extern const struct format format_vtd_ss39;
extern const struct format format_vtd_ss48;
extern const struct format format_vtd_ss57;
extern const struct format format_vtd_ss_ad48;
extern const struct format format_vtd_fs48;
extern const struct format format_vtd_fs57;
extern const struct format format_amdvi_v1_30;
extern const struct format format_amdvi_v1_39;
extern const struct format format_amdvi_v1_48;
extern const struct format format_amdvi_v1_57;
extern const struct format format_amdvi_v1_ad48;
extern const struct format format_amdvi_v2_48;
extern const struct format format_amdvi_v2_57;

#endif

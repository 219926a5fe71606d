/* SPDX-License-Identifier: MIT */
#include "layout.h"

#include "fail.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/amdvi.h>
#include <page_table64/meta/armv7_stage2.h>
#include <page_table64/meta/i386.h>
#include <page_table64/meta/loongarch64.h>
#include <page_table64/meta/riscv.h>
#include <page_table64/meta/vtd.h>
#include <page_table64/meta/x86_64.h>

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

const struct layout layouts[] = {
    {"x86_64", "la48", "four levels", &format_x86_64_la48, NULL, 0},
    {"x86_64", "la48-no1g", "four levels, on a CPU without 1G pages", &format_x86_64_la48_no1g,
     NULL, 0},
    {"x86_64", "la57", "five levels", &format_x86_64_la57, NULL, 0},
    {"x86_64", "cet-la48", "four levels, with shadow stacks", &format_x86_64_cet_la48, NULL, 0},
    {"x86_64", "cet-la57", "five levels, with shadow stacks", &format_x86_64_cet_la57, NULL, 0},
    {"x86_64", "ept-gpa48", "EPT, four levels, EPTP bit 6 set; --root is the EPTP",
     &format_ept_gpa48, NULL, 0},
    {"x86_64", "ept-gpa57", "EPT, five levels; likewise", &format_ept_gpa57, NULL, 0},
    {"x86_64", "ept-noad-gpa48", "EPT, four levels, EPTP bit 6 clear", &format_ept_noad_gpa48, NULL,
     0},
    {"x86_64", "ept-noad-gpa57", "EPT, five levels; likewise", &format_ept_noad_gpa57, NULL, 0},
    {"x86_64", "ept-mbec-gpa48", "EPT, four levels, mode-based execute control",
     &format_ept_mbec_gpa48, NULL, 0},
    {"x86_64", "ept-mbec-gpa57", "EPT, five levels; likewise", &format_ept_mbec_gpa57, NULL, 0},
    {"x86_64", "npt-gpa48", "AMD nested paging, four levels; --root is nCR3", &format_npt_gpa48,
     NULL, 0},
    {"x86_64", "npt-gpa57", "AMD nested paging, five levels", &format_npt_gpa57, NULL, 0},
    {"i386", "32-bit", "two levels, 4-byte entries, 4M pages", &format_i386, NULL, 0},
    {"i386", "pae", "three levels, 8-byte entries, 2M pages", &format_i386_pae, NULL, 0},
    {"aarch64", "4k48", "EL1&0, 4K pages, 48-bit addresses; 4k25 to 4k47 likewise",
     &format_aarch64_4k, &format_aarch64_4k_upper, 0},
    {"aarch64", "hafdbs-4k48", "the same with dirty state by hardware; likewise",
     &format_aarch64_hafdbs_4k, &format_aarch64_hafdbs_4k_upper, 0},
    {"aarch64", "el2-4k48", "EL2, 4K pages, 48-bit addresses; likewise", &format_aarch64_el2_4k,
     NULL, 0},
    {"aarch64", "16k48", "EL1&0, 16K pages; 16k25 to 16k47", &format_aarch64_wide,
     &format_aarch64_wide_upper, 0},
    {"aarch64", "64k52", "EL1&0, 64K pages; 64k25 to 64k51", &format_aarch64_wide,
     &format_aarch64_wide_upper, 0},
    {"aarch64", "lpa2-4k52", "EL1&0, 4K pages, TCR.DS set; likewise", &format_aarch64_wide,
     &format_aarch64_wide_upper, 0},
    {"aarch64", "lpa2-16k52", "EL1&0, 16K pages, TCR.DS set; likewise", &format_aarch64_wide,
     &format_aarch64_wide_upper, 0},
    {"aarch64", "hafdbs-16k48", "dirty state by hardware, 16K pages; 16k25 to 16k47",
     &format_aarch64_wide, &format_aarch64_wide_upper, 0},
    {"aarch64", "hafdbs-64k52", "dirty state by hardware, 64K pages; 64k25 to 64k51",
     &format_aarch64_wide, &format_aarch64_wide_upper, 0},
    {"aarch64", "hafdbs-lpa2-4k52", "dirty state by hardware, 4K pages, TCR.DS set; likewise",
     &format_aarch64_wide, &format_aarch64_wide_upper, 0},
    {"aarch64", "hafdbs-lpa2-16k52", "dirty state by hardware, 16K pages, TCR.DS set; likewise",
     &format_aarch64_wide, &format_aarch64_wide_upper, 0},
    {"aarch64", "el2-16k48", "EL2, 16K pages; 16k25 to 16k47", &format_aarch64_wide, NULL, 0},
    {"aarch64", "el2-64k52", "EL2, 64K pages; 64k25 to 64k51", &format_aarch64_wide, NULL, 0},
    {"aarch64", "el2-lpa2-4k52", "EL2, 4K pages, TCR.DS set; likewise", &format_aarch64_wide, NULL,
     0},
    {"aarch64", "el2-lpa2-16k52", "EL2, 16K pages, TCR.DS set; likewise", &format_aarch64_wide,
     NULL, 0},
    {"aarch64", "stage2-4k48", "a guest's stage 2, 4K pages; 4k25 to 4k47 likewise",
     &format_aarch64_stage2, NULL, 0},
    {"aarch64", "stage2-xnx-4k48", "the same with FEAT_XNX; likewise", &format_aarch64_stage2_xnx,
     NULL, 0},
    {"aarch64", "stage2-fwb-4k48", "the same with HCR_EL2.FWB set; likewise",
     &format_aarch64_stage2_fwb, NULL, 0},
    {"aarch64", "stage2-hafdbs-4k48", "the same with dirty state by hardware; likewise",
     &format_aarch64_stage2_hafdbs, NULL, 0},
    {"aarch64", "stage2-16k48", "a guest's stage 2, 16K pages; 16k25 to 16k47",
     &format_aarch64_stage2, NULL, 0},
    {"aarch64", "stage2-xnx-16k48", "the same with FEAT_XNX; likewise", &format_aarch64_stage2_xnx,
     NULL, 0},
    {"aarch64", "stage2-fwb-16k48", "the same with HCR_EL2.FWB set; likewise",
     &format_aarch64_stage2_fwb, NULL, 0},
    {"aarch64", "stage2-hafdbs-16k48", "the same with dirty state by hardware; likewise",
     &format_aarch64_stage2_hafdbs, NULL, 0},
    {"aarch64", "stage2-64k48", "a guest's stage 2, 64K pages; 64k25 to 64k47",
     &format_aarch64_stage2, NULL, 0},
    {"aarch64", "stage2-xnx-64k48", "the same with FEAT_XNX; likewise", &format_aarch64_stage2_xnx,
     NULL, 0},
    {"aarch64", "stage2-fwb-64k48", "the same with HCR_EL2.FWB set; likewise",
     &format_aarch64_stage2_fwb, NULL, 0},
    {"aarch64", "stage2-hafdbs-64k48", "the same with dirty state by hardware; likewise",
     &format_aarch64_stage2_hafdbs, NULL, 0},
    {"armv7", "short", "short descriptors, SCTLR.TRE set and AFE clear", &format_armv7_short, NULL,
     0},
    {"armv7", "short-afe", "short descriptors, SCTLR.TRE and AFE set", &format_armv7_short_afe,
     NULL, 0},
    {"armv7", "lpae", "long descriptors", &format_armv7_lpae, NULL, 0},
    {"armv7", "stage2", "a guest's stage 2, 40-bit addresses", &format_armv7_stage2, NULL, 0},
    {"riscv", "sv39", "three levels, RSW as this library uses it", &format_riscv_sv39, NULL,
     PT64_RISCV_SATP_SV39},
    {"riscv", "sv48", "four levels, RSW as this library uses it", &format_riscv_sv48, NULL,
     PT64_RISCV_SATP_SV48},
    {"riscv", "sv57", "five levels, RSW as this library uses it", &format_riscv_sv57, NULL,
     PT64_RISCV_SATP_SV57},
    {"riscv", "sv32", "two levels, RSW as this library uses it", &format_riscv_sv32, NULL,
     PT64_RISCV_SATP_SV32},
    {"riscv", "svpbmt-sv39", "three levels, Svpbmt; RSW is software's", &format_riscv_svpbmt_sv39,
     NULL, PT64_RISCV_SATP_SV39},
    {"riscv", "svpbmt-sv48", "four levels, Svpbmt; RSW is software's", &format_riscv_svpbmt_sv48,
     NULL, PT64_RISCV_SATP_SV48},
    {"riscv", "svpbmt-sv57", "five levels, Svpbmt; RSW is software's", &format_riscv_svpbmt_sv57,
     NULL, PT64_RISCV_SATP_SV57},
    {"riscv", "rsw60-sv39", "three levels, Svpbmt and Svrsw60t59b", &format_riscv_svrsw60t59b_sv39,
     NULL, PT64_RISCV_SATP_SV39},
    {"riscv", "rsw60-sv48", "four levels, Svpbmt and Svrsw60t59b", &format_riscv_svrsw60t59b_sv48,
     NULL, PT64_RISCV_SATP_SV48},
    {"riscv", "rsw60-sv57", "five levels, Svpbmt and Svrsw60t59b", &format_riscv_svrsw60t59b_sv57,
     NULL, PT64_RISCV_SATP_SV57},
    {"riscv", "zicfiss-sv39", "three levels, Svpbmt and Zicfiss", &format_riscv_zicfiss_sv39, NULL,
     PT64_RISCV_SATP_SV39},
    {"riscv", "zicfiss-sv48", "four levels, Svpbmt and Zicfiss", &format_riscv_zicfiss_sv48, NULL,
     PT64_RISCV_SATP_SV48},
    {"riscv", "zicfiss-sv57", "five levels, Svpbmt and Zicfiss", &format_riscv_zicfiss_sv57, NULL,
     PT64_RISCV_SATP_SV57},
    {"riscv", "xuantie-sv39", "three levels, C906 and C910", &format_riscv_xuantie_sv39, NULL,
     PT64_RISCV_SATP_SV39},
    {"riscv", "sv39x4", "a guest's second stage, three levels", &format_riscv_sv39x4, NULL,
     PT64_RISCV_HGATP_SV39X4},
    {"riscv", "sv48x4", "the same, four levels", &format_riscv_sv48x4, NULL,
     PT64_RISCV_HGATP_SV48X4},
    {"riscv", "sv57x4", "the same, five levels", &format_riscv_sv57x4, NULL,
     PT64_RISCV_HGATP_SV57X4},
    {"riscv", "sv32x4", "the same, two levels", &format_riscv_sv32x4, NULL,
     PT64_RISCV_HGATP_SV32X4},
    {"riscv", "svpbmt-sv39x4", "three levels, Svpbmt", &format_riscv_svpbmt_sv39x4, NULL,
     PT64_RISCV_HGATP_SV39X4},
    {"riscv", "svpbmt-sv48x4", "four levels, Svpbmt", &format_riscv_svpbmt_sv48x4, NULL,
     PT64_RISCV_HGATP_SV48X4},
    {"riscv", "svpbmt-sv57x4", "five levels, Svpbmt", &format_riscv_svpbmt_sv57x4, NULL,
     PT64_RISCV_HGATP_SV57X4},
    {"loongarch64", "16k47", "16K pages; V is valid and D writable; 16k26 to 16k47 likewise",
     &format_loongarch64_halves, &format_loongarch64_halves_upper, 0},
    {"loongarch64", "4k48", "4K pages, one root for both halves; likewise",
     &format_loongarch64_4k48, NULL, 0},
    {"loongarch64", "4k39", "4K pages, a root for each half; 4k22 to 4k47 likewise",
     &format_loongarch64_halves, &format_loongarch64_halves_upper, 0},
    {"loongarch64", "64k55", "64K pages; 64k30 to 64k55 likewise", &format_loongarch64_halves,
     &format_loongarch64_halves_upper, 0},
    {"loongarch64", "hptw-16k47", "V and D are accessed and dirty, as Linux has it; likewise",
     &format_loongarch64_hptw_halves, &format_loongarch64_hptw_halves_upper, 0},
    {"loongarch64", "hptw-4k39", "4K pages, a root for each half; likewise",
     &format_loongarch64_hptw_halves, &format_loongarch64_hptw_halves_upper, 0},
    {"loongarch64", "hptw-64k55", "64K pages; likewise", &format_loongarch64_hptw_halves,
     &format_loongarch64_hptw_halves_upper, 0},
    {"loongarch64", "hptw-4k48", "4K pages, one root; likewise", &format_loongarch64_hptw_4k48,
     NULL, 0},
    {"loongarch64", "lvz-16k47", "a guest's second stage (LVZ), 16K pages", &format_loongarch64_lvz,
     NULL, 0},
    {"loongarch64", "lvz-4k48", "the same, 4K pages", &format_loongarch64_lvz, NULL, 0},
    {"loongarch64", "lvz-64k55", "the same, 64K pages", &format_loongarch64_lvz, NULL, 0},
    {"vtd", "ss48", "second stage, four levels", &format_vtd_ss48, NULL, 0},
    {"vtd", "ss39", "second stage, three levels", &format_vtd_ss39, NULL, 0},
    {"vtd", "ss57", "second stage, five levels", &format_vtd_ss57, NULL, 0},
    {"vtd", "ss-ad-48", "second stage, four levels, with SSADE", &format_vtd_ss_ad48, NULL, 0},
    {"vtd", "fs48", "first stage, four levels", &format_vtd_fs48, NULL, 0},
    {"vtd", "fs57", "first stage, five levels", &format_vtd_fs57, NULL, 0},
    {"amdvi", "v1-48", "host table, four levels", &format_amdvi_v1_48, NULL, 0},
    {"amdvi", "v1-30", "host table, two levels", &format_amdvi_v1_30, NULL, 0},
    {"amdvi", "v1-39", "host table, three levels", &format_amdvi_v1_39, NULL, 0},
    {"amdvi", "v1-57", "host table, five levels", &format_amdvi_v1_57, NULL, 0},
    {"amdvi", "v1-ad-48", "host table, four levels, with HAD", &format_amdvi_v1_ad48, NULL, 0},
    {"amdvi", "v2-48", "guest table, four levels", &format_amdvi_v2_48, NULL, 0},
    {"amdvi", "v2-57", "guest table, five levels", &format_amdvi_v2_57, NULL, 0},
    {NULL, NULL, NULL, NULL, NULL, 0},
};

void layout_list(FILE *out)
{
    for (const struct layout *layout = layouts; layout->arch != NULL; layout++)
        fprintf(out, "  %-12s %-19s %s\n", layout->arch, layout->name, layout->about);
}

static const char *arch_of_machine(unsigned elf_machine)
{
    switch (elf_machine) {
    case EM_X86_64:
        return "x86_64";
    case EM_386:
        return "i386";
    case EM_AARCH64:
        return "aarch64";
    case EM_ARM:
        return "armv7";
    case EM_RISCV:
        return "riscv";
    case EM_LOONGARCH:
        return "loongarch64";
    default:
        return NULL;
    }
}

/** The tables of an IOMMU are in the memory of an x86-64 machine. */
static bool is_of_device(const char *arch, const char *of_image)
{
    return strcmp(of_image, "x86_64") == 0 &&
           (strcmp(arch, "vtd") == 0 || strcmp(arch, "amdvi") == 0);
}

static const char *choose_arch(const char *arch, unsigned elf_machine)
{
    const char *of_image = arch_of_machine(elf_machine);

    if (arch == NULL && of_image == NULL)
        fail("this image does not say what machine it is of: give --arch");
    if (arch == NULL)
        return of_image;
    if (strcmp(arch, "riscv64") == 0 || strcmp(arch, "riscv32") == 0)
        arch = "riscv";
    if (of_image != NULL && strcmp(arch, of_image) != 0 && !is_of_device(arch, of_image))
        fail("the image is of %s, not of %s", of_image, arch);
    return arch;
}

/** The mode in a value of satp, which has 32 bits where the mode is Sv32. */
static unsigned satp_mode(uint64_t satp)
{
    return satp <= UINT32_MAX ? pt64_riscv_satp32_mode((uint32_t)satp) : pt64_riscv_satp_mode(satp);
}

bool layout_is(const struct layout *layout, const char *arch, const char *word)
{
    return strcmp(layout->arch, arch) == 0 && strstr(layout->name, word) != NULL;
}

unsigned layout_width(const char *name)
{
    return (unsigned)strtoul(name + strlen(name) - 2, NULL, 10);
}

/** The number before the last k. */
unsigned layout_page_bits(const char *name)
{
    const char *k = strrchr(name, 'k');

    if (k == NULL || k - name < 2)
        return 12;
    return strncmp(k - 2, "64", 2) == 0 ? 16 : strncmp(k - 2, "16", 2) == 0 ? 14 : 12;
}

/** Whether each half has a root of its own, and a width at the end of the name. */
static bool has_width(const struct layout *layout)
{
    return strcmp(layout->arch, "aarch64") == 0 ||
           (strcmp(layout->arch, "loongarch64") == 0 && layout->upper != NULL);
}

/** The widths of AArch64 up to that of the layout, and of two to four of LoongArch's levels. */
static bool is_width(const struct layout *layout, unsigned width)
{
    unsigned page_bits = layout_page_bits(layout->name);

    if (strcmp(layout->arch, "aarch64") == 0)
        return width >= 25 && width <= layout_width(layout->name);
    return width >= 2 * page_bits - 2 && width <= (page_bits == 12 ? 47 : 4 * page_bits - 9);
}

/** The width at the end of a name may be another. */
static bool is_named(const struct layout *layout, const char *name)
{
    size_t length = strlen(layout->name);

    if (!has_width(layout) || strlen(name) != length)
        return strcmp(layout->name, name) == 0;
    return strncmp(layout->name, name, length - 2) == 0 && is_width(layout, layout_width(name));
}

static bool is_asked_for(const struct layout *layout, const char *name, bool has_root,
                         uint64_t root)
{
    if (name != NULL)
        return is_named(layout, name);
    return layout->satp_mode == 0 || !has_root || layout->satp_mode == satp_mode(root);
}

/** The register that holds the root. In hgatp mode and root are where they are in satp. */
static const char *register_of(const struct layout *layout)
{
    return strstr(layout->name, "x4") != NULL ? "hgatp" : "satp";
}

/** A value with another mode is a mistake, or is not a value of the register. */
static void check_satp(const struct layout *layout, bool has_root, uint64_t root)
{
    if (layout->satp_mode != 0 && has_root && layout->satp_mode != satp_mode(root))
        fail("%s 0x%" PRIx64 " has mode %u, but %s is mode %u", register_of(layout), root,
             satp_mode(root), layout->name, layout->satp_mode);
}

const struct layout *layout_find(const char *arch, const char *name, unsigned elf_machine,
                                 bool has_root, uint64_t root)
{
    bool known = false;

    arch = choose_arch(arch, elf_machine);
    for (const struct layout *layout = layouts; layout->arch != NULL; layout++) {
        if (strcmp(layout->arch, arch) != 0)
            continue;
        known = true;
        if (!is_asked_for(layout, name, has_root, root))
            continue;
        check_satp(layout, has_root, root);
        return layout;
    }
    if (!known)
        fail("there is no architecture %s: see ptdump --help", arch);
    if (name != NULL)
        fail("%s has no layout %s: see ptdump --help", arch, name);
    fail("satp 0x%" PRIx64
         " has mode %u: not a mode that translates (1 is Sv32, 8 Sv39, 9 Sv48, 10 Sv57)",
         root, satp_mode(root));
}

/** A root of 64K pages is aligned to 64 bytes whether or not IPS says 52 bits, or is very small. */
static bool has_wide_root(const struct layout *layout)
{
    return layout->lower == &format_aarch64_wide && strstr(layout->name, "52") != NULL;
}

pt64_paddr_t layout_root(const struct layout *layout, uint64_t value)
{
    if (strcmp(layout->arch, "x86_64") == 0)
        return pt64_x86_64_cr3_root(value);
    if (layout->lower == &format_i386)
        return pt64_i386_cr3_root((uint32_t)value);
    if (layout->lower == &format_i386_pae)
        return pt64_i386_pae_cr3_root((uint32_t)value);
    if (has_wide_root(layout))
        return pt64_aarch64_ttbr_root_of_52_bits(value);
    if (strcmp(layout->arch, "aarch64") == 0)
        return pt64_aarch64_ttbr_root(value);
    if (layout->lower == &format_armv7_lpae)
        return pt64_armv7_lpae_ttbr_root(value);
    if (layout->lower == &format_armv7_stage2)
        return pt64_armv7_vttbr_root(value);
    if (strcmp(layout->arch, "armv7") == 0)
        return pt64_armv7_short_ttbr_root((uint32_t)value);
    if (layout->satp_mode == PT64_RISCV_SATP_SV32)
        return pt64_riscv_satp32_root((uint32_t)value);
    if (strcmp(layout->arch, "riscv") == 0)
        return pt64_riscv_satp_root(value);
    if (strcmp(layout->arch, "vtd") == 0)
        return pt64_vtd_root(value);
    if (strcmp(layout->arch, "amdvi") == 0)
        return pt64_amdvi_root(value);
    return pt64_loongarch64_pgd_root(value);
}

pt64_paddr_t layout_check_root(const struct layout *layout, const char *name,
                               const struct format *format, struct image *image, uint64_t value)
{
    pt64_paddr_t root = layout_root(layout, value);
    uint64_t bytes = pt64_node_bytes(format->meta, format->limits, pt64_root_level(format->limits));
    char held[200];

    if (root % bytes != 0)
        fail("the root 0x%" PRIx64 " is not aligned to its %" PRIu64 " bytes: is it of %s?", root,
             bytes, name);
    image_begin_scan(image, bytes);
    if (image_phys_to_virt(image, root) == NULL) {
        image_describe(image, held, sizeof(held));
        fail("the root 0x%" PRIx64 " is not in %s, which holds %s", root, image->path, held);
    }
    return root;
}

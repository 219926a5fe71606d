/* SPDX-License-Identifier: MIT */
#include "layout.h"

#include "fail.h"

#include <page_table64/meta/aarch64.h>
#include <page_table64/meta/armv7.h>
#include <page_table64/meta/i386.h>
#include <page_table64/meta/loongarch64.h>
#include <page_table64/meta/riscv.h>
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
    {"armv7", "short", "short descriptors, SCTLR.TRE set and AFE clear", &format_armv7_short, NULL,
     0},
    {"armv7", "short-afe", "short descriptors, SCTLR.TRE and AFE set", &format_armv7_short_afe,
     NULL, 0},
    {"armv7", "lpae", "long descriptors", &format_armv7_lpae, NULL, 0},
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
    {"loongarch64", "16k47", "16K pages; V is valid and D writable", &format_loongarch64_16k47,
     &format_loongarch64_16k47_upper, 0},
    {"loongarch64", "4k48", "4K pages, one root for both halves; likewise",
     &format_loongarch64_4k48, NULL, 0},
    {"loongarch64", "hptw-16k47", "16K pages; V and D are accessed and dirty, as Linux has it",
     &format_loongarch64_hptw_16k47, &format_loongarch64_hptw_16k47_upper, 0},
    {"loongarch64", "hptw-4k48", "4K pages, one root; likewise", &format_loongarch64_hptw_4k48,
     NULL, 0},
    {NULL, NULL, NULL, NULL, NULL, 0},
};

void layout_list(FILE *out)
{
    for (const struct layout *layout = layouts; layout->arch != NULL; layout++)
        fprintf(out, "  %-12s %-13s %s\n", layout->arch, layout->name, layout->about);
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

static const char *choose_arch(const char *arch, unsigned elf_machine)
{
    const char *of_image = arch_of_machine(elf_machine);

    if (arch == NULL && of_image == NULL)
        fail("this image does not say what machine it is of: give --arch");
    if (arch == NULL)
        return of_image;
    if (strcmp(arch, "riscv64") == 0 || strcmp(arch, "riscv32") == 0)
        arch = "riscv";
    if (of_image != NULL && strcmp(arch, of_image) != 0)
        fail("the image is of %s, not of %s", of_image, arch);
    return arch;
}

/** The mode in a value of satp, which has 32 bits where the mode is Sv32. */
static unsigned satp_mode(uint64_t satp)
{
    return satp <= UINT32_MAX ? pt64_riscv_satp32_mode((uint32_t)satp) : pt64_riscv_satp_mode(satp);
}

unsigned layout_width(const char *name)
{
    return (unsigned)strtoul(name + strlen(name) - 2, NULL, 10);
}

/** In a name of AArch64, the width at the end may be another. */
static bool is_named(const struct layout *layout, const char *name)
{
    size_t length = strlen(layout->name);

    if (strcmp(layout->arch, "aarch64") != 0 || strlen(name) != length)
        return strcmp(layout->name, name) == 0;
    return strncmp(layout->name, name, length - 2) == 0 && layout_width(name) >= 25 &&
           layout_width(name) <= 48;
}

static bool is_asked_for(const struct layout *layout, const char *name, bool has_root,
                         uint64_t root)
{
    if (name != NULL)
        return is_named(layout, name);
    return layout->satp_mode == 0 || !has_root || layout->satp_mode == satp_mode(root);
}

/** A value with another mode is a mistake, or is not a value of satp. */
static void check_satp(const struct layout *layout, bool has_root, uint64_t root)
{
    if (layout->satp_mode != 0 && has_root && layout->satp_mode != satp_mode(root))
        fail("satp 0x%" PRIx64 " has mode %u, but %s is mode %u", root, satp_mode(root),
             layout->name, layout->satp_mode);
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

pt64_paddr_t layout_root(const struct layout *layout, uint64_t value)
{
    if (strcmp(layout->arch, "x86_64") == 0)
        return pt64_x86_64_cr3_root(value);
    if (layout->lower == &format_i386)
        return pt64_i386_cr3_root((uint32_t)value);
    if (layout->lower == &format_i386_pae)
        return pt64_i386_pae_cr3_root((uint32_t)value);
    if (strcmp(layout->arch, "aarch64") == 0)
        return pt64_aarch64_ttbr_root(value);
    if (layout->lower == &format_armv7_lpae)
        return pt64_armv7_lpae_ttbr_root(value);
    if (strcmp(layout->arch, "armv7") == 0)
        return pt64_armv7_short_ttbr_root((uint32_t)value);
    if (layout->satp_mode == PT64_RISCV_SATP_SV32)
        return pt64_riscv_satp32_root((uint32_t)value);
    if (strcmp(layout->arch, "riscv") == 0)
        return pt64_riscv_satp_root(value);
    return pt64_loongarch64_pgd_root(value);
}

/* SPDX-License-Identifier: MIT */
/*
 * What a format's terms say of each value of each field, and why an access faults, in whole
 * sentences. The bits are those of the manuals: SDM 3A, 5.3, 5.4, 5.5.4 and 13.12; Arm ARM, D8.3,
 * D8.4 and D8.5; RISC-V Privileged ISA, "Supervisor-Level ISA", Svnapot and Svpbmt; LoongArch
 * volume 1, 5.4.5 and 7.5.3.
 */
#include <page_table64/meta/armv7.h>
#include <page_table64/pte/x86_64.h>
#include <page_table64/terms/armv7.h>

#include "report.h"

#define BIT(number) (UINT64_C(1) << (number))

static bool is_id(const char *prefix)
{
    return strncmp(chosen_id, prefix, strlen(prefix)) == 0;
}

static bool has_word(const char *word)
{
    return strstr(chosen_id, word) != NULL;
}

/* ---- names of levels ---- */

static void expect_level_names(const char *const *names)
{
    for (unsigned level = 0; level < meta()->limits.levels; level++)
        assert_string_equal(chosen_terms.level_name(meta(), level), names[level]);
}

static void levels_have_the_names_of_the_manual(void **state)
{
    static const char *const x86_64[] = {"PTE", "PDE", "PDPTE", "PML4E", "PML5E"};
    static const char *const ept[] = {"EPT PTE", "EPT PDE", "EPT PDPTE", "EPT PML4E", "EPT PML5E"};
    static const char *const aarch64[] = {"level 3 descriptor", "level 2 descriptor",
                                          "level 1 descriptor", "level 0 descriptor",
                                          "level -1 descriptor"};
    static const char *const armv7[] = {"third-level descriptor", "second-level descriptor",
                                        "first-level descriptor"};
    static const char *const riscv[] = {"level 0 PTE", "level 1 PTE", "level 2 PTE", "level 3 PTE",
                                        "level 4 PTE"};
    static const char *const loongarch64_2[] = {"page table entry", "Dir3 entry"};
    static const char *const loongarch64_3[] = {"page table entry", "Dir1 entry", "Dir3 entry"};
    static const char *const loongarch64_4[] = {"page table entry", "Dir1 entry", "Dir2 entry",
                                                "Dir3 entry"};

    static const char *const second_stage[] = {"SS-PTE", "SS-PDE", "SS-PDPE", "SS-PML4E",
                                               "SS-PML5E"};
    static const char *const amdvi[] = {"level 1 PTE", "level 2 entry", "level 3 entry",
                                        "level 4 entry", "level 5 entry"};

    (void)state;
    if (is_id("x86_64") || is_id("i386") || is_id("npt") || is_id("vtd_fs") || is_id("amdvi_v2"))
        expect_level_names(x86_64);
    else if (is_id("vtd"))
        expect_level_names(second_stage);
    else if (is_id("amdvi"))
        expect_level_names(amdvi);
    else if (is_id("ept"))
        expect_level_names(ept);
    else if (is_id("aarch64"))
        expect_level_names(aarch64);
    else if (is_id("armv7"))
        expect_level_names(armv7 + 3 - meta()->limits.levels);
    else if (is_id("riscv"))
        expect_level_names(riscv);
    else
        expect_level_names(meta()->limits.levels == 2   ? loongarch64_2
                           : meta()->limits.levels == 3 ? loongarch64_3
                                                        : loongarch64_4);
}

/* ---- fields ---- */

struct heard_fields {
    char text[2048];
    size_t length;
};

static void hear_field(void *arg, const struct pt64_field *field)
{
    struct heard_fields *heard = arg;
    char bits[16];

    snprintf(bits, sizeof bits, field->width > 1 ? "%u:%u" : "%u",
             field->low + (field->width > 1 ? field->width - 1 : 0), field->low);
    heard->length += (size_t)snprintf(heard->text + heard->length,
                                      sizeof heard->text - heard->length, "%s %s %lx%s%s\n", bits,
                                      field->name, field->value, field->meaning == NULL ? "" : " ",
                                      field->meaning == NULL ? "" : field->meaning);
    assert_true(heard->length < sizeof heard->text);
}

/* All fields of the entry, one a line: bits, name, value in hexadecimal, meaning. */
static void expect_fields(unsigned level, uint64_t entry, const char *text)
{
    struct heard_fields heard = {.length = 0};

    chosen_terms.fields(chosen_terms.memory, meta(), entry, level, hear_field, &heard);
    assert_string_equal(heard.text, text);
}

/* One of these lines. */
static void expect_field(unsigned level, uint64_t entry, const char *line)
{
    struct heard_fields heard = {.length = 0};
    char whole[200];

    heard.text[heard.length++] = '\n';
    chosen_terms.fields(chosen_terms.memory, meta(), entry, level, hear_field, &heard);
    snprintf(whole, sizeof whole, "\n%s\n", line);
    if (strstr(heard.text, whole) == NULL)
        fail_msg("no field says «%s»:%s", line, heard.text);
}

#define X86_64_FLAGS_SET               \
    "0 P 1 present\n"                  \
    "1 R/W 1 writable\n"               \
    "2 U/S 1 user code may access\n"   \
    "3 PWT 1 bit 0 of the PAT index\n" \
    "4 PCD 1 bit 1 of the PAT index\n" \
    "5 A 1 accessed\n"                 \
    "6 D 1 dirty\n"
#define X86_64_REST_SET                                                 \
    "56:52 ignored 1f software's\n"                                     \
    "57 ignored 1 software's: a shadow stack, in the format with CET\n" \
    "58 ignored 1 software's: dirty, and not writable\n"                \
    "62:59 key f protection key, where CR4.PKE or PKS is set\n"         \
    "63 XD 1 execution refused\n"

static void fields_of_x86_64_pages(void **state)
{
    (void)state;
    skip_unless(is_id("x86_64"), "x86-64");
    expect_fields(0, 0x5001,
                  "0 P 1 present\n"
                  "1 R/W 0 read-only\n"
                  "2 U/S 0 supervisor only\n"
                  "3 PWT 0 bit 0 of the PAT index\n"
                  "4 PCD 0 bit 1 of the PAT index\n"
                  "5 A 0 not accessed since this was clear\n"
                  "6 D 0 not written since this was clear\n"
                  "7 PAT 0 WB, write-back\n"
                  "8 G 0 not global\n"
                  "51:12 address 5000 of the page\n"
                  "63 XD 0 execution allowed\n");
    expect_fields(0, UINT64_MAX,
                  X86_64_FLAGS_SET
                  "7 PAT 1 UC, uncacheable\n"
                  "8 G 1 global: stays when CR3 changes\n"
                  "11:9 ignored 7 software's\n"
                  "51:12 address ffffffffff000 of the page\n" X86_64_REST_SET);
    expect_fields(1, UINT64_MAX,
                  X86_64_FLAGS_SET
                  "7 PS 1 maps a page\n"
                  "8 G 1 global: stays when CR3 changes\n"
                  "11:9 ignored 7 software's\n"
                  "12 PAT 1 UC, uncacheable\n"
                  "20:13 reserved ff must be 0: every access faults\n"
                  "51:21 address fffffffe00000 of the page\n" X86_64_REST_SET);
    expect_field(2, 0x81 | BIT(30), "51:30 address 40000000 of the page");
    expect_field(2, 0x81 | BIT(29), "29:13 reserved 10000 must be 0: every access faults");
    expect_fields(0, 0, "0 P 0 not present: every access faults\n");
    expect_fields(0, 0xfe, "0 P 0 not present: every access faults\n63:1 ignored 7f software's\n");
    /* The PAT entries of the library, from 0 to 7: SDM 3A, table 13-12, with WC for 4. */
    expect_field(0, 0x01, "7 PAT 0 WB, write-back");
    expect_field(0, 0x09, "7 PAT 0 WT, write-through");
    expect_field(0, 0x89, "7 PAT 1 WT, write-through");
    expect_field(0, 0x11, "7 PAT 0 UC-, uncacheable unless an MTRR says WC");
    expect_field(0, 0x19, "7 PAT 0 UC, uncacheable");
    expect_field(0, 0x81, "7 PAT 1 WC, write-combining");
    expect_field(1, 0x81, "12 PAT 0 WB, write-back");
    expect_field(1, 0x1081, "12 PAT 1 WC, write-combining");
    /* SDM 3A, 5.6. */
    expect_field(0, 0x43, "6 D 1 dirty");
    expect_field(0, 0x41, "6 D 1 dirty, and not writable: a shadow stack where CR4.CET is set");
}

static void fields_of_x86_64_tables(void **state)
{
    (void)state;
    skip_unless(is_id("x86_64"), "x86-64");
    for (unsigned level = 1; level <= 2; level++)
        expect_fields(level, ~UINT64_C(0x80),
                      "0 P 1 present\n"
                      "1 R/W 1 writable\n"
                      "2 U/S 1 user code may access\n"
                      "3 PWT 1\n"
                      "4 PCD 1\n"
                      "5 A 1 accessed\n"
                      "6 ignored 1 software's\n"
                      "7 PS 0 references a table\n"
                      "11:8 ignored f software's\n"
                      "51:12 address ffffffffff000 of the table\n"
                      "62:52 ignored 7ff software's\n"
                      "63 XD 1 execution refused\n");
    expect_fields(3, 0x5001,
                  "0 P 1 present\n"
                  "1 R/W 0 read-only\n"
                  "2 U/S 0 supervisor only\n"
                  "3 PWT 0\n"
                  "4 PCD 0\n"
                  "5 A 0 not accessed since this was clear\n"
                  "51:12 address 5000 of the table\n"
                  "63 XD 0 execution allowed\n");
    expect_field(3, 0x81, "7 reserved 1 must be 0: every access faults");
}

/* APM 15.25.5 and 5.3.3. */
static void fields_of_npt(void **state)
{
    (void)state;
    skip_unless(is_id("npt"), "AMD's nested paging");
    expect_fields(0, 0x5001,
                  "0 P 1 present\n"
                  "1 R/W 0 read-only\n"
                  "2 U/S 0 every access of a guest faults\n"
                  "3 PWT 0 bit 0 of the PAT index\n"
                  "4 PCD 0 bit 1 of the PAT index\n"
                  "5 A 0 not accessed since this was clear\n"
                  "6 D 0 not written since this was clear\n"
                  "7 PAT 0 WB, write-back\n"
                  "51:12 address 5000 of the page\n"
                  "63 XD 0 execution allowed\n");
    expect_fields(1, UINT64_MAX,
                  "0 P 1 present\n"
                  "1 R/W 1 writable\n"
                  "2 U/S 1 as every access of a guest demands\n"
                  "3 PWT 1 bit 0 of the PAT index\n"
                  "4 PCD 1 bit 1 of the PAT index\n"
                  "5 A 1 accessed\n"
                  "6 D 1 dirty\n"
                  "7 PS 1 maps a page\n"
                  "11:8 ignored f software's\n"
                  "12 PAT 1 UC, uncacheable\n"
                  "20:13 reserved ff must be 0: every access faults\n"
                  "51:21 address fffffffe00000 of the page\n"
                  "57:52 ignored 3f software's\n"
                  "58 ignored 1 software's: dirty, and not writable\n"
                  "62:59 ignored f software's\n"
                  "63 XD 1 execution refused\n");
    expect_fields(1, 0x5007,
                  "0 P 1 present\n"
                  "1 R/W 1 writable\n"
                  "2 U/S 1 as every access of a guest demands\n"
                  "3 PWT 0\n"
                  "4 PCD 0\n"
                  "5 A 0 not accessed since this was clear\n"
                  "7 PS 0 references a table\n"
                  "51:12 address 5000 of the table\n"
                  "63 XD 0 execution allowed\n");
    expect_field(1, 0x47, "6 ignored 1 software's");
    expect_fields(0, 0xfe, "0 P 0 not present: every access faults\n63:1 ignored 7f software's\n");
}

/* SDM 3C, 30.3.2, tables "Format of an EPT ...". Without MBEC, and with accessed and dirty. */
static void fields_of_ept(void **state)
{
    (void)state;
    skip_unless(is_id("ept") && !has_word("noad") && !has_word("mbec"), "EPT as most use it");
    expect_fields(0, 0x5031,
                  "0 R 1 loads allowed\n"
                  "1 W 0 stores refused\n"
                  "2 X 0 execution refused\n"
                  "5:3 type 6 WB, write-back\n"
                  "6 IPAT 0 combined with the guest's PAT\n"
                  "8 A 0 not accessed since this was clear\n"
                  "9 D 0 not written since this was clear\n"
                  "51:12 address 5000 of the page\n");
    expect_fields(1, UINT64_MAX,
                  "0 R 1 loads allowed\n"
                  "1 W 1 stores allowed\n"
                  "2 X 1 execution allowed\n"
                  "5:3 type 7 no memory type: a misconfiguration\n"
                  "6 IPAT 1 the guest's PAT does not count\n"
                  "7 leaf 1 maps a page\n"
                  "8 A 1 accessed\n"
                  "9 D 1 dirty\n"
                  "10 ignored 1 execution by user mode, with MBEC\n"
                  "11 ignored 1 software's\n"
                  "20:12 reserved 1ff must be 0: a misconfiguration\n"
                  "51:21 address fffffffe00000 of the page\n"
                  "56:52 ignored 1f software's\n"
                  "57 VGP 1 verify guest paging, where its control is set\n"
                  "58 PW 1 paging-write access, where its control is set\n"
                  "59 ignored 1 software's\n"
                  "60 SSS 1 supervisor shadow stack, where its control is set\n"
                  "61 SPP 1 sub-page permissions, where their control is set\n"
                  "62 ignored 1 software's\n"
                  "63 SVE 1 suppress #VE: a violation is a VM exit\n");
    expect_fields(2, ~UINT64_C(0x80),
                  "0 R 1 loads allowed\n"
                  "1 W 1 stores allowed\n"
                  "2 X 1 execution allowed\n"
                  "6:3 reserved f must be 0: a misconfiguration\n"
                  "7 leaf 0 references a table\n"
                  "8 A 1 accessed\n"
                  "9 ignored 1 software's\n"
                  "10 ignored 1 execution by user mode, with MBEC\n"
                  "11 ignored 1 software's\n"
                  "51:12 address ffffffffff000 of the table\n"
                  "56:52 ignored 1f software's\n"
                  "63:57 ignored 7f software's\n");
    expect_field(3, 0x87, "7 reserved 1 must be 0: a misconfiguration");
    expect_field(0, 0x81, "7 ignored 1 software's");
    expect_fields(0, 0, "2:0 RWX 0 not present: every access is an EPT violation\n");
    expect_fields(0, BIT(63) | 0x400,
                  "2:0 RWX 0 not present: every access is an EPT violation\n"
                  "62:3 ignored 80 software's\n"
                  "63 SVE 1 suppress #VE: a violation is a VM exit\n");
    expect_field(0, 0x01, "5:3 type 0 UC, uncacheable");
    expect_field(0, 0x09, "5:3 type 1 WC, write-combining");
    expect_field(0, 0x21, "5:3 type 4 WT, write-through");
    expect_field(0, 0x29, "5:3 type 5 WP, write-protected");
}

static void fields_of_ept_by_its_controls(void **state)
{
    (void)state;
    skip_unless(has_word("noad") || has_word("mbec"), "EPT by other controls");
    if (has_word("noad")) {
        expect_field(0, 0x331, "9:8 ignored 3 software's");
        return;
    }
    expect_field(0, 0x435, "2 X 1 execution by the supervisor allowed");
    expect_field(0, 0x435, "10 XU 1 execution by user mode allowed");
    expect_field(0, 0x031, "2 X 0 execution by the supervisor refused");
    expect_field(0, 0x031, "10 XU 0 execution by user mode refused");
    expect_field(0, 0x430, "0 R 0 loads refused");
}

#define I386_PAGE_SET                        \
    "8 G 1 global: stays when CR3 changes\n" \
    "10:9 ignored 3 software's\n"            \
    "11 ignored 1 software's: dirty, and not writable\n"
#define I386_TABLE_SET               \
    "0 P 1 present\n"                \
    "1 R/W 1 writable\n"             \
    "2 U/S 1 user code may access\n" \
    "3 PWT 1\n"                      \
    "4 PCD 1\n"                      \
    "5 A 1 accessed\n"               \
    "6 ignored 1 software's\n"       \
    "7 PS 0 references a table\n"    \
    "11:8 ignored f software's\n"

/* Tables 5-4 and 5-6. */
static void fields_of_32_bit_pages(void **state)
{
    (void)state;
    skip_unless(strcmp(chosen_id, "i386") == 0, "32-bit paging");
    expect_fields(0, UINT32_MAX,
                  X86_64_FLAGS_SET "7 PAT 1 UC, uncacheable\n" I386_PAGE_SET
                                   "31:12 address fffff000 of the page\n");
    expect_fields(1, UINT32_MAX,
                  X86_64_FLAGS_SET "7 PS 1 maps a page\n" I386_PAGE_SET
                                   "12 PAT 1 UC, uncacheable\n"
                                   "20:13 reserved ff must be 0: every access faults\n"
                                   "21 reserved 1 must be 0: every access faults\n"
                                   "31:22 address ffc00000 of the page\n");
    expect_fields(1, UINT32_MAX & ~UINT32_C(0x80),
                  I386_TABLE_SET "31:12 address fffff000 of the table\n");
    expect_fields(0, 0, "0 P 0 not present: every access faults\n");
    expect_fields(1, 0xfe, "0 P 0 not present: every access faults\n31:1 ignored 7f software's\n");
    expect_field(0, 0x81, "7 PAT 1 WC, write-combining");
    expect_field(1, 0x1081, "12 PAT 1 WC, write-combining");
    expect_field(0, 0x41, "6 D 1 dirty, and not writable: a shadow stack where CR4.CET is set");
}

/* Tables 5-8 to 5-11. */
static void fields_of_pae_entries(void **state)
{
    (void)state;
    skip_unless(is_id("i386_pae"), "PAE paging");
    expect_fields(0, UINT64_MAX,
                  X86_64_FLAGS_SET "7 PAT 1 UC, uncacheable\n" I386_PAGE_SET
                                   "51:12 address ffffffffff000 of the page\n"
                                   "62:52 reserved 7ff must be 0: every access faults\n"
                                   "63 XD 1 execution refused\n");
    expect_fields(1, UINT64_MAX,
                  X86_64_FLAGS_SET "7 PS 1 maps a page\n" I386_PAGE_SET
                                   "12 PAT 1 UC, uncacheable\n"
                                   "20:13 reserved ff must be 0: every access faults\n"
                                   "51:21 address fffffffe00000 of the page\n"
                                   "62:52 reserved 7ff must be 0: every access faults\n"
                                   "63 XD 1 execution refused\n");
    expect_fields(1, ~UINT64_C(0x80),
                  I386_TABLE_SET
                  "51:12 address ffffffffff000 of the table\n"
                  "62:52 reserved 7ff must be 0: every access faults\n"
                  "63 XD 1 execution refused\n");
    expect_fields(2, 0x5001,
                  "0 P 1 present\n"
                  "3 PWT 0\n"
                  "4 PCD 0\n"
                  "51:12 address 5000 of the table\n");
    expect_fields(2, UINT64_MAX,
                  "0 P 1 present\n"
                  "2:1 reserved 3 must be 0: CR3 cannot be loaded\n"
                  "3 PWT 1\n"
                  "4 PCD 1\n"
                  "5 reserved 1 must be 0, but QEMU sets it\n"
                  "8:6 reserved 7 must be 0: CR3 cannot be loaded\n"
                  "11:9 ignored 7 software's\n"
                  "51:12 address ffffffffff000 of the table\n"
                  "63:52 reserved fff must be 0: CR3 cannot be loaded\n");
    expect_fields(2, 0xfe, "0 P 0 not present: every access faults\n63:1 ignored 7f software's\n");
}

#define AARCH64_LEAF_SET                          \
    "4:2 AttrIndx 7 Device-nGnRnE\n"              \
    "5 NS 1 Non-secure output, in Secure state\n" \
    "6 AP[1] 1 EL0 may access\n"                  \
    "7 AP[2] 1 read-only\n"                       \
    "9:8 SH 3 inner shareable\n"                  \
    "10 AF 1 accessed\n"                          \
    "11 nG 1 of one ASID\n"
#define AARCH64_REST_SET                                            \
    "49:48 RES0 3 must be 0\n"                                      \
    "50 GP 1 guarded page (FEAT_BTI)\n"                             \
    "51 DBM 1 a store makes it writable, where TCR_ELx.HD is set\n" \
    "52 Contiguous 1 one of a set that the TLB may hold as one\n"   \
    "53 PXN 1 EL1 may not execute\n"                                \
    "54 UXN 1 EL0 may not execute\n"                                \
    "58:55 ignored f software's\n"                                  \
    "62:59 PBHA f for the implementation, or software's\n"          \
    "63 AMEC 1 or ignored\n"

static bool has_48_bits(void)
{
    return is_id("aarch64") && !has_word("el2") && !has_word("lpa");
}

static void fields_of_aarch64_pages(void **state)
{
    (void)state;
    skip_unless(has_48_bits() && !has_word("stage2"),
                "AArch64 with two privilege levels and 48-bit addresses");
    expect_fields(0, 0x5003,
                  "0 Valid 1 valid\n"
                  "1 type 1 page\n"
                  "4:2 AttrIndx 0 Normal, write-back\n"
                  "6 AP[1] 0 EL0 may not access\n"
                  "7 AP[2] 0 writable\n"
                  "9:8 SH 0 non-shareable\n"
                  "10 AF 0 not accessed since this was clear\n"
                  "11 nG 0 global: for every ASID\n"
                  "47:12 address 5000 of the page\n"
                  "53 PXN 0 EL1 may execute\n"
                  "54 UXN 0 EL0 may execute\n");
    expect_fields(0, UINT64_MAX,
                  "0 Valid 1 valid\n"
                  "1 type 1 page\n" AARCH64_LEAF_SET
                  "47:12 address fffffffff000 of the page\n" AARCH64_REST_SET);
    expect_fields(1, ~UINT64_C(2),
                  "0 Valid 1 valid\n"
                  "1 type 0 block\n" AARCH64_LEAF_SET
                  "15:12 RES0 f must be 0\n"
                  "16 nT 1 being resized (FEAT_BBML1)\n"
                  "20:17 RES0 f must be 0\n"
                  "47:21 address ffffffe00000 of the page\n" AARCH64_REST_SET);
    expect_field(2, 1 | BIT(29) | BIT(30), "29:17 RES0 1000 must be 0");
    expect_field(2, 1 | BIT(30), "47:30 address 40000000 of the page");
    expect_field(0, 3 | 1 << 2, "4:2 AttrIndx 1 Device-nGnRE");
    expect_field(0, 3 | 2 << 2, "4:2 AttrIndx 2 Normal, non-cacheable");
    expect_field(0, 3 | 1 << 8, "9:8 SH 1 reserved");
    expect_field(0, 3 | 2 << 8, "9:8 SH 2 outer shareable");
    expect_field(0, 1, "1 type 0 reserved: every access faults");
    expect_field(0, 0x5001, "47:12 address 5000 of the page");
    expect_fields(0, 0, "0 Valid 0 not valid: every access faults\n");
    expect_field(
        1, chosen_pte.absent(&chosen_meta.limits, chosen_pte.leaf(&chosen_meta.limits, RW, 1), 1),
        "0 Valid 0 not valid: broken, to be made anew by a change under way");
    expect_field(1, BIT(58), "0 Valid 0 not valid: every access faults");
    expect_fields(1, 0xfe,
                  "0 Valid 0 not valid: every access faults\n63:1 ignored 7f software's\n");
}

static void fields_of_aarch64_tables(void **state)
{
    (void)state;
    skip_unless(has_48_bits() && !has_word("stage2"),
                "AArch64 with two privilege levels and 48-bit addresses");
    expect_fields(1, 0x5003, "0 Valid 1 valid\n1 type 1 table\n47:12 address 5000 of the table\n");
    expect_fields(3, UINT64_MAX,
                  "0 Valid 1 valid\n"
                  "1 type 1 table\n"
                  "11:2 ignored 3ff software's\n"
                  "47:12 address fffffffff000 of the table\n"
                  "50:48 RES0 7 must be 0\n"
                  "58:51 ignored ff software's\n"
                  "59 PXNTable 1 EL1 may not execute anything below\n"
                  "60 UXNTable 1 EL0 may not execute anything below\n"
                  "61 APTable[0] 1 EL0 may not access anything below\n"
                  "62 APTable[1] 1 nothing below may be written\n"
                  "63 NSTable 1 Non-secure, in Secure state\n");
}

/* The 64 KiB granule, D8.3.1: bits 51:48 of an address are bits 15:12. */
static void fields_of_lpa(void **state)
{
    (void)state;
    skip_unless(has_word("aarch64_64k") && has_word("_lpa"), "FEAT_LPA");
    expect_fields(0, 0x12345a003,
                  "0 Valid 1 valid\n"
                  "1 type 1 page\n"
                  "4:2 AttrIndx 0 Normal, write-back\n"
                  "6 AP[1] 0 EL0 may not access\n"
                  "7 AP[2] 0 writable\n"
                  "9:8 SH 0 non-shareable\n"
                  "10 AF 0 not accessed since this was clear\n"
                  "11 nG 0 global: for every ASID\n"
                  "15:12 address a address bits 51:48\n"
                  "47:16 address 123450000 of the page\n"
                  "53 PXN 0 EL1 may execute\n"
                  "54 UXN 0 EL0 may execute\n");
    expect_field(0, UINT64_MAX, "49:48 RES0 3 must be 0");
    expect_field(1, 1 | BIT(15) | BIT(16), "15:12 address 8 address bits 51:48");
    expect_field(1, 1 | BIT(15) | BIT(16), "16 nT 1 being resized (FEAT_BBML1)");
    expect_field(1, 1 | BIT(17), "28:17 RES0 1 must be 0");
    expect_fields(1, 0x12345a003,
                  "0 Valid 1 valid\n"
                  "1 type 1 table\n"
                  "15:12 address a address bits 51:48\n"
                  "47:16 address 123450000 of the table\n");
    expect_field(1, UINT64_MAX, "50:48 RES0 7 must be 0");
}

/* TCR_ELx.DS set, D8.3.1: bits 51:50 of an address are bits 9:8, and there is no SH. */
static void fields_of_lpa2(void **state)
{
    (void)state;
    skip_unless(has_word("aarch64_4k52_lpa2"), "FEAT_LPA2");
    expect_fields(0, 0x3000000005203,
                  "0 Valid 1 valid\n"
                  "1 type 1 page\n"
                  "4:2 AttrIndx 0 Normal, write-back\n"
                  "6 AP[1] 0 EL0 may not access\n"
                  "7 AP[2] 0 writable\n"
                  "9:8 address 2 address bits 51:50\n"
                  "10 AF 0 not accessed since this was clear\n"
                  "11 nG 0 global: for every ASID\n"
                  "49:12 address 3000000005000 of the page\n"
                  "53 PXN 0 EL1 may execute\n"
                  "54 UXN 0 EL0 may execute\n");
    expect_field(1, 1 | BIT(12) | BIT(16), "15:12 RES0 1 must be 0");
    expect_field(1, 1 | BIT(16), "16 nT 1 being resized (FEAT_BBML1)");
    expect_fields(1, 0x3000000005207,
                  "0 Valid 1 valid\n"
                  "1 type 1 table\n"
                  "7:2 ignored 1 software's\n"
                  "9:8 address 2 address bits 51:50\n"
                  "49:12 address 3000000005000 of the table\n");
    expect_field(1, UINT64_MAX, "50 RES0 1 must be 0");
    expect_field(
        0, chosen_pte.absent(&chosen_meta.limits, chosen_pte.leaf(&chosen_meta.limits, RW, 0), 0),
        "0 Valid 0 not valid: broken, to be made anew by a change under way");
}

static void fields_of_one_privilege_level(void **state)
{
    (void)state;
    skip_unless(has_word("el2_4k48"), "AArch64 with one privilege level");
    expect_fields(0, 0x5003,
                  "0 Valid 1 valid\n"
                  "1 type 1 page\n"
                  "4:2 AttrIndx 0 Normal, write-back\n"
                  "6 AP[1] 0 RES1 but clear\n"
                  "7 AP[2] 0 writable\n"
                  "9:8 SH 0 non-shareable\n"
                  "10 AF 0 not accessed since this was clear\n"
                  "47:12 address 5000 of the page\n"
                  "54 XN 0 execution allowed\n");
    expect_field(0, 0x43, "6 AP[1] 1 RES1");
    expect_field(0, 3 | BIT(11), "11 nG 1 RES0 but set");
    expect_field(0, 3 | BIT(53), "53 PXN 1 RES0 but set");
    expect_field(0, 3 | BIT(54), "54 XN 1 execution refused");
    expect_field(1, 3 | BIT(59), "59 PXNTable 1 RES0 but set");
    expect_field(1, 3 | BIT(60), "60 XNTable 1 nothing below may be executed");
    expect_field(1, 3 | BIT(61), "61 APTable[0] 1 RES0 but set");
    expect_field(1, 3 | BIT(62), "62 APTable[1] 1 nothing below may be written");
}

/* D8.3.1: MemAttr 5:2, S2AP 7:6, SH 9:8, AF 10, FnXS 11, DBM 51, Contiguous 52, XN 54:53. */
static void fields_of_stage_2(void **state)
{
    (void)state;
    skip_unless(has_word("aarch64_stage2_4k4"), "AArch64 stage 2");
    expect_field(0, 0x5003, "6 S2AP[0] 0 not readable");
    expect_field(0, 0x50c3, "7 S2AP[1] 1 writable");
    expect_field(0, 0x5003, "47:12 address 5000 of the page");
    expect_field(0, 3 | BIT(11), "11 FnXS 1 without the XS attribute (FEAT_XS)");
    expect_field(0, 3 | BIT(51), "51 DBM 1 a store makes it writable, where VTCR_EL2.HD is set");
    expect_field(0, 3 | 1 << 2, "5:2 MemAttr 1 Device-nGnRE");
    expect_field(0, 3 | 5 << 2, "5:2 MemAttr 5 Normal, non-cacheable");
    expect_field(1, 3 | BIT(59), "63:59 RES0 1 must be 0");
    if (has_word("fwb") || has_word("hafdbs")) {
        expect_field(0, 3 | 6 << 2, "5:2 MemAttr 6 Normal, write-back, whatever stage 1 says");
        expect_field(0, 3 | 7 << 2, "5:2 MemAttr 7 what stage 1 says");
        expect_field(0, 3 | 4 << 2, "5:2 MemAttr 4 reserved");
    } else {
        expect_field(0, 3 | 15 << 2, "5:2 MemAttr f Normal, write-back");
        expect_field(0, 3 | 10 << 2, "5:2 MemAttr a Normal, write-through");
        expect_field(0, 3 | 7 << 2, "5:2 MemAttr 7 Normal, inner and outer caches not alike");
        expect_field(0, 3 | 4 << 2, "5:2 MemAttr 4 reserved");
    }
    if (strcmp(chosen_id, "aarch64_stage2_4k40") == 0) {
        expect_field(0, 3 | BIT(53), "53 XN[0] 1 RES0 but set");
        expect_field(0, 3 | BIT(54), "54 XN[1] 1 execution refused");
        return;
    }
    expect_field(0, 3, "54:53 XN 0 EL1 and EL0 may execute");
    expect_field(0, 3 | BIT(53), "54:53 XN 1 EL0 alone may execute");
    expect_field(0, 3 | BIT(54), "54:53 XN 2 neither may execute");
    expect_field(0, 3 | BIT(53) | BIT(54), "54:53 XN 3 EL1 alone may execute");
}

#define ARMV7_UPPER_SET(ap_2, software, s, ng)                                              \
    software " TEX[2:1] 3 software's\n" ap_2 " AP[2] 1 read-only\n" s " S 1 shareable\n" ng \
             " nG 1 of one ASID\n"
#define ARMV7_PAGE_REST_SET                                             \
    "6 TEX[0] 1 of the memory type\n" ARMV7_UPPER_SET("9", "8:7", "10", \
                                                      "11") "31:12 address fffff000 of the page\n"

/* ARMv7 ARM, B3.5.1. */
static void fields_of_short_descriptors(void **state)
{
    (void)state;
    skip_unless(has_word("armv7_short"), "ARMv7's short descriptors");
    expect_fields(0, UINT32_MAX & ~UINT32_C(2),
                  "1:0 type 1 large page: one of 16 that map 64K\n"
                  "15:2 attributes 3fff of the large page\n"
                  "31:16 address ffff0000 of the large page\n");
    expect_fields(1, UINT32_MAX & ~UINT32_C(2),
                  "1:0 type 1 page table\n"
                  "2 PXN 1 PL1 may not execute anything below\n"
                  "3 NS 1 Non-secure output, in Secure state\n"
                  "4 SBZ 1 must be 0\n"
                  "8:5 domain f\n"
                  "9 IMP 1 implementation defined\n"
                  "31:10 address fffffc00 of the page table\n");
    expect_fields(
        1, 0x60000401,
        "1:0 type 1 page table\n8:5 domain 0\n31:10 address 60000400 of the page table\n");
    expect_field(1, 0x60000003, "1:0 type 3 section with PXN, or reserved");
    expect_fields(0, 0, "1:0 type 0 not valid: every access faults\n");
    expect_fields(0, 0xc, "1:0 type 0 not valid: every access faults\n31:2 ignored 3 software's\n");
    for (unsigned level = 0; level < 2; level++)
        expect_field(level,
                     chosen_pte.absent(&chosen_meta.limits,
                                       chosen_pte.leaf(&chosen_meta.limits, RW, level), level),
                     "1:0 type 0 not valid: broken, to be made anew by a change under way");
    /* TEX[0], C and B as PRRR and NMRR have them in regs/armv7.h. */
    expect_field(0, 0x02, "3:2 C, B 0 Strongly-ordered");
    expect_field(0, 0x06, "3:2 C, B 1 Device");
    expect_field(0, 0x42, "3:2 C, B 0 Normal, non-cacheable");
    expect_field(0, 0x4a, "3:2 C, B 2 implementation defined");
    expect_field(0, 0x4e, "3:2 C, B 3 Normal, write-back, write-allocate");
    expect_field(1, 0x1002, "3:2 C, B 0 Normal, non-cacheable");
    expect_field(1, 0x100e, "3:2 C, B 3 Normal, write-back, write-allocate");
}

static void fields_of_short_leaves(void **state)
{
    static const char *const ap[] = {"no access",
                                     "PL1 reads and writes",
                                     "PL1 reads and writes, PL0 reads",
                                     "reads and writes",
                                     "reserved",
                                     "PL1 reads",
                                     "reads, deprecated",
                                     "reads"};
    char line[80];

    (void)state;
    skip_unless(has_word("armv7_short") && !has_word("afe"), "AP[2:0] of ARMv7");
    expect_fields(0, UINT32_MAX & ~UINT32_C(1),
                  "0 XN 0 execution allowed\n"
                  "1 type 1 small page\n"
                  "3:2 C, B 3 Normal, write-back, write-allocate\n"
                  "5:4 AP[1:0] 3 reads\n" ARMV7_PAGE_REST_SET);
    expect_fields(1, UINT32_MAX & ~UINT32_C(1),
                  "1:0 type 2 section\n"
                  "3:2 C, B 3 Normal, write-back, write-allocate\n"
                  "4 XN 1 execution refused\n"
                  "8:5 address f bits 39:36\n"
                  "9 IMP 1 implementation defined\n"
                  "11:10 AP[1:0] 3 reads\n"
                  "12 TEX[0] 1 of the memory type\n" ARMV7_UPPER_SET("15", "14:13", "16", "17")
                      "18 supersection 1 one of 16 that map 16M\n"
                      "19 NS 1 Non-secure output, in Secure state\n"
                      "23:20 address f bits 35:32\n"
                      "31:24 address ff000000 of the section\n");
    expect_fields(1, 0x60100402,
                  "1:0 type 2 section\n"
                  "3:2 C, B 0 Strongly-ordered\n"
                  "4 XN 0 execution allowed\n"
                  "8:5 domain 0\n"
                  "11:10 AP[1:0] 1 PL1 reads and writes\n"
                  "12 TEX[0] 0 of the memory type\n"
                  "15 AP[2] 0 writable\n"
                  "16 S 0 not shareable\n"
                  "17 nG 0 global: for every ASID\n"
                  "31:20 address 60100000 of the section\n");
    for (unsigned i = 0; i < 8; i++) {
        snprintf(line, sizeof line, "5:4 AP[1:0] %x %s", i & 3, ap[i]);
        expect_field(0, 2 | (i & 3) << 4 | i >> 2 << 9, line);
        snprintf(line, sizeof line, "11:10 AP[1:0] %x %s", i & 3, ap[i]);
        expect_field(1, 2 | (i & 3) << 10 | i >> 2 << 15, line);
    }
}

static void fields_of_short_leaves_with_an_access_flag(void **state)
{
    (void)state;
    skip_unless(has_word("afe"), "ARMv7's access flag in short descriptors");
    expect_fields(0, UINT32_MAX,
                  "0 XN 1 execution refused\n"
                  "1 type 1 small page\n"
                  "3:2 C, B 3 Normal, write-back, write-allocate\n"
                  "4 AF 1 accessed\n"
                  "5 AP[1] 1 PL0 may access\n" ARMV7_PAGE_REST_SET);
    expect_field(0, 2, "4 AF 0 not accessed: every access faults");
    expect_field(0, 2, "5 AP[1] 0 PL0 may not access");
    expect_field(1, 2, "10 AF 0 not accessed: every access faults");
    expect_field(1, 0x802, "11 AP[1] 1 PL0 may access");
}

#define LPAE_LEAF_SET                             \
    "4:2 AttrIndx 7 Strongly-ordered\n"           \
    "5 NS 1 Non-secure output, in Secure state\n" \
    "6 AP[1] 1 PL0 may access\n"                  \
    "7 AP[2] 1 read-only\n"                       \
    "9:8 SH 3 inner shareable\n"                  \
    "10 AF 1 accessed\n"                          \
    "11 nG 1 of one ASID\n"
#define LPAE_REST_SET                                             \
    "51:40 SBZ fff must be 0\n"                                   \
    "52 Contiguous 1 one of a set that the TLB may hold as one\n" \
    "53 PXN 1 PL1 may not execute\n"                              \
    "54 XN 1 execution refused\n"                                 \
    "63:55 ignored 1ff software's\n"

/* B3.6.1. */
static void fields_of_long_descriptors(void **state)
{
    (void)state;
    skip_unless(has_word("lpae"), "ARMv7's long descriptors");
    expect_fields(0, UINT64_MAX,
                  "0 Valid 1 valid\n"
                  "1 type 1 page\n" LPAE_LEAF_SET
                  "39:12 address fffffff000 of the page\n" LPAE_REST_SET);
    expect_fields(1, ~UINT64_C(2),
                  "0 Valid 1 valid\n"
                  "1 type 0 block\n" LPAE_LEAF_SET
                  "20:12 SBZ 1ff must be 0\n"
                  "39:21 address ffffe00000 of the page\n" LPAE_REST_SET);
    expect_fields(0, 0x5003,
                  "0 Valid 1 valid\n"
                  "1 type 1 page\n"
                  "4:2 AttrIndx 0 Normal, write-back\n"
                  "6 AP[1] 0 PL0 may not access\n"
                  "7 AP[2] 0 writable\n"
                  "9:8 SH 0 non-shareable\n"
                  "10 AF 0 not accessed: every access faults\n"
                  "11 nG 0 global: for every ASID\n"
                  "39:12 address 5000 of the page\n"
                  "53 PXN 0 PL1 may execute\n"
                  "54 XN 0 execution allowed\n");
    expect_field(0, 3 | 1 << 2, "4:2 AttrIndx 1 Device");
    expect_field(0, 3 | 2 << 2, "4:2 AttrIndx 2 Normal, non-cacheable");
    expect_field(2, 1 | BIT(30), "39:30 address 40000000 of the page");
    expect_field(0, 1, "1 type 0 reserved: every access faults");
    expect_fields(0, 0, "0 Valid 0 not valid: every access faults\n");
    expect_field(
        1, chosen_pte.absent(&chosen_meta.limits, chosen_pte.leaf(&chosen_meta.limits, RW, 1), 1),
        "0 Valid 0 not valid: broken, to be made anew by a change under way");
    expect_fields(1, 0x5003, "0 Valid 1 valid\n1 type 1 table\n39:12 address 5000 of the table\n");
    expect_fields(2, UINT64_MAX,
                  "0 Valid 1 valid\n"
                  "1 type 1 table\n"
                  "11:2 ignored 3ff software's\n"
                  "39:12 address fffffff000 of the table\n"
                  "51:40 SBZ fff must be 0\n"
                  "58:52 ignored 7f software's\n"
                  "59 PXNTable 1 PL1 may not execute anything below\n"
                  "60 XNTable 1 nothing below may be executed\n"
                  "61 APTable[0] 1 PL0 may not access anything below\n"
                  "62 APTable[1] 1 nothing below may be written\n"
                  "63 NSTable 1 Non-secure, in Secure state\n");
}

#define ARMV7_STAGE2_LEAF_SET            \
    "5:2 MemAttr f Normal, write-back\n" \
    "6 HAP[1] 1 readable\n"              \
    "7 HAP[2] 1 writable\n"              \
    "9:8 SH 3 inner shareable\n"         \
    "10 AF 1 accessed\n"                 \
    "11 SBZ 1 must be 0\n"
#define ARMV7_STAGE2_REST_SET                                     \
    "51:40 SBZ fff must be 0\n"                                   \
    "52 Contiguous 1 one of a set that the TLB may hold as one\n" \
    "53 SBZ 1 must be 0\n"                                        \
    "54 XN 1 execution refused\n"                                 \
    "58:55 ignored f software's\n"                                \
    "63:59 ignored 1f not the CPU's\n"

/* B3.6.1 and B3.6.2, stage 2. */
static void fields_of_armv7_stage_2(void **state)
{
    (void)state;
    skip_unless(has_word("armv7_stage2"), "ARMv7's stage 2");
    expect_fields(0, UINT64_MAX,
                  "0 Valid 1 valid\n"
                  "1 type 1 page\n" ARMV7_STAGE2_LEAF_SET
                  "39:12 address fffffff000 of the page\n" ARMV7_STAGE2_REST_SET);
    expect_fields(1, ~UINT64_C(2),
                  "0 Valid 1 valid\n"
                  "1 type 0 block\n" ARMV7_STAGE2_LEAF_SET
                  "20:12 SBZ 1ff must be 0\n"
                  "39:21 address ffffe00000 of the page\n" ARMV7_STAGE2_REST_SET);
    expect_fields(0, 0x5003,
                  "0 Valid 1 valid\n"
                  "1 type 1 page\n"
                  "5:2 MemAttr 0 Strongly-ordered\n"
                  "6 HAP[1] 0 not readable\n"
                  "7 HAP[2] 0 not writable\n"
                  "9:8 SH 0 non-shareable\n"
                  "10 AF 0 not accessed: every access faults\n"
                  "39:12 address 5000 of the page\n"
                  "54 XN 0 execution allowed\n");
    expect_field(0, 3 | 1 << 2, "5:2 MemAttr 1 Device");
    expect_field(0, 3 | 2 << 2, "5:2 MemAttr 2 UNPREDICTABLE: no memory type");
    expect_field(0, 3 | 3 << 2, "5:2 MemAttr 3 UNPREDICTABLE: no memory type");
    expect_field(0, 3 | 5 << 2, "5:2 MemAttr 5 Normal, non-cacheable");
    expect_field(0, 3 | 7 << 2, "5:2 MemAttr 7 Normal, inner and outer caches not alike");
    expect_field(0, 3 | 8 << 2, "5:2 MemAttr 8 UNPREDICTABLE: no memory type");
    expect_field(0, 1, "1 type 0 reserved: every access faults");
    expect_fields(0, 0, "0 Valid 0 not valid: every access faults\n");
    expect_fields(2, UINT64_MAX,
                  "0 Valid 1 valid\n"
                  "1 type 1 table\n"
                  "11:2 ignored 3ff software's\n"
                  "39:12 address fffffff000 of the table\n"
                  "51:40 SBZ fff must be 0\n"
                  "58:52 ignored 7f software's\n"
                  "63:59 SBZ 1f must be 0\n");
}

/* B4.1, MAIR0 and MAIR1: what has no meaning is UNPREDICTABLE. */
static void memory_types_of_long_descriptors(void **state)
{
    (void)state;
    skip_unless(has_word("lpae"), "ARMv7's long descriptors");
    assert_string_equal(pt64_armv7_attr_name(0x00), "Strongly-ordered");
    assert_string_equal(pt64_armv7_attr_name(0x04), "Device");
    assert_string_equal(pt64_armv7_attr_name(0x08), "UNPREDICTABLE: no memory type");
    assert_string_equal(pt64_armv7_attr_name(0x40), "UNPREDICTABLE: no memory type");
    assert_string_equal(pt64_armv7_attr_name(0x44), "Normal, non-cacheable");
    assert_string_equal(pt64_armv7_attr_name(0xff), "Normal, write-back");
}

/* B4.1, PRRR and NMRR. */
static void memory_types_of_short_descriptors(void **state)
{
    const uint64_t memory = UINT64_C(0x9c9c9c9c) << 32 | 0xaaad; /* SO is nowhere; 1 is no type */

    (void)state;
    skip_unless(has_word("armv7_short"), "ARMv7's short descriptors");
    assert_string_equal(pt64_armv7_short_type_name(memory, 0), "Device");
    assert_string_equal(pt64_armv7_short_type_name(memory, 1), "UNPREDICTABLE: no memory type");
    assert_string_equal(pt64_armv7_short_type_name(memory, 2),
                        "Normal, write-back, write-allocate");
    assert_string_equal(pt64_armv7_short_type_name(memory, 3), "Normal, write-through");
    assert_string_equal(pt64_armv7_short_type_name(memory, 4), "Normal, non-cacheable");
    assert_string_equal(pt64_armv7_short_type_name(memory, 5), "Normal, write-back");
    assert_string_equal(pt64_armv7_short_type_name(memory, 6), "implementation defined");
    assert_string_equal(pt64_armv7_short_type_name(memory & ~(BIT(62) | BIT(63)), 7),
                        "Normal, inner and outer caches not alike");
    assert_int_equal(pt64_armv7_short_type_flags(memory, 0), PT64_DEVICE);
    assert_int_equal(pt64_armv7_short_type_flags(memory, 2), 0);
    assert_int_equal(pt64_armv7_short_type_flags(memory, 3), PT64_UNCACHED);
    assert_int_equal(pt64_armv7_short_type_flags(memory, 4), PT64_UNCACHED);
    assert_int_equal(pt64_armv7_short_type_flags(memory, 5), 0);
    for (unsigned inner = 0; inner < 4; inner++) {
        for (unsigned outer = 0; outer < 4; outer++) {
            uint64_t type_7 = (uint64_t)inner << 46 | (uint64_t)outer << 62 | UINT64_C(2) << 14;
            bool is_back = (inner == 1 || inner == 3) && (outer == 1 || outer == 3);

            assert_int_equal(pt64_armv7_short_type_flags(type_7, 7), is_back ? 0 : PT64_UNCACHED);
        }
    }
}

/* Svrsw60t59b and Zicfiss come with it here. */
static bool has_svpbmt(void)
{
    return has_word("svpbmt") || has_word("svrsw60t59b") || has_word("zicfiss");
}

/* The second word of the id: sv39x4. */
static bool is_gstage(void)
{
    return is_id("riscv") && strstr(chosen_id, "x4") != NULL;
}

static void fields_of_riscv_pages(void **state)
{
    (void)state;
    skip_unless(is_id("riscv") && !is_gstage(), "RISC-V's first stage");
    if (!has_svpbmt() && !has_word("xuantie") && !has_word("sv32"))
        expect_fields(0, BIT(54) - 1,
                      "0 V 1 valid\n"
                      "1 R 1 readable\n"
                      "2 W 1 writable\n"
                      "3 X 1 executable\n"
                      "4 U 1 user page\n"
                      "5 G 1 global: for every ASID\n"
                      "6 A 1 accessed\n"
                      "7 D 1 dirty\n"
                      "9:8 RSW 3 software's\n"
                      "53:10 PPN fffffffffff000 address of the page\n");
    expect_field(0, 0x3, "2 W 0 not writable");
    expect_field(0, 0x3, "3 X 0 not executable");
    expect_field(0, 0x3, "4 U 0 supervisor only");
    expect_field(0, 0x3, "5 G 0 of one ASID");
    expect_field(0, 0x3, "6 A 0 not accessed since this was clear");
    expect_field(0, 0x3, "7 D 0 not written since this was clear");
    expect_field(0, 0x9, "1 R 0 not readable");
    expect_field(0, 0x5,
                 has_word("zicfiss")
                     ? "3:1 XWR 2 a shadow stack: loads, and stores by SSPUSH and SSAMOSWAP"
                     : "2 W 1 without R: faults, or a shadow stack by Zicfiss");
    expect_field(0, 0xd, "2 W 1 reserved without R: faults");
    expect_fields(0, 0, "0 V 0 not valid: every access faults\n");
}

/* "Guest Physical Address Translation": as from U-mode, and G is ignored. */
static void fields_of_gstage_pages(void **state)
{
    (void)state;
    skip_unless(is_gstage(), "RISC-V's second stage");
    expect_field(0, 0x13, "4 U 1 as every access of this stage demands");
    expect_field(0, 0x3, "4 U 0 not set: every access faults");
    expect_field(0, 0x33, "5 G 1 ignored in this stage");
    expect_field(0, 0x15, "2 W 1 reserved without R: faults");
    expect_field(1, 0x21, "5 G 1 ignored in this stage");
    expect_field(0, 0x53, "6 A 1 accessed");
    expect_field(0, 0x93, "7 D 1 dirty");
    if (!has_word("sv32"))
        return;
    expect_field(0, 0x1413, "31:10 PPN 5000 address of the page");
    expect_field(1, 0x13 | BIT(19) | BIT(20), "31:20 PPN 400000 address of the page");
}

/* PPN[i] has 9 bits but for the topmost one. */
static void page_numbers_of_wide_riscv_pages(void **state)
{
    (void)state;
    skip_unless(is_id("riscv") && !has_word("sv32"), "RISC-V with entries of 8 bytes");
    expect_field(0, 0x1403, "53:10 PPN 5000 address of the page");
    expect_field(0, 0x6003, "53:10 PPN 18000 address of the page");
    expect_field(1, 3 | (BIT(9) - 1) << 10,
                 "18:10 PPN 1ff low bits, must be 0: misaligned superpage");
    expect_field(1, 3 | BIT(18) | BIT(19), "53:19 PPN 200000 address of the page");
    expect_field(2, 3 | BIT(27), "27:10 PPN 20000 low bits, must be 0: misaligned superpage");
    expect_field(2, 3 | BIT(27) | BIT(28), "53:28 PPN 40000000 address of the page");
    expect_fields(2, 0xfe, "0 V 0 not valid: every access faults\n63:1 ignored 7f software's\n");
}

/* "Sv32": PPN[0] is 19:10, PPN[1] 31:20. */
static void fields_of_sv32(void **state)
{
    (void)state;
    skip_unless(has_word("sv32") && !is_gstage(), "Sv32");
    expect_fields(0, UINT32_MAX,
                  "0 V 1 valid\n"
                  "1 R 1 readable\n"
                  "2 W 1 writable\n"
                  "3 X 1 executable\n"
                  "4 U 1 user page\n"
                  "5 G 1 global: for every ASID\n"
                  "6 A 1 accessed\n"
                  "7 D 1 dirty\n"
                  "9:8 RSW 3 software's\n"
                  "31:10 PPN 3fffff000 address of the page\n");
    expect_field(0, 0x1403, "31:10 PPN 5000 address of the page");
    expect_field(1, 3 | (BIT(10) - 1) << 10,
                 "19:10 PPN 3ff low bits, must be 0: misaligned superpage");
    expect_field(1, 3 | BIT(19) | BIT(20), "31:20 PPN 400000 address of the page");
    expect_fields(1, 0xfe, "0 V 0 not valid: every access faults\n31:1 ignored 7f software's\n");
    expect_fields(1, 0x1401,
                  "0 V 1 valid\n"
                  "3:1 XWR 0 points to the next table\n"
                  "5 G 0 says nothing\n"
                  "31:10 PPN 5000 address of the next table\n");
}

static void fields_of_riscv_pointers(void **state)
{
    (void)state;
    skip_unless(is_id("riscv") && !is_gstage() && !has_word("sv32"),
                "RISC-V's first stage, with entries of 8 bytes");
    expect_fields(1, 0x1401,
                  "0 V 1 valid\n"
                  "3:1 XWR 0 points to the next table\n"
                  "5 G 0 says nothing\n"
                  "53:10 PPN 5000 address of the next table\n");
    expect_fields(0, 0x3f1,
                  "0 V 1 valid\n"
                  "3:1 XWR 0 a pointer at the last level: faults\n"
                  "4 U 1 reserved in a pointer: every access faults\n"
                  "5 G 1 everything below is global\n"
                  "7:6 D, A 3 reserved in a pointer: every access faults\n"
                  "9:8 RSW 3 software's\n"
                  "53:10 PPN 0 address of the next table\n");
}

static void upper_fields_of_riscv(void **state)
{
    (void)state;
    skip_unless(is_id("riscv") && !has_word("sv32"), "RISC-V with entries of 8 bytes");
    if (has_word("xuantie")) {
        expect_field(0, 3 | UINT64_C(31) << 54, "58:54 reserved 1f must be 0: every access faults");
        expect_field(0, 3 | BIT(59), "59 SEC 1 trustable");
        expect_field(0, 3, "60 SH 0 not shareable");
        expect_field(0, 3 | BIT(60), "60 SH 1 shareable");
        expect_field(0, 3, "61 B 0 not bufferable");
        expect_field(0, 3 | BIT(61), "61 B 1 bufferable");
        expect_field(0, 3, "62 C 0 not cacheable");
        expect_field(0, 3 | BIT(62), "62 C 1 cacheable");
        expect_field(0, 3, "63 SO 0 weakly ordered");
        expect_field(0, 3 | BIT(63), "63 SO 1 strongly ordered");
        expect_field(1, 1 | UINT64_C(15) << 60, "63:60 SO, C, B, SH f of leaves only");
        expect_field(0, 3 | BIT(63) | 0x18 << 10, "53:10 PPN 18000 address of the page");
        return;
    }
    if (has_svpbmt()) {
        expect_field(0, 3, "62:61 PBMT 0 PMA: what the platform says");
        expect_field(0, 3 | BIT(61), "62:61 PBMT 1 NC: uncached main memory");
        expect_field(0, 3 | BIT(62), "62:61 PBMT 2 IO: uncached, strongly ordered");
        expect_field(0, 3 | BIT(61) | BIT(62), "62:61 PBMT 3 reserved: every access faults");
        expect_field(1, 1 | BIT(61), "62:61 PBMT 1 reserved in a pointer: every access faults");
    } else {
        expect_field(0, 3 | UINT64_C(511) << 54, "62:61 reserved 3 must be 0: every access faults");
    }
    expect_field(0, 3 | UINT64_C(127) << 54, "58:54 reserved 1f must be 0: every access faults");
    expect_field(
        0, 3 | UINT64_C(127) << 54,
        has_word("svrsw60t59b")
            ? "60:59 RSW 3 software's"
            : "60:59 reserved 3 must be 0: every access faults, unless the hart has Svrsw60t59b");
    if (has_word("svrsw60t59b"))
        expect_field(1, 1 | BIT(60), "60:59 RSW 2 software's");
    expect_field(0, 3 | BIT(63) | 0x18 << 10, "13:10 PPN 8 low bits: 64K");
    expect_field(0, 3 | BIT(63) | 0x18 << 10, "53:14 PPN 10000 address of the 64K page");
    expect_field(0, 3 | BIT(63) | 0x18 << 10,
                 "63 N 1 Svnapot: part of a 64K page, where the hart has that");
    expect_field(0, 3 | BIT(63) | 0x14 << 10, "63 N 1 reserved: every access faults");
    expect_field(1, 3 | BIT(63) | 0x18 << 10, "63 N 1 reserved: every access faults");
    expect_field(0, 1 | BIT(63) | 0x18 << 10, "63 N 1 reserved: every access faults");
}

#define LOONGARCH64_LEAF_SET              \
    "0 V 1 valid\n"                       \
    "1 D 1 dirty: stores succeed\n"       \
    "3:2 PLV 3 down to PLV3: user code\n" \
    "5:4 MAT 3 reserved\n"
#define LOONGARCH64_SOFT_SET        \
    "7 P 1 present, to software\n"  \
    "8 W 1 writable, to software\n" \
    "11:9 ignored 7 software's\n"
#define LOONGARCH64_REST_SET                  \
    "60:48 ignored 1fff beyond the address\n" \
    "61 NR 1 loads fault\n"                   \
    "62 NX 1 fetches fault\n"                 \
    "63 RPLV 1 for PLV alone\n"

static void fields_of_loongarch64_pages(void **state)
{
    (void)state;
    skip_unless(is_id("loongarch64") && !has_word("hptw"), "LoongArch without its walker");
    if (has_word("4k48")) {
        expect_fields(0, 0x5001,
                      "0 V 1 valid\n"
                      "1 D 0 stores fault (PME)\n"
                      "3:2 PLV 0 PLV0 only: the kernel\n"
                      "5:4 MAT 0 SUC: strongly ordered, uncached\n"
                      "6 G 0 of one ASID\n"
                      "7 P 0 not present, to software\n"
                      "8 W 0 read-only, to software\n"
                      "47:12 address 5000 of the page\n"
                      "61 NR 0 loads succeed\n"
                      "62 NX 0 fetches succeed\n"
                      "63 RPLV 0 for PLV and above\n");
        expect_fields(0, UINT64_MAX,
                      LOONGARCH64_LEAF_SET
                      "6 G 1 global: for every ASID\n" LOONGARCH64_SOFT_SET
                      "47:12 address fffffffff000 of the page\n" LOONGARCH64_REST_SET);
        expect_fields(1, UINT64_MAX,
                      LOONGARCH64_LEAF_SET
                      "6 H 1 maps a huge page\n" LOONGARCH64_SOFT_SET
                      "12 G 1 global: for every ASID\n"
                      "20:13 address ff low bits, must be 0\n"
                      "47:21 address ffffffe00000 of the page\n" LOONGARCH64_REST_SET);
    } else {
        expect_field(0, 1 | 7 << 12, "13:12 address 3 low bits, must be 0");
        expect_field(0, 1 | 7 << 12, "47:14 address 4000 of the page");
        expect_field(1, 0x41 | BIT(24), "24:13 address 800 low bits, must be 0");
        expect_field(1, 0x41 | BIT(25), "47:25 address 2000000 of the page");
    }
    expect_field(0, 1 | 1 << 2, "3:2 PLV 1 down to this level");
    expect_field(0, 1 | 2 << 2, "3:2 PLV 2 down to this level");
    expect_field(0, 1 | 1 << 4, "5:4 MAT 1 CC: coherent, cached");
    expect_field(0, 1 | 2 << 4, "5:4 MAT 2 WUC: weakly ordered, uncached");
    expect_field(1, 0x41, "12 G 0 of one ASID");
    expect_fields(0, 0, "0 V 0 not valid: every access faults\n");
    expect_field(0, 2, "1 D 1 dirty: stores succeed");
}

/* 7.5.9: with PWCH.HPTW_En. */
static void fields_of_pages_for_the_walker(void **state)
{
    (void)state;
    skip_unless(has_word("hptw") && has_word("16k47"), "LoongArch's hardware walker, 16K");
    expect_fields(0, 0x4000,
                  "0 V 0 not accessed since this was clear\n"
                  "1 D 0 not written since this was clear\n"
                  "3:2 PLV 0 PLV0 only: the kernel\n"
                  "5:4 MAT 0 SUC: strongly ordered, uncached\n"
                  "6 G 0 of one ASID\n"
                  "7 P 0 not present: every access faults\n"
                  "8 W 0 read-only\n"
                  "47:14 address 4000 of the page\n"
                  "61 NR 0 loads succeed\n"
                  "62 NX 0 fetches succeed\n"
                  "63 RPLV 0 for PLV and above\n");
    expect_fields(1, BIT(13) - 1,
                  "0 V 1 accessed\n"
                  "1 D 1 dirty\n"
                  "3:2 PLV 3 down to PLV3: user code\n"
                  "5:4 MAT 3 reserved\n"
                  "6 H 1 maps a huge page\n"
                  "7 P 1 present\n"
                  "8 W 1 writable\n"
                  "9 ignored 1 software's: dirty, and not writable\n"
                  "11:10 ignored 3 software's\n"
                  "12 G 1 global: for every ASID\n"
                  "47:25 address 0 of the page\n"
                  "61 NR 0 loads succeed\n"
                  "62 NX 0 fetches succeed\n"
                  "63 RPLV 0 for PLV and above\n");
    expect_fields(0, 0, "0 V 0 not accessed since this was clear\n");
}

static void fields_of_loongarch64_directories(void **state)
{
    (void)state;
    skip_unless(is_id("loongarch64"), "LoongArch");
    expect_fields(1, 0x5000,
                  "6 H 0 an address to go on at\n47:12 address 5000 of the next table\n");
    expect_fields(2, ~BIT(6),
                  "5:0 address 3f low bits, must be 0\n"
                  "6 H 0 an address to go on at\n"
                  "11:7 address 1f low bits, must be 0\n"
                  "47:12 address fffffffff000 of the next table\n"
                  "63:48 address ffff beyond what there is\n");
}

/* For an adopted table: a PAT of zeros is UC everywhere, a MAIR of zeros is Device-nGnRnE, a PRRR
 * of zeros is Strongly-ordered. */
static void memory_types_are_those_of_the_register(void **state)
{
    struct pt64_terms words = chosen_terms;
    bool has_register = is_id("x86_64") || is_id("i386") || is_id("npt") ||
                        ((is_id("aarch64") || is_id("armv7")) && !has_word("stage2"));
    pt64_flags_t flags = strcmp(chosen_id, "i386") == 0 ? RW | PT64_EXECUTE : RW;
    pt64_flags_t type = is_id("aarch64")      ? PT64_DEVICE | PT64_AARCH64_NGNRNE
                        : is_id("armv7_lpae") ? PT64_DEVICE | PT64_ARMV7_STRONGLY_ORDERED
                                              : PT64_DEVICE;

    (void)state;
    words.memory = 0;
    for (unsigned level = 0; level < 2; level++) {
        pt64_entry_t leaf = chosen_pte.leaf(&chosen_meta.limits, flags, level);

        assert_int_equal(pt64_told_flags(&space_traits_, &chosen_terms, leaf, level), flags);
        assert_int_equal(pt64_told_flags(&space_traits_, &words, leaf, level),
                         has_register ? flags | type : flags);
    }
}

/* D24.2 "MAIR_EL1": 11110000 is Tagged. What index 3 and 4 are by the library's MAIR does not
 * matter. */
static void tags_and_devices_are_those_of_the_register(void **state)
{
    struct pt64_terms words = chosen_terms;

    (void)state;
    skip_unless(is_id("aarch64") && !has_word("stage2"), "AArch64 stage 1");
    words.memory = UINT64_C(0x0000000400fff0);
    for (unsigned index = 0; index < 5; index++) {
        static const pt64_flags_t types[] = {PT64_AARCH64_TAGGED, 0,
                                             PT64_DEVICE | PT64_AARCH64_NGNRNE, PT64_DEVICE,
                                             PT64_DEVICE | PT64_AARCH64_NGNRNE};
        pt64_entry_t leaf = chosen_pte.leaf(&chosen_meta.limits, RW, 0) | (pt64_entry_t)index << 2;

        assert_int_equal(pt64_told_flags(&space_traits_, &words, leaf, 0), RW | types[index]);
    }
}

/* SDM 3A, 5.6: R/W is 0 in the entry that maps the page, and 1 in every other entry. */
static void a_table_without_rw_makes_no_shadow_stack(void **state)
{
    pt64_flags_t dirty = PT64_READ | PT64_DIRTY;
    pt64_entry_t table = chosen_pte.link(&chosen_meta.limits, 0x5000, 1);

    (void)state;
    skip_unless(has_word("cet"), "shadow stacks");
    for (unsigned level = 0; level < 2; level++) {
        pt64_entry_t leaf =
            chosen_pte.leaf(&chosen_meta.limits, dirty | PT64_X86_64_SHADOW_STACK, level);
        pt64_entry_t writable = chosen_pte.leaf(&chosen_meta.limits, dirty | PT64_WRITE, level);

        assert_true(chosen_terms.inherit(leaf, table, 1) == leaf);
        assert_int_equal(chosen_pte.decode(chosen_terms.inherit(leaf, table & ~BIT(1), 1), level),
                         dirty);
        assert_int_equal(chosen_pte.decode(chosen_terms.inherit(writable, table, 1), level),
                         dirty | PT64_WRITE);
        assert_int_equal(
            chosen_pte.decode(chosen_terms.inherit(writable, table & ~BIT(1), 1), level), dirty);
    }
}

/* ---- verdicts ---- */

#define K_READ    PT64_READ
#define K_WRITE   PT64_WRITE
#define K_EXECUTE PT64_EXECUTE
#define U_READ    (PT64_USER | PT64_READ)
#define U_WRITE   (PT64_USER | PT64_WRITE)
#define U_EXECUTE (PT64_USER | PT64_EXECUTE)

/* A walk of all levels. All nodes hold `link`, except the one at `odd_level`. */
struct walk {
    uint64_t link;
    uint64_t leaf;
    unsigned odd_level; /* 0: none */
    uint64_t odd;
};

/* "faults 1: because", "succeeds" or "succeeds 0: if", with the level that is responsible. */
static void expect_verdict(const struct walk *walk, enum pt64_end end, unsigned level,
                           pt64_flags_t access, const char *text)
{
    struct pt64_trace trace = {.limits = &meta()->limits, .end = end, .level = level};
    struct pt64_verdict verdict;
    char told[200];

    for (unsigned i = level; i < meta()->limits.levels; i++)
        trace.steps[i].entry = i == level ? walk->leaf : walk->link;
    if (walk->odd_level > level)
        trace.steps[walk->odd_level].entry = walk->odd;
    verdict = chosen_terms.judge(meta(), &trace, access);
    if (verdict.why == NULL)
        snprintf(told, sizeof told, verdict.faults ? "faults" : "succeeds");
    else
        snprintf(told, sizeof told, "%s %u: %s", verdict.faults ? "faults" : "succeeds",
                 verdict.level, verdict.why);
    assert_string_equal(told, text);
}

static void expect_page(const struct walk *walk, pt64_flags_t access, const char *text)
{
    expect_verdict(walk, PT64_END_LEAF, 0, access, text);
}

/* SDM 3A, 5.6.1 and 5.7. The PDPTE of PAE paging, at level 2, has neither R/W nor U/S. */
static void verdicts_of_i386(void **state)
{
    const uint64_t pdpte = is_id("i386_pae") ? 0x1001 : 7;
    const unsigned top = meta()->limits.levels - 1;
    const struct walk user = {7, 7, top, pdpte};
    const struct walk kernel = {7, 3, top, pdpte};
    const struct walk read_only = {7, 5, top, pdpte};
    const struct walk below = {1, 7, top, pdpte};
    const struct walk absent = {7, 6, top, pdpte};
    const struct walk reserved = {7, 0x87 | BIT(13), top, pdpte};

    (void)state;
    skip_unless(is_id("i386"), "32-bit x86");
    expect_page(&user, U_READ, "succeeds");
    expect_page(&user, U_WRITE, "succeeds");
    expect_page(&user, U_EXECUTE, "succeeds");
    expect_page(&user, K_EXECUTE,
                "succeeds 0: unless CR4.SMEP is set, because this is a user page");
    expect_page(&kernel, K_WRITE, "succeeds");
    expect_page(&kernel, U_READ, "faults 0: U/S is 0, supervisor only");
    expect_page(&read_only, K_WRITE, "faults 0: R/W is 0, read-only");
    expect_verdict(&absent, PT64_END_EMPTY, 0, K_READ, "faults 0: P is 0, not present");
    expect_verdict(&reserved, PT64_END_EMPTY, 1, K_READ, "faults 1: a reserved bit is 1");
    if (top == 2) {
        const struct walk no_execute = {7, 7 | BIT(63), top, pdpte};
        const struct walk bad_root = {7, 0x1003, 0, 0};

        expect_page(&below, U_READ, "faults 1: U/S is 0, supervisor only");
        expect_page(&below, K_WRITE, "faults 1: R/W is 0, read-only");
        expect_page(&no_execute, K_EXECUTE, "faults 0: XD is 1");
        expect_verdict(&bad_root, PT64_END_EMPTY, 2, K_READ, "faults 2: a reserved bit is 1");
    }
}

/* SDM 3A, 5.6.1 and 5.7. */
static void verdicts_of_x86_64(void **state)
{
    static const char smap[] =
        "succeeds 0: unless CR4.SMAP is set and EFLAGS.AC is not, because this is a user page";
    const struct walk user = {7, 7, 0, 0};
    const struct walk kernel = {7, 3, 0, 0};
    const struct walk kernel_below = {7, 7, 2, 3};
    const struct walk read_only = {7, 5, 0, 0};
    const struct walk read_only_below = {7, 7, 1, 5};
    const struct walk no_execute = {7, 7 | BIT(63), 0, 0};
    const struct walk no_execute_below = {7, 7, 1, 7 | BIT(63)};
    const struct walk absent = {7, 6, 0, 0};
    const struct walk reserved = {7, 0x87 | BIT(13), 0, 0};

    (void)state;
    skip_unless(is_id("x86_64"), "x86-64");
    expect_page(&user, U_READ, "succeeds");
    expect_page(&user, U_WRITE, "succeeds");
    expect_page(&user, U_EXECUTE, "succeeds");
    expect_page(&user, K_READ, smap);
    expect_page(&user, K_WRITE, smap);
    expect_page(&user, K_EXECUTE,
                "succeeds 0: unless CR4.SMEP is set, because this is a user page");
    expect_page(&kernel, K_READ, "succeeds");
    expect_page(&kernel, K_WRITE, "succeeds");
    expect_page(&kernel, K_EXECUTE, "succeeds");
    expect_page(&kernel, U_READ, "faults 0: U/S is 0, supervisor only");
    expect_page(&kernel_below, U_EXECUTE, "faults 2: U/S is 0, supervisor only");
    expect_page(&kernel_below, K_EXECUTE, "succeeds");
    expect_page(&read_only, U_WRITE, "faults 0: R/W is 0, read-only");
    expect_page(&read_only, K_WRITE, "faults 0: R/W is 0, read-only");
    expect_page(&read_only, U_READ, "succeeds");
    expect_page(&read_only_below, U_WRITE, "faults 1: R/W is 0, read-only");
    expect_page(&no_execute, U_EXECUTE, "faults 0: XD is 1");
    expect_page(&no_execute, K_EXECUTE, "faults 0: XD is 1");
    expect_page(&no_execute, U_READ, "succeeds");
    expect_page(&no_execute_below, U_EXECUTE, "faults 1: XD is 1");
    expect_verdict(&absent, PT64_END_EMPTY, 0, K_READ, "faults 0: P is 0, not present");
    expect_verdict(&absent, PT64_END_EMPTY, 1, U_WRITE, "faults 1: P is 0, not present");
    expect_verdict(&reserved, PT64_END_LEAF, 1, K_READ, "faults 1: a reserved bit is 1");
}

/* SDM 3C, 30.3.2 and 30.3.3. */
static void verdicts_of_ept(void **state)
{
    uint64_t all = has_word("mbec") ? 0x437 : 0x37;
    uint64_t link = has_word("mbec") ? 0x407 : 7;
    const struct walk open = {link, all, 0, 0};
    const struct walk read_only = {link, 0x31, 0, 0};
    const struct walk only_executable = {link, all & ~UINT64_C(3), 0, 0};
    const struct walk no_write_below = {link, all, 1, link & ~UINT64_C(2)};
    const struct walk absent = {link, 0x30, 0, 0};
    const struct walk misconfigured = {link, all | 0x38, 0, 0};

    (void)state;
    skip_unless(is_id("ept"), "EPT");
    expect_page(&open, U_READ, "succeeds");
    expect_page(&open, K_WRITE, "succeeds");
    expect_page(&open, U_EXECUTE, "succeeds");
    expect_page(&open, K_EXECUTE, "succeeds");
    expect_page(&read_only, K_WRITE, "faults 0: W is 0, stores are refused");
    expect_page(&only_executable, K_READ, "faults 0: R is 0, loads are refused");
    expect_page(&only_executable, K_EXECUTE, "succeeds");
    expect_page(&no_write_below, U_WRITE, "faults 1: W is 0, stores are refused");
    expect_page(&read_only, K_EXECUTE,
                has_word("mbec") ? "faults 0: X is 0, execution by the supervisor is refused"
                                 : "faults 0: X is 0, execution is refused");
    if (has_word("mbec"))
        expect_page(&read_only, U_EXECUTE, "faults 0: XU is 0, execution by user mode is refused");
    expect_verdict(&absent, PT64_END_EMPTY, 0, K_READ,
                   "faults 0: no permission is set, not present");
    expect_verdict(&misconfigured, PT64_END_LEAF, 0, K_READ, "faults 0: misconfigured");
}

/* APM 15.25.5: every access is a user access. */
static void verdicts_of_npt(void **state)
{
    const struct walk open = {7, 7, 0, 0};
    const struct walk read_only = {7, 5, 0, 0};
    const struct walk no_user = {7, 3, 0, 0};
    const struct walk no_user_below = {7, 7, 2, 3};
    const struct walk no_execute = {7, 7 | BIT(63), 0, 0};
    const struct walk absent = {7, 6, 0, 0};

    (void)state;
    skip_unless(is_id("npt"), "AMD's nested paging");
    expect_page(&open, K_READ, "succeeds");
    expect_page(&open, K_EXECUTE, "succeeds");
    expect_page(&open, U_WRITE, "succeeds");
    expect_page(&read_only, K_WRITE, "faults 0: R/W is 0, read-only");
    expect_page(&no_user, K_READ, "faults 0: U/S is 0");
    expect_page(&no_user_below, K_READ, "faults 2: U/S is 0");
    expect_page(&no_execute, K_EXECUTE, "faults 0: XD is 1");
    expect_verdict(&absent, PT64_END_EMPTY, 0, K_READ, "faults 0: P is 0, not present");
}

/* Arm ARM, D8.4 and D8.5: bits 6 AP[1], 7 AP[2], 10 AF, 51 DBM, 53 PXN, 54 UXN. In table
 * descriptors: 59 to 62. */
static void verdicts_on_data_of_aarch64(void **state)
{
    static const char may_not[] = "faults 0: AP[1] is 0, no access from EL0";
    static const char no_af[] =
        "succeeds 0: if TCR_ELx.HA is set: otherwise Access flag fault, because AF is 0";
    const struct walk kernel = {3, 0x403, 0, 0};
    const struct walk user = {3, 0x443, 0, 0};
    const struct walk read_only = {3, 0x4c3, 0, 0};
    const struct walk dirty_later = {3, 0x4c3 | BIT(51), 0, 0};
    const struct walk no_user_below = {3, 0x443, 1, 3 | BIT(61)};
    const struct walk read_only_below = {3, 0x443 | BIT(51), 2, 3 | BIT(62)};
    const struct walk untouched = {3, 0x43, 0, 0};
    const struct walk invalid = {3, 0x442, 0, 0};
    const struct walk no_block = {3, 0x441, 0, 0};
    unsigned above = meta()->limits.leaf_levels;
    char reserved[100];

    (void)state;
    skip_unless(is_id("aarch64") && !has_word("el2") && !has_word("stage2"),
                "AArch64 with two privilege levels");
    expect_page(&kernel, K_READ, "succeeds");
    expect_page(&kernel, K_WRITE, "succeeds");
    expect_page(&kernel, U_READ, may_not);
    expect_page(&kernel, U_WRITE, may_not);
    expect_page(&user, U_READ, "succeeds");
    expect_page(&user, U_WRITE, "succeeds");
    expect_page(&read_only, U_WRITE, "faults 0: AP[2] is 1, read-only");
    expect_page(&read_only, K_WRITE, "faults 0: AP[2] is 1, read-only");
    expect_page(&read_only, K_READ, "succeeds");
    expect_page(&dirty_later, U_WRITE,
                has_word("hafdbs") ? "succeeds 0: and clears AP[2], because DBM is 1"
                                   : "faults 0: AP[2] is 1, read-only, unless TCR_ELx.HD is set, "
                                     "because DBM is 1");
    expect_page(&no_user_below, U_READ, "faults 1: APTable[0] is 1, no access from EL0");
    expect_page(&no_user_below, K_READ, "succeeds");
    expect_page(&read_only_below, U_WRITE, "faults 2: APTable[1] is 1, read-only");
    expect_page(&read_only_below, K_WRITE, "faults 2: APTable[1] is 1, read-only");
    expect_page(&untouched, U_READ, no_af);
    expect_page(&untouched, U_WRITE, no_af);
    expect_verdict(&invalid, PT64_END_EMPTY, 0, K_READ, "faults 0: Valid is 0: translation fault");
    expect_verdict(&no_block, PT64_END_EMPTY, 0, U_READ,
                   "faults 0: this type is reserved at this level: translation fault");
    if (above < meta()->limits.levels) {
        snprintf(reserved, sizeof reserved,
                 "faults %u: this type is reserved at this level: translation fault", above);
        expect_verdict(&no_block, PT64_END_EMPTY, above, K_READ, reserved);
    }
    expect_verdict(&no_block, PT64_END_LEAF, 2, K_READ, "succeeds");
}

static void verdicts_on_fetches_of_aarch64(void **state)
{
    static const char by_el0[] = "faults 0: EL0 may write here, so EL1 may not execute";
    const struct walk kernel = {3, 0x403, 0, 0};
    const struct walk user = {3, 0x443, 0, 0};
    const struct walk read_only = {3, 0x4c3, 0, 0};
    const struct walk dirty_later = {3, 0x4c3 | BIT(51), 0, 0};
    const struct walk none = {3, 0x4c3 | BIT(53) | BIT(54), 0, 0};
    const struct walk pxn_below = {3, 0x4c3, 2, 3 | BIT(59)};
    const struct walk uxn_below = {3, 0x4c3, 1, 3 | BIT(60)};
    const struct walk untouched = {3, 0xc3, 0, 0};

    (void)state;
    skip_unless(is_id("aarch64") && !has_word("el2") && !has_word("stage2"),
                "AArch64 with two privilege levels");
    expect_page(&kernel, K_EXECUTE, "succeeds");
    expect_page(&kernel, U_EXECUTE, "succeeds");
    expect_page(&user, U_EXECUTE, "succeeds");
    expect_page(&user, K_EXECUTE, by_el0);
    expect_page(&read_only, K_EXECUTE, "succeeds");
    expect_page(&dirty_later, K_EXECUTE, has_word("hafdbs") ? by_el0 : "succeeds");
    expect_page(&none, K_EXECUTE, "faults 0: PXN is 1");
    expect_page(&none, U_EXECUTE, "faults 0: UXN is 1");
    expect_page(&pxn_below, K_EXECUTE, "faults 2: PXNTable is 1");
    expect_page(&pxn_below, U_EXECUTE, "succeeds");
    expect_page(&uxn_below, U_EXECUTE, "faults 1: UXNTable is 1");
    expect_page(&uxn_below, K_EXECUTE, "succeeds");
    expect_page(&untouched, U_EXECUTE,
                "succeeds 0: if TCR_ELx.HA is set: otherwise Access flag fault, because AF is 0");
}

/* D8.4.2: each right by itself, of EL1 and EL0 alike but for XN[0]. */
static void verdicts_of_stage_2(void **state)
{
    const struct walk read_only = {2, 0x443, 0, 0};
    const struct walk write_only = {2, 0x483, 0, 0};
    const struct walk untouched = {2, 0xc3, 0, 0};
    const struct walk nobody = {2, 0x443 | BIT(54), 0, 0};
    const struct walk el0 = {2, 0x443 | BIT(53), 0, 0};
    const struct walk invalid = {2, 0x442, 0, 0};
    bool has_xnx = strcmp(chosen_id, "aarch64_stage2_4k40") != 0;

    (void)state;
    skip_unless(has_word("aarch64_stage2_4k4"), "AArch64 stage 2");
    expect_page(&read_only, U_READ, "succeeds");
    expect_page(&read_only, K_WRITE, "faults 0: S2AP[1] is 0, not writable");
    expect_page(&write_only, K_WRITE, "succeeds");
    expect_page(&write_only, U_READ, "faults 0: S2AP[0] is 0, not readable");
    expect_page(&write_only, K_EXECUTE, "succeeds");
    expect_page(&nobody, K_EXECUTE, has_xnx ? "faults 0: XN refuses EL1" : "faults 0: XN[1] is 1");
    expect_page(&nobody, U_EXECUTE, has_xnx ? "faults 0: XN refuses EL0" : "faults 0: XN[1] is 1");
    expect_page(&el0, U_EXECUTE, "succeeds");
    expect_page(&el0, K_EXECUTE, has_xnx ? "faults 0: XN refuses EL1" : "succeeds");
    expect_page(&untouched, U_READ,
                "succeeds 0: if VTCR_EL2.HA is set: otherwise Access flag fault, because AF is 0");
    expect_verdict(&invalid, PT64_END_EMPTY, 0, K_READ, "faults 0: Valid is 0: translation fault");
}

/* ARMv7 ARM, B3.7.1, B3.7.2: HAP[2:1] are bits 7:6, AF is bit 10, XN bit 54. */
static void verdicts_of_armv7_stage_2(void **state)
{
    const struct walk read_only = {2, 0x443, 0, 0};
    const struct walk write_only = {2, 0x483, 0, 0};
    const struct walk untouched = {2, 0xc3, 0, 0};
    const struct walk nobody = {2, 0x443 | BIT(54), 0, 0};
    const struct walk below = {2, 0x4c3, 1, 3 | BIT(59) | BIT(60) | BIT(61) | BIT(62)};
    const struct walk invalid = {2, 0x442, 0, 0};

    (void)state;
    skip_unless(has_word("armv7_stage2"), "ARMv7's stage 2");
    expect_page(&read_only, U_READ, "succeeds");
    expect_page(&read_only, U_EXECUTE, "succeeds");
    expect_page(&read_only, K_WRITE, "faults 0: HAP[2] is 0, not writable");
    expect_page(&write_only, K_WRITE, "succeeds");
    expect_page(&write_only, U_READ, "faults 0: HAP[1] is 0, not readable");
    expect_page(&write_only, K_EXECUTE, "faults 0: HAP[1] is 0, not readable");
    expect_page(&nobody, K_READ, "succeeds");
    expect_page(&nobody, K_EXECUTE, "faults 0: XN is 1");
    expect_page(&nobody, U_EXECUTE, "faults 0: XN is 1");
    expect_page(&untouched, U_READ, "faults 0: AF is 0: Access flag fault");
    expect_page(&below, U_EXECUTE, "succeeds");
    expect_page(&below, U_WRITE, "succeeds");
    assert_true(chosen_terms.inherit(below.leaf, below.odd, 1) == below.leaf);
    expect_verdict(&invalid, PT64_END_EMPTY, 0, K_READ, "faults 0: Valid is 0: translation fault");
}

static void verdicts_of_one_privilege_level(void **state)
{
    const struct walk writable = {3, 0x443, 0, 0};
    const struct walk read_only = {3, 0x4c3 | BIT(54), 0, 0};
    const struct walk xn_below = {3, 0x443, 1, 3 | BIT(60)};
    const struct walk untouched = {3, 0x43, 0, 0};
    const struct walk invalid = {3, 0, 0, 0};

    (void)state;
    skip_unless(has_word("el2_4k48"), "AArch64 with one privilege level");
    expect_page(&writable, K_READ, "succeeds");
    expect_page(&writable, K_WRITE, "succeeds");
    expect_page(&writable, K_EXECUTE, "succeeds");
    expect_page(&writable, U_READ, "faults 0: this regime has no unprivileged level");
    expect_page(&read_only, K_WRITE, "faults 0: AP[2] is 1, read-only");
    expect_page(&read_only, K_READ, "succeeds");
    expect_page(&read_only, K_EXECUTE, "faults 0: XN is 1");
    expect_page(&xn_below, K_EXECUTE, "faults 1: XNTable is 1");
    expect_page(&xn_below, K_READ, "succeeds");
    expect_page(&untouched, K_READ,
                "succeeds 0: if TCR_ELx.HA is set: otherwise Access flag fault, because AF is 0");
    expect_verdict(&invalid, PT64_END_EMPTY, 1, K_READ, "faults 1: Valid is 0: translation fault");
}

/* ARMv7 ARM, B3.7.1: AP[1:0] are bits 5:4 of a small page, AP[2] is bit 9, XN bit 0. */
static void verdicts_of_short_descriptors(void **state)
{
    static const char by_pl0[] = "faults 0: AP refuses PL0";
    static const char stores[] = "faults 0: AP refuses stores";
    static const char unknown[] =
        "succeeds 1: if the descriptor allows it, which is not followed here";
    const struct walk nothing = {1, 0x02, 0, 0};
    const struct walk kernel = {1, 0x12, 0, 0};
    const struct walk half = {1, 0x22, 0, 0};
    const struct walk user = {1, 0x32, 0, 0};
    const struct walk kernel_read = {1, 0x212, 0, 0};
    const struct walk user_read = {1, 0x233, 0, 0};
    const struct walk section = {1, 0x8c12, 0, 0};
    const struct walk invalid = {1, 0x30, 0, 0};
    const struct walk domain = {1, 0xc22, 0, 0};

    (void)state;
    skip_unless(has_word("armv7_short") && !has_word("afe"), "AP[2:0] of ARMv7");
    expect_page(&nothing, K_READ, "faults 0: AP refuses every access");
    expect_page(&nothing, U_READ, by_pl0);
    expect_page(&kernel, K_WRITE, "succeeds");
    expect_page(&kernel, K_EXECUTE, "succeeds");
    expect_page(&kernel, U_READ, by_pl0);
    expect_page(&kernel, U_EXECUTE, by_pl0);
    expect_page(&half, K_WRITE, "succeeds");
    expect_page(&half, U_READ, "succeeds");
    expect_page(&half, U_WRITE, stores);
    expect_page(&user, U_WRITE, "succeeds");
    expect_page(&user, U_EXECUTE, "succeeds");
    expect_page(&user, K_EXECUTE, "succeeds");
    expect_page(&kernel_read, K_READ, "succeeds");
    expect_page(&kernel_read, K_WRITE, stores);
    expect_page(&kernel_read, U_READ, by_pl0);
    expect_page(&user_read, U_READ, "succeeds");
    expect_page(&user_read, K_WRITE, stores);
    expect_page(&user_read, U_EXECUTE, "faults 0: XN is 1");
    expect_page(&user_read, K_EXECUTE, "faults 0: XN is 1");
    expect_verdict(&section, PT64_END_LEAF, 1, U_READ, "succeeds");
    expect_verdict(&section, PT64_END_LEAF, 1, K_WRITE, "faults 1: AP refuses stores");
    expect_verdict(&section, PT64_END_LEAF, 1, K_EXECUTE, "faults 1: XN is 1");
    expect_verdict(&invalid, PT64_END_EMPTY, 0, K_READ,
                   "faults 0: the type is 0: translation fault");
    expect_verdict(&domain, PT64_END_EMPTY, 1, K_READ, unknown);
    expect_verdict(&domain, PT64_END_EMPTY, 1, U_WRITE, unknown);
}

/* B3.7.1, B3.7.4: AF is bit 4 of a small page, AP[1] bit 5, AP[2] bit 9, XN bit 0. */
static void verdicts_of_short_descriptors_with_an_access_flag(void **state)
{
    const struct walk untouched = {1, 0x22, 0, 0};
    const struct walk kernel = {1, 0x12, 0, 0};
    const struct walk user = {1, 0x32, 0, 0};
    const struct walk kernel_read = {1, 0x213, 0, 0};
    const struct walk invalid = {1, 0x30, 0, 0};

    (void)state;
    skip_unless(has_word("afe"), "ARMv7's access flag in short descriptors");
    expect_page(&untouched, U_READ, "faults 0: AF is 0: Access flag fault");
    expect_page(&kernel, K_WRITE, "succeeds");
    expect_page(&kernel, K_EXECUTE, "succeeds");
    expect_page(&kernel, U_READ, "faults 0: AP[1] is 0, no access from PL0");
    expect_page(&user, U_WRITE, "succeeds");
    expect_page(&user, K_EXECUTE, "succeeds");
    expect_page(&kernel_read, K_READ, "succeeds");
    expect_page(&kernel_read, K_WRITE, "faults 0: AP[2] is 1, read-only");
    expect_page(&kernel_read, K_EXECUTE, "faults 0: XN is 1");
    expect_verdict(&invalid, PT64_END_EMPTY, 1, K_READ,
                   "faults 1: the type is 0: translation fault");
}

/* B3.6.1, B3.7.2: AP[1] 6, AP[2] 7, AF 10, PXN 53, XN 54, and in table descriptors 59 to 62. */
static void verdicts_of_long_descriptors(void **state)
{
    const struct walk untouched = {3, 0x43, 0, 0};
    const struct walk kernel = {3, 0x403, 0, 0};
    const struct walk user = {3, 0x443, 0, 0};
    const struct walk read_only = {3, 0x4c3, 0, 0};
    const struct walk beyond = {3, 0x4c3 | BIT(51), 0, 0}; /* DBM, elsewhere */
    const struct walk no_kernel = {3, 0x443 | BIT(53), 0, 0};
    const struct walk none = {3, 0x443 | BIT(54), 0, 0};
    const struct walk pxn_below = {3, 0x443, 1, 3 | BIT(59)};
    const struct walk xn_below = {3, 0x443, 2, 3 | BIT(60)};
    const struct walk no_user_below = {3, 0x443, 2, 3 | BIT(61)};
    const struct walk read_only_below = {3, 0x443, 1, 3 | BIT(62)};
    const struct walk invalid = {3, 0x442, 0, 0};
    const struct walk no_block = {3, 0x441, 0, 0};

    (void)state;
    skip_unless(has_word("lpae"), "ARMv7's long descriptors");
    expect_page(&untouched, K_READ, "faults 0: AF is 0: Access flag fault");
    expect_page(&kernel, K_WRITE, "succeeds");
    expect_page(&kernel, K_EXECUTE, "succeeds");
    expect_page(&kernel, U_READ, "faults 0: AP[1] is 0, no access from PL0");
    expect_page(&kernel, U_EXECUTE, "faults 0: AP[1] is 0, no access from PL0");
    expect_page(&user, U_WRITE, "succeeds");
    expect_page(&user, K_EXECUTE, "succeeds"); /* unless SCTLR.UWXN is set */
    expect_page(&read_only, U_WRITE, "faults 0: AP[2] is 1, read-only");
    expect_page(&beyond, U_WRITE, "faults 0: AP[2] is 1, read-only");
    expect_page(&no_kernel, K_EXECUTE, "faults 0: PXN is 1");
    expect_page(&no_kernel, U_EXECUTE, "succeeds");
    expect_page(&none, K_EXECUTE, "faults 0: XN is 1");
    expect_page(&none, U_EXECUTE, "faults 0: XN is 1");
    expect_page(&pxn_below, K_EXECUTE, "faults 1: PXNTable is 1");
    expect_page(&pxn_below, U_EXECUTE, "succeeds");
    expect_page(&xn_below, K_EXECUTE, "faults 2: XNTable is 1");
    expect_page(&xn_below, U_EXECUTE, "faults 2: XNTable is 1");
    expect_page(&no_user_below, U_READ, "faults 2: APTable[0] is 1, no access from PL0");
    expect_page(&no_user_below, K_READ, "succeeds");
    expect_page(&read_only_below, K_WRITE, "faults 1: APTable[1] is 1, read-only");
    expect_verdict(&invalid, PT64_END_EMPTY, 0, K_READ, "faults 0: Valid is 0: translation fault");
    expect_verdict(&no_block, PT64_END_EMPTY, 0, U_READ,
                   "faults 0: this type is reserved at this level: translation fault");
}

/* Privileged ISA, "Addressing and Memory Protection": bits V 0, R 1, W 2, X 3, U 4, A 6, D 7. */
static void verdicts_of_riscv(void **state)
{
    static const char sum[] = "succeeds 0: if sstatus.SUM is set, because this is a user page";
    static const char no_a[] = "succeeds 0: if the hart sets A itself (Svadu), because A is 0";
    const struct walk kernel = {1, 0xcf, 0, 0};
    const struct walk user = {1, 0xdf, 0, 0};
    const struct walk readable = {1, 0xc3, 0, 0};
    const struct walk executable = {1, 0xc9, 0, 0};
    const struct walk untouched = {1, 0x0f, 0, 0};
    const struct walk clean = {1, 0x4f, 0, 0};
    const struct walk invalid = {1, 0xce, 0, 0};
    const struct walk malformed = {1, 0x0d, 0, 0};
    const struct walk shadow_stack = {1, 0x05, 0, 0};
    const struct walk more_software = {1, 0xcf | BIT(60), 0, 0};

    (void)state;
    skip_unless(is_id("riscv") && !is_gstage(), "RISC-V's first stage");
    expect_page(&kernel, K_READ, "succeeds");
    expect_page(&kernel, K_WRITE, "succeeds");
    expect_page(&kernel, K_EXECUTE, "succeeds");
    expect_page(&kernel, U_READ, "faults 0: U is 0, supervisor only");
    expect_page(&user, U_READ, "succeeds");
    expect_page(&user, U_WRITE, "succeeds");
    expect_page(&user, U_EXECUTE, "succeeds");
    expect_page(&user, K_READ, sum);
    expect_page(&user, K_WRITE, sum);
    expect_page(&user, K_EXECUTE,
                "faults 0: U is 1, and the supervisor never executes a user page");
    expect_page(&readable, K_WRITE, "faults 0: W is 0");
    expect_page(&readable, K_EXECUTE, "faults 0: X is 0");
    expect_page(&readable, U_WRITE, "faults 0: U is 0, supervisor only");
    expect_page(&executable, K_READ, "faults 0: R is 0, unless sstatus.MXR is set");
    expect_page(&untouched, K_READ, no_a);
    expect_page(&untouched, K_WRITE, no_a);
    expect_page(&clean, K_READ, "succeeds");
    expect_page(&clean, K_WRITE, "succeeds 0: if the hart sets D itself (Svadu), because D is 0");
    expect_verdict(&invalid, PT64_END_EMPTY, 1, K_READ, "faults 1: V is 0, not valid");
    expect_verdict(&malformed, PT64_END_EMPTY, 0, K_READ, "faults 0: the entry is malformed");
    if (!has_word("zicfiss"))
        expect_verdict(&shadow_stack, PT64_END_EMPTY, 0, K_READ,
                       "faults 0: W is 1 without R, which only a hart with Zicfiss follows");
    if (has_word("svrsw60t59b"))
        expect_page(&more_software, K_WRITE, "succeeds");
    if (has_word("sv32") || has_word("svrsw60t59b"))
        return;
    expect_verdict(&more_software, PT64_END_EMPTY, 0, K_READ,
                   has_word("xuantie")
                       ? "faults 0: the entry is malformed"
                       : "faults 0: 60:59 are not 0, which only a hart with Svrsw60t59b follows");
}

/* "Guest Physical Address Translation": every access is checked as one of a user. */
static void verdicts_of_the_gstage(void **state)
{
    const struct walk guest = {1, 0xdf, 0, 0};
    const struct walk readable = {1, 0xd3, 0, 0};
    const struct walk executable = {1, 0xd9, 0, 0};
    const struct walk untouched = {1, 0x1f, 0, 0};
    const struct walk clean = {1, 0x5f, 0, 0};
    const struct walk no_user = {1, 0xcf, 0, 0};
    const struct walk invalid = {1, 0xde, 0, 0};
    const struct walk no_read = {1, 0x15, 0, 0};
    const struct walk pointer = {1, 0x01, 0, 0};
    const struct walk more_software = {1, 0xdf | BIT(60), 0, 0};

    (void)state;
    skip_unless(is_gstage(), "RISC-V's second stage");
    for (pt64_flags_t user = 0; user <= PT64_USER; user += PT64_USER) {
        expect_page(&guest, PT64_READ | user, "succeeds");
        expect_page(&guest, PT64_WRITE | user, "succeeds");
        expect_page(&guest, PT64_EXECUTE | user, "succeeds");
        expect_page(&readable, PT64_WRITE | user, "faults 0: W is 0");
        expect_page(&readable, PT64_EXECUTE | user, "faults 0: X is 0");
        expect_page(&executable, PT64_READ | user, "faults 0: R is 0, unless sstatus.MXR is set");
        expect_page(&untouched, PT64_READ | user,
                    "succeeds 0: if the hart sets A itself (Svadu), because A is 0");
        expect_page(&clean, PT64_WRITE | user,
                    "succeeds 0: if the hart sets D itself (Svadu), because D is 0");
        expect_verdict(&no_user, PT64_END_EMPTY, 0, PT64_READ | user,
                       "faults 0: U is 0, and every access is one of a user");
    }
    expect_verdict(&invalid, PT64_END_EMPTY, 1, PT64_READ, "faults 1: V is 0, not valid");
    expect_verdict(&no_read, PT64_END_EMPTY, 0, PT64_WRITE, "faults 0: the entry is malformed");
    expect_verdict(&pointer, PT64_END_EMPTY, 0, PT64_READ, "faults 0: the entry is malformed");
    if (!has_word("sv32"))
        expect_verdict(&more_software, PT64_END_EMPTY, 0, PT64_READ,
                       "faults 0: 60:59 are not 0, which only a hart with Svrsw60t59b follows");
}

/* "Shadow Stack Memory Protection": loads are allowed, ordinary stores and fetches are not. */
static void verdicts_of_shadow_stacks(void **state)
{
    static const char no_store[] = "faults 0: a shadow stack, which ordinary stores do not write";
    const struct walk kernel = {1, 0x45, 0, 0};
    const struct walk user = {1, 0xd5, 0, 0};
    const struct walk misaligned = {1, 0xd5 | BIT(10), 0, 0};

    (void)state;
    skip_unless(has_word("zicfiss"), "Zicfiss");
    expect_page(&kernel, K_READ, "succeeds");
    expect_page(&kernel, K_WRITE, no_store);
    expect_page(&kernel, K_EXECUTE, "faults 0: X is 0");
    expect_page(&kernel, U_READ, "faults 0: U is 0, supervisor only");
    expect_page(&user, U_READ, "succeeds");
    expect_page(&user, U_WRITE, no_store);
    expect_page(&user, U_EXECUTE, "faults 0: X is 0");
    expect_verdict(&misaligned, PT64_END_EMPTY, 1, U_WRITE, "faults 1: the entry is malformed");
}

/* VT-d 9.8, AMD-Vi 2.2.3: every level must allow the request. */
static void verdicts_of_iommus(void **state)
{
    const bool is_amdvi = is_id("amdvi");
    const uint64_t link = is_amdvi ? UINT64_C(0x6000000000000201) : 3;
    const struct walk all = {link, is_amdvi ? UINT64_C(0x6000000000000001) : 3, 0, 0};
    const struct walk read = {link, is_amdvi ? UINT64_C(0x2000000000000001) : 1, 0, 0};
    const struct walk write = {link, is_amdvi ? UINT64_C(0x4000000000000001) : 2, 0, 0};
    const struct walk absent = {link, is_amdvi ? 2 : 8, 0, 0};

    (void)state;
    skip_unless(is_id("vtd_ss") || is_id("amdvi_v1"), "a second stage or a host table");
    expect_page(&all, K_READ, "succeeds");
    expect_page(&all, K_WRITE, "succeeds");
    expect_page(&all, K_EXECUTE, "faults 0: devices execute nothing");
    expect_page(&all, U_READ, "faults 0: devices have no unprivileged level");
    expect_page(&read, K_READ, "succeeds");
    expect_page(&read, K_WRITE, is_amdvi ? "faults 0: IW is 0" : "faults 0: W is 0");
    expect_page(&write, K_READ, is_amdvi ? "faults 0: IR is 0" : "faults 0: R is 0");
    expect_verdict(&absent, PT64_END_EMPTY, 0, K_READ,
                   is_amdvi ? "faults 0: PR is 0, not present"
                            : "faults 0: R and W are 0, not present");
}

static void expect_not_followed(unsigned level, uint64_t entry, const char *text)
{
    assert_int_equal(chosen_pte.kind(&chosen_meta.limits, entry, level), PT64_UNKNOWN);
    assert_string_equal(chosen_terms.malformed(entry, level), text);
}

/* Entries that are neither empty nor a page nor a link. */
static void unknown_entries_are_told_for_what_they_are(void **state)
{
    (void)state;
    skip_unless(!is_id("x86_64"), "entries that are not understood");
    if (is_id("vtd_fs") || is_id("amdvi_v2")) {
        expect_not_followed(0, 0x23, "the supervisor's, every request faults");
        expect_not_followed(0, BIT(63) | 0x67, "malformed, every request faults");
    } else if (is_id("vtd")) {
        expect_not_followed(0, 0x60000007, "of a feature that the format does not use");
        expect_not_followed(1, 0x60000803, "malformed, every request faults");
    } else if (is_id("amdvi")) {
        expect_not_followed(0, UINT64_C(0x6000000060000e01),
                            "a page of another size than the slot's");
        expect_not_followed(1, UINT64_C(0x6000000060000401), "malformed, every request faults");
        expect_not_followed(0, BIT(52) | 1, "malformed, every request faults");
    } else if (is_id("i386")) {
        assert_string_equal(chosen_terms.malformed(0x2081, 1), "malformed, every access faults");
        if (is_id("i386_pae"))
            assert_string_equal(chosen_terms.malformed(3, 2), "malformed, CR3 cannot be loaded");
    } else if (is_id("ept")) {
        assert_string_equal(chosen_terms.malformed(2, 0),
                            "malformed: a misconfiguration, every access is a VM exit");
    } else if (is_id("npt")) {
        assert_string_equal(chosen_terms.malformed(3, 0),
                            "malformed: U/S is 0, every access of a guest faults");
        assert_string_equal(chosen_terms.malformed(0x2087, 1), "malformed, every access faults");
    } else if (is_id("aarch64")) {
        assert_string_equal(chosen_terms.malformed(1, 0),
                            "malformed: there are no blocks at this level, every access faults");
    } else if (has_word("short")) {
        expect_not_followed(0, 0x60000001, "a large page (64K), which is not followed here");
        expect_not_followed(0, 0x60000102, "TEX[2] is 1, which is not followed here");
        expect_not_followed(0, 0x6000000a,
                            "of a memory type (TEX[0], C, B) that is not followed here");
        expect_not_followed(1, 0x60000003,
                            "a section with PXN, which is not followed here, or reserved");
        expect_not_followed(1, 0x60040002, "a supersection (16M), which is not followed here");
        expect_not_followed(1, 0x60000022, "in a domain other than 0, which is not followed here");
        expect_not_followed(1, 0x60000021, "in a domain other than 0, which is not followed here");
        expect_not_followed(1, 0x60000201,
                            "bit 9 (implementation defined) is 1, which is not followed here");
        expect_not_followed(1, 0x60000005, "PXN, NS or bit 4 is 1, which is not followed here");
        expect_not_followed(1, 0x60080002, "NS is 1, which is not followed here");
        expect_not_followed(1, 0x60004002, "TEX[2] is 1, which is not followed here");
        expect_not_followed(1, 0x6000000a,
                            "of a memory type (TEX[0], C, B) that is not followed here");
        if (!has_word("afe"))
            expect_not_followed(0, 0x60000202, "malformed: AP is 100, which is reserved");
    } else if (is_id("armv7")) {
        expect_not_followed(0, 1,
                            "malformed: there are no blocks at this level, every access faults");
    } else if (is_id("riscv")) {
        assert_string_equal(chosen_terms.malformed(0xc5, 1),
                            has_word("zicfiss") || is_gstage()
                                ? "malformed, every access faults"
                                : "a shadow stack by Zicfiss (W is 1 without "
                                  "R), which is not followed here");
        assert_string_equal(chosen_terms.malformed(0xcf | BIT(59), 0),
                            has_word("xuantie") || has_word("sv32") || has_word("svrsw60t59b")
                                ? "malformed, every access faults"
                                : "in use by Svrsw60t59b (60:59 are not 0), which is not followed "
                                  "here");
        assert_string_equal(chosen_terms.malformed(0xcd, 0), "malformed, every access faults");
    } else {
        assert_string_equal(chosen_terms.malformed(0xc1, 2),
                            "a huge page above the lowest directory, "
                            "which is not followed here");
        assert_string_equal(chosen_terms.malformed(has_word("hptw") ? 0x01 : 0x80, 0),
                            has_word("hptw")
                                ? "accessed and not present, which the walker does not leave behind"
                                : "present and not valid, every access faults until V is set");
    }
}

/* Volume 1, 5.4.4: bits V 0, D 1, PLV 3:2, NR 61, NX 62, RPLV 63. */
static void verdicts_of_loongarch64(void **state)
{
    static const char ppi[] = "faults 0: PLV and RPLV do not admit this level (PPI)";
    const struct walk kernel = {0x5000, 0x3, 0, 0};
    const struct walk user = {0x5000, 0xf, 0, 0};
    const struct walk middle = {0x5000, 0x7, 0, 0};
    const struct walk user_alone = {0x5000, 0xf | BIT(63), 0, 0};
    const struct walk kernel_alone = {0x5000, 0x3 | BIT(63), 0, 0};
    const struct walk refused = {0x5000, 0x1 | BIT(61) | BIT(62), 0, 0};
    const struct walk invalid = {0x5000, 0x2, 0, 0};
    const struct walk upper = {0x5000, 0xd1, 0, 0};

    (void)state;
    skip_unless(is_id("loongarch64") && !has_word("hptw") && !has_word("lvz"),
                "LoongArch without its walker");
    expect_page(&kernel, K_READ, "succeeds");
    expect_page(&kernel, K_WRITE, "succeeds");
    expect_page(&kernel, K_EXECUTE, "succeeds");
    expect_page(&kernel, U_READ, ppi);
    expect_page(&user, U_WRITE, "succeeds");
    expect_page(&user, K_WRITE, "succeeds");
    expect_page(&middle, U_READ, ppi);
    expect_page(&middle, K_READ, "succeeds");
    expect_page(&user_alone, U_READ, "succeeds");
    expect_page(&user_alone, K_READ, ppi);
    expect_page(&kernel_alone, K_READ, "succeeds");
    expect_page(&refused, K_READ, "faults 0: NR is 1 (PNR)");
    expect_page(&refused, K_EXECUTE, "faults 0: NX is 1 (PNX)");
    expect_page(&refused, K_WRITE, "faults 0: D is 0 (PME)");
    expect_verdict(&invalid, PT64_END_EMPTY, 0, K_READ, "faults 0: V is 0, not valid");
    expect_verdict(&invalid, PT64_END_EMPTY, 1, K_READ, "faults 1: no page below");
    expect_verdict(&upper, PT64_END_EMPTY, 2, K_READ,
                   "faults 2: H is 1 above the lowest directory, which only newer cores follow");
}

/* Whatever the level of privilege in the guest. */
static void verdicts_of_a_guest(void **state)
{
    const struct walk page = {0x5000, 0x3, 0, 0};
    const struct walk read_only = {0x5000, 0x1, 0, 0};
    const struct walk invalid = {0x5000, 0x2, 0, 0};

    (void)state;
    skip_unless(has_word("lvz"), "LoongArch's LVZ");
    expect_page(&page, K_READ, "succeeds");
    expect_page(&page, U_WRITE, "succeeds");
    expect_page(&page, U_EXECUTE, "succeeds");
    expect_page(&read_only, U_READ, "succeeds");
    expect_page(&read_only, U_WRITE, "faults 0: D is 0 (PME)");
    expect_verdict(&invalid, PT64_END_EMPTY, 0, U_READ, "faults 0: V is 0, not valid");
}

/* 7.5.9, with PWCH.HPTW_En: bits P 7, W 8. */
static void verdicts_of_the_walker(void **state)
{
    const struct walk fresh = {0x4000, 0x18c, 0, 0};
    const struct walk clean = {0x4000, 0x18d, 0, 0};
    const struct walk dirty = {0x4000, 0x18f, 0, 0};
    const struct walk read_only = {0x4000, 0x08d, 0, 0};
    const struct walk by_d = {0x4000, 0x08f, 0, 0};
    const struct walk kernel = {0x4000, 0x181, 0, 0};
    const struct walk absent = {0x4000, 0x10f, 0, 0};

    (void)state;
    skip_unless(has_word("hptw"), "LoongArch's hardware walker");
    expect_page(&fresh, U_READ, "succeeds 0: and sets V, because P is 1");
    expect_page(&fresh, U_WRITE, "succeeds 0: and sets D, because W is 1");
    expect_page(&clean, U_READ, "succeeds");
    expect_page(&clean, U_WRITE, "succeeds 0: and sets D, because W is 1");
    expect_page(&dirty, U_WRITE, "succeeds");
    expect_page(&read_only, U_READ, "succeeds");
    expect_page(&read_only, U_WRITE, "faults 0: W is 0 (PME)");
    expect_page(&by_d, U_WRITE, "succeeds");
    expect_page(&kernel, U_READ, "faults 0: PLV and RPLV do not admit this level (PPI)");
    expect_verdict(&absent, PT64_END_EMPTY, 0, K_READ, "faults 0: P is 0, not present");
    expect_verdict(&absent, PT64_END_EMPTY, 1, K_READ, "faults 1: no page below");
}

static int test_meaning(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_have_the_names_of_the_manual),
        cmocka_unit_test(fields_of_x86_64_pages),
        cmocka_unit_test(fields_of_x86_64_tables),
        cmocka_unit_test(fields_of_npt),
        cmocka_unit_test(fields_of_ept),
        cmocka_unit_test(fields_of_ept_by_its_controls),
        cmocka_unit_test(fields_of_32_bit_pages),
        cmocka_unit_test(fields_of_pae_entries),
        cmocka_unit_test(fields_of_aarch64_pages),
        cmocka_unit_test(fields_of_aarch64_tables),
        cmocka_unit_test(fields_of_lpa),
        cmocka_unit_test(fields_of_lpa2),
        cmocka_unit_test(fields_of_one_privilege_level),
        cmocka_unit_test(fields_of_short_descriptors),
        cmocka_unit_test(fields_of_short_leaves),
        cmocka_unit_test(fields_of_short_leaves_with_an_access_flag),
        cmocka_unit_test(fields_of_long_descriptors),
        cmocka_unit_test(fields_of_armv7_stage_2),
        cmocka_unit_test(fields_of_riscv_pages),
        cmocka_unit_test(fields_of_gstage_pages),
        cmocka_unit_test(page_numbers_of_wide_riscv_pages),
        cmocka_unit_test(fields_of_sv32),
        cmocka_unit_test(fields_of_riscv_pointers),
        cmocka_unit_test(upper_fields_of_riscv),
        cmocka_unit_test(fields_of_loongarch64_pages),
        cmocka_unit_test(fields_of_pages_for_the_walker),
        cmocka_unit_test(fields_of_loongarch64_directories),
        cmocka_unit_test(memory_types_are_those_of_the_register),
        cmocka_unit_test(tags_and_devices_are_those_of_the_register),
        cmocka_unit_test(a_table_without_rw_makes_no_shadow_stack),
        cmocka_unit_test(memory_types_of_short_descriptors),
        cmocka_unit_test(memory_types_of_long_descriptors),
        cmocka_unit_test(verdicts_of_i386),
        cmocka_unit_test(verdicts_of_x86_64),
        cmocka_unit_test(verdicts_of_ept),
        cmocka_unit_test(verdicts_of_npt),
        cmocka_unit_test(verdicts_on_data_of_aarch64),
        cmocka_unit_test(verdicts_on_fetches_of_aarch64),
        cmocka_unit_test(fields_of_stage_2),
        cmocka_unit_test(verdicts_of_stage_2),
        cmocka_unit_test(verdicts_of_armv7_stage_2),
        cmocka_unit_test(verdicts_of_one_privilege_level),
        cmocka_unit_test(verdicts_of_short_descriptors),
        cmocka_unit_test(verdicts_of_short_descriptors_with_an_access_flag),
        cmocka_unit_test(verdicts_of_long_descriptors),
        cmocka_unit_test(verdicts_of_riscv),
        cmocka_unit_test(verdicts_of_the_gstage),
        cmocka_unit_test(verdicts_of_shadow_stacks),
        cmocka_unit_test(verdicts_of_loongarch64),
        cmocka_unit_test(verdicts_of_a_guest),
        cmocka_unit_test(verdicts_of_the_walker),
        cmocka_unit_test(verdicts_of_iommus),
        cmocka_unit_test(unknown_entries_are_told_for_what_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

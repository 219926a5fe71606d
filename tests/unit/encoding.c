/* SPDX-License-Identifier: MIT */
/*
 * Entries worked out by hand from the manuals, bit by bit, against the entry formats. A format
 * without rows here fails.
 */
#include "test.h"

#include <page_table64/pte/aarch64_stage2.h>
#include <page_table64/pte/amdvi.h>
#include <page_table64/pte/armv7.h>
#include <page_table64/pte/ept.h>
#include <page_table64/pte/x86_64.h>

#include <string.h>

#include <page_table64/pte/loongarch64.h>
#include <page_table64/pte/riscv.h>
#include <page_table64/pte/vtd.h>

/* The rows name each flag that an entry says. */
#undef R
#undef RW
#undef RX
#undef RWU
#define R   PT64_READ
#define RW  (PT64_READ | PT64_WRITE)
#define RX  (PT64_READ | PT64_EXECUTE)
#define RWU (PT64_READ | PT64_WRITE | PT64_USER)
#define RWX (PT64_READ | PT64_WRITE | PT64_EXECUTE)
#define RXU (PT64_READ | PT64_EXECUTE | PT64_USER)

struct leaf_row {
    const char *pte;
    unsigned level;
    pt64_flags_t flags;
    pt64_paddr_t paddr;
    pt64_entry_t entry;
};

#define X86 "pt64_x86_64_pte"
#define CET "pt64_x86_64_cet_pte"
#define EPT "pt64_ept_pte"
#define ENA "pt64_ept_noad_pte"
#define EMB "pt64_ept_mbec_pte"
#define NPT "pt64_npt_pte"
#define TWO "pt64_i386_pte"
#define PAE "pt64_i386_pae_pte"
#define ARM "pt64_aarch64_pte"
#define HAF "pt64_aarch64_hafdbs_pte"
#define EL2 "pt64_aarch64_el2_pte"
#define S2  "pt64_aarch64_stage2_pte"
#define S2X "pt64_aarch64_stage2_xnx_pte"
#define S2F "pt64_aarch64_stage2_fwb_pte"
#define S2H "pt64_aarch64_stage2_hafdbs_pte"
#define S2A "pt64_aarch64_stage2_fwb_lpa_pte"
#define S2B "pt64_aarch64_stage2_fwb_lpa2_pte"
#define LPA "pt64_aarch64_lpa_pte"
#define LPH "pt64_aarch64_hafdbs_lpa_pte"
#define LPE "pt64_aarch64_el2_lpa_pte"
#define LP2 "pt64_aarch64_lpa2_pte"
#define L2H "pt64_aarch64_hafdbs_lpa2_pte"
#define L2E "pt64_aarch64_el2_lpa2_pte"
#define OWN "split_pte"
#define SD  "pt64_armv7_short_pte"
#define AFE "pt64_armv7_short_afe_pte"
#define LD  "pt64_armv7_lpae_pte"
#define LD2 "pt64_armv7_stage2_pte"
#define RV  "pt64_riscv_pte"
#define R32 "pt64_riscv_sv32_pte"
#define BMT "pt64_riscv_svpbmt_pte"
#define RSW "pt64_riscv_svrsw60t59b_pte"
#define SS  "pt64_riscv_zicfiss_pte"
#define XT  "pt64_riscv_xuantie_pte"
#define GS  "pt64_riscv_gstage_pte"
#define G32 "pt64_riscv_gstage_sv32_pte"
#define GBM "pt64_riscv_gstage_svpbmt_pte"
#define LA  "pt64_loongarch64_pte"
#define PLV "pt64_loongarch64_plv_pte"
#define PTW "pt64_loongarch64_hptw_pte"
#define PWL "pt64_loongarch64_hptw_plv_pte"
#define LVZ "pt64_loongarch64_lvz_pte"
#define VSS "pt64_vtd_ss_pte"
#define VSN "pt64_vtd_ss_snp_pte"
#define VAD "pt64_vtd_ss_ad_pte"
#define VAS "pt64_vtd_ss_ad_snp_pte"
#define VFS "pt64_vtd_fs_pte"
#define AV1 "pt64_amdvi_v1_pte"
#define AVA "pt64_amdvi_v1_ad_pte"
#define AV2 "pt64_amdvi_v2_pte"

static const struct leaf_row leaves[] = {
    /*
     * SDM 3A, tables 5-20 (4 KiB), 5-18 (2 MiB), 5-16 (1 GiB): P 0, R/W 1, U/S 2, PWT 3, PCD 4, A
     * 5, D 6, PAT 7 (4 KiB) or PS 7, G 8, ignored 11:9, PAT 12 (huge), ignored 58:52, XD 63. 5.6:
     * D without R/W is a shadow-stack page, so that bit 58 stands for D there.
     */
    {X86, 0, R, 0x12345000, 0x8000000012345001},                               /* XD P */
    {X86, 0, RW, 0x12345000, 0x8000000012345003},                              /* + R/W */
    {X86, 0, RX, 0x12345000, 0x0000000012345001},                              /* P alone */
    {X86, 0, RWX, 0x12345000, 0x0000000012345003},                             /* R/W P */
    {X86, 0, RWU, 0x12345000, 0x8000000012345007},                             /* U/S R/W P */
    {X86, 0, RW | PT64_DEVICE, 0xfee00000, 0x80000000fee0001b},                /* PCD PWT: 3, UC */
    {X86, 0, RW | PT64_UNCACHED, 0xfee00000, 0x80000000fee00013},              /* PCD: 2, UC- */
    {X86, 0, RW | PT64_WRITE_COMBINE, 0xe0000000, 0x80000000e0000083},         /* PAT at 7: 4, WC */
    {X86, 0, RX | PT64_GLOBAL, 0x12345000, 0x0000000012345101},                /* G */
    {X86, 0, RW | PT64_ACCESSED, 0x12345000, 0x8000000012345023},              /* A */
    {X86, 0, RW | PT64_DIRTY, 0x12345000, 0x8000000012345043},                 /* D */
    {X86, 0, R | PT64_DIRTY, 0x12345000, 0x8400000012345001},                  /* bit 58 */
    {X86, 0, RX | PT64_ACCESSED | PT64_DIRTY, 0x12345000, 0x0400000012345021}, /* 58, A */
    {X86, 1, R | PT64_DIRTY, 0x40200000, 0x8400000040200081},                  /* 58, PS */
    {X86, 0, RW | PT64_SOFT0, 0x12345000, 0x8000000012345203},                 /* bit 9 */
    {X86, 0, RW | PT64_SOFT1, 0x12345000, 0x8000000012345403},                 /* bit 10 */
    {X86, 0, RX, 0x000ffffffffff000, 0x000ffffffffff001},                      /* address 51:12 */
    {X86, 1, RW, 0x40200000, 0x8000000040200083},                              /* PS R/W P */
    {X86, 1, RW | PT64_WRITE_COMBINE, 0x40200000, 0x8000000040201083},         /* PAT at 12, PS */
    {X86, 1, RXU | PT64_GLOBAL, 0x40200000, 0x0000000040200185},               /* G PS U/S P */
    {X86, 1, RW | PT64_DEVICE, 0xfee00000, 0x80000000fee0009b},                /* PS PCD PWT */
    {X86, 2, RX, 0x40000000, 0x0000000040000081},                              /* PS P */
    {X86, 2, RW | PT64_ACCESSED | PT64_DIRTY, 0x40000000, 0x80000000400000e3}, /* PS D A R/W P */
    {X86, 2, RW | PT64_WRITE_COMBINE, 0x000fffffc0000000, 0x800fffffc0001083},

    /* The protection key is 62:59. Flags 19:16 are its number. */
    {X86, 0, RWU | PT64_X86_64_PKEY(1), 0x12345000, 0x8800000012345007},
    {X86, 0, RWU | PT64_X86_64_PKEY(15), 0x12345000, 0xf800000012345007},
    {X86, 1, RX | PT64_X86_64_PKEY(10), 0x40200000, 0x5000000040200081},

    /* The same with CR4.CET. Volume 1, 17.2 and 5.6: a shadow stack has D and not R/W. Bit 57 is
     * software's: a shadow stack. */
    {CET, 0, RW, 0x12345000, 0x8000000012345003},
    {CET, 0, RW | PT64_DIRTY, 0x12345000, 0x8000000012345043},
    {CET, 0, R | PT64_DIRTY, 0x12345000, 0x8400000012345001},
    {CET, 0, R | PT64_X86_64_SHADOW_STACK, 0x12345000, 0x8200000012345001},
    {CET, 0, R | PT64_X86_64_SHADOW_STACK | PT64_DIRTY, 0x12345000, 0x8200000012345041},
    {CET, 0, R | PT64_USER | PT64_X86_64_SHADOW_STACK | PT64_DIRTY | PT64_X86_64_PKEY(2),
     0x12345000, 0x9200000012345045},
    {CET, 1, RX | PT64_X86_64_SHADOW_STACK | PT64_DIRTY, 0x40200000, 0x02000000402000c1},

    /* SDM 3A, tables 5-6 (4 KiB) and 5-4 (4 MiB): as above up to bit 11, which stands for D without
     * R/W. The address is 31:12, or 31:22. There is no XD. */
    {TWO, 0, RX, 0x12345000, 0x12345001},
    {TWO, 0, RWX, 0xfffff000, 0xfffff003},
    {TWO, 0, RXU, 0x12345000, 0x12345005},
    {TWO, 0, RWX | PT64_DEVICE, 0xfee00000, 0xfee0001b},
    {TWO, 0, RWX | PT64_UNCACHED, 0xfee00000, 0xfee00013},
    {TWO, 0, RWX | PT64_WRITE_COMBINE, 0xe0000000, 0xe0000083},
    {TWO, 0, RX | PT64_GLOBAL, 0x12345000, 0x12345101},
    {TWO, 0, RWX | PT64_ACCESSED | PT64_DIRTY, 0x12345000, 0x12345063},
    {TWO, 0, RX | PT64_DIRTY, 0x12345000, 0x12345801},
    {TWO, 0, RX | PT64_SOFT0 | PT64_SOFT1, 0x12345000, 0x12345601},
    {TWO, 1, RX, 0x40400000, 0x40400081},
    {TWO, 1, RX | PT64_DIRTY, 0xffc00000, 0xffc00881},
    {TWO, 1, RWX | PT64_WRITE_COMBINE, 0x40400000, 0x40401083},
    {TWO, 1, RWX | PT64_DEVICE, 0xfec00000, 0xfec0009b},
    {TWO, 1, RXU | PT64_GLOBAL | PT64_ACCESSED, 0x40400000, 0x404001a5},

    /* Tables 5-11 (4 KiB) and 5-9 (2 MiB): as with four levels but for bit 11. */
    {PAE, 0, R, 0x12345000, 0x8000000012345001},
    {PAE, 0, RW, 0x12345000, 0x8000000012345003},
    {PAE, 0, RX, 0x000ffffffffff000, 0x000ffffffffff001},
    {PAE, 0, RWU, 0x12345000, 0x8000000012345007},
    {PAE, 0, RW | PT64_DEVICE, 0xfee00000, 0x80000000fee0001b},
    {PAE, 0, RW | PT64_WRITE_COMBINE, 0xe0000000, 0x80000000e0000083},
    {PAE, 0, RW | PT64_ACCESSED | PT64_DIRTY, 0x12345000, 0x8000000012345063},
    {PAE, 0, R | PT64_DIRTY, 0x12345000, 0x8000000012345801},
    {PAE, 0, RW | PT64_SOFT0 | PT64_SOFT1, 0x12345000, 0x8000000012345603},
    {PAE, 1, RW, 0x40200000, 0x8000000040200083},
    {PAE, 1, RX | PT64_DIRTY, 0x40200000, 0x0000000040200881},
    {PAE, 1, RW | PT64_WRITE_COMBINE, 0x40200000, 0x8000000040201083},
    {PAE, 1, RXU | PT64_GLOBAL, 0x40200000, 0x0000000040200185},

    /*
     * Arm ARM D8.3.1.2: type 1:0 is 11 for a page, 01 for a block; AttrIndx 4:2, AP[1] 6, AP[2] 7,
     * SH 9:8, AF 10, nG 11, PXN 53, UXN 54, software 58:55. SH is 11, inner shareable, throughout.
     */
    {ARM, 0, R, 0x80005000, 0x0060000080005b83},  /* UXN PXN nG SH AP[2] page */
    {ARM, 0, RW, 0x80005000, 0x0060000080005b03}, /* AP[2] clear */
    {ARM, 0, RX, 0x80005000, 0x0040000080005b83}, /* PXN clear */
    {ARM, 0, RWX, 0x80005000, 0x0040000080005b03},
    {ARM, 0, R | PT64_USER, 0x80005000, 0x0060000080005bc3}, /* AP 11: read-only for both */
    {ARM, 0, RWU, 0x80005000, 0x0060000080005b43},           /* AP 01: read-write for both */
    {ARM, 0, RXU, 0x80005000, 0x0020000080005bc3},           /* UXN clear, PXN set */
    {ARM, 0, PT64_EXECUTE | PT64_USER, 0x80005000, 0x0020000080005b83}, /* AP 10, UXN clear */
    {ARM, 0, RW | PT64_DEVICE | PT64_AARCH64_NGNRNE, 0x09000000, 0x0060000009000b0f}, /* index 3 */
    {ARM, 0, RW | PT64_AARCH64_TAGGED, 0x80005000, 0x0060000080005b13},               /* index 4 */
    {ARM, 0, RX | PT64_AARCH64_GUARDED, 0x80005000, 0x0044000080005b83},              /* GP 50 */
    {ARM, 1, RXU | PT64_AARCH64_GUARDED | PT64_AARCH64_TAGGED, 0x80200000, 0x0024000080200bd1},
    {ARM, 0, RW | PT64_DEVICE, 0x09000000, 0x0060000009000b07},   /* AttrIndx 1 */
    {ARM, 0, RW | PT64_UNCACHED, 0x80005000, 0x0060000080005b0b}, /* AttrIndx 2 */
    {ARM, 0, RX | PT64_GLOBAL, 0x80005000, 0x0040000080005383},   /* nG clear */
    {ARM, 0, RW | PT64_ACCESSED, 0x80005000, 0x0060000080005f03}, /* AF */
    {ARM, 0, RW | PT64_SOFT0, 0x80005000, 0x00e0000080005b03},    /* bit 55 */
    {ARM, 0, RW | PT64_SOFT1, 0x80005000, 0x0160000080005b03},    /* bit 56 */
    {ARM, 0, RX, 0x0000fffffffff000, 0x0040fffffffffb83},         /* address 47:12 */
    {ARM, 1, RW, 0x80200000, 0x0060000080200b01},                 /* block */
    {ARM, 1, RW | PT64_DEVICE | PT64_GLOBAL | PT64_ACCESSED, 0x09000000, 0x0060000009000705},
    {ARM, 2, RX | PT64_GLOBAL | PT64_ACCESSED, 0xc0000000, 0x00400000c0000781},
    {ARM, 2, RWU, 0x0000ffffc0000000, 0x0060ffffc0000b41},

    /* D8.5.2: DBM 51. Writable is DBM; clean is AP[2] set. Bit 57 is software's: dirty but
       read-only. */
    {HAF, 0, R, 0x80005000, 0x0060000080005b83},
    {HAF, 0, RW, 0x80005000, 0x0068000080005b83},              /* DBM, AP[2] */
    {HAF, 0, RW | PT64_DIRTY, 0x80005000, 0x0068000080005b03}, /* DBM, AP[2] clear */
    {HAF, 0, R | PT64_DIRTY, 0x80005000, 0x0260000080005b83},  /* bit 57, AP[2] */
    {HAF, 0, RWU | PT64_ACCESSED, 0x80005000, 0x0068000080005fc3},
    {HAF, 0, PT64_EXECUTE | PT64_USER | PT64_DIRTY, 0x80005000, 0x0220000080005b83},
    {HAF, 0, RW | PT64_AARCH64_TAGGED, 0x80005000, 0x0068000080005b93},
    {HAF, 1, RW, 0x80200000, 0x0068000080200b81},
    {HAF, 2, RW | PT64_DIRTY | PT64_ACCESSED, 0xc0000000, 0x00680000c0000f01},

    /* One privilege level: XN 54, AP[1] RES1, bits 53 and 11 RES0. */
    {EL2, 0, R, 0x80005000, 0x00400000800053c3},                  /* XN SH AP[2] AP[1] page */
    {EL2, 0, RW, 0x80005000, 0x0040000080005343},                 /* AP[2] clear */
    {EL2, 0, RX, 0x80005000, 0x00000000800053c3},                 /* XN clear */
    {EL2, 0, RW | PT64_DEVICE, 0x09000000, 0x0040000009000347},   /* AttrIndx 1 */
    {EL2, 0, RW | PT64_UNCACHED, 0x80005000, 0x004000008000534b}, /* AttrIndx 2 */
    {EL2, 0, RW | PT64_ACCESSED, 0x80005000, 0x0040000080005743}, /* AF */
    {EL2, 0, RX | PT64_AARCH64_GUARDED, 0x80005000, 0x00040000800053c3},
    {EL2, 0, RW | PT64_DEVICE | PT64_AARCH64_NGNRNE, 0x09000000, 0x004000000900034f},
    {EL2, 1, RW, 0x80200000, 0x0040000080200341}, /* block */
    {EL2, 2, RX | PT64_SOFT1, 0xc0000000, 0x01000000c00003c1},

    /* The 64 KiB granule with FEAT_LPA: bits 15:12 are 51:48 of the address. */
    {LPA, 0, RW, 0x000a000080050000, 0x006000008005ab03},
    {LPA, 0, RW, 0x000fffffffff0000, 0x0060fffffffffb03},
    {LPA, 1, RW, 0x00080000a0000000, 0x00600000a0008b01},
    {LPA, 2, RW, 0x000ffc0000000000, 0x0060fc000000fb01},
    {LPA, 0, RX | PT64_GLOBAL, 0x80050000, 0x0040000080050383},
    {LPH, 0, RW | PT64_DIRTY, 0x000a000080050000, 0x006800008005ab03},
    {LPE, 0, RX, 0x0003000080050000, 0x00000000800533c3},

    /* With TCR_ELx.DS set there is no SH: bits 9:8 are 51:50 of the address. */
    {LP2, 0, RW, 0x0004000080005000, 0x0060000080005903},
    {LP2, 0, RW, 0x000ffffffffff000, 0x0063fffffffffb03},
    {LP2, 1, RW, 0x0008000080200000, 0x0060000080200a01},
    {LP2, 3, RW, 0x000c008000000000, 0x0060008000000b01},
    {LP2, 0, RX | PT64_GLOBAL, 0x80005000, 0x0040000080005083},
    {L2H, 0, RW, 0x0004000080004000, 0x0068000080004983},
    {L2E, 0, RW, 0x0008000080005000, 0x0040000080005243},
    {OWN, 0, RW, 0x0004000080005000, 0x0060000080005903},
    {OWN, 0, RW, 0x000ffffffffff000, 0x0063fffffffffb03},
    {OWN, 1, RW, 0x0008000080200000, 0x0060000080200a01},

    /*
     * D8.3.1, stage 2: MemAttr 5:2, S2AP[0] 6 (read), S2AP[1] 7 (write), SH 9:8, AF 10, XN[1] 54.
     * Without HCR_EL2.FWB, MemAttr is 1111 write-back, 0101 non-cacheable, 0001 Device-nGnRE.
     */
    {S2, 0, R, 0x80005000, 0x004000008000537f}, /* XN SH S2AP 01, page */
    {S2, 0, PT64_WRITE, 0x80005000, 0x00400000800053bf},
    {S2, 0, RW, 0x80005000, 0x00400000800053ff},
    {S2, 0, RX, 0x80005000, 0x000000008000537f}, /* XN clear */
    {S2, 0, RWX, 0x80005000, 0x00000000800053ff},
    {S2, 0, PT64_EXECUTE, 0x80005000, 0x000000008000533f},
    {S2, 0, PT64_WRITE | PT64_EXECUTE, 0x80005000, 0x00000000800053bf},
    {S2, 0, RW | PT64_DEVICE, 0x09000000, 0x00400000090003c7},
    {S2, 0, RW | PT64_DEVICE | PT64_AARCH64_NGNRNE, 0x09000000, 0x00400000090003c3},
    {S2, 0, RW | PT64_UNCACHED, 0x80005000, 0x00400000800053d7},
    {S2, 0, RW | PT64_ACCESSED | PT64_SOFT0, 0x80005000, 0x00c00000800057ff},
    {S2, 0, R | PT64_SOFT1, 0x0000fffffffff000, 0x0140fffffffff37f},
    {S2, 1, RW, 0x80200000, 0x00400000802003fd}, /* block */
    {S2, 1, RX | PT64_ACCESSED, 0x92000000, 0x000000009200077d},
    {S2, 2, RW | PT64_DEVICE, 0xc0000000, 0x00400000c00003c5},
    /* D8.4.2, FEAT_XNX: XN[1:0] 00 all execute, 01 EL0, 10 nobody, 11 EL1. */
    {S2X, 0, R, 0x80005000, 0x004000008000537f},
    {S2X, 0, RX, 0x80005000, 0x000000008000537f},
    {S2X, 0, RX | PT64_AARCH64_EXECUTE_EL0, 0x80005000, 0x002000008000537f},
    {S2X, 0, RX | PT64_AARCH64_EXECUTE_EL1, 0x80005000, 0x006000008000537f},
    {S2X, 1, PT64_EXECUTE | PT64_AARCH64_EXECUTE_EL1, 0x80200000, 0x006000008020033d},
    {S2X, 0, RW | PT64_UNCACHED, 0x80005000, 0x00400000800053d7},
    /* D8.6, HCR_EL2.FWB: MemAttr is 0110 write-back, 0101 non-cacheable, 0111 as stage 1. */
    {S2F, 0, RW, 0x80005000, 0x00400000800053db},
    {S2F, 0, RW | PT64_AARCH64_AS_STAGE1, 0x80005000, 0x00400000800053df},
    {S2F, 0, RW | PT64_UNCACHED, 0x80005000, 0x00400000800053d7},
    {S2F, 0, RW | PT64_DEVICE, 0x09000000, 0x00400000090003c7},
    {S2F, 0, RW | PT64_DEVICE | PT64_AARCH64_NGNRNE, 0x09000000, 0x00400000090003c3},
    {S2F, 1, RX | PT64_AARCH64_EXECUTE_EL0, 0x80200000, 0x0020000080200359},
    /* FEAT_LPA: address bits 51:48 in 15:12. FEAT_LPA2: 51:50 in 9:8, and no SH. */
    {S2A, 0, RW, 0x000a000080050000, 0x004000008005a3db},
    {S2A, 1, RW, 0x00080000a0000000, 0x00400000a00083d9},
    {S2A, 2, RX, 0x000ffc0000000000, 0x0000fc000000f359},
    {S2B, 0, RW, 0x0004000080004000, 0x00400000800041db},
    {S2B, 0, R, 0x000fffffffffc000, 0x0043ffffffffc35b},
    {S2B, 1, RW, 0x000800008a000000, 0x004000008a0002d9},
    /* D8.5.2: DBM 51. Writable is DBM; dirty is S2AP[1]. Bit 57 is software's: dirty but not
       writable. */
    {S2H, 0, R, 0x80005000, 0x004000008000535b},
    {S2H, 0, RW, 0x80005000, 0x004800008000535b},
    {S2H, 0, RW | PT64_DIRTY, 0x80005000, 0x00480000800053db},
    {S2H, 0, R | PT64_DIRTY, 0x80005000, 0x024000008000535b},
    {S2H, 0, PT64_WRITE | PT64_DIRTY, 0x80005000, 0x004800008000539b},
    {S2H, 1, RW | PT64_ACCESSED, 0x80200000, 0x0048000080200759},

    /*
     * ARMv7 ARM, B3.5.1, small page: XN 0, type 1, B 2, C 3, AP[1:0] 5:4, TEX 8:6, AP[2] 9, S 10,
     * nG 11. PRRR and NMRR have types for {TEX[0], C, B} 1 (Device), 4 (not cached) and 7. TEX[1]
     * is software's. S is set throughout.
     */
    {SD, 0, 0, 0x80005000, 0x80005c4f},  /* AP 000, nG S TEX[0] C B XN */
    {SD, 0, R, 0x80005000, 0x80005e5f},  /* AP 101 */
    {SD, 0, RW, 0x80005000, 0x80005c5f}, /* AP 001 */
    {SD, 0, RX, 0x80005000, 0x80005e5e}, /* XN clear */
    {SD, 0, RWX, 0x80005000, 0x80005c5e},
    {SD, 0, R | PT64_USER, 0x80005000, 0x80005e7f}, /* AP 111 */
    {SD, 0, RWU, 0x80005000, 0x80005c7f},           /* AP 011 */
    {SD, 0, RXU, 0x80005000, 0x80005e7e},
    {SD, 0, RW | PT64_DEVICE, 0x09000000, 0x09000c17},   /* B */
    {SD, 0, RW | PT64_UNCACHED, 0x80005000, 0x80005c53}, /* TEX[0] */
    {SD, 0, RX | PT64_GLOBAL, 0x80005000, 0x8000565e},   /* nG clear */
    {SD, 0, RW | PT64_SOFT0, 0x80005000, 0x80005cdf},    /* TEX[1] */
    {SD, 0, RX, 0xfffff000, 0xfffffe5e},                 /* address 31:12 */
    /* Section: type 1:0, B 2, C 3, XN 4, AP[1:0] 11:10, TEX 14:12, AP[2] 15, S 16, nG 17. */
    {SD, 1, 0, 0x80100000, 0x8013101e},
    {SD, 1, RW, 0x80100000, 0x8013141e},
    {SD, 1, RX | PT64_GLOBAL, 0x80100000, 0x8011940e},
    {SD, 1, R | PT64_USER, 0xfff00000, 0xfff39c1e},
    {SD, 1, RWU, 0x80100000, 0x80131c1e},
    {SD, 1, RW | PT64_DEVICE | PT64_SOFT0, 0x09000000, 0x09032416},
    {SD, 1, RW | PT64_UNCACHED, 0x80100000, 0x80131412},

    /* The same with SCTLR.AFE: AP[0] is the access flag. */
    {AFE, 0, R, 0x80005000, 0x80005e4f},                 /* AP[2] */
    {AFE, 0, R | PT64_ACCESSED, 0x80005000, 0x80005e5f}, /* AP[0] */
    {AFE, 0, RW, 0x80005000, 0x80005c4f},
    {AFE, 0, RX, 0x80005000, 0x80005e4e},
    {AFE, 0, RWU | PT64_ACCESSED, 0x80005000, 0x80005c7f}, /* AP[1] */
    {AFE, 0, RXU | PT64_ACCESSED, 0x80005000, 0x80005e7e},
    {AFE, 0, RW | PT64_DEVICE | PT64_SOFT0, 0x09000000, 0x09000c87},
    {AFE, 1, RW, 0x80100000, 0x8013101e},
    {AFE, 1, RW | PT64_ACCESSED, 0x80100000, 0x8013141e},
    {AFE, 1, RXU | PT64_GLOBAL | PT64_ACCESSED, 0x80100000, 0x80119c0e},

    /* B3.6.1, long descriptors: as in AArch64, but XN 54 is of PL1 too, and the address 39:12. */
    {LD, 0, R, 0x80005000, 0x0060000080005b83}, /* XN PXN nG SH AP[2] page */
    {LD, 0, RW, 0x80005000, 0x0060000080005b03},
    {LD, 0, RX, 0x80005000, 0x0000000080005b83}, /* XN and PXN clear */
    {LD, 0, RWX, 0x80005000, 0x0000000080005b03},
    {LD, 0, R | PT64_USER, 0x80005000, 0x0060000080005bc3},
    {LD, 0, RWU, 0x80005000, 0x0060000080005b43},
    {LD, 0, RXU, 0x80005000, 0x0020000080005bc3}, /* XN clear */
    {LD, 0, RW | PT64_DEVICE, 0x09000000, 0x0060000009000b07},
    {LD, 0, RW | PT64_DEVICE | PT64_ARMV7_STRONGLY_ORDERED, 0x09000000, 0x0060000009000b0f},
    {LD, 0, RW | PT64_UNCACHED, 0x80005000, 0x0060000080005b0b},
    {LD, 0, RX | PT64_GLOBAL, 0x80005000, 0x0000000080005383},
    {LD, 0, RW | PT64_ACCESSED | PT64_SOFT0 | PT64_SOFT1, 0x80005000, 0x01e0000080005f03},
    {LD, 0, RX, 0x000000fffffff000, 0x000000fffffffb83},
    {LD, 1, RW, 0x80200000, 0x0060000080200b01}, /* block */
    {LD, 2, RX | PT64_GLOBAL | PT64_ACCESSED, 0xc0000000, 0x00000000c0000781},

    /* B3.6.1, stage 2: MemAttr 5:2 (15 write-back, 5 not cached, 1 Device), HAP[1] 6 (read), HAP[2]
       7 (write), SH 9:8, AF 10, XN 54, the address 39:12. */
    {LD2, 0, R, 0x80005000, 0x004000008000537f}, /* XN SH HAP 01, page */
    {LD2, 0, PT64_WRITE, 0x80005000, 0x00400000800053bf},
    {LD2, 0, RW, 0x80005000, 0x00400000800053ff},
    {LD2, 0, RX, 0x80005000, 0x000000008000537f}, /* XN clear */
    {LD2, 0, RWX, 0x80005000, 0x00000000800053ff},
    {LD2, 0, RW | PT64_DEVICE, 0x09000000, 0x00400000090003c7},
    {LD2, 0, RW | PT64_DEVICE | PT64_ARMV7_STRONGLY_ORDERED, 0x09000000, 0x00400000090003c3},
    {LD2, 0, RW | PT64_UNCACHED, 0x80005000, 0x00400000800053d7},
    {LD2, 0, RW | PT64_ACCESSED | PT64_SOFT0 | PT64_SOFT1, 0x80005000, 0x01c00000800057ff},
    {LD2, 0, R, 0x000000fffffff000, 0x004000fffffff37f},
    {LD2, 1, RW, 0x80200000, 0x00400000802003fd}, /* block */
    {LD2, 2, RX | PT64_ACCESSED, 0xc0000000, 0x00000000c000077d},

    /*
     * RISC-V Privileged, figure "Sv39 page table entry": V 0, R 1, W 2, X 3, U 4, G 5, A 6, D 7,
     * RSW 9:8, PPN 53:10. RSW as pte/riscv.h has it: 0 normal, 1 normal with PT64_SOFT0, 2 device,
     * 3 uncached.
     */
    {RV, 0, R, 0x80201000, 0x20080403},            /* R V */
    {RV, 0, RW, 0x80201000, 0x20080407},           /* W R V */
    {RV, 0, RX, 0x80201000, 0x2008040b},           /* X R V */
    {RV, 0, PT64_EXECUTE, 0x80201000, 0x20080409}, /* X V */
    {RV, 0, RWX, 0x80201000, 0x2008040f},
    {RV, 0, RWU, 0x80201000, 0x20080417},                /* U */
    {RV, 0, RX | PT64_GLOBAL, 0x80201000, 0x2008042b},   /* G */
    {RV, 0, RW | PT64_ACCESSED, 0x80201000, 0x20080447}, /* A */
    {RV, 0, RW | PT64_DIRTY, 0x80201000, 0x20080487},    /* D */
    {RV, 0, RW | PT64_SOFT0, 0x80201000, 0x20080507},    /* RSW 1 */
    {RV, 0, RW | PT64_DEVICE, 0x10000000, 0x04000207},   /* RSW 2 */
    {RV, 0, RW | PT64_UNCACHED, 0x80201000, 0x20080707}, /* RSW 3 */
    {RV, 0, R, 0x00fffffffffff000, 0x003ffffffffffc03},  /* 44 bits of PPN */
    {RV, 1, RWX, 0x80200000, 0x2008000f},                /* PPN[0] is 0 */
    {RV, 2, RWX | PT64_ACCESSED | PT64_DIRTY, 0x80000000, 0x200000cf},

    /* Figure "Sv32 page table entry": the same bits, but PPN is 31:10. */
    {R32, 0, R, 0x80201000, 0x20080403},            /* R V */
    {R32, 0, RW, 0x80201000, 0x20080407},           /* W R V */
    {R32, 0, RX, 0x80201000, 0x2008040b},           /* X R V */
    {R32, 0, PT64_EXECUTE, 0x80201000, 0x20080409}, /* X V */
    {R32, 0, RWU, 0x80201000, 0x20080417},          /* U */
    {R32, 0, RX | PT64_GLOBAL, 0x80201000, 0x2008042b},
    {R32, 0, RW | PT64_ACCESSED, 0x80201000, 0x20080447},
    {R32, 0, RW | PT64_DIRTY, 0x80201000, 0x20080487},
    {R32, 0, RW | PT64_SOFT0, 0x80201000, 0x20080507},    /* RSW 1 */
    {R32, 0, RW | PT64_DEVICE, 0x10000000, 0x04000207},   /* RSW 2 */
    {R32, 0, RW | PT64_UNCACHED, 0x80201000, 0x20080707}, /* RSW 3 */
    {R32, 0, R, 0x00000003fffff000, 0xfffffc03},          /* 22 bits of PPN */
    {R32, 1, RWX, 0x80400000, 0x2010000f},                /* PPN[0] is 0 */
    {R32, 1, RW | PT64_ACCESSED | PT64_DIRTY, 0x3ffc00000, 0xfff000c7},

    /* "Svpbmt": PBMT 62:61 is 0 PMA, 1 NC, 2 IO. */
    {BMT, 0, RW, 0x80201000, 0x0000000020080407},
    {BMT, 0, RW | PT64_UNCACHED, 0x80201000, 0x2000000020080407},
    {BMT, 0, RW | PT64_DEVICE, 0x10000000, 0x4000000004000007},
    {BMT, 0, RW | PT64_SOFT0, 0x80201000, 0x0000000020080507},
    {BMT, 0, RW | PT64_SOFT1, 0x80201000, 0x0000000020080607},
    {BMT, 1, RX | PT64_UNCACHED, 0x80200000, 0x200000002008000b},
    {BMT, 2, RW | PT64_DEVICE | PT64_SOFT0 | PT64_SOFT1, 0x40000000, 0x4000000010000307},

    /* "Svrsw60t59b": the same, and bits 60 and 59 are software's. */
    {RSW, 0, RW, 0x80201000, 0x0000000020080407},
    {RSW, 0, RW | PT64_RISCV_SOFT2, 0x80201000, 0x0800000020080407},
    {RSW, 0, RW | PT64_RISCV_SOFT3, 0x80201000, 0x1000000020080407},
    {RSW, 1, RX | PT64_UNCACHED | PT64_RISCV_SOFT2 | PT64_RISCV_SOFT3, 0x80200000,
     0x380000002008000b},
    {RSW, 2, RW | PT64_DEVICE | PT64_SOFT0 | PT64_SOFT1 | PT64_RISCV_SOFT3, 0x40000000,
     0x5000000010000307},

    /* "Shadow Stack Memory Protection": the same as Svpbmt, and R 0, W 1, X 0 is a shadow stack. */
    {SS, 0, RW, 0x80201000, 0x0000000020080407},
    {SS, 0, R, 0x80201000, 0x0000000020080403},
    {SS, 0, R | PT64_RISCV_SHADOW_STACK, 0x80201000, 0x0000000020080405},
    {SS, 0, R | PT64_USER | PT64_ACCESSED | PT64_DIRTY | PT64_RISCV_SHADOW_STACK, 0x80201000,
     0x00000000200804d5},
    {SS, 1, R | PT64_UNCACHED | PT64_SOFT0 | PT64_RISCV_SHADOW_STACK, 0x80200000,
     0x2000000020080105},
    {SS, 2, R | PT64_GLOBAL | PT64_RISCV_SHADOW_STACK, 0x40000000, 0x0000000010000025},

    /* C910 manual, page table attributes: SO 63, C 62, B 61, SH 60, SEC 59. */
    {XT, 0, RW, 0x80201000, 0x7000000020080407},                 /* C B SH */
    {XT, 0, RW | PT64_DEVICE, 0x10000000, 0x9000000004000007},   /* SO SH */
    {XT, 0, RW | PT64_UNCACHED, 0x80201000, 0x3000000020080407}, /* B SH */
    {XT, 0, RX | PT64_SOFT0, 0x80201000, 0x700000002008050b},
    {XT, 1, RWX, 0x80200000, 0x700000002008000f},
    {XT, 2, RW | PT64_DEVICE | PT64_SOFT1, 0x40000000, 0x9000000010000207},

    /* "Guest Physical Address Translation": the same as in Sv39, Sv32 and with Svpbmt, and U 4. */
    {GS, 0, R, 0x80201000, 0x20080413},
    {GS, 0, RW, 0x80201000, 0x20080417},
    {GS, 0, RX, 0x80201000, 0x2008041b},
    {GS, 0, PT64_EXECUTE, 0x80201000, 0x20080419},
    {GS, 0, RWX | PT64_ACCESSED | PT64_DIRTY, 0x80201000, 0x200804df},
    {GS, 0, RW | PT64_SOFT0, 0x80201000, 0x20080517},
    {GS, 0, RW | PT64_DEVICE, 0x10000000, 0x04000217},
    {GS, 0, RW | PT64_UNCACHED, 0x80201000, 0x20080717},
    {GS, 0, R, 0x00fffffffffff000, 0x003ffffffffffc13},
    {GS, 1, RWX, 0x80200000, 0x2008001f},
    {GS, 2, RWX | PT64_ACCESSED | PT64_DIRTY, 0x80000000, 0x200000df},
    {G32, 0, RW, 0x80201000, 0x20080417},
    {G32, 0, PT64_EXECUTE | PT64_ACCESSED, 0x80201000, 0x20080459},
    {G32, 0, R, 0x00000003fffff000, 0xfffffc13},
    {G32, 1, RWX, 0x80400000, 0x2010001f},
    {GBM, 0, RW, 0x80201000, 0x0000000020080417},
    {GBM, 0, RW | PT64_UNCACHED, 0x80201000, 0x2000000020080417},
    {GBM, 0, RW | PT64_DEVICE, 0x10000000, 0x4000000004000017},
    {GBM, 1, RX | PT64_SOFT0 | PT64_SOFT1, 0x80200000, 0x000000002008031b},

    /*
     * LoongArch vol. 1, 5.4.5: V 0, D 1, PLV 3:2, MAT 5:4 (0 SUC, 1 CC, 2 WUC), G 6, P 7, W 8, NR
     * 61, NX 62, RPLV 63; in a huge page H 6 and G 12. Bits 11:9 are software's.
     */
    {LA, 0, R, 0x90004000, 0x4000000090004091},                  /* NX P CC V */
    {LA, 0, RW, 0x90004000, 0x4000000090004193},                 /* W D */
    {LA, 0, RX, 0x90004000, 0x0000000090004091},                 /* NX clear */
    {LA, 0, PT64_WRITE, 0x90004000, 0x6000000090004193},         /* NR NX */
    {LA, 0, PT64_EXECUTE, 0x90004000, 0x2000000090004091},       /* NR */
    {LA, 0, RWU, 0x90004000, 0x400000009000419f},                /* PLV 3 */
    {LA, 0, RW | PT64_DEVICE, 0x1fe00000, 0x400000001fe00183},   /* MAT 0 */
    {LA, 0, RW | PT64_UNCACHED, 0x90004000, 0x40000000900041a3}, /* MAT 2 */
    {LA, 0, RX | PT64_GLOBAL, 0x90004000, 0x00000000900040d1},   /* G at 6 */
    {LA, 0, RW | PT64_SOFT0, 0x90004000, 0x4000000090004593},    /* bit 10 */
    {LA, 0, RW | PT64_SOFT1, 0x90004000, 0x4000000090004993},    /* bit 11 */
    {LA, 0, RX, 0x0000ffffffffc000, 0x0000ffffffffc091},         /* address 47:14 */
    {LA, 1, RW, 0x92000000, 0x40000000920001d3},                 /* H at 6 */
    {LA, 1, RX | PT64_GLOBAL, 0x92000000, 0x00000000920010d1},   /* G at 12, H at 6 */
    {LA, 1, RW | PT64_DEVICE | PT64_USER, 0x92000000, 0x40000000920001cf},
    {LA, 2, RW, 0x1000000000, 0x40000010000001d3}, /* bits 14:13 clear, for LDDIR */
    {LA, 2, RX | PT64_GLOBAL, 0x40000000, 0x00000000400010d1},

    /* The same with flags for PLV 1 and 2, and for RPLV. */
    {PLV, 0, RW, 0x90004000, 0x4000000090004193},
    {PLV, 0, RWU, 0x90004000, 0x400000009000419f},
    {PLV, 0, RW | PT64_LOONGARCH64_PLV1, 0x90004000, 0x4000000090004197},
    {PLV, 0, RW | PT64_LOONGARCH64_PLV2, 0x90004000, 0x400000009000419b},
    {PLV, 0, R | PT64_LOONGARCH64_RESTRICTED, 0x90004000, 0xc000000090004091},
    {PLV, 0, RWU | PT64_LOONGARCH64_RESTRICTED, 0x90004000, 0xc00000009000419f},
    {PLV, 0, RX | PT64_LOONGARCH64_PLV2 | PT64_LOONGARCH64_RESTRICTED, 0x90004000,
     0x8000000090004099},
    {PLV, 1, RW | PT64_LOONGARCH64_PLV1, 0x92000000, 0x40000000920001d7},

    /* The same with PWCH.HPTW_En: present is P 7 and writable W 8; V 0 is accessed and D 1 dirty.
       Of a page without W, bit 9 says dirty. */
    {PTW, 0, R, 0x90004000, 0x4000000090004090},                  /* NX P CC */
    {PTW, 0, RW, 0x90004000, 0x4000000090004190},                 /* W */
    {PTW, 0, RW | PT64_ACCESSED, 0x90004000, 0x4000000090004191}, /* V */
    {PTW, 0, RW | PT64_DIRTY, 0x90004000, 0x4000000090004192},    /* D */
    {PTW, 0, R | PT64_DIRTY, 0x90004000, 0x4000000090004290},     /* bit 9 */
    {PTW, 0, RWU, 0x90004000, 0x400000009000419c},                /* PLV 3 */
    {PTW, 0, PT64_EXECUTE, 0x90004000, 0x2000000090004090},       /* NR */
    {PTW, 0, RX | PT64_GLOBAL, 0x90004000, 0x00000000900040d0},   /* G at 6 */
    {PTW, 0, RW | PT64_DEVICE, 0x1fe00000, 0x400000001fe00180},   /* MAT 0 */
    {PTW, 0, RW | PT64_SOFT0, 0x90004000, 0x4000000090004590},    /* bit 10 */
    {PTW, 0, RW | PT64_SOFT1, 0x90004000, 0x4000000090004990},    /* bit 11 */
    {PTW, 1, RX | PT64_GLOBAL, 0x92000000, 0x00000000920010d0},   /* G at 12, H at 6 */
    {PTW, 1, R | PT64_ACCESSED | PT64_DIRTY, 0x92000000, 0x40000000920002d1},

    /* Both: PLV 3:2, RPLV 63; V accessed, D dirty. */
    {PWL, 0, RW | PT64_ACCESSED | PT64_DIRTY, 0x90004000, 0x4000000090004193},
    {PWL, 0, RW | PT64_LOONGARCH64_PLV1, 0x90004000, 0x4000000090004194},
    {PWL, 0, R | PT64_DIRTY | PT64_LOONGARCH64_PLV2, 0x90004000, 0x4000000090004298},
    {PWL, 0, RWU | PT64_ACCESSED | PT64_LOONGARCH64_RESTRICTED, 0x90004000, 0xc00000009000419d},
    {PWL, 1, RW | PT64_LOONGARCH64_PLV1, 0x92000000, 0x40000000920001d4},

    /* What KVM makes: V, P, D and W, CC or SUC. */
    {LVZ, 0, RX, 0x90004000, 0x0000000090004091},
    {LVZ, 0, RWX, 0x90004000, 0x0000000090004193},
    {LVZ, 0, RWX | PT64_DEVICE, 0x1fe00000, 0x000000001fe00183},
    {LVZ, 0, RX | PT64_SOFT0, 0x90004000, 0x0000000090004491},
    {LVZ, 1, RWX, 0x92000000, 0x00000000920001d3},

    /* VT-d, 9.8: R 0, W 1, PS 7, A 8, D 9, SNP 11, address 51:12, ignored 60:52. */
    {VSS, 0, R, 0x12345000, 0x0000000012345001},
    {VSS, 0, PT64_WRITE, 0x12345000, 0x0000000012345002},
    {VSS, 0, RW, 0x12345000, 0x0000000012345003},
    {VSS, 0, RW | PT64_SOFT0, 0x12345000, 0x0010000012345003},
    {VSS, 0, RW | PT64_SOFT1, 0x12345000, 0x0020000012345003},
    {VSS, 0, R, 0x000ffffffffff000, 0x000ffffffffff001},
    {VSS, 1, RW, 0x40200000, 0x0000000040200083},
    {VSS, 2, R, 0x40000000, 0x0000000040000081},
    {VSN, 0, RW, 0x12345000, 0x0000000012345003},
    {VSN, 0, RW | PT64_VTD_SNOOP, 0x12345000, 0x0000000012345803},
    {VSN, 1, PT64_WRITE | PT64_VTD_SNOOP, 0x40200000, 0x0000000040200882},
    {VAD, 0, RW | PT64_ACCESSED, 0x12345000, 0x0000000012345103},
    {VAD, 0, RW | PT64_ACCESSED | PT64_DIRTY, 0x12345000, 0x0000000012345303},
    {VAD, 0, R | PT64_DIRTY, 0x12345000, 0x0000000012345201},
    {VAD, 2, RW | PT64_ACCESSED | PT64_DIRTY, 0x40000000, 0x0000000040000383},
    {VAS, 0, RW | PT64_DIRTY | PT64_VTD_SNOOP, 0x12345000, 0x0000000012345a03},
    {VAS, 1, R | PT64_ACCESSED | PT64_SOFT0, 0x40200000, 0x0010000040200181},

    /* 9.7, and AMD-Vi 2.2.6: P 0, R/W 1, U/S 2, A 5, D 6, PS 7, as on x86-64. */
    {VFS, 0, R, 0x12345000, 0x0000000012345025},
    {VFS, 0, RW, 0x12345000, 0x0000000012345067},
    {VFS, 0, R | PT64_SOFT0, 0x12345000, 0x0000000012345225},
    {VFS, 0, RW | PT64_SOFT1, 0x000ffffffffff000, 0x000ffffffffff467},
    {VFS, 1, RW, 0x40200000, 0x00000000402000e7},
    {VFS, 2, R, 0x40000000, 0x00000000400000a5},
    {AV2, 0, R, 0x12345000, 0x0000000012345025},
    {AV2, 0, RW | PT64_SOFT0 | PT64_SOFT1, 0x12345000, 0x0000000012345667},
    {AV2, 1, RW, 0x40200000, 0x00000000402000e7},

    /* AMD-Vi, 2.2.3: PR 0, A 5, D 6, NextLevel 11:9, address 51:12, FC 60, IR 61, IW 62. */
    {AV1, 0, R, 0x12345000, 0x2000000012345001},
    {AV1, 0, PT64_WRITE, 0x12345000, 0x4000000012345001},
    {AV1, 0, RW, 0x12345000, 0x6000000012345001},
    {AV1, 0, RW | PT64_AMDVI_FORCE_COHERENT, 0x12345000, 0x7000000012345001},
    {AV1, 0, RW | PT64_SOFT0, 0x12345000, 0x6000000012345003},
    {AV1, 0, RW | PT64_SOFT1, 0x12345000, 0x6000000012345005},
    {AV1, 0, R, 0x000ffffffffff000, 0x200ffffffffff001},
    {AV1, 1, RW, 0x40200000, 0x6000000040200001},
    {AV1, 2, R, 0x40000000, 0x2000000040000001},
    {AVA, 0, RW | PT64_ACCESSED, 0x12345000, 0x6000000012345021},
    {AVA, 0, RW | PT64_ACCESSED | PT64_DIRTY, 0x12345000, 0x6000000012345061},
    {AVA, 1, R | PT64_DIRTY, 0x40200000, 0x2000000040200041},

    /*
     * SDM 3C, tables "Format of an EPT Page-Table Entry that Maps a 4-KByte Page", "... 2-MByte
     * Page" and "... 1-GByte Page": R 0, W 1, X 2, type 5:3 (UC 0, WC 1, WB 6), IPAT 6, 1 in bit 7
     * (huge), A 8, D 9, XU 10 (with MBEC), suppress #VE 63. 52 and 53 are software's.
     */
    {EPT, 0, R, 0x12345000, 0x12345031},
    {EPT, 0, RW, 0x12345000, 0x12345033},
    {EPT, 0, RX, 0x12345000, 0x12345035},
    {EPT, 0, RWX, 0x000ffffffffff000, 0x000ffffffffff037},
    {EPT, 0, RW | PT64_DEVICE, 0xfee00000, 0xfee00043},   /* UC, IPAT */
    {EPT, 0, RW | PT64_UNCACHED, 0xfee00000, 0xfee00003}, /* UC */
    {EPT, 0, RW | PT64_WRITE_COMBINE, 0xe0000000, 0xe000000b},
    {EPT, 0, RW | PT64_EPT_IGNORE_PAT, 0x12345000, 0x12345073},
    {EPT, 0, RW | PT64_WRITE_COMBINE | PT64_EPT_IGNORE_PAT, 0xe0000000, 0xe000004b},
    {EPT, 0, R | PT64_ACCESSED, 0x12345000, 0x12345131},
    {EPT, 0, RW | PT64_DIRTY, 0x12345000, 0x12345233},
    {EPT, 0, R | PT64_DIRTY, 0x12345000, 0x12345231},
    {EPT, 0, RW | PT64_SOFT0, 0x12345000, 0x0010000012345033},
    {EPT, 0, RW | PT64_SOFT1, 0x12345000, 0x0020000012345033},
    {EPT, 0, RX | PT64_EPT_SUPPRESS_VE, 0x12345000, 0x8000000012345035},
    {EPT, 1, RW, 0x40200000, 0x402000b3},
    {EPT, 1, RWX | PT64_DEVICE | PT64_ACCESSED, 0xfee00000, 0xfee001c7},
    {EPT, 2, RX | PT64_EPT_IGNORE_PAT, 0x000fffffc0000000, 0x000fffffc00000f5},

    /* The same with bit 6 of the EPTP clear: 9:8 are software's too. */
    {ENA, 0, R, 0x12345000, 0x12345031},
    {ENA, 0, PT64_EXECUTE, 0x12345000, 0x12345034}, /* execute-only */
    {ENA, 0, RWX | PT64_UNCACHED, 0xfee00000, 0xfee00007},
    {ENA, 1, RW | PT64_SOFT1 | PT64_EPT_SUPPRESS_VE, 0x40200000, 0x80200000402000b3},

    /* The same with mode-based execute control: X is the supervisor's, XU user mode's. */
    {EMB, 0, R, 0x12345000, 0x12345031},
    {EMB, 0, RX, 0x12345000, 0x12345435},
    {EMB, 0, PT64_EXECUTE, 0x12345000, 0x12345434},
    {EMB, 0, RX | PT64_EPT_NO_USER_EXECUTE, 0x12345000, 0x12345035},
    {EMB, 0, RWX | PT64_EPT_NO_SUPERVISOR_EXECUTE, 0x12345000, 0x12345433},
    {EMB, 0, PT64_EXECUTE | PT64_EPT_NO_SUPERVISOR_EXECUTE, 0x12345000, 0x12345430},
    {EMB, 1, RWX | PT64_ACCESSED | PT64_DIRTY, 0x40200000, 0x402007b7},

    /* APM 15.25.5: as x86-64, with U/S set in each. */
    {NPT, 0, R, 0x12345000, 0x8000000012345005},
    {NPT, 0, RW, 0x12345000, 0x8000000012345007},
    {NPT, 0, RX, 0x000ffffffffff000, 0x000ffffffffff005},
    {NPT, 0, RWX | PT64_ACCESSED | PT64_DIRTY, 0x12345000, 0x0000000012345067},
    {NPT, 0, R | PT64_DIRTY, 0x12345000, 0x8400000012345005},
    {NPT, 0, RW | PT64_DEVICE, 0xfee00000, 0x80000000fee0001f},
    {NPT, 0, RW | PT64_UNCACHED, 0xfee00000, 0x80000000fee00017},
    {NPT, 0, RW | PT64_WRITE_COMBINE, 0xe0000000, 0x80000000e0000087},
    {NPT, 0, RW | PT64_SOFT0 | PT64_SOFT1, 0x12345000, 0x8000000012345607},
    {NPT, 1, RW | PT64_WRITE_COMBINE, 0x40200000, 0x8000000040201087},
    {NPT, 2, RX, 0x40000000, 0x0000000040000085},
};

struct table_row {
    const char *pte;
    pt64_paddr_t paddr;
    pt64_entry_t entry;
};

static const struct table_row tables[] = {
    /* SDM 3A, table 5-19: P, R/W and U/S set, so that leaves alone restrict; PS clear. */
    {X86, 0x0000001234567000, 0x0000001234567007},
    {X86, 0x000ffffffffff000, 0x000ffffffffff007},
    {CET, 0x0000001234567000, 0x0000001234567007},
    /* Tables 5-5 and 5-10: likewise. */
    {TWO, 0x12345000, 0x12345007},
    {TWO, 0xfffff000, 0xfffff007},
    {PAE, 0x0000001234567000, 0x0000001234567007},
    {PAE, 0x000ffffffffff000, 0x000ffffffffff007},
    /* D8.3.1.1: type 11, nothing in 63:59, nor anywhere but the address. */
    {ARM, 0x0000000080006000, 0x0000000080006003},
    {ARM, 0x0000fffffffff000, 0x0000fffffffff003},
    {HAF, 0x0000000080006000, 0x0000000080006003},
    {EL2, 0x0000000080006000, 0x0000000080006003},
    {S2, 0x0000000080010000, 0x0000000080010003},
    {S2, 0x0000ffffffff0000, 0x0000ffffffff0003},
    {S2X, 0x0000000080006000, 0x0000000080006003},
    {S2F, 0x0000000080006000, 0x0000000080006003},
    {S2H, 0x0000000080006000, 0x0000000080006003},
    {S2A, 0x000a000080060000, 0x000000008006a003},
    {S2B, 0x000c000090004000, 0x0000000090004303},
    {LPA, 0x000a000080060000, 0x000000008006a003},
    {LPA, 0x000fffffffff0000, 0x0000fffffffff003},
    {LPH, 0x0001000080060000, 0x0000000080061003},
    {LPE, 0x0008000080060000, 0x0000000080068003},
    {LP2, 0x000c000090004000, 0x0000000090004303},
    {LP2, 0x000ffffffffff000, 0x0003fffffffff303},
    {L2H, 0x0004000090004000, 0x0000000090004103},
    {L2E, 0x0008000090004000, 0x0000000090004203},
    {OWN, 0x000c000090004000, 0x0000000090004303},
    /* ARMv7 ARM, B3.5.1: type 01, domain 0, PXN and NS clear. B3.6.1: type 11. */
    {SD, 0x80006400, 0x80006401},
    {SD, 0xfffffc00, 0xfffffc01},
    {AFE, 0x80006400, 0x80006401},
    {LD, 0x0000000080006000, 0x0000000080006003},
    {LD, 0x000000fffffff000, 0x000000fffffff003},
    {LD2, 0x0000000080006000, 0x0000000080006003},
    {LD2, 0x000000fffffff000, 0x000000fffffff003},
    /* V alone. */
    {RV, 0x0000000080203000, 0x0000000020080c01},
    {RV, 0x00fffffffffff000, 0x003ffffffffffc01},
    {R32, 0x0000000080203000, 0x0000000020080c01},
    {R32, 0x00000003fffff000, 0x00000000fffffc01},
    {BMT, 0x0000000080203000, 0x0000000020080c01},
    {RSW, 0x0000000080203000, 0x0000000020080c01},
    {SS, 0x0000000080203000, 0x0000000020080c01},
    {XT, 0x0000000080203000, 0x0000000020080c01},
    {GS, 0x0000000080203000, 0x0000000020080c01},
    {GS, 0x00fffffffffff000, 0x003ffffffffffc01},
    {G32, 0x00000003fffff000, 0x00000000fffffc01},
    {GBM, 0x0000000080203000, 0x0000000020080c01},
    /* LoongArch vol. 1, 5.4.5: the address and nothing else. */
    {LA, 0x0000000090004000, 0x0000000090004000},
    {LA, 0x0000ffffffffc000, 0x0000ffffffffc000},
    {PLV, 0x0000000090004000, 0x0000000090004000},
    {PTW, 0x0000000090004000, 0x0000000090004000},
    {PWL, 0x0000000090004000, 0x0000000090004000},
    {LVZ, 0x0000000090004000, 0x0000000090004000},
    /* VT-d, 9.8: R and W. 9.7: P, R/W, U/S and A. */
    {VSS, 0x0000000080006000, 0x0000000080006003},
    {VSS, 0x000ffffffffff000, 0x000ffffffffff003},
    {VSN, 0x0000000080006000, 0x0000000080006003},
    {VAD, 0x0000000080006000, 0x0000000080006003},
    {VAS, 0x0000000080006000, 0x0000000080006003},
    {VFS, 0x0000000080006000, 0x0000000080006027},
    /* AMD-Vi, 2.2.3: PR, NextLevel 1, IR and IW. */
    {AV1, 0x0000000080006000, 0x6000000080006201},
    {AV1, 0x000ffffffffff000, 0x600ffffffffff201},
    {AVA, 0x0000000080006000, 0x6000000080006201},
    {AV2, 0x0000000080006000, 0x0000000080006027},
    /* SDM 3C, "Format of an EPT Page-Directory Entry that References an EPT Page Table": R, W and
     * X, and with mode-based execute control XU; 7:3 clear. APM 15.25.5: as x86-64. */
    {EPT, 0x0000001234567000, 0x0000001234567007},
    {EPT, 0x000ffffffffff000, 0x000ffffffffff007},
    {ENA, 0x0000001234567000, 0x0000001234567007},
    {EMB, 0x0000001234567000, 0x0000001234567407},
    {NPT, 0x0000001234567000, 0x0000001234567007},
    {NPT, 0x000ffffffffff000, 0x000ffffffffff007},
};

static bool is_of(const struct test *t, const char *pte)
{
    return strcmp(t->s->pte_name, pte) == 0;
}

/* "Svrsw60t59b". */
static bool is_software(const struct test *t, unsigned bit)
{
    return t->oracle.format.svrsw60t59b && (bit == 59 || bit == 60);
}

TEST(leaves_are_encoded_as_the_manual_says)
{
    size_t rows = 0;

    for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++) {
        const struct leaf_row *row = &leaves[i];
        const struct pt64_pte *pte = t->s->pte;
        const struct pt64_limits *limits = &t->s->meta->limits;

        if (!is_of(t, row->pte))
            continue;
        rows++;
        assert_true(pte->can_encode(limits, row->flags, row->level));
        assert_int_equal(pte->leaf(limits, row->flags, row->level) +
                             pte->address(row->paddr, row->level),
                         row->entry);
    }
    assert_true(rows > 0);
}

TEST(leaves_are_decoded_as_the_manual_says)
{
    for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++) {
        const struct leaf_row *row = &leaves[i];
        const struct pt64_pte *pte = t->s->pte;
        const struct pt64_limits *limits = &t->s->meta->limits;

        if (!is_of(t, row->pte))
            continue;
        assert_int_equal(pte->kind(limits, row->entry, row->level), PT64_LEAF);
        assert_int_equal(pte->decode(row->entry, row->level), row->flags);
        assert_int_equal(pte->leaf_address(row->entry, row->level), row->paddr);
    }
}

/* The oracle was written apart from the same manuals. It must decode the rows alike. */
TEST(the_oracle_reads_these_leaves_too)
{
    for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++) {
        const struct leaf_row *row = &leaves[i];
        struct oracle_page page;

        if (!is_of(t, row->pte) || row->level > top_leaf_level(t) ||
            row->paddr % size_at(t, row->level) != 0)
            continue;
        assert_int_equal(oracle_decode(&t->oracle.format, row->entry, row->level, &page, NULL),
                         ORACLE_PAGE);
        assert_int_equal(page.paddr, row->paddr);
        assert_int_equal(page.kernel.write,
                         (format_kernel_access(&t->oracle.format, row->flags) & PT64_WRITE) != 0);
        assert_int_equal(format_flags_seen(&t->oracle.format, &page), row->flags & format_flags(t));
        assert_int_equal(page.user.write,
                         (format_user_access(&t->oracle.format, row->flags) & PT64_WRITE) != 0);
    }
}

TEST(tables_are_encoded_as_the_manual_says)
{
    size_t rows = 0;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        const struct table_row *row = &tables[i];

        if (!is_of(t, row->pte))
            continue;
        rows++;
        assert_int_equal(t->s->pte->link(&t->s->meta->limits, row->paddr, 1), row->entry);
        assert_int_equal(t->s->pte->link_address(row->entry, 1), row->paddr);
        assert_int_equal(t->s->pte->kind(&t->s->meta->limits, row->entry, 1), PT64_LINK);
    }
    assert_true(rows > 0);
}

/* SDM 3A, table 5-8: P alone. Bits 2:1 are reserved. */
static bool is_pae(const struct test *t)
{
    return is_of(t, PAE);
}

TEST_IF(is_pae, "needs PAE paging", a_pdpte_has_no_permissions)
{
    uint64_t pdpte = t->s->pte->link(&t->s->meta->limits, 0x12345000, 2);

    assert_true(pdpte == 0x12345001);
    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, pdpte, 2), PT64_LINK);
    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, pdpte | 2, 2), PT64_UNKNOWN);
    assert_true(t->s->pte->link_address(pdpte, 2) == 0x12345000);
}

/* A slot is free if the walker stops there, whatever other features the CPU has. See also
 * adopted.c. */
TEST(an_entry_is_taken_for_what_the_hardware_takes_it_for)
{
    static const enum pt64_kind kinds[] = {
        [ORACLE_STOP] = PT64_EMPTY, [ORACLE_LEAF] = PT64_LEAF, [ORACLE_TABLE] = PT64_LINK};
    const struct oracle_format *format = &t->oracle.format;
    oracle_step_fn *const steps[] = {
        [ORACLE_X86_64] = oracle_step_x86_64,   [ORACLE_I386] = oracle_step_i386,
        [ORACLE_AARCH64] = oracle_step_aarch64, [ORACLE_ARMV7] = oracle_step_armv7,
        [ORACLE_RISCV] = oracle_step_riscv,     [ORACLE_LOONGARCH64] = oracle_step_loongarch64,
        [ORACLE_EPT] = oracle_step_ept,         [ORACLE_NPT] = oracle_step_npt,
        [ORACLE_VTD] = oracle_step_vtd,         [ORACLE_AMDVI] = oracle_step_amdvi};

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        for (uint64_t low = 0; low < 0x2000; low++) {
            for (unsigned high = 0; high < 4; high++) {
                uint64_t entry = low | (uint64_t)high << (format->entry_bytes * 8 - 2);
                struct oracle_step step = {.kind = ORACLE_STOP};

                steps[format->arch](format, entry, level, &step);
                /* A directory entry of 0 leads to a node at 0: see sink.c. */
                if (step.kind != ORACLE_RESERVED && !(step.kind == ORACLE_TABLE && entry == 0))
                    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, entry, level),
                                     kinds[step.kind]);
            }
        }
    }
}

/* traits.h: address(a + b) == address(a) + address(b), and no attribute shares a bit with it. */
TEST(addresses_in_entries_add_up)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;

    for (unsigned a = t->oracle.format.page_bits; a < t->oracle.format.paddr_bits; a++)
        for (unsigned b = t->oracle.format.page_bits; b < a; b++)
            assert_int_equal(pte->address((UINT64_C(1) << a) + (UINT64_C(1) << b), 0),
                             pte->address(UINT64_C(1) << a, 0) + pte->address(UINT64_C(1) << b, 0));
    for (unsigned level = 0; level <= top_leaf_level(t); level++)
        for (pt64_flags_t flags = 0; flags < SETS_OF_FLAGS; flags++)
            for (unsigned bit = t->oracle.format.page_bits + level * t->oracle.format.index_bits;
                 bit < t->oracle.format.paddr_bits && can_say(t, flags); bit++)
                assert_int_equal(
                    pte->leaf(limits, flags, level) & pte->address(UINT64_C(1) << bit, level), 0);
}

/* Splitting a huge page writes what mapping the smaller pages with the same flags writes. */
TEST(a_leaf_split_is_a_leaf_of_the_level_below)
{
    pt64_flags_t least = R | granted;

    for (unsigned level = 1; level <= 2 && level <= root_level(t); level++) {
        EACH_FLAG(flag, flags_of(t))
        {
            pt64_flags_t flags = can_say(t, least | flag) ? least | flag : least;
            pt64_entry_t leaf = t->s->pte->leaf(&t->s->meta->limits, flags, level);

            assert_int_equal(pt64_demote(t->s->pte, leaf, level),
                             t->s->pte->leaf(&t->s->meta->limits, flags, level - 1));
        }
    }
}

TEST(cleaning_takes_nothing_that_it_is_not_told_to)
{
    pt64_flags_t history = flags_of(t) & (PT64_ACCESSED | PT64_DIRTY);

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        pt64_entry_t leaf = t->s->pte->leaf(&t->s->meta->limits, RW | granted | history, level);

        assert_int_equal(pt64_clean(t->s->pte, leaf, 0, level), leaf);
    }
}

static bool is_riscv_without_napot(const struct test *t)
{
    return is_wide_riscv(t) && strstr(t->s->name, "xuantie") == NULL;
}

/* Privileged ISA, "Svnapot": N is bit 63. On a hart without Svnapot it is reserved, as are bits
 * 60:54. Setting one is a page fault. */
TEST_IF(is_riscv_without_napot, "needs RISC-V with bit 63 reserved",
        a_bit_of_another_extension_is_not_understood)
{
    pt64_entry_t leaf = t->s->pte->leaf(&t->s->meta->limits, RW, 0);
    pt64_entry_t link = t->s->pte->link(&t->s->meta->limits, 0x80000000, 1);

    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, leaf, 0), PT64_LEAF);
    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, link, 1), PT64_LINK);
    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, leaf | UINT64_C(1) << 63, 0),
                     PT64_UNKNOWN);
    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, link | UINT64_C(1) << 63, 1),
                     PT64_UNKNOWN);
    for (unsigned bit = 54; bit <= 60 && !is_software(t, bit); bit++) {
        assert_int_equal(t->s->pte->kind(&t->s->meta->limits, leaf | UINT64_C(1) << bit, 0),
                         PT64_UNKNOWN);
        assert_int_equal(t->s->pte->kind(&t->s->meta->limits, link | UINT64_C(1) << bit, 1),
                         PT64_UNKNOWN);
    }
}

/* Arm ARM D8.3.1, D8.6.1: only blocks have nT, and Contiguous is about the set that the block is
 * in. */
TEST_IF(is_aarch64, "needs AArch64", a_split_drops_what_spoke_of_the_block)
{
    pt64_entry_t block =
        t->s->pte->leaf(&t->s->meta->limits, RW, 1) | UINT64_C(1) << 16 | UINT64_C(1) << 52;

    assert_int_equal(pt64_demote(t->s->pte, block, 1), t->s->pte->leaf(&t->s->meta->limits, RW, 0));
}

static bool is_xuantie(const struct test *t)
{
    return t->oracle.format.xuantie;
}

/* C906 User Manual, "Page Table Entry": bit 59 is Sec, whose use depends on the board. */
TEST_IF(is_xuantie, "needs XuanTie", a_change_keeps_who_may_be_trusted)
{
    const uint64_t sec = UINT64_C(1) << 59;
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;
    uint64_t leaf = pte->leaf(limits, RW, 0);

    assert_true((leaf & sec) == 0);
    assert_true(pte->protect(leaf | sec, pte->leaf(limits, R, 0), 0) ==
                (pte->leaf(limits, R, 0) | sec));
    assert_true(pte->protect(leaf, pte->leaf(limits, R, 0), 0) == pte->leaf(limits, R, 0));
}

/* Hardware reads no other bit of an entry whose lowest bit is clear. LoongArch: at level 0, if P,
 * bit 7, is clear as well. EPT: if bits 2:0 are clear, and with MBEC bit 10. */
TEST(an_entry_that_is_not_valid_has_nothing_wrong_with_it)
{
    unsigned levels = is_loongarch64(t) ? 1 : t->s->meta->limits.levels;

    for (unsigned level = 0; level < levels; level++)
        for (unsigned bit = 1; bit < 63; bit++)
            if ((!is_loongarch64(t) || (bit != 6 && bit != 7)) &&
                !(is_ept(t) && is_present(t, UINT64_C(3) << bit)))
                assert_true(t->s->pte->wrong(&t->s->meta->limits, UINT64_C(3) << bit, level,
                                             size_at(t, level)) == 0);
}

/* SDM 3A, 5.7: XD without NX is reserved, and so are address bits above MAXPHYADDR. */
TEST_IF(is_wide_x86, "needs x86 with entries of 8 bytes",
        what_a_cpu_does_not_support_is_refused_and_wrong)
{
    const struct pt64_pte *pte = t->s->pte;
    struct pt64_limits limits = t->s->meta->limits;
    uint64_t xd = UINT64_C(1) << 63, last = UINT64_C(1) << 45, above = UINT64_C(0x21) << 46;
    pt64_entry_t page, link;

    limits.no_execute = false;
    limits.paddr_bits = 46;
    assert_false(pte->can_encode(&limits, RW, 0));
    assert_true(pte->can_encode(&limits, RWX, 0));
    page = pte->leaf(&limits, RWX, 0);
    link = pte->link(&limits, 0, 1);
    assert_true(pte->wrong(&limits, page | last, 0, PT64_SIZE_4K) == 0);
    assert_true(pte->wrong(&limits, page | above | xd, 0, PT64_SIZE_4K) == (above | xd));
    assert_true(pte->wrong(&limits, link | last, 1, PT64_SIZE_2M) == 0);
    assert_true(pte->wrong(&limits, link | above | xd, 1, PT64_SIZE_2M) == (above | xd));
    assert_true(pte->wrong(&limits, (page ^ 1) | above | xd, 0, PT64_SIZE_4K) == 0);
}

/* SDM 3A, table 5-4: where MAXPHYADDR is M, up to 40, bits M-1:32 of a 4M page's address are bits
 * M-20:13, and bits 21:M-19 are reserved. */
TEST_IF(is_32_bit_paging, "needs 32-bit paging", a_4m_page_reaches_as_far_as_the_cpu_has_addresses)
{
    const struct pt64_pte *pte = t->s->pte;
    struct pt64_limits limits = t->s->meta->limits;
    pt64_entry_t page = pte->leaf(&limits, RWX, 1);

    for (limits.paddr_bits = 32; limits.paddr_bits <= 40; limits.paddr_bits++) {
        uint64_t used = (UINT64_C(1) << (limits.paddr_bits - 19)) - (UINT64_C(1) << 13);
        uint64_t reserved = (UINT64_C(1) << 22) - (UINT64_C(1) << (limits.paddr_bits - 19));

        assert_true(pte->wrong(&limits, page | used | reserved, 1, PT64_SIZE_4M) == reserved);
        assert_int_equal(pte->kind(&limits, page | used, 1), PT64_LEAF);
        for (unsigned bit = limits.paddr_bits - 19; bit < 22; bit++)
            assert_int_equal(pte->kind(&limits, page | UINT64_C(1) << bit, 1), PT64_UNKNOWN);
        assert_true(pte->leaf_address(page | used, 1) == used << 19);
        assert_true(pte->address(used << 19, 1) == used);
        assert_true(pte->wrong(&limits, (page | reserved) ^ 1, 1, PT64_SIZE_4M) == 0);
    }
}

/* 5.3: without CR4.PSE every PDE that is present references a page table, whatever its bit 7. */
TEST_IF(is_32_bit_paging, "needs 32-bit paging", a_cpu_without_4m_pages_ignores_ps)
{
    const struct pt64_pte *pte = t->s->pte;
    struct pt64_limits limits = t->s->meta->limits;
    pt64_entry_t page = pte->leaf(&limits, RWX, 1);

    limits.leaf_levels = 1;
    assert_int_equal(pte->kind(&limits, page | UINT64_C(0x3ff000), 1), PT64_LINK);
    assert_true(pte->wrong(&limits, page | UINT64_C(0x3ff000), 1, 0) == 0);
}

/* Arm ARM D8.3.1: an output address beyond the size of the CPU's physical addresses. */
TEST_IF(is_aarch64, "needs AArch64", an_address_that_a_cpu_does_not_have_is_wrong)
{
    const struct pt64_pte *pte = t->s->pte;
    struct pt64_limits limits = t->s->meta->limits;
    uint64_t last = UINT64_C(1) << 43, above = UINT64_C(9) << 44;
    pt64_entry_t page, link;

    limits.paddr_bits = 44;
    page = pte->leaf(&limits, RW, 0);
    link = pte->link(&limits, 0, 1);
    assert_true(pte->wrong(&limits, page | last, 0, PT64_SIZE_4K) == 0);
    assert_true(pte->wrong(&limits, page | above, 0, PT64_SIZE_4K) == above);
    assert_true(pte->wrong(&limits, link | last, 1, PT64_SIZE_2M) == 0);
    assert_true(pte->wrong(&limits, link | above, 1, PT64_SIZE_2M) == above);
}

/* Privileged ISA, "Virtual Address Translation Process": in a pointer D, A, U and bits 63:54 are
 * reserved, even those with a meaning in a leaf. */
TEST_IF(is_riscv, "needs RISC-V", a_reserved_bit_of_a_pointer_is_not_understood)
{
    pt64_entry_t link = t->s->pte->link(&t->s->meta->limits, some_paddr(t), 1);

    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, link, 1), PT64_LINK);
    for (unsigned bit = 4; bit < 8 * t->oracle.format.entry_bytes; bit++)
        if (bit == 4 || bit == 6 || bit == 7 || (bit >= 54 && !is_software(t, bit)))
            assert_int_equal(t->s->pte->kind(&t->s->meta->limits, link | UINT64_C(1) << bit, 1),
                             PT64_UNKNOWN);
}

static bool reserves_shadow_stacks(const struct test *t)
{
    return is_riscv(t) && !t->oracle.format.zicfiss;
}

/* Step 3: R clear and W set is reserved. With Zicfiss it is a shadow stack. */
TEST_IF(reserves_shadow_stacks, "needs RISC-V without Zicfiss",
        writing_without_reading_is_not_understood)
{
    pt64_entry_t address = t->s->pte->address(some_paddr(t), 0);

    address |= t->oracle.format.single_privilege ? 0x10 : 0; /* U */
    for (unsigned level = 0; level < 2; level++) {
        assert_int_equal(t->s->pte->kind(&t->s->meta->limits, address | 0x5, level), PT64_UNKNOWN);
        assert_int_equal(t->s->pte->kind(&t->s->meta->limits, address | 0xd, level), PT64_UNKNOWN);
        assert_int_equal(t->s->pte->kind(&t->s->meta->limits, address | 0x7, level), PT64_LEAF);
    }
}

static bool is_gstage(const struct test *t)
{
    return is_riscv(t) && t->oracle.format.single_privilege;
}

/* "Guest Physical Address Translation": the current privilege mode is always taken to be U-mode. G
 * is ignored, and a change keeps it. */
TEST_IF(is_gstage, "needs the G-stage of RISC-V", a_leaf_that_no_user_reaches_is_not_understood)
{
    const struct pt64_pte *pte = t->s->pte;
    const struct pt64_limits *limits = &t->s->meta->limits;
    const uint64_t u = 0x10, g = 0x20;

    for (unsigned level = 0; level <= top_leaf_level(t); level++) {
        pt64_entry_t leaf = pte->leaf(limits, RX, level);

        assert_int_equal(pte->kind(limits, leaf, level), PT64_LEAF);
        assert_true(pte->wrong(limits, leaf, level, size_at(t, level)) == 0);
        assert_int_equal(pte->kind(limits, leaf ^ u, level), PT64_UNKNOWN);
        assert_true(pte->wrong(limits, leaf ^ u, level, size_at(t, level)) == 1);
        assert_true(pte->wrong(limits, leaf ^ u ^ 1, level, size_at(t, level)) == 0);
        assert_int_equal(pte->kind(limits, leaf | g, level), PT64_LEAF);
        assert_int_equal(pte->decode(leaf | g, level), RX);
        assert_true(pte->protect(leaf | g, pte->leaf(limits, R, level), level) ==
                    (pte->leaf(limits, R, level) | g));
    }
}

static bool has_svpbmt(const struct test *t)
{
    return t->oracle.format.svpbmt;
}

/* "Svpbmt": a leaf with PBMT 3 is reserved. */
TEST_IF(has_svpbmt, "needs Svpbmt", a_reserved_memory_type_is_not_understood)
{
    pt64_entry_t leaf = t->s->pte->leaf(&t->s->meta->limits, RW, 0);

    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, leaf | UINT64_C(1) << 61, 0), PT64_LEAF);
    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, leaf | UINT64_C(2) << 61, 0), PT64_LEAF);
    assert_int_equal(t->s->pte->kind(&t->s->meta->limits, leaf | UINT64_C(3) << 61, 0),
                     PT64_UNKNOWN);
}

static bool has_16k_pages(const struct test *t)
{
    return is_loongarch64(t) && page_size(t) == 16384;
}

/* Volume 1, 5.4.5 and 7.5.3: bit 12 is G in a huge page, and an address bit in other pages. */
TEST_IF(has_16k_pages, "needs LoongArch with pages of 16 KiB", bit_12_of_a_16k_page_is_an_address)
{
    uint64_t g = UINT64_C(1) << 12;

    assert_true(t->s->pte->wrong(&t->s->meta->limits,
                                 t->s->pte->leaf(&t->s->meta->limits, RW, 0) | g, 0,
                                 page_size(t)) == g);
    assert_true(t->s->pte->wrong(&t->s->meta->limits,
                                 t->s->pte->leaf(&t->s->meta->limits, RW, 1) | g, 1,
                                 huge_size(t)) == 0);
}

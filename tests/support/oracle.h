/* SPDX-License-Identifier: MIT */
/*
 * The hardware's page walk, written from the architecture manuals. It shares no code and no
 * constant with the library, so that one mistake is not made twice:
 * - Intel 64 and IA-32 Architectures SDM volume 3A, chapter 5 "Paging";
 * - Arm Architecture Reference Manual for A-profile, chapter D8 "The AArch64 Virtual Memory System
 *   Architecture";
 * - ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, chapter B3 "Virtual Memory
 *   System Architecture (VMSA)";
 * - RISC-V Privileged Architecture, chapter "Supervisor-Level ISA", sections Sv32 to Sv57 and
 *   Svpbmt, Svrsw60t59b, and "Shadow Stack Memory Protection" (Zicfiss); chapter "Hypervisor
 *   Extension", section "Two-Stage Address Translation";
 * - XuanTie C910 user manual, appendix "Extended page attributes" (mxstatus.MAEE set);
 * - LoongArch Reference Manual volume 1, section 5.4 "Page table mapping address translation mode";
 * - Intel SDM volume 3C, 30.3 "The Extended Page Table Mechanism (EPT)";
 * - AMD64 APM volume 2, 15.25 "Nested Paging";
 * - Intel Virtualization Technology for Directed I/O, chapters 3 and 9; AMD IOMMU specification
 *   (48882), 2.2: what devices ask for is told as what a kernel may do.
 *
 * It assumes these control registers. x86: CR0.WP, EFER.NXE and CR4.PGE set, CR4.SMEP, SMAP and PKE
 * clear, and CET, except in formats named for it, MAXPHYADDR 52; a test may set `no_nx` and
 * `paddr_bits` for a CPU that has less. 32-bit paging: CR4.PSE set, MAXPHYADDR 32. AArch64:
 * SCTLR.WXN clear, and hardware management of the access flag and dirty state only in formats named
 * for it. ARMv7: SCTLR.WXN and UWXN clear, TRE set, AFE only in formats named for it; TTBCR.N or
 * T0SZ 0; domain 0 a client and the others without access in DACR; Non-secure state; no PXN in
 * short descriptors. LoongArch: the hardware page walker (PWCH.HPTW_En) off, except in formats
 * named for it.
 *
 * An entry that would mean something else with CR4.CET set is a defect all the same: tables outlive
 * such choices.
 */
#ifndef TESTS_SUPPORT_ORACLE_H
#define TESTS_SUPPORT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum oracle_arch {
    ORACLE_X86_64,
    ORACLE_I386,
    ORACLE_AARCH64,
    ORACLE_ARMV7,
    ORACLE_RISCV,
    ORACLE_LOONGARCH64,
    ORACLE_VTD,
    ORACLE_AMDVI,
    ORACLE_EPT,
    ORACLE_NPT,
};

/* Which addresses a root translates. */
enum oracle_half {
    ORACLE_BOTH_HALVES,
    ORACLE_LOWER_HALF,
    ORACLE_UPPER_HALF,
};

/* A format as its manual describes it. Level 0 holds the smallest pages. */
struct oracle_format {
    enum oracle_arch arch;
    enum oracle_half half;
    unsigned entry_bytes; /* 4 or 8 */
    unsigned levels;
    unsigned page_bits;         /* log2 of the smallest page */
    unsigned index_bits;        /* log2 of the entries of a node */
    unsigned root_bits;         /* log2 of the entries of the root node */
    unsigned leaf_levels;       /* levels whose entries may map a page */
    unsigned leaf_levels_of_52; /* AArch64: the same with 52-bit physical addresses */
    unsigned vaddr_bits;
    unsigned paddr_bits;
    bool no_nx; /* x86: EFER.NXE clear */
    bool
        single_privilege; /* no unprivileged level: AArch64 EL2 and EL3, RISC-V's G-stage, IOMMUs */
    bool access_flag;     /* ARMv7 short descriptors: AP[0] is the access flag */
    bool stage2;          /* AArch64 and ARMv7: from a guest's addresses to the machine's */
    bool xnx;             /* then on AArch64: FEAT_XNX */
    bool fwb;             /* then on AArch64: HCR_EL2.FWB is set */
    bool lpa;             /* AArch64, 64 KiB granule: FEAT_LPA: 52-bit addresses */
    bool lpa2;            /* AArch64: TCR_ELx.DS is set: 52-bit addresses */
    bool hafdbs;          /* AArch64: hardware sets the access flag and the dirty state */
    bool cet;             /* x86: CR4.CET set */
    bool hptw;            /* LoongArch: the hardware walks, and sets V and D */
    bool plv;             /* LoongArch: PLV1, PLV2 and RPLV are asked for */
    bool lvz;             /* LoongArch: the second level of translation, of a guest */
    bool no_ad;           /* EPT: bit 6 of the EPTP is clear */
    bool mbec;            /* EPT: mode-based execute control is set */
    bool no_execute_only; /* EPT: the CPU lacks pages that are only executable */
    bool svpbmt;
    bool svrsw60t59b;
    bool zicfiss; /* RISC-V: menvcfg.SSE is set */
    bool xuantie;
    bool first_stage; /* IOMMUs: entries of x86-64 */
    bool snoop;       /* VT-d: ECAP.SC */
    bool device_ad;   /* IOMMUs: the walker sets the accessed and the dirty flag */
    /* IA32_PAT, MAIR_ELx, or ARMv7's pairs: PRRR and NMRR, MAIR0 and MAIR1, the second one in bits
     * 63:32. Others have the type in the entry. */
    uint64_t memory_types;
};

/* Whether devices use the tables. Then no page can be executed. */
bool oracle_is_iommu(const struct oracle_format *format);

/* What an entry says about the memory behind it. */
enum oracle_type {
    ORACLE_WRITE_BACK,
    ORACLE_WRITE_THROUGH,   /* x86 WT */
    ORACLE_WRITE_COMBINING, /* x86 WC */
    ORACLE_UNCACHED,        /* x86 UC-, Arm Normal Non-cacheable, RISC-V NC, LoongArch WUC */
    ORACLE_DEVICE,        /* x86 UC, AArch64 Device-nGnRE, ARMv7 Device, RISC-V IO, LoongArch SUC */
    ORACLE_STRICT_DEVICE, /* AArch64 Device-nGnRnE, ARMv7 Strongly-ordered */
    ORACLE_TAGGED,        /* AArch64 Tagged Normal, otherwise as ORACLE_WRITE_BACK */
    ORACLE_AS_STAGE1,     /* AArch64 stage 2 with HCR_EL2.FWB: what stage 1 says */
    ORACLE_BY_PLATFORM,   /* RISC-V without Svpbmt: the PMAs decide; IOMMUs */
    ORACLE_OTHER_TYPE,
};

struct oracle_access {
    bool read;
    bool write;
    bool execute;
};

/* A page, and what the walk to it says. */
struct oracle_page {
    uint64_t vaddr; /* of its first byte */
    uint64_t paddr;
    uint64_t size;
    unsigned level;
    uint64_t entry;
    struct oracle_access kernel;
    struct oracle_access user;
    enum oracle_type type;
    bool global;
    bool accessed;
    bool dirty;
    bool shadow_stack;  /* x86: CR4.CET, and a software bit while it is clean; RISC-V: Zicfiss */
    unsigned key;       /* x86: the protection key */
    bool guarded;       /* AArch64: GP */
    unsigned soft;      /* RISC-V: bits 60:59, which Svrsw60t59b gives to software */
    unsigned plv;       /* LoongArch */
    bool restricted;    /* LoongArch: RPLV */
    bool ignores_pat;   /* EPT: IPAT, of memory that is not UC */
    bool suppresses_ve; /* EPT: bit 63 */
    bool no_supervisor_execute; /* EPT: XU without X */
    bool no_user_execute;       /* EPT: X without XU, with MBEC */
    bool coherent;              /* VT-d: SNP; AMD-Vi: FC */
};

enum oracle_outcome {
    ORACLE_PAGE,
    ORACLE_FAULT,  /* the hardware stops at an entry that tells it to */
    ORACLE_DEFECT, /* reserved bits, a walk out of memory and the like: a table must not have it */
};

/*
 * The memory that walks read, in words of eight bytes. `paddr` is that of a whole word. The bytes
 * of a word are little-endian: an entry of four bytes is one half of it. `read` returns false where
 * there is no memory.
 */
struct oracle_memory {
    bool (*read)(void *ctx, uint64_t paddr, uint64_t *word);
    void *ctx;
};

struct oracle {
    struct oracle_format format;
    struct oracle_memory memory;
};

/* Reads a format's name, as in formats.h, word by word. False if it does not know a word. */
bool oracle_parse(const char *id, struct oracle_format *format);

uint64_t oracle_page_size(const struct oracle_format *format, unsigned level);
uint64_t oracle_table_entries(const struct oracle_format *format, unsigned level);
uint64_t oracle_table_bytes(const struct oracle_format *format, unsigned level);

/* Whether a CPU with this format begins to walk for the address at all. */
bool oracle_is_vaddr(const struct oracle_format *format, uint64_t vaddr);

/* The bits of a leaf at `level` that no hardware reads. */
uint64_t oracle_software_bits(const struct oracle_format *format, unsigned level);

/* The page that holds `vaddr`. On ORACLE_DEFECT, `*why` is what is wrong; it may be NULL. */
enum oracle_outcome oracle_walk(const struct oracle *oracle, uint64_t root, uint64_t vaddr,
                                struct oracle_page *page, const char **why);

/* One leaf on its own, as if no entry above it restricted anything. */
enum oracle_outcome oracle_decode(const struct oracle_format *format, uint64_t entry,
                                  unsigned level, struct oracle_page *page, const char **why);

struct oracle_frame {
    uint64_t paddr;
    uint64_t bytes;
    unsigned level;
    size_t leaves; /* how many there are below it */
};

/*
 * Everything below a root, in address order. `defect` is NULL, or the first thing found that a
 * table must not have. A frame that is reached twice is such a defect, unless it is the sink
 * (LoongArch: see needs_sink). The sink is listed once, with the level at which it was met first.
 */
#define ORACLE_MAX_SINKS 4
struct oracle_survey {
    struct oracle_page *pages;
    size_t page_count;
    struct oracle_frame *frames;
    size_t frame_count;
    uint64_t sinks[ORACLE_MAX_SINKS];
    size_t sink_count;
    const char *defect;
    uint64_t defect_vaddr;
    size_t page_room;
    size_t frame_room;
};

void oracle_survey(const struct oracle *oracle, uint64_t root, struct oracle_survey *survey);
void oracle_survey_free(struct oracle_survey *survey);

/* ---- between oracle.c and the architectures ---- */

/* The most that the entries above allow. */
struct oracle_limits {
    bool no_read;
    bool no_write;
    bool no_user;
    bool no_kernel_execute;
    bool no_user_execute;
    bool global;
};

enum oracle_kind {
    ORACLE_STOP,
    ORACLE_LEAF,
    ORACLE_TABLE,
    ORACLE_RESERVED,
};

/* One step of a walk. `page` is filled except for vaddr, size, level and entry. */
struct oracle_step {
    enum oracle_kind kind;
    const char *why; /* of ORACLE_RESERVED */
    uint64_t next;   /* of ORACLE_TABLE */
    struct oracle_limits limits;
    struct oracle_page page;
};

/* What the entry says to a walk that came by entries with these limits. */
void oracle_step(const struct oracle_format *format, uint64_t entry, unsigned level,
                 const struct oracle_limits *limits, struct oracle_step *step);

typedef void oracle_step_fn(const struct oracle_format *format, uint64_t entry, unsigned level,
                            struct oracle_step *step);

oracle_step_fn oracle_step_x86_64;
oracle_step_fn oracle_step_i386;
oracle_step_fn oracle_step_aarch64;
oracle_step_fn oracle_step_aarch64_stage2;
oracle_step_fn oracle_step_armv7;
oracle_step_fn oracle_step_riscv;
oracle_step_fn oracle_step_loongarch64;
oracle_step_fn oracle_step_vtd;
oracle_step_fn oracle_step_amdvi;
oracle_step_fn oracle_step_ept;
oracle_step_fn oracle_step_npt;

/*
 * What a leaf of any x86 paging mode says, but for its address. `dirty_bit` is the software bit
 * that stands for D in a page that is not writable.
 */
void oracle_x86_leaf(const struct oracle_format *format, uint64_t entry, unsigned level,
                     unsigned dirty_bit, struct oracle_step *step);

/* What the CPU reserves in every entry of 8 bytes that is present. */
void oracle_x86_reserved(const struct oracle_format *format, uint64_t entry,
                         struct oracle_step *step);

/* Whether a page is for privileged code alone, or for unprivileged code too. */
static inline bool oracle_has_user(const struct oracle_format *format)
{
    return !format->single_privilege && !format->stage2;
}

/* log2 of the page that an entry at `level` maps. */
static inline unsigned oracle_shift(const struct oracle_format *format, unsigned level)
{
    return format->page_bits + format->index_bits * level;
}

static inline bool oracle_bit(uint64_t word, unsigned bit)
{
    return (word >> bit & 1) != 0;
}

static inline uint64_t oracle_field(uint64_t word, unsigned high, unsigned low)
{
    return word >> low & (UINT64_MAX >> (63 - (high - low)));
}

/* Bits `high` to `low`, where they stand in the entry. */
static inline uint64_t oracle_keep(uint64_t word, unsigned high, unsigned low)
{
    return oracle_field(word, high, low) << low;
}

static inline void oracle_reserved(struct oracle_step *step, const char *why)
{
    step->kind = ORACLE_RESERVED;
    step->why = why;
}

#endif

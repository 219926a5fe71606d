/* SPDX-License-Identifier: MIT */
/*
 * Which tiny table a proof is about. Its entries are those of x86-64, and hardware wants no break
 * before sizes or frames change, unless a run of calls.txt names a variant.
 */
#ifndef TESTS_PROOF_VARIANT_H
#define TESTS_PROOF_VARIANT_H

/*
 * Of the bits of an entry: PRESENT says that a CPU may hold it. Walkers set some. The CPU ignores
 * others. No CPU may hold two pages for one address that differ in size or in BREAKING.
 */
#if defined(BREAKS)

/* Arm ARM, D8.3.1 and D8.3.2. For BREAKING D8.16.1 "Using break-before-make". */
#define FORMAT_HEADER  <page_table64/pte/aarch64.h>
#define FORMAT         pt64_aarch64_pte
#define PAGE_BITS      16 /* bit 16 of a block is no address bit */
#define PADDR_BITS     40
#define PRESENT        UINT64_C(1)
#define SET_BY_WALKERS UINT64_C(0x400)
#define IGNORED        UINT64_C(0x0780000000000000)
#define BREAKING       UINT64_C(0x0000fffffffffb1c) /* address, nG, SH, AttrIndx */

#elif defined(NARROW)

/* Sv32: The RISC-V Instruction Set Manual, volume II, figure "Sv32 page table entry". */
#define FORMAT_HEADER  <page_table64/pte/riscv.h>
#define FORMAT         pt64_riscv_sv32_pte
#define PAGE_BITS      21 /* bits 21:12 of a superpage are clear */
#define PADDR_BITS     34
#define PRESENT        UINT64_C(1)
#define SET_BY_WALKERS UINT64_C(0xc0)
#define IGNORED        UINT64_C(0x300)
#define DEFINE         PAGE_TABLE32_DEFINE
#define ENTRY_SHIFT    2

#elif defined(SINK)

/* LoongArch Reference Manual, volume 1, 5.4.5. P and W are for software, H ends a walk. */
#define FORMAT_HEADER  <page_table64/pte/loongarch64.h>
#define FORMAT         pt64_loongarch64_pte
#define PADDR_BITS     40
#define PRESENT        UINT64_C(1)
#define ENDS_WALK      UINT64_C(0x40)
#define SET_BY_WALKERS UINT64_C(0)
#define IGNORED        UINT64_C(0x1fff000000000f80)
#define SINKS          1U

#else

/* SDM, volume 3, figure 4-11 (4.5.4). */
#define FORMAT_HEADER  <page_table64/pte/x86_64.h>
#define FORMAT         pt64_x86_64_pte
#define PADDR_BITS     40
#define PRESENT        UINT64_C(1)
#define SET_BY_WALKERS UINT64_C(0x60)
#define IGNORED        UINT64_C(0x07f0000000000e00)

#endif

#ifndef PAGE_BITS
#define PAGE_BITS 12
#endif

/* The binary logarithm of the bytes of an entry. */
#ifndef ENTRY_SHIFT
#define DEFINE      PAGE_TABLE64_DEFINE
#define ENTRY_SHIFT 3
#endif

/* The frames that a table has besides nodes. */
#ifndef SINKS
#define SINKS     0U
#define ENDS_WALK UINT64_C(0)
#endif

#ifdef BREAKING
#define RESIZE PT64_RESIZE_BREAK
#else
#define BREAKING UINT64_C(0)
#define RESIZE   PT64_RESIZE_AT_ONCE
#endif

#ifdef DEEP
#define LEVELS 3
#else
#define LEVELS 2
#endif

/* The root has more entries than other nodes, as that of an x4 mode has. */
#ifdef WIDE
#define ROOT_BITS 2
#else
#define ROOT_BITS 1
#endif
#define ROOT_ENTRIES (1U << ROOT_BITS)

/* The table was built by others: any node may be linked twice, as far as the library knows. */
#ifdef ADOPTED
#define IS_ADOPTED true
#else
#define IS_ADOPTED false
#endif

/* A guard has room for one unlinked node. */
#ifdef FULL
#define PT64_RETIRED 1
#endif

/* Half of the pages are at the end of the 64-bit addresses. */
#ifdef HALVES
#define SPACE PT64_SPACE_SIGN_EXTENDED
#else
#define SPACE PT64_SPACE_LOWER
#endif

/* Each time that the handler is asked for a frame, it first uses the table itself. */
#if defined(REENTERS)
#define USE(guard, vaddr, page) (void)!pt_unmap(guard, vaddr, page)
#elif defined(MAPS)
#define USE(guard, vaddr, page) (void)!pt_map(guard, vaddr, nondet_u64(), PAGE, nondet_u32())
#endif

#ifdef USE
#define USES_TABLE true
#else
#define USES_TABLE              false
#define USE(guard, vaddr, page) (void)0
#endif

/*
 * The handler has all frames that are asked for. There is a run for each way in which nodes may be
 * where a clone begins: in no table, in the clone, in the source, in both.
 */
#if defined(SERVED_NONE)
#define LINKED 0U
#elif defined(SERVED_CLONE)
#define LINKED 1U
#elif defined(SERVED_SOURCE)
#define LINKED 2U
#elif defined(SERVED_BOTH)
#define LINKED 3U
#endif

#ifdef LINKED
#define RUNS_OUT false
#else
#define RUNS_OUT true
#endif

#endif

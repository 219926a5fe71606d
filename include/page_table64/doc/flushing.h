/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A page of the documentation: nothing here is code.
 *
 * @page flushing Guards, flushes and caches
 *
 * A guard batches TLB invalidations, and frees unlinked tables once the invalidations have run.
 * This page is the contract between it and a kernel: what a commit guarantees, what the kernel
 * guarantees in return, and which cache maintenance stays with the kernel. needs.md has what each
 * kind of change executes; the meta headers say why, with the sections of the manuals.
 *
 * @section promise What a commit guarantees
 *
 * When `name_commit` returns, no CPU uses what ended: no page that was unmapped or moved, no
 * permission that was taken away, no memory type that was replaced, no table that was unlinked. A
 * CPU may take one spurious fault on what began: see @ref began.
 *
 * - Between a change and the commit a CPU may use the old entry or the new one.
 * - A frame that was unmapped may be used for something else after the commit, not before.
 * - A guard also flushes early, in the middle of a call: when it holds 16 unlinked tables, where
 *   the hardware demands break-before-make, between two sizes of pages at one address, and before
 *   `alloc_frame`, which may map there, while such a change is pending.
 *
 * @section rules What the caller guarantees
 *
 * - **One writer.** The table's lock is held from `name_begin` to `name_commit` or `name_ignore`.
 * - **Interrupts.** No interrupt handler uses a guard that the code it interrupted has open, nor
 *   opens one on the same table. `name_flush_local` takes no lock and allocates nothing: an
 *   interrupt handler may call it.
 * - **No migration.** `name_commit`, every other call that may flush, and `name_flush_local` run on
 *   one CPU from start to end: with preemption off, or in a thread bound to its CPU. On x86-64 a
 *   full flush reads CR4, toggles PGE and writes CR4 back: on another CPU that would be the wrong
 *   value, and an interrupt handler must not change CR4 in between. On LoongArch64 it reads ASID,
 *   then PGDL and PGDH.
 * - **AArch64: the DSB is executed by the CPU that stored.** A thread that migrates while its guard
 *   is open needs a DSB ISH in the context switch. Linux has one there.
 * - **`handler.flush` is synchronous.** When it returns, every CPU that it is for has executed the
 *   request: what was unlinked is freed next.
 * - **No deadlock.** A commit that waits for other CPUs is called with interrupts on, or the CPU
 *   that waits answers the requests of others. No CPU waits for the table's lock with interrupts
 *   off. The locks of `alloc_frame` and `free_frame` come after the table's.
 *
 * @section cpus Who receives a request
 *
 * INVLPG, SFENCE.VMA and INVTLB reach the CPU that executes them, the TLBI instructions used here
 * every CPU of the Inner Shareable domain. So AArch64 needs no `handler.flush`; x86-64, RISC-V and
 * LoongArch64 need one as soon as there is a second CPU: @ref cookbook_shootdown.
 *
 * The request goes to every CPU that **may hold** translations of the table, not only to those that
 * have it loaded:
 *
 * - A CPU that switched to another table holds the translations of the old one under its id (PCID,
 *   ASID) until they are invalidated. On x86-64 a CPU that has the id, but not the table, may be
 *   marked instead of interrupted, if it invalidates the id before it loads the table again.
 * - A CPU that runs a kernel thread on the last process's table (lazy TLB) has that table loaded
 *   and may walk it speculatively. It executes the request or leaves the table.
 * - A kernel that keeps a set of CPUs per table adds a CPU before the CPU loads the root, and takes
 *   it out only after the CPU has invalidated the id. The writer reads the set after a full fence
 *   that follows its changes (x86-64: MFENCE or a locked instruction).
 * - A CPU that comes online invalidates everything before it loads a table.
 * - Before `name_destroy` the table is loaded nowhere, and no CPU holds its translations or steps
 *   of its walks: destroying does not flush. Invalidate the id, or everything, on those CPUs.
 *
 * @section ids Ids
 *
 * `name_set_id(&table, id)` says under which PCID or ASID the table is loaded, the same on every
 * CPU. A request carries it as `id`. PT64_NO_ID, the default, stands for every id: right wherever a
 * table may be loaded under several, and the slower way. On LoongArch64 it has conditions, which
 * stand at the top of its meta header. The kernel invalidates an id on every CPU before it gives it
 * to another table. Where ids differ from CPU to CPU, leave PT64_NO_ID, or have the handler run a
 * copy of the request with the id of its CPU.
 *
 * - **x86-64**: `pt64_x86_64_id(pcid, has_invpcid)`. With INVPCID a request invalidates its PCID,
 *   whether or not the table is loaded. Without it: INVLPG if the PCID is the current one and the
 *   request is by address, otherwise everything. With CR4.PCIDE set, a table without an id is
 *   flushed under every PCID. Cached steps of walks are per PCID, whatever G says.
 * - **AArch64**: the ASID. Without one, and for `global`, the forms that match any ASID.
 * - **RISC-V**: the ASID in rs2. Without one, and for `global`, rs2 is x0.
 * - **LoongArch64**: the ASID. INVTLB cannot drop an address under every ASID, so `global` is a
 *   whole flush, unless the table has no id and the current ASID is 0. Without an id a table that
 *   is not loaded is flushed whole.
 *
 * `global` says that the id does not matter: the table has held a global page, has pinned slots, or
 * was adopted or taken back (`name_readopt`).
 *
 * **Page table isolation.** Where each process has two roots, the pages of user space are held
 * under both PCIDs or ASIDs. Either both tables have PT64_NO_ID, or the user's slots are pinned in
 * one table and lent to the other: what changes below a pinned slot is flushed as `global`. Pages
 * that the user's root does not have must not be PT64_GLOBAL.
 *
 * @section began Ended and began
 *
 * A range with `ended` set must go from every CPU that may hold it. Where it is clear, translations
 * only began: pages appeared or gained permissions. `name_commit` orders them on this CPU. Another
 * CPU need not be interrupted for them, if its fault handler calls `name_fix_fault` where
 * `name_query` finds the page mapped and the access allowed, and tries the access again:
 * @ref cookbook_page_fault.
 *
 * `pt64_flush_for_others` copies what others must run and answers false if that is nothing. A
 * kernel without such a fault handler sends them the whole request. Code that must not fault (the
 * fault handler, its stack, the tables) is mapped before other CPUs run, or sent as a whole too.
 *
 * A request without a range and without `everything` is a barrier for this CPU only.
 *
 * | architecture | may fault spuriously          | `name_fix_fault` executes    |
 * |--------------|-------------------------------|------------------------------|
 * | x86-64       | a gained permission           | nothing                      |
 * | AArch64      | a new page, without FEAT_ETS2 | DSB ISH, ISB                 |
 * | RISC-V       | a new page, a new permission  | SFENCE.VMA, without address  |
 * | LoongArch64  | a new page, a new permission  | DBAR, INVTLB, IBAR           |
 *
 * - **x86-64**: entries that are not present are never cached, and a page fault drops the entry
 *   that made it (SDM 3A, 5.10.4.1).
 * - **AArch64**: entries that fault are never cached, but without FEAT_ETS2 a walk may have read
 *   the table before the CPU learned of the page (D8.2.6.1, RNNFPF).
 * - **RISC-V**: entries that are not valid may be cached. A fence with an address does not order
 *   the links on the way. With Svvptc a new page needs no fence, but may fault for a bounded time.
 * - **LoongArch64**: the TLB holds the pair, with V clear, and no refill takes place. Without the
 *   repair the same fault comes for ever. With the hardware walker a speculative walk may also have
 *   come too early.
 *
 * A change of page size is never "only began" where entries that are not valid may be cached. Nor
 * is a permission that a huge page gains, on x86-64 and with `bbm2`: a split may later put smaller
 * pages that have it in its place, and no CPU may hold both.
 *
 * @section contents Contents, entries, and loading a table
 *
 * A page's contents precede its entry: every store that this CPU made before a call that maps is
 * visible to a CPU that uses the new entry. If another CPU, or a device, filled the page, the
 * caller first synchronizes with it, by a lock or an acquire load.
 *
 * `name_ignore` is for a table that no CPU has loaded: it frees what was unlinked and executes the
 * barriers of a new mapping on this CPU, no invalidation and no `handler.flush`. `name_create`,
 * `name_adopt` and `name_readopt` execute the same. A table that was built so is loaded so:
 *
 * - **x86-64**: MOV to CR3 is serializing. Another CPU gets the root by a lock or a release store.
 * - **AArch64**: the DSB that `name_ignore` executes comes before the root is handed on; TTBR; ISB.
 * - **RISC-V**: satp, then SFENCE.VMA with rs1=x0, on each hart. Writing satp orders nothing, so
 *   this holds for an ASID that was never used too.
 * - **LoongArch64**: the DBAR that `name_ignore` executes comes before the root is handed on; PGDL
 *   or PGDH. Without an ASID of its own: INVTLB afterwards.
 *
 * @section mmu_off Tables built with the MMU off
 *
 * On AArch64 data accesses are Device-nGnRnE while SCTLR.M is clear. Exclusives and atomic
 * read-modify-write instructions may then fault: it is for the implementation and the interconnect
 * to support them there (ESR_ELx.DFSC 0b110101, unsupported Exclusive or Atomic access). The
 * library uses them where hardware may write an entry. So the one file that builds the early tables
 * defines PT64_MMU_OFF before it includes page_table64.h, which makes each exchange a plain load
 * and a plain store: right while one CPU runs and nothing else writes the table, its walkers
 * included.
 *
 * @ref cookbook_early is such a file. Once the MMU is on, another file takes the table over
 * (@ref cookbook_take_over).
 *
 * Stale cache lines are the caller's: with the MMU off, stores go past the data cache. A line of
 * the frames that the loader left dirty may be written back over a table, and one that was loaded
 * speculatively hides it from the walkers, which do look into the cache. Linux invalidates the
 * tables by DC IVAC to the point of coherency after it has built them, with a DMB SY before. Lines
 * that may be dirty go before the first store, by DC CIVAC if what they hold still counts.
 *
 * Compile that file with `-mstrict-align`: an access to Device memory must be aligned.
 *
 * @section ground Breaking the ground under one's feet
 *
 * Break-before-make leaves an entry that is not present between two stores. A CPU that needs the
 * page in between faults. If the page holds the code that changes the table, its stack, the guard
 * or the tables themselves, that CPU is the one that changes the entry.
 *
 * | meta                | a split      | another frame or memory type |
 * |---------------------|--------------|------------------------------|
 * | x86-64              | in one store | in one store                 |
 * | AArch64             | by a break   | by a break                   |
 * | AArch64 with `bbm2` | in one store | by a break                   |
 * | RISC-V              | in one store | in one store                 |
 * | LoongArch64         | in one store | in one store                 |
 *
 * - A permission of a whole page changes in one store everywhere. Protecting a part of a huge page
 *   splits it.
 * - On AArch64 another shareability, or a page that becomes global or no longer is, needs the break
 *   too (D8.17.1, RWHZWS). No meta avoids it for these.
 * - A huge page takes the place of empty tables only (on LoongArch64 of empty slots too): no page
 *   that is in use is broken for it.
 * - The window holds the invalidation and one store: all else is computed, and the new table
 *   filled, before the break. `handler.flush` runs inside it.
 * - A kernel with a linear map of blocks takes `pt64_aarch64_4k48_upper_bbm2`, where every CPU has
 *   FEAT_BBML2, or maps by pages what it will protect by pages, or makes such changes while it runs
 *   on another root that maps what it needs.
 *
 * **TLB conflict aborts.** With FEAT_BBML2 the TLB may hold both sizes until the flush, and a CPU
 * may report a TLB conflict abort (D8.17.2, IHYQMB). The handler invalidates everything by TLBI
 * VMALLE1 and tries again: itself, its stack and its tables must not lie in what is split. Where
 * stage 2 translation is in use this does not end it: it takes VMALLS12E1 or ALLE1 (D8.17.3,
 * IJCCRT), which a guest cannot execute. Linux therefore uses level 2 on a list of CPUs only, whose
 * makers state that they never report a conflict. A guest does well to do the same.
 *
 * @section code New code
 *
 * "Created needs nothing" is about data. After instructions have been written, and before a CPU
 * executes them:
 *
 * - **x86-64**: caches are coherent. A CPU that may have fetched there, or that stored by another
 *   linear address, executes a serializing instruction first (SDM 3A, "Self-Modifying Code" and
 *   "Handling Self- and Cross-Modifying Code"): IRET, CPUID, SERIALIZE, MOV to CR3.
 * - **AArch64**: for each line DC CVAU; DSB ISH; for each line IC IVAU; DSB ISH; then an ISB, or an
 *   exception, on each CPU that will execute it. CTR_EL0.IDC set: DC CVAU is not needed;
 *   CTR_EL0.DIC set: nor IC IVAU. The barriers stay.
 * - **RISC-V**: FENCE, then FENCE.I on each hart that will execute it (Zifencei): FENCE.I serves
 *   its own hart only. A user thread that migrates needs it on the hart that it moves to.
 * - **LoongArch64**: caches are coherent in hardware; IBAR on each CPU that will execute it.
 *
 * @section types Changing a memory type
 *
 * Accesses to one location by two memory types may lose coherence. Change every alias of a page,
 * the one in the linear map too, or unmap it. The library invalidates translations, never data
 * caches.
 *
 * - **x86-64**: from a cached type to another (SDM 3A, "Programming the PAT"): unmap and commit;
 *   map with the new type; flush the lines on all CPUs that may have used the old mapping, by
 *   CLFLUSH or WBINVD. A CPU with self-snooping (CPUID.01H:EDX bit 27) needs no flush. A page of WC
 *   is never a page of a cached type too. `name_protect` changes the type in one store: until the
 *   commit both types are in use.
 * - **AArch64**: `name_protect` and `name_remap` break before they make. `handler.flush` is called
 *   in between: once it has executed the request, no CPU uses the old mapping, and the new one does
 *   not exist yet. This is the place for DC CIVAC, by another mapping of the frame, for each line,
 *   and DSB. A cacheable alias that remains may bring the lines back.
 * - **RISC-V**: between accesses of different cacheability FENCE iorw, iorw; CBO.FLUSH for each
 *   block (Zicbom); FENCE iorw, iorw; every time that the type changes ("Svpbmt"). NC and IO are
 *   both uncached: the fence is enough. XuanTie cores have instructions of their own.
 * - **LoongArch64**: CACOP writes a line back and invalidates it. PT64_UNCACHED is MAT_WUC, which
 *   is outside the coherency of PCIe devices behind LS7A bridges: use it for memory that is written
 *   only, or PT64_DEVICE. Linux has WUC off by default (16c52e503043).
 *
 * **MTRRs.** An x86-64 large page over several MTRR types is undefined (SDM 3A, "Large Page Size
 * Considerations"), unless it has the most conservative of them. The first megabyte usually has
 * several: map it by 4K pages, `allow_huge` false.
 *
 * @section errata What silicon adds
 *
 * Worked around by the library:
 *
 * - **CVE-2018-12207** (Intel), **erratum 383** (AMD family 10h): a machine check where the TLB
 *   holds two page sizes and something else differs. A split is an exact copy, and is flushed
 *   before anything in it changes; a huge page takes the place of small ones by an empty slot and a
 *   flush.
 * - **Read-only and dirty** on x86-64 is a shadow-stack page under CR4.CET. The format never makes
 *   one: it keeps dirty in a software bit there. A CPU without CET may, rarely, set D in an entry
 *   that is not writable: the format reckons with it.
 * - **EFER.TCE** (AMD): INVLPG spares cached steps of walks that do not lead to its address. The
 *   request of an unlinked table names each slot below it that may be cached.
 * - **AMD** reserves bit 8, which is G in a leaf, in a PML4E. Links never have it.
 * - **LoongArch64**: two TLB entries that match one address are undefined behaviour (volume 1,
 *   5.4.1). Before a huge leaf the slot holds H without V, and one flush runs. Until then an
 *   invalid pair and the invalid huge page may both be there, which no order of stores avoids.
 * - **LoongArch64 hardware walker** (3A6000): speculative walks fault early; a flush ends with
 *   IBAR. Linux does with DBAR and a spurious-fault check (f93f67d06b10).
 *
 * Worked around by choosing a meta, or by the caller:
 *
 * - **SiFive CIP-1200**: a fence with an address does not do its work:
 *   `pt64_riscv_sv39_full_fence`. Linux applies it where marchid is 0x8000000000000007 or 1, the
 *   low 24 bits of mimpid are at most 0x200630, and mimpid is not 0x01200626.
 * - **MAXPHYADDR** (CPUID.80000008H:EAX, bits 7:0): address bits from there up to bit 51 are
 *   reserved in an entry. The x86-64 formats encode 52 bits: hand out and map no frame above it.
 * - **LoongArch64 with ASIDs**: a page is global only if both of its pair are. See the notes at the
 *   top of meta/loongarch64.h.
 *
 * @section readers Readers without a lock
 *
 * `name_query`, `name_translate`, `name_next` and the walks may run beside a writer. Each entry is
 * read as it was at one moment. A reader may stand in a table that is just being unlinked, so
 * `free_frame` puts the reuse of a frame off until such readers are gone: an RCU grace period,
 * say. It is called with the table's lock held: it queues the frame and does not wait.
 * `name_destroy` and `name_release` run beside no reader.
 *
 * On AArch64 a reader that meets a broken entry sees the page that is being changed.
 *
 * @section sharing Sharing
 *
 * - `name_pin(guard, vaddr, bytes)` makes the tables of whole root slots and keeps them for good.
 *   `name_copy_from` borrows only what the other table has pinned or itself borrowed: PT64_BORROWED
 *   for a slot that is in use and neither. One that is empty and not pinned is skipped. Pin the
 *   kernel's half before the first process.
 * - The owner may change everything below a pinned slot, and both tables show it. A pinned slot's
 *   table is never unlinked, even when it is empty. A root-level page in one cannot be changed
 *   while it is pinned: PT64_BORROWED.
 * - The borrower changes nothing there: PT64_BORROWED.
 * - Requests for changes below a pinned slot have `global` set. The handler sends them to every CPU
 *   that may hold translations of any table that borrows.
 * - The borrowers are destroyed first, the owner last.
 * - `name_release` gives a table up, and `name_readopt` takes it back with its loans and pins.
 *   `name_adopt` is for a table of other software: its software bits are never read as loans.
 */
#ifndef PAGE_TABLE64_DOC_FLUSHING_H
#define PAGE_TABLE64_DOC_FLUSHING_H

#include "../types.h"

#endif
